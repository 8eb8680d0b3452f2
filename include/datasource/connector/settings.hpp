#pragma once

#include <datasource/connector/connector.hpp>
#include <datasource/connector/endpoint.hpp>
#include <datasource/connector/field_rules.hpp>
#include <datasource/model/data_source.hpp>
#include <datasource/model/violation.hpp>

#include <range/v3/algorithm/find.hpp>

#include <algorithm>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace datasource {

/// A connector's settings with every spelling resolved: field key -> canonical text. Properties, endpoint, credentials,
/// the documents' aliases and the defaults are merged. Holds secrets.
using Settings = std::map<std::string, std::string, std::less<>>;

/// What a source says in all its places, as one.
struct ResolvedSettings {
  Settings settings;  ///< By the keys of the connector's fields, in canonical text.
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
  for (const std::span<const Field> group : {connector.fields, std::span<const Field>{source_fields}}) {
    for (const Field& field : group) {
      const std::size_t found = distance(key, field.key);
      if (found >= best) continue;
      best = found;
      nearest = field.key;
    }
  }
  return nearest;
}

inline bool is_in(const Field& field, FieldPlace place) { return field.place == place || field.also == place; }

inline Violation unknown_property(const std::string& key, const Connector& connector) {
  const std::string path = "properties." + key;
  if (const Field* field = connector.field(key); field != nullptr && !is_in(*field, FieldPlace::property)) {
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

/// What the request says in one place; empty when it does not.
inline std::string given_value(const ConnectorConfig& config, const Field& field, FieldPlace place) {
  switch (place) {
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

namespace detail {

/// Every place that says something of a field, the field's own place first.
inline std::vector<Statement> statements_of(const ConnectorConfig& config, const Endpoint& endpoint,
                                            const Field& field) {
  std::vector<Statement> said;
  const auto look_in = [&](FieldPlace place) {
    if (std::string value = given_value(config, field, place); !value.empty())
      said.push_back({field.path(place), std::move(value)});
  };
  look_in(field.place);
  if (field.also != field.place) look_in(field.also);
  for (const EndpointPart& part : endpoint.parts) {
    if (part.field == field.key && !part.value.empty()) said.push_back({"configuration.endpoint", part.value});
  }
  return said;
}

/// The one value on which all places agree, in canonical text; empty when nothing is said or a rule is broken.
inline std::string agreed_value(const Field& field, const std::vector<Statement>& said,
                                std::vector<Violation>& violations) {
  std::string agreed;
  for (const Statement& statement : said) {
    auto checked = check_value(field, statement.value);
    if (!checked) {
      violations.push_back(std::move(checked.error()));
      violations.back().field = statement.path;
      return {};
    }
    const bool same = field.type == FieldType::host ? iequals(agreed, *checked) : agreed == *checked;
    if (!agreed.empty() && !same) {
      const Statement& first = said.front();
      violations.push_back({first.path, "contradiction",
                            field.secret() ? "it contradicts " + statement.path
                                           : in_quotes(first.value) + " contradicts " + statement.path +
                                                 ", which says " + in_quotes(statement.value),
                            "give only one of them"});
      return {};
    }
    if (agreed.empty()) agreed = std::move(*checked);
  }
  return agreed;
}

/// What other fields that are given say of one that is not.
inline std::string_view implied_value(const ConnectorConfig& config, const Endpoint& endpoint,
                                      const Connector& connector, const Field& field) {
  for (const Implication& implication : connector.implications) {
    if (implication.field == field.key && !statements_of(config, endpoint, *connector.field(implication.given)).empty())
      return implication.value;
  }
  return {};
}

/// Fields that another one's value makes required, and that nothing says.
inline void check_requirements(const Connector& connector, const Settings& settings,
                               std::vector<Violation>& violations) {
  for (const Requirement& requirement : connector.requirements) {
    const auto reason = settings.find(requirement.field);
    if (reason == settings.end() || !(requirement.value.empty() || iequals(reason->second, requirement.value)))
      continue;
    for (const std::string_view key : requirement.needs) {
      const Field& field = *connector.field(key);
      const std::string path = field.path();
      const auto told = [&](const Violation& violation) { return violation.field == path; };
      if (settings.contains(key) || std::any_of(violations.begin(), violations.end(), told)) continue;
      const Field& asking = *connector.field(requirement.field);
      const std::string because = requirement.value.empty() ? std::string{} : " " + in_quotes(requirement.value);
      violations.push_back({path, "required",
                            std::string{field.title} + " is missing; " + asking.path() + because + " needs it",
                            "give a value"});
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
    const bool known = field != nullptr && detail::is_in(*field, FieldPlace::property);
    if (!known && detail::alias_of(connector, key) == nullptr)
      violations.push_back(detail::unknown_property(key, connector));
  }

  Endpoint endpoint;
  if (!config.endpoint.empty()) {
    auto parsed = parse_endpoint(config.endpoint, connector);
    if (parsed) {
      endpoint = std::move(*parsed);
    } else {
      auto& [code, message, fix] = parsed.error();
      violations.push_back({"configuration.endpoint", std::move(code), std::move(message), std::move(fix)});
    }
  }

  for (const std::span<const Field> group : {connector.fields, std::span<const Field>{source_fields}}) {
    for (const Field& field : group) {
      const std::size_t before = violations.size();
      std::string value = detail::agreed_value(field, detail::statements_of(config, endpoint, field), violations);
      if (violations.size() > before) continue;
      detail::apply_alias(config, connector, field, value, violations);
      if (value.empty()) value = detail::implied_value(config, endpoint, connector, field);
      if (value.empty()) value = field.fallback;
      if (!value.empty()) {
        settings.emplace(field.key, std::move(value));
      } else if (field.required && violations.size() == before) {
        violations.push_back({field.path(), "required", std::string{field.title} + " is missing", "give a value"});
      }
    }
  }
  detail::check_requirements(connector, settings, violations);
  for (const auto& [given, place] : {std::pair{!config.credentials.username.empty(), FieldPlace::username},
                                     std::pair{!config.credentials.password.empty(), FieldPlace::password}}) {
    const auto taken = [place = place](const Field& field) { return detail::is_in(field, place); };
    if (!given || std::any_of(connector.fields.begin(), connector.fields.end(), taken)) continue;
    violations.push_back({"configuration.credentials", "unused_credentials",
                          std::string{connector.title} + " takes no credentials", "remove them"});
    break;
  }
  return resolved;
}

}  // namespace datasource
