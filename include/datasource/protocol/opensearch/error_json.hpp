#pragma once

#include <datasource/detail/json.hpp>
#include <datasource/http/message.hpp>
#include <datasource/model/error.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace datasource {

/// The HTTP status for an Error: its own when it has one, otherwise its kind's.
constexpr int status_of(const Error& error) {
  if (error.status >= 400) return error.status;
  switch (error.kind) {
    case ErrorKind::invalid:
    case ErrorKind::malformed: return 400;
    case ErrorKind::unauthorized: return 401;
    case ErrorKind::forbidden:
    case ErrorKind::disabled: return 403;
    case ErrorKind::not_found: return 404;
    case ErrorKind::conflict: return 409;
    case ErrorKind::unsupported: return 501;
    case ErrorKind::connection: return 502;
    case ErrorKind::timeout: return 504;
    case ErrorKind::cancelled: return 499;
    case ErrorKind::server: break;
  }
  return 500;
}

/// The kind that a status alone tells.
constexpr ErrorKind kind_of_status(int status) {
  switch (status) {
    case 401: return ErrorKind::unauthorized;
    case 403: return ErrorKind::forbidden;
    case 404: return ErrorKind::not_found;
    case 409:
    case 412: return ErrorKind::conflict;
    case 408:
    case 504: return ErrorKind::timeout;
    case 499: return ErrorKind::cancelled;
    case 501: return ErrorKind::unsupported;
    case 502: return ErrorKind::connection;
    default: return status >= 500 ? ErrorKind::server : ErrorKind::invalid;
  }
}

namespace detail {

inline std::optional<ErrorKind> parse_kind(std::string_view name) {
  for (int i = 0; i <= static_cast<int>(ErrorKind::malformed); ++i) {
    const auto kind = static_cast<ErrorKind>(i);
    if (to_string(kind) == name) return kind;
  }
  return std::nullopt;
}

inline std::string_view reason_of(const Error& error) {
  constexpr int precondition_failed = 412;
  switch (error.kind) {
    case ErrorKind::invalid: return "Invalid request";
    case ErrorKind::not_found: return "Not found";
    case ErrorKind::conflict: return error.status == precondition_failed ? "Changed meanwhile" : "Already exists";
    case ErrorKind::unauthorized: return "Authentication failed";
    case ErrorKind::forbidden: return "Not allowed";
    case ErrorKind::disabled: return "Data source is disabled";
    case ErrorKind::unsupported: return "Not supported";
    case ErrorKind::timeout: return "Took too long";
    case ErrorKind::cancelled: return "Cancelled";
    case ErrorKind::connection: return "Could not reach the data source";
    case ErrorKind::malformed: return "Malformed request";
    case ErrorKind::server: break;
  }
  constexpr int unavailable = 503;
  return error.status == unavailable ? "Not available now" : "Internal error";
}

inline std::string_view type_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::invalid: return "IllegalArgumentException";
    case ErrorKind::not_found: return "DataSourceNotFoundException";
    case ErrorKind::conflict: return "DataSourceConflictException";
    case ErrorKind::unauthorized: return "AuthenticationException";
    case ErrorKind::forbidden: return "SecurityException";
    case ErrorKind::disabled: return "DataSourceDisabledException";
    case ErrorKind::unsupported: return "UnsupportedOperationException";
    case ErrorKind::timeout: return "TimeoutException";
    case ErrorKind::cancelled: return "CancelledException";
    case ErrorKind::connection: return "ConnectionException";
    case ErrorKind::malformed: return "ParseException";
    case ErrorKind::server: break;
  }
  return "InternalException";
}

}  // namespace detail

namespace detail {

/// The kind behind an error of OpenSearch's SQL plugin, where its status says less than its type or its text.
inline std::optional<ErrorKind> plugin_kind(std::string_view type, std::string_view details) {
  if (type == "DataSourceNotFoundException") return ErrorKind::not_found;
  if (type == "DatasourceDisabledException") return ErrorKind::disabled;
  if (details.starts_with("A datasource already exists with name")) return ErrorKind::conflict;
  return std::nullopt;
}

}  // namespace detail

/// The documented dialect's error body: `{"status", "error": {"type", "reason", "details", "kind", "field"?,
/// "violations"?}}`.
inline detail::OrderedJson to_json(const Error& error) {
  detail::OrderedJson body = detail::OrderedJson::object();
  body["type"] = error.type.empty() ? std::string{detail::type_of(error.kind)} : error.type;
  body["reason"] = detail::reason_of(error);
  body["details"] = error.message;
  body["kind"] = to_string(error.kind);
  if (!error.field.empty()) body["field"] = error.field;
  if (!error.violations.empty()) {
    body["violations"] = detail::OrderedJson::array();
    for (const Violation& violation : error.violations) {
      body["violations"].push_back({{"field", violation.field},
                                    {"code", violation.code},
                                    {"message", violation.message},
                                    {"fix", violation.fix}});
    }
  }
  return {{"status", status_of(error)}, {"error", std::move(body)}};
}

/// Reads every error shape of the protocol: `{"status","error":{type,reason,details}}`, the same with `root_cause`,
/// `{"error":"text"}` and plain text. The content type is not trusted. @pre `response.status` is no success
inline Error read_error(const HttpResponse& response) {
  Error error{.kind = kind_of_status(response.status), .message = {}, .status = response.status};
  error.retryable =
      response.status == 429 || response.status == 502 || response.status == 503 || response.status == 504;
  const auto parsed = detail::parse_json(response.body, "the error");
  if (!parsed || !parsed->is_object() || !parsed->contains("error")) {
    const bool page = response.body.starts_with('<');
    error.message = response.body.empty() || page ? "the server answered with status " + std::to_string(response.status)
                                                  : response.body.substr(0, 2000);
    return error;
  }
  const detail::Json& body = (*parsed)["error"];
  if (body.is_string()) {
    error.message = body.get<std::string>();
    // An OpenSearch says 400 of a route that it does not have.
    if (error.message.starts_with("no handler found for uri")) error.kind = ErrorKind::unsupported;
    return error;
  }
  error.type = detail::text_or_empty(body, "type");
  const std::string details = detail::text_or_empty(body, "details");
  error.message = details.empty() ? detail::text_or_empty(body, "reason") : details;
  if (error.message.empty()) error.message = "the server answered with status " + std::to_string(response.status);
  if (const auto kind = detail::plugin_kind(error.type, error.message)) error.kind = *kind;
  if (const auto kind = detail::parse_kind(detail::text_or_empty(body, "kind"))) error.kind = *kind;
  error.field = detail::text_or_empty(body, "field");
  if (const auto found = body.find("violations"); found != body.end() && found->is_array()) {
    for (const detail::Json& each : *found) {
      error.violations.push_back({detail::text_or_empty(each, "field"), detail::text_or_empty(each, "code"),
                                  detail::text_or_empty(each, "message"), detail::text_or_empty(each, "fix")});
    }
    if (error.field.empty() && error.violations.size() == 1) error.field = error.violations.front().field;
  }
  return error;
}

}  // namespace datasource
