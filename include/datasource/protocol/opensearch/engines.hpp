#pragma once

#include <datasource/detail/json.hpp>
#include <datasource/model/engine_status.hpp>
#include <datasource/model/error.hpp>
#include <datasource/protocol/opensearch/error_json.hpp>
#include <datasource/protocol/opensearch/reply.hpp>
#include <datasource/protocol/opensearch/routes.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace datasource {

/// Of the reply to a statement: the id of the engine that ran it.
inline constexpr std::string_view engine_header = "X-Datasource-Engine";

/// `{"missing", "dropped", "refused"}`, each an array of texts.
inline detail::OrderedJson to_json(const Drift& drift) {
  return {{"missing", drift.missing}, {"dropped", drift.dropped}, {"refused", drift.refused}};
}

/// What is no array of texts counts as empty.
inline Drift read_drift(const detail::Json& json) {
  const auto texts = [&](std::string_view key) {
    std::vector<std::string> found;
    const auto member = json.find(key);
    if (member == json.end() || !member->is_array()) return found;
    for (const detail::Json& each : *member) {
      if (each.is_string()) found.push_back(each.get<std::string>());
    }
    return found;
  };
  return {.missing = texts("missing"), .dropped = texts("dropped"), .refused = texts("refused")};
}

/// The API's JSON of a comparison; `problem` only where there is one.
inline detail::OrderedJson to_json(const DriftCheck& check) {
  detail::OrderedJson json{{"checkedAt", check.time}};
  json.update(to_json(check.found));
  if (!check.problem.empty()) json["problem"] = check.problem;
  return json;
}

/// The API's JSON of an engine; `drift` only where its server keeps sources and was compared with the registry.
inline detail::OrderedJson to_json(const EngineStatus& engine) {
  detail::OrderedJson json{{"id", engine.id}, {"version", engine.version}, {"default", engine.is_default}};
  json["serves"] = engine.serves;
  if (engine.at_start) json["drift"]["atStart"] = to_json(*engine.at_start);
  if (engine.last_check) json["drift"]["lastCheck"] = to_json(*engine.last_check);
  return json;
}

namespace protocol {

namespace detail {

inline std::optional<DriftCheck> read_drift_check(const Json& drift, std::string_view key) {
  const auto check = drift.find(key);
  if (check == drift.end() || !check->is_object()) return std::nullopt;
  return DriftCheck{.time = datasource::detail::text_or_empty(*check, "checkedAt"),
                    .found = read_drift(*check),
                    .problem = datasource::detail::text_or_empty(*check, "problem")};
}

inline Result<EngineStatus> read_engine(const Json& json) {
  EngineStatus engine{.id = datasource::detail::text_or_empty(json, "id"),
                      .version = datasource::detail::text_or_empty(json, "version")};
  if (engine.id.empty()) return fail(ErrorKind::malformed, "the reply has an engine without an id");
  const auto is_default = json.find("default");
  engine.is_default = is_default != json.end() && *is_default == true;
  if (const auto serves = json.find("serves"); serves != json.end() && serves->is_array()) {
    for (const Json& each : *serves) {
      if (each.is_string()) engine.serves.push_back(each.get<std::string>());
    }
  }
  if (const auto drift = json.find("drift"); drift != json.end() && drift->is_object()) {
    engine.at_start = read_drift_check(*drift, "atStart");
    engine.last_check = read_drift_check(*drift, "lastCheck");
  }
  return engine;
}

}  // namespace detail

/// `GET /_plugins/_query/_engines`. A route of this project's gateway.
inline HttpRequest engines_request() { return {"GET", std::string{routes::engines}, {}, {}}; }

/// The engines behind the gateway, the default first. Errors: the server's own; `malformed`.
inline Result<std::vector<EngineStatus>> read_engines(const HttpResponse& response) {
  if (!detail::succeeded(response)) return fail(read_error(response));
  const auto json = datasource::detail::parse_json(response.body, "the reply");
  if (!json) return fail(json.error());
  if (!json->is_array()) return fail(ErrorKind::malformed, "the reply is not a list of engines");
  std::vector<EngineStatus> engines;
  for (const detail::Json& each : *json) {
    auto engine = detail::read_engine(each);
    if (!engine) return fail(engine.error());
    engines.push_back(std::move(*engine));
  }
  return engines;
}

}  // namespace protocol

}  // namespace datasource
