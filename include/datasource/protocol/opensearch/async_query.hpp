#pragma once

#include <datasource/columnar/jdbc_reader.hpp>
#include <datasource/detail/ascii.hpp>
#include <datasource/model/query.hpp>
#include <datasource/protocol/opensearch/reply.hpp>
#include <datasource/protocol/opensearch/routes.hpp>

#include <string>
#include <string_view>
#include <utility>

namespace datasource {

/// A statement for the engine behind a source (`s3glue`, `security_lake`), which runs it on its own time.
struct AsyncQuery {
  std::string data_source = {};       ///< Name of the source.
  std::string text = {};              ///< One statement.
  Language language = Language::sql;  ///< SQL or PPL.
  std::string session = {};           ///< Of an earlier query, to run on the engine that it warmed up; may be empty.
};

/// A query that the server has taken.
struct AsyncQueryTicket {
  std::string id = {};       ///< What to ask after it by.
  std::string session = {};  ///< Empty when the server has none.

  friend bool operator==(const AsyncQueryTicket&, const AsyncQueryTicket&) = default;
};

/// How far a query is.
struct AsyncQueryState {
  /// Where a query stands; the last three are final.
  enum class Phase { waiting, running, succeeded, failed, cancelled };
  Phase phase = Phase::waiting;  ///< As the server tells it.
  ResultSet rows = {};           ///< Of a query that succeeded.
  std::string message = {};      ///< Why it failed.

  /// Whether nothing more will happen to it.
  [[nodiscard]] bool finished() const { return phase != Phase::waiting && phase != Phase::running; }
};

namespace protocol {

/// `POST /_plugins/_async_query`. Errors: `invalid` for an empty source or statement.
inline Result<HttpRequest> async_query_request(const AsyncQuery& query) {
  if (query.data_source.empty())
    return fail(invalid({{"datasource", "required", "the data source is missing", "give its name"}}));
  if (query.text.empty()) return fail(invalid({{"query", "required", "the statement is missing", "give one"}}));
  detail::OrderedJson body{
      {"datasource", query.data_source}, {"lang", to_string(query.language)}, {"query", query.text}};
  if (!query.session.empty()) body["sessionId"] = query.session;
  return detail::json_request("POST", std::string{routes::async_query}, body);
}

/// `GET /_plugins/_async_query/{id}`. Errors: `invalid` for an id that cannot stand in a path.
inline Result<HttpRequest> async_query_state_request(std::string_view id) {
  return detail::with_segment(routes::async_query, id, "queryId").map([](std::string target) {
    return HttpRequest{"GET", std::move(target), {}, {}};
  });
}

/// `DELETE /_plugins/_async_query/{id}`. Errors: `invalid` for an id that cannot stand in a path.
inline Result<HttpRequest> async_query_cancel_request(std::string_view id) {
  return detail::with_segment(routes::async_query, id, "queryId").map([](std::string target) {
    return HttpRequest{"DELETE", std::move(target), {}, {}};
  });
}

/// `{"queryId", "sessionId"?}`. Errors: the server's own; `malformed` without an id.
inline Result<AsyncQueryTicket> read_async_query(const HttpResponse& response) {
  const auto json = detail::object_of(response);
  if (!json) return fail(json.error());
  AsyncQueryTicket ticket{datasource::detail::text_or_empty(*json, "queryId"),
                          datasource::detail::text_or_empty(*json, "sessionId")};
  if (ticket.id.empty()) return fail(ErrorKind::malformed, "the reply names no query");
  return ticket;
}

/// `{"status": "RUNNING"}`, `{"status": "FAILED", "error"}` or `{"status": "SUCCESS", "schema", "datarows", …}`, in
/// upper or lower case. A query that failed is a value here. A status that is not known counts as running, since more
/// are added over time. Errors: the server's own, such as `invalid` for an id that it does not know; those of
/// read_jdbc; `malformed` without a status.
inline Result<AsyncQueryState> read_async_query_state(const HttpResponse& response) {
  if (!detail::succeeded(response)) return fail(read_error(response));
  const std::string status =
      datasource::detail::to_lower(std::string_view{detail::member_text(response.body, "status")});
  if (status.empty()) return fail(ErrorKind::malformed, "the reply does not say how far the query is");
  AsyncQueryState state;
  if (status == "success") {
    auto rows = read_jdbc(response.body);
    if (!rows) return fail(std::move(rows.error()));
    state.phase = AsyncQueryState::Phase::succeeded;
    state.rows = std::move(*rows);
  } else if (status == "failed" || status == "timeout") {
    state.phase = AsyncQueryState::Phase::failed;
    state.message = detail::member_text(response.body, "error");
    if (state.message.empty())
      state.message = status == "timeout" ? "the query took longer than its engine allows" : "the query failed";
  } else if (status == "cancelled") {
    state.phase = AsyncQueryState::Phase::cancelled;
  } else {
    state.phase = status == "waiting" || status == "pending" || status == "submitted" || status == "scheduled"
                      ? AsyncQueryState::Phase::waiting
                      : AsyncQueryState::Phase::running;
  }
  return state;
}

/// An empty reply, 204, says that the query was cancelled. Errors: the server's own.
inline Result<bool> read_async_query_cancelled(const HttpResponse& response) {
  if (!detail::succeeded(response)) return fail(read_error(response));
  return true;
}

}  // namespace protocol

}  // namespace datasource
