#pragma once

#include <datasource/columnar/jdbc_reader.hpp>
#include <datasource/protocol/opensearch/query_json.hpp>
#include <datasource/protocol/opensearch/reply.hpp>

#include <string_view>

/// A statement's rows page by page. The first page is asked for by query_request with a `fetch_size`.
/// Source: OpenSearch 3.4.0, recording "sql cursor paging".
namespace datasource::protocol {

/// Asks for the page behind a cursor. Each page names its own; a cursor is used once.
inline HttpRequest next_page_request(std::string_view cursor) {
  return detail::json_request("POST", std::string{routes::sql}, {{"cursor", cursor}});
}

/// Frees what the server holds for a cursor. Needed only when the last page was not read.
inline HttpRequest close_request(std::string_view cursor) {
  return detail::json_request("POST", std::string{routes::sql_close}, {{"cursor", cursor}});
}

/// Errors: the server's own, such as `not_found` for a cursor that was closed or has expired; those of read_jdbc.
inline Result<Page> read_page(const HttpResponse& response) {
  if (!detail::succeeded(response)) return fail(read_error(response));
  return read_jdbc_page(response.body);
}

/// Whether the server freed the cursor. Errors: the server's own; `malformed`.
inline Result<bool> read_closed(const HttpResponse& response) {
  const auto json = detail::object_of(response);
  if (!json) return fail(json.error());
  const auto found = json->find("succeeded");
  if (found == json->end() || !found->is_boolean())
    return fail(ErrorKind::malformed, "the reply does not say whether the cursor was closed");
  return found->get<bool>();
}

}  // namespace datasource::protocol
