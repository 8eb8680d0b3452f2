#include <datasource/engine/remote/bigquery.hpp>

#include "remotes/remotes.hpp"

namespace datasource::gateway {

OpenedRemote open_bigquery(const Settings& settings) { return remote::open_bigquery(settings); }

}  // namespace datasource::gateway
