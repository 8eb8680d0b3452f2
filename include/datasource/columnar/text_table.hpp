#pragma once

#include <datasource/columnar/result_set.hpp>
#include <datasource/columnar/rows.hpp>

#include <algorithm>
#include <ostream>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace datasource {

namespace detail {

/// Characters, not bytes: what a terminal shows in one cell each, near enough for a table.
inline std::size_t display_width(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

inline bool is_numeric(const Column& column) {
  return column.type == Type::decimal ||
         (!std::holds_alternative<TextValues>(column.values) && column.type != Type::boolean);
}

inline std::string cell_text(const Column& column, std::size_t row) {
  std::string text = text_of(column, row).value_or("NULL");
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  }
  return text;
}

inline void pad(std::ostream& out, std::string_view text, std::size_t width, bool right) {
  const std::string fill(width - std::min(width, display_width(text)), ' ');
  out << (right ? fill : std::string{}) << text << (right ? std::string{} : fill);
}

}  // namespace detail

/// A result as an aligned text table: header, rule, rows; numbers to the right, nulls as NULL. Memory: the text of all
/// cells.
inline std::ostream& operator<<(std::ostream& out, const ResultSet& result) {
  const auto& columns = result.columns();
  std::vector<std::vector<std::string>> cells(columns.size());
  std::vector<std::size_t> widths;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    std::size_t width = detail::display_width(columns[i].name);
    for (std::size_t row = 0; row < result.row_count(); ++row) {
      cells[i].push_back(detail::cell_text(columns[i], row));
      width = std::max(width, detail::display_width(cells[i].back()));
    }
    widths.push_back(width);
  }
  const auto line = [&](auto&& text_at) {
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (i > 0) out << "  ";
      detail::pad(out, text_at(i), widths[i], detail::is_numeric(columns[i]));
    }
    out << '\n';
  };
  line([&](std::size_t i) { return std::string_view{columns[i].name}; });
  line([&](std::size_t i) { return std::string(widths[i], '-'); });
  for (std::size_t row = 0; row < result.row_count(); ++row) {
    line([&](std::size_t i) { return std::string_view{cells[i][row]}; });
  }
  return out;
}

}  // namespace datasource
