#pragma once

#include <datasource/detail/ascii.hpp>
#include <datasource/detail/percent.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace datasource {

/// Percent-encodes one path segment: every byte but RFC 3986's unreserved ones, so `/` and `?` cannot leave the
/// segment.
inline std::string encode_segment(std::string_view text) {
  constexpr std::string_view hex = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool unreserved = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                            c == '.' || c == '_' || c == '~';
    if (unreserved) {
      encoded += c;
    } else {
      encoded += '%';
      encoded += hex[byte >> 4];
      encoded += hex[byte & 15];
    }
  }
  return encoded;
}

/// Undoes percent-encoding; a `%` that is not followed by two hex digits stays as it is.
inline std::string decode_segment(std::string_view text) { return detail::decode_percent(text); }

/// The path of an origin-form target, without its query.
constexpr std::string_view path_of(std::string_view target) { return target.substr(0, target.find('?')); }

/// The parameters of a target's query, decoded, in order. A plus stays a plus.
inline std::vector<std::pair<std::string, std::string>> query_parameters(std::string_view target) {
  std::vector<std::pair<std::string, std::string>> parameters;
  const std::size_t mark = target.find('?');
  for (std::string_view rest = mark == std::string_view::npos ? std::string_view{} : target.substr(mark + 1);
       !rest.empty();) {
    const std::string_view each = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(each.size() + 1, rest.size()));
    if (each.empty()) continue;
    const std::size_t equals = std::min(each.find('='), each.size());
    parameters.emplace_back(decode_segment(each.substr(0, equals)),
                            decode_segment(each.substr(std::min(equals + 1, each.size()))));
  }
  return parameters;
}

/// What keeps a client's base URL from being used, or empty. User info is refused, since a URL is shown and logged.
constexpr std::string_view base_url_problem(std::string_view base) {
  if (base.empty()) return {};
  const std::size_t scheme = base.starts_with("http://") ? 7 : base.starts_with("https://") ? 8 : 0;
  if (scheme == 0 || base.size() == scheme) return "it is not an http:// or https:// URL";
  const std::string_view rest = base.substr(scheme);
  if (rest.substr(0, rest.find('/')).find('@') != std::string_view::npos)
    return "it must not hold credentials; give them as auth";
  if (rest.find_first_of("?# \r\n") != std::string_view::npos)
    return "it must not hold a query, a fragment or white space";
  return {};
}

/// The parts of a base URL that base_url_problem() has nothing against.
struct UrlParts {
  bool tls = false;            ///< Whether it is https.
  std::string_view host = {};  ///< An IPv6 address in brackets.
  std::string_view port = {};  ///< The scheme's own where the URL has none.
  std::string_view path = {};  ///< From the slash on; empty without one.
};

/// Takes a base URL apart; all texts but a port that is not written are parts of it.
constexpr UrlParts parts_of_url(std::string_view base) {
  UrlParts parts{.tls = base.starts_with("https:"), .port = base.starts_with("https:") ? "443" : "80"};
  const std::size_t slashes = base.find("//");
  if (slashes == std::string_view::npos) return parts;
  const std::string_view rest = base.substr(slashes + 2);
  const std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
  parts.path = rest.substr(authority.size());
  const std::size_t bracket = authority.starts_with('[') ? authority.find(']') : std::string_view::npos;
  const std::size_t colon = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
  parts.host = authority.substr(0, colon);
  if (colon != std::string_view::npos && colon + 1 < authority.size()) parts.port = authority.substr(colon + 1);
  return parts;
}

/// The host of a URL or of a `Host` header as resolvers want it: an IPv6 address without its brackets.
constexpr std::string_view without_brackets(std::string_view host) {
  return host.starts_with('[') && host.ends_with(']') ? host.substr(1, host.size() - 2) : host;
}

/// Whether an address literal or a name stands for this machine only: `localhost`, `127.0.0.0/8`, `::1`. Asks no DNS.
constexpr bool is_loopback_name(std::string_view host) {
  if (detail::iequals(host, "localhost") || host == "::1") return true;
  const bool numeric = host.find_first_not_of("0123456789.") == std::string_view::npos;
  return numeric && host.starts_with("127.") && std::count(host.begin(), host.end(), '.') == 3;
}

/// Whether a base URL leads to this machine by its form: a name as above, or one below `localhost`. Asks no DNS.
constexpr bool is_loopback(std::string_view base) {
  const std::string_view host = without_brackets(parts_of_url(base).host);
  constexpr std::string_view below = ".localhost";
  return is_loopback_name(host) ||
         (host.size() > below.size() && detail::iequals(host.substr(host.size() - below.size()), below));
}

}  // namespace datasource
