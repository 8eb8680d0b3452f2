#pragma once

#include <datasource/columnar/json_writer.hpp>
#include <datasource/engine/duckdb/handles.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace datasource::duckdb {

/// A DuckDB type, read once for a result, with what its values' JSON needs.
struct ColumnType {
  duckdb_type id = DUCKDB_TYPE_INVALID;
  duckdb_type storage = DUCKDB_TYPE_INVALID;  ///< Of decimals and enums.
  std::uint8_t scale = 0;                     ///< Of decimals.
  bool is_json = false;                       ///< A VARCHAR that holds JSON text.
  idx_t array_size = 0;
  std::vector<std::string> labels = {};  ///< A struct's member names or an enum's values, as JSON strings.
  std::vector<ColumnType> children = {};

  /// The API's name for it.
  [[nodiscard]] std::string_view name() const {
    switch (id) {
      case DUCKDB_TYPE_BOOLEAN: return "boolean";
      case DUCKDB_TYPE_TINYINT: return "byte";
      case DUCKDB_TYPE_UTINYINT:
      case DUCKDB_TYPE_SMALLINT: return "short";
      case DUCKDB_TYPE_USMALLINT:
      case DUCKDB_TYPE_INTEGER: return "integer";
      case DUCKDB_TYPE_UINTEGER:
      case DUCKDB_TYPE_BIGINT: return "long";
      case DUCKDB_TYPE_UBIGINT: return "unsigned_long";
      case DUCKDB_TYPE_HUGEINT:
      case DUCKDB_TYPE_UHUGEINT:
      case DUCKDB_TYPE_BIGNUM:
      case DUCKDB_TYPE_DECIMAL: return "decimal";
      case DUCKDB_TYPE_FLOAT: return "float";
      case DUCKDB_TYPE_DOUBLE: return "double";
      case DUCKDB_TYPE_VARCHAR: return is_json ? "object" : "keyword";
      case DUCKDB_TYPE_UUID:
      case DUCKDB_TYPE_ENUM:
      case DUCKDB_TYPE_BIT:
      case DUCKDB_TYPE_TIME_TZ: return "keyword";
      case DUCKDB_TYPE_BLOB: return "binary";
      case DUCKDB_TYPE_DATE: return "date";
      case DUCKDB_TYPE_TIME:
      case DUCKDB_TYPE_TIME_NS: return "time";
      case DUCKDB_TYPE_TIMESTAMP:
      case DUCKDB_TYPE_TIMESTAMP_S:
      case DUCKDB_TYPE_TIMESTAMP_MS:
      case DUCKDB_TYPE_TIMESTAMP_NS:
      case DUCKDB_TYPE_TIMESTAMP_TZ: return "timestamp";
      case DUCKDB_TYPE_INTERVAL: return "interval";
      case DUCKDB_TYPE_LIST:
      case DUCKDB_TYPE_ARRAY: return children[0].id == DUCKDB_TYPE_STRUCT ? "nested" : "array";
      case DUCKDB_TYPE_STRUCT:
      case DUCKDB_TYPE_MAP:
      case DUCKDB_TYPE_UNION: return "object";
      default: return "undefined";
    }
  }

  /// The first type in it whose values have no JSON here; empty when there is none.
  [[nodiscard]] std::string_view unsupported() const {
    if (id == DUCKDB_TYPE_VARIANT) return "VARIANT";
    if (id == DUCKDB_TYPE_GEOMETRY) return "GEOMETRY";
    if (name() == "undefined" && id != DUCKDB_TYPE_SQLNULL) return "unknown";
    for (const ColumnType& child : children) {
      if (const auto found = child.unsupported(); !found.empty()) return found;
    }
    return {};
  }
};

/// A column of a result.
struct Column {
  std::string name = {};
  ColumnType type = {};
};

namespace detail {

inline std::string as_json_string(std::string_view text) {
  JsonWriter writer;
  writer.string(text);
  return std::string{writer.view()};
}

}  // namespace detail

/// Reads a type and the types in it.
inline ColumnType read_type(duckdb_logical_type logical) {
  ColumnType type{.id = duckdb_get_type_id(logical)};
  const auto child = [&](duckdb_logical_type owned) {
    const LogicalType handle{owned};
    type.children.push_back(read_type(handle.get()));
  };
  switch (type.id) {
    case DUCKDB_TYPE_VARCHAR: type.is_json = take_text(duckdb_logical_type_get_alias(logical)) == "JSON"; break;
    case DUCKDB_TYPE_DECIMAL:
      type.storage = duckdb_decimal_internal_type(logical);
      type.scale = duckdb_decimal_scale(logical);
      break;
    case DUCKDB_TYPE_ENUM:
      type.storage = duckdb_enum_internal_type(logical);
      for (idx_t i = 0; i < duckdb_enum_dictionary_size(logical); ++i) {
        type.labels.push_back(detail::as_json_string(take_text(duckdb_enum_dictionary_value(logical, i))));
      }
      break;
    case DUCKDB_TYPE_LIST: child(duckdb_list_type_child_type(logical)); break;
    case DUCKDB_TYPE_ARRAY:
      type.array_size = duckdb_array_type_array_size(logical);
      child(duckdb_array_type_child_type(logical));
      break;
    case DUCKDB_TYPE_MAP:
      child(duckdb_map_type_key_type(logical));
      child(duckdb_map_type_value_type(logical));
      break;
    case DUCKDB_TYPE_STRUCT:
      for (idx_t i = 0; i < duckdb_struct_type_child_count(logical); ++i) {
        type.labels.push_back(detail::as_json_string(take_text(duckdb_struct_type_child_name(logical, i))));
        child(duckdb_struct_type_child_type(logical, i));
      }
      break;
    case DUCKDB_TYPE_UNION:
      for (idx_t i = 0; i < duckdb_union_type_member_count(logical); ++i)
        child(duckdb_union_type_member_type(logical, i));
      break;
    default: break;
  }
  return type;
}

/// The columns of a result. Asks nothing of its rows.
inline std::vector<Column> columns_of(duckdb_result* result) {
  std::vector<Column> columns;
  for (idx_t i = 0; i < duckdb_column_count(result); ++i) {
    const LogicalType type{duckdb_column_logical_type(result, i)};
    columns.push_back({duckdb_column_name(result, i), read_type(type.get())});
  }
  return columns;
}

}  // namespace datasource::duckdb
