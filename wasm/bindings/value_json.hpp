#pragma once

#include "kept.hpp"

#include <datasource/columnar/json_writer.hpp>
#include <datasource/detail/json.hpp>
#include <datasource/protocol/opensearch/acknowledgement_json.hpp>
#include <datasource/protocol/opensearch/data_source_json.hpp>
#include <datasource/protocol/opensearch/direct_resources.hpp>
#include <datasource/protocol/opensearch/schema_json.hpp>
#include <datasource/protocol/opensearch/settings.hpp>
#include <datasource/protocol/opensearch/statistics.hpp>
#include <datasource/protocol/opensearch/test_report_json.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

/// What each operation's value is in JavaScript, as JSON text.
namespace datasource::wasm {

/// JSON as it is.
struct JsonText {
  std::string text;
};

/// Any text.
struct PlainText {
  std::string text;
};

inline std::string value_text(JsonText&& json) { return std::move(json.text); }
inline std::string value_text(const PlainText& plain) {
  JsonWriter out;
  out.string(plain.text);
  return std::string{out.view()};
}
inline std::string value_text(const DataSource& source) { return json_text(source, Secrets::mask); }
inline std::string value_text(const Acknowledgement& acknowledgement) { return json_text(acknowledgement); }
inline std::string value_text(const TestReport& report) { return detail::dump(datasource::to_json(report)); }
inline std::string value_text(ResultSet&& result) { return detail::dump(hand_over(std::move(result))); }
inline std::string value_text(DirectQueryResult&& result) { return detail::dump(hand_over(std::move(result))); }
inline std::string value_text(const std::vector<DataSource>& sources) {
  JsonWriter json;
  detail::write_array(json, sources, [&](const DataSource& source) { write_json(json, source, Secrets::mask); });
  return std::string{json.view()};
}
inline std::string value_text(const std::optional<DataSource>& source) {
  return source ? value_text(*source) : std::string{"null"};
}

/// A page's rows, and whether there is another.
inline std::string value_text(Page&& page) {
  detail::OrderedJson json = hand_over(std::move(page.rows));
  json["more"] = !page.cursor.empty();
  return detail::dump(json);
}

inline std::string value_text(const SchemaPage& page) { return detail::dump(datasource::to_json(page)); }
inline std::string value_text(std::uint64_t count) { return std::to_string(count); }

inline std::string value_text(const Statistics& statistics) { return detail::dump(detail::OrderedJson(statistics)); }

inline std::string value_text(const QuerySettings& settings) {
  return detail::dump(detail::OrderedJson{{"persistent", protocol::detail::settings_json(settings.persistent)},
                                          {"transient", protocol::detail::settings_json(settings.transient)}});
}

inline std::string value_text(const std::vector<std::string>& labels) {
  return detail::dump(detail::OrderedJson(labels));
}
inline std::string value_text(const std::vector<Labels>& series) { return detail::dump(detail::OrderedJson(series)); }

inline std::string value_text(const Metadata& metadata) {
  detail::OrderedJson json = detail::OrderedJson::object();
  for (const auto& [metric, known] : metadata) {
    json[metric] = detail::OrderedJson::array();
    for (const MetricMetadata& each : known)
      json[metric].push_back({{"type", each.type}, {"help", each.help}, {"unit", each.unit}});
  }
  return detail::dump(json);
}

inline detail::OrderedJson alerts_json(const std::vector<Alert>& alerts) {
  detail::OrderedJson json = detail::OrderedJson::array();
  for (const Alert& alert : alerts) {
    json.push_back({{"labels", alert.labels},
                    {"annotations", alert.annotations},
                    {"state", alert.state},
                    {"activeAt", alert.active_at},
                    {"value", alert.value}});
  }
  return json;
}
inline std::string value_text(const std::vector<Alert>& alerts) { return detail::dump(alerts_json(alerts)); }

inline std::string value_text(const std::vector<RuleGroup>& groups) {
  detail::OrderedJson json = detail::OrderedJson::array();
  for (const RuleGroup& group : groups) {
    detail::OrderedJson rules = detail::OrderedJson::array();
    for (const Rule& rule : group.rules) {
      rules.push_back({{"name", rule.name},
                       {"query", rule.query},
                       {"type", rule.type},
                       {"health", rule.health},
                       {"state", rule.state},
                       {"labels", rule.labels},
                       {"annotations", rule.annotations},
                       {"alerts", alerts_json(rule.alerts)}});
    }
    json.push_back({{"name", group.name}, {"file", group.file}, {"interval", group.interval}, {"rules", rules}});
  }
  return detail::dump(json);
}

}  // namespace datasource::wasm
