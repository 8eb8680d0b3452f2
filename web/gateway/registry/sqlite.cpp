#include "registry/sqlite.hpp"

namespace datasource::gateway::sqlite {

Error error_of(sqlite3* database, std::string_view doing) {
  if (sqlite3_errcode(database) == SQLITE_FULL) {
    return {.kind = ErrorKind::server,
            .message = std::string{doing} + " failed: the disk is full",
            .status = 507,
            .retryable = true};
  }
  return {
      .kind = ErrorKind::server, .message = std::string{doing} + " failed: " + sqlite3_errmsg(database), .status = 500};
}

Result<Database> open(const std::filesystem::path& file) {
  // It would count its memory under a lock of all connections. Nobody asks for the count.
  static const int uncounted = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  (void)uncounted;
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(
      file.c_str(), &handle,
      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE, nullptr);
  Database database{handle};
  if (code != SQLITE_OK) return fail(error_of(handle, "opening " + file.string()));
  sqlite3_extended_result_codes(handle, 0);
  sqlite3_busy_timeout(handle, 2000);
  return database;
}

Result<void> execute(sqlite3* database, const char* statements) {
  if (sqlite3_exec(database, statements, nullptr, nullptr, nullptr) != SQLITE_OK)
    return fail(error_of(database, "writing the database"));
  return {};
}

Result<Statement> Statement::prepare(sqlite3* database, std::string_view text) {
  sqlite3_stmt* handle = nullptr;
  if (sqlite3_prepare_v3(database, text.data(), static_cast<int>(text.size()), SQLITE_PREPARE_PERSISTENT, &handle,
                         nullptr) != SQLITE_OK) {
    return fail(error_of(database, "reading the database"));
  }
  Statement statement;
  statement.handle_.reset(handle);
  return statement;
}

Result<bool> Statement::step() {
  switch (sqlite3_step(handle_.get())) {
    case SQLITE_ROW: return true;
    case SQLITE_DONE: return false;
    default: break;
  }
  Error error = error_of(sqlite3_db_handle(handle_.get()), "using the database");
  reset();
  return fail(std::move(error));
}

Result<void> Statement::run() {
  const auto row = step();
  reset();
  if (!row) return fail(row.error());
  return {};
}

std::string_view Statement::bytes(int column) const {
  const auto* data = static_cast<const char*>(sqlite3_column_blob(handle_.get(), column));
  return {data, data == nullptr ? 0 : static_cast<std::size_t>(sqlite3_column_bytes(handle_.get(), column))};
}

Result<void> prepare(sqlite3* database, std::initializer_list<std::pair<Statement*, std::string_view>> statements) {
  for (const auto& [statement, text] : statements) {
    auto prepared = Statement::prepare(database, text);
    if (!prepared) return fail(prepared.error());
    *statement = std::move(*prepared);
  }
  return {};
}

}  // namespace datasource::gateway::sqlite
