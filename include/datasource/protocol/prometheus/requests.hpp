#pragma once

#include <datasource/http/message.hpp>
#include <datasource/http/url.hpp>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// The requests of Prometheus' HTTP API, which Thanos, Mimir, VictoriaMetrics and others have too.
/// Source: prometheus.io/docs/prometheus/latest/querying/api.
namespace datasource::protocol::prometheus {

/// A point in time as the API takes it without a loss: `2024-01-31T10:11:12.123Z`.
/// @param milliseconds Since 1970, UTC; years 0 to 9999.
inline std::string time_text(std::int64_t milliseconds) {
  using namespace std::chrono;
  const sys_time<std::chrono::milliseconds> time{std::chrono::milliseconds{milliseconds}};
  const auto day = floor<days>(time);
  const year_month_day date{day};
  const hh_mm_ss clock{time - day};
  char text[40];
  std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()), static_cast<int>(clock.subseconds().count()));
  return text;
}

namespace detail {

using Form = std::vector<std::pair<std::string_view, std::string>>;

/// As GET, which may be sent again, unless the parameters are too long for a URL. Those without a value are left out.
inline HttpRequest form_request(std::string target, const Form& parameters) {
  constexpr std::size_t longest_query = 4000;
  std::string form;
  for (const auto& [name, value] : parameters) {
    if (value.empty()) continue;
    if (!form.empty()) form += '&';
    form.append(encode_segment(name)).append("=").append(encode_segment(value));
  }
  if (form.size() > longest_query) {
    return {"POST", std::move(target), {{"Content-Type", "application/x-www-form-urlencoded"}}, std::move(form), {}};
  }
  if (!form.empty()) target.append("?").append(form);
  return {"GET", std::move(target), {}, {}, {}};
}

}  // namespace detail

/// Evaluates an expression at one point in time. The reply is one for read_samples.
/// @param time As time_text writes it, or seconds since 1970; empty: now.
inline HttpRequest query_request(std::string promql, std::string time = {}) {
  return detail::form_request("/api/v1/query", {{"query", std::move(promql)}, {"time", std::move(time)}});
}

/// Evaluates an expression over a range of time. The reply is one for read_samples.
/// @param step Seconds, or a duration such as `1m`.
inline HttpRequest range_request(std::string promql, std::string start, std::string end, std::string step) {
  return detail::form_request(
      "/api/v1/query_range",
      {{"query", std::move(promql)}, {"start", std::move(start)}, {"end", std::move(end)}, {"step", std::move(step)}});
}

/// Asks for the names of all metrics. The reply is one for read_names.
inline HttpRequest metrics_request() { return {"GET", "/api/v1/label/__name__/values", {}, {}, {}}; }

/// Asks for the names of the labels that the selected series have. The reply is one for read_names.
/// @param selector Such as `up{job="node"}`.
inline HttpRequest labels_request(std::string selector) {
  return detail::form_request("/api/v1/labels", {{"match[]", std::move(selector)}});
}

/// Asks what is known of a metric. The reply is one for read_metadata.
inline HttpRequest metadata_request(std::string metric) {
  return detail::form_request("/api/v1/metadata", {{"metric", std::move(metric)}});
}

/// Asks for the version, which servers before 2.14 do not tell. The reply is one for read_version.
inline HttpRequest version_request() { return {"GET", "/api/v1/status/buildinfo", {}, {}, {}}; }

}  // namespace datasource::protocol::prometheus
