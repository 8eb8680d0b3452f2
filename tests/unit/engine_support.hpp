#pragma once

#include <datasource/engine/duckdb.hpp>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace engine_tests {

namespace ds = datasource;

inline ds::Query sql(std::string text) { return {ds::Language::sql, std::move(text)}; }

/// A folder that goes away with its owner.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "datasource-test-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  [[nodiscard]] std::string file(const std::string& name) const { return (path_ / name).string(); }
  [[nodiscard]] std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

/// Runs set-up statements in a DuckDB of its own, which nothing confines; extensions are not checked, which takes long.
inline void prepare(const std::vector<std::string>& statements) {
  ds::duckdb::Database database;
  REQUIRE(ds::duckdb::Instance::open_database(database, {}, true).has_value());
  const ds::duckdb::Connection connection{database.get()};
  for (const std::string& statement : statements) {
    const auto done = connection.execute(statement);
    INFO(statement << "\n" << (done ? "" : done.error().message));
    REQUIRE(done.has_value());
  }
}

/// The whole reply, parsed. The engine is shared: opening one costs more than most tests.
inline ds::Result<nlohmann::json> ask(const std::string& text, std::span<const ds::DataSource> sources = {}) {
  static ds::duckdb::Engine& engine = *new ds::duckdb::Engine{{.threads = 2}};  // lives as long as the process
  std::string body;
  const auto summary = engine.run(sql(text), sources, [&](std::string_view bytes) {
    body += bytes;
    return true;
  });
  if (!summary) return ds::fail(summary.error());
  auto reply = nlohmann::json::parse(body, nullptr, false);
  INFO(body);
  REQUIRE_FALSE(reply.is_discarded());
  CHECK(reply["total"] == summary->rows);
  CHECK(reply["datarows"].size() == summary->rows);
  return reply;
}

}  // namespace engine_tests
