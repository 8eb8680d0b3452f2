#pragma once

#include <datasource/columnar/json_cursor.hpp>
#include <datasource/columnar/json_writer.hpp>
#include <datasource/columnar/result_set.hpp>
#include <datasource/columnar/value_text.hpp>

#include <cmath>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

namespace datasource {

namespace detail {

inline bool is_json_number(std::string_view text) {
  JsonCursor cursor{text};
  std::string_view token;
  return !text.empty() && cursor.number(token) && token.size() == text.size();
}

inline bool is_json_value(std::string_view text) {
  JsonCursor cursor{text};
  std::string_view raw;
  return find_invalid_utf8(text) == std::string_view::npos && cursor.skip(raw) && cursor.at_end();
}

inline void write_text_value(JsonWriter& out, Type type, std::string_view text) {
  const bool as_it_is = (type == Type::decimal && is_json_number(text)) || (is_json(type) && is_json_value(text));
  as_it_is ? out.raw(text) : out.string(text);
}

inline void write_value(JsonWriter& out, const Column& column, std::size_t row) {
  if (column.is_null(row)) return out.raw("null");
  std::visit(
      [&](const auto& values) {
        using Values = std::decay_t<decltype(values)>;
        if constexpr (std::is_same_v<Values, TextValues>) {
          write_text_value(out, column.type, values[row]);
        } else if constexpr (std::is_floating_point_v<typename Values::value_type>) {
          const std::string text = server_text(values[row]);
          std::isfinite(values[row]) ? out.raw(text) : out.string(text);
        } else if (column.type == Type::boolean) {
          out.boolean(values[row] != 0);
        } else {
          out.integer(values[row]);
        }
      },
      column.values);
}

}  // namespace detail

/// Encodes columns as the server sends a result: `{"schema": [{"name", "type"}], "datarows": [[…]], "total", "size",
/// "status": 200}`, compact.
///
/// What read_jdbc makes of it is the same result: 64-bit integers and decimals keep their digits, floats are the
/// shortest text that reads back as the same value, and NaN and the infinities, which JSON cannot write as numbers, are
/// strings. Values of `object`, `nested`, `array` and `geo_point` go out as the JSON they are; a text there that is no
/// JSON goes out as a string. Bytes that are not UTF-8 become U+FFFD.
///
/// @par Cost O(values), one allocation now and then.
/// @par Source OpenSearch 3.4.0, recording "sql".
inline std::string write_jdbc(const ResultSet& result) {
  JsonWriter out;
  out.raw("{\"schema\":[");
  for (std::size_t i = 0; i < result.columns().size(); ++i) {
    const Column& column = result.columns()[i];
    out.raw(i == 0 ? "{\"name\":" : ",{\"name\":");
    out.string(column.name);
    out.raw(",\"type\":");
    out.string(to_string(column.type));
    out.put('}');
  }
  out.raw("],\"datarows\":[");
  for (std::size_t row = 0; row < result.row_count(); ++row) {
    out.raw(row == 0 ? "[" : ",[");
    for (std::size_t i = 0; i < result.columns().size(); ++i) {
      if (i > 0) out.put(',');
      detail::write_value(out, result.columns()[i], row);
    }
    out.put(']');
  }
  out.raw("],\"total\":");
  out.integer(result.row_count());
  out.raw(",\"size\":");
  out.integer(result.row_count());
  out.raw(",\"status\":200}");
  return std::string{out.view()};
}

}  // namespace datasource
