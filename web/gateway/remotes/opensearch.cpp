#include "remotes/remotes.hpp"

#include <datasource/engine/remote/opensearch.hpp>

namespace datasource::gateway {

OpenedRemote open_opensearch(const Settings& settings) { return remote::open_opensearch(settings); }

}  // namespace datasource::gateway
