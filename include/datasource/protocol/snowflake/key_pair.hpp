#pragma once

#include <datasource/detail/ascii.hpp>
#include <datasource/detail/base64.hpp>
#include <datasource/detail/json.hpp>
#include <datasource/model/error.hpp>
#include <datasource/protocol/jwt.hpp>
#include <datasource/protocol/snowflake/requests.hpp>

#include <chrono>
#include <string>
#include <string_view>

namespace datasource::protocol::snowflake {

/// How long a token of a key pair holds; Snowflake takes no more than an hour.
inline constexpr std::chrono::minutes key_pair_lifetime{59};

/// An account's name as tokens have it: without region, in upper case.
inline std::string account_of_token(std::string_view account) {
  const char end = account.find(".global") == std::string_view::npos ? '.' : '-';
  return datasource::detail::to_upper(account.substr(0, account.find(end)));
}

/// Where an account's API is. Underscores become hyphens, since no certificate holds for a name with underscores.
inline std::string account_url(std::string_view account) {
  std::string host = datasource::detail::to_lower(account);
  for (char& c : host) c = c == '_' ? '-' : c;
  return "https://" + host + ".snowflakecomputing.com";
}

/// A token of a user's key pair, sent as `KEYPAIR_JWT`.
/// @param user        As a statement spells it.
/// @param fingerprint SHA-256 of the public key in DER form (SubjectPublicKeyInfo): 32 bytes.
/// @param now         Since 1970.
/// Errors: the signer's.
/// @par Source "Authenticating to the server", Snowflake SQL API.
inline Result<std::string> key_pair_token(std::string_view account, std::string_view user, std::string_view fingerprint,
                                          std::chrono::seconds now, const JwtSigner& sign) {
  const std::string subject = account_of_token(account) + '.' + stored_name(user);
  const std::chrono::seconds end = now + key_pair_lifetime;
  return signed_jwt({},
                    {{"iss", subject + ".SHA256:" + datasource::detail::to_base64(fingerprint)},
                     {"sub", subject},
                     {"iat", now.count()},
                     {"exp", end.count()}},
                    sign);
}

}  // namespace datasource::protocol::snowflake
