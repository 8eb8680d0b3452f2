#include "command/remotes.hpp"

#include <datasource/engine/remote/prometheus.hpp>

namespace datasource::gateway {

std::vector<RemoteOpener> remote_openers() {
  return {
      {"prometheus", &remote::open_prometheus},
  };
}

}  // namespace datasource::gateway
