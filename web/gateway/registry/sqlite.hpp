#pragma once

#include <datasource/model/error.hpp>

#include <sqlite3.h>

#include <filesystem>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace datasource::gateway::sqlite {

struct CloseDatabase {
  void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
};
struct FinalizeStatement {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Database = std::unique_ptr<sqlite3, CloseDatabase>;

/// The last error of a database in plain words; a full disk is named as such, with status 507.
[[nodiscard]] Error error_of(sqlite3* database, std::string_view doing);

/// Opens a database file, making it when it is not there.
[[nodiscard]] Result<Database> open(const std::filesystem::path& file);

/// Runs statements that give no rows.
[[nodiscard]] Result<void> execute(sqlite3* database, const char* statements);

/// A prepared statement, used again and again. Parameters count from 1, columns from 0.
class Statement {
 public:
  Statement() = default;
  [[nodiscard]] static Result<Statement> prepare(sqlite3* database, std::string_view text);

  void bind(int parameter, std::string_view text) {
    sqlite3_bind_text64(handle_.get(), parameter, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  }
  void bind(int parameter, std::int64_t number) { sqlite3_bind_int64(handle_.get(), parameter, number); }
  void bind(int parameter, double number) { sqlite3_bind_double(handle_.get(), parameter, number); }
  /// An empty blob is bound as NULL.
  void bind_blob(int parameter, std::string_view bytes) {
    if (bytes.empty()) {
      sqlite3_bind_null(handle_.get(), parameter);
    } else {
      sqlite3_bind_blob64(handle_.get(), parameter, bytes.data(), bytes.size(), SQLITE_TRANSIENT);
    }
  }

  /// True when there is a row to read, false at the end.
  [[nodiscard]] Result<bool> step();
  /// Valid until the next step. NULL is empty.
  [[nodiscard]] std::string_view bytes(int column) const;
  [[nodiscard]] std::int64_t integer(int column) const { return sqlite3_column_int64(handle_.get(), column); }
  [[nodiscard]] double real(int column) const { return sqlite3_column_double(handle_.get(), column); }
  /// Runs a statement that gives no rows, and leaves nothing bound.
  [[nodiscard]] Result<void> run();
  /// Ends the run and drops what was bound, so that no secret and no lock stays.
  void reset() {
    sqlite3_reset(handle_.get());
    sqlite3_clear_bindings(handle_.get());
  }

 private:
  std::unique_ptr<sqlite3_stmt, FinalizeStatement> handle_;
};

/// Prepares statements that are kept for as long as the database.
[[nodiscard]] Result<void> prepare(sqlite3* database,
                                   std::initializer_list<std::pair<Statement*, std::string_view>> statements);

}  // namespace datasource::gateway::sqlite
