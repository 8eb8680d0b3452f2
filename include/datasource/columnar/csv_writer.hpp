#pragma once

#include <datasource/columnar/result_set.hpp>
#include <datasource/columnar/value_text.hpp>

#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

namespace datasource {

/// How CSV is written.
struct CsvOptions {
  char separator = ',';  ///< `|` gives the server's format `raw`.
  /// Puts a `'` before texts and names that begin with `=`, `+`, `-` or `@`, which spreadsheets would run as formulas.
  /// Changes the data, so it is asked for; numbers are left alone.
  bool guard_formulas = false;
};

namespace detail {

inline void append_cell(std::string& out, std::string_view text, bool guarded, char separator) {
  const bool quote = text.find_first_of(std::string_view{"\"\r\n"}) != std::string_view::npos ||
                     text.find(separator) != std::string_view::npos;
  if (quote) out += '"';
  if (guarded && !text.empty() && std::string_view{"=+-@"}.find(text.front()) != std::string_view::npos) out += '\'';
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  if (quote) out += '"';
}

inline void append_value(std::string& out, const Column& column, std::size_t row, const CsvOptions& options) {
  if (column.is_null(row)) return;
  std::visit(
      [&](const auto& values) {
        if constexpr (std::is_same_v<std::decay_t<decltype(values)>, TextValues>) {
          append_cell(out, values[row], options.guard_formulas && column.type != Type::decimal, options.separator);
        } else if (column.type == Type::boolean) {
          out += values[row] != 0 ? "true" : "false";
        } else {
          out += server_text(values[row]);
        }
      },
      column.values);
}

}  // namespace detail

/// Encodes columns as the server's format `csv` does: a row of names, then the rows, `\n` between them and none at the
/// end. A cell that holds a separator, a quote or a line break stands in quotes, quotes doubled (RFC 4180). A null is
/// an empty cell, and so is an empty text. Nested values are their JSON text.
///
/// @par Cost O(bytes).
/// @par Source OpenSearch 3.4.0, recordings "sql" and "ppl".
inline std::string write_csv(const ResultSet& result, const CsvOptions& options = {}) {
  std::string out;
  const auto line = [&](auto&& append_one) {
    for (std::size_t i = 0; i < result.columns().size(); ++i) {
      if (i > 0) out += options.separator;
      append_one(result.columns()[i]);
    }
  };
  line([&](const Column& column) { detail::append_cell(out, column.name, options.guard_formulas, options.separator); });
  for (std::size_t row = 0; row < result.row_count(); ++row) {
    out += '\n';
    line([&](const Column& column) { detail::append_value(out, column, row, options); });
  }
  return out;
}

}  // namespace datasource
