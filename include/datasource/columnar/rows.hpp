#pragma once

#include <datasource/columnar/column.hpp>
#include <datasource/columnar/temporal_text.hpp>
#include <datasource/detail/is_optional.hpp>
#include <datasource/model/error.hpp>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <iterator>
#include <limits>
#include <optional>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <version>

#ifndef __cpp_lib_to_chars
#include <nlohmann/json.hpp>
#endif

namespace datasource {

/// Exact decimal digits, such as `12345678901234567890.12`, viewed in their column.
struct Decimal {
  std::string_view text;  ///< JSON, valid as long as the column.

  friend bool operator==(const Decimal&, const Decimal&) = default;
  friend std::ostream& operator<<(std::ostream& out, const Decimal& decimal) { return out << decimal.text; }
};

namespace detail {

template <class T>
inline constexpr bool is_temporal = is_time_point<T> || is_duration<T> || std::same_as<T, std::chrono::year_month_day>;

/// Whether texts of that type are read as `T`, if each of them is one.
template <class T>
constexpr bool temporal_reads_as(Type type) {
  if constexpr (is_duration<T>) return type == Type::time;
  return type == Type::date || (is_time_point<T> && type == Type::timestamp);
}

/// Whether every value of buffer element `From` is a `To`.
template <class From, class To>
consteval bool widens() {
  if constexpr (std::is_floating_point_v<To>) {
    return std::is_floating_point_v<From> ? sizeof(From) <= sizeof(To) : sizeof(From) < sizeof(To);
  } else if constexpr (std::is_integral_v<From>) {
    return std::in_range<To>(std::numeric_limits<From>::min()) && std::in_range<To>(std::numeric_limits<From>::max());
  } else {
    return false;
  }
}

template <class T>
bool reads_as(const Column& column) {
  if constexpr (is_optional<T>) {
    return reads_as<typename T::value_type>(column);
  } else if constexpr (std::same_as<T, std::string>) {
    return true;
  } else if constexpr (std::same_as<T, bool>) {
    return column.type == Type::boolean;
  } else if constexpr (std::same_as<T, std::string_view>) {
    return std::holds_alternative<TextValues>(column.values);
  } else if constexpr (std::same_as<T, Decimal>) {
    return column.type == Type::decimal;
  } else if constexpr (is_temporal<T>) {
    return temporal_reads_as<T>(column.type);
  } else {
    return std::visit(
        [](const auto& values) {
          if constexpr (std::same_as<std::decay_t<decltype(values)>, TextValues>) {
            return false;
          } else {
            return widens<typename std::decay_t<decltype(values)>::value_type, T>();
          }
        },
        column.values);
  }
}

/// The first value that is not a `T` although its column reads as `T`, and is not a null. Looks at dates and times
/// only: the others are checked by the decoder.
template <class T>
std::optional<std::size_t> misfit(const Column& column) {
  if constexpr (is_optional<T>) {
    return misfit<typename T::value_type>(column);
  } else if constexpr (is_temporal<T>) {
    const auto& texts = std::get<TextValues>(column.values);
    for (std::size_t row = 0; row < texts.size(); ++row) {
      if (!column.is_null(row) && !parse_temporal<T>(texts[row])) return row;
    }
  }
  return std::nullopt;
}

#ifndef __cpp_lib_to_chars
/// Emscripten's C++ library writes integers only. These digits read back as the same value and are, but for few values,
/// the fewest that do. The JSON library has them in the module anyway; `snprintf` would be another 3 KB to load.
template <class Floating>
std::string float_text(Floating value) {
  if (std::isnan(value)) return "nan";
  std::string text{std::signbit(value) ? "-" : ""};
  if (std::isinf(value)) return text + "inf";
  if (value == 0) return text + '0';
  namespace json = nlohmann::detail::dtoa_impl;
  char digits[40];
  int count = 0;
  int exponent = 0;
  json::grisu2(digits, count, exponent, std::abs(value));
  // As printf's %g: digits up to the point where an exponent is shorter.
  const char* end = json::format_buffer(digits, count, exponent, -4, std::max(count, 15));
  if (end - digits > 2 && end[-2] == '.' && end[-1] == '0') end -= 2;
  return text.append(digits, static_cast<std::size_t>(end - digits));
}
#endif

inline std::string number_text(auto value) {
#ifndef __cpp_lib_to_chars
  if constexpr (std::is_floating_point_v<decltype(value)>)
    return float_text(value);
  else
#endif
  {
    char digits[40];
    const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    return {digits, end};
  }
}

/// @pre reads_as<T>(column)
template <class T>
T read_as(const Column& column, std::size_t row) {
  if constexpr (is_optional<T>) {
    return column.is_null(row) ? T{} : T{read_as<typename T::value_type>(column, row)};
  } else {
    return std::visit(
        [&](const auto& values) -> T {
          using Values = std::decay_t<decltype(values)>;
          if constexpr (std::same_as<Values, TextValues>) {
            if constexpr (std::same_as<T, Decimal>) return Decimal{values[row]};
            if constexpr (std::same_as<T, std::string_view> || std::same_as<T, std::string>) return T{values[row]};
            if constexpr (is_temporal<T>) return parse_temporal<T>(values[row]).value_or(T{});
          } else if constexpr (std::same_as<T, std::string>) {
            if (column.is_null(row)) return {};
            if (column.type == Type::boolean) return values[row] != 0 ? "true" : "false";
            return number_text(values[row]);
          } else if constexpr (std::same_as<T, bool>) {
            return values[row] != 0;
          } else if constexpr (std::is_arithmetic_v<T>) {
            return static_cast<T>(values[row]);
          }
          return T{};
        },
        column.values);
  }
}

}  // namespace detail

/// A value of any column as text; a null is nullopt. Numbers in their shortest exact form.
[[nodiscard]] inline std::optional<std::string> text_of(const Column& column, std::size_t row) {
  return detail::read_as<std::optional<std::string>>(column, row);
}

/// A random-access view of typed rows; see ResultSet::rows.
template <class... T>
class Rows {
 public:
  /// An input iterator whose value is a tuple.
  class iterator {
   public:
    using value_type = std::tuple<T...>;                ///< One row.
    using difference_type = std::ptrdiff_t;             ///< As iterators have it.
    using iterator_category = std::input_iterator_tag;  ///< Rows are made as they are asked for.
    using reference = value_type;                       ///< A value; there is no tuple to refer to.
    using pointer = void;                               ///< None, for the same reason.

    iterator() = default;
    /// On a row of columns that outlive it.
    iterator(const Column* columns, std::size_t row) : columns_{columns}, row_{row} {}
    /// The row.
    value_type operator*() const { return at(std::index_sequence_for<T...>{}); }
    /// To the next row.
    iterator& operator++() {
      ++row_;
      return *this;
    }
    /// To the next row; gives where it was.
    iterator operator++(int) { return {columns_, row_++}; }
    friend bool operator==(const iterator&, const iterator&) = default;

   private:
    template <std::size_t... I>
    value_type at(std::index_sequence<I...>) const {
      return value_type{detail::read_as<T>(columns_[I], row_)...};
    }

    const Column* columns_ = nullptr;
    std::size_t row_ = 0;
  };

  /// Made by ResultSet::rows.
  Rows(std::span<const Column> columns, std::size_t row_count) : columns_{columns}, row_count_{row_count} {
    if (columns.size() < sizeof...(T)) {
      reject("the result has " + std::to_string(columns.size()) + " columns; " + std::to_string(sizeof...(T)) +
             " are to be read");
    } else {
      check(std::index_sequence_for<T...>{});
    }
  }

  /// On the first row.
  [[nodiscard]] iterator begin() const { return {columns_.data(), 0}; }
  /// Behind the last row.
  [[nodiscard]] iterator end() const { return {columns_.data(), row_count_}; }
  /// Number of rows.
  [[nodiscard]] std::size_t size() const { return row_count_; }
  /// Why the range is empty although there are rows; nothing when the types fit.
  [[nodiscard]] const std::optional<Error>& error() const { return error_; }

 private:
  template <std::size_t... I>
  void check(std::index_sequence<I...>) {
    const auto one = [this]<class Each>(std::type_identity<Each>, const Column& column) {
      if (error_) return;
      const std::string name = "column \"" + column.name + "\"";
      if (!detail::reads_as<Each>(column)) {
        reject(name + " is " + std::string{to_string(column.type)} + "; it cannot be read as the type asked for");
      } else if (const auto row = detail::misfit<Each>(column)) {
        reject(name + ", row " + std::to_string(*row) + ": \"" + text_of(column, *row).value_or("") +
               "\" is not exactly a value of the type asked for");
      }
    };
    (one(std::type_identity<T>{}, columns_[I]), ...);
  }

  void reject(std::string message) {
    error_ = Error{.kind = ErrorKind::invalid, .message = std::move(message)};
    row_count_ = 0;
  }

  std::span<const Column> columns_;
  std::size_t row_count_;
  std::optional<Error> error_;
};

}  // namespace datasource
