#pragma once

#include <datasource/columnar/column.hpp>
#include <datasource/columnar/temporal_text.hpp>
#include <datasource/detail/ascii.hpp>
#include <datasource/model/error.hpp>
#include <datasource/model/type.hpp>

#include <fast_float/fast_float.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

/// Between the replies of InfluxDB, whose forms differ by version, and columns. A reader of a reply calls a sink:
/// `column(name)` for a place among the columns, `cell(place, Cell)` for each value of a row that is there, and
/// `end_row()`. A sink's `false` ends the reading, and its `problem()` says why.
namespace datasource::protocol::influxdb {

/// A value as a reply has it.
struct Cell {
  /// What the reply says of it.
  enum class Kind { null, boolean, integer, real, text, time };
  Kind kind = Kind::null;      ///< Of a time, the text is nanoseconds since 1970.
  std::string_view text = {};  ///< The value; of a boolean `true` or `false`.
};

namespace detail {

template <class Number>
bool read_number(std::string_view text, Number& number) {
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  return problem == std::errc{} && end == text.data() + text.size();
}

/// `2024-01-31T10:11:12[.123456789][Z]` as nanoseconds since 1970, years 1678 to 2261.
inline std::optional<std::int64_t> read_time(std::string_view text) {
  using namespace std::chrono;
  constexpr std::size_t whole = 19;
  if (text.size() < whole || (text[10] != 'T' && text[10] != ' ')) return std::nullopt;
  const auto time = datasource::detail::parse_temporal<sys_seconds>(text.substr(0, whole));
  if (!time || *time < sys_days{year{1678} / 1 / 1} || *time >= sys_days{year{2262} / 1 / 1}) return std::nullopt;
  std::string_view rest = text.substr(whole);
  std::int64_t fraction = 0;
  if (datasource::detail::take(rest, '.')) {
    std::int64_t unit = 1'000'000'000;
    while (!rest.empty() && datasource::detail::is_digit(rest.front()) && unit > 1) {
      fraction += (rest.front() - '0') * (unit /= 10);
      rest.remove_prefix(1);
    }
  }
  datasource::detail::take(rest, 'Z');
  if (!rest.empty()) return std::nullopt;
  return time->time_since_epoch().count() * 1'000'000'000 + fraction;
}

}  // namespace detail

/// The microsecond, since 1970, that a nanosecond is in.
constexpr std::int64_t microseconds_of(std::int64_t nanoseconds) {
  return nanoseconds / 1000 - (nanoseconds % 1000 < 0 ? 1 : 0);
}

/// A column that is wanted, or was found.
struct CellColumn {
  std::string name = {};       ///< As the reply has it.
  Type type = Type::keyword;   ///< `timestamp` is microseconds; `long` of a time is nanoseconds.
  bool empty_is_null = false;  ///< Of a tag: none has an empty text.
};

/// A sink that finds out which columns a reply has, and their types.
class CellShape {
 public:
  /// See above.
  std::size_t column(std::string_view name) {
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (columns_[i].name == name) return i;
    }
    columns_.push_back({std::string{name}, {}, false});
    return columns_.size() - 1;
  }
  /// See above.
  bool cell(std::size_t place, const Cell& cell) {
    if (cell.kind == Cell::Kind::null) return true;
    const Type type = type_of(cell);
    Found& found = columns_[place];
    if (!found.known) {
      found.type = type;
      found.known = true;
    } else if (found.type != type) {
      const bool numbers = number(found.type) && number(type);
      found.type = numbers ? Type::float64 : Type::keyword;
    }
    return true;
  }
  /// See above.
  bool end_row() { return true; }
  /// See above.
  [[nodiscard]] std::string problem() const { return {}; }

  /// What was found. A column without values is a keyword.
  [[nodiscard]] std::vector<CellColumn> columns() const {
    std::vector<CellColumn> columns;
    for (const Found& found : columns_) columns.push_back({found.name, found.known ? found.type : Type::keyword});
    return columns;
  }

 private:
  struct Found {
    std::string name;
    Type type;
    bool known;
  };

  static bool number(Type type) { return type == Type::int64 || type == Type::float64; }

  static Type type_of(const Cell& cell) {
    std::int64_t integer = 0;
    switch (cell.kind) {
      case Cell::Kind::boolean: return Type::boolean;
      case Cell::Kind::integer: return detail::read_number(cell.text, integer) ? Type::int64 : Type::uint64;
      case Cell::Kind::real: return Type::float64;
      case Cell::Kind::time: return Type::timestamp;
      case Cell::Kind::text: return detail::read_time(cell.text) ? Type::timestamp : Type::keyword;
      case Cell::Kind::null: break;
    }
    return Type::keyword;
  }

  std::vector<Found> columns_;
};

/// A sink that makes batches of columns whose names and types are known. Values of other columns are passed over.
class CellBatches {
 public:
  /// The most rows of a batch.
  static constexpr std::size_t batch_rows = 65'536;

  /// @param columns With different names.
  explicit CellBatches(std::vector<CellColumn> columns) : wanted_{std::move(columns)} { restart(); }

  /// See above.
  [[nodiscard]] std::size_t column(std::string_view name) const {
    std::size_t i = 0;
    while (i < wanted_.size() && wanted_[i].name != name) ++i;
    return i;
  }
  /// See above.
  bool cell(std::size_t place, const Cell& cell) {
    if (place >= wanted_.size() || cell.kind == Cell::Kind::null) return true;
    if (wanted_[place].empty_is_null && cell.text.empty()) return true;
    Column& column = columns_[place];
    if (size_of(column) != rows_) return refuse("column \"" + column.name + "\" has two values in a row");
    return std::visit([&](auto& values) { return put(values, wanted_[place].type, cell); }, column.values) ||
           refuse("the value does not fit column \"" + column.name + "\" of type " +
                  std::string{to_string(wanted_[place].type)});
  }
  /// See above.
  bool end_row() {
    for (Column& column : columns_) {
      if (size_of(column) == rows_) put_null(column);
    }
    if (++rows_ == batch_rows) flush();
    return true;
  }
  /// See above.
  [[nodiscard]] const std::string& problem() const { return problem_; }

  /// Columns of equal length, at least one row.
  struct Batch {
    std::vector<Column> columns = {};  ///< As wanted.
    std::size_t rows = 0;              ///< Of each.
  };

  /// The next batch, nothing when there is none. @pre everything was read
  std::optional<Batch> next() {
    if (rows_ > 0) flush();
    if (batches_.empty()) return std::nullopt;
    std::optional<Batch> batch{std::move(batches_.front())};
    batches_.pop_front();
    return batch;
  }

 private:
  bool refuse(std::string problem) {
    problem_ = std::move(problem);
    return false;
  }

  static std::size_t size_of(const Column& column) {
    return std::visit([](const auto& values) { return values.size(); }, column.values);
  }

  static bool put(TextValues& values, Type, const Cell& cell) {
    if (cell.text.size() > UINT32_MAX - values.bytes.size()) return false;
    values.bytes += cell.text;
    values.offsets.push_back(static_cast<std::uint32_t>(values.bytes.size()));
    return true;
  }
  static bool put(std::vector<std::int64_t>& values, Type type, const Cell& cell) {
    std::int64_t number = 0;
    if (cell.kind == Cell::Kind::text) {
      const auto time = detail::read_time(cell.text);
      if (!time) return false;
      number = *time;
    } else if (!detail::read_number(cell.text, number)) {
      return false;
    }
    values.push_back(type == Type::timestamp ? microseconds_of(number) : number);
    return true;
  }
  static bool put(std::vector<std::uint64_t>& values, Type, const Cell& cell) {
    return detail::read_number(cell.text, values.emplace_back());
  }
  static bool put(std::vector<double>& values, Type, const Cell& cell) {
    std::string_view text = cell.text;
    if (text.starts_with('+')) text.remove_prefix(1);
    const auto [end, problem] = fast_float::from_chars(text.data(), text.data() + text.size(), values.emplace_back());
    return end == text.data() + text.size() && cell.kind != Cell::Kind::boolean &&
           (problem == std::errc{} || problem == std::errc::result_out_of_range);
  }
  static bool put(std::vector<std::uint8_t>& values, Type, const Cell& cell) {
    values.push_back(cell.text == "true" ? 1 : 0);
    return cell.kind == Cell::Kind::boolean;
  }
  template <class Values>
  static bool put(Values&, Type, const Cell&) {
    return false;  // InfluxDB has no other types
  }

  void put_null(Column& column) const {
    if (column.null_count++ == 0) column.validity.assign(batch_rows / 8, 0xFF);
    column.validity[rows_ / 8] &= static_cast<std::uint8_t>(~(1U << (rows_ % 8)));
    std::visit(
        [](auto& values) {
          if constexpr (std::is_same_v<std::decay_t<decltype(values)>, TextValues>) {
            values.offsets.push_back(static_cast<std::uint32_t>(values.bytes.size()));
          } else {
            values.emplace_back();
          }
        },
        column.values);
  }

  void restart() {
    rows_ = 0;
    columns_.clear();
    for (const CellColumn& wanted : wanted_) {
      ColumnValues values = datasource::detail::values_for(wanted.type);
      if (wanted.type == Type::timestamp) values = std::vector<std::int64_t>{};
      columns_.push_back({.name = wanted.name, .type = wanted.type, .values = std::move(values), .validity = {}});
    }
  }

  void flush() {
    for (Column& column : columns_) {
      if (column.null_count > 0) column.validity.resize((rows_ + 7) / 8);
    }
    batches_.push_back({std::move(columns_), rows_});
    restart();
  }

  std::vector<CellColumn> wanted_;
  std::vector<Column> columns_;
  std::size_t rows_ = 0;
  std::deque<Batch> batches_;
  std::string problem_;
};

}  // namespace datasource::protocol::influxdb
