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

/// Whether a base URL leads to this machine by its form: `localhost` and names below it, `127.…`, `[::1]`. Asks no DNS.
inline bool is_loopback(std::string_view base) {
  base.remove_prefix(std::min(base.find("//"), base.size()));
  base.remove_prefix(std::min<std::size_t>(base.size(), 2));
  std::string_view host = base.substr(0, base.find_first_of("/?#"));
  if (host.starts_with("[::1]")) return true;
  host = host.substr(0, host.find(':'));
  if (host.starts_with("127.")) return host.find_first_not_of("0123456789.") == std::string_view::npos;
  constexpr std::string_view name = "localhost";
  return detail::iequals(host, name) || (host.size() > name.size() && host[host.size() - name.size() - 1] == '.' &&
                                         detail::iequals(host.substr(host.size() - name.size()), name));
}

}  // namespace datasource
