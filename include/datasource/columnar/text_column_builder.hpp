#pragma once

#include <datasource/columnar/column.hpp>
#include <datasource/columnar/json_cursor.hpp>
#include <datasource/detail/ascii.hpp>

#include <fast_float/fast_float.h>

#include <charconv>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

namespace datasource::detail {

/// Whether a text is one JSON value.
inline bool is_json_text(std::string_view text) {
  JsonCursor cursor{text};
  std::string_view raw;
  return cursor.skip(raw) && cursor.at_end();
}

/// Appends a text as a JSON string. @pre it is UTF-8
inline void append_json_string(std::string& out, std::string_view text) {
  constexpr std::string_view hex = "0123456789abcdef";
  out += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20) {
      out += "\\u00";
      out += hex[byte >> 4];
      out += hex[byte & 15];
    } else {
      out += c;
    }
  }
  out += '"';
}

/// Takes the values of one column as texts, as systems send them that write every value in quotes.
class TextColumnBuilder {
 public:
  TextColumnBuilder(std::string name, Type type)
      : column_{.name = std::move(name), .type = type, .values = values_for(type), .validity = {}} {}

  [[nodiscard]] const Column& column() const { return column_; }

  /// Takes a value: digits of numbers, `true` or `1`, JSON text of objects (what is none becomes a string), the API's
  /// text of everything else. False when it is no value of the column's type.
  bool append(std::string_view text) {
    note_valid();
    if (is_json(column_.type) && !is_json_text(text)) {
      scratch_.clear();
      append_json_string(scratch_, text);
      text = scratch_;
    }
    const bool taken = std::visit(
        [&](auto& values) {
          using Values = std::decay_t<decltype(values)>;
          if constexpr (std::is_same_v<Values, TextValues>) {
            values.bytes += text;
            if (values.bytes.size() > std::numeric_limits<std::uint32_t>::max()) return false;
            values.offsets.push_back(static_cast<std::uint32_t>(values.bytes.size()));
            return true;
          } else {
            typename Values::value_type value{};
            if (!read(text, value)) return false;
            values.push_back(value);
            return true;
          }
        },
        column_.values);
    if (taken) ++rows_;
    return taken;
  }

  /// Takes a row without a value.
  void append_null() {
    if (column_.null_count++ == 0) column_.validity.assign(rows_ / 8 + 1, 0xFF);
    if (rows_ / 8 >= column_.validity.size()) column_.validity.push_back(0xFF);
    column_.validity[rows_ / 8] &= static_cast<std::uint8_t>(~(1U << (rows_ % 8)));
    std::visit(
        [](auto& values) {
          if constexpr (std::is_same_v<std::decay_t<decltype(values)>, TextValues>) {
            values.offsets.push_back(static_cast<std::uint32_t>(values.bytes.size()));
          } else {
            values.push_back({});
          }
        },
        column_.values);
    ++rows_;
  }

  /// The finished column.
  [[nodiscard]] Column take() { return std::move(column_); }

 private:
  void note_valid() {
    if (column_.null_count > 0 && rows_ / 8 >= column_.validity.size()) column_.validity.push_back(0xFF);
  }

  /// Of booleans, whose buffer is of bytes.
  static bool read(std::string_view text, std::uint8_t& value) {
    value = iequals(text, "true") || text == "1" ? 1 : 0;
    return value == 1 || iequals(text, "false") || text == "0";
  }

  template <class Number>
  static bool read(std::string_view text, Number& value) {
    if constexpr (std::is_floating_point_v<Number>) {
      const auto [end, problem] = fast_float::from_chars(text.data(), text.data() + text.size(), value);
      return problem == std::errc{} && end == text.data() + text.size();
    } else {
      const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
      return problem == std::errc{} && end == text.data() + text.size();
    }
  }

  Column column_;
  std::size_t rows_ = 0;
  std::string scratch_;
};

}  // namespace datasource::detail
