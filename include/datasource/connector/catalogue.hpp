#pragma once

#include <datasource/connector/connector.hpp>
#include <datasource/connector/files.hpp>
#include <datasource/connector/glue.hpp>
#include <datasource/connector/mysql.hpp>
#include <datasource/connector/opensearch.hpp>
#include <datasource/connector/postgresql.hpp>
#include <datasource/connector/prometheus.hpp>
#include <datasource/connector/sqlite.hpp>
#include <datasource/detail/ascii.hpp>

#include <array>
#include <string_view>

namespace datasource {

/// Every connector that an engine here reads, in the order in which people are shown them.
inline constexpr std::array catalogue{&postgresql, &mysql, &sqlite, &files};

/// The connectors of a real OpenSearch. No engine here reads them: they are registered in the dialect `opensearch`
/// only.
inline constexpr std::array opensearch_catalogue{&prometheus, &s3glue, &security_lake, &opensearch_connector};

/// The connector of that id among all that are described, upper or lower case; null when there is none. O(connectors).
constexpr const Connector* find_connector(std::string_view id) {
  for (const Connector* connector : catalogue) {
    if (detail::iequals(connector->id, id)) return connector;
  }
  for (const Connector* connector : opensearch_catalogue) {
    if (detail::iequals(connector->id, id)) return connector;
  }
  return nullptr;
}

}  // namespace datasource
