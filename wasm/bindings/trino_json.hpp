#pragma once

#include "inputs.hpp"
#include "step_json.hpp"

#include <datasource/detail/json.hpp>
#include <datasource/model/error.hpp>
#include <datasource/operation/trino_query.hpp>
#include <datasource/protocol/trino/session.hpp>
#include <datasource/protocol/trino/statement.hpp>

#include <map>
#include <optional>
#include <string>
#include <utility>

/// What JavaScript gives and gets of a Trino, as JSON.
namespace datasource::wasm {

/// `{"name": "text"}`; absent: empty.
inline Result<std::map<std::string, std::string>> read_texts(const Json& json, const std::string& field) {
  std::map<std::string, std::string> texts;
  if (json.is_null()) return texts;
  if (!json.is_object()) return fail(wrong_type(field, "give an object of texts by their names"));
  for (const auto& [name, value] : json.items()) {
    if (!value.is_string()) return fail(wrong_type(field + '.' + name, "give text"));
    texts[name] = value.template get<std::string>();
  }
  return texts;
}

/// Members as in TrinoSession of src/trino.ts; those that are absent have their defaults.
inline Result<TrinoSession> read_trino_session(const Json& json) {
  TrinoSession session;
  const auto text = [&](std::string_view key, std::string& into) {
    if (member(json, key).is_string()) into = detail::text_or_empty(json, key);
  };
  text("user", session.user);
  text("source", session.source);
  text("catalog", session.catalog);
  text("schema", session.schema);
  text("timeZone", session.time_zone);
  text("clientInfo", session.client_info);
  for (const Json& tag : member(json, "clientTags")) {
    if (!tag.is_string()) return fail(wrong_type("clientTags", "give an array of texts"));
    session.client_tags.push_back(tag.get<std::string>());
  }
  for (const auto& [key, into] : {std::pair{"properties", &session.properties},
                                  {"roles", &session.roles},
                                  {"prepared", &session.prepared}}) {
    auto texts = read_texts(member(json, key), key);
    if (!texts) return fail(std::move(texts.error()));
    *into = std::move(*texts);
  }
  return session;
}

inline detail::OrderedJson trino_session_json(const TrinoSession& session) {
  return {{"user", session.user},
          {"source", session.source},
          {"catalog", session.catalog},
          {"schema", session.schema},
          {"timeZone", session.time_zone},
          {"clientInfo", session.client_info},
          {"clientTags", session.client_tags},
          {"properties", session.properties},
          {"roles", session.roles},
          {"prepared", session.prepared}};
}

inline detail::OrderedJson trino_stats_json(const TrinoStats& stats) {
  return {{"state", stats.state},
          {"progress", stats.progress},
          {"totalSplits", stats.total_splits},
          {"completedSplits", stats.completed_splits},
          {"processedRows", stats.processed_rows},
          {"processedBytes", stats.processed_bytes},
          {"elapsedMs", stats.elapsed_ms},
          {"queuedMs", stats.queued_ms},
          {"peakMemoryBytes", stats.peak_memory_bytes}};
}

/// Adds what is beside the rows.
inline void add_trino_outcome(detail::OrderedJson& json, const TrinoOutcome& outcome) {
  json["id"] = outcome.id;
  json["updateType"] = outcome.update_type;
  if (outcome.update_count) json["updateCount"] = *outcome.update_count;
  json["warnings"] = outcome.warnings;
  json["stats"] = trino_stats_json(outcome.stats);
}

inline std::string trino_error_text(const Error& error, const std::optional<TrinoLocation>& location) {
  detail::OrderedJson json = error_json(error);
  if (location) json["location"] = {{"line", location->line}, {"column", location->column}};
  return detail::dump(detail::OrderedJson{{"error", std::move(json)}});
}

}  // namespace datasource::wasm
