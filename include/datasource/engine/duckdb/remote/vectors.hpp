#pragma once

#include <datasource/columnar/column.hpp>
#include <datasource/columnar/json_writer.hpp>
#include <datasource/columnar/temporal_text.hpp>
#include <datasource/detail/base64.hpp>
#include <datasource/engine/duckdb/handles.hpp>
#include <datasource/federation/remote_table.hpp>
#include <datasource/model/error.hpp>

#include <chrono>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

namespace datasource::duckdb {

namespace detail {

/// DuckDB's type for a column whose type is neither decimal nor JSON.
constexpr duckdb_type plain_type(Type type) {
  switch (type) {
    case Type::boolean: return DUCKDB_TYPE_BOOLEAN;
    case Type::int8: return DUCKDB_TYPE_TINYINT;
    case Type::int16: return DUCKDB_TYPE_SMALLINT;
    case Type::int32: return DUCKDB_TYPE_INTEGER;
    case Type::int64: return DUCKDB_TYPE_BIGINT;
    case Type::uint64: return DUCKDB_TYPE_UBIGINT;
    case Type::float32: return DUCKDB_TYPE_FLOAT;
    case Type::float64: return DUCKDB_TYPE_DOUBLE;
    case Type::date: return DUCKDB_TYPE_DATE;
    case Type::time: return DUCKDB_TYPE_TIME;
    case Type::timestamp: return DUCKDB_TYPE_TIMESTAMP;
    case Type::binary: return DUCKDB_TYPE_BLOB;
    default: return DUCKDB_TYPE_VARCHAR;
  }
}

/// The digits of a decimal's text times ten to the `scale`; nothing when it is none, has more decimals than that (other
/// than zeros) or more than 38 digits.
inline std::optional<datasource::detail::int128> decimal_digits(std::string_view text, unsigned scale) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  datasource::detail::int128 value = 0;
  datasource::detail::int128 most = 1;
  for (int i = 0; i < 38; ++i) most *= 10;
  unsigned decimals = 0;
  bool point = false, any = false;
  for (const char c : text) {
    if (c == '.' && !point) {
      point = true;
      continue;
    }
    if (c < '0' || c > '9') return std::nullopt;
    any = true;
    if (point && decimals == scale) {
      if (c != '0') return std::nullopt;
      continue;
    }
    if (point) ++decimals;
    value = value * 10 + (c - '0');
    if (value >= most) return std::nullopt;
  }
  for (; decimals < scale; ++decimals) {
    value *= 10;
    if (value >= most) return std::nullopt;
  }
  if (!any) return std::nullopt;
  return negative ? -value : value;
}

/// Copies rows of one column into a vector of DuckDB's.
class VectorWriter {
 public:
  VectorWriter(const RemoteColumn& description, const datasource::Column& column, duckdb_vector vector)
      : description_{description}, column_{column}, vector_{vector} {}

  /// Rows `first` to `first + count` of the batch become rows 0 to `count`. Errors: `malformed`, for a value that is
  /// none of the column's type.
  Result<void> write(std::size_t first, std::size_t count) {
    if (column_.null_count > 0) write_nulls(first, count);
    if (const auto* texts = column_.values_as<TextValues>()) return write_texts(*texts, first, count);
    return std::visit(
        [&](const auto& values) -> Result<void> {
          using Values = std::decay_t<decltype(values)>;
          if constexpr (!std::is_same_v<Values, TextValues>) {
            using Value = typename Values::value_type;
            const bool fits = description_.type == Type::timestamp
                                  ? std::is_same_v<Value, std::int64_t>
                                  : std::holds_alternative<Values>(datasource::detail::values_for(description_.type));
            if (!fits) return wrong("");
            std::memcpy(duckdb_vector_get_data(vector_), values.data() + first, count * sizeof(Value));
          }
          return {};
        },
        column_.values);
  }

 private:
  void write_nulls(std::size_t first, std::size_t count) {
    duckdb_vector_ensure_validity_writable(vector_);
    std::uint64_t* validity = duckdb_vector_get_validity(vector_);
    for (std::size_t row = 0; row < count; ++row) {
      if (column_.is_null(first + row)) duckdb_validity_set_row_invalid(validity, row);
    }
  }

  Result<void> write_texts(const TextValues& texts, std::size_t first, std::size_t count) {
    switch (description_.type) {
      case Type::date:
        return each<duckdb_date>(texts, first, count, [](std::string_view text) -> std::optional<duckdb_date> {
          const auto date = datasource::detail::parse_temporal<std::chrono::year_month_day>(text);
          if (!date) return std::nullopt;
          return duckdb_date{static_cast<std::int32_t>(std::chrono::sys_days{*date}.time_since_epoch().count())};
        });
      case Type::time:
        return each<duckdb_time>(texts, first, count, [](std::string_view text) -> std::optional<duckdb_time> {
          // What is finer than a microsecond is cut off, as everywhere in the API.
          const auto time = datasource::detail::parse_temporal<std::chrono::nanoseconds>(text);
          return time ? std::optional{duckdb_time{time->count() / 1000}} : std::nullopt;
        });
      case Type::timestamp:
        return each<duckdb_timestamp>(
            texts, first, count, [](std::string_view text) -> std::optional<duckdb_timestamp> {
              using Micros = std::chrono::sys_time<std::chrono::microseconds>;
              if (const auto time = datasource::detail::parse_temporal<Micros>(text))
                return duckdb_timestamp{time->time_since_epoch().count()};
              const auto finer =
                  datasource::detail::parse_temporal<std::chrono::sys_time<std::chrono::nanoseconds>>(text);
              if (!finer) return std::nullopt;
              return duckdb_timestamp{std::chrono::floor<std::chrono::microseconds>(*finer).time_since_epoch().count()};
            });
      case Type::decimal: return write_decimals(texts, first, count);
      case Type::binary:
        for (std::size_t row = 0; row < count; ++row) {
          if (column_.is_null(first + row)) continue;
          const auto bytes = datasource::detail::from_base64(texts[first + row]);
          if (!bytes) return wrong(texts[first + row]);
          duckdb_vector_assign_string_element_len(vector_, row, bytes->data(), bytes->size());
        }
        return {};
      default:
        if (plain_type(description_.type) != DUCKDB_TYPE_VARCHAR) return wrong("a text");
        for (std::size_t row = 0; row < count; ++row) {
          if (column_.is_null(first + row)) continue;
          const std::string_view text = texts[first + row];
          duckdb_vector_assign_string_element_len(vector_, row, text.data(), text.size());
        }
        return {};
    }
  }

  template <class Value, class Parse>
  Result<void> each(const TextValues& texts, std::size_t first, std::size_t count, Parse parse) {
    auto* values = static_cast<Value*>(duckdb_vector_get_data(vector_));
    for (std::size_t row = 0; row < count; ++row) {
      if (column_.is_null(first + row)) continue;
      const std::optional<Value> value = parse(texts[first + row]);
      if (!value) return wrong(texts[first + row]);
      values[row] = *value;
    }
    return {};
  }

  Result<void> write_decimals(const TextValues& texts, std::size_t first, std::size_t count) {
    const auto digits = [&](std::string_view text) { return decimal_digits(text, description_.scale); };
    const auto as = [&](auto zero) {
      using Value = decltype(zero);
      return each<Value>(texts, first, count, [&](std::string_view text) -> std::optional<Value> {
        const auto value = digits(text);
        datasource::detail::int128 most = 1;
        for (unsigned i = 0; i < description_.precision; ++i) most *= 10;
        if (!value || *value >= most || *value <= -most) return std::nullopt;
        if constexpr (std::is_same_v<Value, duckdb_hugeint>) {
          return duckdb_hugeint{static_cast<std::uint64_t>(*value), static_cast<std::int64_t>(*value >> 64)};
        } else {
          return static_cast<Value>(*value);
        }
      });
    };
    if (description_.precision <= 4) return as(std::int16_t{});
    if (description_.precision <= 9) return as(std::int32_t{});
    if (description_.precision <= 18) return as(std::int64_t{});
    return as(duckdb_hugeint{});
  }

  [[nodiscard]] tl::unexpected<Error> wrong(std::string_view text) const {
    return fail(ErrorKind::malformed,
                "column " + description_.name + " is " + std::string{to_string(description_.type)} +
                    ", and the source sent " +
                    (text.empty() ? "another type" : "\"" + std::string{text.substr(0, 64)} + "\"") +
                    "; select it as another type or leave it out");
  }

  const RemoteColumn& description_;
  const datasource::Column& column_;
  duckdb_vector vector_;
};

}  // namespace detail

/// DuckDB's type for a fetched column.
inline LogicalType logical_type(const RemoteColumn& column) {
  if (column.type == Type::decimal) return LogicalType{duckdb_create_decimal_type(column.precision, column.scale)};
  LogicalType type{duckdb_create_logical_type(detail::plain_type(column.type))};
  if (datasource::detail::is_json(column.type)) duckdb_logical_type_set_alias(type.get(), "JSON");
  return type;
}

}  // namespace datasource::duckdb
