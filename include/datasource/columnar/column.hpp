#pragma once

#include <datasource/model/type.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace datasource {

/// Texts one after the other: text `i` is `bytes[offsets[i], offsets[i + 1])`. Arrow's layout; at most 4 GiB.
struct TextValues {
  std::vector<std::uint32_t> offsets{0};  ///< Where each text begins, and behind the last where it ends.
  std::string bytes;                      ///< All texts, one behind the other.

  /// Number of texts.
  [[nodiscard]] std::size_t size() const noexcept { return offsets.size() - 1; }
  /// The text of a row. @pre `row < size()`
  [[nodiscard]] std::string_view operator[](std::size_t row) const noexcept {
    return std::string_view{bytes}.substr(offsets[row], offsets[row + 1] - offsets[row]);
  }
};

/// The buffers a column's values live in. Booleans are one byte each, 0 or 1.
using ColumnValues = std::variant<TextValues, std::vector<std::uint8_t>, std::vector<std::int8_t>,
                                  std::vector<std::int16_t>, std::vector<std::int32_t>, std::vector<std::int64_t>,
                                  std::vector<std::uint64_t>, std::vector<float>, std::vector<double>>;

/// One column of a result, in Arrow's memory model.
struct Column {
  std::string name;             ///< The alias where the statement gave one.
  Type type = Type::undefined;  ///< As the schema names it.
  ColumnValues values;          ///< A null has a zero or an empty text in its place.
  std::vector<std::uint8_t>
      validity;  ///< Bit `row % 8` of byte `row / 8` is 1 for a value, 0 for a null. Empty: there are no nulls.
  std::size_t null_count = 0;  ///< Rows without a value.

  /// Whether a row has no value. @pre `row` is one of the column's
  [[nodiscard]] bool is_null(std::size_t row) const noexcept {
    return !validity.empty() && (validity[row / 8] >> (row % 8) & 1) == 0;
  }

  /// The typed buffer, or null when the column has another one. `T`: TextValues or a vector of ColumnValues.
  template <class T>
  [[nodiscard]] const T* values_as() const noexcept {
    return std::get_if<T>(&values);
  }
};

namespace detail {

inline ColumnValues values_for(Type type) {
  switch (type) {
    case Type::boolean: return std::vector<std::uint8_t>{};
    case Type::int8: return std::vector<std::int8_t>{};
    case Type::int16: return std::vector<std::int16_t>{};
    case Type::int32: return std::vector<std::int32_t>{};
    case Type::int64: return std::vector<std::int64_t>{};
    case Type::uint64: return std::vector<std::uint64_t>{};
    case Type::float32: return std::vector<float>{};
    case Type::float64: return std::vector<double>{};
    default: return TextValues{};
  }
}

/// True for types whose values stand as raw JSON in a reply.
constexpr bool is_json(Type type) {
  return type == Type::object || type == Type::nested || type == Type::array || type == Type::geo_point;
}

}  // namespace detail

}  // namespace datasource
