#include "command/remotes.hpp"

#include <datasource/engine/remote/bigquery.hpp>
#include <datasource/engine/remote/prometheus.hpp>
#include <datasource/engine/remote/snowflake.hpp>

namespace datasource::gateway {

std::vector<RemoteOpener> remote_openers() {
  return {
      {"bigquery", &remote::open_bigquery},
      {"prometheus", &remote::open_prometheus},
      {"snowflake", &remote::open_snowflake},
  };
}

}  // namespace datasource::gateway
