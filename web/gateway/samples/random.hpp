#pragma once

#include <cstdint>

namespace datasource::gateway {

/// A small generator whose numbers are the same on every machine (SplitMix64), which the standard's distributions are
/// not.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_{seed} {}

  /// A number from 0 to `bound` - 1.
  std::uint64_t below(std::uint64_t bound) {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15U);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return (z ^ (z >> 31)) % bound;
  }

 private:
  std::uint64_t state_;
};

}  // namespace datasource::gateway
