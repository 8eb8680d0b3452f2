#pragma once

#include <datasource/detail/ascii.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace datasource {

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
      {};  ///< Origin form: an encoded path with an optional query, such as `/_plugins/_sql?format=jdbc`.
  Headers headers = {};
  std::string body = {};
  std::string base =
      {};  ///< Where it goes: `http://host:port`, with a path prefix where a proxy wants one. Empty in process.
};

/// A whole reply.
struct HttpResponse {
  int status = 0;
  Headers headers = {};
  std::string body = {};
};

}  // namespace datasource
