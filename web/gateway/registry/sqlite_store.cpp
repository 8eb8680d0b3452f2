#include "registry/sqlite_store.hpp"

#include <ranges>

namespace datasource::gateway {

Result<std::unique_ptr<SqliteStore>> SqliteStore::open(const std::filesystem::path& file, const MasterKey& key) {
  auto registry = RegistryFile::open(file, key);
  if (!registry) return fail(registry.error());
  auto sources = (*registry)->read();
  if (!sources) return fail(sources.error());
  return std::unique_ptr<SqliteStore>{new SqliteStore{std::move(*registry), std::move(*sources)}};
}

Result<void> SqliteStore::put(DataSource source) {
  auto after = std::make_shared<const DataSource>(std::move(source));
  SourcePtr& place = sources_[after->name];
  return made({.before = std::exchange(place, after), .after = after});
}

Result<bool> SqliteStore::remove(std::string_view name) {
  const auto found = sources_.find(name);
  if (found == sources_.end()) return false;
  SourcePtr before = std::move(found->second);
  sources_.erase(found);
  return made({.before = std::move(before), .after = {}}).map([] { return true; });
}

Result<void> SqliteStore::made(Change change) {
  pending_.push_back(std::move(change));
  return grouped_ ? Result<void>{} : write_pending();
}

Result<void> SqliteStore::write_pending() {
  if (!pending()) return {};
  const Changes changes = take();
  auto written = file_->write(changes);
  if (!written) undo(changes);
  return written;
}

void SqliteStore::undo(const Changes& lost) {
  const Changes since = take();
  for (const Changes* changes : {&since, &lost}) {
    for (const Change& change : std::views::reverse(*changes)) {
      if (change.before) {
        sources_.insert_or_assign(change.name(), change.before);
      } else {
        sources_.erase(change.name());
      }
    }
  }
}

Result<void> SqliteStore::group_writes() {
  auto deferred = file_->defer_sync();
  grouped_ = grouped_ || deferred.has_value();
  return deferred;
}

Result<void> SqliteStore::set_mark(std::string_view mark) {
  return write_pending().and_then([&] { return file_->set_mark(mark); });
}

}  // namespace datasource::gateway
