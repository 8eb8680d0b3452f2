#pragma once

#include <datasource/columnar/result_set.hpp>
#include <datasource/federation/remote_table.hpp>
#include <datasource/federation/scan_request.hpp>
#include <datasource/model/error.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace datasource {

/// The rows of one table or native query, batch by batch.
class RemoteScan {
 public:
  RemoteScan() = default;
  RemoteScan(const RemoteScan&) = delete;
  RemoteScan& operator=(const RemoteScan&) = delete;
  virtual ~RemoteScan() = default;

  /// The next rows, nothing after the last. Of a table: a column for each one that was asked for, in that order, with
  /// the type that the table's description gives it. A batch holds at most about 64 Ki rows and at least one.
  /// Timestamps are text as the API has it or, in a `std::vector<std::int64_t>`, microseconds since 1970 UTC.
  /// Errors: those of reaching the source; `cancelled`.
  [[nodiscard]] virtual Result<std::optional<ResultSet>> next(std::stop_token stop) = 0;
};

/// A native query that was begun.
struct NativeResult {
  std::vector<RemoteColumn> columns = {};  ///< What its rows hold.
  std::unique_ptr<RemoteScan> rows = {};   ///< The rows, once.
};

/// One step of a connection test.
struct RemoteCheck {
  std::string name = {};   ///< `authenticate`, `version`, `tables`; see Check::name.
  std::string title = {};  ///< For people.
  /// Does it, and says what was found. A failure's message says what to do and holds no secret.
  std::function<Result<std::string>(std::stop_token)> run = {};
};

/// A system whose tables an engine cannot attach: they are fetched over its own protocol. One object is one connection
/// to one data source, made from checked settings; making one does no I/O. One thread at a time may call it, but the
/// scans that it gave may be read by other threads, one each.
class RemoteSource {
 public:
  RemoteSource() = default;
  RemoteSource(const RemoteSource&) = delete;
  RemoteSource& operator=(const RemoteSource&) = delete;
  virtual ~RemoteSource() = default;

  /// The schema of tables that a statement names as `source.table`. Never empty.
  [[nodiscard]] virtual std::string default_schema() const = 0;

  /// All tables without their columns, ordered by schema and name. Errors: those of reaching the source.
  [[nodiscard]] virtual Result<std::vector<RemoteTable>> tables(std::stop_token stop) = 0;

  /// One table with its columns. Names match exactly where the system tells case apart, else in any case.
  /// Errors: `not_found`, naming what is there instead where that is cheap to know; those of reaching the source.
  [[nodiscard]] virtual Result<RemoteTable> describe(std::string_view schema, std::string_view table,
                                                     std::stop_token stop) = 0;

  /// Whether the system applies this filter exactly as SQL has it: the rows that it gives are then those that pass.
  [[nodiscard]] virtual bool applies(const RemoteTable& table, const Filter& filter) const = 0;

  /// Begins to read a table. Filters that the system does not understand are left to the engine. Errors: as
  /// RemoteScan::next; `invalid` where the system demands a condition that is missing, with an example of it.
  [[nodiscard]] virtual Result<std::unique_ptr<RemoteScan>> scan(const RemoteTable& table, const ScanRequest& request,
                                                                 std::stop_token stop) = 0;

  /// What `scan` would ask the system, in its own language and for people: the query text, the URL's path. No secret.
  [[nodiscard]] virtual std::string request_text(const RemoteTable& table, const ScanRequest& request) const = 0;

  /// The name of the language of `query`: `PromQL`, `InfluxQL`; empty when there is none.
  [[nodiscard]] virtual std::string_view native_language() const { return {}; }

  /// Runs a text in the system's own language, which must only read. Errors: `unsupported`, `invalid` with the system's
  /// words, those of reaching the source.
  [[nodiscard]] virtual Result<NativeResult> query(std::string_view text, std::stop_token stop) {
    (void)text, (void)stop;
    return fail(ErrorKind::unsupported, "this source has no query language of its own");
  }

  /// Host and port that a connection test looks for first, by name and by TCP. Host empty: the checks do it.
  struct Address {
    std::string host = {};  ///< Name or address.
    std::string port = {};  ///< Decimal.
    /// The path of the field that says both, such as `properties.url`; empty where `host` and `port` do.
    std::string field = {};
  };
  /// Where the system is.
  [[nodiscard]] virtual Address address() const = 0;

  /// The steps of a connection test after name and port were found to answer, in order: `tls` where it is used,
  /// `authenticate`, `version` (whose text names the system and its version), `tables`.
  [[nodiscard]] virtual std::vector<RemoteCheck> checks() = 0;
};

}  // namespace datasource
