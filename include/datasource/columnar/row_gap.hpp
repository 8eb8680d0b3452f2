#pragma once

#include <datasource/columnar/quick_value.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace datasource::detail {

/// What stands between two values of a row, or between the last value of a row and the first of the next: comma,
/// brackets and white space. A server writes the same bytes there in every row, so they are remembered and compared
/// as a whole.
class RowGap {
 public:
  static constexpr std::size_t longest = 32;

  [[nodiscard]] std::size_t size() const { return size_; }

  /// Whether the same bytes stand at `at`. @pre `longest` bytes are readable there
  [[nodiscard]] bool matches(const char* at) const {
    if ((load_word(at) & masks_[0]) != words_[0]) return false;
    for (std::size_t i = 1; i < used_; ++i) {
      if ((load_word(at + 8 * i) & masks_[i]) != words_[i]) return false;
    }
    return true;
  }

  /// Remembers `size` bytes; nothing when they are too many.
  void remember(const char* from, std::size_t size) {
    *this = RowGap{};
    if (size == 0 || size > longest) return;
    char bytes[longest] = {}, mask[longest] = {};
    std::memcpy(bytes, from, size);
    std::memset(mask, 0xFF, size);
    for (std::size_t i = 0; i < longest / 8; ++i) {
      words_[i] = load_word(bytes + 8 * i);
      masks_[i] = load_word(mask + 8 * i);
    }
    size_ = size;
    used_ = (size + 7) / 8;
  }

  void forget() { *this = RowGap{}; }

 private:
  // What matches nothing: a word with a bit that the mask takes away.
  std::uint64_t words_[longest / 8] = {1};
  std::uint64_t masks_[longest / 8] = {};
  std::size_t used_ = 1;
  std::size_t size_ = 0;
};

}  // namespace datasource::detail
