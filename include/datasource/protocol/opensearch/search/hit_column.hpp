#pragma once

#include <datasource/columnar/column_builder.hpp>
#include <datasource/columnar/json_cursor.hpp>
#include <datasource/protocol/opensearch/search/field.hpp>

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace datasource::protocol::search::detail {

/// Microseconds since 1970 of `1700000000000` or `1700000000000.123456`, cut off at the microsecond; false for what is
/// none or lies beyond.
inline bool read_epoch_millis(std::string_view text, std::int64_t& micros) {
  const bool negative = text.starts_with('-');
  std::int64_t millis = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, problem] = std::from_chars(text.data(), end, millis);
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max() / 1000 - 1;
  if (problem != std::errc{} || millis > most || millis < -most) return false;
  micros = millis * 1000;
  if (stop == end) return true;
  std::string_view fraction{stop, static_cast<std::size_t>(end - stop)};
  if (fraction.size() < 2 || fraction[0] != '.') return false;
  std::int64_t part = 0;
  for (std::size_t i = 1; i < fraction.size(); ++i) {
    if (!datasource::detail::is_digit(fraction[i])) return false;
    if (i <= 3) part = part * 10 + (fraction[i] - '0');
  }
  for (std::size_t i = fraction.size(); i <= 3; ++i) part *= 10;
  micros += negative ? -part : part;
  return true;
}

/// Takes the values of one column, row by row.
class HitColumn {
 public:
  explicit HitColumn(const SearchColumn& column)
      : described_{column}, builder_{column.column.name, column.column.type} {}

  [[nodiscard]] const SearchColumn& described() const { return described_; }

  /// Makes room for `rows` rows in all.
  void extend(std::size_t rows) {
    if (is_time()) {
      micros_.resize(rows);
      validity_.resize(rows / 8 + 1, 0xFF);
    } else {
      builder_.extend(rows);
    }
  }

  bool has(std::size_t row) const { return rows_ > row; }

  /// The value that the cursor is at. False with the cursor's fault. @pre `!has(row)`, all rows before have one
  bool append(datasource::detail::JsonCursor& cursor, std::size_t row) {
    rows_ = row + 1;
    if (!is_time()) return builder_.append(cursor, row);
    if (cursor.peek() == 'n') return cursor.literal("null") && append_no_time(row);
    const std::size_t start = cursor.offset();
    text_.clear();
    if (cursor.peek() == '"' ? !cursor.string(text_) : !take_number(cursor)) return false;
    return read_epoch_millis(text_, micros_[row]) ||
           cursor.fail_at("the value does not fit column \"" + described_.column.name + "\" of type timestamp", start);
  }

  void append_null(std::size_t row) {
    rows_ = row + 1;
    if (is_time()) {
      append_no_time(row);
      return;
    }
    datasource::detail::JsonCursor null{"null"};
    builder_.append(null, row);
  }

  void append_text(std::string_view json, std::size_t row) {
    rows_ = row + 1;
    datasource::detail::JsonCursor cursor{json};
    builder_.append(cursor, row);
  }

  Column take(std::size_t rows) {
    if (!is_time()) return builder_.take(rows);
    micros_.resize(rows);
    validity_.resize((rows + 7) / 8);
    if (null_count_ == 0) validity_.clear();
    return {described_.column.name, Type::timestamp, std::move(micros_), std::move(validity_), null_count_};
  }

 private:
  [[nodiscard]] bool is_time() const { return described_.column.type == Type::timestamp; }

  bool append_no_time(std::size_t row) {
    ++null_count_;
    validity_[row / 8] &= static_cast<std::uint8_t>(~(1U << (row % 8)));
    return true;
  }

  bool take_number(datasource::detail::JsonCursor& cursor) {
    std::string_view token;
    if (!cursor.number(token)) return false;
    text_ = token;
    return true;
  }

  const SearchColumn& described_;
  datasource::detail::ColumnBuilder builder_;
  std::vector<std::int64_t> micros_;
  std::vector<std::uint8_t> validity_;
  std::size_t null_count_ = 0;
  std::size_t rows_ = 0;
  std::string text_;
};

}  // namespace datasource::protocol::search::detail
