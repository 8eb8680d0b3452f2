#pragma once

#include <datasource/columnar/result_set.hpp>
#include <datasource/engine/remote/mongodb/client.hpp>
#include <datasource/engine/remote/mongodb/handles.hpp>
#include <datasource/engine/remote/mongodb/values.hpp>
#include <datasource/federation/column_sink.hpp>
#include <datasource/federation/remote_source.hpp>
#include <datasource/model/error.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace datasource::remote::mongo {

/// A cursor with its connection, and documents that were read ahead of who asks for them.
class Cursor {
 public:
  /// Takes a cursor of the lease's client.
  Cursor(Lease lease, Owned<mongoc_cursor_t> handle) : lease_{std::move(lease)}, handle_{std::move(handle)} {}

  /// Points `document` to the next one until the next call. False behind the last. Errors: those of reaching the
  /// source.
  [[nodiscard]] Result<bool> next(const bson_t*& document) {
    if (given_ < ahead_.size()) {
      document = ahead_[given_++].get();
      return true;
    }
    ahead_.clear();
    given_ = 0;
    if (!ended_ && mongoc_cursor_next(handle_.get(), &document)) return true;
    if (auto problem = failure()) return fail(std::move(*problem));
    ended_ = true;
    return false;
  }

  /// Reads up to `count` documents, or about `size` bytes, and keeps them for `next`. Errors: as it.
  [[nodiscard]] Result<void> read_ahead(std::size_t count, std::size_t size) {
    const bson_t* document = nullptr;
    for (std::size_t bytes = 0; ahead_.size() < count && bytes < size && !ended_; bytes += document->len) {
      if (!mongoc_cursor_next(handle_.get(), &document)) {
        ended_ = true;
        if (auto problem = failure()) return fail(std::move(*problem));
        break;
      }
      ahead_.emplace_back(*document);
    }
    return {};
  }

  /// What was read ahead.
  [[nodiscard]] const std::vector<Document>& ahead() const { return ahead_; }
  /// With its client.
  [[nodiscard]] Lease& lease() { return lease_; }
  /// What the server said when it refused.
  [[nodiscard]] const bson_error_t& problem() const { return problem_; }

 private:
  std::optional<Error> failure() {
    if (!mongoc_cursor_error(handle_.get(), &problem_)) return std::nullopt;
    return lease_.error(problem_);
  }

  Lease lease_;
  Owned<mongoc_cursor_t> handle_;  // freed before the client that it belongs to
  std::vector<Document> ahead_;
  std::size_t given_ = 0;
  bool ended_ = false;
  bson_error_t problem_{};
};

/// Where in a row each field of a document goes.
class RowWriter {
 public:
  /// Columns and the fields that they stand for, in the same order.
  RowWriter(std::vector<RemoteColumn> columns, const std::vector<std::string>& fields) : columns_{std::move(columns)} {
    for (const RemoteColumn& column : columns_) sinks_.emplace_back(column.name, column.type);
    for (std::size_t i = 0; i < fields.size(); ++i) places_.emplace(fields[i], i);
    fields_ = fields;
    filled_.resize(columns_.size());
  }

  /// Adds the document as a row. The column that does not hold its value, if there is one; the batch is of no use then.
  [[nodiscard]] const RemoteColumn* add(const bson_t& document, bson_iter_t& at) {
    ++rows_;
    std::fill(filled_.begin(), filled_.end(), false);
    std::size_t expected = 0;
    if (bson_iter_init(&at, &document)) {
      while (bson_iter_next(&at)) {
        const std::size_t place = place_of(key_of(at), expected);
        if (place == fields_.size() || filled_[place]) continue;
        if (!add_value(sinks_[place], columns_[place], at)) return &columns_[place];
        filled_[place] = true;
        expected = place + 1;
      }
    }
    for (std::size_t i = 0; i < sinks_.size(); ++i) {
      if (!filled_[i]) sinks_[i].null();
    }
    return nullptr;
  }

  /// Whether the rows so far are enough for a batch.
  [[nodiscard]] bool full() const {
    if (rows_ >= most_rows) return true;
    if (rows_ % 64 != 0) return false;
    std::size_t size = 0;
    for (const ColumnSink& sink : sinks_) size += sink.text_size();
    return size >= most_text;
  }

  /// Rows so far.
  [[nodiscard]] std::size_t rows() const { return rows_; }

  /// The rows so far, as a batch.
  [[nodiscard]] ResultSet take() {
    std::vector<Column> columns;
    for (ColumnSink& sink : sinks_) columns.push_back(sink.take());
    return {std::move(columns), std::exchange(rows_, 0)};
  }

 private:
  static constexpr std::size_t most_rows = 16'384;
  static constexpr std::size_t most_text = 8U << 20;

  /// Documents of one collection mostly have their fields in the same order.
  [[nodiscard]] std::size_t place_of(std::string_view key, std::size_t expected) const {
    if (expected < fields_.size() && fields_[expected] == key) return expected;
    const auto found = places_.find(key);
    return found == places_.end() ? fields_.size() : found->second;
  }

  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };

  std::vector<RemoteColumn> columns_;
  std::vector<std::string> fields_;
  std::vector<ColumnSink> sinks_;
  std::vector<bool> filled_;
  std::unordered_map<std::string, std::size_t, Hash, std::equal_to<>> places_;
  std::size_t rows_ = 0;
};

/// Documents as rows.
class DocumentScan final : public RemoteScan {
 public:
  /// Of that cursor; `what` names the collection for messages.
  DocumentScan(Cursor cursor, RowWriter writer, std::string what)
      : cursor_{std::move(cursor)}, writer_{std::move(writer)}, what_{std::move(what)} {}

  [[nodiscard]] Result<std::optional<ResultSet>> next(std::stop_token stop) override {
    if (stop.stop_requested())
      return fail({.kind = ErrorKind::cancelled, .message = "it was stopped", .type = "CancelledException"});
    return cursor_.lease().client().during(stop, [&] { return batch(); });
  }

 private:
  Result<std::optional<ResultSet>> batch() {
    bson_iter_t at;
    const bson_t* document = nullptr;
    while (!writer_.full()) {
      const auto more = cursor_.next(document);
      if (!more) return fail(more.error());
      if (!*more) break;
      if (const RemoteColumn* column = writer_.add(*document, at))
        return fail({.kind = ErrorKind::invalid,
                     .message = misfit_text(what_, *column, at, *document),
                     .status = 400,
                     .type = "SchemaException"});
    }
    if (writer_.rows() == 0) return std::optional<ResultSet>{};
    return std::optional{writer_.take()};
  }

  Cursor cursor_;
  RowWriter writer_;
  std::string what_;
};

}  // namespace datasource::remote::mongo
