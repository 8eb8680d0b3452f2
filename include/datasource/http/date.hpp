#pragma once

#include <datasource/detail/ascii.hpp>

#include <chrono>
#include <cstddef>
#include <optional>
#include <string_view>

namespace datasource {

/// Reads a date of HTTP in the form that senders must use (RFC 9110, 5.6.7): `Sun, 06 Nov 1994 08:49:37 GMT`. Nothing
/// for any other text, those of the two forms that are no longer sent included. The day of the week is not checked.
constexpr std::optional<std::chrono::sys_seconds> read_http_date(std::string_view text) {
  constexpr std::string_view form = "ddd, 00 mmm 0000 00:00:00 GMT";
  if (text.size() != form.size()) return std::nullopt;
  for (std::size_t i = 0; i < form.size(); ++i) {
    const bool fits = form[i] == '0'                     ? detail::is_digit(text[i])
                      : form[i] == 'd' || form[i] == 'm' ? detail::is_alpha(text[i])
                                                         : text[i] == form[i];
    if (!fits) return std::nullopt;
  }
  const auto number = [&](std::size_t at, std::size_t digits) {
    int value = 0;
    for (std::size_t i = at; i < at + digits; ++i) value = value * 10 + (text[i] - '0');
    return value;
  };
  constexpr std::string_view months = "JanFebMarAprMayJunJulAugSepOctNovDec";
  const std::size_t month = months.find(text.substr(8, 3));
  if (month == std::string_view::npos || month % 3 != 0) return std::nullopt;
  const std::chrono::year_month_day day{std::chrono::year{number(12, 4)},
                                        std::chrono::month{static_cast<unsigned>(month / 3 + 1)},
                                        std::chrono::day{static_cast<unsigned>(number(5, 2))}};
  const int hour = number(17, 2), minute = number(20, 2), second = number(23, 2);
  if (!day.ok() || hour > 23 || minute > 59 || second > 60) return std::nullopt;  // 60: a leap second
  return std::chrono::sys_days{day} + std::chrono::hours{hour} + std::chrono::minutes{minute} +
         std::chrono::seconds{second};
}

}  // namespace datasource
