#pragma once

#include <datasource/columnar/json_writer.hpp>

#include <duckdb.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string>
#include <string_view>

namespace datasource::duckdb::detail {

using datasource::detail::write_padded;
using datasource::detail::write_two;
using datasource::detail::write_unsigned;

struct CivilDate {
  std::int64_t year;
  unsigned month;
  unsigned day;
};

/// The proleptic Gregorian date of a day since 1970-01-01. Source: H. Hinnant, "chrono-Compatible Low-Level Date
/// Algorithms".
constexpr CivilDate civil_date(std::int64_t days) {
  days += 719468;
  const std::int64_t era = (days >= 0 ? days : days - 146096) / 146097;
  const auto day_of_era = static_cast<unsigned>(days - era * 146097);
  const unsigned year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const unsigned day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const unsigned shifted_month = (5 * day_of_year + 2) / 153;
  const unsigned day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
  const unsigned month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
  return {static_cast<std::int64_t>(year_of_era) + era * 400 + (month <= 2 ? 1 : 0), month, day};
}

/// `2024-01-31`. Years before 1 are counted from 1 backwards; the text then ends in ` (BC)`, which the caller adds.
inline char* put_date(char* at, const CivilDate& date) {
  const std::int64_t year = date.year > 0 ? date.year : 1 - date.year;
  if (year < 10000) {
    at = write_two(write_two(at, static_cast<unsigned>(year / 100)), static_cast<unsigned>(year % 100));
  } else {
    at = write_unsigned(at, static_cast<std::uint64_t>(year));
  }
  *at++ = '-';
  at = write_two(at, date.month);
  *at++ = '-';
  return write_two(at, date.day);
}

inline char* put_text(char* at, std::string_view text) {
  std::memcpy(at, text.data(), text.size());
  return at + text.size();
}

/// `.5`: a fraction of a second without the zeros at its end, as OpenSearch writes it; nothing for none.
inline char* put_fraction(char* at, std::uint64_t nanos) {
  if (nanos == 0) return at;
  *at++ = '.';
  at = write_padded(at, nanos, 9);
  while (at[-1] == '0') --at;
  return at;
}

/// `10:11:12[.f…]`, at most nine digits of a second.
inline char* put_time(char* at, std::uint64_t seconds, std::uint64_t nanos) {
  at = write_two(at, static_cast<unsigned>(seconds / 3600));
  *at++ = ':';
  at = write_two(at, static_cast<unsigned>(seconds / 60 % 60));
  *at++ = ':';
  at = write_two(at, static_cast<unsigned>(seconds % 60));
  return put_fraction(at, nanos);
}

template <class Integer>
bool write_infinity(JsonWriter& out, Integer value) {
  constexpr Integer infinity = std::numeric_limits<Integer>::max();
  if (value != infinity && value != -infinity) return false;
  out.raw(value > 0 ? std::string_view{"\"infinity\""} : std::string_view{"\"-infinity\""});
  return true;
}

inline void write_date(JsonWriter& out, std::int32_t days) {
  if (write_infinity(out, days)) return;
  const CivilDate date = civil_date(days);
  char* at = out.room(40);
  *at++ = '"';
  at = put_date(at, date);
  if (date.year <= 0) at = put_text(at, " (BC)");
  *at++ = '"';
  out.commit(at);
}

/// `2024-01-31 10:11:12[.ffffff]`, UTC. `units` to the second.
template <std::int64_t units>
void write_timestamp(JsonWriter& out, std::int64_t value) {
  if (write_infinity(out, value)) return;
  constexpr std::int64_t per_day = units * 86400;
  const std::int64_t days = value / per_day - (value % per_day < 0 ? 1 : 0);
  const auto rest = static_cast<std::uint64_t>(value - days * per_day);
  const CivilDate date = civil_date(days);
  char* at = out.room(56);
  *at++ = '"';
  at = put_date(at, date);
  *at++ = ' ';
  at = put_time(at, rest / units, rest % units * (1'000'000'000 / units));
  if (date.year <= 0) at = put_text(at, " (BC)");
  *at++ = '"';
  out.commit(at);
}

inline void write_time(JsonWriter& out, std::int64_t micros) {
  const auto value = static_cast<std::uint64_t>(micros);
  char* at = out.room(40);
  *at++ = '"';
  at = put_time(at, value / 1'000'000, value % 1'000'000 * 1000);
  *at++ = '"';
  out.commit(at);
}

inline void write_time_ns(JsonWriter& out, std::int64_t nanos) {
  const auto value = static_cast<std::uint64_t>(nanos);
  char* at = out.room(40);
  *at++ = '"';
  at = put_time(at, value / 1'000'000'000, value % 1'000'000'000);
  *at++ = '"';
  out.commit(at);
}

/// `10:11:12+02:00`. A time of day with an offset has no UTC date, so the offset stays.
inline void write_time_tz(JsonWriter& out, duckdb_time_tz bits) {
  const duckdb_time_tz_struct value = duckdb_from_time_tz(bits);
  char* at = out.room(48);
  *at++ = '"';
  at = write_two(at, static_cast<unsigned>(value.time.hour));
  *at++ = ':';
  at = write_two(at, static_cast<unsigned>(value.time.min));
  *at++ = ':';
  at = write_two(at, static_cast<unsigned>(value.time.sec));
  at = put_fraction(at, static_cast<std::uint64_t>(value.time.micros) * 1000);
  const auto offset = static_cast<unsigned>(value.offset < 0 ? -value.offset : value.offset);
  *at++ = value.offset < 0 ? '-' : '+';
  at = write_two(at, offset / 3600);
  *at++ = ':';
  at = write_two(at, offset / 60 % 60);
  if (offset % 60 != 0) {
    *at++ = ':';
    at = write_two(at, offset % 60);
  }
  *at++ = '"';
  out.commit(at);
}

/// An ISO 8601 duration whose parts have their own signs, as PostgreSQL writes it: `P1Y2M-3DT4H5M6.5S`; `PT0S` for
/// none.
inline void write_interval(JsonWriter& out, const duckdb_interval& interval) {
  char* at = out.room(96);
  const auto part = [&](std::int64_t value, char unit) {
    if (value == 0) return;
    if (value < 0) *at++ = '-';
    at = write_unsigned(at, datasource::detail::magnitude(value));
    *at++ = unit;
  };
  at = put_text(at, "\"P");
  part(interval.months / 12, 'Y');
  part(interval.months % 12, 'M');
  part(interval.days, 'D');
  const std::uint64_t micros = datasource::detail::magnitude(interval.micros);
  if (micros != 0 || (interval.months == 0 && interval.days == 0)) {
    *at++ = 'T';
    const bool negative = interval.micros < 0;
    const auto time_part = [&](std::uint64_t value, char unit) {
      part(negative ? -static_cast<std::int64_t>(value) : static_cast<std::int64_t>(value), unit);
    };
    time_part(micros / 3'600'000'000, 'H');
    time_part(micros / 60'000'000 % 60, 'M');
    const std::uint64_t seconds = micros / 1'000'000 % 60;
    const std::uint64_t fraction = micros % 1'000'000;
    if (seconds != 0 || fraction != 0 || micros == 0) {
      if (negative) *at++ = '-';
      at = write_unsigned(at, seconds);
      at = put_fraction(at, fraction * 1000);
      *at++ = 'S';
    }
  }
  *at++ = '"';
  out.commit(at);
}

/// DuckDB's BIGNUM: three bytes of header whose first bit is set for positive numbers, then the magnitude, big-endian;
/// all bits of a negative one are flipped.
inline void write_bignum(JsonWriter& out, std::string_view bytes) {
  if (bytes.size() < 4) {
    out.raw("null");
    return;
  }
  const bool negative = (static_cast<unsigned char>(bytes[0]) & 0x80) == 0;
  std::string digits;  // least significant first; numbers of this type are rare and may be of any length
  std::string magnitude{bytes.substr(3)};
  if (negative) {
    for (char& c : magnitude) c = static_cast<char>(~c);
  }
  const auto is_zero = [](char c) { return c == '\0'; };
  while (!std::ranges::all_of(magnitude, is_zero)) {
    unsigned remainder = 0;
    for (char& c : magnitude) {
      const unsigned value = remainder << 8 | static_cast<unsigned char>(c);
      c = static_cast<char>(value / 10);
      remainder = value % 10;
    }
    digits.push_back(static_cast<char>('0' + remainder));
  }
  if (digits.empty()) digits = "0";
  if (negative && digits != "0") digits.push_back('-');
  std::ranges::reverse(digits);
  out.raw(digits);
}

}  // namespace datasource::duckdb::detail
