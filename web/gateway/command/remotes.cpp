#include "command/remotes.hpp"

#include <datasource/engine/remote/prometheus.hpp>
#ifdef DATASOURCE_MONGODB
#include <datasource/engine/remote/mongodb.hpp>
#endif
#ifdef DATASOURCE_ODBC
#include <datasource/engine/remote/sqlserver.hpp>
#endif

namespace datasource::gateway {

std::vector<RemoteOpener> remote_openers() {
  return {
      {"prometheus", &remote::open_prometheus},
#ifdef DATASOURCE_MONGODB
      {"mongodb", &remote::open_mongodb},
#endif
#ifdef DATASOURCE_ODBC
      {"sqlserver", &remote::open_sqlserver},
#endif
  };
}

}  // namespace datasource::gateway
