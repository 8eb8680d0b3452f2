#pragma once

#include <datasource/columnar/result_set.hpp>
#include <datasource/engine/remote/odbc/cell.hpp>
#include <datasource/engine/remote/odbc/columns.hpp>
#include <datasource/engine/remote/odbc/handles.hpp>
#include <datasource/federation/column_sink.hpp>
#include <datasource/federation/lease_pool.hpp>
#include <datasource/federation/remote_source.hpp>
#include <datasource/model/error.hpp>

#include <sql.h>
#include <sqlext.h>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace datasource::remote::odbc {

/// The connections of one source.
using Pool = LeasePool<Connection>;

/// Says for people what a driver's diagnostics mean.
using Explain = std::function<Error(const std::vector<Diagnostic>&)>;

/// A stop as an error.
inline Error stopped() {
  return {.kind = ErrorKind::cancelled, .message = "it was stopped", .type = "CancelledException"};
}

/// A statement that runs on a connection of its own, and the rows that it gives.
class Rows {
 public:
  /// Runs the statement. Errors: as `explain` says; `cancelled`.
  static Result<Rows> run(Pool::Lease lease, std::string_view text, Explain explain, const std::stop_token& stop) {
    Rows rows{std::move(lease), std::move(explain)};
    std::vector<SQLWCHAR> wide = to_wide(text);
    const SQLRETURN done =
        rows.cancellable(stop, [&] { return SQLExecDirectW(rows.statement_.get(), wide.data(), SQL_NTS); });
    if (!SQL_SUCCEEDED(done) && done != SQL_NO_DATA) return fail(rows.error(stop));
    rows.columns_ = describe(rows.statement_);
    return rows;
  }
  /// Moves; the other is of no use then.
  Rows(Rows&&) noexcept = default;
  Rows& operator=(Rows&&) = delete;
  ~Rows() {
    if (statement_.get() == nullptr) return;
    if (!ended_) SQLCancel(statement_.get());
    statement_ = Statement{};
    lease_->roll_back();
  }

  /// As the driver describes them.
  [[nodiscard]] const std::vector<ResultColumn>& columns() const { return columns_; }

  /// Says of what types the columns are to be read; before the first batch. One for each column.
  void read_as(const std::vector<RemoteColumn>& wanted) {
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      sinks_.emplace_back(wanted[i].name, wanted[i].type);
      forms_.push_back(form_of(columns_[i], wanted[i].type));
      width_ += forms_.back().width;
      in_blocks_ = in_blocks_ && forms_.back().width > 0;
    }
    if (in_blocks_) bind();
  }

  /// The next rows; nothing behind the last. Errors: as `explain` says; `malformed`; `cancelled`.
  Result<std::optional<ResultSet>> next(const std::stop_token& stop) {
    std::size_t rows = 0;
    while (!ended_ && rows < most_rows && !full()) {
      if (stop.stop_requested()) return fail(stopped());
      const SQLRETURN got = cancellable(stop, [&] { return SQLFetch(statement_.get()); });
      if (got == SQL_NO_DATA) {
        ended_ = true;
        break;
      }
      if (!SQL_SUCCEEDED(got)) return fail(error(stop));
      auto added = in_blocks_ ? add_block() : add_row(stop);
      if (!added) return fail(std::move(added.error()));
      rows += *added;
    }
    if (rows == 0) return std::optional<ResultSet>{};
    std::vector<Column> made;
    for (ColumnSink& sink : sinks_) made.push_back(sink.take());
    return std::optional{ResultSet{std::move(made), rows}};
  }

 private:
  static constexpr std::size_t most_rows = 16'384;
  static constexpr std::size_t most_text = 8U << 20;
  static constexpr std::size_t block_size = 2U << 20;

  Rows(Pool::Lease lease, Explain explain)
      : lease_{std::move(lease)}, statement_{lease_->get()}, explain_{std::move(explain)} {}

  template <class Call>
  SQLRETURN cancellable(const std::stop_token& stop, Call&& call) {
    const std::stop_callback wake{stop, [this] { SQLCancel(statement_.get()); }};
    return call();
  }

  Error error(const std::stop_token& stop) {
    ended_ = true;
    lease_.give_up();
    return stop.stop_requested() ? stopped() : explain_(statement_.said());
  }

  Error wrong(const std::string& column) const {
    return {.kind = ErrorKind::malformed,
            .message = "the driver gave a value of column \"" + column + "\" that is none of its type",
            .status = 502,
            .type = "ConnectionException"};
  }

  [[nodiscard]] bool full() const {
    std::size_t size = 0;
    for (const ColumnSink& sink : sinks_) size += sink.text_size();
    return size >= most_text;
  }

  // ---- Blocks of rows: all columns are of bounded length

  void bind() {
    rows_in_block_ = std::clamp<std::size_t>(block_size / std::max<std::size_t>(width_, 1), 1, 2048);
    SQLSetStmtAttrW(statement_.get(), SQL_ATTR_ROW_ARRAY_SIZE, reinterpret_cast<SQLPOINTER>(rows_in_block_), 0);
    fetched_ = std::make_unique<SQLULEN>(0);
    SQLSetStmtAttrW(statement_.get(), SQL_ATTR_ROWS_FETCHED_PTR, fetched_.get(), 0);
    for (std::size_t i = 0; i < forms_.size(); ++i) {
      buffers_.emplace_back(forms_[i].width * rows_in_block_);
      lengths_.emplace_back(rows_in_block_);
      SQLBindCol(statement_.get(), static_cast<SQLUSMALLINT>(i + 1), forms_[i].type, buffers_[i].data(),
                 static_cast<SQLLEN>(forms_[i].width), lengths_[i].data());
    }
  }

  Result<std::size_t> add_block() {
    for (std::size_t i = 0; i < sinks_.size(); ++i) {
      const std::size_t width = forms_[i].width;
      const std::size_t room = forms_[i].type == SQL_C_WCHAR ? width - sizeof(SQLWCHAR) : width;
      for (std::size_t row = 0; row < *fetched_; ++row) {
        const SQLLEN length = lengths_[i][row];
        if (length == SQL_NULL_DATA) {
          sinks_[i].null();
        } else if (length < 0 || static_cast<std::size_t>(length) > room ||
                   !add_cell(sinks_[i], forms_[i], columns_[i], buffers_[i].data() + row * width,
                             static_cast<std::size_t>(length), scratch_)) {
          return fail(wrong(sinks_[i].name()));
        }
      }
    }
    return static_cast<std::size_t>(*fetched_);
  }

  // ---- Row by row, where a value may have any length

  Result<std::size_t> add_row(const std::stop_token& stop) {
    for (std::size_t i = 0; i < sinks_.size(); ++i) {
      bool null = false;
      if (!get(i, null)) return fail(error(stop));
      if (null) {
        sinks_[i].null();
      } else if (!add_cell(sinks_[i], forms_[i], columns_[i], value_.data(), value_.size(), scratch_)) {
        return fail(wrong(sinks_[i].name()));
      }
    }
    return 1;
  }

  /// Reads the value of a column into `value_`, piece by piece.
  bool get(std::size_t column, bool& null) {
    const SQLSMALLINT type = forms_[column].type;
    const std::size_t end = type == SQL_C_WCHAR ? sizeof(SQLWCHAR) : 0;  // which closes every piece of a text
    value_.resize(std::max<std::size_t>(value_.capacity(), 4096));
    for (std::size_t have = 0;;) {
      SQLLEN length = 0;
      const SQLRETURN got = SQLGetData(statement_.get(), static_cast<SQLUSMALLINT>(column + 1), type,
                                       value_.data() + have, static_cast<SQLLEN>(value_.size() - have), &length);
      if (got == SQL_NO_DATA) {
        value_.resize(have);
        return true;
      }
      if (!SQL_SUCCEEDED(got)) return false;
      null = length == SQL_NULL_DATA;
      if (null) return true;
      const std::size_t room = value_.size() - have - end;
      const bool whole = length != SQL_NO_TOTAL && static_cast<std::size_t>(length) <= room;
      if (whole) {
        value_.resize(have + static_cast<std::size_t>(length));
        return true;
      }
      have += room / std::max<std::size_t>(end, 1) * std::max<std::size_t>(end, 1);
      value_.resize(have + std::max<std::size_t>(have, length == SQL_NO_TOTAL ? 0 : static_cast<std::size_t>(length)) +
                    end);
    }
  }

  Pool::Lease lease_;
  Statement statement_;  // freed before its connection
  Explain explain_;
  std::vector<ResultColumn> columns_;
  std::vector<ColumnSink> sinks_;
  std::vector<CellForm> forms_;
  std::size_t width_ = 0;
  bool in_blocks_ = true;
  bool ended_ = false;
  std::size_t rows_in_block_ = 1;
  std::unique_ptr<SQLULEN> fetched_;
  std::vector<std::vector<char>> buffers_;
  std::vector<std::vector<SQLLEN>> lengths_;
  std::vector<char> value_;
  std::string scratch_;
};

/// The rows of a statement.
class RowScan final : public RemoteScan {
 public:
  /// @pre Rows::read_as was called
  explicit RowScan(Rows rows) : rows_{std::move(rows)} {}

  [[nodiscard]] Result<std::optional<ResultSet>> next(std::stop_token stop) override { return rows_.next(stop); }

 private:
  Rows rows_;
};

/// As many rows without columns as the statement counted.
class CountScan final : public RemoteScan {
 public:
  /// Of that number.
  explicit CountScan(std::uint64_t rows) : left_{rows} {}

  [[nodiscard]] Result<std::optional<ResultSet>> next(std::stop_token stop) override {
    if (stop.stop_requested()) return fail(stopped());
    const std::uint64_t now = std::min<std::uint64_t>(left_, 65'536);
    left_ -= now;
    if (now == 0) return std::optional<ResultSet>{};
    return std::optional{ResultSet{{}, static_cast<std::size_t>(now)}};
  }

 private:
  std::uint64_t left_;
};

}  // namespace datasource::remote::odbc
