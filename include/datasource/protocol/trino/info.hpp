#pragma once

#include <datasource/detail/json.hpp>
#include <datasource/http/message.hpp>
#include <datasource/model/error.hpp>
#include <datasource/protocol/trino/error.hpp>

#include <string>

namespace datasource::protocol {

/// `GET /v1/info`: what a Trino says of itself, to everybody.
/// @par Source Trino 476, recording "version".
inline HttpRequest trino_info_request() { return {.method = "GET", .target = "/v1/info"}; }

/// Reads the version, such as `476`. Errors: `malformed` for a server that is no Trino; others by the status.
/// @par Source Trino 476, recording "version".
inline Result<std::string> read_trino_version(const HttpResponse& response) {
  if (response.status != 200) return fail(detail::trino_http_error(response));
  const auto json = datasource::detail::parse_json(response.body, "the reply");
  if (!json) return fail(json.error());
  const auto version = json->is_object() ? json->find("nodeVersion") : json->end();
  const std::string text =
      version == json->end() ? std::string{} : datasource::detail::text_or_empty(*version, "version");
  if (text.empty()) return fail(ErrorKind::malformed, "the server does not say that it is a Trino");
  return text;
}

}  // namespace datasource::protocol
