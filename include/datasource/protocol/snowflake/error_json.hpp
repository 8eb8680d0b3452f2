#pragma once

#include <datasource/detail/json.hpp>
#include <datasource/http/message.hpp>
#include <datasource/model/error.hpp>

#include <string>
#include <utility>

namespace datasource::protocol::snowflake {

namespace detail {

inline ErrorKind kind_of(int status, const std::string& code, const std::string& state) {
  if (code == "002003" || code == "002043" || state == "02000" || state == "42S02") return ErrorKind::not_found;
  if (code == "003001" || state == "42501") return ErrorKind::forbidden;
  if (code == "000630") return ErrorKind::timeout;    // its own limit
  if (code == "000604") return ErrorKind::cancelled;  // by somebody
  switch (status) {
    case 400:
    case 422: return ErrorKind::invalid;
    case 401: return ErrorKind::unauthorized;
    case 403: return ErrorKind::forbidden;
    case 404: return ErrorKind::not_found;
    case 408: return ErrorKind::timeout;
    default: return ErrorKind::server;
  }
}

}  // namespace detail

/// The Error that a reply of another status than 200 and 202 is: `{"code", "message", "sqlState"?}`. `malformed` when
/// it is no reply of the API.
inline Error read_error(const HttpResponse& response) {
  const auto json = datasource::detail::parse_json(response.body, "the reply");
  const auto text = [&](const char* key) {
    return json ? datasource::detail::text_or_empty(*json, key) : std::string{};
  };
  const std::string code = text("code");
  if (code.empty()) {
    const ErrorKind kind = response.status == 401   ? ErrorKind::unauthorized
                           : response.status >= 500 ? ErrorKind::server
                                                    : ErrorKind::malformed;
    return {.kind = kind,
            .message = "it answered with status " + std::to_string(response.status) + " and no error of Snowflake",
            .status = response.status,
            .retryable = kind == ErrorKind::server};
  }
  Error error{.kind = detail::kind_of(response.status, code, text("sqlState")),
              .message = text("message"),
              .status = response.status,
              .type = code};
  if (error.message.empty()) error.message = "Snowflake failed with code " + code;
  if (code == "000606") error.message += " Set properties.warehouse, or give the user a default warehouse.";
  error.retryable = error.kind == ErrorKind::server;
  return error;
}

}  // namespace datasource::protocol::snowflake
