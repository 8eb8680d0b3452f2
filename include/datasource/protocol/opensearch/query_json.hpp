#pragma once

#include <datasource/detail/json.hpp>
#include <datasource/http/message.hpp>
#include <datasource/http/url.hpp>
#include <datasource/model/query.hpp>
#include <datasource/protocol/opensearch/routes.hpp>

#include <string>
#include <utility>
#include <variant>

namespace datasource {

/// Longest statement taken, in bytes.
inline constexpr std::size_t max_statement_length = 256 * 1024;

/// `POST /_plugins/_sql` or `_ppl` with `{"query", "fetch_size"?, "parameters"?}`; what the query leaves out is left
/// out. The reply's format is asked for by `?format=`, except JDBC, which is the server's default. Source:
/// OpenSearch 3.4.0, recordings "sql", "ppl" and "sql cursor paging".
inline HttpRequest query_request(const Query& query) {
  detail::OrderedJson body{{"query", query.text}};
  if (query.fetch_size > 0) body["fetch_size"] = query.fetch_size;
  for (const Parameter& parameter : query.parameters) {
    body["parameters"].push_back(
        {{"type", parameter.type},
         {"value", std::visit([](const auto& plain) { return detail::OrderedJson(plain); }, parameter.value)}});
  }
  std::string target{query.language == Language::sql ? routes::sql : routes::ppl};
  if (query.format != Format::jdbc) target += "?format=" + std::string{to_string(query.format)};
  return {"POST", std::move(target), {{"Content-Type", "application/json"}}, detail::dump(body)};
}

/// The server's side. Errors: `malformed`, `invalid`; `unsupported` for a format or a member that would otherwise be
/// ignored.
inline Result<Query> read_query_request(const HttpRequest& request, Language language) {
  const std::string_view target = request.target;
  if (const auto mark = target.find('?'); mark != std::string_view::npos && target.substr(mark) != "?format=jdbc") {
    return fail({.kind = ErrorKind::unsupported,
                 .message = "only format=jdbc is supported here; leave the query string out",
                 .status = 400,
                 .field = "format"});
  }
  auto body = detail::parse_json(request.body, "the request body");
  if (!body) return fail(body.error());
  if (!body->is_object())
    return fail(invalid({{"body", "wrong_type", "a query is a JSON object", "send {\"query\": \"select …\"}"}}));
  for (const auto& [key, value] : body->items()) {
    if (key == "query" || (key == "fetch_size" && value == 0)) continue;
    return fail(invalid({{key, "unsupported_field", "it is not supported here", "leave it out"}}));
  }
  const auto text = body->find("query");
  if (text == body->end() || !text->is_string() ||
      text->get_ref<const std::string&>().find_first_not_of(" \t\r\n") == std::string::npos) {
    return fail(invalid({{"query", "required", "the statement is missing", "send {\"query\": \"select …\"}"}}));
  }
  if (text->get_ref<const std::string&>().size() > max_statement_length) {
    return fail(invalid({{"query", "query_length",
                          "it is longer than " + std::to_string(max_statement_length) + " bytes", "shorten it"}}));
  }
  return Query{.language = language, .text = text->get<std::string>()};
}

}  // namespace datasource
