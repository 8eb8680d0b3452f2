#include "engine/messages.hpp"

#include <datasource/detail/json.hpp>
#include <datasource/detail/object_writer.hpp>
#include <datasource/protocol/opensearch/data_source_json.hpp>
#include <datasource/protocol/opensearch/error_json.hpp>
#include <datasource/protocol/opensearch/parameters_json.hpp>
#include <datasource/protocol/opensearch/schema_json.hpp>
#include <datasource/protocol/opensearch/test_report_json.hpp>

#include <utility>

namespace datasource::gateway {
namespace {

using detail::Json;

constexpr const char* a_message = "a message between the gateway and an engine";

void write_members(detail::ObjectWriter& message, const Query& query) {
  message["language"].string(to_string(query.language));
  message["text"].string(query.text);
  message["format"].string(to_string(query.format));
  message["fetchSize"].integer(query.fetch_size);
  message["parameters"].raw(detail::dump(detail::parameters_json(query.parameters)));
  message["id"].string(query.id);
}

void write_sources(JsonWriter& json, std::span<const DataSource> sources) {
  detail::write_array(json, sources, [&](const DataSource& each) { write_json(json, each, Secrets::reveal); });
}

/// The text of a message whose members `write` names.
template <class Write>
std::string message_text(Write write) {
  JsonWriter json;
  detail::ObjectWriter message{json};
  write(message);
  message.end();
  return std::string{json.view()};
}

Query query_of(const Json& json) {
  const std::string format = detail::text_or_empty(json, "format");
  const auto fetch_size = json.find("fetchSize");
  const auto parameters = json.find("parameters");
  return {
      .language = detail::text_or_empty(json, "language") == "ppl" ? Language::ppl : Language::sql,
      .text = detail::text_or_empty(json, "text"),
      .parameters = parameters != json.end() ? read_parameters(*parameters).value_or(std::vector<Parameter>{})
                                             : std::vector<Parameter>{},
      .fetch_size = fetch_size != json.end() && fetch_size->is_number_unsigned() ? fetch_size->get<std::uint32_t>() : 0,
      .format = format == "csv"   ? Format::csv
                : format == "raw" ? Format::raw
                                  : Format::jdbc,
      .id = detail::text_or_empty(json, "id")};
}

Result<std::vector<DataSource>> sources_of(const Json& json, const char* member) {
  std::vector<DataSource> sources;
  for (const Json& each : json.value(member, Json::array())) {
    auto source = read_data_source(each);
    if (!source) return fail(source.error());
    sources.push_back(std::move(*source));
  }
  return sources;
}

}  // namespace

std::string write_query(const Query& query) {
  return message_text([&](detail::ObjectWriter& message) { write_members(message, query); });
}

Result<Query> read_query(std::string_view payload) {
  return detail::parse_json(payload, a_message).map([](const Json& json) { return query_of(json); });
}

std::string write_run(const Query& query, std::span<const DataSource> sources) {
  return message_text([&](detail::ObjectWriter& message) {
    write_members(message, query);
    write_sources(message["sources"], sources);
  });
}

Result<RunRequest> read_run(std::string_view payload) {
  const auto json = detail::parse_json(payload, a_message);
  if (!json) return fail(json.error());
  return sources_of(*json, "sources").map([&](std::vector<DataSource>&& sources) {
    return RunRequest{query_of(*json), std::move(sources)};
  });
}

std::string write_source(const DataSource& source) { return json_text(source, Secrets::reveal); }

Result<DataSource> read_source(std::string_view payload) {
  const auto json = detail::parse_json(payload, a_message);
  if (!json) return fail(json.error());
  return read_data_source(*json);
}

std::string write_reconcile(std::span<const DataSource> sources, std::span<const DataSource> others) {
  return message_text([&](detail::ObjectWriter& message) {
    write_sources(message["sources"], sources);
    write_sources(message["others"], others);
  });
}

Result<ReconcileRequest> read_reconcile(std::string_view payload) {
  const auto json = detail::parse_json(payload, a_message);
  if (!json) return fail(json.error());
  auto sources = sources_of(*json, "sources");
  if (!sources) return fail(sources.error());
  auto others = sources_of(*json, "others");
  if (!others) return fail(others.error());
  return ReconcileRequest{std::move(*sources), std::move(*others)};
}

std::string write_drift(const Drift& drift) { return detail::dump(to_json(drift)); }

Result<Drift> read_drift_payload(std::string_view payload) {
  return detail::parse_json(payload, a_message).map([](const Json& json) { return read_drift(json); });
}

std::string write_schema_request(const DataSource& source, const SchemaRequest& wanted) {
  return message_text([&](detail::ObjectWriter& message) {
    write_json(message["source"], source, Secrets::reveal);
    message["schema"].string(wanted.schema);
    message["table"].string(wanted.table);
    message["after"].string(wanted.after);
    message["size"].integer(wanted.size);
  });
}

Result<SchemaCall> read_schema_request(std::string_view payload) {
  const auto json = detail::parse_json(payload, a_message);
  if (!json) return fail(json.error());
  auto source = read_data_source(json->value("source", Json::object()));
  if (!source) return fail(source.error());
  return SchemaCall{std::move(*source),
                    {.schema = detail::text_or_empty(*json, "schema"),
                     .table = detail::text_or_empty(*json, "table"),
                     .after = detail::text_or_empty(*json, "after"),
                     .size = json->value("size", SchemaRequest{}.size)}};
}

std::string write_schema(const SchemaPage& page) { return detail::dump(to_json(page)); }

Result<SchemaPage> read_schema(std::string_view payload) {
  const auto json = detail::parse_json(payload, a_message);
  if (!json) return fail(json.error());
  return read_schema_page(*json);
}

std::string write_prepared(const PreparedStatement& statement) {
  return detail::dump(Json{{"sources", statement.sources}, {"repeatable", statement.repeatable}});
}

Result<PreparedStatement> read_prepared(std::string_view payload) {
  const auto json = detail::parse_json(payload, a_message);
  if (!json) return fail(json.error());
  if (!json->is_object()) return fail(ErrorKind::malformed, std::string{a_message} + " is no object");
  PreparedStatement statement{.repeatable = json->value("repeatable", false)};
  for (const Json& name : json->value("sources", Json::array())) {
    if (name.is_string()) statement.sources.push_back(name.get<std::string>());
  }
  return statement;
}

std::string write_summary(const QuerySummary& summary) {
  Json json{{"rows", summary.rows}};
  if (summary.failure) json["failure"] = Json::parse(write_error(*summary.failure));
  return detail::dump(json);
}

Result<QuerySummary> read_summary(std::string_view payload) {
  const auto json = detail::parse_json(payload, a_message);
  if (!json) return fail(json.error());
  const auto rows = json->find("rows");
  QuerySummary summary{.rows = rows != json->end() && rows->is_number_unsigned() ? rows->get<std::uint64_t>() : 0};
  if (const auto failure = json->find("failure"); failure != json->end())
    summary.failure = read_error_payload(detail::dump(*failure));
  return summary;
}

std::string write_report(const TestReport& report) { return detail::dump(to_json(report)); }

Result<TestReport> read_report(std::string_view payload) {
  const auto json = detail::parse_json(payload, a_message);
  if (!json) return fail(json.error());
  return read_test_report(*json);
}

std::string write_error(const Error& error) {
  Json json{{"kind", to_string(error.kind)}, {"message", error.message},
            {"status", error.status},        {"type", error.type},
            {"field", error.field},          {"retryable", error.retryable}};
  for (const Violation& violation : error.violations) {
    json["violations"].push_back(
        {{"field", violation.field}, {"code", violation.code}, {"message", violation.message}, {"fix", violation.fix}});
  }
  return detail::dump(json);
}

Error read_error_payload(std::string_view payload) {
  const auto json = detail::parse_json(payload, a_message);
  const auto kind = json ? detail::parse_kind(detail::text_or_empty(*json, "kind")) : std::nullopt;
  if (!kind) return {.kind = ErrorKind::server, .message = "the engine process gave an error that cannot be read"};
  Error error{.kind = *kind, .message = detail::text_or_empty(*json, "message")};
  const auto status = json->find("status");
  error.status = status != json->end() && status->is_number_integer() ? status->get<int>() : 0;
  error.type = detail::text_or_empty(*json, "type");
  error.field = detail::text_or_empty(*json, "field");
  const auto retryable = json->find("retryable");
  error.retryable = retryable != json->end() && retryable->is_boolean() && retryable->get<bool>();
  for (const Json& each : json->value("violations", Json::array())) {
    error.violations.push_back({detail::text_or_empty(each, "field"), detail::text_or_empty(each, "code"),
                                detail::text_or_empty(each, "message"), detail::text_or_empty(each, "fix")});
  }
  return error;
}

}  // namespace datasource::gateway
