#pragma once

#include <datasource/columnar/temporal_text.hpp>
#include <datasource/detail/ascii.hpp>
#include <datasource/detail/base64.hpp>
#include <datasource/engine/remote/odbc/columns.hpp>
#include <datasource/engine/remote/odbc/handles.hpp>
#include <datasource/federation/column_sink.hpp>
#include <datasource/federation/remote_table.hpp>
#include <datasource/model/type.hpp>

#include <sql.h>
#include <sqlext.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

/// One value as ODBC gives it, into its column.
namespace datasource::remote::odbc {

/// How a value is asked for.
struct CellForm {
  SQLSMALLINT type = SQL_C_WCHAR;  ///< ODBC's number for the C type.
  std::size_t width = 0;           ///< Bytes that hold any value; 0: there is no such number.
};

/// Bytes of a value of bounded length that is taken with a block of rows at once.
inline constexpr std::size_t most_width = 8002;

/// The form for a column.
inline CellForm form_of(const ResultColumn& column, Type type) {
  const auto bounded = [](std::size_t width) { return width <= most_width ? width : 0; };
  switch (type) {
    case Type::boolean: return {SQL_C_BIT, 1};
    case Type::int16:
    case Type::int32:
    case Type::int64: return {SQL_C_SBIGINT, sizeof(SQLBIGINT)};
    case Type::float32:
    case Type::float64: return {SQL_C_DOUBLE, sizeof(SQLDOUBLE)};
    case Type::date: return {SQL_C_TYPE_DATE, sizeof(SQL_DATE_STRUCT)};
    case Type::timestamp:
      if (column.type != ss_offset) return {SQL_C_TYPE_TIMESTAMP, sizeof(SQL_TIMESTAMP_STRUCT)};
      return {SQL_C_WCHAR, 80};
    case Type::time: return {SQL_C_WCHAR, 64};
    case Type::decimal: return {SQL_C_WCHAR, 96};
    case Type::binary:
      return {SQL_C_BINARY, column.type == SQL_LONGVARBINARY || column.size == 0 ? 0 : bounded(column.size)};
    default: {
      const bool is_long = column.type == SQL_LONGVARCHAR || column.type == SQL_WLONGVARCHAR || column.type == ss_xml;
      return {SQL_C_WCHAR, is_long || column.size == 0 ? 0 : bounded((column.size + 1) * sizeof(SQLWCHAR))};
    }
  }
}

namespace detail {

/// A point in time with its distance from UTC, `2024-01-31 10:11:12.1234567 +02:00`, as microseconds since 1970, cut
/// off.
inline std::optional<std::int64_t> parse_offset(std::string_view text) {
  using namespace std::chrono;
  const auto date = datasource::detail::take_date(text);
  if (!date || !datasource::detail::take(text, ' ')) return std::nullopt;
  const auto time = datasource::detail::take_time<nanoseconds>(text);
  if (!time) return std::nullopt;
  datasource::detail::take(text, ' ');
  if (text.empty()) return std::nullopt;
  const bool west = text.front() == '-';
  if (!west && text.front() != '+') return std::nullopt;
  text.remove_prefix(1);
  const auto hour = datasource::detail::take_digits(text, 2);
  if (!hour || !datasource::detail::take(text, ':')) return std::nullopt;
  const auto minute = datasource::detail::take_digits(text, 2);
  if (!minute || !text.empty()) return std::nullopt;
  const minutes distance = hours{*hour} + minutes{*minute};
  const auto local = sys_days{*date}.time_since_epoch() + floor<microseconds>(*time);
  return duration_cast<microseconds>(local - (west ? -distance : distance)).count();
}

inline std::int64_t micros_of(const SQL_TIMESTAMP_STRUCT& value) {
  using namespace std::chrono;
  const sys_days day = year{value.year} / month{value.month} / std::chrono::day{value.day};
  const auto time = hours{value.hour} + minutes{value.minute} + seconds{value.second} + nanoseconds{value.fraction};
  return duration_cast<microseconds>(day.time_since_epoch()).count() + floor<microseconds>(time).count();
}

/// `.5` is no JSON number; more digits of a second than the API has are cut off.
inline std::string_view adjusted(std::string& text, Type type) {
  if (type == Type::decimal) {
    const std::size_t at = text.starts_with('-') ? 1 : 0;
    if (text.size() > at && text[at] == '.') text.insert(at, 1, '0');
    return text;
  }
  if (type != Type::time) return text;
  std::string_view time = text;
  if (const std::size_t point = time.find('.'); point != std::string_view::npos) {
    time = time.substr(0, point + 7);
    while (time.ends_with('0')) time.remove_suffix(1);
    if (time.ends_with('.')) time.remove_suffix(1);
  }
  return time;
}

}  // namespace detail

/// Appends a value in its form. False when it is none of the column's type.
/// @param bytes Of the value; text without its end.
inline bool add_cell(ColumnSink& sink, const CellForm& form, const ResultColumn& column, const void* bytes,
                     std::size_t size, std::string& scratch) {
  switch (form.type) {
    case SQL_C_BIT:
      sink.number(static_cast<std::uint8_t>(*static_cast<const unsigned char*>(bytes) != 0 ? 1 : 0));
      return true;
    case SQL_C_SBIGINT: {
      SQLBIGINT value = 0;
      std::memcpy(&value, bytes, sizeof value);
      sink.number(static_cast<std::int64_t>(value));
      return true;
    }
    case SQL_C_DOUBLE: {
      double value = 0;
      std::memcpy(&value, bytes, sizeof value);
      sink.number(value);
      return true;
    }
    case SQL_C_TYPE_DATE: {
      SQL_DATE_STRUCT value;
      std::memcpy(&value, bytes, sizeof value);
      if (value.year < 0 || value.year > 9999) return false;
      char text[16];
      std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(value.year) % 10000,
                    static_cast<unsigned>(value.month) % 100, static_cast<unsigned>(value.day) % 100);
      sink.text(text);
      return true;
    }
    case SQL_C_TYPE_TIMESTAMP: {
      SQL_TIMESTAMP_STRUCT value;
      std::memcpy(&value, bytes, sizeof value);
      sink.number(detail::micros_of(value));
      return true;
    }
    case SQL_C_BINARY: sink.text(datasource::detail::to_base64({static_cast<const char*>(bytes), size})); return true;
    default: break;
  }
  scratch.clear();
  append_narrow(scratch, static_cast<const SQLWCHAR*>(bytes), size / sizeof(SQLWCHAR));
  if (column.type == ss_offset && sink.type() == Type::timestamp) {
    const auto micros = detail::parse_offset(scratch);
    if (micros) sink.number(*micros);
    return micros.has_value();
  }
  sink.text(detail::adjusted(scratch, sink.type()));
  return true;
}

}  // namespace datasource::remote::odbc
