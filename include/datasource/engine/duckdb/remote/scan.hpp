#pragma once

#include <datasource/engine/duckdb/handles.hpp>
#include <datasource/engine/duckdb/remote/catalog.hpp>
#include <datasource/engine/duckdb/remote/vectors.hpp>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace datasource::duckdb {

/// The table functions behind the views of fetched tables and native queries. User SQL cannot call them.
inline constexpr std::string_view scan_function = "datasource_scan";     ///< source, schema, table
inline constexpr std::string_view native_function = "datasource_query";  ///< source, text

namespace detail {

using TableFunction = Handle<duckdb_table_function, duckdb_destroy_table_function>;
using Value = Handle<duckdb_value, duckdb_destroy_value>;

/// What one use of a table function was bound to.
struct RemoteBinding {
  RemoteKey key;      ///< The arguments.
  RemoteTable table;  ///< Of a native query, with its columns only.
};

/// One run over a table's rows.
struct RemoteRun {
  std::unique_ptr<RemoteScan> scan;
  std::vector<std::size_t> columns;    ///< Of the binding, in the order of the chunk.
  std::vector<std::size_t> positions;  ///< Where the scan's batches have them.
  std::optional<ResultSet> batch = {};
  std::size_t next = 0;  ///< Row of the batch.
  std::uint64_t rows = 0;
};

template <class T>
void destroy(void* object) {
  delete static_cast<T*>(object);
}

inline std::string argument(duckdb_bind_info info, idx_t index) {
  const Value value{duckdb_bind_get_parameter(info, index)};
  return take_text(duckdb_get_varchar(value.get()));
}

inline void bind_columns(duckdb_bind_info info, std::unique_ptr<RemoteBinding> binding) {
  for (const RemoteColumn& column : binding->table.columns) {
    const LogicalType type = logical_type(column);
    duckdb_bind_add_result_column(info, column.name.c_str(), type.get());
  }
  duckdb_bind_set_bind_data(info, binding.release(), &destroy<RemoteBinding>);
}

inline void bind_scan(duckdb_bind_info info) {
  auto& catalog = *static_cast<RemoteCatalog*>(duckdb_bind_get_extra_info(info));
  auto binding = std::make_unique<RemoteBinding>();
  binding->key = {argument(info, 0), argument(info, 1), argument(info, 2)};
  auto table = catalog.describe(binding->key);
  if (!table) {
    duckdb_bind_set_error(info, table.error().message.c_str());
    catalog.note(std::move(table.error()));
    return;
  }
  binding->table = std::move(*table);
  bind_columns(info, std::move(binding));
}

inline void bind_native(duckdb_bind_info info) {
  auto& catalog = *static_cast<RemoteCatalog*>(duckdb_bind_get_extra_info(info));
  auto binding = std::make_unique<RemoteBinding>();
  binding->key = {argument(info, 0), argument(info, 1)};
  auto columns = catalog.native_columns(binding->key[0], binding->key[1]);
  if (!columns) {
    duckdb_bind_set_error(info, columns.error().message.c_str());
    catalog.note(std::move(columns.error()));
    return;
  }
  binding->table.columns = std::move(*columns);
  bind_columns(info, std::move(binding));
}

inline void begin_run(duckdb_init_info info) {
  auto& catalog = *static_cast<RemoteCatalog*>(duckdb_init_get_extra_info(info));
  const auto& binding = *static_cast<const RemoteBinding*>(duckdb_init_get_bind_data(info));
  const bool native = binding.key.size() == 2;
  auto run = std::make_unique<RemoteRun>();
  std::vector<std::string> names;
  for (idx_t i = 0; i < duckdb_init_get_column_count(info); ++i) {
    const auto column = static_cast<std::size_t>(duckdb_init_get_column_index(info, i));
    run->columns.push_back(column);
    if (column >= binding.table.columns.size()) {  // only the number of rows is asked for
      run->positions.push_back(column);
      continue;
    }
    run->positions.push_back(native ? column : names.size());
    names.push_back(binding.table.columns[column].name);
  }
  auto scan = native ? catalog.native_rows(binding.key[0], binding.key[1])
                     : catalog.scan(binding.key, binding.table, std::move(names));
  if (!scan) {
    duckdb_init_set_error(info, scan.error().message.c_str());
    catalog.note(std::move(scan.error()));
    return;
  }
  run->scan = std::move(*scan);
  duckdb_init_set_max_threads(info, 1);
  duckdb_init_set_init_data(info, run.release(), &destroy<RemoteRun>);
}

/// Fills one chunk. Errors: the scan's, `malformed` for a batch that is not as the table was described.
inline Result<void> fill_chunk(RemoteCatalog& catalog, const RemoteBinding& binding, RemoteRun& run,
                               duckdb_data_chunk chunk) {
  while (!run.batch || run.next == run.batch->row_count()) {
    auto batch = run.scan->next(catalog.stop_token());
    if (!batch) return fail(std::move(batch.error()));
    if (!*batch) {
      duckdb_data_chunk_set_size(chunk, 0);
      return {};
    }
    run.batch = std::move(*batch);
    run.next = 0;
    run.rows += run.batch->row_count();
    if (catalog.most_rows() > 0 && run.rows > catalog.most_rows()) {
      return fail(
          {.kind = ErrorKind::invalid,
           .message = "more than " + std::to_string(catalog.most_rows()) + " rows would be fetched from " +
                      (binding.key.size() > 2 ? binding.key[2] : "the query") +
                      ", the limit for one table; narrow it with conditions on its columns in WHERE, or a LIMIT",
           .status = 400,
           .type = "RowLimitException"});
    }
  }
  const std::size_t count = std::min<std::size_t>(duckdb_vector_size(), run.batch->row_count() - run.next);
  for (std::size_t i = 0; i < run.columns.size(); ++i) {
    if (run.columns[i] >= binding.table.columns.size()) continue;
    if (run.positions[i] >= run.batch->columns().size())
      return fail(ErrorKind::malformed, "the source sent fewer columns than it described");
    auto written = VectorWriter{binding.table.columns[run.columns[i]], run.batch->columns()[run.positions[i]],
                                duckdb_data_chunk_get_vector(chunk, i)}
                       .write(run.next, count);
    if (!written) return written;
  }
  run.next += count;
  duckdb_data_chunk_set_size(chunk, count);
  return {};
}

inline void continue_run(duckdb_function_info info, duckdb_data_chunk chunk) {
  auto& catalog = *static_cast<RemoteCatalog*>(duckdb_function_get_extra_info(info));
  const auto& binding = *static_cast<const RemoteBinding*>(duckdb_function_get_bind_data(info));
  auto& run = *static_cast<RemoteRun*>(duckdb_function_get_init_data(info));
  auto filled = fill_chunk(catalog, binding, run, chunk);
  if (filled) return;
  Error error = std::move(filled.error());
  if (!error.message.starts_with(binding.key[0] + ": ")) error.message = binding.key[0] + ": " + error.message;
  duckdb_function_set_error(info, error.message.c_str());
  catalog.note(std::move(error));
}

}  // namespace detail

/// Registers both functions. @pre the catalog outlives the database
inline Outcome<void> register_remote_functions(const Connection& connection, RemoteCatalog& catalog) {
  const LogicalType text{duckdb_create_logical_type(DUCKDB_TYPE_VARCHAR)};
  const auto add = [&](std::string_view name, int arguments, duckdb_table_function_bind_t bind) {
    const detail::TableFunction function{duckdb_create_table_function()};
    duckdb_table_function_set_name(function.get(), std::string{name}.c_str());
    for (int i = 0; i < arguments; ++i) duckdb_table_function_add_parameter(function.get(), text.get());
    duckdb_table_function_set_extra_info(function.get(), &catalog, nullptr);
    duckdb_table_function_set_bind(function.get(), bind);
    duckdb_table_function_set_init(function.get(), &detail::begin_run);
    duckdb_table_function_set_function(function.get(), &detail::continue_run);
    duckdb_table_function_supports_projection_pushdown(function.get(), true);
    return duckdb_register_table_function(connection.get(), function.get()) == DuckDBSuccess;
  };
  if (add(scan_function, 3, &detail::bind_scan) && add(native_function, 2, &detail::bind_native)) return {};
  return tl::unexpected<Failure>{Failure{DUCKDB_ERROR_INTERNAL, "the readers of fetched tables could not be added"}};
}

}  // namespace datasource::duckdb
