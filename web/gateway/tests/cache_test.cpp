#include "cache/result_cache.hpp"
#include "temporary_folder.hpp"

#include <catch2/catch.hpp>

#include <fstream>
#include <string>

namespace cache_test {

using namespace datasource;
using namespace datasource::gateway;
using namespace std::chrono_literals;

namespace {

MasterKey key_of(unsigned char byte) {
  MasterKey::Bytes bytes;
  bytes.fill(byte);
  return MasterKey{bytes};
}

ResultCaching caching(std::string key, std::string index = "query_execution_result_crm") {
  return {.read = true, .write = true, .ttl = 1h, .limit = 1h, .index = std::move(index), .key = std::move(key)};
}

void keep(ResultCache& cache, const ResultCaching& what, std::string_view body) {
  auto writer = cache.begin(what);
  REQUIRE(writer);
  writer->add(body.substr(0, body.size() / 2));
  writer->add(body.substr(body.size() / 2));
  writer->keep(3);
}

std::optional<std::string> read(ResultCache& cache, const ResultCaching& what) {
  auto reader = cache.find(what);
  if (!reader) return std::nullopt;
  std::string body;
  for (;;) {
    const auto part = reader->next();
    if (!part) return "broken";
    if (part->empty()) break;
    body += *part;
  }
  CHECK(reader->rows() == 3);
  return body;
}

std::size_t files_in(const std::filesystem::path& folder) {
  std::size_t count = 0;
  for (const auto& each : std::filesystem::recursive_directory_iterator{folder})
    count += each.is_regular_file() ? 1 : 0;
  return count;
}

}  // namespace

TEST_CASE("A reply that was kept is found under its key, with the rows that it has") {
  const TemporaryFolder folder;
  ResultCache cache{folder.path() / "results", 1'000'000, key_of(1)};
  REQUIRE(cache.open());
  CHECK_FALSE(read(cache, caching("a")));
  keep(cache, caching("a"), "the reply");
  CHECK(read(cache, caching("a")) == "the reply");
  CHECK_FALSE(read(cache, caching("b")));
  keep(cache, caching("a"), "a newer reply");
  CHECK(read(cache, caching("a")) == "a newer reply");
  CHECK(cache.size() == 1);
  CHECK(files_in(folder.path()) == 1);
}

TEST_CASE("A reply that is not finished is not kept, and leaves no file") {
  const TemporaryFolder folder;
  ResultCache cache{folder.path() / "results", 4000, key_of(1)};
  REQUIRE(cache.open());
  {
    auto writer = cache.begin(caching("a"));
    writer->add("half of it");
  }
  auto large = cache.begin(caching("b"));
  large->add(std::string(2000, 'x'));
  large->add("more");
  large->keep(3);
  CHECK(cache.size() == 0);
  CHECK(files_in(folder.path()) == 0);
}

TEST_CASE("Replies survive a restart with the same key; what was changed or cut off is not given") {
  const TemporaryFolder folder;
  const auto path = folder.path() / "results";
  {
    ResultCache cache{path, 1'000'000, key_of(1)};
    REQUIRE(cache.open());
    keep(cache, caching("a"), "the reply");
    keep(cache, caching("b"), "another");
  }
  std::ofstream{path / "query_execution_result_crm" / "left.draft"} << "x";
  SECTION("the same key") {
    ResultCache cache{path, 1'000'000, key_of(1)};
    REQUIRE(cache.open());
    CHECK(read(cache, caching("a")) == "the reply");
    CHECK(files_in(path) == 2);
  }
  SECTION("another key") {
    ResultCache cache{path, 1'000'000, key_of(2)};
    REQUIRE(cache.open());
    CHECK_FALSE(read(cache, caching("a")));
  }
  SECTION("a byte that was changed") {
    for (const auto& file : std::filesystem::directory_iterator{path / "query_execution_result_crm"}) {
      std::fstream stream{file.path(), std::ios::in | std::ios::out | std::ios::binary};
      stream.seekp(20);
      stream.put('\x7f');
    }
    ResultCache cache{path, 1'000'000, key_of(1)};
    REQUIRE(cache.open());
    CHECK(read(cache, caching("a")) == "broken");
  }
  SECTION("a file that was cut off") {
    for (const auto& file : std::filesystem::directory_iterator{path / "query_execution_result_crm"})
      std::filesystem::resize_file(file.path(), 10);
    ResultCache cache{path, 1'000'000, key_of(1)};
    REQUIRE(cache.open());
    CHECK_FALSE(read(cache, caching("a")));
    CHECK(files_in(path) == 0);
  }
  SECTION("switched off") {
    ResultCache cache{path, 0, key_of(1)};
    REQUIRE(cache.open());
    CHECK_FALSE(cache.begin(caching("a")));
    CHECK_FALSE(std::filesystem::exists(path));
  }
}

TEST_CASE("What was not used for longest makes room") {
  const TemporaryFolder folder;
  const auto size_of_one = [&] {
    ResultCache cache{folder.path() / "one", 10'000, key_of(1)};
    REQUIRE(cache.open());
    keep(cache, caching("a"), std::string(100, 'x'));
    return cache.bytes();
  }();
  const auto room = 4 * size_of_one + size_of_one / 2;
  ResultCache cache{folder.path() / "results", room, key_of(1)};
  REQUIRE(cache.open());
  for (const char* key : {"a", "b", "c", "d"}) keep(cache, caching(key), std::string(100, 'x'));
  REQUIRE(cache.size() == 4);
  CHECK(read(cache, caching("a")));
  keep(cache, caching("e"), std::string(100, 'x'));
  CHECK(cache.bytes() <= room);
  CHECK(read(cache, caching("a")));
  CHECK_FALSE(read(cache, caching("b")));
  CHECK(read(cache, caching("e")));
}

TEST_CASE("A reply that is older than wanted is not given, and one whose time is over goes") {
  const TemporaryFolder folder;
  ResultCache cache{folder.path() / "results", 1'000'000, key_of(1)};
  REQUIRE(cache.open());
  auto fresh = caching("a");
  keep(cache, fresh, "the reply");
  fresh.limit = 0ms;
  CHECK_FALSE(read(cache, fresh));
  CHECK(cache.size() == 1);
  auto brief = caching("b");
  brief.ttl = 0ms;
  keep(cache, brief, "over at once");
  cache.sweep();
  CHECK(cache.size() == 1);
  CHECK(files_in(folder.path()) == 1);
}

TEST_CASE("An index is emptied, with what is being added to it; others stay") {
  const TemporaryFolder folder;
  ResultCache cache{folder.path() / "results", 1'000'000, key_of(1)};
  REQUIRE(cache.open());
  keep(cache, caching("a"), "the reply");
  keep(cache, caching("a", "other"), "the reply");
  auto writer = cache.begin(caching("b"));
  writer->add("from before");
  const ResultIndex cleared = cache.clear("query_execution_result_crm");
  CHECK(cleared.results == 1);
  CHECK(cleared.bytes > 0);
  writer->keep(3);
  CHECK_FALSE(read(cache, caching("b")));
  REQUIRE(cache.indexes().size() == 1);
  CHECK(cache.indexes()[0].name == "other");
  CHECK(cache.clear("query_execution_result_crm").results == 0);
}

}  // namespace cache_test
