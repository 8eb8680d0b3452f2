#pragma once

#include <datasource/engine/remote/influxdb_filters.hpp>
#include <datasource/engine/remote/influxdb_tables.hpp>
#include <datasource/http/message.hpp>
#include <datasource/protocol/influxdb/requests.hpp>
#include <datasource/protocol/influxdb/statements.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace datasource::remote {

/// What of a server one source is.
struct InfluxTarget {
  InfluxVersion version = InfluxVersion::v2;  ///< Which API.
  std::string database = {};                  ///< Versions 1 and 3.
  std::string retention_policy = {};          ///< Version 1; empty: the database's default.
  std::string organization = {};              ///< Version 2.
  std::string bucket = {};                    ///< Version 2.
};

namespace detail {

/// `2024-01-31T10:11:12.123456789Z`.
inline std::string nanosecond_text(std::int64_t nanoseconds) {
  using namespace std::chrono;
  // Rounded down by hand: chrono would go through a time before the first one that it can hold.
  constexpr std::int64_t unit = 1'000'000'000;
  const std::int64_t left = nanoseconds % unit;
  const sys_seconds second{seconds{nanoseconds / unit - (left < 0 ? 1 : 0)}};
  const auto day = floor<days>(second);
  const year_month_day date{day};
  const hh_mm_ss clock{second - day};
  char text[48];
  std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d.%09dZ", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()), static_cast<int>(left < 0 ? left + unit : left));
  return text;
}

/// The first and the last time that InfluxDB knows.
inline constexpr std::int64_t first_nanosecond = std::numeric_limits<std::int64_t>::min() + 2;
inline constexpr std::int64_t last_nanosecond = std::numeric_limits<std::int64_t>::max() - 1;

}  // namespace detail

/// Reads a measurement in the order of time, page by page: makes the statement for each page.
class InfluxPages {
 public:
  /// @param columns The table's, that are wanted: without `time`, which always comes first.
  InfluxPages(InfluxTarget target, const RemoteTable& table, std::vector<InfluxColumn> columns,
              InfluxSelection selection)
      : target_{std::move(target)},
        schema_{table.schema},
        measurement_{table.name},
        wanted_{std::move(columns)},
        asked_{wanted_},
        selection_{std::move(selection)} {
    if (target_.version != InfluxVersion::v1) return;
    // InfluxQL gives no row where all fields that it is asked for are missing, so one must be there or all asked for.
    const auto ask = [&](const InfluxColumn& column) {
      const auto same = [&](const InfluxColumn& one) { return one.name == column.name; };
      if (std::none_of(asked_.begin(), asked_.end(), same)) asked_.push_back(column);
    };
    for (const RemoteColumn& each : table.columns) {
      const InfluxColumn column = influx_column(each);
      if (column.kind == InfluxColumn::Kind::field &&
          (selection_.present_field.empty() || selection_.present_field == column.key))
        ask(column);
    }
  }

  /// Whether no row can pass.
  [[nodiscard]] bool none() const { return selection_.from && selection_.to && *selection_.from > *selection_.to; }

  /// The columns of a page: `time` in nanoseconds, then those that are wanted, as the reply names them.
  [[nodiscard]] std::vector<influx::CellColumn> columns() const {
    std::vector<influx::CellColumn> columns{
        {.name = target_.version == InfluxVersion::v2 ? "_time" : "time", .type = Type::int64}};
    for (const InfluxColumn& column : wanted_) {
      columns.push_back({.name = target_.version == InfluxVersion::v2 ? column.key : column.name,
                         .type = column.type,
                         .empty_is_null = column.kind == InfluxColumn::Kind::tag});
    }
    return columns;
  }

  /// The statement for the first rows from a time on. @param from Nothing: from the selection's beginning.
  [[nodiscard]] std::string statement(std::optional<std::int64_t> from, std::optional<std::uint64_t> limit) const {
    if (!from) from = selection_.from;
    switch (target_.version) {
      case InfluxVersion::v1: return influxql(from, limit);
      case InfluxVersion::v2: return flux(from, limit);
      case InfluxVersion::v3: break;
    }
    return sql(from, limit);
  }

  /// The request with that statement.
  [[nodiscard]] HttpRequest request(std::optional<std::int64_t> from, std::uint64_t limit) const {
    const std::string text = statement(from, limit);
    switch (target_.version) {
      case InfluxVersion::v1: return influx::influxql_request(target_.database, target_.retention_policy, text);
      case InfluxVersion::v2: return influx::flux_request(target_.organization, text);
      case InfluxVersion::v3: break;
    }
    return influx::sql_request(target_.database, text);
  }

  /// Of this source.
  [[nodiscard]] InfluxVersion version() const { return target_.version; }

 private:
  [[nodiscard]] std::vector<std::string> conditions(std::optional<std::int64_t> from, std::string_view time,
                                                    std::string (*text)(std::int64_t)) const {
    std::vector<std::string> all;
    if (from) all.push_back(std::string{time} + " >= " + text(*from));
    if (selection_.to) all.push_back(std::string{time} + " <= " + text(*selection_.to));
    all.insert(all.end(), selection_.conditions.begin(), selection_.conditions.end());
    return all;
  }

  static std::string joined(const std::vector<std::string>& parts, std::string_view separator) {
    std::string all;
    for (const std::string& part : parts) {
      if (!all.empty()) all += separator;
      all += part;
    }
    return all;
  }

  static std::string where(const std::vector<std::string>& conditions) {
    return conditions.empty() ? std::string{} : " WHERE " + joined(conditions, " AND ");
  }

  [[nodiscard]] std::string influxql(std::optional<std::int64_t> from, std::optional<std::uint64_t> limit) const {
    std::vector<std::string> columns;
    for (const InfluxColumn& column : asked_) {
      std::string text = influx::influxql_name(column.key);
      text += column.kind == InfluxColumn::Kind::tag ? "::tag" : "::field";
      if (column.key != column.name) text += " AS " + influx::influxql_name(column.name);
      columns.push_back(std::move(text));
    }
    std::string text = "SELECT " + joined(columns, ", ") + " FROM ";
    if (schema_ != target_.database) text += influx::influxql_name(schema_) + '.';
    text += influx::influxql_name(measurement_);
    text += where(conditions(from, "time", [](std::int64_t time) { return std::to_string(time); }));
    text += " ORDER BY time ASC";
    if (limit) text += " LIMIT " + std::to_string(*limit);
    return text;
  }

  [[nodiscard]] std::string sql(std::optional<std::int64_t> from, std::optional<std::uint64_t> limit) const {
    std::vector<std::string> columns{"\"time\""};
    for (const InfluxColumn& column : wanted_) {
      std::string text = influx::sql_name(column.key);
      if (column.key != column.name) text += " AS " + influx::sql_name(column.name);
      columns.push_back(std::move(text));
    }
    std::string text =
        "SELECT " + joined(columns, ", ") + " FROM " + influx::sql_name(schema_) + '.' + influx::sql_name(measurement_);
    text += where(conditions(from, "\"time\"",
                             [](std::int64_t time) { return "TIMESTAMP '" + detail::nanosecond_text(time) + "'"; }));
    text += " ORDER BY \"time\"";
    if (limit) text += " LIMIT " + std::to_string(*limit);
    return text;
  }

  [[nodiscard]] std::string flux(std::optional<std::int64_t> from, std::optional<std::uint64_t> limit) const {
    const std::int64_t stop = selection_.to ? std::min(*selection_.to, detail::last_nanosecond - 1) + 1
                                            : detail::last_nanosecond;  // which is not included
    const std::int64_t start = std::max(from.value_or(detail::first_nanosecond), detail::first_nanosecond);
    std::vector<std::string> conditions{"r[\"_measurement\"] == " + influx::flux_text(measurement_)};
    conditions.insert(conditions.end(), selection_.conditions.begin(), selection_.conditions.end());
    std::vector<std::string> kept{influx::flux_text("_time")};
    for (const InfluxColumn& column : wanted_) kept.push_back(influx::flux_text(column.key));
    std::string text =
        "from(bucket: " + influx::flux_text(target_.bucket) + ")\n  |> range(start: " + detail::nanosecond_text(start) +
        ", stop: " + detail::nanosecond_text(stop) + ")\n  |> filter(fn: (r) => " + joined(conditions, " and ") +
        ")\n  |> pivot(rowKey: [\"_time\"], columnKey: [\"_field\"], valueColumn: \"_value\")\n"
        "  |> group()\n  |> keep(columns: [" +
        joined(kept, ", ") + "])\n  |> sort(columns: [\"_time\"])";
    if (limit) text += "\n  |> limit(n: " + std::to_string(*limit) + ")";
    return text;
  }

  InfluxTarget target_;
  std::string schema_;
  std::string measurement_;
  std::vector<InfluxColumn> wanted_;
  std::vector<InfluxColumn> asked_;
  InfluxSelection selection_;
};

}  // namespace datasource::remote
