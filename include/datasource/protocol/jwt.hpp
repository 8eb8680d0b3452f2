#pragma once

#include <datasource/detail/base64.hpp>
#include <datasource/detail/json.hpp>
#include <datasource/model/error.hpp>

#include <functional>
#include <string>
#include <string_view>

namespace datasource {

/// Signs bytes with RSASSA-PKCS1-v1_5 and SHA-256 (the algorithm `RS256` of RFC 7518) and gives the signature's bytes.
/// The key stays with whoever made it: OpenSSL's in engine/remote/rsa_key.hpp, or WebCrypto's in a browser.
using JwtSigner = std::function<Result<std::string>(std::string_view)>;

namespace protocol {

/// RFC 4648's base64 for URLs, without padding.
inline std::string to_base64url(std::string_view bytes) {
  std::string text = datasource::detail::to_base64(bytes);
  while (text.ends_with('=')) text.pop_back();
  for (char& c : text) c = c == '+' ? '-' : c == '/' ? '_' : c;
  return text;
}

/// A signed JSON Web Token, RFC 7519.
/// @param key_id Becomes `kid` in its header; may be empty.
/// @param claims A JSON object.
/// Errors: the signer's.
inline Result<std::string> signed_jwt(std::string_view key_id, const datasource::detail::OrderedJson& claims,
                                      const JwtSigner& sign) {
  datasource::detail::OrderedJson header{{"alg", "RS256"}, {"typ", "JWT"}};
  if (!key_id.empty()) header["kid"] = key_id;
  std::string token =
      to_base64url(datasource::detail::dump(header)) + '.' + to_base64url(datasource::detail::dump(claims));
  auto signature = sign(token);
  if (!signature) return fail(std::move(signature.error()));
  return token + '.' + to_base64url(*signature);
}

}  // namespace protocol
}  // namespace datasource
