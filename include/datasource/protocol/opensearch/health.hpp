#pragma once

#include <datasource/protocol/opensearch/reply.hpp>
#include <datasource/protocol/opensearch/routes.hpp>

#include <string>

namespace datasource {

/// What a gateway says of itself.
struct Health {
  std::string status = {};   ///< `ok`
  std::string version = {};  ///< Of the gateway.
  std::string engine = {};   ///< Name and version, such as `duckdb 1.5.5`.
};

namespace protocol {

/// `GET /_health`, which needs no token. A route of this project's gateway.
inline HttpRequest health_request() { return {"GET", std::string{routes::health}, {}, {}}; }

/// Errors: the server's own; `malformed`.
inline Result<Health> read_health(const HttpResponse& response) {
  const auto json = detail::object_of(response);
  if (!json) return fail(json.error());
  Health health{.status = datasource::detail::text_or_empty(*json, "status"),
                .version = datasource::detail::text_or_empty(*json, "version"),
                .engine = datasource::detail::text_or_empty(*json, "engine")};
  if (health.status.empty()) return fail(ErrorKind::malformed, "the reply is not that of a gateway");
  return health;
}

}  // namespace protocol

}  // namespace datasource
