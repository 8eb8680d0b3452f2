#pragma once

#include <datasource/columnar/result_set.hpp>
#include <datasource/columnar/row_stream.hpp>
#include <datasource/detail/json.hpp>
#include <datasource/protocol/opensearch/direct_query.hpp>

#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>
#include <variant>

namespace datasource::wasm {

/// A value whose buffers JavaScript reads where they are; `ds_release` ends it.
class Kept {
 public:
  Kept() = default;
  Kept(const Kept&) = delete;
  Kept& operator=(const Kept&) = delete;
  virtual ~Kept() = default;
};

template <class T>
class KeptOf final : public Kept {
 public:
  explicit KeptOf(T&& given) : value{std::move(given)} {}

  T value;
};

inline std::uint32_t address_of(const void* memory) {
  return static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(memory));
}

/// Where a column's buffers lie in memory; they stay there as long as the result does. `offsets` only for text;
/// `validity` is 0 when there are no nulls.
inline detail::OrderedJson column_json(const Column& column, std::size_t null_count) {
  detail::OrderedJson json{{"name", column.name}, {"type", to_string(column.type)}};
  std::visit(
      [&](const auto& values) {
        if constexpr (std::is_same_v<std::decay_t<decltype(values)>, TextValues>) {
          json["values"] = address_of(values.bytes.data());
          json["offsets"] = address_of(values.offsets.data());
        } else {
          json["values"] = address_of(values.data());
        }
      },
      column.values);
  json["validity"] = column.validity.empty() ? 0 : address_of(column.validity.data());
  json["nullCount"] = null_count;
  return json;
}

/// Moves a result to where JavaScript can keep it and says where.
inline detail::OrderedJson hand_over(ResultSet&& result) {
  const auto* kept = new KeptOf<ResultSet>{std::move(result)};
  detail::OrderedJson json{{"handle", address_of(static_cast<const Kept*>(kept))},
                           {"rowCount", kept->value.row_count()}};
  json["columns"] = detail::OrderedJson::array();
  for (const Column& column : kept->value.columns()) json["columns"].push_back(column_json(column, column.null_count));
  return json;
}

/// Where the rows lie that have come so far; they stay there until more are decoded.
inline detail::OrderedJson layout_json(const RowStream& rows) {
  detail::OrderedJson json{{"rowCount", rows.row_count()}};
  json["columns"] = detail::OrderedJson::array();
  for (const detail::ColumnBuilder& column : rows.columns())
    json["columns"].push_back(column_json(column.column(), column.null_count(rows.row_count())));
  return json;
}

/// The same with time series: a series' samples are pairs of a time and a value.
inline detail::OrderedJson hand_over(DirectQueryResult&& result) {
  const auto* kept = new KeptOf<DirectQueryResult>{std::move(result)};
  detail::OrderedJson json{{"handle", address_of(static_cast<const Kept*>(kept))},
                           {"id", kept->value.id},
                           {"session", kept->value.session},
                           {"type", kept->value.type},
                           {"series", detail::OrderedJson::array()}};
  for (const Series& series : kept->value.series) {
    json["series"].push_back(
        {{"labels", series.labels}, {"samples", address_of(series.samples.data())}, {"count", series.samples.size()}});
  }
  return json;
}
static_assert(sizeof(Sample) == 2 * sizeof(double));

}  // namespace datasource::wasm
