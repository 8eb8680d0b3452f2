#pragma once

#include <datasource/columnar/result_set.hpp>
#include <datasource/detail/json.hpp>

#include <cstdint>
#include <type_traits>
#include <utility>
#include <variant>

namespace datasource::wasm {

inline std::uint32_t address_of(const void* memory) {
  return static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(memory));
}

/// Where a column's buffers lie in memory; they stay there as long as the result does. `offsets` only for text;
/// `validity` is 0 when there are no nulls.
inline detail::OrderedJson column_json(const Column& column) {
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
  json["nullCount"] = column.null_count;
  return json;
}

/// Moves a result to where JavaScript can keep it and says where; `ds_result_free` ends it.
inline detail::OrderedJson hand_over(ResultSet&& result) {
  const auto* kept = new ResultSet{std::move(result)};
  detail::OrderedJson json{{"handle", address_of(kept)}, {"rowCount", kept->row_count()}};
  json["columns"] = detail::OrderedJson::array();
  for (const Column& column : kept->columns()) json["columns"].push_back(column_json(column));
  return json;
}

}  // namespace datasource::wasm
