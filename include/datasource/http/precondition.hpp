#pragma once

#include <datasource/http/message.hpp>
#include <datasource/model/data_source.hpp>
#include <datasource/model/error.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

/// Versions of what a server keeps, as RFC 9110 has them: `ETag` in replies, `If-Match` in requests.
namespace datasource {

/// The value of a header `ETag` for a version.
inline std::string etag_header(std::string_view etag) { return '"' + std::string{etag} + '"'; }

/// Whether a header `If-Match` permits a write over that version: it is absent, `*`, or a list that has it. Quotes may
/// be left out, and a proxy that compresses replies may have made the version weak (`W/"…"`).
inline bool if_match_permits(std::string_view header, std::string_view etag) {
  if (header.empty()) return true;
  while (!header.empty()) {
    std::string_view each = header.substr(0, header.find(','));
    header.remove_prefix(std::min(each.size() + 1, header.size()));
    while (each.starts_with(' ') || each.starts_with('\t')) each.remove_prefix(1);
    while (each.ends_with(' ') || each.ends_with('\t')) each.remove_suffix(1);
    if (each == "*") return true;
    if (each.starts_with("W/")) each.remove_prefix(2);
    if (each.size() >= 2 && each.starts_with('"') && each.ends_with('"')) each = each.substr(1, each.size() - 2);
    if (!etag.empty() && each == etag) return true;
  }
  return false;
}

/// The request with the version that it expects to find, if it names one. Errors: `invalid` for what cannot be one.
inline Result<HttpRequest> with_precondition(Result<HttpRequest> request, const IfMatch& expected) {
  if (!request || expected.etag.empty()) return request;
  const bool sound = std::all_of(expected.etag.begin(), expected.etag.end(),
                                 [](char c) { return c > ' ' && c <= '~' && c != '"' && c != ','; });
  if (!sound)
    return fail(
        invalid({{"ifMatch", "etag_form", "it is not the version of a data source", "give one as it was read"}}));
  request->headers.emplace_back("If-Match", etag_header(expected.etag));
  return request;
}

}  // namespace datasource
