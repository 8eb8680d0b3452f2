#pragma once

#include <datasource/detail/utf8.hpp>

#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <memory>
#include <string_view>
#include <type_traits>
#include <utility>

namespace datasource {

namespace detail {

__extension__ using int128 = __int128;
__extension__ using uint128 = unsigned __int128;

inline constexpr auto digit_pairs = [] {
  std::array<char, 200> pairs{};
  for (std::size_t i = 0; i < 100; ++i) {
    pairs[2 * i] = static_cast<char>('0' + i / 10);
    pairs[2 * i + 1] = static_cast<char>('0' + i % 10);
  }
  return pairs;
}();

/// Writes two digits. @pre `value < 100`
inline char* write_two(char* at, unsigned value) {
  std::memcpy(at, &digit_pairs[std::size_t{value} * 2], 2);
  return at + 2;
}

/// Writes exactly `width` digits, with leading zeros.
inline char* write_padded(char* at, std::uint64_t value, int width) {
  for (int i = width - 1; i >= 0; --i) {
    at[i] = static_cast<char>('0' + value % 10);
    value /= 10;
  }
  return at + width;
}

/// Writes the decimal digits of `value`: at most 20 bytes.
inline char* write_unsigned(char* at, std::uint64_t value) {
  char digits[20];
  char* first = digits + sizeof digits;
  while (value >= 100) {
    first -= 2;
    std::memcpy(first, &digit_pairs[static_cast<std::size_t>(value % 100) * 2], 2);
    value /= 100;
  }
  if (value >= 10) {
    first -= 2;
    std::memcpy(first, &digit_pairs[static_cast<std::size_t>(value) * 2], 2);
  } else {
    *--first = static_cast<char>('0' + value);
  }
  const auto length = static_cast<std::size_t>(digits + sizeof digits - first);
  std::memcpy(at, first, length);
  return at + length;
}

/// Writes the decimal digits of `value`: at most 39 bytes.
inline char* write_unsigned(char* at, uint128 value) {
  constexpr std::uint64_t ten_to_19 = 10'000'000'000'000'000'000ULL;
  if (value <= std::numeric_limits<std::uint64_t>::max()) return write_unsigned(at, static_cast<std::uint64_t>(value));
  at = write_unsigned(at, static_cast<uint128>(value / ten_to_19));
  return write_padded(at, static_cast<std::uint64_t>(value % ten_to_19), 19);
}

inline constexpr auto powers_of_ten = [] {
  std::array<std::uint64_t, 20> powers{1};
  for (std::size_t i = 1; i < powers.size(); ++i) powers[i] = powers[i - 1] * 10;
  return powers;
}();

/// The distance from zero, right for the smallest value too.
template <class Integer>
constexpr auto magnitude(Integer value) {
  using Unsigned = std::conditional_t<sizeof(Integer) == 16, uint128, std::uint64_t>;
  return value < 0 ? Unsigned{0} - static_cast<Unsigned>(value) : static_cast<Unsigned>(value);
}

/// True where JSON text needs an escape.
inline constexpr auto needs_escape = [] {
  std::array<bool, 256> table{};
  for (std::size_t i = 0; i < 0x20; ++i) table[i] = true;
  table['"'] = table['\\'] = true;
  return table;
}();

/// Whether one of eight bytes is a control character, a quote or a backslash; bytes over 0x7F may be taken for one.
inline bool word_needs_escape(std::uint64_t word) {
  constexpr std::uint64_t ones = 0x0101010101010101ULL;
  constexpr std::uint64_t high = 0x8080808080808080ULL;
  const auto has_zero = [](std::uint64_t value) { return (value - ones) & ~value & high; };
  return (((word - ones * 0x20) & ~word & high) | has_zero(word ^ (ones * '"')) | has_zero(word ^ (ones * '\\'))) != 0;
}

}  // namespace detail

/// A growing buffer of JSON text. It knows values, not structure: commas and brackets are the caller's. Nothing is
/// allocated per value.
class JsonWriter {
 public:
  /// The bytes written so far.
  [[nodiscard]] std::string_view view() const noexcept { return {bytes_.get(), size_}; }
  /// Bytes written.
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  /// Forgets what was written and keeps the memory.
  void clear() noexcept { size_ = 0; }

  /// At least `count` bytes to write to; `commit` says where writing ended.
  char* room(std::size_t count) {
    if (capacity_ - size_ < count) grow(count);
    return bytes_.get() + size_;
  }
  /// Ends what was written in place at `end`.
  void commit(const char* end) noexcept { size_ = static_cast<std::size_t>(end - bytes_.get()); }

  /// One byte as it is.
  void put(char c) {
    *room(1) = c;
    ++size_;
  }

  /// Bytes as they are.
  void raw(std::string_view text) {
    if (text.empty()) return;
    std::memcpy(room(text.size()), text.data(), text.size());
    size_ += text.size();
  }

  /// `true` or `false`.
  void boolean(bool value) { raw(value ? std::string_view{"true"} : std::string_view{"false"}); }

  /// An integer of any width, all its digits.
  template <class Integer>
  void integer(Integer value) {
    char* at = room(40);
    if (value < 0) *at++ = '-';
    commit(detail::write_unsigned(at, detail::magnitude(value)));
  }

  /// `unscaled / 10^scale`, exact, with all `scale` digits after the point.
  template <class Integer>
  void decimal(Integer unscaled, unsigned scale) {
    char* at = room(48);
    if (unscaled < 0) *at++ = '-';
    const auto value = detail::magnitude(unscaled);
    if constexpr (sizeof value == 8) {
      if (scale < detail::powers_of_ten.size()) {
        const std::uint64_t unit = detail::powers_of_ten[scale];
        at = detail::write_unsigned(at, value / unit);
        if (scale > 0) {
          *at++ = '.';
          at = detail::write_padded(at, value % unit, static_cast<int>(scale));
        }
        commit(at);
        return;
      }
    }
    char digits[40];
    const auto count = static_cast<unsigned>(detail::write_unsigned(digits, value) - digits);
    if (count > scale) {
      std::memcpy(at, digits, count - scale);
      at += count - scale;
    } else {
      *at++ = '0';
    }
    if (scale > 0) {
      *at++ = '.';
      const unsigned given = count < scale ? count : scale;
      std::memset(at, '0', scale - given);
      std::memcpy(at + (scale - given), digits + (count - given), given);
      at += scale;
    }
    commit(at);
  }

  /// The shortest text that reads back as the same value. JSON has no word for what is not finite: those are the
  /// strings "NaN", "Infinity" and "-Infinity".
  template <class Floating>
  void floating(Floating value) {
    if (!std::isfinite(value)) {
      raw(std::isnan(value) ? std::string_view{"\"NaN\""}
          : value > 0       ? std::string_view{"\"Infinity\""}
                            : std::string_view{"\"-Infinity\""});
      return;
    }
    char* const begin = room(40);
    if constexpr (sizeof(Floating) == 8) {
      if (char* const end = write_short(begin, value); end != nullptr) return commit(end);
    }
    char* at = std::to_chars(begin, begin + 32, value).ptr;
    bool whole = true;
    for (const char* c = begin; c != at; ++c) whole = whole && *c != '.' && *c != 'e';
    if (whole) {
      *at++ = '.';
      *at++ = '0';
    }
    commit(at);
  }

  /// A JSON string. Bytes that are not UTF-8 become U+FFFD, so that one bad value does not spoil the reply.
  void string(std::string_view text) {
    put('"');
    string_part(text);
    put('"');
  }

  /// A part of a JSON string, escaped, without quotes.
  void string_part(std::string_view text) {
    char* at = room(text.size() * 6 + 8);
    const char* from = text.data();
    const char* const end = from + text.size();
    while (end - from >= 8) {
      std::uint64_t word;
      std::memcpy(&word, from, 8);
      if ((word & 0x8080808080808080ULL) != 0) break;
      if (detail::word_needs_escape(word)) {
        for (int i = 0; i < 8; ++i) at = escape(at, *from++);
        continue;
      }
      std::memcpy(at, &word, 8);
      at += 8;
      from += 8;
    }
    while (from != end && static_cast<unsigned char>(*from) < 0x80) at = escape(at, *from++);
    commit(at);
    if (from != end) unicode_part({from, static_cast<std::size_t>(end - from)});
  }

 private:
  /// Doubles of few digits, such as prices, without the general algorithm: `n / 10^4` is right when it reads back, and
  /// the only text of so few digits, since each decimal of at most 15 digits is a double of its own. Null for all
  /// others.
  static char* write_short(char* at, double value) {
    const double scaled = value * 1e4;
    if (!(scaled > -1e15 && scaled < 1e15) || (value == 0 && std::signbit(value))) return nullptr;
    const auto whole = static_cast<std::int64_t>(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
    if (static_cast<double>(whole) / 1e4 != value) return nullptr;
    if (value < 0) *at++ = '-';
    const std::uint64_t digits = detail::magnitude(whole);
    at = detail::write_unsigned(at, digits / 10000);
    *at++ = '.';
    at = detail::write_padded(at, digits % 10000, 4);
    for (int i = 0; i < 3 && at[-1] == '0'; ++i) --at;
    return at;
  }

  void unicode_part(std::string_view text) {
    for (std::size_t bad = detail::find_invalid_utf8(text); bad != std::string_view::npos;
         bad = detail::find_invalid_utf8(text)) {
      escaped(text.substr(0, bad));
      raw("\xEF\xBF\xBD");
      text.remove_prefix(bad + 1);
    }
    escaped(text);
  }

  void escaped(std::string_view text) {
    char* at = room(text.size() * 6 + 8);
    const char* from = text.data();
    const char* const end = from + text.size();
    while (end - from >= 8) {
      std::uint64_t word;
      std::memcpy(&word, from, 8);
      if (detail::word_needs_escape(word)) {
        for (int i = 0; i < 8; ++i) at = escape(at, *from++);
        continue;
      }
      std::memcpy(at, &word, 8);
      at += 8;
      from += 8;
    }
    while (from != end) at = escape(at, *from++);
    commit(at);
  }

  static char* escape(char* at, char c) {
    const auto byte = static_cast<unsigned char>(c);
    if (!detail::needs_escape[byte]) {
      *at++ = c;
      return at;
    }
    constexpr std::string_view hex = "0123456789abcdef";
    *at++ = '\\';
    switch (c) {
      case '"':
      case '\\': *at++ = c; break;
      case '\n': *at++ = 'n'; break;
      case '\r': *at++ = 'r'; break;
      case '\t': *at++ = 't'; break;
      default:
        at[0] = 'u';
        at[1] = at[2] = '0';
        at[3] = hex[byte >> 4];
        at[4] = hex[byte & 15];
        at += 5;
    }
    return at;
  }

  void grow(std::size_t count) {
    std::size_t capacity = capacity_ < 4096 ? 4096 : capacity_ * 2;
    while (capacity - size_ < count) capacity *= 2;
    std::unique_ptr<char[]> larger{new char[capacity]};  // not make_unique, which would clear it
    if (size_ > 0) std::memcpy(larger.get(), bytes_.get(), size_);
    bytes_ = std::move(larger);
    capacity_ = capacity;
  }

  std::unique_ptr<char[]> bytes_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace datasource
