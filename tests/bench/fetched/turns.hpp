#pragma once

#include <datasource/columnar/result_set.hpp>
#include <datasource/federation/remote_source.hpp>
#include <datasource/federation/scan_request.hpp>
#include <datasource/model/error.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What the programs of this folder share: our reader and its peer take turns, and have to come to the same rows.
namespace bench {

/// The columns that a peer fills: plain buffers. It fills as many as the rows have of each kind.
struct PlainColumns {
  struct Texts {
    std::string bytes = {};
    std::vector<std::uint32_t> ends = {};

    void add(std::string_view text) {
      bytes += text;
      ends.push_back(static_cast<std::uint32_t>(bytes.size()));
    }
  };
  std::vector<std::int64_t> times = {};  ///< Microseconds since 1970.
  std::vector<std::int64_t> integers = {};
  std::vector<double> numbers = {};
  Texts names = {};
  Texts ids = {};
};

/// What both sides are held against each other by.
struct Totals {
  std::size_t rows = 0;
  std::size_t text = 0;
  std::int64_t integers = 0;
  double numbers = 0;

  friend bool operator==(const Totals&, const Totals&) = default;
};

inline Totals totals(const PlainColumns& columns) {
  Totals sum{columns.times.size(), columns.names.bytes.size() + columns.ids.bytes.size()};
  for (const std::int64_t value : columns.times) sum.integers += value;
  for (const std::int64_t value : columns.integers) sum.integers += value;
  for (const double value : columns.numbers) sum.numbers += value;
  return sum;
}

inline Totals totals(const std::vector<datasource::ResultSet>& batches) {
  Totals sum;
  for (const datasource::ResultSet& batch : batches) {
    sum.rows += batch.row_count();
    for (const datasource::Column& column : batch.columns()) {
      if (const auto* texts = column.values_as<datasource::TextValues>()) sum.text += texts->bytes.size();
      if (const auto* integers = column.values_as<std::vector<std::int64_t>>()) {
        for (const std::int64_t value : *integers) sum.integers += value;
      }
      if (const auto* numbers = column.values_as<std::vector<double>>()) {
        for (const double value : *numbers) sum.numbers += value;
      }
    }
  }
  return sum;
}

/// Every row of a table: from the settings of a source to columns, as one statement has it.
inline datasource::Result<std::vector<datasource::ResultSet>> read_all(datasource::RemoteSource& source,
                                                                       const std::string& name,
                                                                       datasource::ScanRequest request) {
  const auto table = source.describe(source.default_schema(), name, {});
  if (!table) return datasource::fail(table.error());
  request.schema = table->schema;
  request.table = table->name;
  const auto scan = source.scan(*table, request, {});
  if (!scan) return datasource::fail(scan.error());
  std::vector<datasource::ResultSet> batches;
  for (;;) {
    auto batch = (*scan)->next({});
    if (!batch) return datasource::fail(batch.error());
    if (!*batch) return batches;
    batches.push_back(std::move(**batch));
  }
}

namespace detail {

/// One line of JSON: milliseconds on the clock, of this process' threads, and how many rows.
template <class Work>
Totals measured(const char* who, Work&& work) {
  const std::clock_t processor = std::clock();
  const auto begin = std::chrono::steady_clock::now();
  const auto columns = work();
  const std::chrono::duration<double, std::milli> clock = std::chrono::steady_clock::now() - begin;
  const double busy = 1000.0 * static_cast<double>(std::clock() - processor) / CLOCKS_PER_SEC;
  const Totals found = totals(columns);
  std::printf("{\"who\": \"%s\", \"rows\": %zu, \"clock\": %.3f, \"processor\": %.3f}\n", who, found.rows,
              clock.count(), busy);
  std::fflush(stdout);
  return found;
}

}  // namespace detail

/// Both read everything, in turn, so often; the first turn warms up and is told like the others. 1 when they differ.
template <class Own, class Peer>
int take_turns(int turns, Own&& own, Peer&& peer) {
  for (int i = 0; i < turns; ++i) {
    const Totals ours = detail::measured("own", own);
    const Totals theirs = detail::measured("peer", peer);
    if (ours == theirs) continue;
    std::fprintf(stderr, "the reader gave %zu rows, %zu bytes of text, %lld and %g; the peer %zu, %zu, %lld and %g\n",
                 ours.rows, ours.text, static_cast<long long>(ours.integers), ours.numbers, theirs.rows, theirs.text,
                 static_cast<long long>(theirs.integers), theirs.numbers);
    return 1;
  }
  return 0;
}

}  // namespace bench
