#pragma once

#include <datasource/detail/ascii.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace datasource {

/// Names and values in the order in which they are sent or came; a name may come more than once.
using Headers = std::vector<std::pair<std::string, std::string>>;

/// The value of the first header of that name, case-insensitively; empty when there is none.
inline std::string_view find_header(const Headers& headers, std::string_view name) {
  for (const auto& [key, value] : headers) {
    if (detail::iequals(key, name)) return value;
  }
  return {};
}

/// A request before any transport has seen it.
struct HttpRequest {
  std::string method = {};  ///< Upper case.
  std::string target =
      {};                ///< Origin form: an encoded path with an optional query, such as `/_plugins/_sql?format=jdbc`.
  Headers headers = {};  ///< Sent as they are; the transport adds those that it needs.
  std::string body = {};  ///< Bytes, such as JSON; empty for none.
  std::string base =
      {};  ///< Where it goes: `http://host:port`, with a path prefix where a proxy wants one. Empty in process.
};

/// A whole reply.
struct HttpResponse {
  int status = 0;         ///< Of the final reply, 200 to 599.
  Headers headers = {};   ///< Without those of interim replies.
  std::string body = {};  ///< Whole and decompressed.
};

}  // namespace datasource
