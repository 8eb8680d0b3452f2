#pragma once

#include "registry/registry_file.hpp"

#include <datasource/service/store.hpp>

#include <filesystem>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace datasource::gateway {

/// The registry in memory and in a file. Reads are answered from memory. A write is on disk when it returned, unless
/// writes are grouped: then it shows at once, and is on disk when somebody has put there what `take` gave, which many
/// writes share, since waiting for the disk is what a write costs.
class SqliteStore final : public Store {
 public:
  /// Opens the registry, or makes it. Errors: as RegistryFile::open() and RegistryFile::read().
  [[nodiscard]] static Result<std::unique_ptr<SqliteStore>> open(const std::filesystem::path& file,
                                                                 const MasterKey& key);

  [[nodiscard]] Result<std::vector<SourcePtr>> list() override { return all_of(sources_); }
  [[nodiscard]] Result<SourcePtr> find(std::string_view name) override { return find_in(sources_, name); }
  [[nodiscard]] Result<SourcePtr> find_any_case(std::string_view name) override {
    return datasource::find_any_case(sources_, name);
  }
  [[nodiscard]] Result<void> put(DataSource source) override;
  [[nodiscard]] Result<bool> remove(std::string_view name) override;

  /// From now on writes are grouped.
  [[nodiscard]] Result<void> group_writes();
  /// Whether there are writes that nobody took.
  [[nodiscard]] bool pending() const noexcept { return !pending_.empty(); }
  /// The writes since the last time, to be put on disk, each lot after the one before it.
  [[nodiscard]] Changes take() { return std::exchange(pending_, {}); }
  /// Takes back what could not be written, and with it all that was written since.
  void undo(const Changes& lost);

  /// The file. While another thread uses it, writes have to be grouped, and marks are not to be touched.
  [[nodiscard]] RegistryFile& file() noexcept { return *file_; }

  /// Facts about the registry itself, such as whether the samples were made once. What was written before is in the
  /// file before the mark is.
  [[nodiscard]] Result<bool> has_mark(std::string_view mark) { return file_->has_mark(mark); }
  [[nodiscard]] Result<void> set_mark(std::string_view mark);

 private:
  SqliteStore(std::unique_ptr<RegistryFile> file, SourceMap sources)
      : file_{std::move(file)}, sources_{std::move(sources)} {}
  [[nodiscard]] Result<void> made(Change change);
  [[nodiscard]] Result<void> write_pending();

  std::unique_ptr<RegistryFile> file_;
  SourceMap sources_;
  bool grouped_ = false;
  Changes pending_;  ///< What the writes that nobody took have changed.
};

}  // namespace datasource::gateway
