#pragma once

#include <datasource/columnar/rows.hpp>
#include <datasource/columnar/temporal_writer.hpp>
#include <datasource/detail/ascii.hpp>
#include <datasource/detail/utf8.hpp>
#include <datasource/federation/scan_request.hpp>
#include <datasource/federation/sql_dialect.hpp>

#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

/// A scan as the SQL of the system that is asked. Everything that comes from a statement goes through `quoted_name`,
/// `text_literal` or a number's digits, so nothing of it is ever read as SQL.
namespace datasource {

namespace detail {

inline void append_backslashed(std::string& out, char c, char quote) {
  constexpr std::string_view hex = "0123456789abcdef";
  const auto byte = static_cast<unsigned char>(c);
  if (c == quote || c == '\\') {
    out += '\\';
    out += c;
  } else if (c == '\n') {
    out += "\\n";
  } else if (byte < 0x20 || byte == 0x7F) {
    out += "\\u00";
    out += hex[byte >> 4];
    out += hex[byte & 15];
  } else {
    out += c;
  }
}

inline void append_quoted(std::string& out, std::string_view text, SqlDialect::Escape escape, char quote) {
  for (const char c : text) {
    if (escape == SqlDialect::Escape::backslash) {
      append_backslashed(out, c, quote);
    } else {
      if (c == quote || (c == '\\' && escape == SqlDialect::Escape::doubled_backslash)) out += c;
      out += c;
    }
  }
}

}  // namespace detail

/// A name as an identifier that is never read as anything else. Bytes of zero, which no name has, are left out.
inline std::string quoted_name(const SqlDialect& dialect, std::string_view name) {
  std::string out{dialect.name_open};
  std::string plain{name};
  std::erase(plain, '\0');
  detail::append_quoted(out, plain, dialect.name_escape, dialect.name_close.front());
  return out += dialect.name_close;
}

/// Names with dots between them, each quoted; empty ones are left out.
inline std::string qualified_name(const SqlDialect& dialect, std::span<const std::string_view> names) {
  std::string out;
  for (const std::string_view name : names) {
    if (name.empty()) continue;
    if (!out.empty()) out += '.';
    out += quoted_name(dialect, name);
  }
  return out;
}

/// A text as a constant. Nothing when the dialect cannot write it: with a byte of zero, not UTF-8, or with what it
/// would take for a continued line.
inline std::optional<std::string> text_literal(const SqlDialect& dialect, std::string_view text) {
  if (text.find('\0') != std::string_view::npos || detail::find_invalid_utf8(text) != std::string_view::npos)
    return std::nullopt;
  if (dialect.joins_lines &&
      (text.find("\\\n") != std::string_view::npos || text.find("\\\r") != std::string_view::npos))
    return std::nullopt;
  std::string out{dialect.text_open};
  detail::append_quoted(out, text, dialect.text_escape, '\'');
  return out += '\'';
}

namespace detail {

/// Optional sign, digits, and perhaps a point with digits behind it.
constexpr bool is_plain_number(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  const std::size_t point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  const std::string_view fraction = point == std::string_view::npos ? std::string_view{"0"} : text.substr(point + 1);
  const auto digits = [](std::string_view part) {
    for (const char c : part) {
      if (!is_digit(c)) return false;
    }
    return !part.empty();
  };
  return digits(whole) && digits(fraction);
}

/// `2024-01-31`; nothing outside of the years 1 to 9999, which not all systems read.
inline std::optional<std::string> date_text(std::int64_t days) {
  constexpr std::int64_t first = -719'162, last = 2'932'896;
  if (days < first || days > last) return std::nullopt;
  std::string out;
  append_date(out, days);
  return out;
}

/// `10:11:12.ffffff` of microseconds since midnight.
inline std::optional<std::string> time_text(std::int64_t micros) {
  if (micros < 0 || micros >= 86'400'000'000) return std::nullopt;
  std::string out;
  append_time(out, micros, true);
  return out;
}

/// Both, of microseconds since 1970.
inline std::optional<std::string> timestamp_text(std::int64_t micros, char separator) {
  constexpr std::int64_t a_day = 86'400'000'000;
  const std::int64_t days = micros / a_day - (micros % a_day < 0 ? 1 : 0);
  auto out = date_text(days);
  if (!out) return std::nullopt;
  *out += separator;
  append_time(*out, micros - days * a_day, true);
  return out;
}

/// Writes the filters of one scan.
class FilterWriter {
 public:
  FilterWriter(const SqlDialect& dialect, const SqlColumn& column) : dialect_{dialect}, column_{column} {}

  /// Nothing when the system cannot be asked without losing a row.
  [[nodiscard]] std::optional<std::string> condition(const Filter& filter) const {
    const std::string name = quoted_name(dialect_, column_.name);
    if (filter.kind == FilterKind::is_null) return name + " IS NULL";
    if (filter.kind == FilterKind::is_not_null) return name + " IS NOT NULL";
    if (filter.values.empty() || column_.compare == SqlCompare::nothing) return std::nullopt;
    if (filter.kind == FilterKind::prefix) return prefix(name, filter.values.front());
    const bool folded = column_.compare == SqlCompare::folded_text;
    if (folded && filter.kind != FilterKind::equal && filter.kind != FilterKind::in) return std::nullopt;
    if (column_.finer) return finer(name, filter);
    if (filter.kind == FilterKind::in) return in(name, filter.values);
    const auto value = constant(filter.values.front());
    if (!value) return std::nullopt;
    std::string text = name + std::string{operators[static_cast<std::size_t>(filter.kind)]} + *value;
    const bool above = filter.kind == FilterKind::greater || filter.kind == FilterKind::greater_equal;
    // The engine holds NaN for the greatest number; a system that holds it for no number would lose it.
    if (column_.compare == SqlCompare::real && above && !dialect_.is_nan.empty())
      return '(' + text + " OR " + std::string{dialect_.is_nan} + '(' + name + "))";
    return text;
  }

 private:
  static constexpr std::string_view operators[] = {" = ", " <> ", " < ", " <= ", " > ", " >= "};

  [[nodiscard]] std::optional<std::string> prefix(const std::string& name, const FilterValue& value) const {
    const bool is_text = column_.compare == SqlCompare::text || column_.compare == SqlCompare::folded_text;
    const auto* start = std::get_if<std::string>(&value);
    if (!is_text || start == nullptr) return std::nullopt;
    if (!dialect_.starts_with.empty()) {
      const auto text = text_literal(dialect_, *start);
      if (!text) return std::nullopt;
      return std::string{dialect_.starts_with} + '(' + name + ", " + *text + ')';
    }
    std::string pattern;
    for (const char c : *start) {
      if (c == '!' || dialect_.like_specials.find(c) != std::string_view::npos) pattern += '!';
      pattern += c;
    }
    const auto text = text_literal(dialect_, pattern + '%');
    if (!text) return std::nullopt;
    return name + " LIKE " + *text + " ESCAPE '!'";
  }

  [[nodiscard]] std::optional<std::string> in(const std::string& name, const std::vector<FilterValue>& values) const {
    std::string text = name + " IN (";
    for (std::size_t i = 0; i < values.size(); ++i) {
      const auto value = constant(values[i]);
      if (!value) return std::nullopt;
      text += (i > 0 ? ", " : "") + *value;
    }
    return text + ')';
  }

  /// The engine reads whole microseconds, cut off. What it holds for one value is a span of values of the system.
  [[nodiscard]] std::optional<std::string> finer(const std::string& name, const Filter& filter) const {
    const bool all = filter.kind == FilterKind::in;
    std::string text;
    for (const FilterValue& value : std::span{filter.values}.first(all ? filter.values.size() : 1)) {
      const auto* micros = std::get_if<std::int64_t>(&value);
      if (micros == nullptr || *micros == std::numeric_limits<std::int64_t>::max()) return std::nullopt;
      const auto from = constant(*micros), to = constant(*micros + 1);
      if (!from || !to) return std::nullopt;
      const std::string inside = '(' + name + " >= " + *from + " AND " + name + " < " + *to + ')';
      switch (filter.kind) {
        case FilterKind::not_equal: return '(' + name + " < " + *from + " OR " + name + " >= " + *to + ')';
        case FilterKind::less: return name + " < " + *from;
        case FilterKind::less_equal: return name + " < " + *to;
        case FilterKind::greater: return name + " >= " + *to;
        case FilterKind::greater_equal: return name + " >= " + *from;
        default: text += (text.empty() ? "" : " OR ") + inside;
      }
    }
    return filter.values.size() > 1 ? '(' + text + ')' : text;
  }

  [[nodiscard]] std::optional<std::string> constant(const FilterValue& value) const {
    const auto body = bare(value);
    if (!body) return std::nullopt;
    return std::string{column_.literal.before} + *body + std::string{column_.literal.after};
  }

  [[nodiscard]] std::optional<std::string> quoted(const std::optional<std::string>& text) const {
    return text ? text_literal(dialect_, *text) : std::nullopt;
  }

  [[nodiscard]] std::optional<std::string> bare(const FilterValue& value) const {
    const auto* integer = std::get_if<std::int64_t>(&value);
    switch (column_.compare) {
      case SqlCompare::boolean:
        if (const auto* yes = std::get_if<bool>(&value))
          return std::string{*yes ? dialect_.true_text : dialect_.false_text};
        return std::nullopt;
      case SqlCompare::number: return number(value);
      case SqlCompare::real: return real(value);
      case SqlCompare::text:
      case SqlCompare::folded_text:
        if (const auto* text = std::get_if<std::string>(&value)) return text_literal(dialect_, *text);
        return std::nullopt;
      case SqlCompare::date: return integer != nullptr ? quoted(date_text(*integer)) : std::nullopt;
      case SqlCompare::time: return integer != nullptr ? quoted(time_text(*integer)) : std::nullopt;
      case SqlCompare::timestamp:
        return integer != nullptr ? quoted(timestamp_text(*integer, dialect_.time_separator)) : std::nullopt;
      case SqlCompare::nothing: break;
    }
    return std::nullopt;
  }

  /// Digits in quotes where a literal is told around them, for a bare number of many digits may be a float.
  [[nodiscard]] std::optional<std::string> number(const FilterValue& value) const {
    std::string digits;
    if (const auto* integer = std::get_if<std::int64_t>(&value)) {
      digits = std::to_string(*integer);
    } else if (const auto* whole = std::get_if<std::uint64_t>(&value)) {
      digits = std::to_string(*whole);
    } else if (const auto* text = std::get_if<std::string>(&value); text != nullptr && is_plain_number(*text)) {
      digits = *text;
    } else {
      return std::nullopt;
    }
    return column_.literal.before.empty() ? digits : '\'' + digits + '\'';
  }

  [[nodiscard]] static std::optional<std::string> real(const FilterValue& value) {
    const auto* number = std::get_if<double>(&value);
    if (number == nullptr || !std::isfinite(*number)) return std::nullopt;
    std::string text = number_text(*number);
    // With an exponent it is a binary floating point number in every dialect.
    if (text.find('e') == std::string::npos) text += text.find('.') == std::string::npos ? ".0E0" : "E0";
    return text;
  }

  const SqlDialect& dialect_;
  const SqlColumn& column_;
};

}  // namespace detail

/// The condition that a filter is in the system's SQL. Rows that pass the filter pass it; nothing where that cannot be
/// promised.
inline std::optional<std::string> filter_text(const SqlDialect& dialect, const SqlColumn& column,
                                              const Filter& filter) {
  return detail::FilterWriter{dialect, column}.condition(filter);
}

/// Whether the system applies a filter exactly; see RemoteSource::applies.
inline bool filter_is_exact(const SqlDialect& dialect, const SqlColumn& column, const Filter& filter) {
  const bool null_check = filter.kind == FilterKind::is_null || filter.kind == FilterKind::is_not_null;
  return (null_check || column.compare != SqlCompare::folded_text) && filter_text(dialect, column, filter).has_value();
}

/// The column of that name, or null.
inline const SqlColumn* find_column(std::span<const SqlColumn> columns, std::string_view name) {
  for (const SqlColumn& column : columns) {
    if (column.name == name) return &column;
  }
  return nullptr;
}

/// The statement that reads what a scan asks for: the columns in its order, or the number of rows when it asks for
/// none. Filters that cannot be told are left out, and so is then the limit, which was meant for what passes them.
/// @param table    Qualified and quoted; see qualified_name.
/// @param columns  Of the table.
inline std::string select_text(const SqlDialect& dialect, std::string_view table, std::span<const SqlColumn> columns,
                               const ScanRequest& request) {
  std::string conditions;
  bool exact = true;
  for (const Filter& filter : request.filters) {
    const SqlColumn* column = find_column(columns, filter.column);
    const auto text = column != nullptr ? filter_text(dialect, *column, filter) : std::nullopt;
    exact = exact && column != nullptr && filter_is_exact(dialect, *column, filter);
    if (text) conditions += (conditions.empty() ? " WHERE " : " AND ") + *text;
  }
  const bool counted = request.columns.empty();
  const bool limited = request.limit && exact && !counted;
  std::string text = "SELECT ";
  if (limited && dialect.limit == SqlDialect::Limit::top) text += "TOP (" + std::to_string(*request.limit) + ") ";
  if (counted) text += "COUNT(*)";
  for (std::size_t i = 0; i < request.columns.size(); ++i) {
    if (i > 0) text += ", ";
    text += quoted_name(dialect, request.columns[i]);
  }
  text += " FROM ";
  text += table;
  text += conditions;
  if (limited && dialect.limit == SqlDialect::Limit::limit) text += " LIMIT " + std::to_string(*request.limit);
  return text;
}

}  // namespace datasource
