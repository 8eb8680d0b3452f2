#pragma once

#include <datasource/connector/opensearch_rules.hpp>
#include <datasource/service/opensearch/body.hpp>
#include <datasource/service/opensearch/replies.hpp>

#include <string>
#include <utility>

/// The rules of a real OpenSearch as the service answers them: the first that is broken, in the server's words.
namespace datasource::detail::opensearch {

/// Name, connector and result index of a create or an update.
inline Or<void> check_body(const Body& body) {
  auto refusals = body_refusals(body.name, body.connector != nullptr, body.result_index);
  if (refusals.empty()) return {};
  return refuse(illegal_argument(std::move(refusals.front().words)));
}

/// The rules of a connector's properties; adds those that the connector sets itself.
inline Or<void> check_properties(const Connector& connector, GivenProperties& properties, const HostCheck& check_host) {
  auto refusals = property_refusals(connector, properties, check_host);
  if (!refusals.empty()) return refuse(plugin_error(400, refusals.front().type, std::move(refusals.front().words)));
  properties = with_own_properties(connector, std::move(properties));
  return {};
}

}  // namespace datasource::detail::opensearch
