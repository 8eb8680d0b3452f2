#pragma once

#include <datasource/client/operations.hpp>
#include <datasource/http/auth.hpp>
#include <datasource/http/transport.hpp>
#include <datasource/operation/drive.hpp>

#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace datasource {

struct ClientOptions {
  std::string url = {};  ///< `http://host:port`, with a path prefix where a proxy wants one. Empty for a service in process.
  Auth auth = {};
};

/// The Data Source API, one blocking method an operation. Every method returns a value or an Error and takes a stop token that cancels it from
/// another thread. One thread at a time.
template <Transport Tr>
class Client {
 public:
  explicit Client(Tr transport, const ClientOptions& options = {}) : transport_{std::move(transport)}, base_{options.url} {
    while (base_.ends_with('/')) base_.pop_back();
    if (std::string value = authorization(options.auth); !value.empty()) headers_.emplace_back("Authorization", std::move(value));
  }

  /// All data sources, by name, passwords masked.
  [[nodiscard]] Result<std::vector<DataSource>> list(std::stop_token stop = {}) { return run(operations::list(), stop); }

  /// Errors: `not_found`.
  [[nodiscard]] Result<DataSource> get(std::string_view name, std::stop_token stop = {}) { return run(operations::get(name), stop); }

  /// Registers a source. Rules are checked before anything is sent. Errors: `invalid` with all violations, `conflict`.
  [[nodiscard]] Result<Acknowledgement> create(const DataSource& source, std::stop_token stop = {}) { return run(operations::create(source), stop); }

  /// Replaces a source whole; a password of `******` keeps the stored one. Errors: `not_found`, `invalid`.
  [[nodiscard]] Result<Acknowledgement> update(const DataSource& source, std::stop_token stop = {}) { return run(operations::update(source), stop); }

  /// Removes a source for good. Errors: `not_found`.
  [[nodiscard]] Result<Acknowledgement> remove(std::string_view name, std::stop_token stop = {}) { return run(operations::remove(name), stop); }

  /// Tests the connection of a stored source. A test that fails is a report whose `passed` is false. Errors: `not_found`.
  [[nodiscard]] Result<TestReport> test(std::string_view name, std::stop_token stop = {}) { return run(operations::test(name), stop); }

  /// Tests a source that need not be stored. Errors: `invalid`.
  [[nodiscard]] Result<TestReport> test(const DataSource& source, std::stop_token stop = {}) { return run(operations::test(source), stop); }

  /// The server's catalogue, as JSON text. The SDK's own is `datasource::catalogue`.
  [[nodiscard]] Result<std::string> connectors(std::stop_token stop = {}) { return run(operations::connectors(), stop); }

  /// Runs one SQL statement. Tables are `source.schema.table` or `source.table`, of any number of sources.
  /// Errors: `invalid` (does not parse, not one SELECT), `forbidden`, `not_found`, `disabled`, `connection`, `timeout`, `cancelled`.
  [[nodiscard]] Result<ResultSet> sql(std::string_view statement, std::stop_token stop = {}) {
    return run(operations::query({.language = Language::sql, .text = std::string{statement}}), stop);
  }

 private:
  template <class T>
  Result<T> run(Exchange<T> operation, const std::stop_token& stop) {
    operation.address(base_, headers_);
    return drive(transport_, std::move(operation), SystemClock{}, stop);
  }

  Tr transport_;
  std::string base_;
  Headers headers_;
};

}  // namespace datasource
