#pragma once

#include <datasource/http/transport.hpp>
#include <datasource/operation/step.hpp>

#include <chrono>
#include <concepts>
#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <utility>
#include <variant>

namespace datasource {

/// The blocking driver's clock.
struct SystemClock {
  /// Sleeps. False when it was asked to stop before the time was over.
  bool wait(std::chrono::milliseconds duration, const std::stop_token& stop) const {
    std::mutex mutex;
    std::condition_variable condition;
    const std::stop_callback wake{stop, [&] {
                                    const std::lock_guard lock{mutex};
                                    condition.notify_one();
                                  }};
    std::unique_lock lock{mutex};
    return !condition.wait_for(lock, duration, [&] { return stop.stop_requested(); });
  }
};

template <class C>
concept Clock = requires(C& clock, std::chrono::milliseconds duration, std::stop_token stop) {
  { clock.wait(duration, stop) } -> std::same_as<bool>;
};

/// Carries out an operation on the calling thread. The whole of the blocking driver; the one in JavaScript is its twin
/// with await. A stop is told to the operation once; what it then still wants to do, such as to end a query on the
/// server, is carried out.
template <Transport Tr, class Operation, Clock C>
[[nodiscard]] Result<typename Operation::value_type> drive(Tr& transport, Operation operation, C&& clock,
                                                           std::stop_token stop = {}) {
  using T = typename Operation::value_type;
  const auto cancel = [&] {
    stop = {};
    return operation.resume(Cancelled{});
  };
  Step<T> step = operation.start();
  while (true) {
    if (auto* done = std::get_if<Done<T>>(&step)) return std::move(done->result);
    if (stop.stop_requested()) {
      step = cancel();
    } else if (const auto* wait = std::get_if<Wait>(&step)) {
      step = clock.wait(wait->duration, stop) ? operation.resume(Elapsed{}) : cancel();
    } else if (std::holds_alternative<Unpack>(step)) {
      step = operation.resume(
          Failure{{.kind = ErrorKind::unsupported,
                   .message = "the rows came packed, and this client cannot unpack them; ask for the encoding json"}});
    } else {
      auto response = transport.send(std::get<Send>(step).request, stop);
      if (response) {
        step = operation.resume(std::move(*response));
      } else if (response.error().kind == ErrorKind::cancelled && stop.stop_requested()) {
        step = cancel();
      } else {
        step = operation.resume(Failure{std::move(response.error())});
      }
    }
  }
}

}  // namespace datasource
