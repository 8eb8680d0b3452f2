#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace datasource {

/// How often something is asked for that is not ready yet.
struct PollPolicy {
  std::chrono::milliseconds first_delay{100};      ///< Grows by half with every answer that is not the one waited for.
  std::chrono::milliseconds maximum_delay{2'000};  ///< No wait is longer.
  std::chrono::milliseconds limit{15'000};         ///< In all; 0: as long as it takes.

  /// Between half of the delay and the whole, so that many clients do not ask at once. `random` is 0 to 1, `attempt`
  /// counts from 1.
  [[nodiscard]] std::chrono::milliseconds delay(int attempt, double random) const {
    double ceiling = static_cast<double>(first_delay.count());
    for (int i = 1; i < attempt && ceiling < static_cast<double>(maximum_delay.count()); ++i) ceiling *= 1.5;
    ceiling = std::min(ceiling, static_cast<double>(maximum_delay.count()));
    return std::chrono::milliseconds{static_cast<std::int64_t>(ceiling * (0.5 + 0.5 * random))};
  }
};

}  // namespace datasource
