#pragma once

#include <datasource/columnar/json_writer.hpp>
#include <datasource/connector/catalogue.hpp>
#include <datasource/connector/credentials.hpp>
#include <datasource/connector/field_rules.hpp>
#include <datasource/connector/opensearch_rules.hpp>
#include <datasource/detail/json.hpp>
#include <datasource/detail/object_writer.hpp>
#include <datasource/model/data_source.hpp>
#include <datasource/model/error.hpp>
#include <datasource/model/violation.hpp>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace datasource {

/// Whether secrets are written as they are (a request), as `******` (every reply, every log) or not at all (what a
/// registry keeps in the open).
enum class Secrets { mask, reveal, omit };

namespace detail {

inline void write_value(JsonWriter& json, const PropertyValue& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return json.string(*text);
  if (const auto* flag = std::get_if<bool>(&value)) return json.boolean(*flag);
  if (const auto* whole = std::get_if<std::int64_t>(&value)) return json.integer(*whole);
  json.raw(dump(Json(std::get<double>(value))));  // Emscripten's library writes no floating point numbers
}

/// What to do with members that have no meaning here.
enum class UnknownMembers { refuse, ignore };

/// Collects what is wrong with a body's shape, all of it, while reading on.
class BodyReader {
 public:
  BodyReader(const Json& body, UnknownMembers unknown) : body_(body), unknown_(unknown) {}

  std::string text(const Json& object, std::string_view key, const std::string& path) {
    const auto found = object.find(key);
    if (found == object.end() || found->is_null()) return {};
    if (!found->is_string()) {
      wrong_type(path, "text");
      return {};
    }
    return found->template get<std::string>();
  }

  /// @param removed Takes the keys whose value is null; without one, null is of the wrong type.
  Properties properties(std::vector<std::string>* removed = nullptr) {
    Properties properties;
    const auto found = body_.find("properties");
    if (found == body_.end() || found->is_null()) return properties;
    if (!found->is_object()) {
      wrong_type("properties", "an object");
      return properties;
    }
    for (const auto& [key, value] : found->items()) {
      if (value.is_string()) {
        properties.emplace(key, value.template get<std::string>());
      } else if (value.is_boolean()) {
        properties.emplace(key, value.template get<bool>());
      } else if (value.is_number_integer() && fits(value)) {
        properties.emplace(key, value.template get<std::int64_t>());
      } else if (value.is_number()) {
        properties.emplace(key, value.template get<double>());
      } else if (removed != nullptr && value.is_null()) {
        removed->push_back(key);
      } else {
        wrong_type("properties." + key, "text, a number, true or false");
      }
    }
    return properties;
  }

  std::vector<std::string> roles() {
    std::vector<std::string> roles;
    const auto found = body_.find("allowedRoles");
    if (found == body_.end() || found->is_null()) return roles;
    if (!found->is_array()) {
      wrong_type("allowedRoles", "an array of role names");
      return roles;
    }
    for (const Json& role : *found) {
      if (role.is_string()) {
        roles.push_back(role.template get<std::string>());
      } else {
        wrong_type("allowedRoles[" + std::to_string(roles.size()) + "]", "text");
      }
    }
    return roles;
  }

  Status status() {
    const std::string given = text(body_, "status", "status");
    if (given.empty()) return Status::active;
    if (const auto status = parse_status(given)) return *status;
    violations.push_back(
        {"status", "unknown_status", in_quotes(given) + " is not a status", "use ACTIVE, DISABLED or ERROR"});
    return Status::active;
  }

  void configuration(ConnectorConfig& config) {
    const Json* object = member_object(body_, "configuration", "configuration");
    if (object == nullptr) return;
    only(*object, {"endpoint", "credentials"}, "configuration.");
    config.endpoint = text(*object, "endpoint", "configuration.endpoint");
    const Json* credentials = member_object(*object, "credentials", "configuration.credentials");
    if (credentials == nullptr) return;
    only(*credentials, {"username", "password"}, "configuration.credentials.");
    config.credentials.username = text(*credentials, "username", "configuration.credentials.username");
    config.credentials.password = text(*credentials, "password", "configuration.credentials.password");
  }

  void only(const Json& object, std::initializer_list<std::string_view> known, const std::string& prefix) {
    if (unknown_ == UnknownMembers::ignore) return;
    for (const auto& [key, value] : object.items()) {
      if (std::find(known.begin(), known.end(), key) != known.end()) continue;
      std::string names;
      for (const std::string_view each : known) names += (names.empty() ? "" : ", ") + std::string{each};
      violations.push_back({prefix + key, "unknown_field", "there is no field of that name", "use " + names});
    }
  }

  std::vector<Violation> violations;

 private:
  static bool fits(const Json& whole) {
    return !whole.is_number_unsigned() ||
           whole.template get<std::uint64_t>() <= std::uint64_t{std::numeric_limits<std::int64_t>::max()};
  }

  void wrong_type(std::string path, const std::string& wanted) {
    violations.push_back({std::move(path), "wrong_type", "it has the wrong type", "give " + wanted});
  }

  const Json* member_object(const Json& object, std::string_view key, const std::string& path) {
    const auto found = object.find(key);
    if (found == object.end() || found->is_null()) return nullptr;
    if (found->is_object()) return &*found;
    wrong_type(path, "an object");
    return nullptr;
  }

  const Json& body_;
  UnknownMembers unknown_;
};

}  // namespace detail

/// Writes the API's JSON of a data source, in the order in which the documents print it. Members that are empty in a
/// request (`id`, `etag`, `resultIndex`, `engine`) and an empty `configuration` are left out.
inline void write_json(JsonWriter& json, const DataSource& source, Secrets secrets) {
  const Connector* connector = find_connector(source.connector.id);
  detail::ObjectWriter members{json};
  if (!source.id.empty()) members["id"].string(source.id);
  if (!source.etag.empty()) members["etag"].string(source.etag);
  members["name"].string(source.name);
  members["description"].string(source.description);
  members["connector"].string(source.connector.id);
  detail::ObjectWriter properties{members["properties"]};
  for (const auto& [key, value] : source.connector.properties) {
    if (secrets == Secrets::reveal || !detail::is_secret(connector, key, secrets == Secrets::omit)) {
      detail::write_value(properties[key], value);
    } else if (secrets == Secrets::mask) {
      properties[key].string(masked_secret);
    }
  }
  properties.end();
  const std::string endpoint = secrets == Secrets::mask ? shown_endpoint(source.connector) : source.connector.endpoint;
  const Credentials& login = source.connector.credentials;
  const bool has_password = secrets != Secrets::omit && !login.password.empty();
  const bool has_login = has_password || !login.username.empty();
  if (!endpoint.empty() || has_login) {
    detail::ObjectWriter configuration{members["configuration"]};
    if (!endpoint.empty()) configuration["endpoint"].string(endpoint);
    if (has_login) {
      detail::ObjectWriter credentials{configuration["credentials"]};
      credentials["username"].string(login.username);
      if (has_password)
        credentials["password"].string(secrets == Secrets::mask ? masked_secret : login.password.reveal());
      credentials.end();
    }
    configuration.end();
  }
  detail::write_array(members["allowedRoles"], source.allowed_roles,
                      [&](const std::string& role) { json.string(role); });
  if (!source.result_index.empty()) members["resultIndex"].string(source.result_index);
  if (!source.engine.empty()) members["engine"].string(source.engine);
  members["status"].string(to_string(source.status));
  members.end();
}

/// The same as text.
inline std::string json_text(const DataSource& source, Secrets secrets) {
  JsonWriter json;
  write_json(json, source, secrets);
  return std::string{json.view()};
}

/// What the body of a create or an update holds for an OpenSearch: all that is said of the connection is a property,
/// and every property is text. What is empty is left out, and the server fills it in.
inline detail::OrderedJson to_opensearch_json(const DataSource& source) {
  const Connector* connector = find_connector(source.connector.id);
  detail::OrderedJson json = detail::OrderedJson::object();
  json["name"] = source.name;
  if (!source.description.empty()) json["description"] = source.description;
  json["connector"] = detail::to_upper(source.connector.id);
  if (!source.allowed_roles.empty()) json["allowedRoles"] = source.allowed_roles;
  json["properties"] = detail::OrderedJson::object();
  if (connector != nullptr) {
    for (const auto& [key, value] : detail::opensearch::server_properties(source.connector, *connector))
      json["properties"][key] = value.value_or("");
  }
  if (!source.result_index.empty()) json["resultIndex"] = source.result_index;
  json["status"] = to_string(source.status);
  return json;
}

namespace detail {

inline Result<DataSource> read_data_source(const Json& body, UnknownMembers unknown) {
  if (!body.is_object())
    return fail(invalid({{"body", "wrong_type", "a data source is a JSON object",
                          "send {\"name\": …, \"connector\": …, \"properties\": {…}}"}}));
  BodyReader reader{body, unknown};
  reader.only(body,
              {"id", "etag", "name", "description", "connector", "properties", "configuration", "allowedRoles",
               "resultIndex", "engine", "status"},
              "");
  DataSource source;
  source.id = reader.text(body, "id", "id");
  source.etag = reader.text(body, "etag", "etag");
  source.name = reader.text(body, "name", "name");
  source.description = reader.text(body, "description", "description");
  source.connector.id = to_lower(std::string_view{reader.text(body, "connector", "connector")});
  source.connector.properties = reader.properties();
  reader.configuration(source.connector);
  source.allowed_roles = reader.roles();
  source.result_index = reader.text(body, "resultIndex", "resultIndex");
  source.engine = to_lower(std::string_view{reader.text(body, "engine", "engine")});
  source.status = reader.status();
  if (!reader.violations.empty()) return fail(invalid(std::move(reader.violations)));
  return source;
}

}  // namespace detail

/// Reads the JSON of a request. Every member of the wrong type and every unknown one is reported, as one `invalid`
/// Error; what the values say is `validate()`'s to judge. Ids of connectors and engines are taken in upper or lower
/// case and kept in lower case.
inline Result<DataSource> read_data_source(const detail::Json& body) {
  return detail::read_data_source(body, detail::UnknownMembers::refuse);
}

/// Reads the JSON of a reply. Members that are not known are passed over, so that a newer server can be read.
inline Result<DataSource> read_data_source_reply(const detail::Json& body) {
  return detail::read_data_source(body, detail::UnknownMembers::ignore);
}

}  // namespace datasource
