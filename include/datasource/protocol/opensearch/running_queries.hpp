#pragma once

#include <datasource/protocol/opensearch/reply.hpp>
#include <datasource/protocol/opensearch/routes.hpp>

#include <cstdint>
#include <string>
#include <string_view>

/// Statements that run on the server: `DELETE /_plugins/_query/_queries/{id}`. A route of this project's gateway.
namespace datasource::protocol {

/// Ends the statements that run under an id: the one that their client sent, or else that their reply's header
/// `X-Opaque-Id` tells. Errors: `invalid` for an id that cannot stand in a path.
inline Result<HttpRequest> cancel_request(std::string_view id) {
  return detail::with_segment(routes::queries, id, "id").map([](std::string target) {
    return HttpRequest{"DELETE", std::move(target), {}, {}};
  });
}

/// How many statements were ended. Errors: the server's own, such as `not_found` when none runs under that id;
/// `malformed`.
inline Result<std::uint64_t> read_cancelled(const HttpResponse& response) {
  const auto json = detail::object_of(response);
  if (!json) return fail(json.error());
  const auto found = json->find("cancelled");
  if (found == json->end() || !found->is_number_unsigned())
    return fail(ErrorKind::malformed, "the reply does not say how many statements were cancelled");
  return found->get<std::uint64_t>();
}

}  // namespace datasource::protocol
