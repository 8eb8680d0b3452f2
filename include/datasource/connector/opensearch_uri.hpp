#pragma once

#include <string>
#include <string_view>

/// As much of java.net.URI as the rules of the dialect `opensearch` need.
namespace datasource::detail::opensearch {

/// What keeps text from being a URI, worded as java.net.URI words it; empty for a URI. Relative ones pass, the empty
/// one among them.
inline std::string uri_syntax_problem(const std::string& uri) {
  const std::size_t stop = uri.find_first_of(":/?#");
  const bool has_scheme = stop != std::string::npos && uri[stop] == ':';
  const std::size_t after_scheme = has_scheme ? stop + 1 : 0;
  const auto worded = [&](std::string_view what, std::size_t index) {
    return std::string{what} + " at index " + std::to_string(index) + ": " + uri;
  };
  if (has_scheme && stop == 0) return worded("Expected scheme name", 0);
  if (has_scheme && after_scheme == uri.size()) return worded("Expected scheme-specific part", after_scheme);
  const bool has_authority = uri.compare(after_scheme, 2, "//") == 0;
  if (has_authority && after_scheme + 2 == uri.size()) return worded("Expected authority", after_scheme + 2);

  std::string_view part = has_scheme ? "scheme name" : "path";
  for (std::size_t i = 0; i < uri.size(); ++i) {
    const char c = uri[i];
    if (i == after_scheme) part = has_authority ? "authority" : has_scheme && c != '/' ? "opaque part" : "path";
    if (part == "authority" && i >= after_scheme + 2 && c == '/') part = "path";
    if (c == '?' && part != "fragment" && part != "opaque part") part = "query";
    if (c == '#' && part != "fragment") {
      part = "fragment";
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    const bool brackets = (c == '[' || c == ']') && (part == "path" || part == "scheme name");
    if (byte <= 0x20 || byte == 0x7f || brackets ||
        std::string_view{"\"<>\\^`{|}#"}.find(c) != std::string_view::npos) {
      return worded("Illegal character in " + std::string{part}, i);
    }
  }
  return {};
}

/// The host of a URI, without brackets; empty when it names none. @pre `uri_syntax_problem(uri).empty()`
inline std::string uri_host(const std::string& uri) {
  const std::size_t slashes = uri.find("//");
  if (slashes == std::string::npos || (slashes > 0 && uri[slashes - 1] != ':')) return {};
  std::string_view authority = std::string_view{uri}.substr(slashes + 2);
  authority = authority.substr(0, authority.find_first_of("/?#"));
  if (const auto at = authority.rfind('@'); at != std::string_view::npos) authority.remove_prefix(at + 1);
  if (authority.starts_with('[')) {
    const auto close = authority.find(']');
    return std::string{authority.substr(1, close == std::string_view::npos ? close : close - 1)};
  }
  return std::string{authority.substr(0, authority.find(':'))};
}

}  // namespace datasource::detail::opensearch
