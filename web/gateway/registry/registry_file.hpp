#pragma once

#include "file_descriptor.hpp"
#include "registry/master_key.hpp"
#include "registry/sqlite.hpp"

#include <datasource/model/error.hpp>
#include <datasource/service/source_map.hpp>

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace datasource::gateway {

/// What a write made of a data source. One of both is there.
struct Change {
  SourcePtr before;  ///< Null: there was none of that name.
  SourcePtr after;   ///< Null: it was removed.

  [[nodiscard]] const std::string& name() const { return after ? after->name : before->name; }
};

/// Changes in the order in which they were made, to be written all or not at all.
using Changes = std::vector<Change>;

/// The registry in an SQLite file: one row a data source, its secrets sealed with the master key and bound to its name.
/// One thread at a time.
class RegistryFile {
 public:
  /// Opens the registry, or makes it. Errors: `forbidden` when the key is not the one that sealed it (the file is then
  /// left as it was), `unsupported` for a file that a newer version wrote, `server`.
  [[nodiscard]] static Result<std::unique_ptr<RegistryFile>> open(const std::filesystem::path& file,
                                                                  const MasterKey& key);

  /// All that it holds. Errors: `malformed` for what is no data source, `forbidden` for a secret that does not open.
  [[nodiscard]] Result<SourceMap> read();

  /// From now on what was written is on disk when `sync` returned too, and not before.
  [[nodiscard]] Result<void> defer_sync();
  /// Writes changes in one transaction. When that fails none of them happened.
  [[nodiscard]] Result<void> write(const Changes& changes);
  /// Returns when what was written is on disk.
  [[nodiscard]] Result<void> sync() const;

  /// Facts about the registry itself, such as whether the samples were made once.
  [[nodiscard]] Result<bool> has_mark(std::string_view mark);
  [[nodiscard]] Result<void> set_mark(std::string_view mark);

 private:
  RegistryFile(sqlite::Database database, std::filesystem::path file, const MasterKey& key)
      : database_{std::move(database)}, file_{std::move(file)}, key_{key} {}
  [[nodiscard]] Result<void> prepare();
  [[nodiscard]] Result<void> check_key();
  [[nodiscard]] Result<void> put(const DataSource& source);
  [[nodiscard]] Result<void> remove(std::string_view name);

  sqlite::Database database_;
  std::filesystem::path file_;
  FileDescriptor log_;  ///< SQLite's write-ahead log, once `sync` is deferred.
  MasterKey key_;
  sqlite::Statement begin_, commit_, put_, remove_, has_mark_, set_mark_;
};

}  // namespace datasource::gateway
