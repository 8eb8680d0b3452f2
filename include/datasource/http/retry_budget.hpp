#pragma once

#include <algorithm>

namespace datasource {

/// How many retries a client's operations may spend together, so that a server in trouble does not get its load
/// multiplied. Every request that needs no repetition earns a tenth of a retry; each retry costs one. Counted without a
/// clock. One thread at a time, as its client.
class RetryBudget {
 public:
  static constexpr double earned = 0.1;

  /// @param retries How many may be spent at once, and how many there are in the beginning.
  explicit RetryBudget(double retries = 10) : most_{retries}, left_{retries} {}

  void earn() { left_ = std::min(most_, left_ + earned); }
  /// Takes one retry; false when there is none left.
  bool spend() {
    if (left_ < 1) return false;
    left_ -= 1;
    return true;
  }
  [[nodiscard]] double left() const { return left_; }

 private:
  double most_;
  double left_;
};

}  // namespace datasource
