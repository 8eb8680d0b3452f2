#pragma once

#include <datasource/connector/catalogue.hpp>
#include <datasource/connector/opensearch_rules.hpp>
#include <datasource/connector/settings.hpp>
#include <datasource/detail/ascii.hpp>
#include <datasource/model/data_source.hpp>
#include <datasource/model/violation.hpp>

#include <array>
#include <cstddef>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace datasource {

/// Longest name of a data source, in bytes.
inline constexpr std::size_t max_name_length = 127;

/// Names that an SQL engine keeps for itself, so that `name.table` could never mean the source.
inline constexpr std::array reserved_names{std::string_view{"system"},
                                           std::string_view{"temp"},
                                           std::string_view{"memory"},
                                           std::string_view{"main"},
                                           std::string_view{"information_schema"},
                                           std::string_view{"pg_catalog"}};

namespace detail {

inline std::vector<Violation> name_rules(const DataSource& source) {
  const std::string& name = source.name;
  if (name.empty()) return {{"name", "required", "the name is missing", "give a name"}};
  std::vector<Violation> violations;
  bool form = is_alpha(name.front());
  for (const char c : name) form = form && (is_alpha(c) || is_digit(c) || c == '_' || c == '-');
  if (!form) {
    violations.push_back({"name", "name_form",
                          has_control_character(name) ? "it is not a name" : in_quotes(name) + " is not a name",
                          "start with a letter and use only letters, digits, _ and -"});
  }
  if (name.size() > max_name_length) {
    violations.push_back({"name", "name_length", "it is longer than " + std::to_string(max_name_length) + " bytes",
                          "choose a shorter name"});
  }
  for (const std::string_view reserved : reserved_names) {
    if (iequals(name, reserved))
      violations.push_back(
          {"name", "name_reserved", in_quotes(name) + " is a name of the SQL engine's own", "choose another name"});
  }
  return violations;
}

/// Any index that an OpenSearch could make; the documents demand no beginning of it.
inline std::vector<Violation> result_index_rules(const DataSource& source) {
  const std::string& index = source.result_index;
  if (index.empty()) return {};
  bool form = index.front() != '-' && index.front() != '_' && index.front() != '+' && index != "." && index != "..";
  for (const char c : index) {
    const bool upper = c >= 'A' && c <= 'Z';
    form = form && !upper && static_cast<unsigned char>(c) > ' ' && c != 0x7f &&
           std::string_view{"\\/*?\"<>|,#:"}.find(c) == std::string_view::npos;
  }
  std::vector<Violation> violations;
  if (!form)
    violations.push_back({"resultIndex", "index_form", "it is not the name of an index",
                          "use lower-case letters, digits, - and _, a letter or a digit first"});
  if (index.size() > opensearch::max_result_index_length)
    violations.push_back({"resultIndex", "index_length", "it is longer than 255 bytes", "choose a shorter name"});
  return violations;
}

inline std::vector<Violation> role_rules(const DataSource& source) {
  std::vector<Violation> violations;
  for (std::size_t i = 0; i < source.allowed_roles.size(); ++i) {
    if (!source.allowed_roles[i].empty()) continue;
    violations.push_back(
        {"allowedRoles[" + std::to_string(i) + "]", "required", "the role has no name", "remove it or name it"});
  }
  return violations;
}

inline void add_violations(std::vector<Violation>& violations, std::vector<Violation> more) {
  violations.insert(violations.end(), std::move_iterator{more.begin()}, std::move_iterator{more.end()});
}

/// The rules of what every data source has, whatever its connector.
inline std::vector<Violation> common_rules(const DataSource& source) {
  std::vector<Violation> violations = name_rules(source);
  add_violations(violations, role_rules(source));
  add_violations(violations, result_index_rules(source));
  return violations;
}

inline std::vector<Violation> connector_rules(const DataSource& source) {
  if (source.connector.id.empty())
    return {{"connector", "required", "the connector is missing", "name one of the catalogue"}};
  const Connector* connector = find_connector(source.connector.id);
  if (connector != nullptr) return resolve_settings(source.connector, *connector).violations;
  return {{"connector", "unknown_connector", in_quotes(source.connector.id) + " is not a connector",
           "use one of " + connector_ids([](const Connector&) { return true; })}};
}

}  // namespace detail

/// Whose rules a data source is judged by.
enum class RuleSet {
  documented,  ///< The Data Source API documents', every connector of the catalogue.
  opensearch,  ///< A real OpenSearch's: its connectors, its names, its indexes of results.
};

/// Every broken rule of a data source, all at once: empty means that it can be stored. The order is name, roles, result
/// index, connector, fields of the catalogue. It judges the form; whether a server has an engine for the connector is
/// for the server to say. O(fields + properties).
inline std::vector<Violation> validate(const DataSource& source, RuleSet rules = RuleSet::documented) {
  if (rules == RuleSet::opensearch) return detail::opensearch::violations_of(source);
  std::vector<Violation> violations = detail::common_rules(source);
  detail::add_violations(violations, detail::connector_rules(source));
  return violations;
}

}  // namespace datasource
