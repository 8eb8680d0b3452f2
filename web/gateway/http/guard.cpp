#include "http/guard.hpp"

#include "digest.hpp"
#include "wipe.hpp"

#include <datasource/detail/ascii.hpp>
#include <datasource/detail/base64.hpp>
#include <datasource/http/url.hpp>
#include <datasource/protocol/opensearch/routes.hpp>
#include <datasource/service/opensearch/replies.hpp>
#include <datasource/service/service.hpp>

#include <openssl/crypto.h>

#include <algorithm>
#include <utility>

namespace datasource::gateway {
namespace {

/// The name in `name[:port]`, an IPv6 address without its brackets.
std::string_view name_in(std::string_view host) {
  if (host.starts_with('[')) {
    const std::size_t end = host.find(']');
    return end == std::string_view::npos ? host : host.substr(1, end - 1);
  }
  return host.substr(0, host.find(':'));
}

HttpResponse refuse(int status, ErrorKind kind, std::string message) {
  return Service::error_response({.kind = kind, .message = std::move(message), .status = status});
}

std::string printable(std::string_view text) {
  std::string safe;
  for (const char c : text.substr(0, 80)) safe += c >= ' ' && c < 127 ? c : '?';
  return safe;
}

}  // namespace

Guard::Guard(Options options)
    : authenticate_{!options.token.empty()},
      token_digest_{sha256(options.token.reveal())},
      loopback_{options.loopback},
      hosts_{std::move(options.hosts)},
      dialect_{options.dialect} {}

Guard::Verdict Guard::check(const HttpRequest& head, bool has_body) const {
  const std::string_view host = find_header(head.headers, "Host");
  if (loopback_ && !known_host(name_in(host))) {
    return {refuse(
        403, ErrorKind::forbidden,
        "this gateway serves its own machine, not \"" + printable(host) + "\"; --allow-host permits another name")};
  }
  if (const std::string_view origin = find_header(head.headers, "Origin"); !origin.empty()) {
    const std::size_t scheme = origin.find("://");
    if (scheme == std::string_view::npos || !detail::iequals(origin.substr(scheme + 3), host)) {
      return {refuse(403, ErrorKind::forbidden, "pages of \"" + printable(origin) + "\" may not use this gateway")};
    }
  }
  Verdict verdict;
  const bool health = path_of(head.target) == routes::health && (head.method == "GET" || head.method == "HEAD");
  if (authenticate_ && !health && !authenticated(find_header(head.headers, "Authorization"), verdict.user)) {
    verdict.refusal =
        refuse(401, ErrorKind::unauthorized,
               "give the gateway's token: \"Authorization: Bearer <token>\", or as the password of any user");
    verdict.refusal->headers.emplace_back("WWW-Authenticate", "Basic realm=\"datasource\", charset=\"UTF-8\"");
    return verdict;
  }
  if (has_body) {
    const std::string_view type = find_header(head.headers, "Content-Type");
    std::string_view media = type.substr(0, type.find(';'));
    while (media.ends_with(' ')) media.remove_suffix(1);
    if (!detail::iequals(media, "application/json")) {
      if (dialect_ == Dialect::opensearch) {
        verdict.refusal = detail::opensearch::unsupported_content_type(type);
        return verdict;
      }
      verdict.refusal =
          refuse(415, ErrorKind::invalid,
                 "the body's Content-Type is \"" + printable(type) + "\"; send \"Content-Type: application/json\"");
    }
  }
  return verdict;
}

bool Guard::known_host(std::string_view host) const {
  if (is_loopback_name(host)) return true;
  return std::ranges::any_of(hosts_, [host](const std::string& known) { return detail::iequals(known, host); });
}

bool Guard::authenticated(std::string_view authorization, std::string& user) const {
  // Digests are compared, so that the time taken tells nothing of the token, not even its length.
  const auto matches = [this](std::string_view given) {
    return CRYPTO_memcmp(sha256(given).data(), token_digest_.data(), token_digest_.size()) == 0;
  };
  const std::size_t space = authorization.find(' ');
  const std::size_t start = authorization.find_first_not_of(' ', space);
  if (space == std::string_view::npos || start == std::string_view::npos) return false;
  const std::string_view scheme = authorization.substr(0, space);
  const std::string_view credentials = authorization.substr(start);
  if (detail::iequals(scheme, "Bearer")) {
    user = "token";
    return matches(credentials);
  }
  if (!detail::iequals(scheme, "Basic")) return false;
  auto pair = detail::from_base64(credentials);
  const std::size_t colon = pair ? pair->find(':') : std::string::npos;
  if (colon == std::string::npos) return false;
  user = printable(std::string_view{*pair}.substr(0, colon));
  const bool right = matches(std::string_view{*pair}.substr(colon + 1));
  wipe(*pair);
  return right;
}

}  // namespace datasource::gateway
