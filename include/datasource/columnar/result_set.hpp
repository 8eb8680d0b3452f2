#pragma once

#include <datasource/columnar/column.hpp>
#include <datasource/columnar/rows.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace datasource {

/// A statement's result, as columns of equal length.
class ResultSet {
 public:
  ResultSet() = default;
  /// @pre every column holds `row_count` rows
  ResultSet(std::vector<Column> columns, std::size_t row_count) : columns_{std::move(columns)}, row_count_{row_count} {}

  /// Rows of each column.
  [[nodiscard]] std::size_t row_count() const noexcept { return row_count_; }
  /// In the order of the schema.
  [[nodiscard]] const std::vector<Column>& columns() const noexcept { return columns_; }

  /// The columns themselves, to go on with; nothing is left here.
  [[nodiscard]] std::vector<Column> take_columns() && {
    row_count_ = 0;
    return std::move(columns_);
  }

  /// The first column of that name, or null.
  [[nodiscard]] const Column* column(std::string_view name) const noexcept {
    for (const Column& column : columns_) {
      if (column.name == name) return &column;
    }
    return nullptr;
  }

  /// The rows as tuples of the first columns: `for (auto [id, name] : result.rows<std::int64_t, std::string_view>())`.
  ///
  /// `T` may be bool, an integer, a floating-point type, std::string_view (any textual column; JSON and decimals as
  /// text), std::string (any column), Decimal, or of std::chrono: sys_time (timestamps and dates, UTC), year_month_day
  /// (dates) and a duration since midnight (times), each also as std::optional. A null is nullopt, or else T{}. Views
  /// point into this result. When a column cannot be read as its T, a date or time is not exactly one (`infinity`, or
  /// microseconds asked for as seconds), or there are fewer columns, the range is empty and its `error()` says which.
  template <class... T>
  [[nodiscard]] Rows<T...> rows() const& {
    return Rows<T...>{columns_, row_count_};
  }
  template <class... T>
  Rows<T...> rows() const&& = delete;  // the rows would outlive the columns they point into

 private:
  std::vector<Column> columns_;
  std::size_t row_count_ = 0;
};

}  // namespace datasource
