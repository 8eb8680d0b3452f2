#pragma once

#include <datasource/protocol/opensearch/direct_query.hpp>
#include <datasource/protocol/opensearch/reply.hpp>
#include <datasource/protocol/opensearch/routes.hpp>

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace datasource {

/// Query parameters of a resource, in order: `{"match[]", "up"}`, `{"start", "1795486000"}`, `{"limit", "2"}`. A name
/// may come more than once.
using ResourceParameters = std::vector<std::pair<std::string, std::string>>;

/// What a metric is, as the program that exports it says.
struct MetricMetadata {
  std::string type = {};  ///< `counter`, `gauge`, `histogram`, `summary`, …
  std::string help = {};  ///< One sentence for people.
  std::string unit = {};  ///< Often empty.

  friend bool operator==(const MetricMetadata&, const MetricMetadata&) = default;
};

/// By metric; programs may disagree, so a metric may have several.
using Metadata = std::map<std::string, std::vector<MetricMetadata>, std::less<>>;

/// An alert that a rule has raised.
struct Alert {
  Labels labels = {};          ///< Those of the rule and of the series.
  Labels annotations = {};     ///< Texts for people.
  std::string state = {};      ///< `pending` or `firing`.
  std::string active_at = {};  ///< RFC 3339.
  std::string value = {};      ///< A number as Prometheus writes it.
};

/// A rule that a Prometheus evaluates.
struct Rule {
  std::string name = {};           ///< Of the alert, or of the metric that it records.
  std::string query = {};          ///< PromQL.
  std::string type = {};           ///< `recording` or `alerting`.
  std::string health = {};         ///< `ok`, `err` or `unknown`.
  std::string state = {};          ///< Of an alerting rule: `inactive`, `pending` or `firing`.
  Labels labels = {};              ///< Added to what it raises or records.
  Labels annotations = {};         ///< Texts for people.
  std::vector<Alert> alerts = {};  ///< Those that are pending or firing.
};

/// Rules that are evaluated together.
struct RuleGroup {
  std::string name = {};         ///< Unique in its file.
  std::string file = {};         ///< On the Prometheus.
  double interval = 0;           ///< Seconds.
  std::vector<Rule> rules = {};  ///< In order of evaluation.
};

namespace protocol {

namespace detail {

inline Result<HttpRequest> resource_request(std::string_view source, std::string_view resource,
                                            const ResourceParameters& parameters) {
  return with_segment(routes::direct_resources, source, "name").map([&](std::string target) {
    target += "/api/v1/" + std::string{resource};
    char separator = '?';
    for (const auto& [name, value] : parameters) {
      target += std::exchange(separator, '&') + encode_segment(name) + '=' + encode_segment(value);
    }
    return HttpRequest{"GET", std::move(target), {}, {}};
  });
}

inline Result<Json> resource_data(const HttpResponse& response, bool (Json::*shape)() const noexcept) {
  auto json = object_of(response);
  if (!json) return json;
  const auto data = json->find("data");
  if (data == json->end() || !((*data).*shape)())
    return fail(ErrorKind::malformed, "the reply's data is not what the resource is");
  return Json(std::move(*data));
}

/// The objects of a member that is an array; others are passed over.
template <class Read>
void each_object(const Json& object, std::string_view key, Read read) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_array()) return;
  for (const Json& each : *found) {
    if (each.is_object()) read(each);
  }
}

inline Labels member_labels(const Json& object, std::string_view key) {
  const auto found = object.find(key);
  return found == object.end() ? Labels{} : labels_of(*found);
}

inline std::vector<Alert> alerts_of(const Json& object) {
  using datasource::detail::text_or_empty;
  std::vector<Alert> alerts;
  each_object(object, "alerts", [&](const Json& each) {
    alerts.push_back({.labels = member_labels(each, "labels"),
                      .annotations = member_labels(each, "annotations"),
                      .state = text_or_empty(each, "state"),
                      .active_at = text_or_empty(each, "activeAt"),
                      .value = text_or_empty(each, "value")});
  });
  return alerts;
}

inline Rule rule_of(const Json& json) {
  using datasource::detail::text_or_empty;
  return {.name = text_or_empty(json, "name"),
          .query = text_or_empty(json, "query"),
          .type = text_or_empty(json, "type"),
          .health = text_or_empty(json, "health"),
          .state = text_or_empty(json, "state"),
          .labels = member_labels(json, "labels"),
          .annotations = member_labels(json, "annotations"),
          .alerts = alerts_of(json)};
}

}  // namespace detail

/// Requests to `GET /_plugins/_directquery/_resources/{source}/api/v1/…`. Errors: `invalid` for a source or a label
/// that cannot stand in a path.
inline Result<HttpRequest> labels_request(std::string_view source, const ResourceParameters& parameters = {}) {
  return detail::resource_request(source, "labels", parameters);
}
/// The values of a label.
inline Result<HttpRequest> label_values_request(std::string_view source, std::string_view label,
                                                const ResourceParameters& parameters = {}) {
  return detail::with_segment("label", label, "label").and_then([&](const std::string& path) {
    return detail::resource_request(source, path + "/values", parameters);
  });
}
/// What metrics are.
inline Result<HttpRequest> metadata_request(std::string_view source, const ResourceParameters& parameters = {}) {
  return detail::resource_request(source, "metadata", parameters);
}
/// @param match One series selector or more, such as `up` or `{job="prometheus"}`.
inline Result<HttpRequest> series_request(std::string_view source, const std::vector<std::string>& match,
                                          ResourceParameters parameters = {}) {
  for (const std::string& each : match) parameters.emplace_back("match[]", each);
  return detail::resource_request(source, "series", parameters);
}
/// The alerts that are active.
inline Result<HttpRequest> alerts_request(std::string_view source) {
  return detail::resource_request(source, "alerts", {});
}
/// The rules, by group.
inline Result<HttpRequest> rules_request(std::string_view source) {
  return detail::resource_request(source, "rules", {});
}

/// The names of labels, or the values of one, in the server's order. Errors of the readers: the server's own;
/// `malformed`. Source: OpenSearch 3.4.0, recording "direct query prometheus".
inline Result<std::vector<std::string>> read_labels(const HttpResponse& response) {
  const auto data = detail::resource_data(response, &detail::Json::is_array);
  if (!data) return fail(data.error());
  std::vector<std::string> labels;
  for (const detail::Json& each : *data) {
    if (each.is_string()) labels.push_back(each.get<std::string>());
  }
  return labels;
}

/// Metadata by metric.
inline Result<Metadata> read_metadata(const HttpResponse& response) {
  const auto data = detail::resource_data(response, &detail::Json::is_object);
  if (!data) return fail(data.error());
  Metadata metadata;
  using datasource::detail::text_or_empty;
  for (const auto& item : data->items()) {
    auto& known = metadata[item.key()];
    detail::each_object(*data, item.key(), [&](const detail::Json& each) {
      known.push_back({text_or_empty(each, "type"), text_or_empty(each, "help"), text_or_empty(each, "unit")});
    });
  }
  return metadata;
}

/// The labels of each series that matches.
inline Result<std::vector<Labels>> read_series(const HttpResponse& response) {
  const auto data = detail::resource_data(response, &detail::Json::is_array);
  if (!data) return fail(data.error());
  std::vector<Labels> series;
  for (const detail::Json& each : *data) series.push_back(detail::labels_of(each));
  return series;
}

/// The alerts that are active.
inline Result<std::vector<Alert>> read_alerts(const HttpResponse& response) {
  return detail::resource_data(response, &detail::Json::is_object).map([](const detail::Json& data) {
    return detail::alerts_of(data);
  });
}

/// The groups with their rules.
inline Result<std::vector<RuleGroup>> read_rules(const HttpResponse& response) {
  return detail::resource_data(response, &detail::Json::is_object).map([](const detail::Json& data) {
    std::vector<RuleGroup> groups;
    detail::each_object(data, "groups", [&](const detail::Json& each) {
      RuleGroup group{.name = datasource::detail::text_or_empty(each, "name"),
                      .file = datasource::detail::text_or_empty(each, "file")};
      if (const auto interval = each.find("interval"); interval != each.end() && interval->is_number())
        group.interval = interval->get<double>();
      detail::each_object(each, "rules",
                          [&](const detail::Json& rule) { group.rules.push_back(detail::rule_of(rule)); });
      groups.push_back(std::move(group));
    });
    return groups;
  });
}

}  // namespace protocol

}  // namespace datasource
