#include <datasource/client/client.hpp>
#include <datasource/connector/postgresql.hpp>
#include <datasource/transport/memory.hpp>

#include <catch2/catch.hpp>

#include <memory>
#include <string>
#include <vector>

namespace admission_test {

namespace ds = datasource;

namespace {

/// An engine whose server takes no source of the database `refused`.
class PickyEngine final : public ds::Engine {
 public:
  [[nodiscard]] std::string version() const override { return "picky 1"; }
  [[nodiscard]] ds::Result<std::vector<std::string>> sources_of(const ds::Query&) override {
    return std::vector<std::string>{};
  }
  [[nodiscard]] ds::Result<ds::QuerySummary> run(const ds::Query&, std::span<const ds::DataSource>,
                                                 const ds::Sink&) override {
    return ds::QuerySummary{};
  }
  [[nodiscard]] ds::TestReport test(const ds::DataSource&) override { return {}; }
  [[nodiscard]] ds::Result<void> admit(const ds::DataSource& source) override {
    asked.push_back(source);
    if (std::get<std::string>(source.connector.properties.at("database")) != "refused") return {};
    return ds::fail(
        ds::invalid({{"properties.database", "trino_refused", "the server does not take it", "change it"}}));
  }

  std::vector<ds::DataSource> asked;
};

ds::DataSource source(const char* database, const char* password = "p4ss") {
  return {.name = "crm",
          .connector = ds::PostgreSql{.host = "db1", .database = database, .username = "app", .password = password}};
}

}  // namespace

TEST_CASE("an engine that keeps sources itself is asked before one is written, and may refuse it") {
  const auto engine = std::make_shared<PickyEngine>();
  ds::Client client{ds::MemoryTransport{ds::Service{engine}}};
  const auto refused = client.create(source("refused"));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().field == "properties.database");
  CHECK(client.list()->empty());

  REQUIRE(client.create(source("crm")));
  REQUIRE_FALSE(client.update(source("refused")));
  CHECK(std::get<std::string>(client.get("crm")->connector.properties.at("database")) == "crm");
}

TEST_CASE("an engine is asked about a source as it would be stored, with the password that an update keeps") {
  const auto engine = std::make_shared<PickyEngine>();
  ds::Client client{ds::MemoryTransport{ds::Service{engine}}};
  REQUIRE(client.create(source("crm")));
  REQUIRE(client.update(source("crm", "******")));
  REQUIRE(engine->asked.size() == 2);
  CHECK(engine->asked.back().connector.credentials.password.reveal() == "p4ss");
}

TEST_CASE("an engine is not asked about what the rules refuse already") {
  const auto engine = std::make_shared<PickyEngine>();
  ds::Client client{ds::MemoryTransport{ds::Service{engine}}};
  REQUIRE(client.create(source("crm")));
  CHECK(client.create(source("crm")).error().kind == ds::ErrorKind::conflict);
  CHECK(client.update({.name = "other", .connector = source("crm").connector}).error().kind ==
        ds::ErrorKind::not_found);
  CHECK(engine->asked.size() == 1);
}

}  // namespace admission_test
