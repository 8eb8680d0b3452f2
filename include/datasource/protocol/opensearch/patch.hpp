#pragma once

#include <datasource/connector/catalogue.hpp>
#include <datasource/connector/endpoint.hpp>
#include <datasource/model/data_source.hpp>
#include <datasource/protocol/opensearch/reply.hpp>
#include <datasource/protocol/opensearch/routes.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace datasource {

/// What to change of a data source; what is absent stays as it is. Properties are merged into those that are stored, so
/// a secret that a read does not show is kept. Name and connector cannot be changed: a real OpenSearch takes a new
/// connector and ignores it.
struct DataSourcePatch {
  std::optional<std::string> description = {};                 ///< A new one.
  std::optional<std::vector<std::string>> allowed_roles = {};  ///< In place of all that there were.
  std::optional<std::string> result_index = {};                ///< Goes with a status; see patch_request.
  std::optional<Status> status = {};                           ///< A new one.
  Properties properties = {};                                  ///< Merged into those that are stored.
};

namespace protocol {

/// `PATCH /_plugins/_query/_datasources` of a real OpenSearch. It takes property values as text only, so numbers and
/// booleans are written so.
///
/// @pre A patch with a `result_index` has a `status` too: the server makes a DISABLED source ACTIVE when it is given
/// the one without the other.
///      `operations::patch` reads the status first where the caller leaves it out.
/// @par Errors `invalid` for an empty name, and for a result index without a status.
/// @par Source OpenSearch 3.4.0, recordings "patch", "disabled source".
inline Result<HttpRequest> patch_request(std::string_view name, const DataSourcePatch& patch) {
  if (name.empty()) return fail(invalid({{"name", "required", "the name is missing", "give a name"}}));
  if (patch.result_index && !patch.status) {
    return fail(invalid({{"status", "required", "a new resultIndex without a status would activate a disabled source",
                          "give the status that it is to have"}}));
  }
  detail::OrderedJson body{{"name", name}};
  if (patch.description) body["description"] = *patch.description;
  if (patch.allowed_roles) body["allowedRoles"] = *patch.allowed_roles;
  for (const auto& [key, value] : patch.properties) {
    const auto* text = std::get_if<std::string>(&value);
    body["properties"][key] =
        text != nullptr
            ? *text
            : std::visit([](const auto& plain) { return datasource::detail::dump(detail::Json(plain)); }, value);
  }
  if (patch.result_index) body["resultIndex"] = *patch.result_index;
  if (patch.status) body["status"] = to_string(*patch.status);
  return detail::json_request("PATCH", std::string{routes::data_sources}, body);
}

/// A patch that gives a source other credentials and keeps what else it has, its status among it. Errors: `unsupported`
/// for a connector without properties that hold credentials.
inline Result<HttpRequest> credentials_patch_request(const DataSource& source, const Credentials& credentials) {
  const Connector* connector = find_connector(source.connector.id);
  const auto field_in = [&](FieldPlace place) {
    return connector == nullptr ? nullptr : datasource::detail::credential_field(*connector, place);
  };
  const Field* username = field_in(FieldPlace::username);
  const Field* password = field_in(FieldPlace::password);
  if (username == nullptr || password == nullptr)
    return fail(ErrorKind::unsupported, source.name + " has no user name and password to change");
  DataSourcePatch patch{.status = source.status};
  if (!source.result_index.empty()) patch.result_index = source.result_index;
  patch.properties.emplace(username->key, credentials.username);
  patch.properties.emplace(password->key, credentials.password.reveal());
  return patch_request(source.name, patch);
}

}  // namespace protocol

}  // namespace datasource
