#pragma once

#include <datasource/columnar/result_set.hpp>

#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace datasource {

namespace detail {

inline void append_column(Column& to, const Column& from, std::size_t before, std::size_t count) {
  if (to.null_count + from.null_count > 0) {
    if (to.validity.empty()) to.validity.assign((before + 7) / 8, 0xFF);
    to.validity.resize((before + count + 7) / 8, 0xFF);
    for (std::size_t row = 0; row < count; ++row) {
      const auto bit = static_cast<std::uint8_t>(1U << ((before + row) % 8));
      std::uint8_t& byte = to.validity[(before + row) / 8];
      byte = static_cast<std::uint8_t>(from.is_null(row) ? byte & ~bit : byte | bit);
    }
    to.null_count += from.null_count;
  }
  std::visit(
      [&](auto& values) {
        using Values = std::decay_t<decltype(values)>;
        const auto& more = std::get<Values>(from.values);
        if constexpr (std::is_same_v<Values, TextValues>) {
          const std::uint32_t end = values.offsets.back();
          for (std::size_t row = 0; row < count; ++row) values.offsets.push_back(end + more.offsets[row + 1]);
          values.bytes += more.bytes;
        } else {
          values.insert(values.end(), more.begin(), more.end());
        }
      },
      to.values);
}

}  // namespace detail

/// One result with the rows of both, `more`'s behind. False, and nothing of worth in the first, when their columns are
/// not of the same types or a text column would be longer than 4 GiB. O(rows of `more`).
inline bool append(ResultSet& result, ResultSet more) {
  if (result.columns().empty() && result.row_count() == 0) {
    result = std::move(more);
    return true;
  }
  if (more.columns().size() != result.columns().size()) return false;
  std::vector<Column> columns = ResultSet{std::move(result)}.take_columns();
  const std::size_t before =
      columns.empty() ? 0 : std::visit([](const auto& values) { return values.size(); }, columns.front().values);
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const Column& from = more.columns()[i];
    if (columns[i].values.index() != from.values.index()) return false;
    const auto* texts = from.values_as<TextValues>();
    constexpr std::size_t most = 0xFFFF'FFFF;
    if (texts != nullptr && columns[i].values_as<TextValues>()->bytes.size() > most - texts->bytes.size()) return false;
    detail::append_column(columns[i], from, before, more.row_count());
  }
  result = ResultSet{std::move(columns), before + more.row_count()};
  return true;
}

}  // namespace datasource
