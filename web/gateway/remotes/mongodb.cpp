#include "remotes/remotes.hpp"

#include <datasource/engine/remote/mongodb.hpp>

namespace datasource::gateway {

OpenedRemote open_mongodb(const Settings& settings) { return remote::open_mongodb(settings); }

}  // namespace datasource::gateway
