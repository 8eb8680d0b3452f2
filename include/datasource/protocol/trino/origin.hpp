#pragma once

#include <datasource/detail/ascii.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace datasource::protocol {

/// A URL in the two parts that a request has.
struct SplitUrl {
  std::string origin = {};  ///< `https://host:port`, in lower case and without the scheme's own port.
  std::string target = {};  ///< From the path on, without fragment.

  friend bool operator==(const SplitUrl&, const SplitUrl&) = default;
};

/// Takes a URL apart; nothing for one that is not http or https, or that holds credentials or white space.
inline std::optional<SplitUrl> split_url(std::string_view url) {
  using datasource::detail::iequals;
  const std::size_t mark = url.find("://");
  if (mark == std::string_view::npos) return std::nullopt;
  const std::string_view scheme = url.substr(0, mark);
  const bool secure = iequals(scheme, "https");
  if (!secure && !iequals(scheme, "http")) return std::nullopt;
  for (const char c : url) {
    if (static_cast<unsigned char>(c) <= ' ' || c == '\\' || c == '\x7f') return std::nullopt;
  }
  std::string_view rest = url.substr(mark + 3);
  rest = rest.substr(0, rest.find('#'));
  const std::size_t end = rest.find_first_of("/?");
  std::string_view authority = rest.substr(0, end);
  if (authority.empty() || authority.find('@') != std::string_view::npos) return std::nullopt;
  const std::string_view usual = secure ? ":443" : ":80";
  if (authority.ends_with(usual)) authority.remove_suffix(usual.size());
  SplitUrl split{.origin = (secure ? "https://" : "http://") + datasource::detail::to_lower(authority)};
  const std::string_view target = end == std::string_view::npos ? std::string_view{} : rest.substr(end);
  split.target = target.starts_with('/') ? std::string{target} : '/' + std::string{target};
  return split;
}

}  // namespace datasource::protocol
