#pragma once

#include <datasource/detail/json.hpp>
#include <datasource/detail/utf8.hpp>
#include <datasource/http/message.hpp>
#include <datasource/model/error.hpp>
#include <datasource/protocol/opensearch/error_json.hpp>

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace datasource {

/// Where in a statement Trino found something wrong.
struct TrinoLocation {
  int line = 0;    ///< From 1.
  int column = 0;  ///< Of a character in that line, from 1.

  friend bool operator==(const TrinoLocation&, const TrinoLocation&) = default;
};

/// Why a statement failed.
struct TrinoFailure {
  Error error = {};                            ///< `type` is Trino's name for it, such as `TABLE_NOT_FOUND`.
  std::optional<TrinoLocation> location = {};  ///< The message names it too, as `line 1:8: …`.
};

namespace protocol {

namespace detail {

inline ErrorKind kind_of_trino(std::string_view name, std::string_view type) {
  struct Pair {
    std::string_view name;
    ErrorKind kind;
  };
  constexpr Pair pairs[] = {{"CATALOG_NOT_FOUND", ErrorKind::not_found},
                            {"SCHEMA_NOT_FOUND", ErrorKind::not_found},
                            {"TABLE_NOT_FOUND", ErrorKind::not_found},
                            {"COLUMN_NOT_FOUND", ErrorKind::not_found},
                            {"PERMISSION_DENIED", ErrorKind::forbidden},
                            {"USER_CANCELED", ErrorKind::cancelled},
                            {"ADMINISTRATIVELY_CANCELED", ErrorKind::cancelled},
                            {"NOT_SUPPORTED", ErrorKind::unsupported},
                            {"EXCEEDED_TIME_LIMIT", ErrorKind::timeout},
                            {"EXCEEDED_CPU_LIMIT", ErrorKind::timeout},
                            {"ALREADY_EXISTS", ErrorKind::conflict},
                            {"CATALOG_ALREADY_EXISTS", ErrorKind::conflict},
                            {"JDBC_ERROR", ErrorKind::connection}};
  const auto* found =
      std::find_if(std::begin(pairs), std::end(pairs), [&](const Pair& pair) { return pair.name == name; });
  if (found != std::end(pairs)) return found->kind;
  return type == "USER_ERROR" ? ErrorKind::invalid : type == "EXTERNAL" ? ErrorKind::connection : ErrorKind::server;
}

/// HTTP statuses as this API's replies have them; a statement's failure comes with 200.
inline int status_of_kind(ErrorKind kind) { return status_of(Error{.kind = kind}); }

/// The member `error` of a reply.
inline TrinoFailure read_trino_failure(const datasource::detail::Json& json) {
  using datasource::detail::text_or_empty;
  TrinoFailure failure;
  failure.error.message = text_or_empty(json, "message");
  failure.error.type = text_or_empty(json, "errorName");
  const std::string type = text_or_empty(json, "errorType");
  failure.error.kind = kind_of_trino(failure.error.type, type);
  failure.error.status = failure.error.kind == ErrorKind::unsupported ? 400 : status_of_kind(failure.error.kind);
  failure.error.retryable = type == "INSUFFICIENT_RESOURCES" || failure.error.type == "SERVER_STARTING_UP";
  if (failure.error.message.empty())
    failure.error.message = failure.error.type.empty() ? "the statement failed" : failure.error.type;
  if (const auto at = json.find("errorLocation"); at != json.end() && at->is_object()) {
    const auto line = at->find("lineNumber"), column = at->find("columnNumber");
    if (line != at->end() && line->is_number_integer() && column != at->end() && column->is_number_integer())
      failure.location = {line->get<int>(), column->get<int>()};
  }
  return failure;
}

/// A reply that is no success, whose body is plain text.
inline Error trino_http_error(const HttpResponse& response) {
  std::string text = response.body.substr(0, 400);
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  const bool page = text.starts_with('<') || datasource::detail::find_invalid_utf8(text) != std::string_view::npos;
  const ErrorKind kind = kind_of_status(response.status);
  std::string message = "Trino answered with status " + std::to_string(response.status);
  if (!text.empty() && !page) message += ": " + text;
  if (kind == ErrorKind::unauthorized) message = "Trino did not take the credentials; check user and password or token";
  return {.kind = kind, .message = std::move(message), .status = response.status};
}

}  // namespace detail
}  // namespace protocol
}  // namespace datasource
