#pragma once

#include "registry/master_key.hpp"
#include "registry/sqlite.hpp"

#include <datasource/service/store.hpp>

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace datasource::gateway {

/// The registry in an SQLite file: one row a data source, its secrets sealed with the master key and bound to its name.
/// A write is one statement, on disk when it returned; reads are answered from memory.
class SqliteStore final : public Store {
 public:
  /// Opens the registry, or makes it. Errors: `forbidden` when the key is not the one that sealed it (the file is then
  /// left as it was), `unsupported` for a file that a newer version wrote, `server`.
  [[nodiscard]] static Result<std::unique_ptr<SqliteStore>> open(const std::filesystem::path& file,
                                                                 const MasterKey& key);

  [[nodiscard]] Result<std::vector<DataSource>> list() override;
  [[nodiscard]] Result<std::optional<DataSource>> find(std::string_view name) override;
  [[nodiscard]] Result<void> put(const DataSource& source) override;
  [[nodiscard]] Result<bool> remove(std::string_view name) override;

  /// Facts about the registry itself, such as whether the samples were made once.
  [[nodiscard]] Result<bool> has_mark(std::string_view mark);
  [[nodiscard]] Result<void> set_mark(std::string_view mark);

 private:
  SqliteStore(sqlite::Database database, const MasterKey& key) : database_{std::move(database)}, key_{key} {}
  [[nodiscard]] Result<void> prepare();
  [[nodiscard]] Result<void> check_key();
  [[nodiscard]] Result<void> load();

  sqlite::Database database_;
  MasterKey key_;
  sqlite::Statement put_, remove_, has_mark_, set_mark_;
  std::map<std::string, DataSource, std::less<>> sources_;
};

}  // namespace datasource::gateway
