#pragma once

#include <datasource/columnar/csv_writer.hpp>
#include <datasource/columnar/jdbc_writer.hpp>
#include <datasource/columnar/json_writer.hpp>
#include <datasource/columnar/result_set.hpp>
#include <datasource/model/query.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace datasource {

/// Writes a reply of which the rows come piece by piece: the head with the first piece, then rows, then the tail. What
/// is written is, put together, what write_jdbc() or write_csv() makes of all rows at once.
class StreamWriter {
 public:
  /// @param format Of the reply.
  explicit StreamWriter(Format format) : format_{format}, csv_{.separator = format == Format::raw ? '|' : ','} {}

  /// Begins a body with the columns of a result, whose rows are not looked at.
  void begin(const ResultSet& result) {
    rows_ = 0;
    if (format_ != Format::jdbc) {
      out_.raw(write_csv(ResultSet{without_rows(result), 0}, csv_));
      return;
    }
    const std::string empty = write_jdbc(ResultSet{without_rows(result), 0});
    out_.raw(std::string_view{empty}.substr(0, empty.find("],\"total\":")));
  }

  /// The rows from `first` up to `last`. @pre `begin()` was called with these columns
  void write(const ResultSet& result, std::size_t first, std::size_t last) {
    for (std::size_t row = first; row < last; ++row, ++rows_) {
      format_ == Format::jdbc ? write_json_row(result, row) : write_text_row(result, row);
    }
  }

  /// Ends a body. @param cursor Names the page that follows; empty: none does.
  void finish(std::string_view cursor = {}) {
    if (format_ != Format::jdbc) return;
    tail();
    out_.raw(",\"status\":200");
    if (!cursor.empty()) {
      out_.raw(",\"cursor\":");
      out_.string(cursor);
    }
    out_.put('}');
  }

  /// Ends a body that went wrong after its first rows. @param error A JSON object, whose members follow `size`.
  void finish_badly(std::string_view error) {
    tail();
    out_.put(',');
    out_.raw(error.substr(1));
  }

  /// Rows of the body at hand.
  [[nodiscard]] std::uint64_t rows() const noexcept { return rows_; }
  /// What was written since clear().
  [[nodiscard]] std::string_view view() const noexcept { return out_.view(); }
  /// Forgets what was taken.
  void clear() noexcept { out_.clear(); }

 private:
  static std::vector<Column> without_rows(const ResultSet& result) {
    std::vector<Column> columns;
    for (const Column& column : result.columns())
      columns.push_back(
          {.name = column.name, .type = column.type, .values = detail::values_for(column.type), .validity = {}});
    return columns;
  }

  void write_json_row(const ResultSet& result, std::size_t row) {
    out_.raw(rows_ == 0 ? "[" : ",[");
    for (std::size_t i = 0; i < result.columns().size(); ++i) {
      if (i > 0) out_.put(',');
      detail::write_value(out_, result.columns()[i], row);
    }
    out_.put(']');
  }

  void write_text_row(const ResultSet& result, std::size_t row) {
    line_ = "\n";
    for (std::size_t i = 0; i < result.columns().size(); ++i) {
      if (i > 0) line_ += csv_.separator;
      detail::append_value(line_, result.columns()[i], row, csv_);
    }
    out_.raw(line_);
  }

  void tail() {
    out_.raw("],\"total\":");
    out_.integer(rows_);
    out_.raw(",\"size\":");
    out_.integer(rows_);
  }

  Format format_;
  CsvOptions csv_;
  JsonWriter out_;
  std::string line_;
  std::uint64_t rows_ = 0;
};

}  // namespace datasource
