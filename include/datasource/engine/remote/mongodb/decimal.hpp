#pragma once

#include <bson/bson.h>

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// Decimal128 as plain digits.
namespace datasource::remote::mongo {

/// A finite decimal: sign, digits without zeros at either end, and how many of them stand behind the point.
struct PlainDecimal {
  bool negative = false;      ///< Below zero.
  std::string digits = {};    ///< Empty for zero.
  std::int64_t decimals = 0;  ///< Digits behind the point; below zero for zeros in front of it.
  std::int64_t written = 0;   ///< Digits behind the point as it was written, zeros included.

  /// Digits in front of the point.
  [[nodiscard]] std::int64_t whole() const {
    const std::int64_t left = static_cast<std::int64_t>(digits.size()) - decimals;
    return left > 0 ? left : 0;
  }
  /// Digits behind the point.
  [[nodiscard]] std::int64_t scale() const { return decimals > 0 ? decimals : 0; }

  /// `-12.50` with exactly `scale` digits behind the point. @pre `scale` is at least `scale()`, and at most some dozens
  [[nodiscard]] std::string text(std::size_t places) const {
    std::string all = digits;
    if (digits.empty()) all = "0";
    const std::int64_t have = digits.empty() ? 0 : decimals;
    all.append(static_cast<std::size_t>(static_cast<std::int64_t>(places) - have), '0');
    if (all.size() <= places) all.insert(0, places + 1 - all.size(), '0');
    if (digits.empty()) all.assign(places + 1, '0');
    if (places > 0) all.insert(all.size() - places, 1, '.');
    return negative && !digits.empty() ? "-" + all : all;
  }
};

/// Reads `-1.5E+3`; nothing for NaN and the infinities.
inline std::optional<PlainDecimal> parse_decimal(std::string_view text) {
  PlainDecimal value;
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
    value.negative = text.front() == '-';
    text.remove_prefix(1);
  }
  bool point = false;
  std::size_t i = 0;
  for (; i < text.size() && text[i] != 'E' && text[i] != 'e'; ++i) {
    if (text[i] == '.' && !point) {
      point = true;
    } else if (text[i] >= '0' && text[i] <= '9') {
      value.digits += text[i];
      if (point) ++value.decimals;
    } else {
      return std::nullopt;
    }
  }
  if (value.digits.empty()) return std::nullopt;
  if (i < text.size()) {
    std::string_view exponent = text.substr(i + 1);
    if (exponent.starts_with('+')) exponent.remove_prefix(1);
    int power = 0;
    const auto [stop, problem] = std::from_chars(exponent.data(), exponent.data() + exponent.size(), power);
    if (problem != std::errc{} || stop != exponent.data() + exponent.size()) return std::nullopt;
    value.decimals -= power;
  }
  value.written = value.scale();
  const std::size_t first = value.digits.find_first_not_of('0');
  if (first == std::string::npos) return PlainDecimal{.written = value.written};
  value.digits.erase(0, first);
  while (value.digits.back() == '0') {
    value.digits.pop_back();
    --value.decimals;
  }
  return value;
}

/// The value of a Decimal128; nothing for NaN and the infinities.
inline std::optional<PlainDecimal> plain(const bson_decimal128_t& value) {
  char text[BSON_DECIMAL128_STRING];
  bson_decimal128_to_string(&value, text);
  return parse_decimal(text);
}

}  // namespace datasource::remote::mongo
