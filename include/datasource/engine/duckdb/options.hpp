#pragma once

#include <datasource/federation/remote_opener.hpp>

#include <dlfcn.h>
#include <duckdb.h>

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

namespace datasource::duckdb {

/// The folder `extensions` beside the folder of DuckDB's library, where set-up puts them; empty when there is none, and
/// DuckDB's own extension folder then serves.
inline std::string default_extension_directory() {
  Dl_info info{};
  if (dladdr(reinterpret_cast<const void*>(&duckdb_library_version), &info) == 0 || info.dli_fname == nullptr)
    return {};
  std::error_code error;
  const auto library = std::filesystem::canonical(info.dli_fname, error);
  if (error) return {};
  const auto folder = library.parent_path().parent_path() / "extensions";
  return std::filesystem::is_directory(folder, error) ? folder.string() : std::string{};
}

/// How the engine runs. The defaults suit a program of its own.
struct Options {
  std::string extension_directory =
      default_extension_directory();  ///< Holds `<name>.duckdb_extension`; empty: DuckDB's own folder.
  unsigned threads = 0;               ///< 0: one for each processor.
  std::string memory_limit = {};    ///< For one instance, such as `2GB`; empty: DuckDB's default, 80 % of the machine.
  std::string temp_directory = {};  ///< Where large sorts and joins spill; empty: they do not.
  std::chrono::milliseconds schema_age{2000};  ///< How long tables and columns of a database are remembered.
  std::uint64_t row_limit = 0;                 ///< Most rows of a reply; 0: no limit. A reply with more is an error.
  std::size_t instances = 8;                   ///< Sets of sources that are kept attached.
  std::vector<RemoteOpener> remotes = {};      ///< Readers of the systems whose tables are fetched.
  std::uint64_t fetch_limit = 10'000'000;  ///< Most rows that are fetched of one table for a statement; 0: no limit.
};

}  // namespace datasource::duckdb
