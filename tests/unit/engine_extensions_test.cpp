#include "engine_support.hpp"

#include <fstream>

namespace engine_extensions_test {

using namespace engine_tests;

namespace {

const std::string sqlite_file = "sqlite_scanner.duckdb_extension";

/// A copy of SQLite's extension in a folder of its own, and a source that needs it.
struct Fixture {
  Fixture() {
    std::filesystem::copy_file(ds::duckdb::default_extension_directory() + "/" + sqlite_file, extension());
    prepare({"LOAD '" + ds::duckdb::default_extension_directory() + "/" + sqlite_file + "'",
             "ATTACH '" + folder.file("shop.db") + "' AS shop (TYPE sqlite)", "CREATE TABLE shop.a (x INTEGER)"});
  }

  [[nodiscard]] std::string extension() const { return folder.file(sqlite_file); }

  /// Whether DuckDB takes what is not signed, in an instance that was opened just now.
  [[nodiscard]] ds::Result<std::string> takes_unsigned() const {
    const ds::DataSource source{.name = "shop", .connector = ds::Sqlite{.path = folder.file("shop.db")}};
    auto plan = ds::duckdb::plan_attach(source, {});
    REQUIRE(plan.has_value());
    auto instance = ds::duckdb::Instance::open({*plan}, {.extension_directory = folder.path(), .threads = 1});
    if (!instance) return ds::fail(instance.error());
    const auto rows = (*instance)->connection().rows(
        "SELECT CAST(current_setting('allow_unsigned_extensions') AS VARCHAR) FROM shop.a RIGHT JOIN (SELECT 1) ON "
        "true");
    REQUIRE(rows.has_value());
    return rows->front()[0].value_or("");
  }

  TemporaryFolder folder;
};

}  // namespace

TEST_CASE("An extension's signature is checked once in a process, and again when its file changes") {
  const Fixture fixture;
  CHECK(fixture.takes_unsigned() == "false");
  CHECK(fixture.takes_unsigned() == "true");  // nothing that is loaded now is unknown

  std::fstream{fixture.extension(), std::ios::in | std::ios::out | std::ios::binary}.seekp(-1, std::ios::end).put('!');
  const auto refused = fixture.takes_unsigned();
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().kind == ds::ErrorKind::unsupported);
  CHECK(refused.error().message.find(fixture.extension()) != std::string::npos);
  CHECK(refused.error().message.find("signature") != std::string::npos);
}

TEST_CASE("An extension that was never signed is not taken, however often it is asked for") {
  const Fixture fixture;
  std::filesystem::resize_file(fixture.extension(), std::filesystem::file_size(fixture.extension()) - 1);
  CHECK_FALSE(fixture.takes_unsigned().has_value());
  CHECK_FALSE(fixture.takes_unsigned().has_value());
}

}  // namespace engine_extensions_test
