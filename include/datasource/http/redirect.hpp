#pragma once

#include <datasource/http/message.hpp>
#include <datasource/model/error.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace datasource {

/// The Error for a reply that sends the client to another address; nothing for any other. Redirects are not followed:
/// that would carry credentials, and statements, to a server that nobody named, and turn a POST into a GET.
inline std::optional<Error> redirect_error(const HttpResponse& response) {
  constexpr int redirects[] = {301, 302, 303, 307, 308};
  if (std::find(std::begin(redirects), std::end(redirects), response.status) == std::end(redirects))
    return std::nullopt;
  std::string_view where = find_header(response.headers, "Location");
  where = where.substr(0, where.find_first_of("?#"));  // what follows may hold a token
  std::string address{where.substr(0, 200)};
  if (const std::size_t scheme = address.find("//"); scheme != std::string::npos) {
    const std::size_t host = scheme + 2;
    const std::size_t at = address.substr(host, address.find('/', host) - host).rfind('@');
    if (at != std::string::npos) address.erase(host, at + 1);
  }
  return Error{.kind = ErrorKind::server,
               .message = "the server redirects to " + (address.empty() ? "another address" : address) +
                          "; use that one as the URL",
               .status = response.status};
}

}  // namespace datasource
