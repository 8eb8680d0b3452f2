#pragma once

#include <datasource/detail/json.hpp>
#include <datasource/http/message.hpp>
#include <datasource/model/error.hpp>

#include <string>
#include <utility>

namespace datasource::protocol::bigquery {

namespace detail {

using datasource::detail::Json;

inline ErrorKind kind_of(int status, const std::string& reason) {
  if (reason == "rateLimitExceeded" || reason == "quotaExceeded" || reason == "jobRateLimitExceeded" ||
      reason == "backendError" || reason == "internalError" || reason == "resourcesExceeded")
    return ErrorKind::server;
  if (reason == "accessDenied" || reason == "billingNotEnabled" || reason == "blocked") return ErrorKind::forbidden;
  if (reason == "notFound") return ErrorKind::not_found;
  if (reason == "stopped") return ErrorKind::cancelled;
  if (reason == "timeout") return ErrorKind::timeout;
  if (reason == "invalidQuery" || reason == "invalid" || reason == "bytesBilledLimitExceeded")
    return ErrorKind::invalid;
  switch (status) {
    case 400: return ErrorKind::invalid;
    case 401: return ErrorKind::unauthorized;
    case 403: return ErrorKind::forbidden;
    case 404: return ErrorKind::not_found;
    default: return ErrorKind::server;
  }
}

/// `{"message", "reason", "location"?}`, as errors of jobs and replies have them.
inline Error error_of(const Json& json, int status) {
  const std::string reason = datasource::detail::text_or_empty(json, "reason");
  Error error{.kind = kind_of(status, reason),
              .message = datasource::detail::text_or_empty(json, "message"),
              .status = status,
              .type = reason};
  if (error.message.empty()) error.message = reason.empty() ? "BigQuery failed" : "BigQuery failed: " + reason;
  // A job that takes longer than its own limit is told as one that somebody stopped.
  if (error.kind == ErrorKind::cancelled && error.message.find("timed out") != std::string::npos)
    error.kind = ErrorKind::timeout;
  error.retryable = error.kind == ErrorKind::server;
  return error;
}

}  // namespace detail

/// The Error that a reply of another status than 2xx is: `{"error": {"code", "message", "errors": [{"reason"}]}}`.
/// `malformed` when it is no reply of the API. @par Source "Error messages", BigQuery.
inline Error read_error(const HttpResponse& response) {
  const auto json = datasource::detail::parse_json(response.body, "the reply");
  const auto* error = json && json->is_object() && json->contains("error") ? &(*json)["error"] : nullptr;
  if (error == nullptr || !error->is_object()) {
    const ErrorKind kind = response.status == 401   ? ErrorKind::unauthorized
                           : response.status >= 500 ? ErrorKind::server
                                                    : ErrorKind::malformed;
    return {.kind = kind,
            .message = "it answered with status " + std::to_string(response.status) + " and no error of BigQuery",
            .status = response.status,
            .retryable = kind == ErrorKind::server};
  }
  detail::Json first = *error;
  if (const auto all = error->find("errors"); all != error->end() && all->is_array() && !all->empty()) {
    if (all->front().is_object()) first["reason"] = datasource::detail::text_or_empty(all->front(), "reason");
  }
  return detail::error_of(first, response.status);
}

}  // namespace datasource::protocol::bigquery
