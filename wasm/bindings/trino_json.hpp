#pragma once

#include "inputs.hpp"
#include "kept.hpp"
#include "step_json.hpp"

#include <datasource/detail/json.hpp>
#include <datasource/model/error.hpp>
#include <datasource/operation/trino_query.hpp>
#include <datasource/protocol/trino/session.hpp>
#include <datasource/protocol/trino/statement.hpp>

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <string_view>
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
  for (const auto& [key, into] :
       {std::pair{"properties", &session.properties}, {"roles", &session.roles}, {"prepared", &session.prepared}}) {
    auto texts = read_texts(member(json, key), key);
    if (!texts) return fail(std::move(texts.error()));
    *into = std::move(*texts);
  }
  return session;
}

/// Whether the caller of an operation can undo that encoding.
inline bool can_unpack(const Json& results, std::string_view encoding) {
  return encoding == "json" || member(results, "unpacks") == true;
}

/// `{"encodings"?: [text], "unpacks": whether the caller carries out Unpack, "otherServers"?}`. What is asked for is
/// what can be unpacked of the encodings that are named; without names, of those that there are.
inline Result<TrinoResults> read_trino_results(const Json& json) {
  TrinoResults results;
  if (const Json& allowed = member(json, "otherServers"); !allowed.is_null()) results.other_servers = allowed == true;
  const auto ask_for = [&](std::string_view encoding) {
    if (!can_unpack(json, encoding)) return;
    if (!results.encodings.empty()) results.encodings += ',';
    results.encodings += encoding;
  };
  const Json& named = member(json, "encodings");
  const auto& known = protocol::trino_encodings;
  if (named.is_null()) std::for_each(std::begin(known), std::end(known), ask_for);
  for (const Json& each : named) {
    const std::string name = each.is_string() ? each.get<std::string>() : std::string{};
    if (std::find(std::begin(known), std::end(known), name) == std::end(known))
      return fail(invalid({{"encodings", "not_known", "it names an encoding that is not known",
                            "give an array of json+zstd and json, or an empty one"}}));
    ask_for(name);
  }
  if (!named.empty() && results.encodings.empty())
    return fail(invalid({{"encodings", "cannot_unpack", "nothing here unpacks json+zstd",
                          "give a function as unpack, or name json too"}}));
  return results;
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

/// `{"unpack": {"at", "length", "size"}}`: where the bytes lie, how many they are, and how many they unpack to.
inline std::string unpack_text(const Unpack& step) {
  const std::string at = std::to_string(address_of(step.packed.data()));
  return R"({"unpack":{"at":)" + at + R"(,"length":)" + std::to_string(step.packed.size()) + R"(,"size":)" +
         std::to_string(step.size) + "}}";
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
