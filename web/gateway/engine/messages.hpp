#pragma once

#include <datasource/model/data_source.hpp>
#include <datasource/model/error.hpp>
#include <datasource/model/query.hpp>
#include <datasource/model/test_report.hpp>
#include <datasource/service/engine.hpp>
#include <datasource/service/service.hpp>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace datasource::gateway {

/// The payloads of frames. Secrets are in them: they live in memory and in a socket between two processes, nowhere
/// else.

struct RunRequest {
  Query query;
  std::vector<DataSource> sources;
};

[[nodiscard]] std::string write_query(const Query& query);
[[nodiscard]] Result<Query> read_query(std::string_view payload);

[[nodiscard]] std::string write_run(const Query& query, std::span<const DataSource> sources);
[[nodiscard]] Result<RunRequest> read_run(std::string_view payload);

[[nodiscard]] std::string write_source(const DataSource& source);
[[nodiscard]] Result<DataSource> read_source(std::string_view payload);

/// The sources that an engine reads, and the others that it may be brought to read.
struct ReconcileRequest {
  std::vector<DataSource> sources;
  std::vector<DataSource> others;
};

[[nodiscard]] std::string write_reconcile(std::span<const DataSource> sources, std::span<const DataSource> others);
[[nodiscard]] Result<ReconcileRequest> read_reconcile(std::string_view payload);
[[nodiscard]] std::string write_drift(const Drift& drift);
[[nodiscard]] Result<Drift> read_drift_payload(std::string_view payload);

[[nodiscard]] std::string write_schema_request(const DataSource& source, const SchemaRequest& wanted);
[[nodiscard]] Result<SchemaCall> read_schema_request(std::string_view payload);
[[nodiscard]] std::string write_schema(const SchemaPage& page);
[[nodiscard]] Result<SchemaPage> read_schema(std::string_view payload);

[[nodiscard]] std::string write_prepared(const PreparedStatement& statement);
[[nodiscard]] Result<PreparedStatement> read_prepared(std::string_view payload);

[[nodiscard]] std::string write_summary(const QuerySummary& summary);
[[nodiscard]] Result<QuerySummary> read_summary(std::string_view payload);

[[nodiscard]] std::string write_report(const TestReport& report);
[[nodiscard]] Result<TestReport> read_report(std::string_view payload);

/// Every member of the error arrives.
[[nodiscard]] std::string write_error(const Error& error);
/// A payload that is no error gives an Error that says so.
[[nodiscard]] Error read_error_payload(std::string_view payload);

}  // namespace datasource::gateway
