#pragma once

#include <datasource/columnar/column.hpp>
#include <datasource/model/type.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace datasource {

/// Takes the values of one column, row by row. Timestamps are kept as microseconds since 1970 UTC.
class ColumnSink {
 public:
  /// An empty column.
  ColumnSink(std::string name, Type type) {
    column_.name = std::move(name);
    column_.type = type;
    clear();
  }

  /// What a value has to be.
  [[nodiscard]] Type type() const { return column_.type; }
  /// As the table names it.
  [[nodiscard]] const std::string& name() const { return column_.name; }
  /// Rows so far.
  [[nodiscard]] std::size_t rows() const { return rows_; }
  /// Bytes of text so far; 0 for columns of another kind.
  [[nodiscard]] std::size_t text_size() const {
    const auto* texts = std::get_if<TextValues>(&column_.values);
    return texts == nullptr ? 0 : texts->bytes.size();
  }

  /// A row without a value.
  void null() {
    if (column_.null_count++ == 0) column_.validity.assign(rows_ / 8 + 1, 0xFF);
    std::visit(
        [](auto& values) {
          if constexpr (std::is_same_v<std::decay_t<decltype(values)>, TextValues>) {
            values.offsets.push_back(values.offsets.back());
          } else {
            values.push_back({});
          }
        },
        column_.values);
    grow();
    column_.validity[(rows_ - 1) / 8] &= static_cast<std::uint8_t>(~(1U << ((rows_ - 1) % 8)));
  }

  /// A number or a boolean. @pre it fits the column's buffer
  template <class T>
  void number(T value) {
    std::visit(
        [&](auto& values) {
          if constexpr (!std::is_same_v<std::decay_t<decltype(values)>, TextValues>)
            values.push_back(static_cast<typename std::decay_t<decltype(values)>::value_type>(value));
        },
        column_.values);
    grow();
  }

  /// What is kept as text.
  void text(std::string_view value) {
    auto& texts = *std::get_if<TextValues>(&column_.values);
    texts.bytes.append(value);
    texts.offsets.push_back(static_cast<std::uint32_t>(texts.bytes.size()));
    grow();
  }

  /// The rows so far; the sink is empty then.
  [[nodiscard]] Column take() {
    if (column_.null_count > 0) column_.validity.resize((rows_ + 7) / 8, 0xFF);
    Column taken{.name = column_.name,
                 .type = column_.type,
                 .values = std::move(column_.values),
                 .validity = std::move(column_.validity),
                 .null_count = column_.null_count};
    clear();
    return taken;
  }

 private:
  void grow() {
    ++rows_;
    if (column_.null_count > 0 && column_.validity.size() * 8 < rows_) column_.validity.push_back(0xFF);
  }

  void clear() {
    if (column_.type == Type::timestamp) {
      column_.values = std::vector<std::int64_t>{};
    } else {
      column_.values = detail::values_for(column_.type);
    }
    column_.validity.clear();
    column_.null_count = 0;
    rows_ = 0;
  }

  Column column_;
  std::size_t rows_ = 0;
};

}  // namespace datasource
