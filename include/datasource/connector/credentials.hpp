#pragma once

#include <datasource/connector/catalogue.hpp>
#include <datasource/connector/settings.hpp>
#include <datasource/model/data_source.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace datasource {

/// The configuration with the credentials of its endpoint where credentials belong, so that the endpoint may be stored
/// and shown. One that breaks a rule, or whose endpoint contradicts what is given elsewhere, is left for `validate()`
/// to refuse.
inline ConnectorConfig with_credentials_apart(ConnectorConfig config) {
  const Connector* connector = find_connector(config.id);
  if (connector == nullptr || config.endpoint.empty()) return config;
  auto endpoint = parse_endpoint(config.endpoint, *connector);
  if (!endpoint) return config;
  ConnectorConfig apart = config;
  for (EndpointPart& part : endpoint->parts) {
    if (!part.credential) continue;
    const Field& field = *connector->field(part.field);
    for (const FieldPlace place : {field.place, field.also}) {
      const std::string given = detail::given_value(config, field, place);
      if (!given.empty() && given != part.value) return config;
    }
    switch (field.place) {
      case FieldPlace::username: apart.credentials.username = std::move(part.value); break;
      case FieldPlace::password: apart.credentials.password = std::move(part.value); break;
      case FieldPlace::property: apart.properties.insert_or_assign(part.field, std::move(part.value)); break;
    }
  }
  apart.endpoint = std::move(endpoint->without_credentials);
  return apart;
}

/// The endpoint without credentials. One that cannot be read is not shown at all: nobody knows what it holds.
inline std::string shown_endpoint(const ConnectorConfig& config) {
  const Connector* connector = find_connector(config.id);
  if (connector == nullptr || config.endpoint.empty()) return {};
  auto endpoint = parse_endpoint(config.endpoint, *connector);
  return endpoint ? std::move(endpoint->without_credentials) : std::string{};
}

namespace detail {

/// Whether a property is a secret. Which of a connector that is not known are, nobody can tell: `unknown` says.
inline bool is_secret(const Connector* connector, std::string_view key, bool unknown) {
  if (connector == nullptr) return unknown;
  const Field* field = connector->field(key);
  return field != nullptr && field->secret();
}

}  // namespace detail

/// The configuration as a read shows it: a mask in place of every secret.
inline ConnectorConfig with_masks(ConnectorConfig config) {
  const Connector* connector = find_connector(config.id);
  for (auto& [key, value] : config.properties) {
    if (detail::is_secret(connector, key, false)) value = std::string{masked_secret};
  }
  if (!config.credentials.password.empty()) config.credentials.password = Secret{std::string{masked_secret}};
  return config;
}

/// A secret that holds the mask of a read reply.
struct MaskedSecret {
  std::string path;   ///< Such as `configuration.credentials.password`.
  std::string title;  ///< As it stands within a sentence: `password`.
};

/// The secrets of a configuration that are masks.
inline std::vector<MaskedSecret> masked_secrets(const ConnectorConfig& config) {
  std::vector<MaskedSecret> masked;
  const Connector* connector = find_connector(config.id);
  if (connector == nullptr) return masked;
  for (const Field& field : connector->fields) {
    if (!field.secret()) continue;
    std::string title{field.title};
    if (title.size() > 1 && detail::is_lower(title[1])) title[0] = detail::to_lower(title[0]);
    if (detail::given_value(config, field, field.place) == masked_secret) masked.push_back({field.path(), title});
    if (field.also != field.place && detail::given_value(config, field, field.also) == masked_secret)
      masked.push_back({field.path(field.also), title});
  }
  return masked;
}

/// Whether both reach the same server as the same user: only then may the secrets of one be used for the other.
inline bool same_target(const ConnectorConfig& a, const ConnectorConfig& b) {
  const Connector* connector = find_connector(a.id);
  if (connector == nullptr || !detail::iequals(a.id, b.id)) return false;
  const Settings left = resolve_settings(a, *connector).settings;
  const Settings right = resolve_settings(b, *connector).settings;
  return std::all_of(connector->fields.begin(), connector->fields.end(), [&](const Field& field) {
    const auto l = left.find(field.key), r = right.find(field.key);
    return !field.target || ((l == left.end()) == (r == right.end()) && (l == left.end() || l->second == r->second));
  });
}

/// Puts the secrets of `stored` where `config` has masks. False where it has none for one of them.
inline bool unmask(ConnectorConfig& config, const ConnectorConfig& stored) {
  const Connector* connector = find_connector(config.id);
  if (connector == nullptr) return false;
  for (const Field& field : connector->fields) {
    if (!field.secret()) continue;
    const auto kept = detail::statements_of(stored, {}, field);
    const bool masked = detail::given_value(config, field, field.place) == masked_secret ||
                        (field.also != field.place && detail::given_value(config, field, field.also) == masked_secret);
    if (!masked) continue;
    if (kept.empty()) return false;
    for (const FieldPlace place : {field.place, field.also}) {
      if (detail::given_value(config, field, place) != masked_secret) continue;
      if (place == FieldPlace::property) {
        config.properties.insert_or_assign(std::string{field.key}, kept.front().value);
      } else {
        config.credentials.password = kept.front().value;
      }
    }
  }
  return true;
}

}  // namespace datasource
