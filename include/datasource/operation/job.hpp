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

/// Work that a server does on its own time: submitted, asked after until it is finished, and ended on the server when
/// the caller cancels, a request's time is over or the policy's limit is.
///
/// `Ticket` names the work; `State` has `bool finished() const`. The value is the first finished state.
/// Errors: of the submission and of a question; `cancelled`; `timeout`. A work that was submitted and then cancelled is
/// ended by `cancel`; whether that worked is not told, since the work is given up either way.
template <class Ticket, class State>
class Job {
 public:
  /// What it gives: the first finished state.
  using value_type = State;
  /// Makes the question how the work is.
  using Ask = std::function<Exchange<State>(const Ticket&)>;
  /// Makes the request that ends the work.
  using Cancel = std::function<Exchange<bool>(const Ticket&)>;

  /// @param policy How often to ask, and for how long in all; 0: as long as it takes.
  Job(Exchange<Ticket> submit, Ask ask, Cancel cancel, PollPolicy policy = {.limit = std::chrono::milliseconds{0}},
      Random random = system_random())
      : submit_{std::move(submit)},
        ask_{std::move(ask)},
        cancel_{std::move(cancel)},
        policy_{policy},
        random_{std::move(random)} {}

  /// See Exchange::address.
  void address(const std::string& base, const Headers& headers) {
    base_ = base;
    headers_ = headers;
    submit_.address(base, headers);
  }
  /// See Exchange::share.
  void share(std::shared_ptr<RetryBudget> budget) {
    budget_ = std::move(budget);
    submit_.share(budget_);
  }

  /// The first step; see Exchange::start.
  [[nodiscard]] Step<State> start() { return after_submit(submit_.start()); }

  /// The step after `event`; see Exchange::resume.
  [[nodiscard]] Step<State> resume(Event event) {
    if (ending_) return after_ending(ending_->resume(std::move(event)));
    if (!ticket_) return after_submit(submit_.resume(std::move(event)));
    if (const auto* failure = std::get_if<Failure>(&event); failure != nullptr && given_up(failure->error))
      return end(failure->error);
    if (std::holds_alternative<Cancelled>(event))
      return end({.kind = ErrorKind::cancelled, .message = "cancelled by the caller"});
    if (!question_) return ask();
    return after_question(question_->resume(std::move(event)));
  }

 private:
  /// The caller waits no longer, though the server may go on.
  static bool given_up(const Error& error) {
    return error.kind == ErrorKind::cancelled || error.kind == ErrorKind::timeout;
  }

  template <class T>
  Exchange<T> addressed(Exchange<T> exchange) {
    exchange.address(base_, headers_);
    exchange.share(budget_);
    return exchange;
  }

  Step<State> after_submit(Step<Ticket> step) {
    if (auto* send = std::get_if<Send>(&step)) return std::move(*send);
    if (auto* wait = std::get_if<Wait>(&step)) return *wait;
    auto& result = std::get<Done<Ticket>>(step).result;
    if (!result) return Done<State>{fail(std::move(result.error()))};
    ticket_ = std::move(*result);
    return ask();
  }

  Step<State> ask() {
    question_.emplace(addressed(ask_(*ticket_)));
    return after_question(question_->start());
  }

  Step<State> after_question(Step<State> step) {
    auto* done = std::get_if<Done<State>>(&step);
    if (done == nullptr || !done->result || done->result->finished()) return step;
    const auto delay = policy_.delay(++attempts_, random_());
    if (policy_.limit.count() > 0 && waited_ + delay > policy_.limit) {
      return end({.kind = ErrorKind::timeout,
                  .message = "the query was not finished after " + std::to_string(waited_.count()) + " ms of waiting"});
    }
    waited_ += delay;
    question_.reset();
    return Wait{delay, Wait::Until::poll};
  }

  Step<State> end(Error reason) {
    reason_ = std::move(reason);
    ending_.emplace(addressed(cancel_(*ticket_)));
    return after_ending(ending_->start());
  }

  Step<State> after_ending(Step<bool> step) {
    if (auto* send = std::get_if<Send>(&step)) return std::move(*send);
    if (auto* wait = std::get_if<Wait>(&step)) return *wait;
    return Done<State>{fail(reason_)};
  }

  Exchange<Ticket> submit_;
  Ask ask_;
  Cancel cancel_;
  PollPolicy policy_;
  Random random_;
  std::optional<Ticket> ticket_;
  std::optional<Exchange<State>> question_;
  std::optional<Exchange<bool>> ending_;
  Error reason_;
  std::string base_;
  Headers headers_;
  std::shared_ptr<RetryBudget> budget_;
  std::chrono::milliseconds waited_{0};
  int attempts_ = 0;
};

}  // namespace datasource
