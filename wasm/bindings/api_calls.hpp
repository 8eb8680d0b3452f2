#pragma once

#include "call.hpp"
#include "health.hpp"
#include "inputs.hpp"
#include "operation.hpp"

#include <datasource/client/operations.hpp>

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace datasource::wasm {

inline Exchange<Acknowledgement> begin_create(const DataSource& source) { return operations::create(source); }

inline Started patch(const Call& call) {
  const auto patch = read_patch(call["changes"]);
  if (!patch) return std::make_unique<FailedOperation>(patch.error());
  const std::string name = call.name();
  if (patch->result_index && !patch->status)
    return call.run(operations::patch_keeping_status(name, *patch, Dialect::documented, call.expected()));
  return call.run(operations::patch(name, *patch, Dialect::documented, call.expected()));
}

inline Started visible(const Call& call) {
  std::function<bool(const DataSource&)> satisfied;
  if (const Json& part = call["shows"]; part.is_object())
    satisfied = [part = Json(part)](const DataSource& source) { return shows(source, part); };
  return call.run(operations::visible(call.name(), std::move(satisfied), call.poll()));
}

/// Answers in columns.
inline Started query(const Call& call) {
  const auto query = read_query(call.arguments);
  if (!query) return std::make_unique<FailedOperation>(query.error());
  return make_rows_operation(call.session, operations::query(*query));
}

inline Started query_text(const Call& call) {
  const auto query = read_query(call.arguments);
  if (!query) return std::make_unique<FailedOperation>(query.error());
  return call.run(operations::query_text(*query), &as_text);
}

inline Started explain(const Call& call) {
  const auto query = read_query(call.arguments);
  if (!query) return std::make_unique<FailedOperation>(query.error());
  return call.run(operations::explain(*query), &as_json);
}

/// As the server writes it: no shape of it matters here.
inline Started source_health(const Call& call) {
  const std::string name = call.name();
  Result<HttpRequest> request = protocol::sources_health_request();
  if (!name.empty()) request = protocol::source_health_request(name);
  return call.run(Exchange<std::string>{std::move(request), &protocol::detail::object_text}, &as_json);
}

inline Started resource(const Call& call) {
  const std::string source = call.name();
  const std::string kind = call.text("resource");
  ResourceParameters parameters = read_parameters(call["parameters"]);
  const auto get = [&](Result<HttpRequest> request, auto read) { return call.run(Exchange{std::move(request), read}); };
  if (kind == "labels") return get(protocol::labels_request(source, parameters), &protocol::read_labels);
  if (kind == "label_values")
    return get(protocol::label_values_request(source, call.text("label"), parameters), &protocol::read_labels);
  if (kind == "metadata") return get(protocol::metadata_request(source, parameters), &protocol::read_metadata);
  if (kind == "series") return get(protocol::series_request(source, {}, std::move(parameters)), &protocol::read_series);
  if (kind == "alerts") return get(protocol::alerts_request(source), &protocol::read_alerts);
  return get(protocol::rules_request(source), &protocol::read_rules);
}

/// The operations by the names that JavaScript calls them.
inline constexpr std::array named_operations{
    NamedOperation{"health", [](const Call& call) { return call.run(health(), &as_json); }},
    NamedOperation{"list", [](const Call& call) { return call.run(operations::list()); }},
    NamedOperation{"get", [](const Call& call) { return call.run(operations::get(call.name())); }},
    NamedOperation{"create", [](const Call& call) { return call.with(call.source(), &begin_create); }},
    NamedOperation{"update",
                   [](const Call& call) {
                     return call.with(call.source(), [&](const DataSource& source) {
                       return operations::update(source, Dialect::documented, call.expected());
                     });
                   }},
    NamedOperation{"patch", &patch},
    NamedOperation{"delete",
                   [](const Call& call) {
                     return call.run(operations::remove(call.name(), Dialect::documented, call.expected()));
                   }},
    NamedOperation{"rotate",
                   [](const Call& call) {
                     const Json& given = call["credentials"];
                     return call.run(operations::rotate(call.name(), {detail::text_or_empty(given, "username"),
                                                                      detail::text_or_empty(given, "password")}));
                   }},
    NamedOperation{"rotate_properties",
                   [](const Call& call) {
                     return call.with(read_patch(call["changes"]), [&](const DataSourcePatch& changes) {
                       return operations::patch_keeping_status(call.name(), {.properties = changes.properties});
                     });
                   }},
    NamedOperation{"visible", &visible},
    NamedOperation{"gone", [](const Call& call) { return call.run(operations::gone(call.name(), call.poll())); }},
    NamedOperation{"test", [](const Call& call) { return call.run(operations::test(call.name())); }},
    NamedOperation{"test_source",
                   [](const Call& call) {
                     return call.with(call.source(), [](const DataSource& source) { return operations::test(source); });
                   }},
    NamedOperation{"connectors", [](const Call& call) { return call.run(operations::connectors(), &as_json); }},
    NamedOperation{
        "schema",
        [](const Call& call) { return call.run(operations::schema(call.name(), read_schema(call["wanted"]))); }},
    NamedOperation{"source_health", &source_health},
    NamedOperation{"cancel", [](const Call& call) { return call.run(operations::cancel(call.text("id"))); }},
    NamedOperation{"query", &query},
    NamedOperation{"query_text", &query_text},
    NamedOperation{"explain", &explain},
    NamedOperation{"pages", [](const Call& call) { return call.with(read_query(call.arguments), &operations::pages); }},
    NamedOperation{"async_query",
                   [](const Call& call) {
                     return call.run(operations::async_query(read_async(call.arguments),
                                                             call.poll({.limit = std::chrono::milliseconds{0}})),
                                     &operations::rows_of);
                   }},
    NamedOperation{
        "direct_query",
        [](const Call& call) { return call.run(operations::direct_query(call.name(), read_direct(call.arguments))); }},
    NamedOperation{"resource", &resource},
    NamedOperation{"statistics", [](const Call& call) { return call.run(operations::statistics(Language::sql)); }},
    NamedOperation{"settings",
                   [](const Call& call) { return call.with(read_settings(call.arguments), &operations::settings); }},
};

/// Makes an operation of a call, see begin_call.
inline Started read_call(const Result<Session>& session, std::string_view text) {
  return begin_call(named_operations, session, text);
}

}  // namespace datasource::wasm
