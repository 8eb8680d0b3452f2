#pragma once

#include <datasource/columnar/result_set.hpp>
#include <datasource/detail/ascii.hpp>
#include <datasource/model/type.hpp>
#include <datasource/protocol/prometheus/samples.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

/// Samples as the rows of a table: `timestamp`, `value`, then one column a label.
namespace datasource::protocol::prometheus {

/// A column of such a table.
struct SampleColumn {
  /// What it holds.
  enum class Kind {
    timestamp,  ///< Microseconds since 1970 in a `std::vector<std::int64_t>`.
    value,      ///< The number; null where the sample is a histogram.
    text,       ///< The value of an expression that is a string.
    histogram,  ///< JSON of a native histogram; null where the sample is a number.
    label,      ///< A label's value; null where the series lacks it.
  };
  std::string name = {};    ///< Of the column.
  Kind kind = Kind::label;  ///< What it holds.
  std::string label = {};   ///< Of a label, its name.

  /// The type of its values.
  [[nodiscard]] Type type() const {
    return kind == Kind::timestamp   ? Type::timestamp
           : kind == Kind::value     ? Type::float64
           : kind == Kind::histogram ? Type::object
                                     : Type::keyword;
  }
};

namespace detail {

/// Stands before a label whose name another column has. A label's own name has a colon only if no one can help it.
inline constexpr std::string_view label_prefix = "label:";

}  // namespace detail

/// The columns of a table: `timestamp`, `value`, `histogram` where one is wanted, and the labels by name. A label with
/// the name of a column before it, in any case, becomes `label:` and its name.
inline std::vector<SampleColumn> sample_columns(std::vector<std::string> labels, bool histograms, bool text = false) {
  using Kind = SampleColumn::Kind;
  std::vector<SampleColumn> columns{{"timestamp", Kind::timestamp, {}}, {"value", text ? Kind::text : Kind::value, {}}};
  if (histograms) columns.push_back({"histogram", Kind::histogram, {}});
  std::set<std::string> taken;
  for (const SampleColumn& column : columns) taken.insert(column.name);
  std::sort(labels.begin(), labels.end());
  labels.erase(std::unique(labels.begin(), labels.end()), labels.end());
  for (std::string& label : labels) {
    std::string name = label;
    while (!taken.insert(datasource::detail::to_lower(std::string_view{name})).second)
      name.insert(0, detail::label_prefix);
    columns.push_back({std::move(name), Kind::label, std::move(label)});
  }
  return columns;
}

/// The same column as sample_columns had it, by its name and type alone.
inline SampleColumn sample_column(std::string_view name, Type type) {
  using Kind = SampleColumn::Kind;
  if (type == Type::timestamp) return {std::string{name}, Kind::timestamp, {}};
  if (type == Type::float64) return {std::string{name}, Kind::value, {}};
  if (type == Type::object) return {std::string{name}, Kind::histogram, {}};
  std::string_view label = name;
  while (label.starts_with(detail::label_prefix)) label.remove_prefix(detail::label_prefix.size());
  return {std::string{name}, Kind::label, std::string{label}};
}

/// The columns that show all of a result, whatever it is.
inline std::vector<SampleColumn> columns_of(const Samples& samples) {
  std::vector<std::string> labels;
  for (const Series& series : samples.series) {
    for (const auto& [name, value] : series.labels) labels.push_back(name);
  }
  return sample_columns(std::move(labels), !samples.histograms.empty(), samples.kind == Samples::Kind::text);
}

/// Gives samples as rows, batch by batch, in the order of the reply.
class SampleRows {
 public:
  /// The most rows of a batch.
  static constexpr std::size_t batch_rows = 65'536;

  SampleRows() = default;
  /// @param from Samples before this time are left out; milliseconds since 1970.
  SampleRows(Samples samples, std::vector<SampleColumn> columns, std::int64_t from)
      : samples_{std::move(samples)}, columns_{std::move(columns)}, from_{from} {
    if (samples_.series.empty() && !samples_.values.empty())  // a scalar, a text
      samples_.series.push_back({.labels = {}, .begin = 0, .end = samples_.values.size()});
  }

  /// The next rows, at most `limit` and at least one; nothing after the last.
  std::optional<ResultSet> next(std::size_t limit = batch_rows) {
    std::vector<Part> parts;
    std::size_t rows = 0;
    limit = std::min(limit, batch_rows);
    while (rows < limit && series_ < samples_.series.size()) {
      const Series& series = samples_.series[series_];
      std::size_t begin = std::max(at_, series.begin);
      while (begin < series.end && samples_.milliseconds[begin] < from_) ++begin;
      const std::size_t end = std::min(series.end, begin + (limit - rows));
      if (begin < end) parts.push_back({&series, begin, end});
      rows += end - begin;
      at_ = end;
      if (at_ == series.end) ++series_;
    }
    if (rows == 0) return std::nullopt;
    std::vector<Column> columns;
    columns.reserve(columns_.size());
    for (const SampleColumn& column : columns_) columns.push_back(make(column, parts, rows));
    return ResultSet{std::move(columns), rows};
  }

 private:
  struct Part {
    const Series* series;
    std::size_t begin;
    std::size_t end;
  };

  [[nodiscard]] Column make(const SampleColumn& wanted, const std::vector<Part>& parts, std::size_t rows) const {
    using Kind = SampleColumn::Kind;
    Column column{.name = wanted.name, .type = wanted.type(), .values = TextValues{}, .validity = {}};
    switch (wanted.kind) {
      case Kind::timestamp: column.values = microseconds(parts, rows); break;
      case Kind::value: numbers(column, parts, rows); break;
      case Kind::text: append(column, samples_.text, rows); break;
      case Kind::histogram: histograms(column, parts, rows); break;
      case Kind::label: labels(column, wanted.label, parts, rows); break;
    }
    return column;
  }

  [[nodiscard]] std::vector<std::int64_t> microseconds(const std::vector<Part>& parts, std::size_t rows) const {
    std::vector<std::int64_t> times;
    times.reserve(rows);
    for (const Part& part : parts) {
      for (std::size_t i = part.begin; i < part.end; ++i) times.push_back(samples_.milliseconds[i] * 1000);
    }
    return times;
  }

  /// Calls `each` with every histogram of the parts and its row.
  template <class Each>
  void for_histograms(const std::vector<Part>& parts, Each&& each) const {
    std::size_t row = 0;
    for (const Part& part : parts) {
      auto found = std::lower_bound(samples_.histograms.begin(), samples_.histograms.end(), part.begin,
                                    [](const HistogramSample& one, std::size_t index) { return one.index < index; });
      for (; found != samples_.histograms.end() && found->index < part.end; ++found)
        each(*found, row + found->index - part.begin);
      row += part.end - part.begin;
    }
  }

  void numbers(Column& column, const std::vector<Part>& parts, std::size_t rows) const {
    std::vector<double> values;
    values.reserve(rows);
    for (const Part& part : parts) {
      values.insert(values.end(), samples_.values.begin() + static_cast<std::ptrdiff_t>(part.begin),
                    samples_.values.begin() + static_cast<std::ptrdiff_t>(part.end));
    }
    for_histograms(parts, [&](const HistogramSample&, std::size_t row) {
      values[row] = 0;
      set_null(column, row, rows);
    });
    column.values = std::move(values);
  }

  void histograms(Column& column, const std::vector<Part>& parts, std::size_t rows) const {
    std::size_t next = 0;
    const auto nulls_before = [&](std::size_t row) {
      for (; next < row; ++next) {
        append(column, {}, 1);
        set_null(column, next, rows);
      }
    };
    for_histograms(parts, [&](const HistogramSample& sample, std::size_t row) {
      nulls_before(row);
      append(column, sample.json, 1);
      ++next;
    });
    nulls_before(rows);
  }

  static void labels(Column& column, const std::string& label, const std::vector<Part>& parts, std::size_t rows) {
    std::size_t row = 0;
    for (const Part& part : parts) {
      const Labels& all = part.series->labels;
      const auto found = std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.first == label; });
      const bool missing = found == all.end() || found->second.empty();
      append(column, missing ? std::string_view{} : found->second, part.end - part.begin);
      for (std::size_t i = part.begin; i < part.end; ++i, ++row) {
        if (missing) set_null(column, row, rows);
      }
    }
  }

  static void append(Column& column, std::string_view text, std::size_t times) {
    auto& texts = *std::get_if<TextValues>(&column.values);
    for (std::size_t i = 0; i < times; ++i) {
      texts.bytes += text;
      texts.offsets.push_back(static_cast<std::uint32_t>(texts.bytes.size()));
    }
  }

  static void set_null(Column& column, std::size_t row, std::size_t rows) {
    if (column.null_count++ == 0) column.validity.assign((rows + 7) / 8, 0xFF);
    column.validity[row / 8] &= static_cast<std::uint8_t>(~(1U << (row % 8)));
  }

  Samples samples_;
  std::vector<SampleColumn> columns_;
  std::int64_t from_ = 0;
  std::size_t series_ = 0;
  std::size_t at_ = 0;
};

}  // namespace datasource::protocol::prometheus
