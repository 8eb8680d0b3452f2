#include "registry/registry_file.hpp"

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

Result<std::unique_ptr<RegistryFile>> RegistryFile::open(const std::filesystem::path& file, const MasterKey& key) {
  auto database = sqlite::open(file);
  if (!database) return fail(database.error());
  std::unique_ptr<RegistryFile> registry{new RegistryFile{std::move(*database), file, key}};
  if (auto prepared = registry->prepare(); !prepared) return fail(prepared.error());
  return registry;
}

Result<void> RegistryFile::prepare() {
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
  return sqlite::prepare(
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
}

Result<void> RegistryFile::check_key() {
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

Result<SourceMap> RegistryFile::read() {
  auto row = sqlite::Statement::prepare(database_.get(), "SELECT name, document, secrets FROM data_source");
  if (!row) return fail(row.error());
  SourceMap sources;
  for (;;) {
    const auto more = row->step();
    if (!more) return fail(more.error());
    if (!*more) return sources;
    const std::string_view name = row->bytes(0), document = row->bytes(1), sealed = row->bytes(2);
    auto secrets = sealed.empty() ? Result<std::string>{} : unseal(key_, name, sealed);
    if (!secrets) return fail(secrets.error());
    auto source = join_record(document, *secrets);
    wipe(*secrets);
    if (!source) return fail(ErrorKind::malformed, "data source " + std::string{name} + ": " + source.error().message);
    sources.insert_or_assign(std::string{name}, std::make_shared<const DataSource>(std::move(*source)));
  }
}

Result<void> RegistryFile::put(const DataSource& source) {
  Record record = split_record(source);
  auto sealed = record.secrets.empty() ? Result<std::string>{} : seal(key_, source.name, record.secrets);
  wipe(record.secrets);
  if (!sealed) return fail(sealed.error());
  put_.bind(1, source.name);
  put_.bind(2, record.document);
  put_.bind_blob(3, *sealed);
  return put_.run();
}

Result<void> RegistryFile::remove(std::string_view name) {
  remove_.bind(1, name);
  return remove_.run();
}

Result<void> RegistryFile::defer_sync() {
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
  return {};
}

Result<void> RegistryFile::sync() const {
  // Of the same file, so that it does not matter through which descriptor the bytes were written.
  if (!log_ || ::fdatasync(log_.get()) == 0) return {};
  return fail({.kind = ErrorKind::server,
               .message = "the registry could not be put on disk: " + std::string{std::strerror(errno)},
               .status = 500});
}

Result<void> RegistryFile::write(const Changes& changes) {
  auto written = begin_.run();
  for (auto each = changes.begin(); written && each != changes.end(); ++each)
    written = each->after ? put(*each->after) : remove(each->name());
  if (written) written = commit_.run();
  // A full disk has taken the transaction back by itself.
  if (!written && ::sqlite3_get_autocommit(database_.get()) == 0) (void)sqlite::execute(database_.get(), "ROLLBACK");
  return written;
}

Result<bool> RegistryFile::has_mark(std::string_view mark) {
  has_mark_.bind(1, mark);
  auto row = has_mark_.step();
  has_mark_.reset();
  return row;
}

Result<void> RegistryFile::set_mark(std::string_view mark) {
  set_mark_.bind(1, mark);
  return set_mark_.run();
}

}  // namespace datasource::gateway
