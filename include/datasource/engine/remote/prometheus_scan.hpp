#pragma once

#include <datasource/engine/remote/http_source.hpp>
#include <datasource/engine/remote/prometheus_filters.hpp>
#include <datasource/federation/remote_source.hpp>
#include <datasource/operation/exchange.hpp>
#include <datasource/protocol/prometheus/columns.hpp>
#include <datasource/protocol/prometheus/promql.hpp>
#include <datasource/protocol/prometheus/requests.hpp>
#include <datasource/protocol/prometheus/samples.hpp>
#include <datasource/protocol/prometheus/windows.hpp>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace datasource::remote {

/// The samples of one metric, the latest window of time first. Each window is an instant query of a range vector, which
/// gives the samples as they were scraped; so is the count of them that says how long the next window may be.
template <Transport Tr>
class PrometheusScan final : public RemoteScan {
 public:
  /// About how many samples a request may bring.
  static constexpr std::int64_t window_samples = 50'000;

  /// @pre `selection.from` is given
  PrometheusScan(HttpConnection<Tr> connection, SampleSelection selection, std::vector<prom::SampleColumn> columns,
                 std::int64_t first_window, std::optional<std::uint64_t> limit)
      : connection_{std::move(connection)},
        selector_{std::move(selection.selector)},
        columns_{std::move(columns)},
        windows_{*selection.from, selection.none ? *selection.from - 1 : selection.to, first_window, window_samples},
        left_{limit.value_or(std::numeric_limits<std::uint64_t>::max())} {}

  Result<std::optional<ResultSet>> next(std::stop_token stop) override {
    while (left_ > 0) {
      if (auto batch = rows_.next(static_cast<std::size_t>(std::min<std::uint64_t>(left_, most_rows)))) {
        left_ -= batch->row_count();
        return batch;
      }
      const auto ask = windows_.next();
      if (!ask) break;
      if (auto problem = carry_out(*ask, stop)) return fail(std::move(*problem));
    }
    return std::nullopt;
  }

 private:
  static constexpr std::uint64_t most_rows = prom::SampleRows::batch_rows;

  std::optional<Error> carry_out(const prom::SampleWindows::Ask& ask, const std::stop_token& stop) {
    // Since version 3 the left end of a range is no part of it: a millisecond more, whose samples are then left out.
    const std::int64_t length = ask.to - ask.from + 1;
    auto samples =
        connection_.run(Exchange<prom::Samples>{prom::query_request(ask.count ? prom::sample_count(selector_, length)
                                                                              : prom::range_selector(selector_, length),
                                                                    prom::time_text(ask.to)),
                                                prom::read_samples},
                        stop);
    if (!samples) {
      if (too_much(samples.error()) && windows_.refused()) return std::nullopt;
      return std::move(samples.error());
    }
    if (ask.count) {
      const double count = samples->values.empty() ? 0 : samples->values.front();
      windows_.counted(static_cast<std::int64_t>(std::min(count, 1e15)));
    } else {
      windows_.fetched(static_cast<std::int64_t>(samples->values.size()));
      rows_ = prom::SampleRows{std::move(*samples), columns_, ask.from};
    }
    return std::nullopt;
  }

  /// Whether the same question about a shorter time may be answered: the expression itself is known to be right.
  static bool too_much(const Error& error) {
    return (error.kind == ErrorKind::invalid && (error.type == "execution" || error.status == 422)) ||
           error.kind == ErrorKind::unsupported;
  }

  HttpConnection<Tr> connection_;
  std::string selector_;
  std::vector<prom::SampleColumn> columns_;
  prom::SampleWindows windows_;
  prom::SampleRows rows_;
  std::uint64_t left_;
};

/// The rows of a result that is there.
class SampleScan final : public RemoteScan {
 public:
  /// Takes it.
  explicit SampleScan(prom::SampleRows rows) : rows_{std::move(rows)} {}

  Result<std::optional<ResultSet>> next(std::stop_token) override { return rows_.next(); }

 private:
  prom::SampleRows rows_;
};

}  // namespace datasource::remote
