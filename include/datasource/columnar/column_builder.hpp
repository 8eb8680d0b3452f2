#pragma once

#include <datasource/columnar/column.hpp>
#include <datasource/columnar/json_cursor.hpp>
#include <datasource/columnar/quick_value.hpp>

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
/// `extend` first.
class ColumnBuilder {
 public:
  ColumnBuilder(std::string name, Type type)
      : column_{.name = std::move(name), .type = type, .values = values_for(type), .validity = {}} {}

  /// Gets memory for about `rows` rows in all, and for their texts if they are as long as those of the `taken` rows
  /// that there are.
  void reserve(std::size_t rows, std::size_t taken) {
    std::visit(
        [&](auto& values) {
          if constexpr (std::is_same_v<std::decay_t<decltype(values)>, TextValues>) {
            values.offsets.reserve(rows + 1);
            const double size =
                1.05 * static_cast<double>(text_size_) * static_cast<double>(rows) / static_cast<double>(taken);
            values.bytes.reserve(std::min(static_cast<std::size_t>(size) + text_step, max_text));
            text_ = values.bytes.data();
          } else {
            values.reserve(rows);
          }
        },
        column_.values);
  }

  /// Makes the buffers `rows` rows long. Little by little: the zeros that this writes are still in the processor's
  /// cache when the values come.
  void extend(std::size_t rows) {
    std::visit(
        [&](auto& values) {
          if constexpr (std::is_same_v<std::decay_t<decltype(values)>, TextValues>) {
            values.offsets.resize(rows + 1);
            data_ = values.offsets.data() + 1;
          } else {
            values.resize(rows);
            data_ = values.data();
          }
        },
        column_.values);
    if (column_.null_count > 0) column_.validity.resize(rows / 8 + 1, 0xFF);
    rows_ = rows;
  }

  /// Takes the value that starts at `at` when it is one of the usual ones, and gives where it ends. Null, with nothing
  /// taken, asks for `append`. A number is taken as far as it is a plain one: whether it ends there is for the caller
  /// to see.
  /// @pre `quick_value_room` bytes are readable at `at`; rows as for `append`
  [[gnu::always_inline]] const char* append_quickly(const char* at, const char* end, std::size_t row) {
    switch (column_.type) {
      case Type::boolean: return quick_boolean(at, row);
      case Type::int8: return quick_integer<std::int8_t>(at, row);
      case Type::int16: return quick_integer<std::int16_t>(at, row);
      case Type::int32: return quick_integer<std::int32_t>(at, row);
      case Type::int64: return quick_integer<std::int64_t>(at, row);
      case Type::uint64: return quick_integer<std::uint64_t>(at, row);
      case Type::float32: return quick_float<float>(at, row);
      case Type::float64: return quick_float<double>(at, row);
      case Type::object:
      case Type::nested:
      case Type::array:
      case Type::geo_point: return quick_null(at, row);
      default: return quick_text(at, end, row);
    }
  }

  /// Takes the value of that row from the cursor. False with the cursor's fault when it does not fit the column's type.
  /// @pre rows are taken in order, and `row` is less than what `extend` was given
  [[gnu::noinline]] bool append(JsonCursor& cursor, std::size_t row) {
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

  /// The column so far. Its buffers are longer than the rows that were taken.
  [[nodiscard]] const Column& column() const { return column_; }

  /// Nulls among that many rows, all that were taken or all but the last.
  [[nodiscard]] std::size_t null_count(std::size_t rows) const {
    const bool one_more = column_.null_count > 0 && rows < rows_ && column_.is_null(rows);
    return column_.null_count - (one_more ? 1 : 0);
  }

  /// The finished column of that many rows: all that were taken, or all but the last.
  [[nodiscard]] Column take(std::size_t rows) {
    column_.null_count = null_count(rows);
    extend(rows);
    column_.validity.resize(column_.null_count > 0 ? (rows + 7) / 8 : 0);
    if (auto* texts = std::get_if<TextValues>(&column_.values)) texts->bytes.resize(text_size_);
    std::visit(
        [](auto& values) {
          if constexpr (std::is_same_v<std::decay_t<decltype(values)>, TextValues>) {
            give_back(values.offsets);
            give_back(values.bytes);
          } else {
            give_back(values);
          }
        },
        column_.values);
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
  static constexpr std::size_t text_step = 16384;
  static constexpr std::size_t usual_text = 1024;  // what there is always room for
  static constexpr std::size_t max_text = std::numeric_limits<std::uint32_t>::max();

  template <class Values>
  static void give_back(Values& values) {
    if (values.capacity() > values.size() + values.size() / 4) values.shrink_to_fit();
  }

  template <class T>
  T* values() {
    return static_cast<T*>(data_);
  }

  // ---- Null

  /// The bitmap exists from the first null on.
  bool append_null(std::size_t row) {
    if (column_.null_count++ == 0) column_.validity.assign(rows_ / 8 + 1, 0xFF);
    column_.validity[row / 8] &= static_cast<std::uint8_t>(~(1U << (row % 8)));
    if (std::holds_alternative<TextValues>(column_.values)) end_text(row);
    return true;
  }

  [[gnu::noinline]] const char* quick_null(const char* at, std::size_t row) {
    if (load_half_word(at) != half_word("null")) return nullptr;
    append_null(row);
    return at + 4;
  }

  // ---- Texts

  void end_text(std::size_t row) { values<std::uint32_t>()[row] = static_cast<std::uint32_t>(text_size_); }

  /// Makes room for `size` bytes more; false when the column would grow over its limit. Grows by half, so a body's
  /// texts are moved a few times at most.
  bool make_room(std::size_t size) {
    size = std::max(size, usual_text);
    if (text_room_ - text_size_ >= size) return true;
    if (size > max_text || text_size_ > max_text - size) return false;
    std::string& bytes = std::get_if<TextValues>(&column_.values)->bytes;
    const std::size_t needed = text_size_ + size;
    if (needed > bytes.capacity()) bytes.reserve(std::min(max_text, std::max(needed, needed + needed / 2)));
    bytes.resize(std::min(bytes.capacity(), needed + text_step));
    text_ = bytes.data();
    text_room_ = bytes.size();
    text_limit_ = text_room_ - usual_text;
    return true;
  }

  /// Up to 31 bytes of ASCII, as most texts are.
  [[gnu::always_inline]] const char* quick_text(const char* at, const char* end, std::size_t row) {
    if (text_size_ < text_limit_ && *at == '"') [[likely]] {
      const Bytes32 block{at + 1};
      const std::uint32_t specials = block.specials();
      block.store(text_ + text_size_);
      if (specials != 0 && block.highs() == 0) [[likely]] {
        const auto length = static_cast<std::size_t>(std::countr_zero(specials));
        if (at[1 + length] != '"') return nullptr;
        text_size_ += length;
        end_text(row);
        return at + 2 + length;
      }
    }
    return quick_other_text(at, end, row);
  }

  /// Longer texts, texts that are not ASCII, and numbers.
  [[gnu::noinline]] const char* quick_other_text(const char* at, const char* end, std::size_t row) {
    if (!make_room(0)) return nullptr;
    char* const out = text_ + text_size_;
    if (*at == '"') {
      const auto length = copy_string(at + 1, end, out, static_cast<std::ptrdiff_t>(text_room_ - text_size_));
      if (length < 0) return nullptr;
      text_size_ += static_cast<std::size_t>(length);
      end_text(row);
      return at + length + 2;
    }
    const QuickDecimal number = take_decimal(*at == '-' ? at + 1 : at);
    if (number.end == nullptr) return quick_null(at, row);
    if (continues_number(*number.end)) return nullptr;
    Bytes32{at}.store(out);
    text_size_ += static_cast<std::size_t>(number.end - at);
    end_text(row);
    return number.end;
  }

  bool append_text(JsonCursor& cursor, char next, std::size_t row) {
    std::string_view text;
    if (next != '"' || is_json(column_.type)) {
      if (!cursor.skip(text)) return false;
    } else {
      scratch_.clear();
      if (!cursor.string(scratch_)) return false;
      text = scratch_;
    }
    if (!make_room(text.size())) return cursor.fail("a column of text is longer than 4 GiB");
    text.copy(text_ + text_size_, text.size());
    text_size_ += text.size();
    end_text(row);
    return true;
  }

  // ---- Booleans

  const char* quick_boolean(const char* at, std::size_t row) {
    const std::uint32_t word = load_half_word(at);
    const bool is_true = word == half_word("true");
    const bool is_false = word == half_word("fals") && at[4] == 'e';
    if (!is_true && !is_false) return quick_null(at, row);
    values<std::uint8_t>()[row] = is_true ? 1 : 0;
    return at + (is_true ? 4 : 5);
  }

  bool append_boolean(JsonCursor& cursor, char next, std::size_t row) {
    values<std::uint8_t>()[row] = next == 't' ? 1 : 0;
    if (next == 't') return cursor.literal("true");
    if (next == 'f') return cursor.literal("false");
    return misfit(cursor, cursor.offset());
  }

  // ---- Integers

  template <class Integer>
  const char* quick_integer(const char* at, std::size_t row) {
    std::uint64_t magnitude = 0;
    const char* const stop = take_whole(at, magnitude);
    if (stop == nullptr) return quick_negative<Integer>(at, row);
    if (magnitude > static_cast<std::uint64_t>(std::numeric_limits<Integer>::max())) return nullptr;
    values<Integer>()[row] = static_cast<Integer>(magnitude);
    return stop;
  }

  template <class Integer>
  [[gnu::noinline]] const char* quick_negative(const char* at, std::size_t row) {
    if (*at != '-') return quick_null(at, row);
    std::uint64_t magnitude = 0;
    const char* const stop = take_whole(at + 1, magnitude);
    constexpr auto top = static_cast<std::uint64_t>(std::numeric_limits<Integer>::max());
    if (stop == nullptr || std::is_unsigned_v<Integer> || magnitude > top + 1) return nullptr;
    values<Integer>()[row] = static_cast<Integer>(std::uint64_t{0} - magnitude);
    return stop;
  }

  template <class Integer>
  bool append_integer(JsonCursor& cursor, char next, std::size_t row) {
    const std::size_t start = cursor.offset();
    if (next != '-' && !is_digit(next)) return misfit(cursor, start);
    std::string_view token;
    if (!cursor.number(token)) return false;
    if (std::is_unsigned_v<Integer> && token == "-0") token.remove_prefix(1);
    Integer number{};
    const char* end = token.data() + token.size();
    const auto [stop, problem] = std::from_chars(token.data(), end, number);
    if (problem != std::errc{} || stop != end) return misfit(cursor, start);
    values<Integer>()[row] = number;
    return true;
  }

  // ---- Floats

  /// When the digits make an exact float and so does the power of ten, one division rounds as it should. Source: W. D.
  /// Clinger, "How to read floating point numbers accurately".
  template <class Float>
  static Float number_of(const QuickDecimal& decimal, const char* at) {
    constexpr int most_decimals = std::is_same_v<Float, double> ? 22 : 10;
    if (decimal.digits >> std::numeric_limits<Float>::digits == 0 && decimal.decimals <= most_decimals)
      return static_cast<Float>(decimal.digits) / static_cast<Float>(exact_powers[decimal.decimals]);
    return rounded<Float>(decimal, at);
  }

  /// The digits are known already, so this is only the second half of fast_float's from_chars.
  template <class Float>
  [[gnu::noinline]] static Float rounded(const QuickDecimal& decimal, const char* at) {
    const auto parts = fast_float::compute_float<fast_float::binary_format<Float>>(
        -static_cast<std::int64_t>(decimal.decimals), decimal.digits);
    Float number{};
    if (parts.power2 >= 0) {
      fast_float::to_float(false, parts, number);
    } else {
      fast_float::from_chars(at, decimal.end, number);
    }
    return number;
  }

  template <class Float>
  const char* quick_float(const char* at, std::size_t row) {
    const QuickDecimal decimal = take_decimal(at);
    if (decimal.end == nullptr) return quick_negative_float<Float>(at, row);
    values<Float>()[row] = number_of<Float>(decimal, at);
    return decimal.end;
  }

  template <class Float>
  [[gnu::noinline]] const char* quick_negative_float(const char* at, std::size_t row) {
    if (*at != '-') return quick_null(at, row);
    const QuickDecimal decimal = take_decimal(at + 1);
    if (decimal.end != nullptr) values<Float>()[row] = -number_of<Float>(decimal, at + 1);
    return decimal.end;
  }

  template <class Float>
  bool append_float(JsonCursor& cursor, char next, std::size_t row) {
    const std::size_t start = cursor.offset();
    Float number{};
    if (next == '"') return append_named_number(cursor, start, values<Float>()[row]);
    if (next != '-' && !is_digit(next)) return misfit(cursor, start);
    std::string_view token;
    if (!cursor.number(token)) return false;
    fast_float::from_chars(token.data(), token.data() + token.size(), number);
    if (std::isinf(number)) return misfit(cursor, start);
    values<Float>()[row] = number;
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
  void* data_ = nullptr;  // the values, or the ends of texts: one a row
  std::size_t rows_ = 0;
  char* text_ = nullptr;
  std::size_t text_size_ = 0;
  std::size_t text_room_ = 0;
  std::size_t text_limit_ = 0;
  std::string scratch_;
  bool met_text_ = false;
};

}  // namespace datasource::detail
