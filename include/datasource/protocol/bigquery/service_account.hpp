#pragma once

#include <datasource/detail/json.hpp>
#include <datasource/http/message.hpp>
#include <datasource/http/url.hpp>
#include <datasource/model/error.hpp>
#include <datasource/model/secret.hpp>
#include <datasource/protocol/jwt.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace datasource::protocol::bigquery {

/// What the JSON file of a service account says.
struct ServiceAccount {
  std::string email = {};      ///< Who it is.
  std::string key_id = {};     ///< Which of its keys; may be empty.
  Secret private_key = {};     ///< PEM, PKCS #8.
  std::string token_uri = {};  ///< Where a signed assertion is exchanged for a token: base and path.
};

/// A token that was given for an assertion.
struct AccessToken {
  Secret text = {};                      ///< Sent as `Authorization: Bearer`.
  std::chrono::seconds lifetime{3'600};  ///< From now on.
};

/// Read-only access to data and the right to run queries.
inline constexpr std::string_view token_scope = "https://www.googleapis.com/auth/bigquery";

/// Reads the file. Errors: `invalid`, naming the field and the member, never their values.
inline Result<ServiceAccount> read_service_account(std::string_view file) {
  const auto wrong = [](const std::string& what) {
    return fail(invalid({{"properties.serviceAccountKey", "key_form", what,
                          "give the whole of the JSON file that Google Cloud made for a service account"}}));
  };
  const auto json = datasource::detail::parse_json(file, "the key");
  if (!json || !json->is_object()) return wrong("it is not a JSON object");
  const auto text = [&](const char* name) { return datasource::detail::text_or_empty(*json, name); };
  if (const std::string type = text("type"); type != "service_account") {
    // The other kinds of files that Google makes have words of their own here, none of them secret.
    const bool known =
        type == "authorized_user" || type == "external_account" || type == "impersonated_service_account";
    return wrong(known ? "it is of type " + type + ", not service_account" : "it is not of type service_account");
  }
  ServiceAccount account{text("client_email"), text("private_key_id"), text("private_key"), text("token_uri")};
  if (account.email.empty()) return wrong("it has no client_email");
  if (account.private_key.empty()) return wrong("it has no private_key");
  if (account.token_uri.empty()) return wrong("it has no token_uri");
  if (!base_url_problem(account.token_uri).empty()) return wrong("its token_uri is not an http:// or https:// URL");
  return account;
}

/// `POST {token_uri}` with an assertion that holds for an hour. The request is addressed: its base is the token URI's
/// scheme and authority. Errors: the signer's.
/// @param now Since 1970.
/// @par Source "Using OAuth 2.0 for Server to Server Applications", RFC 7523.
inline Result<HttpRequest> token_request(const ServiceAccount& account, std::chrono::seconds now,
                                         const JwtSigner& sign) {
  const datasource::detail::OrderedJson claims{{"iss", account.email},
                                               {"scope", token_scope},
                                               {"aud", account.token_uri},
                                               {"iat", now.count()},
                                               {"exp", now.count() + 3'600}};
  auto assertion = signed_jwt(account.key_id, claims, sign);
  if (!assertion) return fail(std::move(assertion.error()));
  const std::size_t path = account.token_uri.find('/', account.token_uri.find("://") + 3);
  return HttpRequest{"POST",
                     path == std::string::npos ? "/" : account.token_uri.substr(path),
                     {{"Content-Type", "application/x-www-form-urlencoded"}, {"Accept", "application/json"}},
                     "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=" + *assertion,
                     account.token_uri.substr(0, path)};
}

/// `{"access_token", "expires_in", "token_type": "Bearer"}`. Errors: `unauthorized` with the server's words; `server`;
/// `malformed`.
inline Result<AccessToken> read_token(const HttpResponse& response) {
  const auto json = datasource::detail::parse_json(response.body, "the reply");
  if (response.status < 200 || response.status > 299) {
    const std::string code = json ? datasource::detail::text_or_empty(*json, "error") : std::string{};
    const std::string words = json ? datasource::detail::text_or_empty(*json, "error_description") : std::string{};
    if (code.empty())
      return fail({.kind = response.status >= 500 ? ErrorKind::server : ErrorKind::malformed,
                   .message = "it answered with status " + std::to_string(response.status),
                   .status = response.status});
    return fail({.kind = response.status >= 500 ? ErrorKind::server : ErrorKind::unauthorized,
                 .message = words.empty() ? code : code + ": " + words,
                 .status = response.status,
                 .type = code});
  }
  if (!json) return fail(json.error());
  AccessToken token{.text = datasource::detail::text_or_empty(*json, "access_token")};
  if (token.text.empty()) return fail(ErrorKind::malformed, "the reply holds no access_token");
  if (const auto seconds = json->find("expires_in"); seconds != json->end() && seconds->is_number_integer())
    token.lifetime = std::chrono::seconds{seconds->get<std::int64_t>()};
  return token;
}

}  // namespace datasource::protocol::bigquery
