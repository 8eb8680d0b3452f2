#pragma once

#include <datasource/engine/duckdb/attach.hpp>
#include <datasource/engine/duckdb/column_type.hpp>
#include <datasource/engine/duckdb/instance.hpp>
#include <datasource/model/schema.hpp>

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace datasource::duckdb::detail {

/// How a system is asked which of its tables are views: DuckDB's extensions attach both as tables.
struct ViewList {
  std::string_view type;      ///< DuckDB's name of the system.
  std::string_view function;  ///< Runs a statement there.
  std::string_view statement;
};
inline constexpr ViewList view_lists[] = {
    {"postgres", "postgres_query",
     "SELECT n.nspname::text, c.relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
     "WHERE c.relkind IN ('v', 'm')"},
    {"mysql", "mysql_query", "SELECT table_schema, table_name FROM information_schema.views"},
};

/// Calls views what are views. Where the system does not tell, they stay tables, which reads no worse.
inline void mark_views(const Instance& instance, const AttachPlan& plan, std::vector<TableDescription>& tables) {
  const auto list = std::ranges::find(view_lists, plan.connector->duckdb.type, &ViewList::type);
  if (list == std::end(view_lists)) return;
  const auto rows = instance.connection().rows("SELECT * FROM " + std::string{list->function} + "(" +
                                               literal(plan.source) + ", " + literal(list->statement) + ")");
  if (!rows) return;
  std::set<std::pair<std::string, std::string>> views;
  for (const auto& row : *rows) views.emplace(row[0].value_or(""), row[1].value_or(""));
  for (TableDescription& table : tables) {
    if (views.contains({table.schema, table.name})) table.kind = "view";
  }
}

/// The tables and views of an attached catalog, without the system's own and without their columns.
inline Outcome<std::vector<TableDescription>> list_tables(const Instance& instance, const AttachPlan& plan) {
  std::string hidden = "'information_schema', 'pg_catalog', 'pg_toast'";
  for (const std::string_view schema : plan.connector->duckdb.system_schemas)
    hidden.append(", ").append(literal(schema));
  std::vector<TableDescription> tables;
  for (const auto& [kind, function] : {std::pair{"table", "duckdb_tables"}, std::pair{"view", "duckdb_views"}}) {
    const std::string name = std::string{kind} + "_name";
    const auto rows = instance.connection().rows("SELECT schema_name, " + name + " FROM " + function +
                                                 "() WHERE NOT internal AND database_name = " + literal(plan.source) +
                                                 " AND lower(schema_name) NOT IN (" + hidden + ")");
    if (!rows) return tl::unexpected<Failure>{rows.error()};
    for (const auto& row : *rows)
      tables.push_back({.schema = row[0].value_or(""), .name = row[1].value_or(""), .kind = kind});
  }
  mark_views(instance, plan, tables);
  return tables;
}

/// Fills in a table's columns as a statement over it would give them.
inline Outcome<void> describe_columns(const Instance& instance, const AttachPlan& plan, TableDescription& table) {
  const std::string name = identifier(plan.source) + '.' + identifier(table.schema) + '.' + identifier(table.name);
  Prepared prepared;
  if (duckdb_prepare(instance.connection().get(), ("SELECT * FROM " + name).c_str(), prepared.out()) != DuckDBSuccess) {
    const char* message = duckdb_prepare_error(prepared.get());
    return tl::unexpected<Failure>{Failure{DUCKDB_ERROR_INVALID, message == nullptr ? "" : message}};
  }
  const auto rows = instance.connection().rows(
      "SELECT column_name FROM duckdb_columns() WHERE NOT is_nullable AND database_name = " + literal(plan.source) +
      " AND schema_name = " + literal(table.schema) + " AND table_name = " + literal(table.name));
  if (!rows) return tl::unexpected<Failure>{rows.error()};
  for (idx_t i = 0; i < duckdb_prepared_statement_column_count(prepared.get()); ++i) {
    const LogicalType type{duckdb_prepared_statement_column_logical_type(prepared.get(), i)};
    ColumnDescription column{
        .name = take_text(const_cast<char*>(duckdb_prepared_statement_column_name(prepared.get(), i))),
        .type = parse_type(read_type(type.get()).name())};
    column.nullable = std::ranges::none_of(*rows, [&](const auto& row) { return row[0] == column.name; });
    table.columns.push_back(std::move(column));
  }
  return {};
}

}  // namespace datasource::duckdb::detail
