#pragma once

#include <datasource/connector/catalogue.hpp>
#include <datasource/connector/settings.hpp>
#include <datasource/connector/validation.hpp>
#include <datasource/detail/ascii.hpp>
#include <datasource/detail/base64.hpp>
#include <datasource/http/url.hpp>
#include <datasource/model/data_source.hpp>
#include <datasource/model/error.hpp>
#include <datasource/protocol/trino/statement.hpp>

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace datasource::trino {

/// Makes a text that stands for another without telling it: the first 16 hexadecimal digits of a keyed hash will do.
using Fingerprint = std::function<std::string(std::string_view)>;

/// How a source becomes a catalog of a Trino. Equal settings make the same name and others another one, so a name is a
/// version of a source.
struct CatalogPlan {
  std::string source = {};                ///< As the registry has it.
  const Connector* connector = nullptr;   ///< Of the source.
  Settings settings = {};                 ///< Resolved, with secrets.
  std::string name = {};                  ///< Of the catalog: lower-case letters, digits and `_`.
  std::string statement = {};             ///< CREATE CATALOG. Holds secrets: never shown.
  std::string default_schema = {};        ///< Of `source.table`; empty: the statement has to name it.
  std::string only_schema = {};           ///< The one schema that may be read; empty: all but the system's.
  std::vector<std::string> secrets = {};  ///< What must not be shown.
};

namespace detail {

using datasource::protocol::detail::trino_literal;

inline std::string setting_or_empty(const Settings& settings, std::string_view key) {
  const auto found = settings.find(key);
  return found == settings.end() ? std::string{} : found->second;
}

inline std::string part_of(const std::string& value, TrinoPart part) {
  if (part == TrinoPart::whole) return value;
  const UrlParts parts = parts_of_url(value);
  if (part == TrinoPart::tls) return parts.tls ? "true" : "false";
  return std::string{part == TrinoPart::host ? parts.host : parts.port};
}

inline std::string value_of(const Settings& settings, const TrinoProperty& property) {
  std::string value = setting_or_empty(settings, property.field);
  if (value.empty()) return value;
  value = part_of(value, property.part);
  for (const Choice& choice : property.translate) {
    if (choice.value == value) return std::string{choice.title};
  }
  if (property.divisor > 1) {
    const std::int64_t number = std::stoll(value);  // a checked integer
    value = std::to_string((number + property.divisor - 1) / property.divisor);
  }
  if (property.base64) return datasource::detail::to_base64(value);
  return value + std::string{property.unit};
}

/// A value as it stands in a URL: percent-encoded, or in braces as SQL Server's driver reads it.
inline std::string in_url(std::string_view value, char separator) {
  if (separator != ';') return encode_segment(value);
  if (value.find_first_of(";{}= ") == std::string_view::npos) return std::string{value};
  std::string braced = "{";
  for (const char c : value) braced.append(c == '}' ? 2 : 1, c);
  return braced + '}';
}

/// `host:port`, for each of several hosts; an IPv6 address in brackets.
inline std::string servers_of(const Settings& settings) {
  std::string all;
  const std::string hosts = setting_or_empty(settings, "host");
  const std::string port = setting_or_empty(settings, "port");
  for (std::size_t begin = 0; begin <= hosts.size();) {
    const std::size_t comma = std::min(hosts.find(',', begin), hosts.size());
    std::string host = hosts.substr(begin, comma - begin);
    begin = comma + 1;
    std::erase(host, ' ');
    const auto colons = std::count(host.begin(), host.end(), ':');
    if (colons > 1 && !host.starts_with('[')) host = '[' + host + ']';
    const bool has_port = colons == 1 || (host.starts_with('[') && !host.ends_with(']'));
    if (!has_port && !port.empty()) host += ':' + port;
    all += (all.empty() ? "" : ",") + host;
  }
  return all;
}

/// Fills a template in; see TrinoUrl.
inline std::string fill(std::string_view text, const Settings& settings, char separator, bool& complete) {
  std::string out;
  while (!text.empty()) {
    if (text.front() == '[') {
      const std::size_t end = text.find(']');
      bool whole = true;
      const std::string part = fill(text.substr(1, end - 1), settings, separator, whole);
      if (whole) out += part;
      text.remove_prefix(end + 1);
    } else if (text.front() == '{') {
      const std::size_t end = text.find('}');
      const std::string_view field = text.substr(1, end - 1);
      constexpr std::string_view as_they_are[] = {"servers", "host", "bucket", "prefix", "accountUrl"};
      const bool plain = std::find(std::begin(as_they_are), std::end(as_they_are), field) != std::end(as_they_are);
      std::string value = field == "servers" ? servers_of(settings) : setting_or_empty(settings, field);
      complete = complete && !value.empty();
      out += plain ? value : in_url(value, separator);
      text.remove_prefix(end + 1);
    } else {
      out += text.front();
      text.remove_prefix(1);
    }
  }
  return out;
}

inline std::string url_of(const TrinoMapping& mapping, const Settings& settings) {
  std::string url;
  for (const TrinoUrl& form : mapping.urls) {
    if (!form.field.empty() && setting_or_empty(settings, form.field) != form.value) continue;
    bool complete = true;
    url = fill(form.text, settings, mapping.separator, complete);
    break;
  }
  bool first = mapping.separator == '&';
  for (const TrinoProperty& parameter : mapping.parameters) {
    const std::string value = value_of(settings, parameter);
    if (value.empty()) continue;
    url += first ? '?' : mapping.separator;
    first = false;
    url += std::string{parameter.name} + '=' + in_url(value, mapping.separator);
  }
  return url;
}

/// The source's name as a part of a catalog's: for people who look at Trino.
inline std::string readable(std::string_view name) {
  std::string text;
  for (const char c : name.substr(0, 40)) {
    const char lower = datasource::detail::to_lower(c);
    text += (lower >= 'a' && lower <= 'z') || datasource::detail::is_digit(lower) ? lower : '_';
  }
  return text;
}

inline std::vector<Violation> refused_fields(const Connector& connector, const Settings& settings) {
  std::vector<Violation> violations;
  const auto refuse = [&](std::string_view key, const char* message, const char* fix) {
    const Field* field = connector.field(key);
    violations.push_back({field == nullptr ? std::string{key} : field->path(), "unsupported_field", message,
                          std::string{fix} + ", or register the source where the embedded engine serves it"});
  };
  for (const std::string_view key : connector.trino.refused) {
    const std::string value = setting_or_empty(settings, key);
    const Field* field = connector.field(key);
    if (value.empty() || (field != nullptr && value == field->fallback)) continue;
    refuse(key, "Trino's connector cannot use it", "leave it out");
  }
  for (const TrinoProperty& property : connector.trino.properties) {
    if (property.part != TrinoPart::host || parts_of_url(setting_or_empty(settings, property.field)).path.empty())
      continue;
    refuse(property.field, "Trino's connector takes no path behind host and port", "remove the path");
  }
  return violations;
}

}  // namespace detail

/// Derives the plan from the catalogue alone. @param prefix Begins the names of all catalogs of one registry.
/// Errors: `invalid` (the source breaks a rule, or says what Trino's connector cannot use), `unsupported`.
inline Result<CatalogPlan> plan_catalog(const DataSource& source, std::string_view prefix,
                                        const Fingerprint& fingerprint) {
  const Connector* connector = find_connector(source.connector.id);
  if (connector == nullptr || !connector->in_trino())
    return fail({.kind = ErrorKind::unsupported,
                 .message = "Trino has no connector for " + source.name + ", whose connector is \"" +
                            source.connector.id + "\"",
                 .status = 501});
  auto violations = validate(source);
  if (!violations.empty()) return fail(invalid(std::move(violations)));
  CatalogPlan plan{.source = source.name,
                   .connector = connector,
                   .settings = resolve_settings(source.connector, *connector).settings};
  violations = detail::refused_fields(*connector, plan.settings);
  if (!violations.empty()) return fail(invalid(std::move(violations)));

  const TrinoMapping& mapping = connector->trino;
  std::vector<std::pair<std::string_view, std::string>> properties;
  if (!mapping.url_property.empty())
    properties.emplace_back(mapping.url_property, detail::url_of(mapping, plan.settings));
  for (const TrinoProperty& property : mapping.properties) {
    if (std::string value = detail::value_of(plan.settings, property); !value.empty())
      properties.emplace_back(property.name, std::move(value));
  }
  for (const TrinoConstant& constant : mapping.constants)
    properties.emplace_back(constant.name, std::string{constant.value});

  std::string with;
  for (const auto& [name, value] : properties)
    with += (with.empty() ? "\"" : ", \"") + std::string{name} + "\" = " + detail::trino_literal(value);
  const std::string body = " USING " + std::string{mapping.connector} + " WITH (" + with + ')';
  plan.name = std::string{prefix} + detail::readable(source.name) + '_' + fingerprint(source.name + body);
  plan.statement = "CREATE CATALOG IF NOT EXISTS " + plan.name + body;
  if (!mapping.schema_field.empty()) plan.only_schema = detail::setting_or_empty(plan.settings, mapping.schema_field);
  plan.default_schema = mapping.default_schema.empty() ? plan.only_schema : std::string{mapping.default_schema};
  for (const Field& field : connector->fields) {
    const std::string value = field.secret() ? detail::setting_or_empty(plan.settings, field.key) : std::string{};
    if (value.empty()) continue;
    plan.secrets.push_back(value);
    plan.secrets.push_back(encode_segment(value));
    plan.secrets.push_back(datasource::detail::to_base64(value));
  }
  return plan;
}

}  // namespace datasource::trino
