#include "remotes/remotes.hpp"

#include <datasource/engine/remote/bigquery.hpp>

namespace datasource::gateway {

OpenedRemote open_bigquery(const Settings& settings) { return remote::open_bigquery(settings); }

}  // namespace datasource::gateway
