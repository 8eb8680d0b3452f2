#pragma once

#include <datasource/columnar/stream_writer.hpp>
#include <datasource/detail/json.hpp>
#include <datasource/model/query.hpp>
#include <datasource/protocol/opensearch/error_json.hpp>
#include <datasource/service/engine.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace datasource::trino {

/// Hands rows on as they come, encoded. What follows the first bytes cannot be taken back, so a jdbc body tells a later
/// failure at its end.
class Delivery {
 public:
  /// @param limit Most rows; 0: none.
  Delivery(const Query& query, const PageSink& sink, std::uint64_t limit)
      : writer_{query.format},
        sink_{sink},
        page_size_{query.fetch_size},
        limit_{limit},
        jdbc_{query.format == Format::jdbc} {}

  /// What became of rows that were handed on.
  enum class Outcome { more, enough, cancelled };

  /// Takes rows. `enough` when no other page is wanted. Errors: more rows than the limit, before the first bytes.
  Result<Outcome> take(const ResultSet& rows) {
    if (!begun_) begin(rows);
    for (std::size_t row = 0; row < rows.row_count();) {
      // A page ends when it is full and another row is there, so that the last one is known to be the last.
      if (page_size_ > 0 && writer_.rows() == page_size_) {
        writer_.finish(sink_.name());
        if (!flush()) return Outcome::cancelled;
        if (!sink_.turn()) return Outcome::enough;
        sent_ = false;
        writer_.begin(rows);
      }
      std::size_t end = rows.row_count();
      if (page_size_ > 0) end = std::min<std::size_t>(end, row + (page_size_ - writer_.rows()));
      end = std::min<std::size_t>(end, row + most_at_once);
      if (limit_ > 0 && total_ + (end - row) > limit_) return fail(over_limit());
      writer_.write(rows, row, end);
      total_ += end - row;
      row = end;
      if ((writer_.view().size() >= flush_size) && !flush()) return Outcome::cancelled;
    }
    // The first rows leave at once.
    if (!sent_ && page_size_ == 0 && total_ > 0 && !flush()) return Outcome::cancelled;
    return Outcome::more;
  }

  /// Begins a result of which no row may come. @param columns Without rows.
  void begin(const ResultSet& columns) {
    if (begun_) return;
    begun_ = true;
    writer_.begin(columns);
  }

  /// Ends the reply. False when the client wants no more.
  [[nodiscard]] bool finish() {
    writer_.finish();
    return flush();
  }

  /// Ends a reply that went wrong: told in its body where that has begun, else returned.
  Result<QuerySummary> fail_with(Error error) {
    if (!sent_ || !jdbc_ || error.kind == ErrorKind::cancelled) return fail(std::move(error));
    const std::string told = detail_json(error);
    writer_.finish_badly(told);
    if (!flush()) return fail(ErrorKind::cancelled, "the statement was cancelled");
    return QuerySummary{total_, std::move(error)};
  }

  /// Whether there is a reply yet.
  [[nodiscard]] bool begun() const { return begun_; }
  /// Bytes of the body at hand have left.
  [[nodiscard]] bool sent() const { return sent_; }
  /// Rows in all.
  [[nodiscard]] std::uint64_t rows() const { return total_; }

 private:
  static constexpr std::size_t flush_size = std::size_t{64} * 1024;
  static constexpr std::size_t most_at_once = 256;

  static std::string detail_json(const Error& error) { return datasource::detail::dump(to_json(error)); }

  [[nodiscard]] Error over_limit() const {
    return {.kind = ErrorKind::invalid,
            .message = "the result has more than " + std::to_string(limit_) +
                       " rows, the limit of the gateway; add a LIMIT or a condition, or aggregate",
            .status = 400,
            .type = "RowLimitException"};
  }

  bool flush() {
    sent_ = true;
    const bool wanted = sink_.bytes(writer_.view());
    writer_.clear();
    return wanted;
  }

  StreamWriter writer_;
  const PageSink& sink_;
  std::uint32_t page_size_;
  std::uint64_t limit_;
  bool jdbc_;
  std::uint64_t total_ = 0;
  bool begun_ = false;
  bool sent_ = false;
};

}  // namespace datasource::trino
