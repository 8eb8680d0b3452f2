#pragma once

#include <datasource/columnar/jdbc_reader.hpp>
#include <datasource/http/message.hpp>
#include <datasource/protocol/opensearch/error_json.hpp>
#include <datasource/protocol/opensearch/query_json.hpp>

#include <string>

namespace datasource::protocol {

/// The reply to a statement, as columns. Errors: the server's own for a status other than 2xx; those of read_jdbc.
inline Result<ResultSet> read_result(const HttpResponse& response) {
  if (response.status < 200 || response.status > 299) return fail(read_error(response));
  return read_jdbc(response.body);
}

/// The reply to a statement in Format::csv or Format::raw, as the server wrote it. An error comes as JSON there too.
/// Errors: the server's own.
inline Result<std::string> read_text(const HttpResponse& response) {
  if (response.status < 200 || response.status > 299) return fail(read_error(response));
  return response.body;
}

}  // namespace datasource::protocol
