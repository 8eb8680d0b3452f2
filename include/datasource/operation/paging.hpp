#pragma once

#include <datasource/operation/exchange.hpp>
#include <datasource/operation/step.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace datasource {

/// A result that comes in pages. Each run from `start()` to Done gives one page, until `finished()`.
///
/// `Page` has a `cursor`: what asks for the page behind it, empty on the last. A page that fails finishes the paging.
/// What a paging that is left early holds open on the server is given back by the exchange that `closing()` makes.
template <class Page>
class Paging {
 public:
  /// What each run gives.
  using value_type = Page;
  /// Makes the request for the page behind a cursor.
  using Next = std::function<Exchange<Page>(const std::string& cursor)>;
  /// Makes the request that frees a cursor.
  using Close = std::function<Exchange<bool>(const std::string& cursor)>;

  /// @param first Asks for the first page.
  Paging(Exchange<Page> first, Next next, Close close)
      : current_{std::move(first)}, next_{std::move(next)}, close_{std::move(close)} {}

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

  /// Whether the last page was given or a page failed.
  [[nodiscard]] bool finished() const { return finished_; }

  /// Begins the next page. @pre `!finished()`
  [[nodiscard]] Step<Page> start() {
    if (!cursor_.empty()) current_ = addressed(next_(cursor_));
    return note(current_.start());
  }
  /// The step after `event`; see Exchange::resume.
  [[nodiscard]] Step<Page> resume(Event event) { return note(current_.resume(std::move(event))); }

  /// What frees the cursor that is open, once; nothing when none is.
  [[nodiscard]] std::optional<Exchange<bool>> closing() {
    if (cursor_.empty()) return std::nullopt;
    finished_ = true;
    return addressed(close_(std::exchange(cursor_, {})));
  }

 private:
  template <class T>
  Exchange<T> addressed(Exchange<T> exchange) {
    exchange.address(base_, headers_);
    exchange.share(budget_);
    return exchange;
  }

  Step<Page> note(Step<Page> step) {
    if (const auto* done = std::get_if<Done<Page>>(&step)) {
      if (done->result) cursor_ = done->result->cursor;
      finished_ = !done->result || cursor_.empty();
    }
    return step;
  }

  Exchange<Page> current_;
  Next next_;
  Close close_;
  std::string cursor_;
  std::string base_;
  Headers headers_;
  std::shared_ptr<RetryBudget> budget_;
  bool finished_ = false;
};

/// Lets a driver run an operation that is kept and run again, such as a Paging. @pre the operation outlives it
template <class Operation>
struct Borrowed {
  /// As the operation's.
  using value_type = typename Operation::value_type;

  Operation* operation;  ///< Outlives this.

  /// Of the operation.
  [[nodiscard]] Step<value_type> start() { return operation->start(); }
  /// Of the operation.
  [[nodiscard]] Step<value_type> resume(Event event) { return operation->resume(std::move(event)); }
};

}  // namespace datasource
