#pragma once

#include <algorithm>
#include <atomic>

namespace datasource {

/// How many retries a client's operations may spend together, so that a server in trouble does not get its load
/// multiplied. Every request that needs no repetition earns a tenth of a retry; each retry costs one. Counted without a
/// clock. Safe from any thread.
class RetryBudget {
 public:
  static constexpr double earned = 0.1;  ///< By a request that needs no repetition.

  /// @param retries How many may be spent at once, and how many there are in the beginning.
  explicit RetryBudget(double retries = 10) : most_{retries}, left_{retries} {}

  /// Notes a request that needed no repetition.
  void earn() {
    double left = left_.load();
    while (!left_.compare_exchange_weak(left, std::min(most_, left + earned))) continue;
  }
  /// Takes one retry; false when there is none left.
  bool spend() {
    double left = left_.load();
    while (left >= 1) {
      if (left_.compare_exchange_weak(left, left - 1)) return true;
    }
    return false;
  }
  /// Retries that may be spent now, with fractions.
  [[nodiscard]] double left() const { return left_.load(); }

 private:
  double most_;
  std::atomic<double> left_;
};

}  // namespace datasource
