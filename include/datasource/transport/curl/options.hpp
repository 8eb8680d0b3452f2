#pragma once

#include <datasource/http/auth.hpp>
#include <datasource/http/message.hpp>
#include <datasource/http/url.hpp>
#include <datasource/model/error.hpp>
#include <datasource/model/secret.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace datasource {

/// Who the client is, for a server that asks for a certificate (mutual TLS).
struct ClientCertificate {
  std::string file = {};      ///< PEM: the certificate, then those between it and the authority.
  std::string key_file = {};  ///< PEM; empty: the key stands in `file`.
  Secret key_password = {};   ///< Empty for a key that is not encrypted.
};

/// Requests signed for Amazon OpenSearch Service: AWS Signature Version 4 in the Authorization header.
struct AwsSigV4 {
  std::string region = {};         ///< Such as `eu-central-1`.
  std::string service = "es";      ///< `es` for a domain, `aoss` for a serverless collection.
  std::string access_key_id = {};  ///< Of the user or of the role's session.
  Secret secret_access_key = {};   ///< Signs, and is not sent.
  Secret session_token = {};       ///< Of temporary credentials; empty otherwise.
};

/// How a CurlTransport reaches its servers.
struct CurlOptions {
  /// Until the connection stands, name resolution and TLS included.
  std::chrono::milliseconds connect_timeout{10'000};
  /// Until the reply is whole. 0: no limit but the server's, since a statement may take its time.
  std::chrono::milliseconds total_timeout{0};
  /// The longest body of a reply, in bytes after decompression. A longer one is not read to its end.
  std::size_t maximum_body = std::size_t{1} << 30;
  /// Whether servers are asked to compress replies. Absent: all but those of this machine (`is_loopback`), where
  /// packing takes longer than sending. A reply that comes compressed is unpacked in any case.
  std::optional<bool> compress = std::nullopt;
  /// The authorities whose certificates are trusted, PEM. Empty: those of the system.
  std::string ca_file = {};
  /// Whether a server has to prove who it is. Off, anyone on the way can read and change what is sent, passwords too;
  /// `ca_file` is the way to trust an authority of your own.
  bool verify_certificates = true;
  /// For servers that ask for one.
  ClientCertificate client_certificate = {};
  /// `http://host:port`, or `https`, `socks5` and `socks5h`. Absent: as the environment says (`http_proxy`,
  /// `https_proxy`, `no_proxy`); empty: none.
  std::optional<std::string> proxy = std::nullopt;
  /// Sent to the proxy alone.
  BasicAuth proxy_auth = {};
  /// Signs every request. @pre the client has no `auth`
  std::optional<AwsSigV4> sign = std::nullopt;
  /// What an error advises about a server that is not trusted, and about a reply that is too long: an order, for
  /// programs whose users see settings of their own and not these options.
  std::string advice_on_trust = "if it is your own, give the authority's certificate as CurlOptions::ca_file";
  std::string advice_on_length = "ask for fewer rows, or raise CurlOptions::maximum_body";  ///< See advice_on_trust.
};

namespace detail::curl {

inline Error option_error(const std::string& field, const std::string& message) {
  return {.kind = ErrorKind::invalid, .message = field + ": " + message, .field = field};
}

/// What keeps a request from being sent at all. Names no secret.
inline std::optional<Error> problem_of(const CurlOptions& options, const HttpRequest& request) {
  if (request.base.empty())
    return invalid(
        {{"url", "required", "the client has no server", "give ClientOptions a url such as http://127.0.0.1:8480"}});
  if (const std::string_view problem = base_url_problem(request.base); !problem.empty())
    return invalid({{"url", "url_form", std::string{problem}, "write it as http://host:port"}});
  for (const auto& [name, value] : request.headers) {
    if (name.empty() || (name + value).find_first_of(std::string_view{"\r\n\0", 3}) != std::string::npos)
      return option_error("headers",
                          "the header " + name.substr(0, name.find_first_of("\r\n")) + " holds a line break");
  }
  if (options.proxy && options.proxy->find('@') != std::string::npos)
    return option_error("proxy", "it must not hold credentials; give them as proxy_auth");
  if (options.sign) {
    if (options.sign->region.empty() || options.sign->service.empty() || options.sign->access_key_id.empty() ||
        options.sign->secret_access_key.empty())
      return option_error("sign", "a signature needs region, service, access_key_id and secret_access_key");
    if (!find_header(request.headers, "Authorization").empty())
      return option_error("auth", "a request is either signed or carries credentials; give one of the two");
  }
  return std::nullopt;
}

}  // namespace detail::curl
}  // namespace datasource
