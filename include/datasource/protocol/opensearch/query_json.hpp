#pragma once

#include <datasource/detail/json.hpp>
#include <datasource/http/message.hpp>
#include <datasource/http/url.hpp>
#include <datasource/model/query.hpp>
#include <datasource/protocol/opensearch/parameters_json.hpp>
#include <datasource/protocol/opensearch/routes.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace datasource {

/// Longest statement taken, in bytes.
inline constexpr std::size_t max_statement_length = std::size_t{256} << 10;

/// Most rows of a page.
inline constexpr std::uint32_t max_fetch_size = 1'000'000;

/// `POST /_plugins/_sql` or `_ppl` with `{"query", "fetch_size"?, "parameters"?}`; what the query leaves out is left
/// out. The reply's format is asked for by `?format=`, except JDBC, which is the server's default. Source:
/// OpenSearch 3.4.0, recordings "sql", "ppl" and "sql cursor paging".
inline HttpRequest query_request(const Query& query) {
  detail::OrderedJson body{{"query", query.text}};
  if (query.fetch_size > 0) body["fetch_size"] = query.fetch_size;
  if (!query.parameters.empty()) body["parameters"] = detail::parameters_json(query.parameters);
  std::string target{query.language == Language::sql ? routes::sql : routes::ppl};
  if (query.format != Format::jdbc) target += "?format=" + std::string{to_string(query.format)};
  HttpRequest request{"POST", std::move(target), {{"Content-Type", "application/json"}}, detail::dump(body)};
  if (!query.id.empty()) request.headers.emplace_back("X-Opaque-Id", query.id);
  if (!query.cache_control.empty()) request.headers.emplace_back("Cache-Control", query.cache_control);
  return request;
}

/// Longest id of a statement, in bytes.
inline constexpr std::size_t max_query_id_length = 128;

namespace detail {

inline Result<Json> query_body(const HttpRequest& request) {
  auto body = parse_json(request.body, "the request body");
  if (body && !body->is_object())
    return fail(invalid({{"body", "wrong_type", "a query is a JSON object", "send {\"query\": \"select …\"}"}}));
  return body;
}

inline Result<Format> query_format(std::string_view target) {
  Format format = Format::jdbc;
  for (const auto& [key, value] : query_parameters(target)) {
    if (key != "format") return fail(invalid({{key, "unsupported_field", "it is not supported here", "leave it out"}}));
    if (value != "jdbc" && value != "csv" && value != "raw")
      return fail(invalid({{"format", "choice", '"' + value + "\" is not supported here", "use jdbc, csv or raw"}}));
    format = value == "csv" ? Format::csv : value == "raw" ? Format::raw : Format::jdbc;
  }
  return format;
}

}  // namespace detail

/// The server's side. Errors: `malformed`; `invalid`, also for a format or a member that would otherwise be ignored.
inline Result<Query> read_query_request(const HttpRequest& request, Language language) {
  const auto format = detail::query_format(request.target);
  if (!format) return fail(format.error());
  const auto body = detail::query_body(request);
  if (!body) return fail(body.error());
  Query query{.language = language, .format = *format, .id = std::string{find_header(request.headers, "X-Opaque-Id")}};
  for (const auto& [key, value] : body->items()) {
    if (key == "query") continue;
    if (key == "parameters" && language == Language::sql) {
      auto parameters = read_parameters(value);
      if (!parameters) return fail(parameters.error());
      query.parameters = std::move(*parameters);
      continue;
    }
    if (key != "fetch_size")
      return fail(invalid({{key, "unsupported_field", "it is not supported here", "leave it out"}}));
    const bool whole = value.is_number_unsigned() && value.get<std::uint64_t>() <= max_fetch_size;
    if (!whole)
      return fail(invalid({{"fetch_size", "number_range", "it is no number of rows",
                            "use 1 to " + std::to_string(max_fetch_size) + ", or 0 for all rows in one reply"}}));
    query.fetch_size = value.get<std::uint32_t>();
  }
  if (query.fetch_size > 0 && query.format != Format::jdbc)
    return fail(invalid(
        {{"fetch_size", "contradiction", "pages come in the format jdbc only", "leave fetch_size or the format out"}}));
  const bool printable = std::all_of(query.id.begin(), query.id.end(), [](char c) { return c > ' ' && c < 127; });
  if (query.id.size() > max_query_id_length || !printable)
    return fail(invalid({{"X-Opaque-Id", "query_id", "it is no id of a query",
                          "use at most " + std::to_string(max_query_id_length) + " visible ASCII characters"}}));
  const auto text = body->find("query");
  if (text == body->end() || !text->is_string() ||
      text->get_ref<const std::string&>().find_first_not_of(" \t\r\n") == std::string::npos) {
    return fail(invalid({{"query", "required", "the statement is missing", "send {\"query\": \"select …\"}"}}));
  }
  if (text->get_ref<const std::string&>().size() > max_statement_length) {
    return fail(invalid({{"query", "query_length",
                          "it is longer than " + std::to_string(max_statement_length) + " bytes", "shorten it"}}));
  }
  query.text = text->get<std::string>();
  return query;
}

/// The cursor of a request for a page, or for closing; nothing where the body names none. Errors: `malformed`;
/// `invalid` where it names a statement too.
inline Result<std::optional<std::string>> read_cursor_request(const HttpRequest& request) {
  const auto body = detail::query_body(request);
  if (!body) return fail(body.error());
  const auto cursor = body->find("cursor");
  if (cursor == body->end()) return std::optional<std::string>{};
  if (!cursor->is_string() || body->size() != 1)
    return fail(invalid({{"cursor", "wrong_type", "a cursor is a text and stands alone",
                          "send {\"cursor\": \"…\"} as the page before named it"}}));
  return std::optional{cursor->get<std::string>()};
}

}  // namespace datasource
