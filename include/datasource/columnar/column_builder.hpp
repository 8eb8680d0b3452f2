#pragma once

#include <datasource/columnar/column.hpp>
#include <datasource/columnar/json_cursor.hpp>

#include <fast_float/fast_float.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace datasource::detail {

/// Takes the JSON values of one column. Its buffers are filled by index, so that a value costs no check of capacity:
/// `reserve` first.
class ColumnBuilder {
 public:
  ColumnBuilder(std::string name, Type type)
      : column_{.name = std::move(name), .type = type, .values = values_for(type), .validity = {}} {}

  /// Makes room for `rows` rows in all, and for their texts if they are as long as those of the `taken` rows that there
  /// are.
  void reserve(std::size_t rows, std::size_t taken) {
    if (auto* texts = std::get_if<TextValues>(&column_.values); texts != nullptr && taken > 0) {
      make_room(*texts, static_cast<std::size_t>(1.05 * static_cast<double>(text_size_) * static_cast<double>(rows) /
                                                 static_cast<double>(taken)) -
                            text_size_);
    }
    resize(rows);
  }

  /// Takes the value of that row from the cursor. False with the cursor's fault when it does not fit the column's type.
  /// @pre rows are taken in order, and `row` is less than what was reserved
  bool append(JsonCursor& cursor, std::size_t row) {
    const char next = cursor.peek();
    if (next == 'n') return cursor.literal("null") && append_null(row);
    switch (column_.type) {
      case Type::boolean: return append_boolean(cursor, next, row);
      case Type::int8: return append_integer<std::int8_t>(cursor, next, row);
      case Type::int16: return append_integer<std::int16_t>(cursor, next, row);
      case Type::int32: return append_integer<std::int32_t>(cursor, next, row);
      case Type::int64: return append_integer<std::int64_t>(cursor, next, row);
      case Type::uint64: return append_integer<std::uint64_t>(cursor, next, row);
      case Type::float32: return append_float<float>(cursor, next, row);
      case Type::float64: return append_float<double>(cursor, next, row);
      default: return append_text(cursor, next, row);
    }
  }

  /// The finished column of that many rows.
  [[nodiscard]] Column take(std::size_t rows) {
    resize(rows);
    if (column_.null_count > 0) column_.validity.resize((rows + 7) / 8);
    if (auto* texts = std::get_if<TextValues>(&column_.values)) {
      texts->bytes.resize(text_size_);
      if (texts->bytes.capacity() > text_size_ + text_size_ / 4) texts->bytes.shrink_to_fit();
    }
    return std::move(column_);
  }

  /// Whether the value that did not fit is a text in a column of numbers or booleans.
  [[nodiscard]] bool met_text() const { return met_text_; }

  /// Forgets the rows; a column that met a text is a keyword from now on.
  void restart() {
    const Type type = met_text_ ? Type::keyword : column_.type;
    *this = ColumnBuilder{std::move(column_.name), type};
  }

 private:
  void resize(std::size_t rows) {
    std::visit(
        [&](auto& values) {
          if constexpr (std::is_same_v<std::decay_t<decltype(values)>, TextValues>) {
            values.offsets.resize(rows + 1);
          } else {
            values.resize(rows);
          }
        },
        column_.values);
    if (column_.null_count > 0) column_.validity.resize(rows / 8 + 1, 0xFF);
    rows_reserved_ = rows;
  }

  template <class T>
  std::vector<T>& numbers() {
    return *std::get_if<std::vector<T>>(&column_.values);
  }

  /// The bitmap exists from the first null on.
  bool append_null(std::size_t row) {
    if (column_.null_count++ == 0) column_.validity.assign(rows_reserved_ / 8 + 1, 0xFF);
    column_.validity[row / 8] &= static_cast<std::uint8_t>(~(1U << (row % 8)));
    if (auto* texts = std::get_if<TextValues>(&column_.values))
      texts->offsets[row + 1] = static_cast<std::uint32_t>(text_size_);
    return true;
  }

  bool append_text(JsonCursor& cursor, char next, std::size_t row) {
    auto& texts = *std::get_if<TextValues>(&column_.values);
    if (next != '"' || is_json(column_.type)) {
      std::string_view raw;
      if (!cursor.skip(raw)) return false;
      make_room(texts, raw.size());
      raw.copy(texts.bytes.data() + text_size_, raw.size());
      text_size_ += raw.size();
    } else {
      make_room(texts, 64);
      const auto room = static_cast<std::ptrdiff_t>(texts.bytes.size() - text_size_) - Bytes16::size;
      const std::ptrdiff_t length = cursor.plain_string(texts.bytes.data() + text_size_, room);
      if (length >= 0) {
        text_size_ += static_cast<std::size_t>(length);
      } else {
        scratch_.clear();
        if (!cursor.string(scratch_)) return false;
        make_room(texts, scratch_.size());
        scratch_.copy(texts.bytes.data() + text_size_, scratch_.size());
        text_size_ += scratch_.size();
      }
    }
    if (text_size_ > std::numeric_limits<std::uint32_t>::max())
      return cursor.fail("a column of text is longer than 4 GiB");
    texts.offsets[row + 1] = static_cast<std::uint32_t>(text_size_);
    return true;
  }

  /// Room for `size` bytes and a block more. Grows by half, so a body's texts are moved a few times at most.
  void make_room(TextValues& texts, std::size_t size) {
    const std::size_t needed = text_size_ + size + Bytes16::size;
    if (texts.bytes.size() < needed)
      texts.bytes.resize(std::max(needed, texts.bytes.size() + texts.bytes.size() / 2 + 1024));
  }

  bool append_boolean(JsonCursor& cursor, char next, std::size_t row) {
    numbers<std::uint8_t>()[row] = next == 't' ? 1 : 0;
    if (next == 't') return cursor.literal("true");
    if (next == 'f') return cursor.literal("false");
    return misfit(cursor, cursor.offset());
  }

  template <class Integer>
  bool append_integer(JsonCursor& cursor, char next, std::size_t row) {
    const std::size_t start = cursor.offset();
    std::uint64_t magnitude = 0;
    bool negative = false;
    if (cursor.short_integer(magnitude, negative)) {
      constexpr auto top = static_cast<std::uint64_t>(std::numeric_limits<Integer>::max());
      if (magnitude > top + (negative && std::is_signed_v<Integer> ? 1 : 0) ||
          (negative && std::is_unsigned_v<Integer> && magnitude != 0))
        return misfit(cursor, start);
      numbers<Integer>()[row] = static_cast<Integer>(negative ? std::uint64_t{0} - magnitude : magnitude);
      return true;
    }
    if (next != '-' && !is_digit(next)) return misfit(cursor, start);
    std::string_view token;
    if (!cursor.number(token)) return false;
    Integer number{};
    const char* end = token.data() + token.size();
    const auto [stop, problem] = std::from_chars(token.data(), end, number);
    if (problem != std::errc{} || stop != end) return misfit(cursor, start);
    numbers<Integer>()[row] = number;
    return true;
  }

  template <class Float>
  bool append_float(JsonCursor& cursor, char next, std::size_t row) {
    if constexpr (std::is_same_v<Float, double>) {
      if (cursor.short_decimal(numbers<double>()[row])) return true;
    }
    const std::size_t start = cursor.offset();
    Float number{};
    if (next == '"') return append_named_number(cursor, start, numbers<Float>()[row]);
    if (next != '-' && !is_digit(next)) return misfit(cursor, start);
    std::string_view token;
    if (!cursor.number(token)) return false;
    fast_float::from_chars(token.data(), token.data() + token.size(), number);
    if (std::isinf(number)) return misfit(cursor, start);
    numbers<Float>()[row] = number;
    return true;
  }

  /// JSON has no number for these three; they travel as strings.
  template <class Float>
  bool append_named_number(JsonCursor& cursor, std::size_t start, Float& number) {
    scratch_.clear();
    if (!cursor.string(scratch_)) return false;
    if (scratch_ == "NaN") {
      number = std::numeric_limits<Float>::quiet_NaN();
    } else if (scratch_ == "Infinity") {
      number = std::numeric_limits<Float>::infinity();
    } else if (scratch_ == "-Infinity") {
      number = -std::numeric_limits<Float>::infinity();
    } else {
      return misfit(cursor, start);
    }
    return true;
  }

  bool misfit(JsonCursor& cursor, std::size_t where) {
    cursor.seek(where);
    met_text_ = cursor.peek() == '"';
    return cursor.fail_at(
        "the value does not fit column \"" + column_.name + "\" of type " + std::string{to_string(column_.type)},
        where);
  }

  Column column_;
  std::size_t rows_reserved_ = 0;
  std::size_t text_size_ = 0;
  std::string scratch_;
  bool met_text_ = false;
};

}  // namespace datasource::detail
