#pragma once

#include <datasource/columnar/column_builder.hpp>
#include <datasource/columnar/json_cursor.hpp>
#include <datasource/columnar/row_gap.hpp>

#include <algorithm>
#include <cstddef>
#include <vector>

namespace datasource::detail {

/// Reads `[[…],[…]]` into columns. Two ways through the same text: the quick one knows what the last row looked like
/// and takes values that look alike; where the body differs or ends, the careful one takes a value and the gap after
/// it, and tells faults. A value, and what stands between two, is taken whole or not at all, so that it can go on when
/// more of the body has come.
class RowReader {
 public:
  RowReader(JsonCursor& cursor, std::vector<ColumnBuilder>& columns)
      : cursor_{cursor}, columns_{columns}, gaps_(columns.size()), start_{cursor.offset()}, kept_{start_} {}

  /// Takes the rows from where the last call stopped. False with the cursor's fault.
  bool read() {
    if (next_ == Next::rows && !begin()) return false;
    while (next_ != Next::nothing) {
      if (next_ == Next::value) {
        const bool taken = read_quickly();
        kept_ = cursor_.offset();
        if (!taken && !read_value()) return false;
        next_ = Next::gap;
        kept_ = cursor_.offset();
      }
      if (!read_gap()) return false;
    }
    return true;
  }

  /// After a fault that may be the end of what has come: the next call takes up what this one could not take.
  void give_back() { cursor_.retry(kept_); }

  /// Whole rows that were taken.
  [[nodiscard]] std::size_t row_count() const { return row_; }

 private:
  /// What has to be taken next.
  enum class Next { rows, value, gap, nothing };

  /// Rows of memory that are made ready at a time: of some columns they fit the innermost cache.
  static constexpr std::size_t rows_ahead = 512;
  static constexpr auto needed = quick_value_room + static_cast<std::ptrdiff_t>(RowGap::longest);

  bool begin() {
    if (!cursor_.expect('[')) return false;
    if (cursor_.take(']')) {
      next_ = Next::nothing;
      return true;
    }
    if (!cursor_.expect('[')) return false;
    if (columns_.empty()) return read_empty_rows();
    extend();
    cursor_.peek();
    next_ = Next::value;
    return true;
  }

  /// Takes values until one is not as expected. True when it stopped behind the value of `column_`, before the gap;
  /// false when it stopped before that value.
  bool read_quickly() {
    if (cursor_.remaining() < static_cast<std::size_t>(needed)) return false;
    const char* at = cursor_.position();
    const char* const end = at + cursor_.remaining();
    const char* const last = end - needed;
    const std::size_t count = columns_.size();
    ColumnBuilder* const columns = columns_.data();
    const RowGap* const gaps = gaps_.data();
    std::size_t column = column_;
    std::size_t row = row_;
    bool taken = false;
    while (true) {
      const char* const after = columns[column].append_quickly(at, end, row);
      if (after == nullptr) break;
      if (after > last || !gaps[column].matches(after)) [[unlikely]] {
        // A number may go on with an exponent, or with more digits than fit its type: then it is taken anew.
        taken = after >= end || !continues_number(*after);
        if (taken) at = after;
        break;
      }
      at = after + gaps[column].size();
      if (++column == count) {
        column = 0;
        if (++row == rows_ready_) [[unlikely]] {
          cursor_.move_to(at);
          row_ = row;
          extend();
        }
      }
    }
    cursor_.move_to(at);
    column_ = column;
    row_ = row;
    return taken;
  }

  bool read_value() {
    const char* const expected = cursor_.position();
    if (cursor_.peek() == ']') return cursor_.fail("a row is shorter than the schema");
    // There is more white space than was remembered.
    if (cursor_.position() != expected) gaps_[(column_ == 0 ? columns_.size() : column_) - 1].forget();
    return columns_[column_].append(cursor_, row_);
  }

  /// Takes what stands between the value of `column_` and the next one, and remembers it for the next row.
  bool read_gap() {
    const char* const start = cursor_.position();
    RowGap& gap = gaps_[column_];
    if (column_ + 1 < columns_.size()) {
      if (!cursor_.take(',')) return cursor_.fail("a row is shorter than the schema");
      ++column_;
    } else {
      bool more = true;
      if (!end_row(more)) return false;
      if (!more) {
        next_ = Next::nothing;
        return true;
      }
      column_ = 0;
      if (row_ == rows_ready_) extend();
    }
    cursor_.peek();
    gap.remember(start, static_cast<std::size_t>(cursor_.position() - start));
    next_ = Next::value;
    return true;
  }

  bool end_row(bool& more) {
    if (cursor_.peek() == ',') return cursor_.fail("a row is longer than the schema");
    if (!cursor_.expect(']')) return false;
    more = cursor_.take(',');
    if (!cursor_.expect(more ? '[' : ']')) return false;
    ++row_;
    return true;
  }

  /// The rows of a schema without columns.
  bool read_empty_rows() {
    row_ = 0;
    for (bool more = true; more;) {
      if (!end_row(more)) return false;
    }
    next_ = Next::nothing;
    return true;
  }

  /// The first rows tell how many there will be, near enough: then memory is got once.
  void extend() {
    if (row_ > 0 && rows_ready_ >= rows_reserved_) {
      const auto read = static_cast<double>(cursor_.offset() - start_);
      const auto left =
          static_cast<std::size_t>(1.03 * static_cast<double>(cursor_.remaining()) * static_cast<double>(row_) / read);
      rows_reserved_ = row_ + std::max(left, row_ / 2) + rows_ahead;
      for (ColumnBuilder& column : columns_) column.reserve(rows_reserved_, row_);
    }
    rows_ready_ += rows_ahead;
    for (ColumnBuilder& column : columns_) column.extend(rows_ready_);
  }

  JsonCursor& cursor_;
  std::vector<ColumnBuilder>& columns_;
  std::vector<RowGap> gaps_;
  std::size_t start_;
  std::size_t kept_;  // behind the last thing that was taken
  Next next_ = Next::rows;
  std::size_t column_ = 0;
  std::size_t row_ = 0;
  std::size_t rows_ready_ = 0;
  std::size_t rows_reserved_ = 0;
};

}  // namespace datasource::detail
