#pragma once

#include <datasource/columnar/json_cursor.hpp>
#include <datasource/detail/ascii.hpp>
#include <datasource/federation/remote_table.hpp>
#include <datasource/federation/sql_dialect.hpp>
#include <datasource/model/type.hpp>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace datasource::protocol::bigquery {

/// A column, or a member of a record, as BigQuery describes it: a `TableFieldSchema`.
struct Field {
  std::string name = {};           ///< As it is spelled; names are the same in any case.
  std::string type = {};           ///< `INTEGER`, `NUMERIC`, …, in the names of either SQL dialect.
  std::string mode = {};           ///< `NULLABLE`, `REQUIRED`, `REPEATED`; empty: nullable.
  std::string collation = {};      ///< `und:ci`, or empty.
  int precision = 0;               ///< Of parameterized numbers; 0: as large as the type has it.
  int scale = 0;                   ///< Digits behind the point; only with `precision`.
  std::vector<Field> fields = {};  ///< Of a record.

  /// Whether values are arrays.
  [[nodiscard]] bool repeated() const { return mode == "REPEATED"; }

  friend bool operator==(const Field&, const Field&) = default;
};

/// How values of a type are sent and what they are here.
struct FieldType {
  std::string_view name;                     ///< Of GoogleSQL or of the older dialect.
  Type type;                                 ///< Here.
  SqlCompare compare = SqlCompare::nothing;  ///< What may be asked of it.
  SqlLiteral literal = {};                   ///< Around a constant.
};

/// The types. Those that are not here are texts. @par Source "Data types", "TableFieldSchema".
inline constexpr FieldType field_types[] = {
    {"INTEGER", Type::int64, SqlCompare::number},
    {"INT64", Type::int64, SqlCompare::number},
    {"FLOAT", Type::float64, SqlCompare::real},
    {"FLOAT64", Type::float64, SqlCompare::real},
    {"BOOLEAN", Type::boolean, SqlCompare::boolean},
    {"BOOL", Type::boolean, SqlCompare::boolean},
    {"STRING", Type::keyword, SqlCompare::text},
    {"NUMERIC", Type::decimal, SqlCompare::number, {"NUMERIC ", ""}},
    {"BIGNUMERIC", Type::decimal, SqlCompare::number, {"BIGNUMERIC ", ""}},
    {"TIMESTAMP", Type::timestamp, SqlCompare::timestamp, {"TIMESTAMP(", ", 'UTC')"}},
    {"DATETIME", Type::timestamp, SqlCompare::timestamp, {"DATETIME ", ""}},
    {"DATE", Type::date, SqlCompare::date, {"DATE ", ""}},
    {"TIME", Type::time, SqlCompare::time, {"TIME ", ""}},
    {"BYTES", Type::binary},
    {"JSON", Type::object},
    {"RECORD", Type::object},
    {"STRUCT", Type::object},
};

/// What is known of a field's type, or null.
inline const FieldType* type_of(const Field& field) {
  for (const FieldType& type : field_types) {
    if (type.name == field.type) return &type;
  }
  return nullptr;
}

/// The column that a field is. Arrays are of type array; a BIGNUMERIC of more than 38 digits is a text, which keeps
/// them all.
inline RemoteColumn remote_column(const Field& field) {
  RemoteColumn column{.name = field.name, .nullable = field.mode != "REQUIRED" && !field.repeated()};
  const FieldType* type = type_of(field);
  if (field.repeated()) {
    column.type = Type::array;
  } else if (type != nullptr) {
    column.type = type->type;
  }
  if (column.type == Type::decimal) {
    const bool big = field.type == "BIGNUMERIC";
    const int precision = field.precision > 0 ? field.precision : big ? 77 : 38;
    if (precision > 38) {
      column.type = Type::keyword;
    } else {
      column.precision = static_cast<std::uint8_t>(precision);
      column.scale = static_cast<std::uint8_t>(field.precision > 0 ? std::clamp(field.scale, 0, precision) : 9);
    }
  }
  return column;
}

/// What may be asked of the column that a field is.
inline SqlColumn sql_column(const Field& field) {
  SqlColumn column{.name = field.name};
  const FieldType* type = type_of(field);
  if (field.repeated() || type == nullptr ||
      (type->type == Type::decimal && remote_column(field).type != Type::decimal))
    return column;
  column.compare = type->compare;
  column.literal = type->literal;
  if (!field.collation.empty() && column.compare == SqlCompare::text) column.compare = SqlCompare::folded_text;
  return column;
}

namespace detail {

/// As deep as BigQuery nests records.
inline constexpr int max_record_depth = 16;

/// A number, or the text of one.
inline bool read_int(datasource::detail::JsonCursor& cursor, int& value) {
  std::string text;
  std::string_view token;
  if (cursor.peek() == '"') {
    if (!cursor.string(text)) return false;
    token = text;
  } else if (!cursor.number(token)) {
    return false;
  }
  std::from_chars(token.data(), token.data() + token.size(), value);
  return true;
}

inline bool read_fields(datasource::detail::JsonCursor& cursor, std::vector<Field>& fields, int depth);

inline bool read_field(datasource::detail::JsonCursor& cursor, Field& field, int depth) {
  std::string key;
  if (!cursor.expect('{')) return false;
  if (cursor.take('}')) return true;
  do {
    key.clear();
    if (cursor.peek() != '"' || !cursor.string(key) || !cursor.expect(':')) return cursor.fail("a field has no name");
    std::string* const text = key == "name"        ? &field.name
                              : key == "type"      ? &field.type
                              : key == "mode"      ? &field.mode
                              : key == "collation" ? &field.collation
                                                   : nullptr;
    std::string_view ignored;
    bool taken = false;
    if (text != nullptr && cursor.peek() == '"') {
      text->clear();
      taken = cursor.string(*text);
    } else if (key == "precision" || key == "scale") {
      taken = read_int(cursor, key == "scale" ? field.scale : field.precision);
    } else if (key == "fields" && cursor.peek() == '[') {
      taken = read_fields(cursor, field.fields, depth + 1);
    } else {
      taken = cursor.skip(ignored);
    }
    if (!taken) return false;
  } while (cursor.take(','));
  return cursor.expect('}');
}

inline bool read_fields(datasource::detail::JsonCursor& cursor, std::vector<Field>& fields, int depth) {
  if (depth > max_record_depth) return cursor.fail("its records nest deeper than 16 levels");
  if (!cursor.expect('[')) return false;
  if (cursor.take(']')) return true;
  do {
    if (!read_field(cursor, fields.emplace_back(), depth)) return false;
  } while (cursor.take(','));
  return cursor.expect(']');
}

/// `{"fields": […]}`.
inline bool read_schema(datasource::detail::JsonCursor& cursor, std::vector<Field>& fields) {
  Field root;
  if (!read_field(cursor, root, 0)) return false;
  fields = std::move(root.fields);
  return true;
}

}  // namespace detail
}  // namespace datasource::protocol::bigquery
