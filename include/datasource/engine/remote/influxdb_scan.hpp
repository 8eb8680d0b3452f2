#pragma once

#include <datasource/columnar/result_set.hpp>
#include <datasource/engine/remote/http_source.hpp>
#include <datasource/engine/remote/influxdb_pages.hpp>
#include <datasource/engine/remote/influxdb_tables.hpp>
#include <datasource/federation/remote_source.hpp>
#include <datasource/operation/exchange.hpp>
#include <datasource/protocol/influxdb/cells.hpp>
#include <datasource/protocol/influxdb/reply.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <optional>
#include <stop_token>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace datasource::remote {

namespace detail {

/// Cuts a column off behind `rows` rows.
inline void truncate(Column& column, std::size_t rows) {
  std::visit(
      [&](auto& values) {
        if constexpr (std::is_same_v<std::decay_t<decltype(values)>, TextValues>) {
          values.offsets.resize(rows + 1);
          values.bytes.resize(values.offsets.back());
        } else {
          values.resize(rows);
        }
      },
      column.values);
  if (column.validity.empty()) return;
  column.null_count = 0;
  for (std::size_t row = 0; row < rows; ++row) column.null_count += column.is_null(row) ? 1 : 0;
  column.validity.resize((rows + 7) / 8);
  if (column.null_count == 0) column.validity.clear();
}

}  // namespace detail

/// The rows of one measurement in the order of time. Each page begins at the last time of the page before, whose rows
/// of that time are read again: which of them there were is the server's secret.
template <Transport Tr>
class InfluxScan final : public RemoteScan {
 public:
  /// Rows of a page.
  static constexpr std::uint64_t page_rows = 50'000;

  /// @param output Where each wanted column is in a page: 0 is `time`.
  InfluxScan(HttpConnection<Tr> connection, InfluxPages pages, std::vector<std::size_t> output,
             std::optional<std::uint64_t> limit, std::uint64_t rows_of_page = page_rows)
      : connection_{std::move(connection)},
        pages_{std::move(pages)},
        output_{std::move(output)},
        left_{limit.value_or(std::numeric_limits<std::uint64_t>::max())},
        size_{rows_of_page},
        finished_{pages_.none() || left_ == 0} {}

  Result<std::optional<ResultSet>> next(std::stop_token stop) override {
    while (ready_.empty()) {
      if (finished_) return std::nullopt;
      if (auto problem = read_page(stop)) return fail(std::move(*problem));
    }
    ResultSet batch = output(std::move(ready_.front()));
    ready_.pop_front();
    return batch;
  }

 private:
  using Batch = influx::CellBatches::Batch;

  std::optional<Error> read_page(const std::stop_token& stop) {
    const std::uint64_t asked = std::min(size_, left_);
    const auto body = connection_.run(Exchange<std::string>{pages_.request(from_, asked), influx::read_body}, stop);
    if (!body) return body.error();
    auto cells = detail::read_cells(pages_.version(), *body, pages_.columns());
    if (!cells) return connection_.server().explain(std::move(cells.error()));
    std::uint64_t rows = 0;
    while (auto batch = cells->next()) {
      rows += batch->rows;
      ready_.push_back(std::move(*batch));
    }
    if (rows < asked || asked == left_) {
      finished_ = true;
      return std::nullopt;
    }
    const std::int64_t last = times(ready_.back()).back();
    while (!ready_.empty()) {
      Batch& batch = ready_.back();
      const auto& time = times(batch);
      const auto keep = static_cast<std::size_t>(std::lower_bound(time.begin(), time.end(), last) - time.begin());
      rows -= batch.rows - keep;
      if (keep > 0) {
        for (Column& column : batch.columns) detail::truncate(column, keep);
        batch.rows = keep;
        break;
      }
      ready_.pop_back();
    }
    left_ -= rows;
    if (rows == 0) size_ *= growth;  // all of one time: only a longer page gets further
    from_ = last;
    return std::nullopt;
  }

  static const std::vector<std::int64_t>& times(const Batch& batch) {
    return *batch.columns.front().values_as<std::vector<std::int64_t>>();
  }

  ResultSet output(Batch batch) const {
    std::vector<Column> columns;
    for (const std::size_t place : output_) {
      if (place > 0) {
        columns.push_back(batch.columns[place]);
        continue;
      }
      std::vector<std::int64_t> microseconds;
      microseconds.reserve(batch.rows);
      for (const std::int64_t time : times(batch)) microseconds.push_back(influx::microseconds_of(time));
      columns.push_back({.name = "time", .type = Type::timestamp, .values = std::move(microseconds), .validity = {}});
    }
    return ResultSet{std::move(columns), batch.rows};
  }

  static constexpr std::uint64_t growth = 4;

  HttpConnection<Tr> connection_;
  InfluxPages pages_;
  std::vector<std::size_t> output_;
  std::deque<Batch> ready_;
  std::optional<std::int64_t> from_;
  std::uint64_t left_;
  std::uint64_t size_;
  bool finished_;
};

/// The rows of a native query, which are there.
class InfluxRows final : public RemoteScan {
 public:
  /// Takes them.
  explicit InfluxRows(influx::CellBatches cells) : cells_{std::move(cells)} {}

  Result<std::optional<ResultSet>> next(std::stop_token) override {
    auto batch = cells_.next();
    if (!batch) return std::nullopt;
    return ResultSet{std::move(batch->columns), batch->rows};
  }

 private:
  influx::CellBatches cells_;
};

}  // namespace datasource::remote
