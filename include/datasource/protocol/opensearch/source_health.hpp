#pragma once

#include <datasource/columnar/temporal_text.hpp>
#include <datasource/detail/iso_time.hpp>
#include <datasource/detail/json.hpp>
#include <datasource/http/url.hpp>
#include <datasource/model/source_health.hpp>
#include <datasource/protocol/opensearch/reply.hpp>
#include <datasource/protocol/opensearch/routes.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace datasource {

/// Most probes of a reply.
inline constexpr std::uint32_t max_probes = 1000;
/// Probes of a reply to a request that does not say how many.
inline constexpr std::uint32_t default_probes = 100;

/// The API's JSON of a probe.
inline detail::OrderedJson to_json(const ProbeOutcome& outcome) {
  detail::OrderedJson json{{"time", detail::iso_time(outcome.time)},
                           {"up", outcome.up},
                           {"durationMs", outcome.duration_ms},
                           {"cause", to_string(outcome.cause)}};
  if (!outcome.check.empty()) json["check"] = outcome.check;
  json["message"] = outcome.message;
  return json;
}

/// The API's JSON of a source's health; `since`, `uptime` and `last` only where they are known.
inline detail::OrderedJson to_json(const SourceHealth& health) {
  detail::OrderedJson json{{"name", health.name}, {"state", to_string(health.state)}};
  if (health.since) json["since"] = detail::iso_time(*health.since);
  if (health.uptime) json["uptime"] = *health.uptime;
  json["observedMs"] = health.observed.count();
  json["windowMs"] = health.window.count();
  if (health.last) json["last"] = to_json(*health.last);
  return json;
}

/// The same with its probes, newest first.
inline detail::OrderedJson to_json_with_probes(const SourceHealth& health) {
  detail::OrderedJson json = to_json(health);
  json["probes"] = detail::OrderedJson::array();
  for (const ProbeOutcome& outcome : health.probes) json["probes"].push_back(to_json(outcome));
  return json;
}

/// The API's JSON of all of them: how many are how, and each.
inline detail::OrderedJson to_json(const HealthSummary& summary) {
  int count[4] = {};
  detail::OrderedJson sources = detail::OrderedJson::array();
  for (const SourceHealth& health : summary.sources) {
    ++count[static_cast<std::size_t>(health.state)];
    sources.push_back(to_json(health));
  }
  detail::OrderedJson json;
  for (const HealthState state : {HealthState::up, HealthState::down, HealthState::unknown, HealthState::disabled})
    json[std::string{to_string(state)}] = count[static_cast<std::size_t>(state)];
  json["sources"] = std::move(sources);
  return json;
}

namespace detail {

inline ProbeOutcome read_probe_outcome(const Json& json) {
  ProbeOutcome outcome{.check = text_or_empty(json, "check"), .message = text_or_empty(json, "message")};
  outcome.time = parse_temporal<Moment>(text_or_empty(json, "time")).value_or(Moment{});
  if (const auto up = json.find("up"); up != json.end()) outcome.up = *up == true;
  if (const auto took = json.find("durationMs"); took != json.end() && took->is_number())
    outcome.duration_ms = took->template get<double>();
  const std::string cause = text_or_empty(json, "cause");
  outcome.cause = cause == "test"        ? ProbeCause::test
                  : cause == "statement" ? ProbeCause::statement
                                         : ProbeCause::interval;
  return outcome;
}

inline SourceHealth read_source_health(const Json& json) {
  SourceHealth health{.name = text_or_empty(json, "name"),
                      .since = parse_temporal<Moment>(text_or_empty(json, "since"))};
  const std::string state = text_or_empty(json, "state");
  for (const HealthState each : {HealthState::up, HealthState::down, HealthState::disabled}) {
    if (state == to_string(each)) health.state = each;
  }
  if (const auto uptime = json.find("uptime"); uptime != json.end() && uptime->is_number())
    health.uptime = uptime->template get<double>();
  for (const auto& [key, member] :
       {std::pair{"observedMs", &SourceHealth::observed}, std::pair{"windowMs", &SourceHealth::window}}) {
    if (const auto found = json.find(key); found != json.end() && found->is_number_integer())
      health.*member = std::chrono::milliseconds{found->template get<std::int64_t>()};
  }
  if (const auto last = json.find("last"); last != json.end() && last->is_object())
    health.last = read_probe_outcome(*last);
  if (const auto probes = json.find("probes"); probes != json.end() && probes->is_array()) {
    for (const Json& each : *probes) {
      if (each.is_object()) health.probes.push_back(read_probe_outcome(each));
    }
  }
  return health;
}

}  // namespace detail

/// The health of data sources: `GET …/_datasources/{name}/_health` and `GET …/_datasources/_health`. Routes of this
/// project's gateway.
namespace protocol {

/// The health of one source with its newest probes, at most 1000. Errors: `invalid` for what is no name.
inline Result<HttpRequest> source_health_request(std::string_view name, std::uint32_t probes = default_probes) {
  return detail::with_segment(routes::data_sources, name, "name").map([probes](std::string target) {
    target += "/_health";
    if (probes != default_probes) target += "?size=" + std::to_string(probes);
    return HttpRequest{"GET", std::move(target), {}, {}};
  });
}

/// The health of all sources.
inline HttpRequest sources_health_request() { return {"GET", std::string{routes::sources_health}, {}, {}}; }

/// How many probes a request asks for. Errors: `invalid`.
inline Result<std::uint32_t> read_probes_wanted(std::string_view target) {
  std::uint32_t wanted = default_probes;
  for (const auto& [key, value] : query_parameters(target)) {
    if (key != "size") return fail(invalid({{key, "unsupported_field", "it is not supported here", "leave it out"}}));
    wanted = 0;
    for (const char c : value)
      wanted = datasource::detail::is_digit(c) && wanted <= max_probes
                   ? wanted * 10 + static_cast<std::uint32_t>(c - '0')
                   : max_probes + 1;
    if (value.empty() || wanted > max_probes)
      return fail(
          invalid({{"size", "number_range", "it is no number of probes", "use 0 to " + std::to_string(max_probes)}}));
  }
  return wanted;
}

/// Errors: the server's own, such as `not_found`; `malformed`.
inline Result<SourceHealth> read_source_health(const HttpResponse& response) {
  return detail::object_of(response).and_then([](const detail::Json& json) -> Result<SourceHealth> {
    if (!json.contains("state")) return fail(ErrorKind::malformed, "the reply is not a source's health");
    return datasource::detail::read_source_health(json);
  });
}

/// Errors: the server's own; `malformed`.
inline Result<HealthSummary> read_sources_health(const HttpResponse& response) {
  return detail::object_of(response).and_then([](const detail::Json& json) -> Result<HealthSummary> {
    const auto sources = json.find("sources");
    if (sources == json.end() || !sources->is_array())
      return fail(ErrorKind::malformed, "the reply does not tell the health of sources");
    HealthSummary summary;
    for (const detail::Json& each : *sources) {
      if (each.is_object()) summary.sources.push_back(datasource::detail::read_source_health(each));
    }
    return summary;
  });
}

}  // namespace protocol

}  // namespace datasource
