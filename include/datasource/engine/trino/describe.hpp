#pragma once

#include <datasource/detail/ascii.hpp>
#include <datasource/engine/trino/catalog.hpp>
#include <datasource/engine/trino/session.hpp>
#include <datasource/http/transport.hpp>
#include <datasource/model/schema.hpp>
#include <datasource/protocol/trino/type.hpp>
#include <datasource/service/schema_pages.hpp>

#include <algorithm>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace datasource::trino {

namespace detail {

/// A condition on information_schema that leaves the system's own schemas out.
inline std::string own_schemas(const CatalogPlan& plan) {
  using datasource::detail::to_lower;
  // Trino knows names in lower case; an equality is what its connectors take, a list is looked through by Trino.
  if (!plan.only_schema.empty()) return "table_schema = " + trino_literal(to_lower(std::string_view{plan.only_schema}));
  std::string hidden = "'information_schema', 'pg_catalog'";
  for (const std::string_view schema : plan.connector->trino.system_schemas) hidden += ", " + trino_literal(schema);
  return "table_schema NOT IN (" + hidden + ")";
}

}  // namespace detail

/// Tables and views of a catalog, without their columns. @pre the catalog is there
template <Transport Tr>
Result<std::vector<TableDescription>> list_tables(Session<Tr>& session, const CatalogPlan& plan,
                                                  const std::stop_token& stop) {
  const auto rows = session.rows("SELECT table_schema, table_name, table_type FROM " + plan.name +
                                     ".information_schema.tables WHERE " + detail::own_schemas(plan),
                                 stop);
  if (!rows) return fail(rows.error());
  std::vector<TableDescription> tables;
  for (const auto& row : *rows)
    tables.push_back({.schema = row[0], .name = row[1], .kind = row[2] == "VIEW" ? "view" : "table"});
  return tables;
}

/// Fills in the columns of tables, one question for each schema.
template <Transport Tr>
Result<void> describe_columns(Session<Tr>& session, const CatalogPlan& plan, SchemaPage& page,
                              const std::stop_token& stop) {
  for (auto first = page.tables.begin(); first != page.tables.end();) {
    const auto last = std::find_if(first, page.tables.end(),
                                   [&](const TableDescription& table) { return table.schema != first->schema; });
    std::string names;
    for (auto table = first; table != last; ++table)
      names += (names.empty() ? "" : ", ") + detail::trino_literal(table->name);
    const auto rows =
        session.rows("SELECT table_name, column_name, data_type, is_nullable FROM " + plan.name +
                         ".information_schema.columns WHERE table_schema = " + detail::trino_literal(first->schema) +
                         " AND table_name IN (" + names + ") ORDER BY table_name, ordinal_position",
                     stop);
    if (!rows) return fail(rows.error());
    for (const auto& row : *rows) {
      const auto table = std::find_if(first, last, [&](const TableDescription& each) { return each.name == row[0]; });
      if (table != last)
        table->columns.push_back({.name = row[1], .type = type_of_trino(row[2]), .nullable = row[3] != "NO"});
    }
    first = last;
  }
  return {};
}

}  // namespace datasource::trino
