#include "remotes/remotes.hpp"

#include <datasource/engine/remote/influxdb.hpp>

namespace datasource::gateway {

OpenedRemote open_influxdb(const Settings& settings) { return remote::open_influxdb(settings); }

}  // namespace datasource::gateway
