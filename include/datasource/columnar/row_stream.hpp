#pragma once

#include <datasource/columnar/column_builder.hpp>
#include <datasource/columnar/jdbc_reader.hpp>
#include <datasource/columnar/quick_value.hpp>
#include <datasource/columnar/result_set.hpp>
#include <datasource/model/error.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace datasource {

/// Decodes a JDBC-format reply while it comes: `advance` with what there is, as often as more has come, then `finish`
/// with all of it. Each byte is decoded once, and the outcome is that of read_jdbc.
///
/// Rows show as they come where the server sends the schema before them, as OpenSearch and the gateway do, and as long
/// as values fit the types that it names; the others come with the end.
class RowStream {
 public:
  /// Takes the rows that are there.
  /// @param so_far The body from its first byte on; it may lie elsewhere than at the last call.
  /// @return Number of whole rows so far.
  std::size_t advance(std::string_view so_far) {
    if (so_far.size() < wanted_) return row_count();
    // A number at the end may go on in what comes next.
    std::string_view certain = so_far;
    while (!certain.empty() && detail::continues_number(certain.back())) certain.remove_suffix(1);
    if (certain.size() < (reader_ ? reader_->offset() : 0)) return row_count();
    if (reader_ && reader_->in_rows()) {
      reader_->rebase(certain);
    } else {
      reader_.emplace(certain);
    }
    reader_->advance();
    // What could not be taken is looked at again when there is twice as much of it, so that a long value costs no more
    // than a few looks.
    const std::size_t left = so_far.size() - (reader_->in_rows() ? reader_->offset() : 0);
    wanted_ = so_far.size() + (left > patience ? left : 1);
    return row_count();
  }

  /// Whole rows so far.
  [[nodiscard]] std::size_t row_count() const { return reader_ && reader_->in_rows() ? reader_->row_count() : 0; }

  /// The columns so far, whose buffers stay where they are until the next `advance`; none before the rows have begun.
  [[nodiscard]] const std::vector<detail::ColumnBuilder>& columns() const {
    static const std::vector<detail::ColumnBuilder> none;
    return reader_ && reader_->in_rows() ? reader_->columns() : none;
  }

  /// The whole result.
  /// @param body All of it. Nothing points into it afterwards.
  /// @par Errors Those of read_jdbc; then `take` still gives the rows that came.
  Result<ResultSet> finish(std::string_view body) {
    if (!reader_ || !reader_->in_rows()) return read_jdbc(body);
    reader_->rebase(body);
    return reader_->read();
  }

  /// The whole rows so far, of a reply that is given up. Nothing more can be decoded afterwards.
  ResultSet take() {
    ResultSet rows = reader_ && reader_->in_rows() ? reader_->take() : ResultSet{};
    reader_.reset();
    return rows;
  }

 private:
  static constexpr std::size_t patience = 65536;

  std::optional<detail::JdbcReader> reader_;
  std::size_t wanted_ = 0;
};

}  // namespace datasource
