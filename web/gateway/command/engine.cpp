#include "command/engine.hpp"

#include "engine/spawn.hpp"
#include "engine/worker_loop.hpp"
#include "remotes/remotes.hpp"

#include <datasource/engine/duckdb.hpp>

#include <duckdb.h>

#include <algorithm>

namespace datasource::gateway {

int run_engine(const EngineOptions& options) {
  confine_process();
  duckdb::Options settings;
  if (!options.extensions.empty()) settings.extension_directory = options.extensions.string();
  settings.temp_directory = options.temporary.string();
  settings.memory_limit = options.memory_limit;
  settings.row_limit = options.row_limit;
  settings.fetch_limit = options.fetch_limit;
  settings.remotes = remote_openers();
  duckdb::Engine engine{settings};
  return serve_frames(child_socket, engine, [&engine] { engine.interrupt(); });
}

bool engine_serves(const Connector& connector) {
  if (connector.duckdb.kind != DuckDbMapping::Kind::remote) return connector.in_duckdb();
  return std::ranges::any_of(remote_openers(),
                             [&](const RemoteOpener& opener) { return opener.connector == connector.id; });
}

std::string engine_name() {
  const std::string library = duckdb_library_version();
  return "duckdb " + (library.starts_with('v') ? library.substr(1) : library);
}

}  // namespace datasource::gateway
