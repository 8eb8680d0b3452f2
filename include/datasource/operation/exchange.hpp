#pragma once

#include <datasource/http/redirect.hpp>
#include <datasource/http/retry.hpp>
#include <datasource/http/retry_budget.hpp>
#include <datasource/http/url.hpp>
#include <datasource/operation/step.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <utility>

namespace datasource {

/// A number from 0 to 1, for jitter.
using Random = std::function<double()>;

/// A Random seeded by the system.
inline Random system_random() {
  return [engine = std::minstd_rand{std::random_device{}()}]() mutable {
    return std::uniform_real_distribution<double>{0, 1}(engine);
  };
}

/// One request and its reply, sent again where the policy allows. It holds no socket and no clock: the caller carries
/// out each step and says what happened. `Read` is a plain function unless it has to know what earlier replies said.
template <class T, class Read = Result<T> (*)(const HttpResponse&)>
class Exchange {
 public:
  /// What it gives.
  using value_type = T;
  /// Makes a value, or the server's error, of a reply.
  using Reader = Read;

  /// @param request What to send; an Error here is the operation's result, and nothing is sent.
  /// @param read    Decodes a reply of any status.
  Exchange(Result<HttpRequest> request, Reader read, RetryPolicy policy = {}, Random random = system_random())
      : request_{std::move(request)}, read_{std::move(read)}, policy_{policy}, random_{std::move(random)} {}

  /// What every request of this operation carries: the server's base URL and a header such as Authorization; empty
  /// values are left out.
  void address(const std::string& base, const Headers& headers) {
    if (!request_) return;
    if (const std::string_view problem = base_url_problem(base); !problem.empty()) {
      request_ = fail(invalid({{"url", "url_form", std::string{problem}, "write it as http://host:port"}}));
      return;
    }
    for (const auto& [name, value] : headers) {
      if (value.find_first_of(std::string_view{"\r\n\0", 3}) == std::string::npos) continue;
      request_ = fail(invalid({{"auth", "control_character", "the header " + name + " would hold a line break",
                                "remove line breaks from the credentials"}}));
      return;
    }
    request_->base = base;
    request_->headers.insert(request_->headers.end(), headers.begin(), headers.end());
  }

  /// Lets this operation retry only as far as the operations that share the budget allow.
  void share(std::shared_ptr<RetryBudget> budget) { budget_ = std::move(budget); }

  /// The first step: Send, or Done when the request cannot be sent.
  [[nodiscard]] Step<T> start() {
    if (!request_) return Done<T>{fail(request_.error())};
    ++attempt_;
    return Send{*request_};
  }

  /// The step after `event`, which says what became of the step before.
  [[nodiscard]] Step<T> resume(Event event) {
    if (std::holds_alternative<Elapsed>(event)) return start();
    if (std::holds_alternative<Cancelled>(event)) return Done<T>{fail(ErrorKind::cancelled, "cancelled by the caller")};
    if (auto* failure = std::get_if<Failure>(&event)) {
      if (failure->error.kind == ErrorKind::connection && failure->error.retryable && may_retry())
        return Wait{policy_.delay(attempt_, random_())};
      return Done<T>{fail(std::move(failure->error))};
    }
    const auto& response = std::get<HttpResponse>(event);
    if (auto other = instead_of_reading(response)) return std::move(*other);
    return Done<T>{read_(response)};
  }

  /// The step after a reply whose value the caller has decoded while it came.
  /// @param head Status and headers of the reply.
  [[nodiscard]] Step<T> resume(const HttpResponse& head, Result<T> value) {
    if (auto other = instead_of_reading(head)) return std::move(*other);
    return Done<T>{std::move(value)};
  }

 private:
  /// What a reply asks for that is not to be read: another attempt, or another address.
  [[nodiscard]] std::optional<Step<T>> instead_of_reading(const HttpResponse& response) {
    if (RetryPolicy::transient(response.status)) {
      const auto ordered = RetryPolicy::retry_after(response);
      if ((!ordered || *ordered <= policy_.longest_order) && may_retry())
        return Wait{ordered ? *ordered : policy_.delay(attempt_, random_())};
    } else if (budget_ && attempt_ == 1 && response.status < 500) {
      budget_->earn();
    }
    if (auto elsewhere = redirect_error(response)) return Done<T>{fail(std::move(*elsewhere))};
    return std::nullopt;
  }

  [[nodiscard]] bool may_retry() {
    const bool repeatable = policy_.any_method || RetryPolicy::idempotent(request_->method);
    return attempt_ < policy_.attempts && repeatable && (!budget_ || budget_->spend());
  }

  Result<HttpRequest> request_;
  Reader read_;
  RetryPolicy policy_;
  Random random_;
  std::shared_ptr<RetryBudget> budget_;
  int attempt_ = 0;
};

/// What an exchange gives follows from the function that reads its reply.
template <class T, class... Rest>
Exchange(Result<HttpRequest>, Result<T> (*)(const HttpResponse&), Rest...) -> Exchange<T>;

}  // namespace datasource
