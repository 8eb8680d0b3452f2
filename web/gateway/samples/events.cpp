#include "samples/samples.hpp"

#include <duckdb.h>

#include <string>
#include <system_error>

namespace datasource::gateway {
namespace {

constexpr int views = 50'000;
constexpr int files = 4;

// Sessions of five views each by the shop's 200 customers over one year. Arithmetic and MD5 only, so that the data
// stays the same with every version of DuckDB.
constexpr const char* select = R"(
  SELECT substr(md5(CAST(session AS VARCHAR)), 1, 12) AS session_id,
         CAST(1 + session * 7919 % 200 AS INTEGER) AS customer_id,
         ['/', '/products', '/products/' || (1 + session * 31 % 40), '/cart', '/checkout', '/search', '/about'][1 + (step + session * 13 % 3) % 7] AS page,
         CAST(2 + i * 37 % 178 AS INTEGER) AS seconds,
         TIMESTAMP '2024-01-01 00:00:00' + to_seconds(CAST(session * 3162 % 31622400 + step * 61 AS BIGINT)) AS viewed_at
  FROM (SELECT i, i // 5 AS session, i % 5 AS step FROM range(%FROM%, %TO%) AS numbers(i)))";

std::string replaced(std::string text, std::string_view what, const std::string& with) {
  return text.replace(text.find(what), what.size(), with);
}

struct Database {
  Database() {
    if (duckdb_open(nullptr, &database) == DuckDBSuccess) duckdb_connect(database, &connection);
  }
  ~Database() {
    duckdb_disconnect(&connection);
    duckdb_close(&database);
  }
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  [[nodiscard]] Result<void> execute(const std::string& statement) const {
    duckdb_result result;
    const bool done = connection != nullptr && duckdb_query(connection, statement.c_str(), &result) == DuckDBSuccess;
    const char* reason = connection == nullptr ? nullptr : duckdb_result_error(&result);
    Result<void> outcome;
    if (!done) outcome = fail(ErrorKind::server, reason == nullptr ? "DuckDB could not be opened" : reason);
    if (connection != nullptr) duckdb_destroy_result(&result);
    return outcome;
  }

  duckdb_database database = nullptr;
  duckdb_connection connection = nullptr;
};

std::string quoted_path(const std::filesystem::path& path) {
  std::string text = "'";
  for (const char c : path.string()) text += c == '\'' ? std::string{"''"} : std::string{c};
  return text + '\'';
}

}  // namespace

Result<void> write_events(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder / "page_views", error);
  if (error) return fail(ErrorKind::server, "could not make " + folder.string() + ": " + error.message());
  const Database database;
  for (int part = 0; part < files; ++part) {
    const std::string rows = replaced(replaced(select, "%FROM%", std::to_string(part * views / files)), "%TO%",
                                      std::to_string((part + 1) * views / files));
    const auto file = folder / "page_views" / ("part-" + std::to_string(part) + ".parquet");
    if (auto written = database.execute("COPY (" + rows + ") TO " + quoted_path(file) + " (FORMAT parquet)"); !written)
      return written;
  }
  return {};
}

}  // namespace datasource::gateway
