#pragma once

#include <datasource/columnar/temporal_writer.hpp>
#include <datasource/detail/ascii.hpp>
#include <datasource/detail/base64.hpp>
#include <datasource/protocol/snowflake/column.hpp>

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace datasource::protocol::snowflake::detail {

/// Microseconds of decimal seconds; what is finer is cut off towards the past.
inline std::optional<std::int64_t> micros_of(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  const std::size_t point = text.find('.');
  std::string_view whole = text.substr(0, point);
  std::string_view fraction = point == std::string_view::npos ? std::string_view{} : text.substr(point + 1);
  std::int64_t seconds = 0;
  const auto [end, problem] = std::from_chars(whole.data(), whole.data() + whole.size(), seconds);
  constexpr std::int64_t most = 9'000'000'000'000;
  if (problem != std::errc{} || end != whole.data() + whole.size() || seconds < 0 || seconds > most || whole.empty())
    return std::nullopt;
  std::int64_t micros = 0;
  bool finer = false;
  for (std::size_t i = 0; i < fraction.size() || i < 6; ++i) {
    const char digit = i < fraction.size() ? fraction[i] : '0';
    if (!datasource::detail::is_digit(digit)) return std::nullopt;
    if (i < 6) {
      micros = micros * 10 + (digit - '0');
    } else {
      finer = finer || digit != '0';
    }
  }
  const std::int64_t total = seconds * 1'000'000 + micros;
  return negative ? -total - (finer ? 1 : 0) : total;
}

inline std::optional<std::string> bytes_of_hex(std::string_view text) {
  const auto digit = [](char c) {
    const char lower = datasource::detail::to_lower(c);
    return lower >= '0' && lower <= '9' ? lower - '0' : lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
  };
  std::string bytes;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    const int high = digit(text[i]), low = digit(text[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes += static_cast<char>(high * 16 + low);
  }
  return text.size() % 2 == 0 ? std::optional{bytes} : std::nullopt;
}

/// Turns a value's text into the API's. False when it is none of the encoding.
inline bool decode(Encoding encoding, std::string& text) {
  switch (encoding) {
    case Encoding::plain: return true;
    case Encoding::hex: {
      const auto bytes = bytes_of_hex(text);
      if (bytes) text = datasource::detail::to_base64(*bytes);
      return bytes.has_value();
    }
    case Encoding::days: {
      std::int64_t days = 0;
      const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), days);
      if (problem != std::errc{} || end != text.data() + text.size()) return false;
      text.clear();
      datasource::detail::append_date(text, days);
      return true;
    }
    case Encoding::seconds: {
      const auto micros = micros_of(text);
      if (!micros || *micros < 0) return false;
      text.clear();
      datasource::detail::append_time(text, *micros);
      return true;
    }
    case Encoding::timestamp: {
      // An offset behind a blank says how a person's clock showed it; the seconds are UTC either way.
      const auto micros = micros_of(std::string_view{text}.substr(0, text.find(' ')));
      if (!micros) return false;
      text.clear();
      datasource::detail::append_timestamp(text, *micros);
      return true;
    }
  }
  return false;
}

}  // namespace datasource::protocol::snowflake::detail
