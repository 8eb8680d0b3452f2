#include "registry/sqlite_store.hpp"

#include "registry/record.hpp"
#include "registry/seal.hpp"
#include "wipe.hpp"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

namespace datasource::gateway {
namespace {

constexpr int schema_version = 1;

// `mark` holds facts by name; the row "master key" holds a sealed constant, by which a wrong key shows.
constexpr const char* registry_schema = R"(
  CREATE TABLE data_source (name TEXT PRIMARY KEY, document TEXT NOT NULL, secrets BLOB) WITHOUT ROWID, STRICT;
  CREATE TABLE mark (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID, STRICT;
)";
constexpr std::string_view key_mark = "master key";
constexpr std::string_view key_constant = "datasource";

Result<int> user_version(sqlite3* database) {
  auto statement = sqlite::Statement::prepare(database, "PRAGMA user_version");
  if (!statement) return fail(statement.error());
  if (auto row = statement->step(); !row) return fail(row.error());
  return std::atoi(std::string{statement->bytes(0)}.c_str());
}

}  // namespace

Result<std::unique_ptr<SqliteStore>> SqliteStore::open(const std::filesystem::path& file, const MasterKey& key) {
  auto database = sqlite::open(file);
  if (!database) return fail(database.error());
  std::unique_ptr<SqliteStore> store{new SqliteStore{std::move(*database), file, key}};
  if (auto prepared = store->prepare(); !prepared) return fail(prepared.error());
  return store;
}

Result<void> SqliteStore::prepare() {
  sqlite3* database = database_.get();
  const auto version = user_version(database);
  if (!version) return fail(version.error());
  if (*version > schema_version) {
    return fail(ErrorKind::unsupported, "the registry was written by a newer version of this program (schema " +
                                            std::to_string(*version) + ")");
  }
  if (*version == schema_version) {
    if (auto checked = check_key(); !checked) return checked;
  }
  if (auto done =
          sqlite::execute(database, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;");
      !done)
    return done;
  if (*version == 0) {
    auto sealed = seal(key_, key_mark, key_constant);
    if (!sealed) return fail(sealed.error());
    if (auto begun = sqlite::execute(database, "BEGIN IMMEDIATE"); !begun) return begun;
    if (auto made = sqlite::execute(database, registry_schema); !made) return made;
    auto insert = sqlite::Statement::prepare(database, "INSERT INTO mark (name, value) VALUES (?1, ?2)");
    if (!insert) return fail(insert.error());
    insert->bind(1, key_mark);
    insert->bind_blob(2, *sealed);
    if (auto inserted = insert->run(); !inserted) return inserted;
    const std::string finish = "PRAGMA user_version = " + std::to_string(schema_version) + "; COMMIT";
    if (auto committed = sqlite::execute(database, finish.c_str()); !committed) return committed;
  }
  auto prepared = sqlite::prepare(
      database, {
                    {&begin_, "BEGIN IMMEDIATE"},
                    {&commit_, "COMMIT"},
                    {&put_,
                     "INSERT INTO data_source (name, document, secrets) VALUES (?1, ?2, ?3) "
                     "ON CONFLICT (name) DO UPDATE SET document = excluded.document, secrets = excluded.secrets"},
                    {&remove_, "DELETE FROM data_source WHERE name = ?1"},
                    {&has_mark_, "SELECT 1 FROM mark WHERE name = ?1"},
                    {&set_mark_, "INSERT OR IGNORE INTO mark (name, value) VALUES (?1, x'01')"},
                });
  if (!prepared) return prepared;
  return load();
}

Result<void> SqliteStore::check_key() {
  auto statement = sqlite::Statement::prepare(database_.get(), "SELECT value FROM mark WHERE name = ?1");
  if (!statement) return fail(statement.error());
  statement->bind(1, key_mark);
  const auto row = statement->step();
  if (!row) return fail(row.error());
  const auto constant = *row ? unseal(key_, key_mark, statement->bytes(0)) : Result<std::string>{};
  if (!constant || *constant != key_constant)
    return fail(ErrorKind::forbidden, "the master key is not the one that this registry was sealed with");
  return {};
}

Result<void> SqliteStore::load() {
  auto row = sqlite::Statement::prepare(database_.get(), "SELECT name, document, secrets FROM data_source");
  if (!row) return fail(row.error());
  for (;;) {
    const auto more = row->step();
    if (!more) return fail(more.error());
    if (!*more) return {};
    const std::string_view name = row->bytes(0), document = row->bytes(1), sealed = row->bytes(2);
    auto secrets = sealed.empty() ? Result<std::string>{} : unseal(key_, name, sealed);
    if (!secrets) return fail(secrets.error());
    auto source = join_record(document, *secrets);
    wipe(*secrets);
    if (!source) return fail(ErrorKind::malformed, "data source " + std::string{name} + ": " + source.error().message);
    sources_.insert_or_assign(std::string{name}, std::move(*source));
  }
}

Result<std::vector<DataSource>> SqliteStore::list() {
  std::vector<DataSource> all;
  all.reserve(sources_.size());
  for (const auto& [name, source] : sources_) all.push_back(source);
  return all;
}

Result<std::optional<DataSource>> SqliteStore::find(std::string_view name) {
  const auto found = sources_.find(name);
  return found == sources_.end() ? std::optional<DataSource>{} : found->second;
}

Result<std::optional<DataSource>> SqliteStore::find_any_case(std::string_view name) {
  const auto found = datasource::find_any_case(sources_, name);
  return found == sources_.end() ? std::optional<DataSource>{} : found->second;
}

Result<void> SqliteStore::put(const DataSource& source) {
  const Record record = split_record(source);
  auto sealed = record.secrets.empty() ? Result<std::string>{} : seal(key_, source.name, record.secrets);
  if (!sealed) return fail(sealed.error());
  put_.bind(1, source.name);
  put_.bind(2, record.document);
  put_.bind_blob(3, *sealed);
  if (auto written = write(put_); !written) return written;
  const auto [found, added] = sources_.try_emplace(source.name);
  remember(source.name, added ? std::nullopt : std::optional{std::move(found->second)});
  found->second = source;
  return {};
}

Result<bool> SqliteStore::remove(std::string_view name) {
  const auto found = sources_.find(name);
  if (found == sources_.end()) return false;
  remove_.bind(1, name);
  if (auto removed = write(remove_); !removed) return fail(removed.error());
  remember(name, std::move(found->second));
  sources_.erase(found);
  return true;
}

void SqliteStore::remember(std::string_view name, std::optional<DataSource> before) {
  if (grouped_) undo_.push_back({std::string{name}, std::move(before)});
}

Result<void> SqliteStore::group_writes() {
  // SQLite would wait for the disk within each commit. Without that it still does what keeps the file whole: it syncs
  // the log before a checkpoint and the database after it. To sync the log of each commit is left to `sync`.
  std::filesystem::path log = file_;
  log += "-wal";
  log_ = FileDescriptor{::open(log.c_str(), O_RDONLY | O_CLOEXEC)};
  if (!log_)
    return fail(ErrorKind::server, "the registry's log cannot be opened: " + std::string{std::strerror(errno)});
  const FileDescriptor folder{::open(file_.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (!folder || ::fsync(folder.get()) != 0)
    return fail(ErrorKind::server, "the registry's folder cannot be synced: " + std::string{std::strerror(errno)});
  if (auto relaxed = sqlite::execute(database_.get(), "PRAGMA synchronous = NORMAL"); !relaxed) return relaxed;
  grouped_ = true;
  return {};
}

Result<void> SqliteStore::sync() const {
  // Of the same file, so that it does not matter through which descriptor the bytes were written.
  if (!grouped_ || ::fdatasync(log_.get()) == 0) return {};
  return fail({.kind = ErrorKind::server,
               .message = "the registry could not be put on disk: " + std::string{std::strerror(errno)},
               .status = 500});
}

Result<void> SqliteStore::write(sqlite::Statement& statement) {
  if (!grouped_) return statement.run();
  if (lost_) return fail(*lost_);
  if (undo_.empty()) {
    if (auto begun = begin_.run(); !begun) return begun;
  }
  if (auto written = statement.run(); !written) {
    // A full disk takes the whole transaction back: then the earlier writes of the group are lost too.
    if (::sqlite3_get_autocommit(database_.get()) != 0) {
      if (!undo_.empty()) lost_ = written.error();
      undo();
    } else if (undo_.empty()) {
      (void)sqlite::execute(database_.get(), "ROLLBACK");
    }
    return written;
  }
  return {};
}

Result<void> SqliteStore::commit() {
  if (lost_) return fail(*std::exchange(lost_, std::nullopt));
  if (undo_.empty()) return {};
  auto committed = commit_.run();
  if (committed) {
    undo_.clear();
  } else {
    if (::sqlite3_get_autocommit(database_.get()) == 0) (void)sqlite::execute(database_.get(), "ROLLBACK");
    undo();
  }
  return committed;
}

void SqliteStore::undo() {
  for (; !undo_.empty(); undo_.pop_back()) {
    Before& before = undo_.back();
    if (before.source) {
      sources_.insert_or_assign(before.name, std::move(*before.source));
    } else {
      sources_.erase(before.name);
    }
  }
}

Result<bool> SqliteStore::has_mark(std::string_view mark) {
  has_mark_.bind(1, mark);
  auto row = has_mark_.step();
  has_mark_.reset();
  return row;
}

Result<void> SqliteStore::set_mark(std::string_view mark) {
  set_mark_.bind(1, mark);
  return set_mark_.run();
}

}  // namespace datasource::gateway
