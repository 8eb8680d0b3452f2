#pragma once

#include <datasource/columnar/column.hpp>
#include <datasource/columnar/json_cursor.hpp>

#include <fast_float/fast_float.h>

#include <charconv>
#include <cmath>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

namespace datasource::detail {

/// Appends JSON values to one column.
class ColumnBuilder {
 public:
  ColumnBuilder(std::string name, Type type) : column_{.name = std::move(name), .type = type, .values = values_for(type), .validity = {}} {}

  /// Takes the next value from the cursor. False with the cursor's fault when it does not fit the column's type.
  bool append(JsonCursor& cursor) {
    const char next = cursor.peek();
    if (next == 'n') return cursor.literal("null") && append_null();
    mark(true);
    return std::visit([&](auto& values) { return append_value(cursor, next, values); }, column_.values);
  }

  [[nodiscard]] Column take() { return std::move(column_); }

  /// Whether the value that did not fit is a text in a column of numbers or booleans.
  [[nodiscard]] bool met_text() const { return met_text_; }

  /// Forgets the rows; a column that met a text is a keyword from now on.
  void restart() {
    const Type type = met_text_ ? Type::keyword : column_.type;
    *this = ColumnBuilder{std::move(column_.name), type};
  }

 private:
  bool append_null() {
    if (column_.validity.empty()) column_.validity.assign(rows_ / 8 + 1, 0xFF);
    mark(false);
    ++column_.null_count;
    std::visit(
        [](auto& values) {
          if constexpr (std::is_same_v<std::decay_t<decltype(values)>, TextValues>) {
            values.offsets.push_back(static_cast<std::uint32_t>(values.bytes.size()));
          } else {
            values.push_back({});
          }
        },
        column_.values);
    return true;
  }

  /// The bitmap exists from the first null on.
  void mark(bool valid) {
    if (!column_.validity.empty()) {
      if (rows_ / 8 == column_.validity.size()) column_.validity.push_back(0xFF);
      if (!valid) column_.validity[rows_ / 8] &= static_cast<std::uint8_t>(~(1U << (rows_ % 8)));
    }
    ++rows_;
  }

  bool append_value(JsonCursor& cursor, char next, TextValues& values) {
    std::string_view raw;
    if (next == '"' && !is_json(column_.type)) {
      if (!cursor.string(values.bytes)) return false;
    } else if (!cursor.skip(raw)) {
      return false;
    } else {
      values.bytes += raw;
    }
    if (values.bytes.size() > std::numeric_limits<std::uint32_t>::max()) return cursor.fail("a column of text is longer than 4 GiB");
    values.offsets.push_back(static_cast<std::uint32_t>(values.bytes.size()));
    return true;
  }

  bool append_value(JsonCursor& cursor, char next, std::vector<std::uint8_t>& values) {
    values.push_back(next == 't' ? 1 : 0);
    if (next == 't') return cursor.literal("true");
    if (next == 'f') return cursor.literal("false");
    return misfit(cursor, cursor.offset());
  }

  template <class Number>
  bool append_value(JsonCursor& cursor, char next, std::vector<Number>& values) {
    const std::size_t start = cursor.offset();
    std::string_view token;
    Number number{};
    if constexpr (std::is_floating_point_v<Number>) {
      if (next == '"') {
        values.push_back(number);
        return append_named_number(cursor, start, values.back());
      }
    }
    if (next != '-' && !is_digit(next)) return misfit(cursor, start);
    if (!cursor.number(token)) return false;
    const char* end = token.data() + token.size();
    if constexpr (std::is_floating_point_v<Number>) {
      fast_float::from_chars(token.data(), end, number);
      if (std::isinf(number)) return misfit(cursor, start);
    } else {
      const auto [stop, problem] = std::from_chars(token.data(), end, number);
      if (problem != std::errc{} || stop != end) return misfit(cursor, start);
    }
    values.push_back(number);
    return true;
  }

  /// JSON has no number for these three; they travel as strings.
  template <class Number>
  bool append_named_number(JsonCursor& cursor, std::size_t start, Number& number) {
    std::string name;
    if (!cursor.string(name)) return false;
    if (name == "NaN") {
      number = std::numeric_limits<Number>::quiet_NaN();
    } else if (name == "Infinity") {
      number = std::numeric_limits<Number>::infinity();
    } else if (name == "-Infinity") {
      number = -std::numeric_limits<Number>::infinity();
    } else {
      return misfit(cursor, start);
    }
    return true;
  }

  bool misfit(JsonCursor& cursor, std::size_t where) {
    cursor.seek(where);
    met_text_ = cursor.peek() == '"';
    return cursor.fail_at("the value does not fit column \"" + column_.name + "\" of type " + std::string{to_string(column_.type)}, where);
  }

  Column column_;
  std::size_t rows_ = 0;
  bool met_text_ = false;
};

}  // namespace datasource::detail
