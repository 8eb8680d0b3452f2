#pragma once

#include <datasource/detail/bytes16.hpp>
#include <datasource/detail/utf8.hpp>

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

/// Values read without looking for the end of the body at every byte: the quick way of most values of a long result.
/// What these functions do not know, they leave to JsonCursor by giving null.
namespace datasource::detail {

static_assert(std::endian::native == std::endian::little, "words of text are read in little-endian order");

/// How many bytes have to be readable from where a value starts.
inline constexpr std::ptrdiff_t quick_value_room = 64;

/// Eight bytes as one number, the first byte lowest.
inline std::uint64_t load_word(const char* from) {
  std::uint64_t word;
  std::memcpy(&word, from, sizeof word);
  return word;
}

inline std::uint32_t load_half_word(const char* from) {
  std::uint32_t word;
  std::memcpy(&word, from, sizeof word);
  return word;
}

/// Four characters as `load_half_word` gives them.
consteval std::uint32_t half_word(const char (&text)[5]) {
  std::uint32_t word = 0;
  for (int i = 3; i >= 0; --i) word = word << 8 | static_cast<unsigned char>(text[i]);
  return word;
}

inline constexpr std::uint64_t integer_powers[] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000};

/// The powers of ten that are exact doubles.
inline constexpr double exact_powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                          1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

/// The number that eight digits make, given as bytes of 0 to 9 with the first digit lowest. Source: the three
/// multiplications are those of simdjson and fast_float.
constexpr std::uint64_t combine_digits(std::uint64_t digits) {
  digits = digits * 2561 >> 8;
  digits = (digits & 0x00FF00FF00FF00FFULL) * 6553601 >> 16;
  return (digits & 0x0000FFFF0000FFFFULL) * 42949672960001ULL >> 32;
}

/// Eight bytes of text as digits of 0 to 9, and the highest bit of every byte that is none: right up to the first.
struct EightDigits {
  std::uint64_t values;
  std::uint64_t others;

  [[gnu::always_inline]] explicit EightDigits(const char* at) : values{load_word(at) ^ 0x3030303030303030ULL} {
    // A carry can reach bytes above the first that is no digit, never one below it.
    others = ((values + 0x7676767676767676ULL) | values) & 0x8080808080808080ULL;
  }
  [[nodiscard]] bool all() const { return others == 0; }
  /// How many there are, when not all are. @pre `!all()`
  [[nodiscard]] unsigned count() const { return static_cast<unsigned>(std::countr_zero(others)) / 8; }
  /// Their number. @pre `!all()`
  [[nodiscard]] std::uint64_t few() const { return combine_digits(values << (63 - std::countr_zero(others)) << 8); }
  /// @pre `all()`
  [[nodiscard]] std::uint64_t eight() const { return combine_digits(values); }
};

/// Goes on behind eight digits. At most 20 in all: more than `value` can hold, so that the caller sees it.
[[gnu::always_inline]] inline unsigned take_more_digits(const char* at, std::uint64_t& value) {
  const EightDigits next{at + 8};
  if (!next.all()) {
    const unsigned few = next.count();
    value = value * integer_powers[few] + next.few();
    return 8 + few;
  }
  value = value * 100'000'000 + next.eight();
  unsigned count = 16;
  for (unsigned digit; count < 20 && (digit = static_cast<unsigned>(at[count] - '0')) < 10; ++count)
    value = value * 10 + digit;
  return count;
}

/// Takes the digits of a number before its point. Null when there are none, more than 19, or a zero in front.
/// Reads up to 24 bytes.
[[gnu::always_inline]] inline const char* take_whole(const char* at, std::uint64_t& value) {
  const EightDigits first{at};
  if (!first.all()) [[likely]] {
    value = first.few();
    const unsigned count = first.count();
    // One digit of any value, or more of which the first is no zero.
    if (count == 0 || (count > 1 && (first.values & 0xFF) == 0)) return nullptr;
    return at + count;
  }
  value = first.eight();
  const unsigned count = take_more_digits(at, value);
  return *at == '0' || count > 19 ? nullptr : at + count;
}

/// Takes the digits behind a number's point as further ones of `value`, and gives how many there are, up to 20.
[[gnu::always_inline]] inline unsigned take_decimals(const char* at, std::uint64_t& value) {
  const EightDigits first{at};
  if (!first.all()) [[likely]] {
    const unsigned count = first.count();
    value = value * integer_powers[count] + first.few();
    return count;
  }
  value = value * 100'000'000 + first.eight();
  return take_more_digits(at, value);
}

/// A number without sign and exponent: `digits / 10^decimals`.
struct QuickDecimal {
  const char* end;
  std::uint64_t digits;
  unsigned decimals;
};

/// Takes a number of at most 19 digits without sign and exponent. `end` is null when there is none.
[[gnu::always_inline]] inline QuickDecimal take_decimal(const char* at) {
  QuickDecimal number{nullptr, 0, 0};
  const char* point = take_whole(at, number.digits);
  if (point == nullptr) return number;
  if (*point != '.') {
    number.end = point;
    return number;
  }
  number.decimals = take_decimals(point + 1, number.digits);
  if (number.decimals > 0 && static_cast<unsigned>(point - at) + number.decimals <= 19)
    number.end = point + 1 + number.decimals;
  return number;
}

/// Whether a number that was taken up to `c` goes on there.
constexpr bool continues_number(char c) {
  return (c >= '0' && c <= '9') || c == '.' || c == 'e' || c == 'E' || c == '+' || c == '-';
}

/// Copies the text of a string from behind its quote to `out`. Gives its length; -1 when it holds an escape, bytes that
/// are not UTF-8 or a control character, is longer than `room`, or comes near `end`, the body's.
/// @pre `quick_value_room` bytes are readable, and as many writable
inline std::ptrdiff_t copy_string(const char* from, const char* end, char* out, std::ptrdiff_t room) {
  std::uint32_t highs = 0;
  std::ptrdiff_t length = 0;
  while (true) {
    const Bytes32 block{from + length};
    block.store(out + length);
    const std::uint32_t specials = block.specials();
    if (specials != 0) {
      highs |= block.highs() & (specials - 1) & ~specials;
      length += std::countr_zero(specials);
      break;
    }
    highs |= block.highs();
    length += Bytes32::size;
    if (std::min(end - from, room) < length + Bytes32::size) return -1;
  }
  if (from[length] != '"') return -1;
  if (highs != 0 && find_invalid_utf8({from, static_cast<std::size_t>(length)}) != std::string_view::npos) return -1;
  return length;
}

}  // namespace datasource::detail
