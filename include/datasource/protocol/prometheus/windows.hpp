#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>

/// How a long time is read in pieces that no server refuses.
namespace datasource::protocol::prometheus {

/// Cuts a range of time into windows, the latest first, so that each holds about as many samples as were asked for.
/// It does no I/O: ask it what is next, do that, and tell it what came.
///
/// How many samples a window holds is asked of the server before they are read, as long as it cannot be told from the
/// window before. A window without samples makes the next one longer, so that a history of years that holds nothing is
/// passed in a few steps.
class SampleWindows {
 public:
  /// One step. Both ends are included, milliseconds since 1970.
  struct Ask {
    bool count = false;     ///< Ask how many samples there are; otherwise read them.
    std::int64_t from = 0;  ///< The first millisecond.
    std::int64_t to = 0;    ///< The last millisecond.

    friend bool operator==(const Ask&, const Ask&) = default;
  };

  /// The whole range, both ends included.
  /// @param first  Length of the first window in milliseconds, at least 1.
  /// @param target Samples of a window, at least 1.
  SampleWindows(std::int64_t from, std::int64_t to, std::int64_t first, std::int64_t target)
      : from_{from}, to_{to}, width_{std::max<std::int64_t>(1, first)}, target_{target} {}

  /// What to do next; nothing when the range was read.
  [[nodiscard]] std::optional<Ask> next() const {
    if (to_ < from_) return std::nullopt;
    return Ask{!trusted_, to_ - from_ < width_ ? from_ : to_ - width_ + 1, to_};
  }

  /// So many samples are in the window that was asked about. @pre `next()` was a count
  void counted(std::int64_t samples) {
    if (samples == 0) {
      if (length() == most_) most_ = std::min(most_ * 2, longest);
      pass();
      grow(empty_growth);
    } else if (samples > target_ && length() > 1) {
      width_ = std::max<std::int64_t>(1, scaled(length(), samples));
    } else {
      trusted_ = true;
    }
  }

  /// So many samples were read from the window. @pre `next()` was no count
  void fetched(std::int64_t samples) {
    const std::int64_t read = length();
    pass();
    width_ = read;
    if (samples == 0) return grow(empty_growth);
    const std::int64_t wanted = scaled(read, samples);
    trusted_ = wanted <= 2 * read;
    width_ = std::max<std::int64_t>(1, std::min({wanted, read * most_growth, most_}));
  }

  /// The server refused what was asked for its size. False when it cannot be made smaller.
  [[nodiscard]] bool refused() {
    if (length() <= 1) return false;
    width_ = length() / 2;
    if (trusted_) {
      target_ = std::max<std::int64_t>(1, target_ / 2);  // too many samples
    } else {
      most_ = width_;  // too long a time, even to count
    }
    trusted_ = false;
    return true;
  }

 private:
  static constexpr std::int64_t empty_growth = 8;
  static constexpr std::int64_t most_growth = 8;
  static constexpr std::int64_t longest = std::int64_t{1} << 50;

  [[nodiscard]] std::int64_t length() const { return std::min(width_, to_ - from_ + 1); }
  /// How long a window with the samples that are wanted is.
  [[nodiscard]] std::int64_t scaled(std::int64_t length, std::int64_t samples) const {
    const double wanted = static_cast<double>(length) * static_cast<double>(target_) / static_cast<double>(samples);
    return static_cast<std::int64_t>(std::min(wanted, static_cast<double>(longest)));
  }
  void pass() { to_ -= length(); }
  void grow(std::int64_t factor) {
    width_ = std::min(width_ * factor, most_);
    trusted_ = false;
  }

  std::int64_t from_;
  std::int64_t to_;
  std::int64_t width_;
  std::int64_t target_;
  std::int64_t most_ = longest;
  bool trusted_ = false;
};

}  // namespace datasource::protocol::prometheus
