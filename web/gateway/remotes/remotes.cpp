#include "remotes/remotes.hpp"

namespace datasource::gateway {

std::vector<RemoteOpener> remote_openers() {
  return {
      {"bigquery", &open_bigquery},     {"influxdb", &open_influxdb},     {"mongodb", &open_mongodb},
      {"opensearch", &open_opensearch}, {"prometheus", &open_prometheus}, {"snowflake", &open_snowflake},
      {"sqlserver", &open_sqlserver},
  };
}

}  // namespace datasource::gateway
