#pragma once

#include <datasource/model/query.hpp>
#include <datasource/protocol/opensearch/reply.hpp>
#include <datasource/protocol/opensearch/routes.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <string>

namespace datasource {

/// A node's counters since it started, by the server's names: `request_total`, `ppl_failed_request_count_cuserr`, …
using Statistics = std::map<std::string, std::int64_t, std::less<>>;

namespace protocol {

/// `GET /_plugins/_sql/stats` or `_ppl/stats`. A real OpenSearch answers both with all counters.
inline HttpRequest statistics_request(Language language) {
  return {"GET", std::string{language == Language::sql ? routes::sql : routes::ppl} + "/stats", {}, {}};
}

/// Members that are no whole numbers are passed over. Errors: the server's own; `malformed`.
/// Source: OpenSearch 3.4.0, recordings "sql", "ppl", where it comes as text/plain.
inline Result<Statistics> read_statistics(const HttpResponse& response) {
  const auto json = detail::object_of(response);
  if (!json) return fail(json.error());
  Statistics statistics;
  for (const auto& [name, value] : json->items()) {
    if (value.is_number_integer()) statistics.emplace(name, value.template get<std::int64_t>());
  }
  return statistics;
}

}  // namespace protocol

}  // namespace datasource
