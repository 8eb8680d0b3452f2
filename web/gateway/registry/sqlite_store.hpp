#pragma once

#include "file_descriptor.hpp"
#include "registry/master_key.hpp"
#include "registry/sqlite.hpp"

#include <datasource/service/store.hpp>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace datasource::gateway {

/// The registry in an SQLite file: one row a data source, its secrets sealed with the master key and bound to its name.
/// Reads are answered from memory. A write is on disk when it returned, unless writes are grouped: then it is on disk
/// when `commit` and after it `sync` returned, which many writes share, since waiting for the disk is what a write
/// costs.
class SqliteStore final : public Store {
 public:
  /// Opens the registry, or makes it. Errors: `forbidden` when the key is not the one that sealed it (the file is then
  /// left as it was), `unsupported` for a file that a newer version wrote, `server`.
  [[nodiscard]] static Result<std::unique_ptr<SqliteStore>> open(const std::filesystem::path& file,
                                                                 const MasterKey& key);

  [[nodiscard]] Result<std::vector<DataSource>> list() override;
  [[nodiscard]] Result<std::optional<DataSource>> find(std::string_view name) override;
  [[nodiscard]] Result<std::optional<DataSource>> find_any_case(std::string_view name) override;
  [[nodiscard]] Result<void> put(const DataSource& source) override;
  [[nodiscard]] Result<bool> remove(std::string_view name) override;

  /// From now on writes are grouped.
  [[nodiscard]] Result<void> group_writes();
  /// Whether writes wait for `commit`.
  [[nodiscard]] bool pending() const noexcept { return !undo_.empty() || lost_; }
  /// Gives all writes since the last one to the system. When that fails none of them happened.
  [[nodiscard]] Result<void> commit();
  /// Returns when what was committed is on disk. The only one that may be called on another thread while others run:
  /// meanwhile the next writes are made.
  [[nodiscard]] Result<void> sync() const;

  /// Facts about the registry itself, such as whether the samples were made once.
  [[nodiscard]] Result<bool> has_mark(std::string_view mark);
  [[nodiscard]] Result<void> set_mark(std::string_view mark);

 private:
  SqliteStore(sqlite::Database database, std::filesystem::path file, const MasterKey& key)
      : database_{std::move(database)}, file_{std::move(file)}, key_{key} {}
  [[nodiscard]] Result<void> prepare();
  [[nodiscard]] Result<void> check_key();
  [[nodiscard]] Result<void> load();
  [[nodiscard]] Result<void> write(sqlite::Statement& statement);
  void undo();
  void remember(std::string_view name, std::optional<DataSource> before);

  struct Before {
    std::string name;
    std::optional<DataSource> source;  ///< Nothing: there was none of that name.
  };

  sqlite::Database database_;
  std::filesystem::path file_;
  FileDescriptor log_;  ///< SQLite's write-ahead log, once writes are grouped.
  MasterKey key_;
  sqlite::Statement begin_, commit_, put_, remove_, has_mark_, set_mark_;
  SourceMap sources_;
  bool grouped_ = false;
  std::vector<Before> undo_;   ///< What the writes of this group replaced, in order.
  std::optional<Error> lost_;  ///< Why the whole group was lost before its commit.
};

}  // namespace datasource::gateway
