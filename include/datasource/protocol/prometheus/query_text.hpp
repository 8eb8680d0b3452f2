#pragma once

#include <datasource/detail/ascii.hpp>
#include <datasource/detail/json.hpp>
#include <datasource/model/error.hpp>
#include <datasource/protocol/prometheus/requests.hpp>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>

/// A text of a native query: an expression, or an expression with its times.
namespace datasource::protocol::prometheus {

namespace detail {

/// The text of a member, or its number as it is written; empty when there is none.
inline std::string value_text(const datasource::detail::Json& object, std::string_view key) {
  const auto found = object.find(key);
  if (found == object.end()) return {};
  return found->is_string() ? found->get<std::string>() : datasource::detail::dump(*found);
}

}  // namespace detail

/// The request that evaluates a text. It is PromQL, evaluated now, or an object:
/// - `{"query": "…"}`, with `"time"` when not now;
/// - `{"query": "…", "start": …, "end": …, "step": …}` for the values at every step of a range.
///
/// Times are RFC 3339 or seconds since 1970, a step is seconds or a duration such as `"1m"`.
/// Errors: `invalid` for an empty text, or an object with other members or without one that it needs.
inline Result<HttpRequest> query_text(std::string_view text) {
  const std::size_t begin = std::min(text.find_first_not_of(" \t\r\n"), text.size());
  text.remove_prefix(begin);
  const auto refuse = [](std::string message) {
    return fail(Error{.kind = ErrorKind::invalid, .message = std::move(message), .status = 400, .field = "query"});
  };
  if (text.empty()) return refuse("the query is empty; write an expression such as sum by (job) (rate(requests[5m]))");
  // A selector of PromQL may begin with a brace too, but is no JSON.
  const auto json = text.front() == '{' ? datasource::detail::parse_json(text, "the query")
                                        : Result<datasource::detail::Json>{nullptr};
  if (!json || !json->is_object()) return query_request(std::string{text});
  constexpr std::string_view known[] = {"query", "time", "start", "end", "step"};
  for (const auto& [key, value] : json->items()) {
    if (std::find(std::begin(known), std::end(known), key) == std::end(known))
      return refuse("the query's member \"" + key + "\" is not known; it may have query, time, start, end and step");
    if (!value.is_string() && !value.is_number())
      return refuse("the query's member \"" + key + "\" is neither a text nor a number");
  }
  const auto member = [&](std::string_view key) { return detail::value_text(*json, key); };
  if (member("query").empty()) return refuse("the query lacks its member \"query\", the expression");
  const bool range = json->contains("start") || json->contains("end") || json->contains("step");
  if (!range) return query_request(member("query"), member("time"));
  for (const std::string_view key : {"start", "end", "step"}) {
    if (member(key).empty())
      return refuse("a query over a range of time needs start, end and step; \"" + std::string{key} + "\" is missing");
  }
  if (json->contains("time")) return refuse("a query has either a time, or start, end and step");
  return range_request(member("query"), member("start"), member("end"), member("step"));
}

}  // namespace datasource::protocol::prometheus
