#pragma once

#include <charconv>
#include <chrono>
#include <cstdint>
#include <optional>
#include <ratio>
#include <string_view>
#include <type_traits>

/// The texts in which a server sends dates and times, as std::chrono's types and exact or not at all: a fraction of a
/// second with more digits than the type asked for holds is no value of it. Source: OpenSearch 3.4.0 and this project's
/// engine.
namespace datasource::detail {

template <class T>
inline constexpr bool is_time_point = false;
template <class Duration>
inline constexpr bool is_time_point<std::chrono::sys_time<Duration>> = true;

template <class T>
inline constexpr bool is_duration = false;
template <class Rep, class Period>
inline constexpr bool is_duration<std::chrono::duration<Rep, Period>> = true;

/// Takes exactly `count` digits from the front.
constexpr std::optional<unsigned> take_digits(std::string_view& text, std::size_t count) {
  if (text.size() < count) return std::nullopt;
  unsigned value = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    value = value * 10 + static_cast<unsigned>(text[i] - '0');
  }
  text.remove_prefix(count);
  return value;
}

constexpr bool take(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

/// `2024-01-31`, years 0000 to 9999.
constexpr std::optional<std::chrono::year_month_day> take_date(std::string_view& text) {
  const auto year = take_digits(text, 4);
  if (!year || !take(text, '-')) return std::nullopt;
  const auto month = take_digits(text, 2);
  if (!month || !take(text, '-')) return std::nullopt;
  const auto day = take_digits(text, 2);
  if (!day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{static_cast<int>(*year)}, std::chrono::month{*month},
                                         std::chrono::day{*day}};
  return date.ok() ? std::optional{date} : std::nullopt;
}

/// `10:11:12[.fraction]`, up to 24:00:00.
template <class Duration>
constexpr std::optional<Duration> take_time(std::string_view& text) {
  static_assert(std::is_integral_v<typename Duration::rep>, "ask for a duration that counts in integers");
  using namespace std::chrono;
  const auto hour = take_digits(text, 2);
  if (!hour || !take(text, ':')) return std::nullopt;
  const auto minute = take_digits(text, 2);
  if (!minute || !take(text, ':')) return std::nullopt;
  const auto second = take_digits(text, 2);
  if (!second || *minute > 59 || *second > 59) return std::nullopt;
  nanoseconds time = hours{*hour} + minutes{*minute} + seconds{*second};
  if (take(text, '.')) {
    std::int64_t unit = 1'000'000'000;
    const std::size_t before = text.size();
    while (unit > 1) {
      const auto digit = take_digits(text, 1);
      if (!digit) break;
      time += nanoseconds{*digit * (unit /= 10)};
    }
    if (text.size() == before) return std::nullopt;
  }
  if (time > hours{24}) return std::nullopt;
  const auto whole = duration_cast<Duration>(time);
  return whole == time ? std::optional{whole} : std::nullopt;
}

/// A date, a time of day or a point in time (UTC), when the whole text is one.
template <class T>
constexpr std::optional<T> parse_temporal(std::string_view text) {
  std::optional<T> value;
  if constexpr (is_duration<T>) {
    value = take_time<T>(text);
  } else {
    const auto date = take_date(text);
    if (!date) return std::nullopt;
    if constexpr (is_time_point<T>) {
      value = T{std::chrono::sys_days{*date}};
      if (take(text, ' ') || take(text, 'T')) {
        const auto time = take_time<typename T::duration>(text);
        if (!time) return std::nullopt;
        *value += *time;
        take(text, 'Z');
      }
    } else {
      value = *date;
    }
  }
  return text.empty() ? value : std::nullopt;
}

}  // namespace datasource::detail
