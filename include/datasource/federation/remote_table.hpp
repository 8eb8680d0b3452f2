#pragma once

#include <datasource/model/type.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace datasource {

/// A column of a table that is fetched, with what an engine has to know of it.
struct RemoteColumn {
  std::string name = {};        ///< As a statement spells it, unquoted. Unique in its table, in any case.
  Type type = Type::keyword;    ///< Of the values that a scan gives.
  bool nullable = true;         ///< Whether it may hold NULL.
  std::uint8_t precision = 38;  ///< Digits in all, 1 to 38; for decimals.
  std::uint8_t scale = 0;       ///< Digits behind the point, 0 to `precision`; for decimals.

  friend bool operator==(const RemoteColumn&, const RemoteColumn&) = default;
};

/// A table that is fetched.
struct RemoteTable {
  std::string schema = {};                 ///< Never empty; systems without schemas have one that their reader names.
  std::string name = {};                   ///< As a statement spells it, unquoted.
  std::string kind = "table";              ///< `table` or `view`.
  std::vector<RemoteColumn> columns = {};  ///< In the table's order; empty where only names were asked for.

  friend bool operator==(const RemoteTable&, const RemoteTable&) = default;
};

}  // namespace datasource
