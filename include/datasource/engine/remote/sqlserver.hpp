#pragma once

#include <datasource/connector/settings.hpp>
#include <datasource/engine/remote/odbc/scan.hpp>
#include <datasource/engine/remote/sqlserver/driver.hpp>
#include <datasource/engine/remote/sqlserver/errors.hpp>
#include <datasource/engine/remote/sqlserver/native.hpp>
#include <datasource/engine/remote/sqlserver/sql.hpp>
#include <datasource/engine/remote/sqlserver/types.hpp>
#include <datasource/federation/remote_source.hpp>
#include <datasource/model/error.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace datasource::remote {

/// A SQL Server through ODBC: Microsoft's driver where it is installed, else FreeTDS's.
class SqlServerSource final : public RemoteSource {
 public:
  /// @pre the settings are those of connector `sqlserver`, without violations
  explicit SqlServerSource(Settings settings)
      : settings_{std::make_shared<const Settings>(std::move(settings))},
        pool_{std::make_shared<odbc::Pool>(
            odbc::Pool::Limits{.most = static_cast<std::size_t>(number("maxConnections", 0)),
                               .idle = std::chrono::milliseconds{number("idleTimeout", 600'000)},
                               .patience = std::chrono::milliseconds{number("connectionTimeout", 10'000)}},
            [settings = settings_] { return connect(*settings); })} {}

  [[nodiscard]] std::string default_schema() const override { return "dbo"; }

  [[nodiscard]] Result<std::vector<RemoteTable>> tables(std::stop_token stop) override {
    auto rows = texts(sqlserver::tables_query, stop);
    if (!rows) return fail(std::move(rows.error()));
    std::vector<RemoteTable> found;
    for (const std::vector<std::string>& row : *rows)
      found.push_back({.schema = row[0], .name = row[1], .kind = row[2].starts_with('V') ? "view" : "table"});
    std::sort(found.begin(), found.end(), [](const RemoteTable& a, const RemoteTable& b) {
      return std::tie(a.schema, a.name) < std::tie(b.schema, b.name);
    });
    return found;
  }

  [[nodiscard]] Result<RemoteTable> describe(std::string_view schema, std::string_view table,
                                             std::stop_token stop) override {
    auto rows = texts(sqlserver::columns_query(schema, table), stop);
    if (!rows) return fail(std::move(rows.error()));
    if (rows->empty())
      return fail({.kind = ErrorKind::not_found,
                   .message = "the database has no table \"" + std::string{schema} + '.' + std::string{table} +
                              "\" that this user may see",
                   .status = 404,
                   .type = "NotFoundException"});
    const std::vector<std::string>& first = rows->front();
    RemoteTable found{.schema = first[0], .name = first[1], .kind = first[2].starts_with('V') ? "view" : "table"};
    std::vector<sqlserver::Column> columns;
    for (const std::vector<std::string>& row : *rows) {
      columns.push_back(
          sqlserver::to_column(row[3], row[4], std::atoi(row[5].c_str()), std::atoi(row[6].c_str()), row[7] != "0"));
      found.columns.push_back(columns.back().shape);
    }
    const std::scoped_lock lock{mutex_};
    columns_.insert_or_assign({found.schema, found.name}, std::move(columns));
    return found;
  }

  [[nodiscard]] bool applies(const RemoteTable& table, const Filter& filter) const override {
    const std::vector<sqlserver::Column> columns = known(table);
    const sqlserver::Column* column = sqlserver::find_column(columns, filter.column);
    const auto condition = column == nullptr ? std::nullopt : sqlserver::to_condition(*column, filter);
    return condition && condition->exact;
  }

  [[nodiscard]] Result<std::unique_ptr<RemoteScan>> scan(const RemoteTable& table, const ScanRequest& request,
                                                         std::stop_token stop) override {
    if (known(table).empty()) {  // of another object that stands for the same source
      if (auto described = describe(table.schema, table.name, stop); !described)
        return fail(std::move(described.error()));
    }
    auto rows = run(request_text(table, request), stop);
    if (!rows) return fail(std::move(rows.error()));
    if (request.columns.empty()) return count(std::move(*rows), stop);
    const std::vector<sqlserver::Column> columns = known(table);
    std::vector<RemoteColumn> wanted;
    for (const std::string& name : request.columns) {
      const sqlserver::Column* column = sqlserver::find_column(columns, name);
      wanted.push_back(column == nullptr ? RemoteColumn{.name = name} : column->shape);
    }
    rows->read_as(wanted);
    return std::make_unique<odbc::RowScan>(std::move(*rows));
  }

  [[nodiscard]] std::string request_text(const RemoteTable& table, const ScanRequest& request) const override {
    return sqlserver::select(table.schema, table.name, known(table), request);
  }

  [[nodiscard]] std::string_view native_language() const override { return "T-SQL"; }

  [[nodiscard]] Result<NativeResult> query(std::string_view text, std::stop_token stop) override {
    if (const std::string problem = sqlserver::native_problem(text); !problem.empty())
      return fail({.kind = ErrorKind::invalid,
                   .message = "this is not T-SQL that a native query may have: " + problem,
                   .status = 400,
                   .type = "QueryException"});
    auto rows = run(text, stop);
    if (!rows) return fail(std::move(rows.error()));
    NativeResult result;
    for (const odbc::ResultColumn& column : rows->columns()) result.columns.push_back(odbc::to_remote(column));
    if (result.columns.empty())
      return fail(ErrorKind::invalid, "the statement has no result; a native query is one SELECT");
    odbc::name_apart(result.columns);
    rows->read_as(result.columns);
    result.rows = std::make_unique<odbc::RowScan>(std::move(*rows));
    return result;
  }

  [[nodiscard]] Address address() const override {
    // Which port an instance has is for its host to say.
    if (!sqlserver::setting(*settings_, "instance").empty()) return {};
    return {sqlserver::setting(*settings_, "host"), sqlserver::setting(*settings_, "port")};
  }

  [[nodiscard]] std::vector<RemoteCheck> checks() override {
    std::vector<RemoteCheck> steps;
    steps.push_back({"authenticate", "Sign in", [this](std::stop_token stop) -> Result<std::string> {
                       auto lease = pool_->take(stop);
                       if (!lease) return fail(std::move(lease.error()));
                       return "as " + sqlserver::setting(*settings_, "username") + ", database " +
                              sqlserver::setting(*settings_, "database") +
                              (sqlserver::setting(*settings_, "encrypt") == "false"
                                   ? "; what follows the sign-in is not encrypted"
                                   : "; encrypted");
                     }});
    steps.push_back({"version", "Read the version", [this](std::stop_token stop) { return version(stop); }});
    steps.push_back({"tables", "List tables", [this](std::stop_token stop) -> Result<std::string> {
                       auto found = tables(stop);
                       if (!found) return fail(std::move(found.error()));
                       return std::to_string(found->size()) + (found->size() == 1 ? " table" : " tables");
                     }});
    return steps;
  }

 private:
  [[nodiscard]] std::int64_t number(std::string_view key, std::int64_t fallback) const {
    const std::string text = sqlserver::setting(*settings_, key);
    return text.empty() ? fallback : std::strtoll(text.c_str(), nullptr, 10);
  }

  static Result<std::unique_ptr<odbc::Connection>> connect(const Settings& settings) {
    auto driver = sqlserver::choose_driver(sqlserver::installed_drivers());
    if (!driver) return fail(std::move(driver.error()));
    const auto text = sqlserver::connection_string(*driver, settings);
    if (!text) return fail(text.error());
    if (sqlserver::needs_section(*driver, settings)) sqlserver::provide_section(settings);
    auto connection = std::make_unique<odbc::Connection>();
    // ODBC counts whole seconds.
    const std::int64_t limit = std::strtoll(sqlserver::setting(settings, "connectionTimeout").c_str(), nullptr, 10);
    const auto said = connection->connect(*text, static_cast<std::size_t>((limit + 999) / 1000));
    if (!said.empty()) return fail(sqlserver::to_error(said, settings));
    connection->keep_nothing();
    return connection;
  }

  Result<odbc::Rows> run(std::string_view text, const std::stop_token& stop) {
    auto lease = pool_->take(stop);
    if (!lease) return fail(std::move(lease.error()));
    return odbc::Rows::run(
        std::move(*lease), text,
        [settings = settings_](const std::vector<odbc::Diagnostic>& said) {
          return sqlserver::to_error(said, *settings);
        },
        stop);
  }

  /// All rows of a small result, as texts.
  Result<std::vector<std::vector<std::string>>> texts(std::string_view text, const std::stop_token& stop) {
    auto rows = run(text, stop);
    if (!rows) return fail(std::move(rows.error()));
    std::vector<RemoteColumn> columns;
    for (const odbc::ResultColumn& column : rows->columns()) columns.push_back({.name = column.name});
    rows->read_as(columns);
    std::vector<std::vector<std::string>> all;
    for (;;) {
      auto batch = rows->next(stop);
      if (!batch) return fail(std::move(batch.error()));
      if (!*batch) return all;
      for (std::size_t row = 0; row < (*batch)->row_count(); ++row) {
        std::vector<std::string>& into = all.emplace_back();
        for (const datasource::Column& column : (*batch)->columns())
          into.emplace_back((*column.values_as<TextValues>())[row]);
      }
    }
  }

  Result<std::unique_ptr<RemoteScan>> count(odbc::Rows rows, const std::stop_token& stop) {
    rows.read_as({{.name = "rows", .type = Type::int64}});
    auto batch = rows.next(stop);
    if (!batch) return fail(std::move(batch.error()));
    const auto* counted = *batch ? (*batch)->columns().front().values_as<std::vector<std::int64_t>>() : nullptr;
    return std::make_unique<odbc::CountScan>(
        counted == nullptr || counted->empty() ? 0U : static_cast<std::uint64_t>(counted->front()));
  }

  Result<std::string> version(const std::stop_token& stop) {
    auto rows = texts("SELECT CAST(SERVERPROPERTY('ProductVersion') AS nvarchar(128))", stop);
    if (!rows) return fail(std::move(rows.error()));
    const std::string number = rows->empty() ? std::string{} : rows->front().front();
    if (const long major = std::strtol(number.c_str(), nullptr, 10); major > 0 && major < 13)
      return fail(ErrorKind::unsupported, "SQL Server " + number + " is too old; version 2016 (13) or later is needed");
    return "SQL Server " + number;
  }

  [[nodiscard]] std::vector<sqlserver::Column> known(const RemoteTable& table) const {
    const std::scoped_lock lock{mutex_};
    const auto found = columns_.find({table.schema, table.name});
    return found == columns_.end() ? std::vector<sqlserver::Column>{} : found->second;
  }

  std::shared_ptr<const Settings> settings_;
  std::shared_ptr<odbc::Pool> pool_;
  mutable std::mutex mutex_;
  std::map<std::pair<std::string, std::string>, std::vector<sqlserver::Column>> columns_;
};

/// A SQL Server as a source of tables. Does no I/O. @pre the settings are those of connector `sqlserver`, without
/// violations
inline Result<std::unique_ptr<RemoteSource>> open_sqlserver(const Settings& settings) {
  return std::make_unique<SqlServerSource>(settings);
}

}  // namespace datasource::remote
