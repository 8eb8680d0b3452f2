#pragma once

#include <datasource/detail/json.hpp>
#include <datasource/http/message.hpp>
#include <datasource/model/error.hpp>

#include <string>
#include <string_view>
#include <utility>

/// Errors of InfluxDB's HTTP APIs, of all versions, and what is not rows.
namespace datasource::protocol::influxdb {

/// What a message of the server means that says it has no such database, bucket or organization, or a statement it
/// cannot run.
inline Error statement_error(std::string message, int status = 400) {
  Error error{.kind = ErrorKind::invalid, .message = std::move(message), .status = status};
  for (const std::string_view words : {"database not found", "retention policy not found", "could not find bucket",
                                       "not found: bucket", "organization name", "no database", "does not exist"}) {
    if (error.message.find(words) != std::string::npos) error.kind = ErrorKind::not_found;
  }
  for (const std::string_view words : {"not authorized to", "insufficient permissions"}) {
    if (error.message.find(words) != std::string::npos) error.kind = ErrorKind::forbidden;
  }
  if (error.message.find("query-timeout limit exceeded") != std::string::npos) error.kind = ErrorKind::timeout;
  if (error.message.find("query interrupted") != std::string::npos) error.kind = ErrorKind::server;
  return error;
}

/// The server's error; `malformed` is a reply that no InfluxDB gives. @pre the status is no success
inline Error read_error(const HttpResponse& response) {
  const auto json = datasource::detail::parse_json(response.body, "the error");
  std::string message;
  if (json && json->is_object()) {
    message = datasource::detail::text_or_empty(*json, "message");                     // version 2
    if (message.empty()) message = datasource::detail::text_or_empty(*json, "error");  // 1 and 3
  }
  const bool told = !message.empty();
  Error error = statement_error(told ? std::move(message) : "it answers with status " + std::to_string(response.status),
                                response.status);
  switch (response.status) {
    case 401: error.kind = ErrorKind::unauthorized; break;
    case 403: error.kind = ErrorKind::forbidden; break;
    case 404: error.kind = told ? ErrorKind::not_found : ErrorKind::malformed; break;
    default:
      if (response.status >= 500)
        error.kind = ErrorKind::server;
      else if (!told)
        error.kind = ErrorKind::malformed;
  }
  error.retryable = response.status == 429 || response.status >= 502;
  return error;
}

/// The body of a success, for one of the readers of rows. Errors: the server's own.
inline Result<std::string> read_body(const HttpResponse& response) {
  if (response.status < 200 || response.status > 299) return fail(influxdb::read_error(response));
  return response.body;
}

/// The reply to ping_request: the version, such as `1.6.7` or `2.7.1`. Errors: the server's own, since version 3 wants
/// to know who asks; `malformed` when it is no InfluxDB.
inline Result<std::string> read_version(const HttpResponse& response) {
  if (response.status < 200 || response.status > 299) return fail(influxdb::read_error(response));
  std::string version{find_header(response.headers, "X-Influxdb-Version")};
  if (version.empty()) {
    const auto json = datasource::detail::parse_json(response.body, "the reply");
    if (json) version = datasource::detail::text_or_empty(*json, "version");
  }
  if (version.starts_with('v')) version.erase(0, 1);
  version = version.substr(0, version.find_first_of("~+- "));
  if (version.empty()) return fail(ErrorKind::malformed, "it does not tell a version of InfluxDB");
  return version;
}

}  // namespace datasource::protocol::influxdb
