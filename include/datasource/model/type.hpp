#pragma once

#include <cstdint>
#include <string_view>

namespace datasource {

/// The column types of the API's `schema`.
enum class Type : std::uint8_t {
  undefined,  ///< The server names no type, or one that is not known here; values are text.
  boolean,
  int8,
  int16,
  int32,
  int64,
  uint64,
  float32,
  float64,
  decimal,  ///< Exact decimal digits, as text.
  keyword,
  text,
  ip,
  date,       ///< `2024-01-31`
  time,       ///< `10:11:12[.ffffff]`
  timestamp,  ///< `2024-01-31 10:11:12[.ffffff]`, UTC
  interval,
  binary,  ///< Base64
  object,  ///< JSON text, as are the three below.
  nested,
  array,
  geo_point,
};

namespace detail {

struct TypeName {
  std::string_view name;
  Type type;
};

inline constexpr TypeName type_names[] = {
    {"undefined", Type::undefined},
    {"boolean", Type::boolean},
    {"byte", Type::int8},
    {"short", Type::int16},
    {"integer", Type::int32},
    {"long", Type::int64},
    {"unsigned_long", Type::uint64},
    {"float", Type::float32},
    {"double", Type::float64},
    {"decimal", Type::decimal},
    {"keyword", Type::keyword},
    {"text", Type::text},
    {"ip", Type::ip},
    {"date", Type::date},
    {"time", Type::time},
    {"timestamp", Type::timestamp},
    {"interval", Type::interval},
    {"binary", Type::binary},
    {"object", Type::object},
    {"nested", Type::nested},
    {"array", Type::array},
    {"geo_point", Type::geo_point},
    // The other vocabulary of the same server, after the canonical names.
    {"bool", Type::boolean},
    {"tinyint", Type::int8},
    {"smallint", Type::int16},
    {"int", Type::int32},
    {"bigint", Type::int64},
    {"real", Type::float32},
    {"half_float", Type::float32},
    {"scaled_float", Type::float64},
    {"string", Type::keyword},
    {"struct", Type::object},
    {"datetime", Type::timestamp},
};

}  // namespace detail

/// The API's canonical name: `integer`, `long`, `keyword`, …
constexpr std::string_view to_string(Type type) {
  for (const auto& [name, each] : detail::type_names) {
    if (each == type) return name;
  }
  return "undefined";
}

/// Reads any name that a server uses; a name that is not known is `undefined`. Source: OpenSearch 3.4.0.
constexpr Type parse_type(std::string_view name) {
  for (const auto& [known, type] : detail::type_names) {
    if (known == name) return type;
  }
  return Type::undefined;
}

}  // namespace datasource
