#pragma once

#include <datasource/http/redirect.hpp>
#include <datasource/operation/exchange.hpp>
#include <datasource/operation/step.hpp>
#include <datasource/protocol/trino/origin.hpp>
#include <datasource/protocol/trino/statement.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace datasource {

/// How a client takes what Trino sends beyond plain JSON.
struct TrinoResults {
  /// What is asked for, best first, such as `json+zstd,json`; empty: rows within the replies.
  std::string encodings = {};
  /// Unpacks a piece that is `json+zstd`, given its unpacked size in bytes. Without it who carries the statement out is
  /// asked to, by the step Unpack; the blocking driver cannot. The SDK has no decompressor of its own.
  std::function<Result<std::string>(std::string_view packed, std::size_t size)> unpack = {};
  /// Whether pieces may be fetched from servers other than Trino, such as the object store that it spools to, or the
  /// worker that it redirects to. They are sent no credentials.
  bool other_servers = true;
};

/// A statement on a Trino, from its text to its last row. Each run from `start()` to Done gives one page of rows, until
/// `finished()`; pages without rows are passed over, but for the last. What it leaves open on the server when it is
/// given up is ended by the exchange that `closing()` makes; a stop ends it by itself.
///
/// Only the server that it was sent to is asked for more replies and given credentials: one that names another server
/// for what follows fails.
class TrinoStatement {
 public:
  /// What each run gives.
  using value_type = TrinoPage;
  /// Is told every reply's numbers.
  using Progress = std::function<void(const TrinoPage&)>;

  /// @param text A statement without parameters: see protocol::trino_statement_text(). An Error is the result.
  TrinoStatement(Result<std::string> text, TrinoSession session, TrinoResults results = {})
      : session_{std::move(session)},
        results_{std::move(results)},
        current_{text.map([&](const std::string& statement) {
                   return protocol::trino_statement_request(statement, session_, results_.encodings);
                 }),
                 &protocol::read_trino_page} {}

  /// See Exchange::address.
  void address(const std::string& base, const Headers& headers) {
    base_ = base;
    headers_ = headers;
    current_.address(base, headers);
  }
  /// See Exchange::share.
  void share(std::shared_ptr<RetryBudget> budget) {
    budget_ = std::move(budget);
    current_.share(budget_);
  }
  /// Has every reply told. Called while the operation is driven.
  void watch(Progress progress) { progress_ = std::move(progress); }

  /// Whether the last page was given or one failed.
  [[nodiscard]] bool finished() const { return finished_; }
  /// What the statement has made of the session: as it was given, with the changes of SET SESSION, USE and others.
  [[nodiscard]] const TrinoSession& session() const { return session_; }
  /// Where Trino found a fault, when it said so.
  [[nodiscard]] const std::optional<TrinoLocation>& location() const { return location_; }

  /// Begins the next page. @pre `!finished()`
  [[nodiscard]] Step<TrinoPage> start() {
    if (!segments_.empty()) return next_segment();
    if (!next_.empty()) follow();
    return after_page(current_.start());
  }

  /// The step after `event`; see Exchange::resume.
  [[nodiscard]] Step<TrinoPage> resume(Event event) {
    if (ending_) return after_ending(ending_->resume(std::move(event)));
    if (const auto* failure = std::get_if<Failure>(&event);
        failure != nullptr &&
        (failure->error.kind == ErrorKind::cancelled || failure->error.kind == ErrorKind::timeout))
      return end(failure->error);
    if (std::holds_alternative<Cancelled>(event))
      return end({.kind = ErrorKind::cancelled, .message = "cancelled by the caller"});
    if (unpacking_) return after_unpacking(std::move(event));
    if (acknowledging_) return after_acknowledging(acknowledging_->resume(std::move(event)));
    if (fetching_) {
      if (auto elsewhere = redirected(event)) return fetch(*elsewhere);
      return after_fetching(fetching_->resume(std::move(event)));
    }
    return after_page(current_.resume(std::move(event)));
  }

  /// Ends the statement on the server, and then with that error. For a caller who cannot take its rows.
  [[nodiscard]] Step<TrinoPage> give_up(Error reason) {
    segments_.clear();
    fetching_.reset();
    acknowledging_.reset();
    unpacking_ = false;
    return end(std::move(reason));
  }

  /// What ends the statement on the server, once; nothing when it has ended there.
  [[nodiscard]] std::optional<Exchange<bool>> closing() {
    finished_ = true;
    if (next_.empty()) return std::nullopt;
    return addressed(Exchange<bool>{HttpRequest{.method = "DELETE", .target = std::exchange(next_, {})},
                                    &protocol::read_trino_done});
  }

 private:
  /// Trino's own redirect is one; a store may have another.
  static constexpr int most_redirects = 2;

  template <class T>
  Exchange<T> addressed(Exchange<T> exchange) {
    exchange.address(origin(), headers_);
    exchange.share(budget_);
    return exchange;
  }

  [[nodiscard]] std::string origin() const {
    const auto split = protocol::split_url(base_);
    return split ? split->origin : base_;
  }

  void follow() {
    HttpRequest request{.method = "GET", .target = next_};
    if (!session_.user.empty()) request.headers.emplace_back("X-Trino-User", session_.user);
    current_ = addressed(Exchange<TrinoPage>{std::move(request), &protocol::read_trino_page});
  }

  Step<TrinoPage> after_page(Step<TrinoPage> step) {
    while (true) {
      auto* done = std::get_if<Done<TrinoPage>>(&step);
      if (done == nullptr) return step;
      if (!done->result) return give_up(std::move(done->result.error()));
      TrinoPage& page = *done->result;
      if (auto error = take(page)) return give_up(std::move(*error));
      if (!segments_.empty()) return next_segment();
      if (page.rows.row_count() > 0 || next_.empty()) {
        finished_ = next_.empty();
        // A result without rows has columns all the same.
        if (page.rows.columns().empty() && !page.columns.empty()) {
          if (auto none = protocol::read_trino_rows("[]", page.columns)) page.rows = std::move(*none);
        }
        return step;
      }
      follow();
      step = current_.start();
    }
  }

  /// Notes what a reply says. An Error ends the statement.
  std::optional<Error> take(TrinoPage& page) {
    next_.clear();
    protocol::apply_trino_headers(session_, page.changes);
    if (progress_) progress_(page);
    if (page.failure) {
      location_ = page.failure->location;
      return page.failure->error;
    }
    if (!page.next.empty()) {
      const auto split = protocol::split_url(page.next);
      if (!split || split->origin != origin())
        return Error{.kind = ErrorKind::malformed,
                     .message = "Trino names another address for what follows" +
                                (split ? " (" + split->origin + ")" : std::string{}) +
                                ", to which nothing is sent; use that one as the URL, or have the proxy before it send "
                                "X-Forwarded headers and set http-server.process-forwarded"};
      next_ = split->target;
    }
    segments_.assign(std::make_move_iterator(page.segments.begin()), std::make_move_iterator(page.segments.end()));
    page.segments.clear();
    if (!segments_.empty()) {
      held_ = page;
      const auto& known = protocol::trino_encodings;
      if (std::find(std::begin(known), std::end(known), page.encoding) == std::end(known))
        return Error{.kind = ErrorKind::unsupported,
                     .message = "Trino sends rows as \"" + page.encoding + "\", which was not asked for"};
    }
    return std::nullopt;
  }

  // ---- Segments: each is a page of its own

  Step<TrinoPage> next_segment() {
    TrinoSegment& segment = segments_.front();
    if (segment.uri.empty()) return give(std::move(segment.bytes));
    redirects_ = 0;
    return fetch(segment.uri);
  }

  Step<TrinoPage> fetch(const std::string& uri) {
    const auto split = protocol::split_url(uri);
    if (!split)
      return give_up({.kind = ErrorKind::malformed, .message = "a piece of the result has no usable address"});
    const bool own = split->origin == origin();
    if (!own && !results_.other_servers)
      return give_up({.kind = ErrorKind::forbidden,
                      .message = "Trino keeps the rows on another server (" + split->origin +
                                 "), which is not to be asked; allow it, or ask for no encodings"});
    HttpRequest request{.method = "GET", .target = split->target, .headers = segments_.front().headers};
    fetching_.emplace(std::move(request), &protocol::read_trino_segment_bytes);
    fetching_->address(split->origin, own ? headers_ : Headers{});
    fetching_->share(budget_);
    return after_fetching(fetching_->start());
  }

  /// Where the piece lies that is being fetched, when a reply says that: Trino redirects to a worker or to the store,
  /// where it is set up so. Nothing but the piece's own headers goes there.
  std::optional<std::string> redirected(const Event& event) {
    const auto* reply = std::get_if<HttpResponse>(&event);
    if (reply == nullptr || !redirect_error(*reply) || redirects_ == most_redirects) return std::nullopt;
    ++redirects_;
    return std::string{find_header(reply->headers, "Location")};
  }

  Step<TrinoPage> after_fetching(Step<std::string> step) {
    if (auto* send = std::get_if<Send>(&step)) return std::move(*send);
    if (auto* wait = std::get_if<Wait>(&step)) return *wait;
    auto& result = std::get<Done<std::string>>(step).result;
    fetching_.reset();
    if (!result) return give_up(std::move(result.error()));
    bytes_ = std::move(*result);
    const auto split = protocol::split_url(segments_.front().acknowledge);
    // What is not acknowledged is dropped later, by its age.
    if (!split || split->origin != origin()) return give(std::move(bytes_));
    HttpRequest request{.method = "GET", .target = split->target, .headers = segments_.front().headers};
    acknowledging_.emplace(addressed(Exchange<bool>{std::move(request), &protocol::read_trino_done}));
    return after_acknowledging(acknowledging_->start());
  }

  Step<TrinoPage> after_acknowledging(Step<bool> step) {
    if (auto* send = std::get_if<Send>(&step)) return std::move(*send);
    if (auto* wait = std::get_if<Wait>(&step)) return *wait;
    acknowledging_.reset();
    return give(std::move(bytes_));
  }

  /// The rows of the piece in front.
  Step<TrinoPage> give(std::string bytes) {
    bytes_ = std::move(bytes);
    const auto size = segments_.front().uncompressed;
    if (!size) return rows_of(bytes_);
    constexpr std::uint64_t largest = std::uint64_t{1} << 30;
    if (*size > largest)
      return give_up(
          {.kind = ErrorKind::malformed, .message = "a piece of the result says to unpack to more than 1 GiB"});
    const Unpack wanted{bytes_, static_cast<std::size_t>(*size)};
    unpacking_ = true;
    if (!results_.unpack) return wanted;
    auto unpacked = results_.unpack(wanted.packed, wanted.size);
    if (!unpacked) return give_up(std::move(unpacked.error()));
    return after_unpacking(Unpacked{std::move(*unpacked)});
  }

  Step<TrinoPage> after_unpacking(Event event) {
    unpacking_ = false;
    if (auto* failure = std::get_if<Failure>(&event)) return give_up(std::move(failure->error));
    const std::string& unpacked = std::get<Unpacked>(event).bytes;
    if (unpacked.size() != segments_.front().uncompressed)
      return give_up({.kind = ErrorKind::malformed,
                      .message = "a piece of the result unpacks to " + std::to_string(unpacked.size()) +
                                 " bytes, where Trino says " + std::to_string(*segments_.front().uncompressed)});
    return rows_of(unpacked);
  }

  Step<TrinoPage> rows_of(const std::string& text) {
    auto rows = protocol::read_trino_rows(text, held_.columns);
    if (!rows) return give_up(std::move(rows.error()));
    TrinoPage page = held_;
    page.rows = std::move(*rows);
    segments_.pop_front();
    bytes_ = {};
    finished_ = segments_.empty() && next_.empty();
    return Done<TrinoPage>{std::move(page)};
  }

  // ---- Ends

  /// Ends the statement on the server before the error is told.
  Step<TrinoPage> end(Error reason) {
    reason_ = std::move(reason);
    ending_ = closing();
    if (!ending_) return Done<TrinoPage>{fail(std::move(reason_))};
    return after_ending(ending_->start());
  }

  Step<TrinoPage> after_ending(Step<bool> step) {
    if (auto* send = std::get_if<Send>(&step)) return std::move(*send);
    if (auto* wait = std::get_if<Wait>(&step)) return *wait;
    ending_.reset();
    return Done<TrinoPage>{fail(std::move(reason_))};
  }

  TrinoSession session_;
  TrinoResults results_;
  Exchange<TrinoPage> current_;
  Progress progress_;
  std::string base_;
  Headers headers_;
  std::shared_ptr<RetryBudget> budget_;
  std::string next_;  ///< Target of the reply that follows.
  TrinoPage held_;    ///< What the segments belong to.
  std::deque<TrinoSegment> segments_;
  std::optional<Exchange<std::string>> fetching_;
  std::optional<Exchange<bool>> acknowledging_;
  std::optional<Exchange<bool>> ending_;
  std::string bytes_;  ///< Of the piece in front, as they came.
  bool unpacking_ = false;
  int redirects_ = 0;  ///< That the piece in front was behind.
  Error reason_;
  std::optional<TrinoLocation> location_;
  bool finished_ = false;
};

}  // namespace datasource
