#include "registry/data_directory.hpp"
#include "registry/files.hpp"
#include "registry/group_commit.hpp"
#include "registry/record.hpp"
#include "registry/seal.hpp"
#include "registry/sqlite_store.hpp"
#include "temporary_folder.hpp"

#include <datasource/connector/postgresql.hpp>
#include <datasource/connector/sqlite.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

namespace registry_test {

using namespace datasource;
using namespace datasource::gateway;

namespace {

MasterKey key_of(unsigned char byte) {
  MasterKey::Bytes bytes;
  bytes.fill(byte);
  return MasterKey{bytes};
}

DataSource crm() {
  return {.name = "crm",
          .connector = PostgreSql{.host = "db1", .database = "crm", .username = "app", .password = "s3cret-pässword"},
          .description = "customers",
          .allowed_roles = {"analyst"},
          .result_index = "query_execution_result_crm",
          .status = Status::disabled,
          .engine = "trino",
          .id = "0123"};
}

}  // namespace

TEST_CASE("What was sealed opens with the same key and context only") {
  const auto sealed = seal(key_of(1), "crm", "a password");
  REQUIRE(sealed);
  CHECK(sealed->find("password") == std::string::npos);
  CHECK(unseal(key_of(1), "crm", *sealed) == "a password");
  CHECK_FALSE(unseal(key_of(2), "crm", *sealed));
  CHECK_FALSE(unseal(key_of(1), "other", *sealed));
  std::string changed = *sealed;
  changed.back() = static_cast<char>(changed.back() ^ 1);
  CHECK_FALSE(unseal(key_of(1), "crm", changed));
  CHECK_FALSE(unseal(key_of(1), "crm", "short"));
  CHECK(*seal(key_of(1), "crm", "a password") != *sealed);
}

TEST_CASE("A master key is read as base64 and as hexadecimal") {
  const std::string hex(64, 'a');
  CHECK(parse_master_key(hex + "\n"));
  CHECK(parse_master_key("qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqo=")->bytes() == parse_master_key(hex)->bytes());
  for (const char* wrong : {"", "short", "qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqg==", "zz"})
    CHECK_FALSE(parse_master_key(wrong));
  CHECK(parse_master_key("correct horse battery staple").error().message.find("horse") == std::string::npos);
}

TEST_CASE("A record's document holds no secret, and with its secrets gives the data source back") {
  const Record record = split_record(crm());
  CHECK(record.document.find("s3cret") == std::string::npos);
  CHECK(record.secrets.find("s3cret") != std::string::npos);
  CHECK(join_record(record.document, record.secrets) == crm());
  const DataSource plain{.name = "shop", .connector = Sqlite{"/srv/shop.db"}};
  CHECK(split_record(plain).secrets.empty());
  CHECK(split_record(plain).document.find("engine") == std::string::npos);  // as it was before there was a choice
  CHECK(join_record(split_record(plain).document, {}) == plain);
}

TEST_CASE("The registry keeps data sources from one start to the next") {
  const TemporaryFolder folder;
  const auto file = folder.path() / "registry.db";
  {
    auto store = SqliteStore::open(file, key_of(1)).value();
    REQUIRE(store->put(crm()));
    DataSource shop{.name = "Shop", .connector = Sqlite{"/srv/shop.db"}};
    REQUIRE(store->put(shop));
    shop.description = "changed";
    REQUIRE(store->put(shop));
    REQUIRE(store->set_mark("samples"));
  }
  auto store = SqliteStore::open(file, key_of(1)).value();
  CHECK(*store->find("crm").value() == crm());
  CHECK_FALSE(store->find("CRM").value());
  CHECK(store->has_mark("samples").value());
  CHECK_FALSE(store->has_mark("other").value());
  const auto all = store->list().value();
  REQUIRE(all.size() == 2);
  CHECK(all[0]->name == "crm");
  CHECK(all[1]->name == "Shop");
  CHECK(all[1]->description == "changed");
  CHECK(store->remove("crm").value());
  CHECK_FALSE(store->remove("crm").value());
  CHECK(store->list().value().size() == 1);
}

TEST_CASE("No file of the registry holds a password") {
  const TemporaryFolder folder;
  auto store = SqliteStore::open(folder.path() / "registry.db", key_of(1)).value();
  REQUIRE(store->put(crm()));
  for (const auto& entry : std::filesystem::directory_iterator{folder.path()}) {
    CHECK(read_file(entry.path())->find("s3cret") == std::string::npos);
  }
}

TEST_CASE("A registry does not open with another key, and still opens with its own afterwards") {
  const TemporaryFolder folder;
  const auto file = folder.path() / "registry.db";
  REQUIRE(SqliteStore::open(file, key_of(1)).value()->put(crm()));
  const auto refused = SqliteStore::open(file, key_of(2));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == ErrorKind::forbidden);
  CHECK(*SqliteStore::open(file, key_of(1)).value()->find("crm").value() == crm());
}

TEST_CASE("A data folder is its owner's alone, serves one gateway, and keeps its key") {
  const TemporaryFolder folder;
  ::unsetenv("DATASOURCE_MASTERKEY");
  const auto path = folder.path() / "a/b";
  auto directory = DataDirectory::open(path);
  REQUIRE(directory);
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0700);
  CHECK(DataDirectory::open(path).error().kind == ErrorKind::conflict);

  const auto key = directory->master_key();
  REQUIRE(key);
  REQUIRE(::stat((path / "masterkey").c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);
  CHECK(directory->master_key()->bytes() == key->bytes());

  ::chmod((path / "masterkey").c_str(), 0644);
  CHECK(directory->master_key().error().kind == ErrorKind::forbidden);

  REQUIRE(SqliteStore::open(directory->registry(), *key));
  std::filesystem::remove(path / "masterkey");
  CHECK(directory->master_key().error().kind == ErrorKind::not_found);
  CHECK_FALSE(std::filesystem::exists(path / "masterkey"));

  ::setenv("DATASOURCE_MASTERKEY", std::string(64, 'b').c_str(), 1);
  CHECK(directory->master_key()->bytes() == parse_master_key(std::string(64, 'b'))->bytes());
  CHECK(::getenv("DATASOURCE_MASTERKEY") == nullptr);
}

TEST_CASE("Grouped writes show at once and are on disk once they were put there, and not before") {
  const TemporaryFolder folder;
  const auto file = folder.path() / "registry.db";
  const auto source = [](const std::string& name, const std::string& description) {
    return DataSource{.name = name, .connector = Sqlite{.path = "/srv/x.db"}, .description = description};
  };
  {
    auto store = SqliteStore::open(file, key_of(1));
    REQUIRE(store);
    REQUIRE((*store)->put(source("kept", "before")));
    REQUIRE((*store)->group_writes());
    CHECK_FALSE((*store)->pending());
    REQUIRE((*store)->put(source("first", "1")));
    REQUIRE((*store)->put(source("kept", "after")));
    CHECK((*store)->pending());
    CHECK((*store)->find("first").value());
    const Changes changes = (*store)->take();
    CHECK_FALSE((*store)->pending());
    REQUIRE((*store)->file().write(changes));
    REQUIRE((*store)->file().sync());
    REQUIRE((*store)->put(source("kept", "lost")));
    REQUIRE((*store)->remove("first"));
  }
  auto again = SqliteStore::open(file, key_of(1));
  REQUIRE(again);
  CHECK((*again)->find("kept").value()->description == "after");  // what was not committed is gone
  CHECK((*again)->find("first").value());
}

TEST_CASE("A grouped write is acknowledged once it is on disk, and what is written meanwhile is the next group") {
  const TemporaryFolder folder;
  const auto file = folder.path() / "registry.db";
  auto store = SqliteStore::open(file, key_of(1));
  REQUIRE(store);
  REQUIRE((*store)->group_writes());
  boost::asio::io_context context{1};
  GroupCommit commits{**store, context.get_executor()};
  std::vector<std::string> acknowledged;
  // A copy of the files as the disk would have them after a crash at the moment of each acknowledgement.
  const auto write = [&](std::string name) -> boost::asio::awaitable<void> {
    const DataSource source{.name = name, .connector = Sqlite{.path = "/srv/x.db"}};
    const auto put = (*store)->put(source);
    CHECK(put);
    const Result<void> durable = co_await commits.wait();
    CHECK(durable);
    acknowledged.push_back(name);
    const auto copy = folder.path() / ("copy-" + name);
    std::filesystem::create_directory(copy);
    for (const char* suffix : {"", "-wal"})
      std::filesystem::copy_file(file.string() + suffix, copy / ("registry.db" + std::string{suffix}));
    auto after = SqliteStore::open(copy / "registry.db", key_of(1));
    CHECK((*after)->find(name).value());
  };
  for (const char* name : {"a", "b", "c"}) boost::asio::co_spawn(context, write(name), boost::asio::detached);
  context.run();
  CHECK(acknowledged == std::vector<std::string>{"a", "b", "c"});
  CHECK_FALSE(commits.pending());
}

TEST_CASE("A group that cannot be written takes back what came after it, and the next one is written") {
  const TemporaryFolder folder;
  const auto file = folder.path() / "registry.db";
  auto store = SqliteStore::open(file, key_of(1)).value();
  const auto source = [](const std::string& name, const std::string& description) {
    return DataSource{.name = name, .connector = Sqlite{.path = "/srv/x.db"}, .description = description};
  };
  REQUIRE(store->put(source("kept", "before")));
  REQUIRE(store->put(source("gone", "before")));
  REQUIRE(store->group_writes());
  boost::asio::io_context context{1};
  GroupCommit commits{*store, context.get_executor()};
  std::vector<std::string> outcomes;
  const auto durable = [&](std::string what) -> boost::asio::awaitable<void> {
    const Result<void> outcome = co_await commits.wait();
    outcomes.push_back(what + (outcome ? " is on disk" : " did not happen"));
  };
  const auto write = [&](std::string what, const DataSource& given) {
    CHECK(store->put(given));
    boost::asio::co_spawn(context, durable(std::move(what)), boost::asio::detached);
  };

  // Somebody else holds the file, so that the first group waits for it in vain, and meanwhile others write.
  auto other = sqlite::open(file).value();
  REQUIRE(sqlite::execute(other.get(), "BEGIN IMMEDIATE"));
  write("new", source("new", ""));
  write("kept", source("kept", "after"));
  CHECK(store->remove("gone").value());
  context.poll();  // the group is at the disk's thread now
  CHECK_FALSE(store->pending());
  write("new again", source("new", "later"));
  write("kept again", source("kept", "later"));
  context.run();
  CHECK(outcomes.size() == 4);
  for (const std::string& outcome : outcomes) CHECK(outcome.ends_with(" did not happen"));
  CHECK_FALSE(store->find("new").value());
  CHECK(store->find("kept").value()->description == "before");
  CHECK(store->find("gone").value()->description == "before");

  REQUIRE(sqlite::execute(other.get(), "ROLLBACK"));
  outcomes.clear();
  write("kept", source("kept", "after"));
  context.restart();
  context.run();
  CHECK(outcomes == std::vector<std::string>{"kept is on disk"});
  store.reset();
  auto again = SqliteStore::open(file, key_of(1)).value();
  CHECK(again->find("kept").value()->description == "after");
  CHECK(again->list().value().size() == 2);
}

}  // namespace registry_test
