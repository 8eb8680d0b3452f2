#pragma once

#include "command/trino.hpp"
#include "http/limits.hpp"

#include <datasource/protocol/dialect.hpp>
#include <datasource/service/engine_choice.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace datasource::gateway {

/// Exit codes of the program, as people's scripts may rely on them.
inline constexpr int exit_ok = 0;
inline constexpr int exit_failure = 1;
inline constexpr int exit_usage = 2;  ///< An option, or what it names, cannot be used.

struct ServeOptions {
  std::string host = "127.0.0.1";
  std::uint16_t port = 8480;
  std::filesystem::path data;
  std::filesystem::path dashboard;
  std::filesystem::path extensions;
  bool samples = true;
  Dialect dialect = Dialect::documented;
  std::chrono::milliseconds query_timeout{60'000};
  std::string log_level = "info";
  bool log_statements = false;
  std::filesystem::path token_file = {};
  std::vector<std::string> allowed_hosts = {};
  Limits limits = {};
  std::size_t engines = 2;
  std::size_t queue = 256;
  std::size_t cursors = 16;
  std::chrono::milliseconds cursor_timeout{60'000};
  std::uint64_t row_limit = 10'000'000;
  std::uint64_t fetch_limit = 10'000'000;
  std::chrono::milliseconds health_interval{60'000};  ///< Between two probes of a source; 0: none.
  std::uint64_t result_cache_bytes = 256'000'000;     ///< 0: no reply is given again.
  std::string memory_limit = {};
  std::filesystem::path tls_certificate = {};  ///< PEM, the chain; empty: plain HTTP.
  std::filesystem::path tls_key = {};
  TrinoServer trino = {};             ///< With a URL: a Trino is one of the engines.
  std::string opensearch_url = {};    ///< An OpenSearch beside the gateway; empty: none.
  std::vector<EngineInfo> runs = {};  ///< The engines, the default first: `duckdb`, and `trino` where it has a URL.
};

/// Runs the gateway until SIGTERM or SIGINT. Returns an exit code; what went wrong is one line on standard error.
int serve(const ServeOptions& options);

}  // namespace datasource::gateway
