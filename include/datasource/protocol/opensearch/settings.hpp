#pragma once

#include <datasource/protocol/opensearch/reply.hpp>
#include <datasource/protocol/opensearch/routes.hpp>

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>

namespace datasource {

/// Settings of the query engine by their full names, such as `plugins.query.size_limit`. Nothing as a value puts the
/// default back.
using SettingValues = std::map<std::string, std::optional<std::string>, std::less<>>;

/// What `PUT /_plugins/_query/settings` changes, and what it says is set afterwards.
struct QuerySettings {
  SettingValues persistent = {};  ///< Kept over a restart of the cluster.
  SettingValues transient = {};   ///< Until the cluster restarts.

  friend bool operator==(const QuerySettings&, const QuerySettings&) = default;
};

namespace protocol {

namespace detail {

inline OrderedJson settings_json(const SettingValues& values) {
  OrderedJson json = OrderedJson::object();
  for (const auto& [name, value] : values) json[name] = value ? OrderedJson(*value) : OrderedJson(nullptr);
  return json;
}

/// `{"plugins": {"query": {"size_limit": "50"}}}` becomes `plugins.query.size_limit`. The depth is bounded by
/// parse_json.
inline void flatten_settings(const Json& json, const std::string& prefix, SettingValues& values) {
  for (const auto& [key, value] : json.items()) {
    std::string name = prefix;
    if (!name.empty()) name += '.';
    name += key;
    if (value.is_object()) {
      flatten_settings(value, name, values);
    } else {
      values[name] = value.is_string() ? value.template get<std::string>() : datasource::detail::dump(value);
    }
  }
}

}  // namespace detail

/// `PUT /_plugins/_query/settings`. A group without settings is left out. Errors: `invalid` when there is nothing to
/// change, as the server has it.
inline Result<HttpRequest> settings_request(const QuerySettings& settings) {
  if (settings.persistent.empty() && settings.transient.empty())
    return fail(invalid({{"settings", "required", "there is nothing to change", "name a setting"}}));
  detail::OrderedJson body = detail::OrderedJson::object();
  if (!settings.persistent.empty()) body["persistent"] = detail::settings_json(settings.persistent);
  if (!settings.transient.empty()) body["transient"] = detail::settings_json(settings.transient);
  return detail::json_request("PUT", std::string{routes::settings}, body);
}

/// What is set now of what the request named; a setting that went back to its default is absent. Errors: the server's
/// own, such as `invalid` for a name that it does not know; `server` when it did not acknowledge in time; `malformed`.
/// Source: OpenSearch 3.4.0, recording "query settings".
inline Result<QuerySettings> read_settings(const HttpResponse& response) {
  const auto json = detail::object_of(response);
  if (!json) return fail(json.error());
  const auto acknowledged = json->find("acknowledged");
  if (acknowledged == json->end() || !acknowledged->is_boolean())
    return fail(ErrorKind::malformed, "the reply does not acknowledge the settings");
  if (!acknowledged->get<bool>()) return fail(ErrorKind::server, "not all nodes acknowledged the settings in time");
  QuerySettings settings;
  if (const auto found = json->find("persistent"); found != json->end() && found->is_object())
    detail::flatten_settings(*found, {}, settings.persistent);
  if (const auto found = json->find("transient"); found != json->end() && found->is_object())
    detail::flatten_settings(*found, {}, settings.transient);
  return settings;
}

}  // namespace protocol

}  // namespace datasource
