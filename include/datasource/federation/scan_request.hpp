#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace datasource {

/// A constant that a column is compared with, as the column's type has it. A timestamp is its microseconds since 1970
/// (UTC), a date its days since 1970, a time its microseconds since midnight; decimals, texts and what has no other
/// form are text.
using FilterValue = std::variant<bool, std::int64_t, std::uint64_t, double, std::string>;

/// What a filter does with its column.
enum class FilterKind {
  equal,          ///< One value.
  not_equal,      ///< One value. A null never passes.
  less,           ///< One value.
  less_equal,     ///< One value.
  greater,        ///< One value.
  greater_equal,  ///< One value.
  in,             ///< One of `values`, at least one.
  prefix,         ///< Texts that begin with the one value, byte for byte.
  is_null,        ///< No value.
  is_not_null,    ///< No value.
};

/// A condition on one column. A request's filters are joined by AND.
struct Filter {
  std::string column = {};               ///< As the table describes it.
  FilterKind kind = FilterKind::equal;   ///< What is asked.
  std::vector<FilterValue> values = {};  ///< See FilterKind.

  friend bool operator==(const Filter&, const Filter&) = default;
};

/// What an engine wants of one table. Filters are hints: the engine applies them again, so a reader may use those that
/// its system understands exactly or more loosely, and must never lose a row that passes them all.
struct ScanRequest {
  std::string schema = {};                ///< As RemoteTable has it.
  std::string table = {};                 ///< As RemoteTable has it.
  std::vector<std::string> columns = {};  ///< Wanted, in this order; empty when only the number of rows matters.
  std::vector<Filter> filters = {};       ///< Joined by AND.
  /// Rows that are enough. Given only when no filter stands between the table and the limit, or `applies` said of each
  /// that it is exact.
  std::optional<std::uint64_t> limit = {};

  friend bool operator==(const ScanRequest&, const ScanRequest&) = default;
};

}  // namespace datasource
