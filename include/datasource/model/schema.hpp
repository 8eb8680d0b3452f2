#pragma once

#include <datasource/model/type.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace datasource {

/// A column of a source's table, with the type that a statement's reply gives it.
struct ColumnDescription {
  std::string name = {};        ///< As a statement spells it, unquoted.
  Type type = Type::undefined;  ///< As a query's result would have it.
  bool nullable = true;         ///< Whether it may hold NULL.

  friend bool operator==(const ColumnDescription&, const ColumnDescription&) = default;
};

/// A table of a source, or what reads like one.
struct TableDescription {
  std::string schema = {};                      ///< Empty where the system has none.
  std::string name = {};                        ///< As a statement spells it, unquoted.
  std::string kind = {};                        ///< `table`, `view` or `file`.
  std::vector<ColumnDescription> columns = {};  ///< In the table's order.
  std::string problem = {};                     ///< Why its columns could not be read; empty when they could.

  friend bool operator==(const TableDescription&, const TableDescription&) = default;
};

/// One page of what a source holds, ordered by schema and table.
struct SchemaPage {
  std::string source = {};                    ///< Name of the data source.
  std::vector<std::string> schemas = {};      ///< All that the request asked for, on every page.
  std::vector<TableDescription> tables = {};  ///< By schema and name.
  std::uint64_t total = 0;                    ///< Tables that the request asked for, on all pages.
  std::string next = {};                      ///< SchemaRequest::after of the next page; empty on the last one.

  friend bool operator==(const SchemaPage&, const SchemaPage&) = default;
};

/// Which tables to describe. Names match in any case, as SQL has it.
struct SchemaRequest {
  /// The most tables of one page.
  static constexpr std::uint32_t most = 1000;

  std::string schema = {};   ///< Only this schema; empty: all.
  std::string table = {};    ///< Only tables of this name; empty: all.
  std::string after = {};    ///< SchemaPage::next of the page before; empty: the first page.
  std::uint32_t size = 100;  ///< Tables of a page, 1 to `most`.
};

}  // namespace datasource
