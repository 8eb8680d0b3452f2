#pragma once

#include <datasource/connector/bigquery.hpp>
#include <datasource/connector/connector.hpp>
#include <datasource/connector/files.hpp>
#include <datasource/connector/glue.hpp>
#include <datasource/connector/influxdb.hpp>
#include <datasource/connector/mongodb.hpp>
#include <datasource/connector/mysql.hpp>
#include <datasource/connector/opensearch.hpp>
#include <datasource/connector/postgresql.hpp>
#include <datasource/connector/prometheus.hpp>
#include <datasource/connector/s3.hpp>
#include <datasource/connector/snowflake.hpp>
#include <datasource/connector/sqlite.hpp>
#include <datasource/connector/sqlserver.hpp>
#include <datasource/detail/ascii.hpp>

#include <array>
#include <string>
#include <string_view>

namespace datasource {

/// Every connector, in the order in which people are shown them. What a server offers is what its engine reads.
inline constexpr std::array catalogue{
    &postgresql, &mysql,   &sqlserver, &s3,    &bigquery, &snowflake,     &prometheus,
    &influxdb,   &mongodb, &sqlite,    &files, &s3glue,   &security_lake, &opensearch_connector};

/// The connector of that id, upper or lower case; null when there is none. O(connectors).
constexpr const Connector* find_connector(std::string_view id) {
  for (const Connector* connector : catalogue) {
    if (detail::iequals(connector->id, id)) return connector;
  }
  return nullptr;
}

/// The ids of the connectors that `wanted` picks, such as `postgresql, mysql`.
template <class Wanted>
std::string connector_ids(Wanted wanted) {
  std::string ids;
  for (const Connector* connector : catalogue) {
    if (wanted(*connector)) ids += (ids.empty() ? "" : ", ") + std::string{connector->id};
  }
  return ids;
}

}  // namespace datasource
