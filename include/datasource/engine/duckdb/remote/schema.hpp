#pragma once

#include <datasource/engine/duckdb/attach.hpp>
#include <datasource/engine/duckdb/errors.hpp>
#include <datasource/engine/duckdb/remote/remote.hpp>
#include <datasource/model/data_source.hpp>
#include <datasource/model/schema.hpp>
#include <datasource/service/schema_pages.hpp>

#include <atomic>
#include <chrono>
#include <utility>
#include <vector>

namespace datasource::duckdb {

/// A page of what a fetched source holds. Tables are described one by one; one that cannot be is told for itself alone.
inline Result<SchemaPage> fetched_schema(const DataSource& source, const AttachPlan& plan, Remote& remote,
                                         const SchemaRequest& wanted, std::chrono::milliseconds age,
                                         const std::atomic<bool>& interrupted) {
  const auto presented = [&](Error error) {
    error.message = scrub(source.name + ": " + error.message, secrets_of(plan));
    return error;
  };
  auto found = remote.tables();
  if (!found) return fail(presented(std::move(found.error())));
  std::vector<TableDescription> tables;
  for (RemoteTable& table : *found)
    tables.push_back({.schema = std::move(table.schema), .name = std::move(table.name), .kind = std::move(table.kind)});
  auto page = schema_page(source.name, std::move(tables), wanted);
  if (!page) return page;
  for (TableDescription& table : page->tables) {
    auto described = remote.describe(table.schema, table.name, age);
    if (interrupted) return fail(statement_error({DUCKDB_ERROR_INTERRUPT, {}}, {}));
    if (!described) {
      table.problem = presented(std::move(described.error())).message;
      continue;
    }
    for (RemoteColumn& column : described->columns)
      table.columns.push_back({std::move(column.name), column.type, column.nullable});
  }
  return page;
}

}  // namespace datasource::duckdb
