#include "registry/record.hpp"

#include <datasource/connector/catalogue.hpp>
#include <datasource/connector/credentials.hpp>
#include <datasource/detail/json.hpp>
#include <datasource/detail/object_writer.hpp>
#include <datasource/protocol/opensearch/data_source_json.hpp>

#include <optional>
#include <utility>

namespace datasource::gateway {
namespace {

/// What the document leaves out: `{"password","properties"}`; empty when there is nothing.
std::string secrets_text(const DataSource& source) {
  const Secret& password = source.connector.credentials.password;
  const Connector* connector = find_connector(source.connector.id);
  JsonWriter json;
  detail::ObjectWriter members{json};
  if (!password.empty()) members["password"].string(password.reveal());
  std::optional<detail::ObjectWriter> properties;
  for (const auto& [key, value] : source.connector.properties) {
    if (!detail::is_secret(connector, key, true)) continue;
    if (!properties) properties.emplace(members["properties"]);
    detail::write_value((*properties)[key], value);
  }
  if (properties) properties->end();
  if (json.size() == 0) return {};
  members.end();
  return std::string{json.view()};
}

}  // namespace

Record split_record(const DataSource& source) {
  return {.document = json_text(source, Secrets::omit), .secrets = secrets_text(source)};
}

Result<DataSource> join_record(std::string_view document, std::string_view secrets) {
  auto json = detail::parse_json(document, "the stored data source");
  if (!json) return fail(json.error());
  if (secrets.empty()) return read_data_source(*json);
  auto hidden = detail::parse_json(secrets, "the stored secrets");
  if (!hidden) return fail(hidden.error());
  if (const auto properties = hidden->find("properties"); properties != hidden->end() && properties->is_object()) {
    (*json)["properties"].update(*properties);
  }
  auto source = read_data_source(*json);
  if (source) source->connector.credentials.password = detail::text_or_empty(*hidden, "password");
  return source;
}

}  // namespace datasource::gateway
