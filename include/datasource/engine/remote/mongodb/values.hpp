#pragma once

#include <datasource/detail/base64.hpp>
#include <datasource/detail/utf8.hpp>
#include <datasource/engine/remote/mongodb/decimal.hpp>
#include <datasource/engine/remote/mongodb/infer.hpp>
#include <datasource/engine/remote/mongodb/json.hpp>
#include <datasource/federation/column_sink.hpp>
#include <datasource/federation/remote_table.hpp>

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

/// BSON values into columns, exactly or not at all.
namespace datasource::remote::mongo {

/// A UUID's text.
inline std::string uuid_text(const std::uint8_t* bytes) {
  constexpr std::string_view hex = "0123456789abcdef";
  std::string text;
  for (int i = 0; i < 16; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text.append({hex[bytes[i] >> 4], hex[bytes[i] & 15]});
  }
  return text;
}

/// The name that MongoDB has for the value's type.
inline std::string_view type_name(const bson_iter_t& at) {
  switch (bson_iter_type(&at)) {
    case BSON_TYPE_DOUBLE: return "double";
    case BSON_TYPE_UTF8: return "string";
    case BSON_TYPE_DOCUMENT: return "object";
    case BSON_TYPE_ARRAY: return "array";
    case BSON_TYPE_BINARY: return "binData";
    case BSON_TYPE_OID: return "objectId";
    case BSON_TYPE_BOOL: return "bool";
    case BSON_TYPE_DATE_TIME: return "date";
    case BSON_TYPE_REGEX: return "regex";
    case BSON_TYPE_INT32: return "int";
    case BSON_TYPE_TIMESTAMP: return "timestamp";
    case BSON_TYPE_INT64: return "long";
    case BSON_TYPE_DECIMAL128: return "decimal";
    default: return "value of a rare type";
  }
}

namespace detail {

inline bool add_integer(ColumnSink& sink, const bson_iter_t& at) {
  if (BSON_ITER_HOLDS_INT32(&at)) {
    sink.number(static_cast<std::int64_t>(bson_iter_int32(&at)));
  } else if (BSON_ITER_HOLDS_INT64(&at)) {
    sink.number(bson_iter_int64(&at));
  } else if (BSON_ITER_HOLDS_DOUBLE(&at)) {
    // JavaScript's shells write whole numbers as doubles.
    const double value = bson_iter_double(&at);
    constexpr double limit = 9223372036854775808.0;
    if (!(value >= -limit && value < limit) || value != std::trunc(value)) return false;
    sink.number(static_cast<std::int64_t>(value));
  } else {
    return false;
  }
  return true;
}

inline bool add_double(ColumnSink& sink, const bson_iter_t& at) {
  if (BSON_ITER_HOLDS_DOUBLE(&at)) {
    sink.number(bson_iter_double(&at));
  } else if (BSON_ITER_HOLDS_INT32(&at)) {
    sink.number(static_cast<double>(bson_iter_int32(&at)));
  } else if (BSON_ITER_HOLDS_INT64(&at) && exact_as_double(bson_iter_int64(&at))) {
    sink.number(static_cast<double>(bson_iter_int64(&at)));
  } else {
    return false;
  }
  return true;
}

inline bool add_decimal(ColumnSink& sink, const bson_iter_t& at, const RemoteColumn& column) {
  std::optional<PlainDecimal> number;
  bson_decimal128_t value;
  if (BSON_ITER_HOLDS_DECIMAL128(&at)) {
    if (bson_iter_decimal128(&at, &value)) number = plain(value);
  } else if (BSON_ITER_HOLDS_INT32(&at) || BSON_ITER_HOLDS_INT64(&at)) {
    number = parse_decimal(std::to_string(bson_iter_as_int64(&at)));
  }
  if (!number || number->scale() > column.scale || number->whole() > column.precision - column.scale) return false;
  sink.text(number->text(column.scale));
  return true;
}

inline bool add_text(ColumnSink& sink, const bson_iter_t& at) {
  if (BSON_ITER_HOLDS_UTF8(&at) || BSON_ITER_HOLDS_SYMBOL(&at)) {
    const std::string_view text = text_of(at);
    if (datasource::detail::find_invalid_utf8(text) != std::string_view::npos) return false;
    sink.text(text);
  } else if (BSON_ITER_HOLDS_OID(&at)) {
    char hex[25];
    bson_oid_to_string(bson_iter_oid(&at), hex);
    sink.text({hex, 24});
  } else if (BSON_ITER_HOLDS_BINARY(&at)) {
    bson_subtype_t subtype = BSON_SUBTYPE_BINARY;
    std::uint32_t length = 0;
    const std::uint8_t* bytes = nullptr;
    bson_iter_binary(&at, &subtype, &length, &bytes);
    if (subtype != BSON_SUBTYPE_UUID || length != 16) return false;
    sink.text(uuid_text(bytes));
  } else {
    return false;
  }
  return true;
}

inline bool add_binary(ColumnSink& sink, const bson_iter_t& at) {
  if (!BSON_ITER_HOLDS_BINARY(&at)) return false;
  bson_subtype_t subtype = BSON_SUBTYPE_BINARY;
  std::uint32_t length = 0;
  const std::uint8_t* bytes = nullptr;
  bson_iter_binary(&at, &subtype, &length, &bytes);
  sink.text(datasource::detail::to_base64({reinterpret_cast<const char*>(bytes), length}));
  return true;
}

}  // namespace detail

/// Appends the value to its column. False, with nothing appended, when the column's type does not hold it.
inline bool add_value(ColumnSink& sink, const RemoteColumn& column, const bson_iter_t& at) {
  if (BSON_ITER_HOLDS_NULL(&at)) {
    sink.null();
    return true;
  }
  switch (column.type) {
    case Type::boolean:
      if (!BSON_ITER_HOLDS_BOOL(&at)) return false;
      sink.number(static_cast<std::uint8_t>(bson_iter_bool(&at) ? 1 : 0));
      return true;
    case Type::int64: return detail::add_integer(sink, at);
    case Type::float64: return detail::add_double(sink, at);
    case Type::decimal: return detail::add_decimal(sink, at, column);
    case Type::timestamp: {
      if (!BSON_ITER_HOLDS_DATE_TIME(&at)) return false;
      const std::int64_t ms = bson_iter_date_time(&at);
      constexpr std::int64_t limit = std::numeric_limits<std::int64_t>::max() / 1000;
      if (ms > limit || ms < -limit) return false;
      sink.number(ms * 1000);
      return true;
    }
    case Type::binary: return detail::add_binary(sink, at);
    case Type::array:
      if (!BSON_ITER_HOLDS_ARRAY(&at)) return false;
      [[fallthrough]];
    case Type::object: {
      std::string json;
      append_json(json, at);
      sink.text(json);
      return true;
    }
    default: return detail::add_text(sink, at);
  }
}

/// Why a value was refused, and what to do about it.
inline std::string misfit_text(const std::string& collection, const RemoteColumn& column, const bson_iter_t& at,
                               const bson_t& document) {
  std::string text = "column \"" + column.name + "\" of " + collection + " is " + std::string{to_string(column.type)} +
                     " in the documents that were sampled, but ";
  if (const auto id = find(document, "_id")) {
    text += "the document with _id ";
    append_json(text, *id);
  } else {
    text += "a document";
  }
  text.append(" has a ").append(type_name(at)).append(" there that it does not hold");
  return text + "; raise properties.sampleSize so that the sample has such a document: the column is JSON then";
}

}  // namespace datasource::remote::mongo
