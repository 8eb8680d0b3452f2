#include "registry/record.hpp"

#include <datasource/connector/catalogue.hpp>
#include <datasource/detail/json.hpp>
#include <datasource/protocol/opensearch/data_source_json.hpp>

#include <utility>

namespace datasource::gateway {

Record split_record(const DataSource& source) {
  DataSource open = source;
  detail::Json secrets = detail::Json::object();
  if (!source.connector.credentials.password.empty()) {
    secrets["password"] = source.connector.credentials.password.reveal();
    open.connector.credentials.password = {};
  }
  const Connector* connector = find_connector(source.connector.id);
  for (const auto& [key, value] : source.connector.properties) {
    const Field* field = connector == nullptr ? nullptr : connector->field(key);
    if (connector != nullptr && (field == nullptr || !field->secret())) continue;
    secrets["properties"][key] = std::visit([](const auto& plain) { return detail::Json(plain); }, value);
    open.connector.properties.erase(key);
  }
  return {.document = detail::dump(to_json(open, Secrets::reveal)),
          .secrets = secrets.empty() ? std::string{} : detail::dump(secrets)};
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
