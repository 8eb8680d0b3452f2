// DuckDB alone, for the gateway to be compared with: runs each line of standard input as a statement, in one process
// that nothing confines, and prints how long each took in milliseconds. A line `json <SELECT>` is written by DuckDB's
// own COPY.

#include <datasource/engine/duckdb/handles.hpp>

#include <chrono>
#include <cstdio>
#include <iostream>
#include <string>

int main() {
  namespace duckdb = datasource::duckdb;
  duckdb::Database database;
  if (duckdb_open(nullptr, database.out()) != DuckDBSuccess) return 1;
  const duckdb::Connection connection{database.get()};
  for (std::string line; std::getline(std::cin, line);) {
    if (line.starts_with("json ")) line = "COPY (" + line.substr(5) + ") TO '/dev/shm/plain_duckdb.json' (FORMAT json)";
    const auto begin = std::chrono::steady_clock::now();
    const auto done = connection.execute(line);
    const auto end = std::chrono::steady_clock::now();
    if (!done) {
      std::fprintf(stderr, "%s\n%s\n", line.c_str(), done.error().message.c_str());
      return 1;
    }
    std::printf("%.3f\n", std::chrono::duration<double, std::milli>(end - begin).count());
    std::fflush(stdout);
  }
  std::remove("/dev/shm/plain_duckdb.json");
  return 0;
}
