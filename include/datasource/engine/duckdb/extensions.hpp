#pragma once

#include <datasource/engine/duckdb/handles.hpp>
#include <datasource/engine/duckdb/options.hpp>
#include <datasource/engine/duckdb/quote.hpp>

#include <sys/stat.h>

#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <tuple>
#include <utility>

namespace datasource::duckdb::detail {

/// Extensions whose files DuckDB has found signed in this process. To check that it reads a file whole, each time that
/// an instance loads it, which takes ten times as long as all else that an instance needs. A file that is still the
/// same need not be checked again: its code is in the process already.
class SignedExtensions {
 public:
  /// Those of this process, as its loaded libraries are. Any thread may use them.
  static SignedExtensions& of_process() {
    static SignedExtensions extensions;
    return extensions;
  }

  /// The file of an extension, when it was found signed and has not changed since.
  /// @param asked What LOAD is told: a name, or the path of a file.
  [[nodiscard]] std::optional<std::string> find(const std::string& asked) {
    const std::scoped_lock lock{mutex_};
    const auto found = files_.find(asked);
    if (found == files_.end() || state_of(found->second.path) != found->second.state) return std::nullopt;
    return found->second.path;
  }

  /// LOAD with DuckDB's check.
  Outcome<void> load_checked(const Connection& connection, const std::string& asked) {
    const bool is_path = asked.find('/') != std::string::npos;
    const auto before = is_path ? state_of(asked) : std::nullopt;
    if (auto loaded = connection.execute("LOAD " + (is_path ? literal(asked) : asked)); !loaded) return loaded;
    if (is_path) {
      note(asked, asked, before);
    } else if (const auto rows = connection.rows(
                   "SELECT install_path FROM duckdb_extensions() WHERE loaded AND extension_name = " + literal(asked));
               rows && !rows->empty() && rows->front()[0]) {
      note(asked, *rows->front()[0], state_of(*rows->front()[0]));
    }
    return {};
  }

 private:
  /// What tells a file from another, and from itself after it was written to.
  using State = std::tuple<dev_t, ino_t, off_t, std::filesystem::file_time_type, time_t>;
  struct File {
    std::string path;
    std::optional<State> state;
  };

  static std::optional<State> state_of(const std::string& path) {
    struct stat found {};
    std::error_code error;
    const auto written = std::filesystem::last_write_time(path, error);
    if (error || ::stat(path.c_str(), &found) != 0) return std::nullopt;
    return State{found.st_dev, found.st_ino, found.st_size, written, found.st_ctime};
  }

  void note(const std::string& asked, std::string path, const std::optional<State>& state) {
    if (!state || state_of(path) != state) return;
    const std::scoped_lock lock{mutex_};
    files_.insert_or_assign(asked, File{std::move(path), state});
  }

  std::mutex mutex_;
  std::map<std::string, File> files_;  ///< By what LOAD is told.
};

/// What LOAD is told for an extension: its file in the options' folder, or its name for DuckDB's own.
inline std::string load_target(std::string_view extension, const Options& options) {
  if (options.extension_directory.empty()) return std::string{extension};
  return options.extension_directory + "/" + std::string{extension} + ".duckdb_extension";
}

}  // namespace datasource::duckdb::detail
