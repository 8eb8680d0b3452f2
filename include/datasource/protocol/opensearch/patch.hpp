#pragma once

#include <datasource/connector/catalogue.hpp>
#include <datasource/connector/endpoint.hpp>
#include <datasource/model/data_source.hpp>
#include <datasource/protocol/dialect.hpp>
#include <datasource/protocol/opensearch/data_source_json.hpp>
#include <datasource/protocol/opensearch/data_sources.hpp>
#include <datasource/protocol/opensearch/reply.hpp>
#include <datasource/protocol/opensearch/routes.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace datasource {

/// What to change of a data source; what is absent stays as it is. Properties are merged into those that are stored, so
/// a secret that is not named is kept: by a gateway as long as the source reaches the same server as the same user.
/// Name and connector cannot be changed: a real OpenSearch takes a new connector and ignores it.
struct DataSourcePatch {
  std::optional<std::string> description = {};                 ///< A new one.
  std::optional<std::vector<std::string>> allowed_roles = {};  ///< In place of all that there were.
  std::optional<std::string> result_index = {};                ///< Goes with a status; see patch_request.
  std::optional<std::string> engine = {};                      ///< Another one; empty: one that can.
  std::optional<Status> status = {};                           ///< A new one.
  Properties properties = {};                                  ///< Merged into those that are stored.
  std::vector<std::string> removed_properties = {};            ///< Keys of properties that it is to have no longer.
  std::optional<std::string> endpoint = {};                    ///< A new one; empty for none.
  std::optional<std::string> username = {};                    ///< Of the credentials; empty for none.
  std::optional<Secret> password = {};                         ///< Of the credentials; empty for none.

  /// Changes a source so.
  void apply_to(DataSource& source) const {
    ConnectorConfig& connector = source.connector;
    if (description) source.description = *description;
    if (allowed_roles) source.allowed_roles = *allowed_roles;
    if (result_index) source.result_index = *result_index;
    if (engine) source.engine = *engine;
    if (status) source.status = *status;
    for (const std::string& key : removed_properties) connector.properties.erase(key);
    for (const auto& [key, value] : properties) connector.properties.insert_or_assign(key, value);
    if (endpoint) connector.endpoint = *endpoint;
    if (username) connector.credentials.username = *username;
    if (password) connector.credentials.password = *password;
  }
};

/// The body of a PATCH.
struct NamedPatch {
  std::string name = {};         ///< Of the source to change.
  std::string connector = {};    ///< In lower case, if it names one.
  DataSourcePatch changes = {};  ///< What to change.
};

namespace detail {

/// What JSON says is to change. What is wrong with it, the reader keeps.
inline DataSourcePatch read_changes(BodyReader& reader, const Json& body) {
  DataSourcePatch patch;
  if (body.contains("description")) patch.description = reader.text(body, "description", "description");
  if (body.contains("allowedRoles")) patch.allowed_roles = reader.roles();
  if (body.contains("resultIndex")) patch.result_index = reader.text(body, "resultIndex", "resultIndex");
  if (body.contains("engine")) patch.engine = to_lower(std::string_view{reader.text(body, "engine", "engine")});
  if (const auto found = body.find("status"); found != body.end()) {
    if (found->is_null() || *found == "") {
      reader.violations.push_back(
          {"status", "unknown_status", "it says nothing", "use ACTIVE or DISABLED, or leave it out"});
    } else {
      patch.status = reader.status();
    }
  }
  patch.properties = reader.properties(&patch.removed_properties);
  ConnectorConfig config;
  reader.configuration(config);
  const auto found = body.find("configuration");
  if (found == body.end() || !found->is_object()) return patch;
  if (found->contains("endpoint")) patch.endpoint = std::move(config.endpoint);
  const auto credentials = found->find("credentials");
  if (credentials == found->end() || !credentials->is_object()) return patch;
  if (credentials->contains("username")) patch.username = std::move(config.credentials.username);
  if (credentials->contains("password")) patch.password = std::move(config.credentials.password);
  return patch;
}

}  // namespace detail

/// Reads the body of a PATCH in the documented dialect: members as in a data source, of which only `name` must be
/// there. Null takes a property out, and puts back the default of anything else but the status. Errors: `invalid` with
/// every member that is unknown or of the wrong type.
inline Result<NamedPatch> read_named_patch(const detail::Json& body) {
  if (!body.is_object())
    return fail(
        invalid({{"body", "wrong_type", "a patch is a JSON object", "send {\"name\": …, and what is to change}"}}));
  detail::BodyReader reader{body, detail::UnknownMembers::refuse};
  reader.only(body,
              {"id", "etag", "name", "description", "connector", "properties", "configuration", "allowedRoles",
               "resultIndex", "engine", "status"},
              "");
  NamedPatch patch{.name = reader.text(body, "name", "name"),
                   .connector = detail::to_lower(std::string_view{reader.text(body, "connector", "connector")}),
                   .changes = detail::read_changes(reader, body)};
  if (patch.name.empty() && reader.violations.empty())
    reader.violations.push_back({"name", "required", "the name is missing", "give the name of the source to change"});
  if (!reader.violations.empty()) return fail(invalid(std::move(reader.violations)));
  return patch;
}

namespace protocol {

namespace detail {

/// What a patch says in the words of the documented dialect alone.
inline bool documented_only(const DataSourcePatch& patch) {
  return !patch.removed_properties.empty() || patch.endpoint || patch.username || patch.password || patch.engine;
}

/// A real OpenSearch keeps every property as text.
inline OrderedJson property_json(const PropertyValue& value, Dialect dialect) {
  if (dialect == Dialect::opensearch) return datasource::detail::as_text(value);
  return std::visit([](const auto& plain) { return OrderedJson(plain); }, value);
}

inline OrderedJson configuration_json(const DataSourcePatch& patch) {
  OrderedJson json = OrderedJson::object();
  if (patch.endpoint) json["endpoint"] = *patch.endpoint;
  if (patch.username) json["credentials"]["username"] = *patch.username;
  if (patch.password) json["credentials"]["password"] = patch.password->reveal();
  return json;
}

}  // namespace detail

/// `PATCH /_plugins/_query/_datasources`. In dialect `opensearch` property values are written as text, since that is
/// how a real server keeps them.
///
/// @pre A patch with a `result_index` has a `status` too: a real OpenSearch makes a DISABLED source ACTIVE when it is
/// given the one without the other.
///      `operations::patch_keeping_status` reads the status first where the caller leaves it out.
/// @par Errors `invalid` for an empty name, and for a result index without a status; `unsupported` for what an
/// OpenSearch has not: versions, an endpoint, an engine, credentials apart from properties, taking a property out.
/// @par Source OpenSearch 3.4.0, recordings "patch", "disabled source".
inline Result<HttpRequest> patch_request(std::string_view name, const DataSourcePatch& patch,
                                         Dialect dialect = Dialect::documented, const IfMatch& expected = {}) {
  if (name.empty()) return fail(invalid({{"name", "required", "the name is missing", "give a name"}}));
  if (patch.result_index && !patch.status) {
    return fail(invalid({{"status", "required", "a new resultIndex without a status would activate a disabled source",
                          "give the status that it is to have"}}));
  }
  detail::OrderedJson body{{"name", name}};
  if (patch.description) body["description"] = *patch.description;
  if (patch.allowed_roles) body["allowedRoles"] = *patch.allowed_roles;
  for (const auto& [key, value] : patch.properties) body["properties"][key] = detail::property_json(value, dialect);
  for (const std::string& key : patch.removed_properties) body["properties"][key] = nullptr;
  if (auto configuration = detail::configuration_json(patch); !configuration.empty())
    body["configuration"] = std::move(configuration);
  if (patch.result_index) body["resultIndex"] = *patch.result_index;
  if (patch.engine) body["engine"] = *patch.engine;
  if (patch.status) body["status"] = to_string(*patch.status);
  auto request =
      detail::expecting(expected, dialect, detail::json_request("PATCH", std::string{routes::data_sources}, body));
  if (!detail::documented_only(patch)) return request;
  return detail::documented_only(dialect, "endpoint, engine or credentials apart from properties", std::move(request));
}

/// A patch that gives a source other credentials and keeps what else it has, its status among it. Errors: `unsupported`
/// for a connector without properties that hold credentials.
inline Result<HttpRequest> credentials_patch_request(const DataSource& source, const Credentials& credentials) {
  const Connector* connector = find_connector(source.connector.id);
  const auto field_in = [&](FieldPlace place) -> const Field* {
    if (connector == nullptr) return nullptr;
    const Field* field = datasource::detail::credential_field(*connector, place);
    if (field == nullptr) return nullptr;
    for (const Field& known : connector->opensearch.fields) {
      if (known.key == field->key) return field;
    }
    return nullptr;  // the connector takes them, but not from an OpenSearch
  };
  const Field* username = field_in(FieldPlace::username);
  const Field* password = field_in(FieldPlace::password);
  if (username == nullptr || password == nullptr)
    return fail(ErrorKind::unsupported, source.name + " has no user name and password to change");
  DataSourcePatch patch{.status = source.status};
  if (!source.result_index.empty()) patch.result_index = source.result_index;
  patch.properties.emplace(username->key, credentials.username);
  patch.properties.emplace(password->key, credentials.password.reveal());
  return patch_request(source.name, patch, Dialect::opensearch);
}

}  // namespace protocol

}  // namespace datasource
