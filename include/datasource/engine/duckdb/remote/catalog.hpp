#pragma once

#include <datasource/engine/duckdb/remote/pushdown.hpp>
#include <datasource/engine/duckdb/remote/remote.hpp>
#include <datasource/federation/remote_source.hpp>
#include <datasource/model/error.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace datasource::duckdb {

/// What a plan asks of a source, for people.
struct PlannedRequest {
  std::string table = {};  ///< `source.schema.table`
  std::string text = {};   ///< In the source's language.
};

/// The fetched tables of one instance, and what the statement that runs in it asks of them.
class RemoteCatalog {
 public:
  /// @param age  How long a table's description is remembered.
  /// @param most Rows that one table may give to a statement; 0: no limit.
  RemoteCatalog(std::chrono::milliseconds age, std::uint64_t most) : age_{age}, most_{most} {}

  void add(const std::string& source, std::shared_ptr<Remote> remote) {
    remotes_.insert_or_assign(source, std::move(remote));
  }
  [[nodiscard]] bool empty() const { return remotes_.empty(); }
  [[nodiscard]] std::uint64_t most_rows() const { return most_; }
  [[nodiscard]] std::stop_token stop_token() const {
    return remotes_.empty() ? std::stop_token{} : remotes_.begin()->second->stop_token();
  }

  /// Forgets what the statement before asked for and what went wrong with it.
  void begin(PlanPushdown pushdown) {
    const std::scoped_lock lock{mutex_};
    pushdown_ = std::move(pushdown);
    failure_.reset();
  }

  /// Results of native queries that nobody took are of an earlier moment.
  void forget_native_results() {
    const std::scoped_lock lock{mutex_};
    native_.clear();
  }

  [[nodiscard]] Result<RemoteTable> describe(const RemoteKey& key) {
    const auto remote = find(key[0]);
    if (!remote) return fail(remote.error());
    const std::string schema = key[1].empty() ? (*remote)->default_schema() : key[1];
    auto table = (*remote)->describe(schema, key[2], age_);
    if (!table) return fail(named(key[0], std::move(table.error())));
    return table;
  }

  [[nodiscard]] Result<std::unique_ptr<RemoteScan>> scan(const RemoteKey& key, const RemoteTable& table,
                                                         std::vector<std::string> columns) {
    const auto remote = find(key[0]);
    if (!remote) return fail(remote.error());
    auto rows = (*remote)->scan(table, request(key, **remote, table, std::move(columns)));
    if (!rows) return fail(named(key[0], std::move(rows.error())));
    return rows;
  }

  /// Runs a native query and keeps its rows until they are taken: its columns are not known before.
  [[nodiscard]] Result<std::vector<RemoteColumn>> native_columns(const std::string& source, const std::string& text) {
    const auto remote = find(source);
    if (!remote) return fail(remote.error());
    {
      const std::scoped_lock lock{mutex_};
      if (const auto known = native_.find({source, text}); known != native_.end()) return known->second.columns;
    }
    auto result = (*remote)->query(text);
    if (!result) return fail(named(source, std::move(result.error())));
    std::vector<RemoteColumn> columns = result->columns;
    const std::scoped_lock lock{mutex_};
    native_.insert_or_assign({source, text}, std::move(*result));
    return columns;
  }

  /// The rows of a native query; it runs again when another reader has them.
  [[nodiscard]] Result<std::unique_ptr<RemoteScan>> native_rows(const std::string& source, const std::string& text) {
    {
      const std::scoped_lock lock{mutex_};
      if (const auto known = native_.find({source, text}); known != native_.end()) {
        auto rows = std::move(known->second.rows);
        native_.erase(known);
        return rows;
      }
    }
    const auto remote = find(source);
    if (!remote) return fail(remote.error());
    auto result = (*remote)->query(text);
    if (!result) return fail(named(source, std::move(result.error())));
    return std::move(result->rows);
  }

  /// What is asked of each fetched table, in the order in which the plan reads them.
  [[nodiscard]] std::vector<PlannedRequest> requests() {
    std::vector<PlannedRequest> requests;
    for (const PlannedScan& scan : pushdown_.scans) {
      const auto remote = find(scan.key[0]);
      const auto table = describe(scan.key);
      if (!remote || !table) continue;
      requests.push_back({scan.key[0] + "." + table->schema + "." + table->name,
                          (*remote)->request_text(*table, request(scan.key, **remote, *table, scan.columns))});
    }
    return requests;
  }

  /// Keeps the first failure of a statement: DuckDB hands on its text only.
  void note(Error error) {
    const std::scoped_lock lock{mutex_};
    if (!failure_) failure_ = std::move(error);
  }
  [[nodiscard]] std::optional<Error> failure() const {
    const std::scoped_lock lock{mutex_};
    return failure_;
  }

 private:
  [[nodiscard]] Result<std::shared_ptr<Remote>> find(const std::string& source) const {
    const auto found = remotes_.find(source);
    if (found == remotes_.end())
      return fail(ErrorKind::server, "the engine has no fetched source named \"" + source + "\"");
    return found->second;
  }

  [[nodiscard]] ScanRequest request(const RemoteKey& key, const Remote& remote, const RemoteTable& table,
                                    std::vector<std::string> columns) const {
    ScanRequest request{.schema = table.schema, .table = table.name, .columns = std::move(columns)};
    const auto pushed = pushdown_.tables.find(key);
    if (pushed == pushdown_.tables.end()) return request;
    request.filters = pushed->second.filters;
    const bool exact =
        std::ranges::all_of(request.filters, [&](const Filter& filter) { return remote.applies(table, filter); });
    if (exact) request.limit = pushed->second.limit;
    return request;
  }

  static Error named(const std::string& source, Error error) {
    if (!error.message.starts_with(source + ": ")) error.message = source + ": " + error.message;
    return error;
  }

  std::chrono::milliseconds age_;
  std::uint64_t most_;
  std::map<std::string, std::shared_ptr<Remote>, std::less<>> remotes_;
  PlanPushdown pushdown_;
  mutable std::mutex mutex_;
  std::map<std::pair<std::string, std::string>, NativeResult> native_;
  std::optional<Error> failure_;
};

}  // namespace datasource::duckdb
