#pragma once

#include <datasource/protocol/opensearch/reply.hpp>
#include <datasource/protocol/opensearch/routes.hpp>

#include <fast_float/fast_float.h>

#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace datasource {

/// Names and values of a time series: `{"__name__": "up", "job": "prometheus"}`.
using Labels = std::map<std::string, std::string, std::less<>>;

/// A query in the source's own language, passed on as it is.
struct DirectQuery {
  std::string text = {};            ///< In that language.
  std::string language = "PROMQL";  ///< `PROMQL`; the server knows no other.
  std::map<std::string, std::string, std::less<>> options =
      {};  ///< `queryType` and its times, in seconds since 1970; see the builders below.

  /// PromQL at one moment.
  static DirectQuery instant(std::string promql, std::int64_t time) {
    return {.text = std::move(promql), .options = {{"queryType", "instant"}, {"time", std::to_string(time)}}};
  }

  /// PromQL from `start` to `end`, both included, one sample each `step` seconds.
  static DirectQuery range(std::string promql, std::int64_t start, std::int64_t end, std::int64_t step) {
    return {.text = std::move(promql),
            .options = {{"queryType", "range"},
                        {"start", std::to_string(start)},
                        {"end", std::to_string(end)},
                        {"step", std::to_string(step)}}};
  }
};

/// One value at one moment.
struct Sample {
  double time = 0;   ///< Seconds since 1970.
  double value = 0;  ///< NaN and the infinities are values.
};

/// One time series of a reply. A scalar is a series without labels.
struct Series {
  Labels labels = {};                ///< What tells it from other series.
  std::vector<Sample> samples = {};  ///< By time; exactly one for `vector` and `scalar`.
};

/// What a query in a source's own language gave.
struct DirectQueryResult {
  std::string id = {};              ///< Of the query.
  std::string session = {};         ///< Of the server's session.
  std::string type = {};            ///< `matrix`, `vector` or `scalar`.
  std::vector<Series> series = {};  ///< In the server's order.
};

namespace protocol {

namespace detail {

inline Labels labels_of(const Json& json) {
  Labels labels;
  if (!json.is_object()) return labels;
  for (const auto& [name, value] : json.items()) {
    if (value.is_string()) labels.emplace(name, value.template get<std::string>());
  }
  return labels;
}

/// Prometheus's pair of a time and a value as text: `[1795486130, "1"]`.
inline bool read_sample(const Json& json, Sample& sample) {
  if (!json.is_array() || json.size() != 2 || !json[0].is_number() || !json[1].is_string()) return false;
  const auto& text = json[1].get_ref<const std::string&>();
  std::string_view digits{text};
  if (digits.starts_with('+')) digits.remove_prefix(1);
  sample.time = json[0].get<double>();
  const auto [end, problem] = fast_float::from_chars(digits.data(), digits.data() + digits.size(), sample.value);
  return problem == std::errc{} && end == digits.data() + digits.size();
}

inline bool read_series(const Json& json, Series& series) {
  if (!json.is_object()) return false;
  if (const auto metric = json.find("metric"); metric != json.end()) series.labels = labels_of(*metric);
  const auto values = json.find("values");
  const auto value = json.find("value");
  if (values != json.end() && values->is_array()) {
    for (const Json& each : *values) {
      if (!read_sample(each, series.samples.emplace_back())) return false;
    }
    return true;
  }
  return value != json.end() && read_sample(*value, series.samples.emplace_back());
}

inline bool read_series_list(const Json& result, DirectQueryResult& read) {
  if (!result.is_array()) return false;
  if (read.type == "scalar") return read_sample(result, read.series.emplace_back().samples.emplace_back());
  for (const Json& each : result) {
    if (!read_series(each, read.series.emplace_back())) return false;
  }
  return true;
}

}  // namespace detail

/// `POST /_plugins/_directquery/_query/{source}`. Errors: `invalid` for a source that cannot stand in a path.
inline Result<HttpRequest> direct_query_request(std::string_view source, const DirectQuery& query) {
  return detail::with_segment(routes::direct_query, source, "name").map([&](std::string target) {
    detail::OrderedJson body{{"query", query.text}, {"language", query.language}};
    for (const auto& [name, value] : query.options) body["options"][name] = value;
    return detail::json_request("POST", std::move(target), body);
  });
}

/// Errors: the server's own; `malformed`; `invalid` for an empty result. A real OpenSearch answers 200 with an empty
/// object where the source refused the query, and says no more, not even whether the query or its options were at
/// fault. Source: OpenSearch 3.4.0, recording "direct query prometheus".
inline Result<DirectQueryResult> read_direct_query(const HttpResponse& response) {
  const auto json = detail::object_of(response);
  if (!json) return fail(json.error());
  const auto results = json->find("results");
  if (results == json->end() || !results->is_object() || results->empty())
    return fail(ErrorKind::malformed, "the reply holds no results");
  const detail::Json& first = results->begin().value();  // there is one, under the source's name
  if (first.is_object() && first.empty()) {
    return fail({.kind = ErrorKind::invalid,
                 .message = "the data source refused the query and the server does not say why; check the query, its "
                            "language and its options",
                 .status = response.status,
                 .type = "EmptyResultException",
                 .field = "query"});
  }
  DirectQueryResult read{.id = datasource::detail::text_or_empty(*json, "queryId"),
                         .session = datasource::detail::text_or_empty(*json, "sessionId"),
                         .type = datasource::detail::text_or_empty(first, "resultType")};
  const auto list = first.is_object() ? first.find("result") : first.end();
  if (list == first.end() || !detail::read_series_list(*list, read))
    return fail(ErrorKind::malformed, "the results are not time series");
  return read;
}

}  // namespace protocol

}  // namespace datasource
