#pragma once

#include <datasource/connector/catalogue.hpp>
#include <datasource/connector/opensearch_uri.hpp>
#include <datasource/connector/settings.hpp>
#include <datasource/detail/ascii.hpp>
#include <datasource/model/data_source.hpp>
#include <datasource/model/violation.hpp>

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What a real OpenSearch demands of a data source. Each rule is written once and told twice: in the server's words, of
/// which it says the first only, and as violations, which a client tells all at once.
///
/// Source: OpenSearch 3.4.0, recordings "refused input", "s3glue and security lake".
namespace datasource::detail::opensearch {

/// What keeps a host from being reached, in the words of a resolver (`h: Name or service not known`); empty when
/// nothing does.
using HostCheck = std::function<std::string(const std::string& host)>;

/// Properties as the server reads them; nothing where the body says null.
using GivenProperties = std::map<std::string, std::optional<std::string>, std::less<>>;

/// One answer of the server's, and the broken rules behind it.
struct Refusal {
  std::string words;
  std::vector<Violation> violations;
  std::string_view type = "IllegalArgumentException";
};

inline constexpr std::string_view result_index_prefix = "query_execution_result";
inline constexpr std::size_t max_result_index_length = 255;
inline constexpr std::size_t max_property_length = 1000;
/// The cluster itself. It cannot be read, changed or removed through the API.
inline constexpr std::string_view own_name = "@opensearch";

/// Characters, not bytes.
inline std::size_t length_of(std::string_view utf8) {
  std::size_t length = 0;
  for (const char c : utf8) length += (static_cast<unsigned char>(c) & 0xC0) != 0x80 ? 1 : 0;
  return length;
}

/// `[@*A-Za-z]+?[*a-zA-Z_\-0-9]*`
inline bool is_name(std::string_view name) {
  std::size_t at = 0;
  while (at < name.size() && (is_alpha(name[at]) || name[at] == '@' || name[at] == '*')) ++at;
  if (at == 0) return false;
  for (const char c : name.substr(at)) {
    if (!is_alpha(c) && !is_digit(c) && c != '*' && c != '_' && c != '-') return false;
  }
  return true;
}

inline bool in_result_index(char c) { return (c >= 'a' && c <= 'z') || is_digit(c) || c == '_' || c == '-'; }

/// The index that a source without one of its own gets.
inline std::string default_result_index(std::string_view name) {
  std::string index = std::string{result_index_prefix} + '_' + to_lower(name);
  if (index.size() > max_result_index_length) index.resize(max_result_index_length);
  std::string kept;
  for (const char c : index) {
    if (in_result_index(c)) kept += c;
  }
  return kept;
}

inline void check_result_index(std::string_view index, std::vector<Refusal>& refusals) {
  Refusal refusal;
  const auto broken = [&](const char* words, const char* code, const char* message, const char* fix) {
    refusal.words += words;
    refusal.violations.push_back({"resultIndex", code, message, fix});
  };
  if (length_of(index) > max_result_index_length)
    broken("Result index name size must contains less than 255 characters.", "index_length",
           "it is longer than 255 characters", "choose a shorter name");
  if (index.empty() || !std::all_of(index.begin(), index.end(), in_result_index))
    broken("Result index name has invalid character. Valid characters are a-z, 0-9, -(hyphen) and _(underscore).",
           "index_form", "it holds other characters than an index of results may", "use a-z, 0-9, - and _");
  if (!index.starts_with(result_index_prefix))
    broken("Result index must start with query_execution_result", "index_prefix",
           "it is not the name of an index of results", "start it with query_execution_result");
  if (!refusal.violations.empty()) refusals.push_back(std::move(refusal));
}

/// What is wrong with name, connector and result index of a create or an update, in the server's order.
inline std::vector<Refusal> body_refusals(const std::optional<std::string>& name, bool has_connector,
                                          const std::optional<std::string>& result_index) {
  std::vector<Refusal> refusals;
  if (!name || !has_connector) {
    Refusal missing;
    std::string names;
    if (!name) {
      names = "name";
      missing.violations.push_back({"name", "required", "the name is missing", "give a name"});
    }
    if (!has_connector) {
      names += names.empty() ? "connector" : ", connector";
      missing.violations.push_back({"connector", "required", "the connector is missing", "name one of the catalogue"});
    }
    missing.words = "Datasource configuration error: " + names + " cannot be null or empty.";
    refusals.push_back(std::move(missing));
  }
  if (name && !is_name(*name)) {
    refusals.push_back(
        {.words = "DataSource Name: " + *name + " contains illegal characters. Allowed characters: a-zA-Z0-9_-*@.",
         .violations = {
             {"name", "name_form",
              name->empty() || has_control_character(*name) ? "it is not a name" : in_quotes(*name) + " is not a name",
              "start with a letter, @ or *, and use only letters, digits, _, - and *"}}});
  }
  if (result_index) check_result_index(*result_index, refusals);
  return refusals;
}

/// The value of a property; nothing where it is absent or null.
inline const std::string* value_of(const GivenProperties& properties, std::string_view key) {
  const auto found = properties.find(key);
  return found == properties.end() || !found->second ? nullptr : &*found->second;
}

/// Whether text says yes, as Apache Commons reads it.
inline bool is_yes(const std::string* text) {
  if (text == nullptr) return false;
  for (const std::string_view yes : {"true", "yes", "on", "y", "t"}) {
    if (iequals(*text, yes)) return true;
  }
  return false;
}

inline bool is_blank(const std::string* text) {
  return text == nullptr || text->find_first_not_of(" \t\r\n") == std::string::npos;
}

inline Violation broken_property(std::string_view key, const char* code, std::string message, std::string fix) {
  return {"properties." + std::string{key}, code, std::move(message), std::move(fix)};
}

/// All of `keys` given, none of them too long. The real server names them in no order; here it is the catalogue's.
inline void check_fields(const Connector& connector, const GivenProperties& properties,
                         const std::vector<std::string_view>& keys, std::vector<Refusal>& refusals) {
  const auto list = [](std::string& names, std::string_view key) {
    names += (names.empty() ? "" : ", ") + std::string{key};
  };
  std::string missing, too_long;
  Refusal refusal;
  for (const std::string_view key : keys) {
    const Field& field = *connector.field(key);
    const auto found = properties.find(key);
    if (found == properties.end()) {
      list(missing, key);
      refusal.violations.push_back(
          broken_property(key, "required", std::string{field.title} + " is missing", "give a value"));
    } else if (!found->second) {
      refusals.push_back(
          {.words =
               "Cannot invoke \"String.length()\" because the return value of \"java.util.Map.get(Object)\" is null",
           .violations = {broken_property(key, "required", std::string{field.title} + " is missing", "give a value")},
           .type = "NullPointerException"});
      return;
    } else if (length_of(*found->second) > max_property_length) {
      list(too_long, key);
      refusal.violations.push_back(
          broken_property(key, "property_length", "it is longer than 1000 characters", "give a shorter value"));
    }
  }
  if (!missing.empty()) refusal.words += "Missing [" + missing + "] fields in the connector properties.";
  if (!too_long.empty()) refusal.words += "Fields [" + too_long + "] exceeds more than 1000 characters.";
  if (!refusal.violations.empty()) refusals.push_back(std::move(refusal));
}

inline std::vector<std::string_view> required_fields(const Connector& connector) {
  std::vector<std::string_view> keys;
  for (const Field& field : connector.opensearch.fields) {
    if (field.required) keys.push_back(field.key);
  }
  return keys;
}

/// The fields that the given values make required.
inline std::vector<std::string_view> needed_fields(const Connector& connector, const GivenProperties& properties) {
  std::vector<std::string_view> keys;
  for (const Requirement& requirement : connector.opensearch.requirements) {
    const std::string* value = value_of(properties, requirement.field);
    if (value != nullptr && iequals(*value, requirement.value))
      keys.insert(keys.end(), requirement.needs.begin(), requirement.needs.end());
  }
  return keys;
}

/// What is wrong with a URI or with its host, or empty.
inline std::string uri_problem(const std::string& uri, const HostCheck& check_host) {
  std::string problem = uri_syntax_problem(uri);
  if (!problem.empty() || !check_host) return problem;
  const std::string host = uri_host(uri);
  return host.empty() ? problem : check_host(host);
}

inline void check_prometheus(const GivenProperties& properties, const HostCheck& check_host,
                             std::vector<Refusal>& refusals) {
  std::vector<std::string_view> keys = required_fields(prometheus);
  const std::vector<std::string_view> needed = needed_fields(prometheus, properties);
  keys.insert(keys.end(), needed.begin(), needed.end());
  check_fields(prometheus, properties, keys, refusals);
  if (const std::string* uri = value_of(properties, "prometheus.uri")) {
    if (const std::string problem = uri_problem(*uri, check_host); !problem.empty()) {
      refusals.push_back(
          {.words = "Invalid URI in prometheus properties: " + problem,
           .violations = {broken_property("prometheus.uri", "url_form", "it is not the URI of a server that is known",
                                          "write it as http://host:9090")}});
    }
  }
  if (const std::string* type = value_of(properties, "prometheus.auth.type"); type != nullptr && needed.empty()) {
    refusals.push_back({.words = "AUTH Type : " + *type + " is not supported with Prometheus Connector",
                        .violations = {broken_property("prometheus.auth.type", "unknown_choice",
                                                       in_quotes(*type) + " is not a choice that an OpenSearch has",
                                                       "use basicauth or awssigv4, or leave it out")}});
  }
}

inline void check_glue(const GivenProperties& properties, const HostCheck& check_host, std::vector<Refusal>& refusals) {
  check_fields(s3glue, properties, required_fields(s3glue), refusals);
  check_fields(s3glue, properties, needed_fields(s3glue, properties), refusals);
  const std::string* uri = value_of(properties, "glue.indexstore.opensearch.uri");
  if (uri != nullptr && !uri_problem(*uri, check_host).empty()) {
    refusals.push_back({.words = "Invalid flint host in properties.",
                        .violations = {broken_property("glue.indexstore.opensearch.uri", "url_form",
                                                       "it is not the URI of a server that is known",
                                                       "write it as http://host:9200")}});
  }
  if (!is_yes(value_of(properties, "glue.lakeformation.enabled"))) return;
  if (!is_yes(value_of(properties, "glue.iceberg.enabled"))) {
    refusals.push_back({.words = "Lake Formation can only be enabled when Iceberg is enabled.",
                        .violations = {broken_property("glue.iceberg.enabled", "required",
                                                       "Lake Formation needs Iceberg tables", "set it to true")}});
  }
  if (is_blank(value_of(properties, "glue.lakeformation.session_tag"))) {
    refusals.push_back({.words = "Lake Formation session tag must be specified when enabling Lake Formation",
                        .violations = {broken_property("glue.lakeformation.session_tag", "required",
                                                       "Lake Formation needs a session tag", "give a value")}});
  }
}

/// The properties that a connector sets itself, put beside those that are given.
inline GivenProperties with_own_properties(const Connector& connector, GivenProperties properties) {
  if (&connector == &security_lake) {
    properties.insert_or_assign("glue.iceberg.enabled", "true");
    properties.insert_or_assign("glue.lakeformation.enabled", "true");
  }
  return properties;
}

inline void check_security_lake(const GivenProperties& properties, const HostCheck& check_host,
                                std::vector<Refusal>& refusals) {
  for (const char* key : {"glue.iceberg.enabled", "glue.lakeformation.enabled"}) {
    const std::string* given = value_of(properties, key);
    if (given == nullptr || is_yes(given)) continue;
    refusals.push_back({.words = std::string{key} + " cannot be false when using Security Lake data source.",
                        .violations = {broken_property(key, "unknown_choice", "a Security Lake always has it on",
                                                       "leave it out or set it to true")}});
  }
  if (is_blank(value_of(properties, "glue.lakeformation.session_tag"))) {
    refusals.push_back(
        {.words = "glue.lakeformation.session_tag must be specified when using Security Lake data source",
         .violations = {broken_property("glue.lakeformation.session_tag", "required",
                                        "Lake Formation needs a session tag", "give a value")}});
  }
  check_glue(with_own_properties(security_lake, properties), check_host, refusals);
}

/// What is wrong with a connector's properties, in the server's order.
inline std::vector<Refusal> property_refusals(const Connector& connector, const GivenProperties& properties,
                                              const HostCheck& check_host) {
  std::vector<Refusal> refusals;
  if (&connector == &prometheus) check_prometheus(properties, check_host, refusals);
  if (&connector == &s3glue) check_glue(properties, check_host, refusals);
  if (&connector == &security_lake) check_security_lake(properties, check_host, refusals);
  return refusals;
}

/// Whether reads leave a property out: what authenticates, wherever it stands.
inline bool confidential(std::string_view key) {
  for (const std::string_view ending : {"auth.username", "auth.password", "auth.access_key", "auth.secret_key"}) {
    if (key.ends_with(ending)) return true;
  }
  return false;
}

/// Whether an OpenSearch knows the field.
inline bool knows(const Connector& connector, std::string_view key) {
  return std::any_of(connector.opensearch.fields.begin(), connector.opensearch.fields.end(),
                     [&](const Field& field) { return field.key == key; });
}

/// A configuration as an OpenSearch takes it: everything is a property, and every property is text. Endpoint and
/// credentials become the properties that they speak of.
inline GivenProperties server_properties(const ConnectorConfig& config, const Connector& connector) {
  GivenProperties properties;
  for (const auto& [key, value] : config.properties) properties.insert_or_assign(key, as_text(value));
  const Endpoint endpoint = parse_endpoint(config.endpoint, connector).value_or(Endpoint{});
  for (const Field& field : connector.opensearch.fields) {
    if (properties.contains(field.key)) continue;
    const auto said = statements_of(config, endpoint, field);
    std::string value = said.empty() ? std::string{} : said.front().value;
    for (const Implication& implication : connector.implications) {
      // What follows from a field that the server does not know means nothing to it.
      const bool follows = value.empty() && implication.field == field.key && knows(connector, implication.given) &&
                           !statements_of(config, endpoint, *connector.field(implication.given)).empty();
      if (follows) value = implication.value;
    }
    if (!value.empty()) properties.emplace(field.key, value);
  }
  return properties;
}

/// What the client knows better than the server: properties that it would keep and not use, masks that it would take
/// for passwords, and places that contradict each other.
inline std::vector<Violation> client_rules(const ConnectorConfig& config, const Connector& connector) {
  std::vector<Violation> violations;
  for (Violation& broken : resolve_settings(config, connector).violations) {
    const bool place = broken.field.starts_with("configuration") || broken.code == "contradiction";
    if (place && broken.code != "required" && broken.code != "url_form") violations.push_back(std::move(broken));
  }
  for (const auto& [key, value] : config.properties) {
    if (knows(connector, key)) continue;
    if (connector.field(key) != nullptr) {
      violations.push_back(broken_property(key, "unsupported_property", "an OpenSearch does not know it", "remove it"));
    } else if (!nearest_key(key, connector).empty()) {
      violations.push_back(unknown_property(key, connector));
    }
  }
  for (const auto& [key, value] : server_properties(config, connector)) {
    if (value == masked_secret)
      violations.push_back(broken_property(key, "masked_secret", "it is the mask of a read reply, not a secret",
                                           "give the secret itself, or use a patch, which keeps it"));
  }
  return violations;
}

/// Every rule of an OpenSearch that a data source breaks.
inline std::vector<Violation> violations_of(const DataSource& source) {
  const Connector* connector = find_connector(source.connector.id);
  const bool registered = connector != nullptr && connector->in_opensearch();
  std::vector<Violation> violations;
  const auto add = [&](std::vector<Violation> more) {
    for (Violation& each : more) {
      const auto same = [&](const Violation& told) { return told.field == each.field && told.code == each.code; };
      if (std::none_of(violations.begin(), violations.end(), same)) violations.push_back(std::move(each));
    }
  };
  const auto given = [](const std::string& text) { return text.empty() ? std::nullopt : std::optional{text}; };
  for (Refusal& refusal : body_refusals(given(source.name), !source.connector.id.empty(), given(source.result_index)))
    add(std::move(refusal.violations));
  if (source.name == own_name) add({{"name", "name_reserved", "it is the cluster's own", "choose another name"}});
  if (source.status == Status::error)
    add({{"status", "unknown_status", "ERROR is not a status that can be given", "use ACTIVE or DISABLED"}});
  if (registered) {
    add(client_rules(source.connector, *connector));
    for (Refusal& refusal : property_refusals(*connector, server_properties(source.connector, *connector), {}))
      add(std::move(refusal.violations));
  } else if (!source.connector.id.empty()) {
    add({{"connector", connector == nullptr ? "unknown_connector" : "unsupported_connector",
          connector == nullptr ? in_quotes(source.connector.id) + " is not a connector"
                               : "an OpenSearch does not read " + std::string{connector->title},
          "use one of " + connector_ids([](const Connector& each) { return each.in_opensearch(); })}});
  }
  return violations;
}

}  // namespace datasource::detail::opensearch
