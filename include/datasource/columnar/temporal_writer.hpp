#pragma once

#include <chrono>
#include <cstdint>
#include <string>

/// Dates and times as the texts that temporal_text.hpp reads.
namespace datasource::detail {

/// Appends `number` with zeros before it, at least `digits` long. @pre `number` is 0 or more
inline void append_digits(std::string& out, std::int64_t number, int digits) {
  char text[20];
  char* const end = text + sizeof text;
  char* at = end;
  for (; number > 0 || digits > 0; number /= 10, --digits) *--at = static_cast<char>('0' + number % 10);
  out.append(at, end);
}

/// `2024-01-31` of days since 1970, as the API writes dates.
inline void append_date(std::string& out, std::int64_t days) {
  const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{days}}};
  const int year = static_cast<int>(date.year());
  if (year < 0) out += '-';
  append_digits(out, year < 0 ? -year : year, 4);
  out += '-';
  append_digits(out, static_cast<unsigned>(date.month()), 2);
  out += '-';
  append_digits(out, static_cast<unsigned>(date.day()), 2);
}

/// `10:11:12[.ffffff]` of microseconds since midnight.
/// @param whole Whether the fraction is written even when it is zero.
inline void append_time(std::string& out, std::int64_t micros, bool whole = false) {
  append_digits(out, micros / 3'600'000'000, 2);
  out += ':';
  append_digits(out, micros / 60'000'000 % 60, 2);
  out += ':';
  append_digits(out, micros / 1'000'000 % 60, 2);
  if (!whole && micros % 1'000'000 == 0) return;
  out += '.';
  append_digits(out, micros % 1'000'000, 6);
}

/// Both, of microseconds since 1970.
inline void append_timestamp(std::string& out, std::int64_t micros) {
  constexpr std::int64_t a_day = 86'400'000'000;
  const std::int64_t days = micros / a_day - (micros % a_day < 0 ? 1 : 0);
  append_date(out, days);
  out += ' ';
  append_time(out, micros - days * a_day);
}

}  // namespace datasource::detail
