#pragma once

#include <datasource/detail/json.hpp>
#include <datasource/operation/exchange.hpp>
#include <datasource/protocol/opensearch/error_json.hpp>
#include <datasource/protocol/opensearch/routes.hpp>

#include <string>

namespace datasource::wasm {

/// What the server says of itself, as JSON text; `null` for a server that answers but has no such route, as OpenSearch.
/// Errors: the server's own when it refuses the caller or fails; `malformed` for a reply that is no gateway's.
inline Result<std::string> read_health(const HttpResponse& response) {
  if (response.status == 401 || response.status == 403 || response.status == 407 || response.status >= 500)
    return fail(read_error(response));
  if (response.status < 200 || response.status > 299) return "null";
  const auto json = detail::parse_json(response.body, "the reply");
  if (!json || !json->is_object() || !json->contains("status")) {
    return fail(
        ErrorKind::malformed,
        "there is a server, but it does not speak the Data Source API: its reply to GET /_health is of another kind");
  }
  return detail::dump(*json);
}

/// The first thing that a client asks.
inline Exchange<std::string> health() {
  return {HttpRequest{"GET", std::string{routes::health}, {}, {}}, &read_health};
}

}  // namespace datasource::wasm
