#pragma once

#include <datasource/http/message.hpp>

#include <cstddef>
#include <string>

namespace datasource::gateway {

/// How a client learns where a body ends.
struct Framing {
  enum class Kind { none, length, chunked, until_close };
  Kind kind = Kind::none;
  std::size_t length = 0;
};

/// The status line and header of a reply, up to and with the empty line.
[[nodiscard]] std::string response_head(int status, const Headers& headers, Framing framing, bool keep_alive);

}  // namespace datasource::gateway
