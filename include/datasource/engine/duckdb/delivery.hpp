#pragma once

#include <datasource/engine/duckdb/encoder.hpp>
#include <datasource/engine/duckdb/errors.hpp>
#include <datasource/engine/duckdb/handles.hpp>
#include <datasource/engine/duckdb/instance.hpp>
#include <datasource/service/engine.hpp>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

namespace datasource::duckdb {

/// Either DuckDB's failure or an Error that is presentable already.
struct RunFailure {
  Failure failure = {};
  std::optional<Error> presented = {};
};
template <class T>
using RunOutcome = tl::expected<T, RunFailure>;

inline tl::unexpected<RunFailure> failed(Failure failure) {
  return tl::unexpected<RunFailure>{RunFailure{std::move(failure), {}}};
}
inline tl::unexpected<RunFailure> refused(Error error) {
  return tl::unexpected<RunFailure>{RunFailure{{}, std::move(error)}};
}

/// Hands the rows of one running statement on as they come, encoded. What follows the first bytes cannot be taken back,
/// so a jdbc body tells a later failure at its end.
class Delivery {
 public:
  struct Limits {
    std::uint64_t row_limit = 0;  ///< 0: none.
    const std::atomic<bool>& interrupted;
  };

  Delivery(QueryResult& result, const Instance& instance, JsonWriter& buffer, Limits limits)
      : result_{result}, instance_{instance}, buffer_{buffer}, limits_{limits} {}

  /// One body with all rows.
  template <class Encoder>
  RunOutcome<QuerySummary> whole(Encoder& reply, const Sink& sink) {
    while (true) {
      if (limits_.interrupted) return cancelled();
      const Chunk chunk{duckdb_fetch_chunk(*result_.get())};
      if (!chunk) break;
      if (auto error = over_limit(reply.rows() + duckdb_data_chunk_get_size(chunk.get())))
        return end_badly(reply, {{}, std::move(error)}, sink);
      reply.write(chunk.get());
      const bool first = !begun_;  // the first rows leave at once
      if ((first || buffer_.size() >= flush_size) && !flush(sink)) return cancelled();
    }
    if (Failure failure = Connection::failure_of(result_); !failure.message.empty())
      return end_badly(reply, {std::move(failure), {}}, sink);
    reply.finish();
    if (!flush(sink)) return cancelled();
    return QuerySummary{reply.rows(), {}};
  }

  /// Bodies of `page_size` rows. A page ends when it is full and another row is there, so that the last one is known to
  /// be the last.
  RunOutcome<QuerySummary> in_pages(ReplyEncoder& reply, idx_t page_size, const PageSink& sink) {
    std::uint64_t rows = 0;
    while (true) {
      if (limits_.interrupted) return cancelled();
      const Chunk chunk{duckdb_fetch_chunk(*result_.get())};
      if (!chunk) break;
      const idx_t size = duckdb_data_chunk_get_size(chunk.get());
      for (idx_t row = 0; row < size;) {
        if (reply.rows() == page_size) {
          reply.finish(sink.name());
          if (!flush(sink.bytes)) return cancelled();
          if (!sink.turn()) return QuerySummary{rows, {}};
          if (limits_.interrupted) return cancelled();
          reply.turn();
          begun_ = false;
        }
        const idx_t end = std::min(size, row + (page_size - reply.rows()));
        if (auto error = over_limit(rows + (end - row))) return end_badly(reply, {{}, std::move(error)}, sink.bytes);
        reply.write(chunk.get(), row, end);
        rows += end - row;
        row = end;
        if (buffer_.size() >= flush_size && !flush(sink.bytes)) return cancelled();
      }
    }
    if (Failure failure = Connection::failure_of(result_); !failure.message.empty())
      return end_badly(reply, {std::move(failure), {}}, sink.bytes);
    reply.finish();
    if (!flush(sink.bytes)) return cancelled();
    return QuerySummary{rows, {}};
  }

 private:
  static constexpr std::size_t flush_size = std::size_t{64} * 1024;

  static tl::unexpected<RunFailure> cancelled() { return failed({DUCKDB_ERROR_INTERRUPT, {}}); }

  bool flush(const Sink& sink) {
    begun_ = true;
    const bool wanted = sink(buffer_.view());
    buffer_.clear();
    return wanted;
  }

  /// A reply with more rows than one may have.
  [[nodiscard]] std::optional<Error> over_limit(std::uint64_t rows) const {
    if (limits_.row_limit == 0 || rows <= limits_.row_limit) return std::nullopt;
    return Error{.kind = ErrorKind::invalid,
                 .message = "the result has more than " + std::to_string(limits_.row_limit) +
                            " rows, the limit of the gateway; add a LIMIT or a condition, or aggregate",
                 .status = 400,
                 .type = "RowLimitException"};
  }

  template <class Encoder>
  RunOutcome<QuerySummary> end_badly(Encoder& reply, RunFailure failure, const Sink& sink) {
    if constexpr (std::is_same_v<Encoder, ReplyEncoder>) {
      if (begun_ && !limits_.interrupted) {
        Error error = failure.presented ? std::move(*failure.presented) : instance_.present(failure.failure);
        reply.finish(error);
        if (!flush(sink)) return cancelled();
        return QuerySummary{reply.rows(), std::move(error)};
      }
    }
    return tl::unexpected<RunFailure>{std::move(failure)};
  }

  QueryResult& result_;
  const Instance& instance_;
  JsonWriter& buffer_;
  Limits limits_;
  bool begun_ = false;  ///< Bytes of the body at hand have left.
};

}  // namespace datasource::duckdb
