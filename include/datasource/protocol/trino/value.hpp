#pragma once

#include <datasource/columnar/column.hpp>
#include <datasource/columnar/json_cursor.hpp>
#include <datasource/columnar/json_writer.hpp>
#include <datasource/columnar/temporal_writer.hpp>
#include <datasource/detail/ascii.hpp>
#include <datasource/protocol/trino/type.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// Trino's texts of values as this SDK has them.
namespace datasource::protocol::detail {

using datasource::detail::is_digit;
using datasource::detail::JsonCursor;

/// Without zeros at the end of a fraction: `12:00:00.500000` is `12:00:00.5`.
inline std::string_view short_fraction(std::string_view time) {
  if (time.find('.') == std::string_view::npos) return time;
  while (time.ends_with('0')) time.remove_suffix(1);
  if (time.ends_with('.')) time.remove_suffix(1);
  return time;
}

/// `+02:00` as minutes; nothing for the name of a region.
inline std::optional<int> zone_minutes(std::string_view zone) {
  if (zone == "UTC" || zone == "Z" || zone == "GMT" || zone == "UT") return 0;
  if (zone.size() != 6 || (zone[0] != '+' && zone[0] != '-') || zone[3] != ':') return std::nullopt;
  for (const std::size_t i : {1U, 2U, 4U, 5U}) {
    if (!is_digit(zone[i])) return std::nullopt;
  }
  const int minutes = ((zone[1] - '0') * 10 + zone[2] - '0') * 60 + (zone[4] - '0') * 10 + zone[5] - '0';
  return zone[0] == '-' ? -minutes : minutes;
}

/// Takes an integer of any length off the front.
inline std::optional<int> take_number(std::string_view& text) {
  int value = 0;
  std::size_t digits = 0;
  for (; digits < text.size() && digits < 9 && is_digit(text[digits]); ++digits)
    value = value * 10 + text[digits] - '0';
  text.remove_prefix(digits);
  return digits == 0 ? std::nullopt : std::optional{value};
}

/// `2024-02-29 12:34:56.789 +02:00` as UTC and without its zone. Nothing when the zone is a region's name: only tables
/// of time zones know its rules.
inline std::optional<std::string> to_utc(std::string_view text) {
  using namespace std::chrono;
  const std::size_t space = text.rfind(' ');
  if (space == std::string_view::npos) return std::nullopt;
  const auto minutes = zone_minutes(text.substr(space + 1));
  const std::string_view local = text.substr(0, space);
  if (!minutes) return std::nullopt;
  if (*minutes == 0) return std::string{short_fraction(local)};
  std::string_view rest = local;
  const bool before_christ = rest.starts_with('-');
  if (before_christ || rest.starts_with('+')) rest.remove_prefix(1);
  int parts[5] = {};
  constexpr char after[] = {'-', '-', ' ', ':', ':'};
  for (int i = 0; i < 5; ++i) {
    const auto number = take_number(rest);
    if (!number || !rest.starts_with(after[i])) return std::nullopt;
    rest.remove_prefix(1);
    parts[i] = *number;
  }
  const year_month_day day{year{before_christ ? -parts[0] : parts[0]}, month{static_cast<unsigned>(parts[1])},
                           std::chrono::day{static_cast<unsigned>(parts[2])}};
  if (!day.ok()) return std::nullopt;
  const auto moment = sys_days{day} + hours{parts[3]} + std::chrono::minutes{parts[4] - *minutes};
  const auto midnight = floor<days>(moment);
  const auto minute = duration_cast<std::chrono::minutes>(moment - midnight).count();
  std::string utc;
  datasource::detail::append_date(utc, midnight.time_since_epoch().count());
  utc += ' ';
  datasource::detail::append_digits(utc, minute / 60, 2);
  utc += ':';
  datasource::detail::append_digits(utc, minute % 60, 2);
  utc += ':';
  utc += short_fraction(rest);
  return utc;
}

/// Writes a nested value as JSON that says what it is: rows as objects, decimals as numbers, times in UTC. False with
/// the cursor's fault, or with `zone` where a region's time zone stands in it.
class NestedValue {
 public:
  explicit NestedValue(JsonWriter& out) : out_{out} {}

  bool write(JsonCursor& cursor, const TrinoType& type) {
    if (cursor.peek() == 'n') return copy(cursor);
    if (type.name == "array" && type.arguments.size() == 1) return list(cursor, type, '[', ']');
    if (type.name == "row" && !type.arguments.empty()) return list(cursor, type, '[', ']');
    if (type.name == "map" && type.arguments.size() == 2) return list(cursor, type, '{', '}');
    if (cursor.peek() != '"') return copy(cursor);
    const Type plain = type_of_trino(type.name);
    const bool as_it_is =
        plain != Type::decimal && plain != Type::timestamp && plain != Type::time && type.name != "json";
    if (as_it_is) return copy(cursor);
    std::string text;
    if (!cursor.string(text)) return false;
    if (plain == Type::decimal || type.name == "json") {
      out_.raw(text);
    } else if (type.name == "timestamp with time zone") {
      const auto utc = to_utc(text);
      if (!utc) return zone.assign(text), cursor.fail("a time zone");
      out_.string(*utc);
    } else {
      out_.string(short_fraction(text));
    }
    return true;
  }

  std::string zone = {};  ///< A value with a region's time zone, where that was in the way.

 private:
  bool copy(JsonCursor& cursor) {
    std::string_view raw;
    if (!cursor.skip(raw)) return false;
    out_.raw(raw);
    return true;
  }

  bool list(JsonCursor& cursor, const TrinoType& type, char open, char close) {
    const bool row = type.name == "row";
    const bool map = type.name == "map";
    const bool object = row || map;
    if (!cursor.expect(open)) return false;
    out_.put(object ? '{' : '[');
    bool more = !cursor.take(close);
    for (std::size_t i = 0; more; ++i) {
      if (i > 0) out_.put(',');
      if (row) {
        if (i >= type.arguments.size()) return cursor.fail("a row is longer than its type");
        const bool named = i < type.fields.size() && !type.fields[i].empty();
        out_.string(named ? type.fields[i] : "field" + std::to_string(i));
        out_.put(':');
      } else if (map) {
        std::string key;
        cursor.peek();
        if (!cursor.string(key) || !cursor.expect(':')) return false;
        out_.string(key);
        out_.put(':');
      }
      if (!write(cursor, type.arguments[row ? i : map ? 1 : 0])) return false;
      more = cursor.take(',');
      if (!more && !cursor.expect(close)) return false;
    }
    out_.put(object ? '}' : ']');
    return true;
  }

  JsonWriter& out_;
};

}  // namespace datasource::protocol::detail
