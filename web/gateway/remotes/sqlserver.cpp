#include "remotes/remotes.hpp"

#include <datasource/engine/remote/sqlserver.hpp>

namespace datasource::gateway {

OpenedRemote open_sqlserver(const Settings& settings) { return remote::open_sqlserver(settings); }

}  // namespace datasource::gateway
