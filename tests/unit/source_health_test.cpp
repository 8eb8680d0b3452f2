#include <datasource/client/client.hpp>
#include <datasource/service/service.hpp>
#include <datasource/transport/memory.hpp>

#include <catch2/catch.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <utility>

namespace source_health_test {

namespace ds = datasource;
using namespace std::chrono_literals;

namespace {

/// A HealthBook with a clock that is set by hand.
struct Watched {
  std::shared_ptr<ds::Moment> now =
      std::make_shared<ds::Moment>(std::chrono::sys_days{std::chrono::year{2026} / 1 / 31});
  std::shared_ptr<ds::HealthBook> book = std::make_shared<ds::HealthBook>(
      std::make_unique<ds::MemoryHealthStore>(),
      ds::HealthBook::Options{.window = 1h, .longest_gap = 3min, .now = [now = now] { return *now; }});
  ds::DataSource crm{.name = "crm"};

  void record(bool up, std::chrono::milliseconds later = 1min) {
    *now += later;
    REQUIRE(book->record(
        "crm", {.up = up, .duration_ms = 2, .check = up ? "" : "connect", .message = up ? "fine" : "refused"}));
  }
};

/// An engine whose connections are up or down as told.
class Switched final : public ds::Engine {
 public:
  std::string version() const override { return "switched 1"; }
  ds::Result<std::vector<std::string>> sources_of(const ds::Query&) override { return std::vector<std::string>{"crm"}; }
  ds::Result<ds::QuerySummary> run(const ds::Query&, std::span<const ds::DataSource>, const ds::Sink& sink) override {
    if (!up)
      return ds::fail(
          {.kind = ds::ErrorKind::connection, .message = "crm: db1:5432 refused the connection", .status = 502});
    sink(R"({"schema":[],"datarows":[],"total":0,"size":0,"status":200})");
    return ds::QuerySummary{};
  }
  ds::TestReport test(const ds::DataSource& source) override {
    return {.name = source.name,
            .connector = source.connector.id,
            .passed = up,
            .message = up ? "Switched 1" : "refused",
            .checks = {{.name = "connect",
                        .title = "Connect",
                        .status = up ? ds::CheckStatus::passed : ds::CheckStatus::failed,
                        .duration_ms = 3}}};
  }
  bool up = true;
};

}  // namespace

TEST_CASE("A source that nobody reached for is neither up nor down") {
  Watched watched;
  CHECK(watched.book->state("crm") == ds::HealthState::unknown);
  const auto health = watched.book->summary(watched.crm);
  CHECK_FALSE(health.since);
  CHECK_FALSE(health.uptime);
  CHECK_FALSE(health.last);
}

TEST_CASE("A source is up or down since the first outcome of the kind") {
  Watched watched;
  watched.record(true);
  const ds::Moment first = *watched.now;
  watched.record(true);
  CHECK(watched.book->summary(watched.crm).since == first);
  watched.record(false);
  const auto down = watched.book->summary(watched.crm);
  CHECK(down.state == ds::HealthState::down);
  CHECK(down.since == *watched.now);
  CHECK(down.last->check == "connect");
}

TEST_CASE("Uptime is the share of the time that was observed") {
  Watched watched;
  watched.record(true);
  watched.record(true);   // a minute up
  watched.record(false);  // and another
  watched.record(true);   // a minute down
  const auto health = watched.book->summary(watched.crm);
  CHECK(health.observed == 3min);
  CHECK(*health.uptime == Approx(2.0 / 3));
  SECTION("time in which nobody looked is not observed") {
    watched.record(true, 30min);
    const auto later = watched.book->summary(watched.crm);
    CHECK(later.observed == 3min + 3min);
  }
  SECTION("what is older than the window does not count") {
    for (int i = 0; i < 60; ++i) watched.record(true);
    const auto later = watched.book->summary(watched.crm);
    CHECK(later.observed == 1h);
    CHECK(*later.uptime == 1);
  }
}

TEST_CASE("A source that was changed is unknown again and keeps its past; one that is gone has none") {
  Watched watched;
  watched.record(false);
  watched.book->renew("crm");
  CHECK(watched.book->state("crm") == ds::HealthState::unknown);
  CHECK(watched.book->history(watched.crm, 10)->probes.size() == 1);
  watched.record(false);
  CHECK(watched.book->summary(watched.crm).since == *watched.now);
  watched.book->forget("crm");
  CHECK(watched.book->history(watched.crm, 10)->probes.empty());
}

TEST_CASE("A book is read back from its store") {
  auto store = std::make_unique<ds::MemoryHealthStore>();
  const ds::Moment now = ds::system_moment();
  REQUIRE(store->append("crm", {.time = now - 1min, .up = true}, {}));
  REQUIRE(store->append("crm", {.time = now, .up = false}, {}));
  const ds::HealthBook book{std::move(store), {}};
  CHECK(book.state("crm") == ds::HealthState::down);
  CHECK(book.summary({.name = "crm"}).since == now);
}

TEST_CASE("A statement that cannot reach its source is an outcome, and several sources are suspects") {
  Watched watched;
  const ds::Error refused{.kind = ds::ErrorKind::connection, .message = "crm: refused"};
  const ds::Error wrong{.kind = ds::ErrorKind::invalid, .message = "no such column"};
  CHECK(watched.book->statement_ended({"crm"}, &wrong).empty());
  CHECK(watched.book->statement_ended({"crm"}, nullptr).empty());
  CHECK(watched.book->statement_ended({"crm", "shop"}, &refused) == std::vector<std::string>{"crm", "shop"});
  CHECK(watched.book->state("crm") == ds::HealthState::down);
  CHECK(watched.book->summary(watched.crm).last->message == "refused");
  CHECK(watched.book->state("shop") == ds::HealthState::unknown);
  CHECK(watched.book->statement_ended({"crm"}, &refused).empty());
  CHECK(watched.book->statement_ended({"crm"}, nullptr) == std::vector<std::string>{"crm"});
  const ds::Error timeout{.kind = ds::ErrorKind::timeout, .message = "it took longer than 60 s"};
  CHECK(watched.book->statement_ended({"shop"}, &timeout).empty());
}

TEST_CASE("In process, tests and statements tell how a source is, and the client reads it") {
  const auto engine = std::make_shared<Switched>();
  const auto service = std::make_shared<ds::Service>(engine);
  ds::Client client{ds::MemoryTransport{service}};
  REQUIRE(client.create({.name = "crm", .connector = ds::Sqlite{.path = "/srv/crm.db"}}));
  CHECK(client.source_health("crm")->state == ds::HealthState::unknown);

  engine->up = false;
  CHECK_FALSE(client.sql("select 1 from crm.t"));
  const auto down = client.source_health("crm");
  REQUIRE(down);
  CHECK(down->state == ds::HealthState::down);
  REQUIRE(down->probes.size() == 1);
  CHECK(down->probes.front().cause == ds::ProbeCause::statement);
  CHECK(client.get("crm")->status == ds::Status::error);
  CHECK(client.list()->front().status == ds::Status::error);

  engine->up = true;
  CHECK(client.test("crm")->passed);
  CHECK(client.get("crm")->status == ds::Status::active);
  const auto up = client.source_health("crm", 1);
  CHECK(up->state == ds::HealthState::up);
  CHECK(up->probes.size() == 1);
  CHECK(up->last->message == "Switched 1");
  const auto all = client.sources_health();
  REQUIRE(all);
  CHECK(all->sources.size() == 1);
  CHECK(client.source_health("none").error().kind == ds::ErrorKind::not_found);
  CHECK(client.source_health("crm", 5000).error().kind == ds::ErrorKind::invalid);
}

TEST_CASE("ERROR that was read is put back as ACTIVE, and DISABLED stays what it is") {
  const auto engine = std::make_shared<Switched>();
  engine->up = false;
  const auto service = std::make_shared<ds::Service>(engine);
  ds::Client client{ds::MemoryTransport{service}};
  REQUIRE(client.create({.name = "crm", .connector = ds::Sqlite{.path = "/srv/crm.db"}}));
  CHECK_FALSE(client.test("crm")->passed);
  auto read = client.get("crm");
  REQUIRE(read->status == ds::Status::error);
  CHECK(client.update(*read)->status == ds::Status::active);
  CHECK(client.get("crm")->status == ds::Status::active);
  CHECK_FALSE(client.test("crm")->passed);
  read->status = ds::Status::disabled;
  REQUIRE(client.update(*read));
  CHECK(client.get("crm")->status == ds::Status::disabled);
  CHECK(client.source_health("crm")->state == ds::HealthState::disabled);
}

}  // namespace source_health_test
