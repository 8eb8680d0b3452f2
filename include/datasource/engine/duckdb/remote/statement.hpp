#pragma once

#include <datasource/engine/duckdb/handles.hpp>
#include <datasource/engine/duckdb/instance.hpp>
#include <datasource/engine/duckdb/quote.hpp>
#include <datasource/engine/duckdb/remote/catalog.hpp>
#include <datasource/engine/duckdb/remote/pushdown.hpp>
#include <datasource/engine/duckdb/remote/scan.hpp>
#include <datasource/model/query.hpp>

namespace datasource::duckdb {

/// Lets go of the rows of native queries that a statement did not take.
class NativeResults {
 public:
  explicit NativeResults(RemoteCatalog& remotes) : remotes_{remotes} {}
  NativeResults(const NativeResults&) = delete;
  NativeResults& operator=(const NativeResults&) = delete;
  ~NativeResults() { remotes_.forget_native_results(); }

 private:
  RemoteCatalog& remotes_;
};

/// Tells the readers of fetched tables what the statement asks of them: DuckDB plans it once, and the plan says which
/// conditions stand right above each table. Errors: those of describing the tables.
inline Outcome<void> push_down(const Instance& instance, const Query& query) {
  RemoteCatalog& remotes = instance.remotes();
  if (remotes.empty()) return {};
  remotes.begin({});
  const auto plan = instance.connection().rows("SELECT CAST(json_serialize_plan(" + literal(query.text) +
                                               ", optimize := true) AS VARCHAR)");
  if (const auto failure = remotes.failure())
    return tl::unexpected<Failure>{Failure{DUCKDB_ERROR_BINDER, failure->message}};
  if (plan && !plan->empty() && plan->front()[0])
    remotes.begin(read_pushdown(*plan->front()[0], scan_function, query.parameters));
  return {};
}

}  // namespace datasource::duckdb
