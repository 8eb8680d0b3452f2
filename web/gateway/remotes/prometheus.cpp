#include "remotes/remotes.hpp"

#include <datasource/engine/remote/prometheus.hpp>

namespace datasource::gateway {

OpenedRemote open_prometheus(const Settings& settings) { return remote::open_prometheus(settings); }

}  // namespace datasource::gateway
