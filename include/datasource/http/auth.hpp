#pragma once

#include <datasource/detail/base64.hpp>
#include <datasource/model/secret.hpp>

#include <string>
#include <variant>

namespace datasource {

/// HTTP basic authentication, RFC 7617.
struct BasicAuth {
  std::string username = {};  ///< Without a colon, which the scheme cannot carry.
  Secret password = {};       ///< Any text without line breaks.
};

/// A bearer token, RFC 6750.
struct BearerAuth {
  Secret token = {};  ///< Sent as it is.
};

/// How a client says who it is: nothing, basic or bearer. For AWS signatures see CurlOptions::sign.
using Auth = std::variant<std::monostate, BasicAuth, BearerAuth>;

/// The value of the Authorization header; empty for no authentication.
inline std::string authorization(const Auth& auth) {
  if (const auto* basic = std::get_if<BasicAuth>(&auth))
    return "Basic " + detail::to_base64(basic->username + ':' + basic->password.reveal());
  if (const auto* bearer = std::get_if<BearerAuth>(&auth)) return "Bearer " + bearer->token.reveal();
  return {};
}

}  // namespace datasource
