#pragma once

#include <datasource/client/snowflake.hpp>
#include <datasource/columnar/result_set.hpp>
#include <datasource/detail/ascii.hpp>
#include <datasource/federation/remote_table.hpp>
#include <datasource/federation/sql_text.hpp>
#include <datasource/protocol/snowflake/column.hpp>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What a Snowflake database has, read from its INFORMATION_SCHEMA.
namespace datasource::remote {

namespace snowflake_ops = operations::snowflake;
namespace snowflake_api = protocol::snowflake;

/// All tables and views that the role may see. @param database As Snowflake holds the name.
inline std::string snowflake_tables_statement(std::string_view database) {
  return "SELECT TABLE_SCHEMA, TABLE_NAME, TABLE_TYPE FROM " + quoted_name(snowflake_sql, database) +
         ".INFORMATION_SCHEMA.TABLES WHERE TABLE_SCHEMA <> 'INFORMATION_SCHEMA' ORDER BY TABLE_SCHEMA, TABLE_NAME";
}

/// The schema of a name, if the role may see it. @param schema As Snowflake holds the name. Nothing for what can be no
/// name.
inline std::optional<std::string> snowflake_schema_statement(std::string_view database, std::string_view schema) {
  const auto name = text_literal(snowflake_sql, schema);
  if (!name) return std::nullopt;
  return "SELECT SCHEMA_NAME FROM " + quoted_name(snowflake_sql, database) +
         ".INFORMATION_SCHEMA.SCHEMATA WHERE SCHEMA_NAME = " + *name;
}

/// The columns of the tables of a name, in any case of it. Nothing for what can be no name.
inline std::optional<std::string> snowflake_columns_statement(std::string_view database, std::string_view schema,
                                                              std::string_view table) {
  const auto in_schema = text_literal(snowflake_sql, schema), of_table = text_literal(snowflake_sql, table);
  if (!in_schema || !of_table) return std::nullopt;
  return "SELECT TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME, DATA_TYPE, IS_NULLABLE, COLLATION_NAME, "
         "CAST(NUMERIC_PRECISION AS VARCHAR) AS DIGITS, "
         "CAST(NUMERIC_SCALE AS VARCHAR) AS DECIMALS FROM " +
         quoted_name(snowflake_sql, database) + ".INFORMATION_SCHEMA.COLUMNS WHERE UPPER(TABLE_SCHEMA) = UPPER(" +
         *in_schema + ") AND UPPER(TABLE_NAME) = UPPER(" + *of_table +
         ") ORDER BY TABLE_SCHEMA, TABLE_NAME, ORDINAL_POSITION";
}

/// A table and what may be asked of its columns.
struct SnowflakeTable {
  RemoteTable table = {};               ///< With its columns as the engine has them.
  std::vector<SqlColumn> columns = {};  ///< The same columns, as statements of Snowflake name and compare them.
};

namespace detail {

/// The texts of one row; empty for nulls.
class TextRow {
 public:
  TextRow(const ResultSet& rows, std::size_t row) : rows_{rows}, row_{row} {}

  [[nodiscard]] std::string_view operator[](std::size_t column) const {
    if (column >= rows_.columns().size()) return {};
    const auto* texts = rows_.columns()[column].values_as<TextValues>();
    return texts == nullptr || rows_.columns()[column].is_null(row_) ? std::string_view{} : (*texts)[row_];
  }
  [[nodiscard]] int number(std::size_t column, int fallback) const {
    const std::string_view text = (*this)[column];
    std::from_chars(text.data(), text.data() + text.size(), fallback);
    return fallback;
  }

 private:
  const ResultSet& rows_;
  std::size_t row_;
};

}  // namespace detail

/// What snowflake_tables_statement gives.
inline std::vector<RemoteTable> snowflake_tables(const std::vector<ResultSet>& pages) {
  std::vector<RemoteTable> tables;
  for (const ResultSet& page : pages) {
    for (std::size_t i = 0; i < page.row_count(); ++i) {
      const detail::TextRow row{page, i};
      const bool view = row[2].find("VIEW") != std::string_view::npos;
      tables.push_back(
          {.schema = std::string{row[0]}, .name = std::string{row[1]}, .kind = view ? "view" : "table", .columns = {}});
    }
  }
  return tables;
}

/// What snowflake_columns_statement gives: the table of exactly that name, else the first that differs in case alone;
/// nothing when there is none.
inline std::optional<SnowflakeTable> snowflake_table(const std::vector<ResultSet>& pages, std::string_view schema,
                                                     std::string_view name) {
  std::optional<SnowflakeTable> best;
  bool exact = false;
  for (const ResultSet& page : pages) {
    for (std::size_t i = 0; i < page.row_count(); ++i) {
      const detail::TextRow row{page, i};
      const bool other = best && (best->table.schema != row[0] || best->table.name != row[1]);
      const bool named = row[0] == schema && row[1] == name;
      if (other && !named) continue;
      if (!best || (named && !exact)) {
        best = SnowflakeTable{.table = {.schema = std::string{row[0]}, .name = std::string{row[1]}, .columns = {}}};
        exact = named;
      }
      snowflake_api::Column column{.name = std::string{row[2]},
                                   .type = std::string{row[3]},
                                   .precision = row.number(6, 38),
                                   .scale = row.number(7, 9),  // of times, which may be as fine as nanoseconds
                                   .nullable = row[4] != "NO",
                                   .collation = std::string{row[5]}};
      const auto taken = std::any_of(best->columns.begin(), best->columns.end(), [&](const SqlColumn& known) {
        return datasource::detail::iequals(known.name, column.name);
      });
      if (taken) continue;
      best->table.columns.push_back(snowflake_api::remote_column(column));
      best->columns.push_back(snowflake_api::sql_column(column));
    }
  }
  return best;
}

/// The columns of a statement's rows, each with a name of its own: names that come again get a number.
inline std::vector<RemoteColumn> snowflake_result_columns(const std::vector<snowflake_api::Column>& columns) {
  std::vector<RemoteColumn> result;
  for (const snowflake_api::Column& column : columns) {
    RemoteColumn described = snowflake_api::remote_column(column);
    const auto taken = [&](const std::string& name) {
      return std::any_of(result.begin(), result.end(),
                         [&](const RemoteColumn& known) { return datasource::detail::iequals(known.name, name); });
    };
    for (int number = 2; taken(described.name); ++number) described.name = column.name + '_' + std::to_string(number);
    result.push_back(std::move(described));
  }
  return result;
}

}  // namespace datasource::remote
