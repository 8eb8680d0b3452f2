#pragma once

#include <datasource/federation/remote_table.hpp>
#include <datasource/federation/sql_dialect.hpp>
#include <datasource/model/type.hpp>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

namespace datasource::protocol::snowflake {

/// A column as Snowflake describes it: an entry of `rowType`, or a row of INFORMATION_SCHEMA.COLUMNS.
struct Column {
  std::string name = {};       ///< With its case.
  std::string type = {};       ///< `FIXED`, `TEXT`, `TIMESTAMP_NTZ`, …, in upper case.
  int precision = 38;          ///< Of numbers.
  int scale = 0;               ///< Digits behind the point: of numbers, and of seconds.
  bool nullable = true;        ///< Whether it may hold NULL.
  std::string collation = {};  ///< Empty: by code point.

  friend bool operator==(const Column&, const Column&) = default;
};

/// How values of a type are sent.
enum class Encoding : std::uint8_t {
  plain,      ///< As the API writes them.
  days,       ///< Since 1970.
  seconds,    ///< Since midnight, with up to nine digits behind the point.
  timestamp,  ///< Seconds since 1970 likewise, and perhaps an offset in minutes, plus 1440, behind a blank.
  hex,        ///< Of bytes.
};

/// What a type is here.
struct ColumnType {
  std::string_view name;                     ///< In `rowType` or INFORMATION_SCHEMA.
  Type type;                                 ///< Here.
  Encoding encoding = Encoding::plain;       ///< On the wire.
  SqlCompare compare = SqlCompare::nothing;  ///< What may be asked of it.
  SqlLiteral literal = {};                   ///< Around a constant; zones count in the session's, which is UTC.
};

/// The types. Those that are not here are texts. @par Source "Handling responses", Snowflake SQL API.
inline constexpr ColumnType column_types[] = {
    {"FIXED", Type::decimal, Encoding::plain, SqlCompare::number},
    {"NUMBER", Type::decimal, Encoding::plain, SqlCompare::number},
    {"REAL", Type::float64, Encoding::plain, SqlCompare::real, {"", "::FLOAT"}},
    {"FLOAT", Type::float64, Encoding::plain, SqlCompare::real, {"", "::FLOAT"}},
    {"TEXT", Type::keyword, Encoding::plain, SqlCompare::text},
    {"BOOLEAN", Type::boolean, Encoding::plain, SqlCompare::boolean},
    {"DATE", Type::date, Encoding::days, SqlCompare::date, {"TO_DATE(", ", 'YYYY-MM-DD')"}},
    {"TIME", Type::time, Encoding::seconds, SqlCompare::time, {"TO_TIME(", ", 'HH24:MI:SS.FF6')"}},
    {"TIMESTAMP_NTZ",
     Type::timestamp,
     Encoding::timestamp,
     SqlCompare::timestamp,
     {"TO_TIMESTAMP_NTZ(", ", 'YYYY-MM-DD HH24:MI:SS.FF6')"}},
    {"TIMESTAMP_LTZ",
     Type::timestamp,
     Encoding::timestamp,
     SqlCompare::timestamp,
     {"TO_TIMESTAMP_LTZ(", ", 'YYYY-MM-DD HH24:MI:SS.FF6')"}},
    {"TIMESTAMP_TZ",
     Type::timestamp,
     Encoding::timestamp,
     SqlCompare::timestamp,
     {"TO_TIMESTAMP_TZ(", ", 'YYYY-MM-DD HH24:MI:SS.FF6')"}},
    {"BINARY", Type::binary, Encoding::hex},
    {"VARIANT", Type::object},
    {"OBJECT", Type::object},
    {"MAP", Type::object},
    {"ARRAY", Type::array},
    {"VECTOR", Type::array},
};

/// What is known of a column's type, or null.
inline const ColumnType* type_of(const Column& column) {
  for (const ColumnType& type : column_types) {
    if (type.name == column.type) return &type;
  }
  return nullptr;
}

/// The column here. Whole numbers of up to 18 digits are 64-bit integers, other numbers exact decimals.
inline RemoteColumn remote_column(const Column& column) {
  RemoteColumn remote{.name = column.name, .nullable = column.nullable};
  const ColumnType* type = type_of(column);
  if (type != nullptr) remote.type = type->type;
  if (remote.type == Type::decimal) {
    remote.precision = static_cast<std::uint8_t>(std::clamp(column.precision, 1, 38));
    remote.scale = static_cast<std::uint8_t>(std::clamp(column.scale, 0, static_cast<int>(remote.precision)));
    if (remote.scale == 0 && remote.precision <= 18) remote.type = Type::int64;
  }
  return remote;
}

/// What may be asked of the column.
inline SqlColumn sql_column(const Column& column) {
  SqlColumn asked{.name = column.name};
  const ColumnType* type = type_of(column);
  if (type == nullptr) return asked;
  asked.compare = type->compare;
  asked.literal = type->literal;
  asked.finer = (type->compare == SqlCompare::time || type->compare == SqlCompare::timestamp) && column.scale > 6;
  if (!column.collation.empty() && type->compare == SqlCompare::text) asked.compare = SqlCompare::folded_text;
  return asked;
}

}  // namespace datasource::protocol::snowflake
