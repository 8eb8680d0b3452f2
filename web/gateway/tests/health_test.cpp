#include "health/sqlite_health_store.hpp"
#include "temporary_folder.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <string>
#include <vector>

namespace health_test {

using namespace datasource;
using namespace datasource::gateway;
using namespace std::chrono_literals;

TEST_CASE("The outcomes of probes are there after a restart, newest first, until their source is gone") {
  const TemporaryFolder folder;
  const auto file = folder.path() / "health.db";
  const Moment now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  const ProbeOutcome up{.time = now - 1min, .up = true, .duration_ms = 1.5, .message = "PostgreSQL 15"};
  const ProbeOutcome down{
      .time = now, .duration_ms = 2, .cause = ProbeCause::statement, .check = "connect", .message = "refused"};
  {
    auto store = SqliteHealthStore::open(file);
    REQUIRE(store);
    REQUIRE((*store)->append("crm", up, now - 1h));
    REQUIRE((*store)->append("crm", down, now - 1h));
    REQUIRE((*store)->append("shop", up, now - 1h));
  }
  auto store = SqliteHealthStore::open(file);
  REQUIRE(store);
  CHECK((*store)->newest("crm", 10) == std::vector{down, up});
  CHECK((*store)->newest("crm", 1) == std::vector{down});
  std::vector<std::string> seen;
  REQUIRE((*store)->each_since(now - 1s, [&](std::string_view source, const ProbeOutcome& outcome) {
    seen.push_back(std::string{source} + ' ' + outcome.message);
  }));
  CHECK(seen == std::vector<std::string>{"crm refused"});
  REQUIRE((*store)->forget("crm"));
  CHECK((*store)->newest("crm", 10)->empty());
  CHECK((*store)->newest("shop", 10)->size() == 1);
}

TEST_CASE("A source keeps a bounded number of outcomes, and none from before the window") {
  const TemporaryFolder folder;
  auto store = SqliteHealthStore::open(folder.path() / "health.db");
  REQUIRE(store);
  const Moment start{};
  for (int i = 0; i < 3200; ++i) REQUIRE((*store)->append("crm", {.time = start + i * 1s, .up = true}, start));
  CHECK((*store)->newest("crm", 10'000)->size() <= SqliteHealthStore::most + 64);
  for (int i = 0; i < 64; ++i) REQUIRE((*store)->append("crm", {.time = start + 1h + i * 1s}, start + 1h));
  CHECK((*store)->newest("crm", 10'000)->size() <= 2 * 64);
}

TEST_CASE("A file that holds no health is made anew") {
  const TemporaryFolder folder;
  folder.write("health.db", std::string(8192, 'x'));
  auto store = SqliteHealthStore::open(folder.path() / "health.db");
  REQUIRE(store);
  CHECK((*store)->newest("crm", 10)->empty());
}

}  // namespace health_test
