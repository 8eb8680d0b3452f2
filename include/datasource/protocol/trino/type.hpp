#pragma once

#include <datasource/detail/json.hpp>
#include <datasource/model/type.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace datasource {

/// A type of Trino with what it is made of: `map(varchar, decimal(10,2))` has two arguments, a `row` one for each
/// field.
struct TrinoType {
  std::string name = {};                  ///< Without arguments, such as `decimal` or `timestamp with time zone`.
  std::vector<TrinoType> arguments = {};  ///< Types of elements, of keys and values, or of fields.
  std::vector<std::string> fields = {};   ///< Of a row, its fields' names, in order; empty where a field has none.
};

/// A column of a statement's result.
struct TrinoColumn {
  std::string name = {};  ///< The alias where there is one; `_col0` and so on for expressions without.
  std::string text = {};  ///< The type as Trino spells it, such as `decimal(12,2)`.
  TrinoType type = {};    ///< The same, taken apart.
};

/// The type that a column of this SDK has for it. `json`, rows and maps are `object`; what has no counterpart, such as
/// `uuid` or `geometry`, is text. @param name As in TrinoType::name, or with arguments behind it.
/// @par Source Trino 476.
constexpr Type type_of_trino(std::string_view name) {
  struct Pair {
    std::string_view name;
    Type type;
  };
  constexpr Pair pairs[] = {{"boolean", Type::boolean},
                            {"tinyint", Type::int8},
                            {"smallint", Type::int16},
                            {"integer", Type::int32},
                            {"bigint", Type::int64},
                            {"real", Type::float32},
                            {"double", Type::float64},
                            {"decimal", Type::decimal},
                            {"varchar", Type::keyword},
                            {"char", Type::keyword},
                            {"uuid", Type::keyword},
                            {"varbinary", Type::binary},
                            {"ipaddress", Type::ip},
                            {"date", Type::date},
                            {"time", Type::time},
                            {"timestamp", Type::timestamp},
                            {"timestamp with time zone", Type::timestamp},
                            {"time with time zone", Type::keyword},
                            {"interval day to second", Type::interval},
                            {"interval year to month", Type::interval},
                            {"array", Type::array},
                            {"map", Type::object},
                            {"row", Type::object},
                            {"json", Type::object},
                            {"unknown", Type::undefined}};
  std::string_view base = name.substr(0, name.find('('));
  // `timestamp(3) with time zone`: the arguments stand in the middle.
  const bool zoned = name.find(" with time zone") != std::string_view::npos;
  if (zoned && base == "timestamp") base = "timestamp with time zone";
  if (zoned && base == "time") base = "time with time zone";
  for (const Pair& pair : pairs) {
    if (pair.name == base) return pair.type;
  }
  return Type::keyword;
}

namespace protocol::detail {

using datasource::detail::Json;

/// Types nest as far as somebody wrote them; deeper ones keep their values as they came.
inline constexpr int max_type_depth = 24;

inline TrinoType read_trino_type(const Json& signature, int depth = 0) {
  TrinoType type{.name = datasource::detail::text_or_empty(signature, "rawType")};
  if (depth == max_type_depth) return type;
  const auto arguments = signature.is_object() ? signature.find("arguments") : signature.end();
  if (arguments == signature.end() || !arguments->is_array()) return type;
  for (const Json& argument : *arguments) {
    const std::string kind = datasource::detail::text_or_empty(argument, "kind");
    const auto value = argument.is_object() ? argument.find("value") : argument.end();
    if (value == argument.end()) continue;
    if (kind == "TYPE") {
      type.arguments.push_back(read_trino_type(*value, depth + 1));
    } else if (kind == "NAMED_TYPE" && value->is_object()) {
      const auto inner = value->find("typeSignature");
      type.arguments.push_back(inner == value->end() ? TrinoType{} : read_trino_type(*inner, depth + 1));
      const auto name = value->find("fieldName");
      type.fields.push_back(name == value->end() ? std::string{} : datasource::detail::text_or_empty(*name, "name"));
    }
  }
  return type;
}

/// The member `columns` of a reply. Empty when it is none.
inline std::vector<TrinoColumn> read_trino_columns(std::string_view text) {
  std::vector<TrinoColumn> columns;
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_array()) return columns;
  for (const Json& each : json) {
    TrinoColumn column{.name = datasource::detail::text_or_empty(each, "name"),
                       .text = datasource::detail::text_or_empty(each, "type")};
    const auto signature = each.is_object() ? each.find("typeSignature") : each.end();
    if (signature != each.end()) column.type = read_trino_type(*signature);
    if (column.type.name.empty()) column.type.name = column.text.substr(0, column.text.find('('));
    columns.push_back(std::move(column));
  }
  return columns;
}

}  // namespace protocol::detail
}  // namespace datasource
