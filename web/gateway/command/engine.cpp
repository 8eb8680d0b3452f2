#include "command/engine.hpp"

#include "engine/spawn.hpp"
#include "engine/worker_loop.hpp"
#include "remotes/remotes.hpp"

#include <datasource/engine/duckdb.hpp>
#include <datasource/engine/trino.hpp>
#include <datasource/transport/curl.hpp>

#include <duckdb.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>
#include <utility>

namespace datasource::gateway {
namespace {

int run_trino(const EngineOptions& options) {
  TrinoAccess access = take_trino_access(options.trino);
  trino::Options settings{
      .server = std::move(access.server), .prefix = options.catalog_prefix, .row_limit = options.row_limit};
  settings.fingerprint = [key = std::move(access.key)](std::string_view text) { return keyed_hash(key, text, 16); };
  trino::Engine<CurlTransport> engine{CurlTransport{{.ca_file = options.trino.ca_file.string()}}, std::move(settings)};
  return serve_frames(child_socket, engine, [&engine] { engine.interrupt(); });
}

}  // namespace

int run_engine(const EngineOptions& options) {
  confine_process();
  if (!options.trino.url.empty()) return run_trino(options);
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

std::string engine_name(const TrinoServer& server) {
  CurlOptions options{.ca_file = server.ca_file.string()};
  options.connect_timeout = std::chrono::seconds{3};
  options.total_timeout = std::chrono::seconds{5};
  TrinoClient client{CurlTransport{options}, {.url = server.url}};
  const auto version = client.version();
  return version ? "trino " + *version : "trino";
}

}  // namespace datasource::gateway
