#include "remotes/remotes.hpp"

#include <datasource/engine/remote/snowflake.hpp>

namespace datasource::gateway {

OpenedRemote open_snowflake(const Settings& settings) { return remote::open_snowflake(settings); }

}  // namespace datasource::gateway
