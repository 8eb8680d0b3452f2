#pragma once

#include <datasource/detail/ascii.hpp>
#include <datasource/http/date.hpp>
#include <datasource/http/message.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace datasource {

/// When a request is sent again. Only GET, HEAD and PUT are, unless `any_method` says otherwise: a repeated POST could
/// run a statement twice, and a DELETE that is repeated after a lost reply would report a source missing that it has
/// itself deleted.
struct RetryPolicy {
  int attempts = 3;                                 ///< In all, the first one included; 1: never again.
  std::chrono::milliseconds base_delay{100};        ///< Doubles with every attempt.
  std::chrono::milliseconds maximum_delay{5'000};   ///< No wait is longer, except one that the server asks for.
  std::chrono::milliseconds longest_order{30'000};  ///< A Retry-After longer than this ends the operation.
  bool any_method = false;                          ///< For a POST that only reads, such as a search.

  /// Whether a request of this method may be sent again after a reply that was lost.
  [[nodiscard]] static bool idempotent(std::string_view method) {
    return method == "GET" || method == "HEAD" || method == "PUT";
  }
  /// Whether a reply of this status says that another attempt may succeed: 429, 502, 503, 504.
  [[nodiscard]] static bool transient(int status) {
    return status == 429 || status == 502 || status == 503 || status == 504;
  }

  /// Full jitter: evenly anywhere from 0 to the exponential delay. `random` is 0 to 1, `attempt` counts from 1.
  [[nodiscard]] std::chrono::milliseconds delay(int attempt, double random) const {
    const auto ceiling = std::min(maximum_delay, base_delay * (std::int64_t{1} << std::min(attempt - 1, 20)));
    return std::chrono::milliseconds{static_cast<std::int64_t>(random * static_cast<double>(ceiling.count()))};
  }

  /// How long the reply's Retry-After asks to wait; nothing when there is none that can be read. Of a date, what lies
  /// between the reply's own Date and it, so that no clock of this machine is asked; nothing without a Date.
  [[nodiscard]] static std::optional<std::chrono::milliseconds> retry_after(const HttpResponse& response) {
    const std::string_view value = find_header(response.headers, "Retry-After");
    if (value.empty()) return std::nullopt;
    if (const auto until = read_http_date(value)) {
      const auto now = read_http_date(find_header(response.headers, "Date"));
      if (!now) return std::nullopt;
      return std::max(std::chrono::seconds{0}, *until - *now);
    }
    if (value.size() > 9) return std::nullopt;
    std::int64_t seconds = 0;
    for (const char c : value) {
      if (!detail::is_digit(c)) return std::nullopt;
      seconds = seconds * 10 + (c - '0');
    }
    return std::chrono::seconds{seconds};
  }
};

}  // namespace datasource
