#pragma once

#include <datasource/engine/remote/influxdb_tables.hpp>
#include <datasource/federation/scan_request.hpp>
#include <datasource/protocol/influxdb/statements.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

/// What the conditions of a statement are for InfluxDB.
namespace datasource::remote {

/// Which rows of a measurement pass a statement's conditions.
struct InfluxSelection {
  std::optional<std::int64_t> from = {};     ///< First nanosecond since 1970; nothing: any time.
  std::optional<std::int64_t> to = {};       ///< Last nanosecond.
  std::vector<std::string> conditions = {};  ///< In the version's language, joined by AND; not those on time.
  std::string present_field = {};            ///< A field, by its key, that every row has that passes.
};

namespace detail {

/// Writes conditions in the language of one version. Nothing where the language has no such condition, or not exactly.
class InfluxConditions {
 public:
  explicit InfluxConditions(InfluxVersion version) : version_{version} {}

  [[nodiscard]] std::optional<std::string> write(const InfluxColumn& column, const Filter& filter) const {
    const bool tag = column.kind == InfluxColumn::Kind::tag;
    switch (filter.kind) {
      case FilterKind::is_null: return tag || sql() ? std::optional{is_null(column)} : std::nullopt;
      case FilterKind::is_not_null: return tag || sql() ? std::optional{is_present(column)} : std::nullopt;
      case FilterKind::equal: return compare(column, "=", filter);
      case FilterKind::in: return any_of(column, filter);
      case FilterKind::not_equal: {
        auto different = compare(column, "!=", filter);
        if (!different || !tag || sql()) return different;
        return is_present(column) + and_ + *different;
      }
      case FilterKind::less: return ordered(column, "<", filter);
      case FilterKind::less_equal: return ordered(column, "<=", filter);
      case FilterKind::greater: return ordered(column, ">", filter);
      case FilterKind::greater_equal: return ordered(column, ">=", filter);
      case FilterKind::prefix: return prefix(column, filter);
    }
    return std::nullopt;
  }

 private:
  [[nodiscard]] bool sql() const { return version_ == InfluxVersion::v3; }
  [[nodiscard]] bool flux() const { return version_ == InfluxVersion::v2; }

  [[nodiscard]] std::string name(const InfluxColumn& column) const {
    return flux()  ? "r[" + influx::flux_text(column.key) + "]"
           : sql() ? influx::sql_name(column.key)
                   : influx::influxql_name(column.key) + (column.kind == InfluxColumn::Kind::tag ? "::tag" : "::field");
  }
  [[nodiscard]] std::string text(std::string_view value) const {
    return flux() ? influx::flux_text(value) : sql() ? influx::sql_text(value) : influx::influxql_text(value);
  }

  [[nodiscard]] std::string is_null(const InfluxColumn& column) const {
    return flux() ? "not exists " + name(column) : sql() ? name(column) + " IS NULL" : name(column) + " = ''";
  }
  [[nodiscard]] std::string is_present(const InfluxColumn& column) const {
    return flux() ? "exists " + name(column) : sql() ? name(column) + " IS NOT NULL" : name(column) + " != ''";
  }

  /// Flux compares fields only after they were brought into one row, which the engine does as well.
  [[nodiscard]] std::optional<std::string> literal(const InfluxColumn& column, const FilterValue& value) const {
    if (flux() && column.kind != InfluxColumn::Kind::tag) return std::nullopt;
    if (column.type == Type::keyword || column.type == Type::text) {
      const auto* found = std::get_if<std::string>(&value);
      // To InfluxQL an absent tag is an empty text; to SQL it is not.
      if (found == nullptr || (column.kind == InfluxColumn::Kind::tag && found->empty() && !sql())) return std::nullopt;
      return text(*found);
    }
    if (column.type == Type::boolean) {
      const auto* truth = std::get_if<bool>(&value);
      return truth == nullptr ? std::nullopt : std::optional<std::string>{*truth ? "true" : "false"};
    }
    if (const auto* number = std::get_if<std::int64_t>(&value)) {
      if (*number == std::numeric_limits<std::int64_t>::min() || (column.type == Type::uint64 && *number < 0))
        return std::nullopt;
      return std::to_string(*number);
    }
    if (const auto* number = std::get_if<std::uint64_t>(&value)) {
      return sql() || *number <= std::numeric_limits<std::int64_t>::max() ? std::optional{std::to_string(*number)}
                                                                          : std::nullopt;
    }
    const auto* number = std::get_if<double>(&value);
    if (number == nullptr || !std::isfinite(*number) || column.type != Type::float64) return std::nullopt;
    return decimal(*number);
  }

  /// Without an exponent, which InfluxQL does not know.
  static std::string decimal(double number) {
    char buffer[400];
    const auto [end, problem] = std::to_chars(buffer, buffer + sizeof buffer, number, std::chars_format::fixed);
    std::string digits{buffer, end};
    if (digits.find('.') == std::string::npos) digits += ".0";
    return digits;
  }

  [[nodiscard]] std::optional<std::string> compare(const InfluxColumn& column, std::string_view op,
                                                   const Filter& filter) const {
    const auto value = filter.values.size() == 1 ? literal(column, filter.values.front()) : std::nullopt;
    if (!value) return std::nullopt;
    return name(column) + ' ' + std::string{flux() && op == "=" ? "==" : op} + ' ' + *value;
  }

  /// InfluxQL and Flux have an order of numbers only.
  [[nodiscard]] std::optional<std::string> ordered(const InfluxColumn& column, std::string_view op,
                                                   const Filter& filter) const {
    const bool number = column.type == Type::int64 || column.type == Type::uint64 || column.type == Type::float64;
    return number || sql() ? compare(column, op, filter) : std::nullopt;
  }

  [[nodiscard]] std::optional<std::string> any_of(const InfluxColumn& column, const Filter& filter) const {
    std::string all;
    for (const FilterValue& value : filter.values) {
      const auto one = compare(column, "=", {filter.column, FilterKind::equal, {value}});
      if (!one) return std::nullopt;
      all += (all.empty() ? std::string{} : or_) + *one;
    }
    return all.empty() ? std::nullopt : std::optional{"(" + all + ")"};
  }

  [[nodiscard]] std::optional<std::string> prefix(const InfluxColumn& column, const Filter& filter) const {
    const auto* begin = filter.values.size() == 1 ? std::get_if<std::string>(&filter.values.front()) : nullptr;
    if (begin == nullptr || (column.type != Type::keyword && column.type != Type::text)) return std::nullopt;
    if (sql()) return "starts_with(" + name(column) + ", " + text(*begin) + ")";
    if (column.kind != InfluxColumn::Kind::tag) return std::nullopt;
    if (begin->empty()) return is_present(column);
    return name(column) + " =~ " + influx::prefix_pattern(*begin);
  }

  InfluxVersion version_;
  std::string and_ = version_ == InfluxVersion::v2 ? " and " : " AND ";
  std::string or_ = version_ == InfluxVersion::v2 ? " or " : " OR ";
};

/// Narrows a selection's time by a filter. The column's values are microseconds, those of the server nanoseconds: a
/// microsecond stands for all of its nanoseconds. False when the filter is not applied exactly.
inline bool take_time(InfluxSelection& selection, const Filter& filter) {
  constexpr std::int64_t unit = 1000;
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max() / unit - 1;
  if (filter.kind == FilterKind::is_not_null) return true;
  std::vector<std::int64_t> times;
  for (const FilterValue& value : filter.values) {
    const auto* time = std::get_if<std::int64_t>(&value);
    if (time == nullptr) return false;
    times.push_back(std::clamp(*time, -most, most));
  }
  if (times.empty()) return false;
  const auto since = [&](std::int64_t time) { selection.from = std::max(selection.from.value_or(time), time); };
  const auto until = [&](std::int64_t time) { selection.to = std::min(selection.to.value_or(time), time); };
  switch (filter.kind) {
    case FilterKind::equal:
      since(times[0] * unit);
      until(times[0] * unit + unit - 1);
      return true;
    case FilterKind::less: until(times[0] * unit - 1); return true;
    case FilterKind::less_equal: until(times[0] * unit + unit - 1); return true;
    case FilterKind::greater: since(times[0] * unit + unit); return true;
    case FilterKind::greater_equal: since(times[0] * unit); return true;
    case FilterKind::in:
      since(*std::min_element(times.begin(), times.end()) * unit);
      until(*std::max_element(times.begin(), times.end()) * unit + unit - 1);
      return false;
    default: return false;
  }
}

}  // namespace detail

/// Takes one filter into a selection; false when it is left to the engine, or not exact.
inline bool take_filter(InfluxSelection& selection, InfluxVersion version, const RemoteTable& table,
                        const Filter& filter) {
  const auto found = std::find_if(table.columns.begin(), table.columns.end(),
                                  [&](const RemoteColumn& one) { return one.name == filter.column; });
  if (found == table.columns.end()) return false;
  const InfluxColumn column = influx_column(*found);
  if (column.kind == InfluxColumn::Kind::time) return detail::take_time(selection, filter);
  if (column.kind == InfluxColumn::Kind::field && filter.kind != FilterKind::is_null)
    selection.present_field = column.key;
  auto condition = detail::InfluxConditions{version}.write(column, filter);
  if (!condition) return false;
  selection.conditions.push_back(std::move(*condition));
  return true;
}

/// The selection that all filters together make.
inline InfluxSelection select_rows(InfluxVersion version, const RemoteTable& table,
                                   const std::vector<Filter>& filters) {
  InfluxSelection selection;
  for (const Filter& filter : filters) take_filter(selection, version, table, filter);
  return selection;
}

}  // namespace datasource::remote
