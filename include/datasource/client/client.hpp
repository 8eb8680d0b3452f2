#pragma once

#include <datasource/client/operations.hpp>
#include <datasource/client/pages.hpp>
#include <datasource/http/auth.hpp>
#include <datasource/http/polling.hpp>
#include <datasource/http/retry_budget.hpp>
#include <datasource/http/transport.hpp>
#include <datasource/operation/drive.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace datasource {

/// Which server a client speaks to, and as whom.
struct ClientOptions {
  std::string url =
      {};          ///< `http://host:port`, with a path prefix where a proxy wants one. Empty for a service in process.
  Auth auth = {};  ///< Sent with every request; none by default.
  /// What creates and updates are written in, and whose rules they are checked by before anything is sent. Replies of
  /// both dialects are read, whichever it is.
  Dialect dialect = Dialect::documented;
};

/// The Data Source API, one blocking method an operation. Every method returns a value or an Error and takes a stop
/// token that cancels it from another thread. Usable from as many threads at once as its transport: any number for
/// CurlTransport, one for the others.
template <Transport Tr>
class Client {
 public:
  /// A client that sends nothing yet. A URL or credentials that cannot be used are an `invalid` error of every method.
  explicit Client(Tr transport, const ClientOptions& options = {})
      : transport_{std::move(transport)}, base_{options.url}, dialect_{options.dialect} {
    while (base_.ends_with('/')) base_.pop_back();
    if (std::string value = authorization(options.auth); !value.empty())
      headers_.emplace_back("Authorization", std::move(value));
  }

  /// All data sources, by name, passwords masked.
  [[nodiscard]] Result<std::vector<DataSource>> list(std::stop_token stop = {}) {
    return run(operations::list(), stop);
  }

  /// Errors: `not_found`.
  [[nodiscard]] Result<DataSource> get(std::string_view name, std::stop_token stop = {}) {
    return run(operations::get(name), stop);
  }

  /// Registers a source. Rules are checked before anything is sent. Errors: `invalid` with all violations, `conflict`.
  [[nodiscard]] Result<Acknowledgement> create(const DataSource& source, std::stop_token stop = {}) {
    return run(operations::create(source, dialect_), stop);
  }

  /// Replaces a source whole; a password of `******` keeps the stored one, but not on an OpenSearch, which takes what
  /// is given. Errors: `not_found`, `invalid`.
  [[nodiscard]] Result<Acknowledgement> update(const DataSource& source, std::stop_token stop = {}) {
    return update(source, IfMatch{}, std::move(stop));
  }
  /// The same, unless somebody else changed the source meanwhile: `client.update(source, IfMatch{source.etag})`.
  /// Errors: also `conflict`; `unsupported` in dialect `opensearch`.
  [[nodiscard]] Result<Acknowledgement> update(const DataSource& source, const IfMatch& expected,
                                               std::stop_token stop = {}) {
    return run(operations::update(source, dialect_, expected), stop);
  }

  /// Removes a source for good. Errors: `not_found`.
  [[nodiscard]] Result<Acknowledgement> remove(std::string_view name, std::stop_token stop = {}) {
    return remove(name, IfMatch{}, std::move(stop));
  }
  /// The same, unless somebody else changed the source meanwhile. Errors: also `conflict`; `unsupported` in dialect
  /// `opensearch`.
  [[nodiscard]] Result<Acknowledgement> remove(std::string_view name, const IfMatch& expected,
                                               std::stop_token stop = {}) {
    return run(operations::remove(name, dialect_, expected), stop);
  }

  /// Changes what the patch names and keeps the rest, secrets included. A patch with a result index and no status is
  /// completed with the status that is read first, since an OpenSearch would otherwise activate a disabled source.
  /// Errors: `not_found`; `invalid`, such as for a result index of the wrong form, and for a secret that is kept while
  /// the server that it is for changes.
  [[nodiscard]] Result<Acknowledgement> patch(std::string_view name, const DataSourcePatch& patch,
                                              std::stop_token stop = {}) {
    return this->patch(name, patch, IfMatch{}, std::move(stop));
  }
  /// The same, unless somebody else changed the source meanwhile. Errors: also `conflict`; `unsupported` in dialect
  /// `opensearch`.
  [[nodiscard]] Result<Acknowledgement> patch(std::string_view name, const DataSourcePatch& patch,
                                              const IfMatch& expected, std::stop_token stop = {}) {
    if (patch.result_index && !patch.status)
      return run(operations::patch_keeping_status(name, patch, dialect_, expected), stop);
    return run(operations::patch(name, patch, dialect_, expected), stop);
  }

  /// Replaces username and password of a source and keeps all else; in dialect `opensearch` they are properties.
  /// Errors: `not_found`, `invalid`.
  [[nodiscard]] Result<Acknowledgement> rotate(std::string_view name, Credentials credentials,
                                               std::stop_token stop = {}) {
    if (dialect_ == Dialect::documented) return run(operations::rotate(name, credentials), stop);
    return run(operations::rotate_in_properties(name, std::move(credentials)), stop);
  }

  /// Replaces secrets that are properties, such as `prometheus.auth.password`, by a PATCH, which keeps those that are
  /// not named. Status and result index are read first and sent with it, so that a disabled source stays so. Errors:
  /// `not_found`, `invalid`; `conflict` for a change in between, where the server has versions.
  [[nodiscard]] Result<Acknowledgement> rotate_properties(std::string_view name, Properties secrets,
                                                          std::stop_token stop = {}) {
    return run(operations::patch_keeping_status(name, {.properties = std::move(secrets)}, dialect_), stop);
  }

  /// Waits until a source that was written can be read, and gives it: an OpenSearch shows a write about a second after
  /// it acknowledged it.
  /// @param shows What the source is to say, such as the new description; without one its presence is enough.
  /// @param policy How often to ask, and for how long in all; 15 seconds unless told.
  /// @par Errors `timeout`; all of get() but `not_found`.
  [[nodiscard]] Result<DataSource> wait_until_visible(std::string_view name,
                                                      std::function<bool(const DataSource&)> shows = {},
                                                      PollPolicy policy = {}, std::stop_token stop = {}) {
    return run(operations::visible(name, std::move(shows), policy), stop).map([](std::optional<DataSource>&& source) {
      return std::move(*source);
    });
  }

  /// Waits until a source that was removed can no longer be read. Errors: `timeout`; all of get() but `not_found`.
  [[nodiscard]] Result<void> wait_until_gone(std::string_view name, PollPolicy policy = {}, std::stop_token stop = {}) {
    return run(operations::gone(name, policy), stop).map([](const std::optional<DataSource>&) {});
  }

  /// Tests the connection of a stored source. A test that fails is a report whose `passed` is false. Errors:
  /// `not_found`.
  [[nodiscard]] Result<TestReport> test(std::string_view name, std::stop_token stop = {}) {
    return run(operations::test(name, dialect_), stop);
  }

  /// Tests a source that need not be stored. Errors: `invalid`.
  [[nodiscard]] Result<TestReport> test(const DataSource& source, std::stop_token stop = {}) {
    return run(operations::test(source, dialect_), stop);
  }

  /// The server's catalogue, as JSON text. The SDK's own is `datasource::catalogue`.
  [[nodiscard]] Result<std::string> connectors(std::stop_token stop = {}) {
    return run(operations::connectors(dialect_), stop);
  }

  /// A page of what a source holds: its schemas, tables and columns. `SchemaPage::next` asks for the page after it.
  /// Errors: `not_found`, `disabled`, those of reaching the source.
  [[nodiscard]] Result<SchemaPage> schema(std::string_view name, const SchemaRequest& wanted = {},
                                          std::stop_token stop = {}) {
    return run(operations::schema(name, wanted), stop);
  }

  /// Ends the statements that run under an id (`Query::id`), whoever started them; gives their number. Errors:
  /// `not_found` when none runs.
  [[nodiscard]] Result<std::uint64_t> cancel(std::string_view query_id, std::stop_token stop = {}) {
    return run(operations::cancel(query_id), stop);
  }

  /// Whether the gateway answers, which it is, and what its engine is. Needs no credentials.
  [[nodiscard]] Result<Health> health(std::stop_token stop = {}) { return run(operations::health(), stop); }

  /// The engines behind the gateway, the default first: what each reads, and how what its server keeps differed from
  /// the registry.
  [[nodiscard]] Result<std::vector<EngineStatus>> engines(std::stop_token stop = {}) {
    return run(operations::engines(), stop);
  }

  /// How a data source is, since when, and how it was, with its newest probes.
  /// @param probes Most probes, 0 to 1000.
  /// @par Errors `not_found`; `invalid`.
  [[nodiscard]] Result<SourceHealth> source_health(std::string_view name, std::uint32_t probes = default_probes,
                                                   std::stop_token stop = {}) {
    return run(operations::source_health(name, probes), stop);
  }

  /// How all data sources are, by name, without their probes.
  [[nodiscard]] Result<HealthSummary> sources_health(std::stop_token stop = {}) {
    return run(operations::sources_health(), stop);
  }

  /// The result indexes that keep replies to be given again, by name.
  [[nodiscard]] Result<std::vector<ResultIndex>> result_indexes(std::stop_token stop = {}) {
    return run(operations::result_indexes(), stop);
  }

  /// Empties a result index; gives what was in it. Statements then ask their sources again.
  [[nodiscard]] Result<ResultIndex> clear_results(std::string_view index, std::stop_token stop = {}) {
    return run(operations::clear_results(index), stop);
  }

  /// Runs one SQL statement. Tables are `source.schema.table` or `source.table`, of any number of sources.
  /// Errors: `invalid` (does not parse, not one SELECT), `forbidden`, `not_found`, `disabled`, `connection`, `timeout`,
  /// `cancelled`.
  [[nodiscard]] Result<ResultSet> sql(std::string_view statement, std::stop_token stop = {}) {
    return query({.language = Language::sql, .text = std::string{statement}}, stop);
  }

  /// Runs one PPL statement, such as `source = metrics.up | head 5`. Errors: as sql(); `unsupported` where no engine
  /// behind the server speaks PPL.
  [[nodiscard]] Result<ResultSet> ppl(std::string_view statement, std::stop_token stop = {}) {
    return query({.language = Language::ppl, .text = std::string{statement}}, stop);
  }

  /// Runs a statement with parameters: `client.query({.text = "select * from t where age > ?", .parameters = {45}})`.
  /// With a fetch size, the first page; for the others see pages(). Errors: as sql(); `malformed` for a format other
  /// than jdbc, which query_text() gives.
  [[nodiscard]] Result<ResultSet> query(const Query& query, std::stop_token stop = {}) {
    return run(operations::query(query), stop);
  }

  /// The reply in the query's format (CSV, raw), byte for byte as the server wrote it. Errors: as sql().
  [[nodiscard]] Result<std::string> query_text(const Query& query, std::stop_token stop = {}) {
    return run(operations::query_text(query), stop);
  }

  /// How the server would run the statement, as JSON text whose shape is the engine's. Errors: as sql().
  [[nodiscard]] Result<std::string> explain(const Query& query, std::stop_token stop = {}) {
    return run(operations::explain(query), stop);
  }

  /// The rows of one SQL statement, `fetch_size` of them at a time; see Pages. Nothing is sent before the first page is
  /// asked for. The client must outlive what it gives. Errors: as sql(), each as the last page; `not_found` for a
  /// cursor that the server has let expire.
  [[nodiscard]] Pages<Tr> pages(std::string_view statement, std::uint32_t fetch_size, std::stop_token stop = {}) {
    return pages(Query{.text = std::string{statement}, .fetch_size = fetch_size}, std::move(stop));
  }

  /// The same with parameters. @pre `query.fetch_size > 0` for more than one page
  [[nodiscard]] Pages<Tr> pages(const Query& query, std::stop_token stop = {}) {
    return Pages<Tr>{transport_, prepared(operations::pages(query)), std::move(stop)};
  }

  /// Runs a statement on the engine behind a source (`s3glue`, `security_lake`) and waits until it is finished. A stop
  /// or the end of the policy's limit cancels it on the server too.
  /// @param policy How often to ask, and for how long in all; without limit unless told.
  /// @par Errors those of the server when it takes the query; `server` with the engine's message when it fails;
  /// `timeout`; `cancelled`.
  [[nodiscard]] Result<ResultSet> async_query(const AsyncQuery& query,
                                              PollPolicy policy = {.limit = std::chrono::milliseconds{0}},
                                              std::stop_token stop = {}) {
    return run(operations::async_query(query, policy), stop).and_then(&operations::rows_of);
  }

  /// Runs a query in the source's own language, such as `DirectQuery::instant("up", time)`. Errors: `invalid` where the
  /// source refused it, for which a real OpenSearch gives no reason; `malformed`; the server's own.
  [[nodiscard]] Result<DirectQueryResult> direct_query(std::string_view source, const DirectQuery& query,
                                                       std::stop_token stop = {}) {
    return run(operations::direct_query(source, query), stop);
  }

  /// The grammar of PPL as the server has it, for editors. Errors: `unsupported` for an OpenSearch that is older than
  /// the route, and for servers that speak SQL only.
  [[nodiscard]] Result<GrammarBundle> grammar(std::stop_token stop = {}) { return run(operations::grammar(), stop); }

  /// The counters of the node that answers. Errors: the server's own.
  [[nodiscard]] Result<Statistics> statistics(std::stop_token stop = {}) {
    return run(operations::statistics(Language::sql), stop);
  }

  /// Changes settings of the query engine, such as `plugins.query.size_limit`; gives those that are set now. Errors:
  /// `invalid` for a name or a value that the server does not take.
  [[nodiscard]] Result<QuerySettings> settings(const QuerySettings& change, std::stop_token stop = {}) {
    return run(operations::settings(change), stop);
  }

  /// Runs any operation with this client's address, credentials and retry budget: those without a method here, such as
  /// `Exchange{protocol::labels_request("metrics"), &protocol::read_labels}`.
  template <class Operation>
  [[nodiscard]] Result<typename Operation::value_type> run(Operation operation, const std::stop_token& stop = {}) {
    return drive(transport_, prepared(std::move(operation)), SystemClock{}, stop);
  }

 private:
  template <class Operation>
  Operation prepared(Operation operation) {
    operation.address(base_, headers_);
    operation.share(budget_);
    return operation;
  }

  Tr transport_;
  std::string base_;
  Dialect dialect_ = Dialect::documented;
  Headers headers_;
  std::shared_ptr<RetryBudget> budget_ = std::make_shared<RetryBudget>();
};

}  // namespace datasource
