#include "command/engine.hpp"

#include "engine/spawn.hpp"
#include "engine/worker_loop.hpp"

#include <datasource/engine/duckdb.hpp>

#include <duckdb.h>

namespace datasource::gateway {

int run_engine(const EngineOptions& options) {
  confine_process();
  duckdb::Options settings;
  if (!options.extensions.empty()) settings.extension_directory = options.extensions.string();
  settings.temp_directory = options.temporary.string();
  settings.memory_limit = options.memory_limit;
  settings.row_limit = options.row_limit;
  duckdb::Engine engine{settings};
  return serve_frames(child_socket, engine, [&engine] { engine.interrupt(); });
}

std::string engine_name() {
  const std::string library = duckdb_library_version();
  return "duckdb " + (library.starts_with('v') ? library.substr(1) : library);
}

}  // namespace datasource::gateway
