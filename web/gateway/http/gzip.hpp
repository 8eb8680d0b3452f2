#pragma once

#include <string>
#include <string_view>

namespace datasource::gateway {

/// Compresses for `Content-Encoding: gzip`. Empty when the system has no memory for it.
[[nodiscard]] std::string gzip(std::string_view text);

}  // namespace datasource::gateway
