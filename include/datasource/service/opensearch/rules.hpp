#pragma once

#include <datasource/service/opensearch/body.hpp>
#include <datasource/service/opensearch/uri.hpp>

#include <array>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What a real OpenSearch demands of a data source, in its words and in its order.
namespace datasource::detail::opensearch {

/// What keeps a host from being reached, in the words of a resolver (`h: Name or service not known`); empty when
/// nothing does.
using HostCheck = std::function<std::string(const std::string& host)>;

inline constexpr std::string_view result_index_prefix = "query_execution_result";
inline constexpr std::size_t max_result_index_length = 255;
inline constexpr std::size_t max_property_length = 1000;

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

/// Name, connector and result index of a create or an update.
inline Or<void> check_body(const Body& body) {
  if (!body.name || body.connector == nullptr) {
    const std::string missing = body.name ? "connector" : body.connector != nullptr ? "name" : "name, connector";
    return refuse(illegal_argument("Datasource configuration error: " + missing + " cannot be null or empty."));
  }
  if (!is_name(*body.name))
    return refuse(illegal_argument("DataSource Name: " + *body.name +
                                   " contains illegal characters. Allowed characters: a-zA-Z0-9_-*@."));
  if (!body.result_index) return {};
  const std::string& index = *body.result_index;
  std::string problems;
  if (length_of(index) > max_result_index_length)
    problems += "Result index name size must contains less than 255 characters.";
  bool form = !index.empty();
  for (const char c : index) form = form && in_result_index(c);
  if (!form)
    problems += "Result index name has invalid character. Valid characters are a-z, 0-9, -(hyphen) and _(underscore).";
  if (!index.starts_with(result_index_prefix)) problems += "Result index must start with query_execution_result";
  if (!problems.empty()) return refuse(illegal_argument(problems));
  return {};
}

inline HttpResponse bad_property(std::string details) {
  return plugin_error(400, "IllegalArgumentException", std::move(details));
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

/// All of `keys` given, none of them too long. The real server names them in no order; here it is the catalogue's.
inline Or<void> check_fields(const GivenProperties& properties, const std::vector<std::string_view>& keys) {
  const auto list = [](std::string& names, std::string_view key) {
    names += (names.empty() ? "" : ", ") + std::string{key};
  };
  std::string missing, too_long;
  for (const std::string_view key : keys) {
    const auto found = properties.find(key);
    if (found == properties.end()) {
      list(missing, key);
    } else if (!found->second) {
      return refuse(plugin_error(
          400, "NullPointerException",
          "Cannot invoke \"String.length()\" because the return value of \"java.util.Map.get(Object)\" is null"));
    } else if (length_of(*found->second) > max_property_length) {
      list(too_long, key);
    }
  }
  std::string problems;
  if (!missing.empty()) problems += "Missing [" + missing + "] fields in the connector properties.";
  if (!too_long.empty()) problems += "Fields [" + too_long + "] exceeds more than 1000 characters.";
  if (!problems.empty()) return refuse(bad_property(std::move(problems)));
  return {};
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

inline Or<void> check_prometheus(const GivenProperties& properties, const HostCheck& check_host) {
  std::vector<std::string_view> keys = required_fields(prometheus);
  const std::vector<std::string_view> needed = needed_fields(prometheus, properties);
  keys.insert(keys.end(), needed.begin(), needed.end());
  if (auto fields = check_fields(properties, keys); !fields) return fields;
  if (const std::string problem = uri_problem(*value_of(properties, "prometheus.uri"), check_host); !problem.empty()) {
    return refuse(bad_property("Invalid URI in prometheus properties: " + problem));
  }
  if (const std::string* type = value_of(properties, "prometheus.auth.type"); type != nullptr && needed.empty()) {
    return refuse(bad_property("AUTH Type : " + *type + " is not supported with Prometheus Connector"));
  }
  return {};
}

inline Or<void> check_glue(const GivenProperties& properties, const HostCheck& check_host) {
  if (auto fields = check_fields(properties, required_fields(s3glue)); !fields) return fields;
  if (auto fields = check_fields(properties, needed_fields(s3glue, properties)); !fields) return fields;
  if (!uri_problem(*value_of(properties, "glue.indexstore.opensearch.uri"), check_host).empty())
    return refuse(bad_property("Invalid flint host in properties."));
  if (!is_yes(value_of(properties, "glue.lakeformation.enabled"))) return {};
  if (!is_yes(value_of(properties, "glue.iceberg.enabled")))
    return refuse(bad_property("Lake Formation can only be enabled when Iceberg is enabled."));
  if (is_blank(value_of(properties, "glue.lakeformation.session_tag"))) {
    return refuse(bad_property("Lake Formation session tag must be specified when enabling Lake Formation"));
  }
  return {};
}

inline Or<void> check_security_lake(GivenProperties& properties, const HostCheck& check_host) {
  for (const char* key : {"glue.iceberg.enabled", "glue.lakeformation.enabled"}) {
    const std::string* given = value_of(properties, key);
    if (given != nullptr && !is_yes(given))
      return refuse(bad_property(std::string{key} + " cannot be false when using Security Lake data source."));
  }
  if (is_blank(value_of(properties, "glue.lakeformation.session_tag"))) {
    return refuse(
        bad_property("glue.lakeformation.session_tag must be specified when using Security Lake data source"));
  }
  properties.insert_or_assign("glue.iceberg.enabled", "true");
  properties.insert_or_assign("glue.lakeformation.enabled", "true");
  return check_glue(properties, check_host);
}

/// The rules of a connector's properties; adds those that the connector sets itself.
inline Or<void> check_properties(const Connector& connector, GivenProperties& properties, const HostCheck& check_host) {
  if (&connector == &prometheus) return check_prometheus(properties, check_host);
  if (&connector == &s3glue) return check_glue(properties, check_host);
  if (&connector == &security_lake) return check_security_lake(properties, check_host);
  return {};
}

/// Whether reads leave a property out: what authenticates, wherever it stands.
inline bool confidential(std::string_view key) {
  for (const std::string_view ending : {"auth.username", "auth.password", "auth.access_key", "auth.secret_key"}) {
    if (key.ends_with(ending)) return true;
  }
  return false;
}

}  // namespace datasource::detail::opensearch
