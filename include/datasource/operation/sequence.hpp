#pragma once

#include <datasource/operation/exchange.hpp>
#include <datasource/operation/step.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <variant>

namespace datasource {

/// A read, and then a write that depends on what was read. The write is not sent when the read fails.
template <class Read, class T>
class Sequence {
 public:
  /// What it gives: the result of the write.
  using value_type = T;
  /// Makes the second exchange of what the first one gave. A request that is an Error ends the sequence with it.
  using Then = std::function<Exchange<T>(const Read&)>;

  /// @param then Called once, when the read has succeeded.
  Sequence(Exchange<Read> read, Then then) : read_{std::move(read)}, then_{std::move(then)} {}

  /// See Exchange::address.
  void address(const std::string& base, const Headers& headers) {
    base_ = base;
    headers_ = headers;
    read_.address(base, headers);
  }
  /// See Exchange::share.
  void share(std::shared_ptr<RetryBudget> budget) {
    budget_ = std::move(budget);
    read_.share(budget_);
  }

  /// The first step; see Exchange::start.
  [[nodiscard]] Step<T> start() { return after_read(read_.start()); }
  /// The step after `event`; see Exchange::resume.
  [[nodiscard]] Step<T> resume(Event event) {
    return write_ ? write_->resume(std::move(event)) : after_read(read_.resume(std::move(event)));
  }

 private:
  Step<T> after_read(Step<Read> step) {
    if (auto* send = std::get_if<Send>(&step)) return std::move(*send);
    if (auto* wait = std::get_if<Wait>(&step)) return *wait;
    auto& result = std::get<Done<Read>>(step).result;
    if (!result) return Done<T>{fail(std::move(result.error()))};
    write_.emplace(then_(*result));
    write_->address(base_, headers_);
    write_->share(budget_);
    return write_->start();
  }

  Exchange<Read> read_;
  Then then_;
  std::optional<Exchange<T>> write_;
  std::string base_;
  Headers headers_;
  std::shared_ptr<RetryBudget> budget_;
};

}  // namespace datasource
