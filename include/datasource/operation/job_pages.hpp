#pragma once

#include <datasource/http/polling.hpp>
#include <datasource/operation/exchange.hpp>
#include <datasource/operation/step.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace datasource {

/// A query that a server runs on its own time and whose rows come in pages. Each run from `start()` to Done gives one
/// page, until `finished()`; the first one waits until the query has come to its end. Nothing is open on the server
/// between two runs.
///
/// `Page` has `bool pending() const`, which asks for another look after a while, and `next`, an optional `Cursor`: what
/// asks for what follows, nothing on the last page. A page that fails finishes the job. A query that is cancelled, or
/// takes longer than the policy's limit, is ended on the server as soon as a reply has told its cursor.
/// Errors: of the requests; `cancelled`; `timeout`.
template <class Page, class Cursor>
class JobPages {
 public:
  /// What each run gives.
  using value_type = Page;
  /// A request for a page. Its reader may know what earlier pages said.
  using PageExchange = Exchange<Page, std::function<Result<Page>(const HttpResponse&)>>;
  /// Makes the request for what is behind a cursor.
  using Next = std::function<PageExchange(const Cursor&)>;
  /// Makes the request that ends the query; empty when there is nothing to end.
  using Cancel = std::function<Exchange<bool>(const Cursor&)>;

  /// @param first  Submits the query.
  /// @param policy How often to ask, and for how long in all; 0: as long as it takes.
  JobPages(PageExchange first, Next next, Cancel cancel, PollPolicy policy = {.limit = std::chrono::milliseconds{0}},
           Random random = system_random())
      : current_{std::move(first)},
        next_{std::move(next)},
        cancel_{std::move(cancel)},
        policy_{policy},
        random_{std::move(random)} {}

  /// See Exchange::address.
  void address(const std::string& base, const Headers& headers) {
    base_ = base;
    headers_ = headers;
    if (!cursor_) current_.address(base, headers);
  }
  /// See Exchange::share.
  void share(std::shared_ptr<RetryBudget> budget) {
    budget_ = std::move(budget);
    if (!cursor_) current_.share(budget_);
  }

  /// Whether the last page was given or a page failed.
  [[nodiscard]] bool finished() const { return finished_; }

  /// Begins the next page. @pre `!finished()`
  [[nodiscard]] Step<Page> start() { return cursor_ ? ask() : note(current_.start()); }

  /// The step after `event`; see Exchange::resume.
  [[nodiscard]] Step<Page> resume(Event event) {
    if (ending_) return after_ending(ending_->resume(std::move(event)));
    if (cursor_) {
      if (std::holds_alternative<Cancelled>(event))
        return end({.kind = ErrorKind::cancelled, .message = "cancelled by the caller"});
      if (const auto* failure = std::get_if<Failure>(&event); failure != nullptr && given_up(failure->error))
        return end(failure->error);
    }
    if (std::exchange(polling_, false)) return ask();
    return note(current_.resume(std::move(event)));
  }

 private:
  static bool given_up(const Error& error) {
    return error.kind == ErrorKind::cancelled || error.kind == ErrorKind::timeout;
  }

  template <class AnyExchange>
  AnyExchange addressed(AnyExchange exchange) {
    exchange.address(base_, headers_);
    exchange.share(budget_);
    return exchange;
  }

  Step<Page> ask() {
    current_ = addressed(next_(*cursor_));
    return note(current_.start());
  }

  Step<Page> note(Step<Page> step) {
    auto* done = std::get_if<Done<Page>>(&step);
    if (done == nullptr) return step;
    if (!done->result) {
      finished_ = true;
      return step;
    }
    cursor_ = done->result->next;
    finished_ = !cursor_;
    if (finished_ || !done->result->pending()) return step;
    const auto delay = policy_.delay(++looks_, random_());
    if (policy_.limit.count() > 0 && waited_ + delay > policy_.limit) {
      return end({.kind = ErrorKind::timeout,
                  .message = "the query was not finished after " + std::to_string(waited_.count()) + " ms of waiting"});
    }
    waited_ += delay;
    polling_ = true;
    return Wait{delay, Wait::Until::poll};
  }

  Step<Page> end(Error reason) {
    finished_ = true;
    if (!cancel_) return Done<Page>{fail(std::move(reason))};
    reason_ = std::move(reason);
    ending_.emplace(addressed(cancel_(*cursor_)));
    return after_ending(ending_->start());
  }

  Step<Page> after_ending(Step<bool> step) {
    if (auto* send = std::get_if<Send>(&step)) return std::move(*send);
    if (auto* wait = std::get_if<Wait>(&step)) return *wait;
    return Done<Page>{fail(reason_)};
  }

  PageExchange current_;
  Next next_;
  Cancel cancel_;
  PollPolicy policy_;
  Random random_;
  std::optional<Cursor> cursor_;
  std::optional<Exchange<bool>> ending_;
  Error reason_;
  std::string base_;
  Headers headers_;
  std::shared_ptr<RetryBudget> budget_;
  std::chrono::milliseconds waited_{0};
  int looks_ = 0;
  bool polling_ = false;
  bool finished_ = false;
};

}  // namespace datasource
