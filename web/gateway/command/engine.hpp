#pragma once

#include "command/trino.hpp"

#include <datasource/connector/connector.hpp>

#include <cstdint>
#include <filesystem>
#include <string>

namespace datasource::gateway {

struct EngineOptions {
  TrinoServer trino = {};           ///< With a URL: Trino runs statements, and what is DuckDB's is not looked at.
  std::string catalog_prefix = {};  ///< Begins the names of this gateway's catalogs in a Trino.
  std::filesystem::path extensions = {};
  std::filesystem::path temporary = {};  ///< Where DuckDB may spill what does not fit in memory.
  std::uint64_t row_limit = 0;           ///< Most rows of a reply; 0: no limit.
  std::uint64_t fetch_limit = 0;         ///< Most rows that are fetched of one table for a statement; 0: no limit.
  std::string memory_limit = {};         ///< In DuckDB's spelling, such as `1GB`; empty: DuckDB's default.
};

/// The body of an engine process: DuckDB or a Trino behind the frames on descriptor 3. Returns when it could not begin.
int run_engine(const EngineOptions& options);

/// Whether engine processes with DuckDB read sources of a connector.
[[nodiscard]] bool engine_serves(const Connector& connector);

/// What they run, such as `duckdb 1.5.5`.
[[nodiscard]] std::string engine_name();

/// `trino 476`, or without the number when the server does not answer within some seconds.
[[nodiscard]] std::string engine_name(const TrinoServer& server);

}  // namespace datasource::gateway
