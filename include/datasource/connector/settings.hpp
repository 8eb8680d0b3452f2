#pragma once

#include <datasource/connector/catalogue.hpp>
#include <datasource/connector/endpoint.hpp>
#include <datasource/connector/field_rules.hpp>
#include <datasource/model/data_source.hpp>
#include <datasource/model/violation.hpp>

#include <range/v3/algorithm/find.hpp>

#include <algorithm>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace datasource {

/// A connector's settings with every spelling resolved: field key -> canonical text. Properties, endpoint, credentials,
/// the documents' aliases and the defaults are merged. Holds secrets.
using Settings = std::map<std::string, std::string, std::less<>>;

struct ResolvedSettings {
  Settings settings;
  std::vector<Violation>
      violations;  ///< In the order of the catalogue's fields; settings are usable only when this is empty.
};

namespace detail {

/// The known key that is nearest to an unknown one, for "did you mean"; empty when nothing is near.
inline std::string nearest_key(std::string_view key, const Connector& connector) {
  const auto distance = [](std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
      std::size_t diagonal = std::exchange(row[0], i);
      for (std::size_t j = 1; j <= b.size(); ++j) {
        const std::size_t changed = diagonal + (to_lower(a[i - 1]) == to_lower(b[j - 1]) ? 0 : 1);
        diagonal = std::exchange(row[j], std::min({changed, row[j] + 1, row[j - 1] + 1}));
      }
    }
    return row[b.size()];
  };
  std::string nearest;
  std::size_t best = std::min<std::size_t>(3, key.size() / 2 + 1);
  if (key.size() > 64) return nearest;
  for (const Field& field : connector.fields) {
    const std::size_t found = distance(key, field.key);
    if (found < best) {
      best = found;
      nearest = field.key;
    }
  }
  return nearest;
}

inline Violation unknown_property(const std::string& key, const Connector& connector) {
  const std::string path = "properties." + key;
  if (const Field* field = connector.field(key); field != nullptr && field->place != FieldPlace::property) {
    return {path, "misplaced_property", "credentials do not belong into properties", "use " + field->path()};
  }
  const std::string nearest = nearest_key(key, connector);
  return {path, "unknown_property", std::string{connector.title} + " has no property of that name",
          nearest.empty() ? "remove it" : "did you mean " + in_quotes(nearest) + "?"};
}

/// What one source says of a field, and where it says so.
struct Statement {
  std::string path;
  std::string value;
};

inline std::string endpoint_value(const Endpoint& endpoint, std::string_view key) {
  return key == "host"       ? endpoint.host
         : key == "port"     ? endpoint.port
         : key == "database" ? endpoint.database
                             : std::string{};
}

inline std::string given_value(const ConnectorConfig& config, const Field& field) {
  switch (field.place) {
    case FieldPlace::username: return config.credentials.username;
    case FieldPlace::password: return config.credentials.password.reveal();
    case FieldPlace::property: break;
  }
  const auto found = config.properties.find(field.key);
  return found == config.properties.end() ? std::string{} : as_text(found->second);
}

inline const Alias* alias_of(const Connector& connector, std::string_view key) {
  const auto found = ranges::find(connector.aliases, key, &Alias::key);
  return found == connector.aliases.end() ? nullptr : &*found;
}

/// What an alias says of `field`: nothing, its meaning, or a violation.
inline void apply_alias(const ConnectorConfig& config, const Connector& connector, const Field& field,
                        std::string& value, std::vector<Violation>& violations) {
  for (const Alias& alias : connector.aliases) {
    const auto given = config.properties.find(alias.key);
    if (alias.field != field.key || given == config.properties.end()) continue;
    const std::string path = "properties." + std::string{alias.key};
    const std::string said = as_text(given->second);
    const auto meaning = ranges::find(alias.values, said, &AliasValue::value);
    if (meaning == alias.values.end()) {
      violations.push_back({path, "boolean_form", in_quotes(said) + " is neither true nor false",
                            "use true or false, or give " + field.path() + " instead"});
    } else if (value.empty()) {
      value = meaning->means;
    } else if (ranges::find(meaning->agrees_with, value) == meaning->agrees_with.end()) {
      violations.push_back({path, "contradiction",
                            in_quotes(said) + " contradicts " + field.path() + ", which says " + in_quotes(value),
                            "give only one of them"});
    }
  }
}

}  // namespace detail

/// Merges and checks everything that a configuration says. O(fields + properties).
inline ResolvedSettings resolve_settings(const ConnectorConfig& config, const Connector& connector) {
  ResolvedSettings resolved;
  auto& [settings, violations] = resolved;

  for (const auto& [key, value] : config.properties) {
    const Field* field = connector.field(key);
    if ((field == nullptr || field->place != FieldPlace::property) && detail::alias_of(connector, key) == nullptr) {
      violations.push_back(detail::unknown_property(key, connector));
    }
  }

  Endpoint endpoint;
  if (!config.endpoint.empty()) {
    auto parsed = parse_endpoint(config.endpoint, connector.endpoint);
    if (parsed.problem)
      violations.push_back(
          {"configuration.endpoint", parsed.problem->code, parsed.problem->message, parsed.problem->fix});
    endpoint = std::move(parsed.endpoint);
  }

  for (const Field& field : connector.fields) {
    std::string value = detail::given_value(config, field);
    std::string path = field.path();
    const std::string from_endpoint = detail::endpoint_value(endpoint, field.key);
    if (value.empty() && !from_endpoint.empty()) {
      value = from_endpoint;
      path = "configuration.endpoint";
    } else if (!from_endpoint.empty() && value != from_endpoint) {
      violations.push_back({path, "contradiction",
                            detail::in_quotes(value) + " contradicts configuration.endpoint, which says " +
                                detail::in_quotes(from_endpoint),
                            "give only one of them"});
      continue;
    }
    detail::apply_alias(config, connector, field, value, violations);
    if (value.empty()) value = field.fallback;
    if (value.empty()) {
      if (field.required)
        violations.push_back({path, "required", std::string{field.title} + " is missing", "give a value"});
      continue;
    }
    if (auto checked = detail::check_value(field, value)) {
      settings.emplace(field.key, std::move(*checked));
    } else {
      violations.push_back(std::move(checked.error()));
      violations.back().field = path;
    }
  }
  if (!config.credentials.username.empty() && connector.field("username") == nullptr) {
    violations.push_back({"configuration.credentials", "unused_credentials",
                          std::string{connector.title} + " takes no credentials", "remove them"});
  }
  return resolved;
}

}  // namespace datasource
