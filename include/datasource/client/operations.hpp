#pragma once

#include <datasource/operation/confirm.hpp>
#include <datasource/operation/exchange.hpp>
#include <datasource/operation/job.hpp>
#include <datasource/operation/paging.hpp>
#include <datasource/operation/sequence.hpp>
#include <datasource/protocol/opensearch/async_query.hpp>
#include <datasource/protocol/opensearch/cursor.hpp>
#include <datasource/protocol/opensearch/data_sources.hpp>
#include <datasource/protocol/opensearch/direct_query.hpp>
#include <datasource/protocol/opensearch/engines.hpp>
#include <datasource/protocol/opensearch/explain.hpp>
#include <datasource/protocol/opensearch/grammar.hpp>
#include <datasource/protocol/opensearch/health.hpp>
#include <datasource/protocol/opensearch/patch.hpp>
#include <datasource/protocol/opensearch/query.hpp>
#include <datasource/protocol/opensearch/result_indexes.hpp>
#include <datasource/protocol/opensearch/running_queries.hpp>
#include <datasource/protocol/opensearch/schema.hpp>
#include <datasource/protocol/opensearch/settings.hpp>
#include <datasource/protocol/opensearch/source_health.hpp>
#include <datasource/protocol/opensearch/statistics.hpp>

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// The client's operations, each ready to be driven: the blocking Client and the JavaScript one start from these.
namespace datasource::operations {

/// All data sources. Errors: the server's own; `malformed`.
inline Exchange<std::vector<DataSource>> list() { return {protocol::list_request(), &protocol::read_list}; }
/// One data source. Errors: `not_found`.
inline Exchange<DataSource> get(std::string_view name) { return {protocol::get_request(name), &protocol::read_one}; }
/// Registers a source. Errors: `invalid` before anything is sent; `conflict`.
inline Exchange<Acknowledgement> create(const DataSource& source, Dialect dialect = Dialect::documented) {
  return {protocol::create_request(source, dialect), &protocol::read_acknowledgement};
}
/// Replaces a source whole. Errors: `invalid` before anything is sent; `not_found`; `conflict` when it is another
/// version than expected; `unsupported` for a version in dialect `opensearch`.
inline Exchange<Acknowledgement> update(const DataSource& source, Dialect dialect = Dialect::documented,
                                        const IfMatch& expected = {}) {
  return {protocol::update_request(source, dialect, expected), &protocol::read_acknowledgement};
}
/// Removes a source. Errors: `not_found`; `conflict` and `unsupported` as for update().
inline Exchange<Acknowledgement> remove(std::string_view name, Dialect dialect = Dialect::documented,
                                        const IfMatch& expected = {}) {
  return {protocol::delete_request(name, dialect, expected), &protocol::read_acknowledgement};
}
/// Tests a stored source. Errors: `not_found`; `unsupported` in dialect `opensearch`.
inline Exchange<TestReport> test(std::string_view name, Dialect dialect = Dialect::documented) {
  return {protocol::test_request(name, dialect), &protocol::read_test};
}
/// Tests a source that need not be stored. Errors: `invalid` before anything is sent; `unsupported` in dialect
/// `opensearch`.
inline Exchange<TestReport> test(const DataSource& source, Dialect dialect = Dialect::documented) {
  return {protocol::test_request(source, dialect), &protocol::read_test};
}
/// The server's catalogue as JSON text: an array of connectors. Errors: `unsupported` in dialect `opensearch`.
inline Exchange<std::string> connectors(Dialect dialect = Dialect::documented) {
  return {protocol::connectors_request(dialect), &protocol::read_connectors};
}
/// The server's grammar of PPL. Errors: `unsupported` for a server without that route.
inline Exchange<GrammarBundle> grammar() { return {protocol::grammar_request(), &protocol::read_grammar}; }
/// Tables and columns of a source, a page of them. Errors: `not_found`, `disabled`, `connection`.
inline Exchange<SchemaPage> schema(std::string_view name, const SchemaRequest& wanted) {
  return {protocol::schema_request(name, wanted), &protocol::read_schema};
}
/// Ends statements that run under an id; how many were told to. Errors: `invalid` for what cannot be an id.
inline Exchange<std::uint64_t> cancel(std::string_view query_id) {
  return {protocol::cancel_request(query_id), &protocol::read_cancelled};
}
/// How the server is.
inline Exchange<Health> health() { return {protocol::health_request(), &protocol::read_health}; }
/// The rows of a statement, or its first page. Errors: `invalid`, `forbidden`, `not_found`, `disabled`; those of
/// read_jdbc.
inline Exchange<ResultSet> query(const Query& query) { return {query_request(query), &protocol::read_result}; }
/// The reply in the query's format, as the server wrote it.
inline Exchange<std::string> query_text(const Query& query) { return {query_request(query), &protocol::read_text}; }
/// The engines behind a gateway.
inline Exchange<std::vector<EngineStatus>> engines() { return {protocol::engines_request(), &protocol::read_engines}; }
/// How a source is and was, with its newest probes. Errors: `not_found`.
inline Exchange<SourceHealth> source_health(std::string_view name, std::uint32_t probes = default_probes) {
  return {protocol::source_health_request(name, probes), &protocol::read_source_health};
}
/// How all sources are.
inline Exchange<HealthSummary> sources_health() {
  return {protocol::sources_health_request(), &protocol::read_sources_health};
}
/// What the result cache keeps.
inline Exchange<std::vector<ResultIndex>> result_indexes() {
  return {protocol::result_indexes_request(), &protocol::read_result_indexes};
}
/// Empties a result index.
inline Exchange<ResultIndex> clear_results(std::string_view index) {
  return {protocol::clear_results_request(index), &protocol::read_cleared_results};
}
/// How the server would run a statement, as JSON text of the engine's own shape.
inline Exchange<std::string> explain(const Query& query) {
  return {protocol::explain_request(query), &protocol::read_explain};
}
/// The counters of the node that answers.
inline Exchange<Statistics> statistics(Language language) {
  return {protocol::statistics_request(language), &protocol::read_statistics};
}
/// Changes settings of the query engine and gives those that are set now. Errors: `invalid`.
inline Exchange<QuerySettings> settings(const QuerySettings& settings) {
  return {protocol::settings_request(settings), &protocol::read_settings};
}
/// A query in the source's own language. Errors: `invalid`; `malformed`.
inline Exchange<DirectQueryResult> direct_query(std::string_view source, const DirectQuery& query) {
  return {protocol::direct_query_request(source, query), &protocol::read_direct_query};
}

/// The rows of a query with a fetch size, page by page.
inline Paging<Page> pages(const Query& query) {
  return {{query_request(query), &protocol::read_page},
          [](const std::string& cursor) {
            return Exchange<Page>{protocol::next_page_request(cursor), &protocol::read_page};
          },
          [](const std::string& cursor) {
            return Exchange<bool>{protocol::close_request(cursor), &protocol::read_closed};
          }};
}

/// Submits the query, asks until it is finished, cancels it on the server when it is given up.
inline Job<AsyncQueryTicket, AsyncQueryState> async_query(const AsyncQuery& query, PollPolicy policy,
                                                          Random random = system_random()) {
  return {
      {protocol::async_query_request(query), &protocol::read_async_query},
      [](const AsyncQueryTicket& ticket) {
        return Exchange<AsyncQueryState>{protocol::async_query_state_request(ticket.id),
                                         &protocol::read_async_query_state};
      },
      [](const AsyncQueryTicket& ticket) {
        return Exchange<bool>{protocol::async_query_cancel_request(ticket.id), &protocol::read_async_query_cancelled};
      },
      policy,
      std::move(random)};
}

/// A finished query's rows, or its failure as an Error.
inline Result<ResultSet> rows_of(AsyncQueryState&& state) {
  if (state.phase == AsyncQueryState::Phase::succeeded) return std::move(state.rows);
  if (state.phase == AsyncQueryState::Phase::cancelled)
    return fail(ErrorKind::cancelled, "the query was cancelled on the server");
  return fail({.kind = ErrorKind::server, .message = std::move(state.message), .type = "AsyncQueryFailedException"});
}

/// Sends the patch as it is. Errors: `invalid` for a result index without a status; `conflict` and `unsupported` as for
/// update().
inline Exchange<Acknowledgement> patch(std::string_view name, const DataSourcePatch& patch,
                                       Dialect dialect = Dialect::documented, const IfMatch& expected = {}) {
  return {protocol::patch_request(name, patch, dialect, expected), &protocol::read_acknowledgement};
}

/// Reads the source, and sends the patch with its status, and its result index unless the patch has one: a real
/// OpenSearch makes a DISABLED source ACTIVE when it is given a result index alone. Where the server has versions, a
/// change in between is a `conflict`.
inline Sequence<DataSource, Acknowledgement> patch_keeping_status(std::string_view name, DataSourcePatch patch,
                                                                  Dialect dialect = Dialect::documented,
                                                                  IfMatch expected = {}) {
  return {get(name), [patch = std::move(patch), name = std::string{name}, dialect,
                      expected = std::move(expected)](const DataSource& source) mutable {
            if (!patch.status) patch.status = source.status;
            if (!patch.result_index && !source.result_index.empty()) patch.result_index = source.result_index;
            if (expected.etag.empty()) expected.etag = source.etag;
            return operations::patch(name, patch, dialect, expected);
          }};
}

/// Gives a source other credentials and keeps all else, on a server of the documented dialect.
inline Exchange<Acknowledgement> rotate(std::string_view name, const Credentials& credentials) {
  return patch(name, {.username = credentials.username, .password = credentials.password});
}

/// The same on an OpenSearch: reads the source, and patches the properties that hold its credentials. Errors:
/// `unsupported` for a connector that has none.
inline Sequence<DataSource, Acknowledgement> rotate_in_properties(std::string_view name, Credentials credentials) {
  return {get(name), [credentials = std::move(credentials)](const DataSource& source) {
            return Exchange<Acknowledgement>{protocol::credentials_patch_request(source, credentials),
                                             &protocol::read_acknowledgement};
          }};
}

/// Waits until the source is there and `shows` what it should; without one, until it is there.
inline Confirm<DataSource> visible(std::string_view name, std::function<bool(const DataSource&)> shows = {},
                                   PollPolicy policy = {}, Random random = system_random()) {
  return {get(name),
          [shows = std::move(shows)](const Result<DataSource>& read) { return read && (!shows || shows(*read)); },
          policy, std::move(random)};
}

/// Waits until there is no source of that name.
inline Confirm<DataSource> gone(std::string_view name, PollPolicy policy = {}, Random random = system_random()) {
  return {get(name), [](const Result<DataSource>& read) { return !read; }, policy, std::move(random)};
}

}  // namespace datasource::operations
