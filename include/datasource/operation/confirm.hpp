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

/// Reads until what is read is what was waited for. An OpenSearch shows a write about a second after it has
/// acknowledged it.
///
/// The value is the read that satisfied; nothing when that was a `not_found`. Errors: `timeout` when the policy's limit
/// of waiting is over; any error of a read but `not_found`, which may be what is waited for, or not yet be over.
template <class T>
class Confirm {
 public:
  /// What it gives: the read that satisfied.
  using value_type = std::optional<T>;
  /// Whether that is it: a value, or the Error of kind `not_found`.
  using Satisfied = std::function<bool(const Result<T>&)>;

  /// @param read Made anew for every question.
  Confirm(Exchange<T> read, Satisfied satisfied, PollPolicy policy = {}, Random random = system_random())
      : read_{std::move(read)}, satisfied_{std::move(satisfied)}, policy_{policy}, random_{std::move(random)} {}

  /// See Exchange::address.
  void address(const std::string& base, const Headers& headers) { read_.address(base, headers); }
  /// See Exchange::share.
  void share(std::shared_ptr<RetryBudget> budget) { read_.share(std::move(budget)); }

  /// The first step; see Exchange::start.
  [[nodiscard]] Step<value_type> start() {
    current_.emplace(read_);
    return judge(current_->start());
  }

  /// The step after `event`; see Exchange::resume.
  [[nodiscard]] Step<value_type> resume(Event event) {
    if (!current_ && std::holds_alternative<Elapsed>(event)) return start();
    if (!current_) return Done<value_type>{fail(ErrorKind::cancelled, "cancelled by the caller")};
    return judge(current_->resume(std::move(event)));
  }

 private:
  Step<value_type> judge(Step<T> step) {
    if (auto* send = std::get_if<Send>(&step)) return std::move(*send);
    if (auto* wait = std::get_if<Wait>(&step)) return *wait;
    auto& result = std::get<Done<T>>(step).result;
    if (!result && result.error().kind != ErrorKind::not_found)
      return Done<value_type>{fail(std::move(result.error()))};
    if (satisfied_(result)) return Done<value_type>{result ? std::optional<T>{std::move(*result)} : std::nullopt};
    const auto delay = policy_.delay(++attempts_, random_());
    if (policy_.limit.count() > 0 && waited_ + delay > policy_.limit) {
      return Done<value_type>{
          fail({.kind = ErrorKind::timeout,
                .message = "the server does not show the change after " + std::to_string(waited_.count()) + " ms",
                .retryable = true})};
    }
    waited_ += delay;
    current_.reset();
    return Wait{delay, Wait::Until::poll};
  }

  Exchange<T> read_;
  Satisfied satisfied_;
  PollPolicy policy_;
  Random random_;
  std::optional<Exchange<T>> current_;
  std::chrono::milliseconds waited_{0};
  int attempts_ = 0;
};

}  // namespace datasource
