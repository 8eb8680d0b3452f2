#pragma once

#include <datasource/engine/remote/http_source.hpp>
#include <datasource/federation/remote_source.hpp>
#include <datasource/operation/exchange.hpp>
#include <datasource/protocol/opensearch/search/hits.hpp>
#include <datasource/protocol/opensearch/search/replies.hpp>
#include <datasource/protocol/opensearch/search/requests.hpp>

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace datasource::remote {

namespace os = protocol::search;

/// A request that only reads, and is sent again where that may help.
template <class T>
Exchange<T> reading(HttpRequest request, typename Exchange<T>::Reader read) {
  return Exchange<T>{std::move(request), read, RetryPolicy{.any_method = true}};
}

/// How many documents the next page asks for: as many as make a few megabytes, since documents differ by a thousand
/// times in size.
class PageSize {
 public:
  /// @param most Documents that are wanted at all.
  explicit PageSize(std::uint64_t most) : most_{std::min(most, os::most_documents)} {}

  /// Documents of the next page: at least one, at most those that are wanted at all.
  [[nodiscard]] std::uint64_t next() const { return std::clamp<std::uint64_t>(size_, 1, most_); }
  /// Learns from a page.
  void took(std::uint64_t documents, std::size_t bytes) {
    if (documents == 0) return;
    const std::uint64_t fit = wanted_bytes / std::max<std::uint64_t>(bytes / documents, 1);
    size_ = std::clamp<std::uint64_t>(fit, least, os::most_documents);
  }
  /// Learns that an index gives no more than that at once; false when it was asked for as few already.
  bool allow(std::uint64_t documents) {
    if (documents == 0 || documents >= next()) return false;
    most_ = documents;
    return true;
  }

 private:
  static constexpr std::uint64_t wanted_bytes = std::uint64_t{4} << 20;
  static constexpr std::uint64_t least = 100;

  std::uint64_t most_;
  std::uint64_t size_ = 1000;
};

/// What a scan reads.
struct SearchWork {
  std::string index = {};                                           ///< Or an alias, a data stream, a pattern.
  datasource::detail::OrderedJson search = {};                      ///< Query and what is given of each document.
  std::vector<os::SearchColumn> columns = {};                       ///< Of the batches.
  std::uint64_t limit = std::numeric_limits<std::uint64_t>::max();  ///< Documents that are enough.
  std::uint32_t readers = 1;                                        ///< How many read at once, at most.
};

/// The documents of an index as they were at one moment, page by page. Each slice is read by a thread of its own, one
/// page ahead of what is taken.
template <Transport Tr>
class OpenSearchScan final : public RemoteScan {
 public:
  /// Does no I/O.
  OpenSearchScan(HttpConnection<Tr> connection, SearchWork work)
      : connection_{std::move(connection)}, work_{std::move(work)} {}

  /// Ends the readers and lets the server forget the moment.
  ~OpenSearchScan() override {
    for (std::jthread& reader : readers_) reader.request_stop();
    changed_.notify_all();
    readers_.clear();  // joins
    if (!pit_.empty()) (void)connection_.run(Exchange<bool>{os::close_request(pit_), os::read_closed_pit}, {});
  }

  [[nodiscard]] Result<std::optional<ResultSet>> next(std::stop_token stop) override {
    if (work_.limit == 0 || given_ >= work_.limit) return std::nullopt;
    if (!begun_) {
      begun_ = true;
      if (auto begun = begin(stop); !begun) return fail(std::move(begun.error()));
    }
    std::unique_lock lock{mutex_};
    if (!changed_.wait(lock, stop, [&] { return !batches_.empty() || error_ || running_ == 0; }))
      return fail(ErrorKind::cancelled, "cancelled by the caller");
    if (error_) return fail(*error_);
    if (batches_.empty()) return std::nullopt;
    ResultSet batch = std::move(batches_.front());
    batches_.pop_front();
    given_ += batch.row_count();
    changed_.notify_all();
    return batch;
  }

 private:
  Result<void> begin(const std::stop_token& stop) {
    auto opened = connection_.run(reading<os::PointInTime>(os::open_request(work_.index), os::read_opened), stop);
    if (!opened) return fail(std::move(opened.error()));
    pit_ = std::move(opened->id);
    const bool few = work_.limit <= os::most_documents;
    const std::uint32_t count = few ? 1 : std::clamp<std::uint32_t>(opened->shards, 1, work_.readers);
    running_ = count;
    for (std::uint32_t id = 0; id < count; ++id) {
      readers_.emplace_back([this, connection = connection_, id, count](const std::stop_token& ended) mutable {
        auto read = read_slice(connection, {id, count}, ended);
        const std::lock_guard lock{mutex_};
        if (!read && !error_) error_ = std::move(read.error());
        --running_;
        changed_.notify_all();
      });
    }
    return {};
  }

  Result<void> read_slice(HttpConnection<Tr>& connection, os::Slice slice, const std::stop_token& stop) {
    PageSize size{work_.limit};
    std::string pit = pit_, after;
    while (true) {
      const std::uint64_t documents = size.next();
      auto body = connection.run(
          reading<std::string>(os::page_request(work_.search, pit, after, slice, documents), os::read_page_body), stop);
      if (!body) {
        if (size.allow(os::allowed_window(body.error()))) continue;
        if (after.empty() && os::lacks_page_order(body.error())) return read_scroll(connection, slice, stop);
        return fail(std::move(body.error()));
      }
      auto page = os::read_hits(*body, work_.columns);
      if (!page) return fail(connection.server().explain(std::move(page.error())));
      const std::size_t rows = page->rows.row_count();
      size.took(rows, body->size());
      body->clear();
      body->shrink_to_fit();
      if (!page->pit.empty()) pit = std::move(page->pit);
      after = std::move(page->after);
      if (rows > 0 && !give(std::move(page->rows), stop)) return {};
      if (rows < documents) return {};
    }
  }

  /// The same of a server before 3.3. One reader reads all, so that all comes from one moment.
  Result<void> read_scroll(HttpConnection<Tr>& connection, os::Slice slice, const std::stop_token& stop) {
    if (slice.id > 0) return {};
    constexpr std::uint64_t documents = 1000;
    auto request = reading<std::string>(os::scroll_request(work_.index, work_.search, documents), os::read_page_body);
    std::string scroll;
    Result<void> outcome;
    for (bool more = true; more;) {
      // A page of a scroll is given once: it is not asked for again.
      auto body =
          scroll.empty()
              ? connection.run(std::move(request), stop)
              : connection.run(Exchange<std::string>{os::next_scroll_request(scroll), os::read_page_body}, stop);
      auto page = body ? os::read_hits(*body, work_.columns) : Result<os::HitPage>{fail(body.error())};
      if (!page) {
        outcome = fail(connection.server().explain(std::move(page.error())));
        break;
      }
      if (!page->scroll.empty()) scroll = std::move(page->scroll);
      more = page->rows.row_count() > 0 && give(std::move(page->rows), stop);
    }
    if (!scroll.empty())
      (void)connection.run(Exchange<bool>{os::close_scroll_request(scroll), os::read_closed_pit}, {});
    return outcome;
  }

  /// Waits until there is room; false when nobody wants more.
  bool give(ResultSet rows, const std::stop_token& stop) {
    std::unique_lock lock{mutex_};
    if (!changed_.wait(lock, stop, [&] { return batches_.size() <= readers_.size() || error_; })) return false;
    if (error_) return false;
    batches_.push_back(std::move(rows));
    changed_.notify_all();
    return true;
  }

  HttpConnection<Tr> connection_;
  SearchWork work_;
  std::string pit_;
  bool begun_ = false;
  std::uint64_t given_ = 0;

  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<ResultSet> batches_;
  std::optional<Error> error_;
  std::size_t running_ = 0;
  std::vector<std::jthread> readers_;  // last: they use the rest
};

/// The number of documents that pass, for a statement that wants no column.
template <Transport Tr>
class CountScan final : public RemoteScan {
 public:
  /// Does no I/O.
  CountScan(HttpConnection<Tr> connection, HttpRequest request, std::uint64_t limit)
      : connection_{std::move(connection)}, request_{std::move(request)}, limit_{limit} {}

  [[nodiscard]] Result<std::optional<ResultSet>> next(std::stop_token stop) override {
    if (!left_) {
      auto count = connection_.run(reading<std::uint64_t>(request_, os::read_count), std::move(stop));
      if (!count) return fail(std::move(count.error()));
      left_ = std::min(*count, limit_);
    }
    if (*left_ == 0) return std::nullopt;
    const std::uint64_t rows = std::min<std::uint64_t>(*left_, 65'536);
    *left_ -= rows;
    return ResultSet{{}, static_cast<std::size_t>(rows)};
  }

 private:
  HttpConnection<Tr> connection_;
  HttpRequest request_;
  std::uint64_t limit_;
  std::optional<std::uint64_t> left_;
};

}  // namespace datasource::remote
