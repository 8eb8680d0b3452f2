#include <datasource/client/client.hpp>
#include <datasource/service/engine_choice.hpp>
#include <datasource/service/service.hpp>
#include <datasource/service/upstream_statement.hpp>
#include <datasource/transport/memory.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace combined_engines_test {

namespace ds = datasource;
using Json = nlohmann::json;

namespace {

constexpr const char* base = "/_plugins/_query/_datasources";

std::vector<ds::EngineInfo> both(bool trino_first = false) {
  ds::EngineInfo duckdb{.version = "duckdb 1"};
  ds::EngineInfo trino{
      .id = "trino", .version = "trino 1", .serves = [](const ds::Connector& each) { return each.in_trino(); }};
  if (trino_first) std::swap(duckdb, trino);
  return {duckdb, trino};
}

ds::DataSource source(std::string name, std::string connector, std::string engine = {}) {
  return {.name = std::move(name), .connector = {.id = std::move(connector)}, .engine = std::move(engine)};
}

/// The id of the engine, or the message of the refusal.
std::string chosen(const std::vector<ds::EngineInfo>& engines, const std::vector<ds::DataSource>& sources) {
  const auto engine = ds::choose_engine(engines, sources);
  return engine ? engines[*engine].id : engine.error().message;
}

const std::vector<ds::DataSource> pinned{source("crm", "postgresql", "trino"), source("events", "files", "duckdb")};

/// A service that registers sources for both engines.
struct Gateway {
  ds::Service service{std::make_unique<ds::MemoryStore>(), {.engines = both()}};

  ds::HttpResponse operator()(const char* method, const std::string& target, const std::string& body = {}) {
    return service.handle({method, target, {}, body});
  }
  Json read(const std::string& name) { return Json::parse((*this)("GET", std::string{base} + '/' + name).body); }
};

/// An engine that answers its own name. It understands only statements that begin with a word of its dialect.
class Named final : public ds::Engine {
 public:
  explicit Named(std::string id) : id_{std::move(id)} {}

  std::string version() const override { return id_ + " 1"; }
  bool serves(const ds::Connector& connector) const override {
    return id_ == "trino" ? connector.in_trino() : connector.in_duckdb();
  }
  ds::Result<std::vector<std::string>> sources_of(const ds::Query& query) override {
    const auto names = ds::names_of(query.text).qualifiers;
    if (query.text.starts_with("only ") && !query.text.starts_with("only " + id_))
      return ds::fail(ds::ErrorKind::invalid, id_ + " does not understand it");
    return names;
  }
  ds::Result<ds::QuerySummary> run(const ds::Query&, std::span<const ds::DataSource>, const ds::Sink& sink) override {
    sink(id_);
    return ds::QuerySummary{.rows = 1};
  }
  ds::Result<std::string> explain(const ds::Query&, std::span<const ds::DataSource>) override {
    return "plan of " + id_;
  }
  ds::TestReport test(const ds::DataSource& source) override { return {.name = source.name, .message = id_}; }

 private:
  std::string id_;
};

std::string body(const std::string& more) {
  return R"({"name":"crm","connector":"postgresql","properties":{"host":"db1","database":"crm"},)"
         R"("configuration":{"credentials":{"username":"app","password":"p"}})" +
         more + "}";
}

}  // namespace

TEST_CASE("sources that leave it open are read by the default engine, or the first that reads all of them") {
  CHECK(chosen(both(), {}) == "duckdb");
  CHECK(chosen(both(), {source("crm", "postgresql"), source("events", "files")}) == "duckdb");
  CHECK(chosen(both(true), {source("crm", "postgresql"), source("orders", "mysql")}) == "trino");
  CHECK(chosen(both(true), {source("crm", "postgresql"), source("events", "files")}) == "duckdb");
}

TEST_CASE("a source that names its engine decides, and the others follow it") {
  CHECK(chosen(both(), {source("crm", "postgresql", "trino")}) == "trino");
  CHECK(chosen(both(), {source("orders", "mysql"), source("crm", "postgresql", "trino")}) == "trino");
  CHECK(chosen(both(true), {source("crm", "postgresql", "duckdb"), source("orders", "mysql")}) == "duckdb");
}

TEST_CASE("a statement whose sources have two engines is refused with the engine of each and what to do") {
  const auto engines = both();
  const auto refused = ds::choose_engine(engines, pinned);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == ds::ErrorKind::invalid);
  CHECK(refused.error().type == "EngineConflictException");
  CHECK(refused.error().field == "engine");
  CHECK(ds::status_of(refused.error()) == 400);
  CHECK(refused.error().message ==
        "no engine has all sources of this statement: crm by trino (its engine), events by duckdb (its engine); give "
        "them an engine that reads all of them, or query them in statements of their own");
  CHECK(chosen(both(), {source("crm", "postgresql", "trino"), source("events", "files"), source("orders", "mysql")}) ==
        "no engine has all sources of this statement: crm by trino (its engine), events by duckdb, orders by duckdb or "
        "trino; give them an engine that reads all of them, or query them in statements of their own");
}

TEST_CASE("a source whose engine does not run here says so") {
  const std::vector<ds::EngineInfo> alone{both().front()};
  const std::vector<ds::DataSource> sources{source("crm", "postgresql", "trino")};
  const auto refused = ds::choose_engine(alone, sources);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == ds::ErrorKind::unsupported);
  CHECK(refused.error().message ==
        "data source \"crm\" is to be read by the engine trino, which does not run here; use one of duckdb as its "
        "engine, or start trino too");
}

TEST_CASE("a connector that no engine reads has no say in the choice") {
  CHECK(chosen(both(), {source("lake", "s3glue")}) == "duckdb");
  CHECK(chosen(both(), {source("lake", "s3glue"), source("crm", "postgresql", "trino")}) == "trino");
}

TEST_CASE("the search for an engine ends where the parser of one says that it is the one") {
  const auto engines = both();
  const std::vector<ds::DataSource> crm{pinned[0]}, events{pinned[1]};

  ds::EngineSearch right{engines, crm};
  CHECK(right.asked() == 1);
  CHECK(right.reads(crm).value());

  ds::EngineSearch overlooked{engines, {}};
  CHECK(overlooked.asked() == 0);
  CHECK_FALSE(overlooked.reads(crm).value());
  CHECK(overlooked.asked() == 1);
  CHECK(overlooked.reads(crm).value());

  ds::EngineSearch span{engines, crm};
  CHECK(span.reads(pinned).error().type == "EngineConflictException");

  // The other parser reads other names: nobody asks the first one again.
  ds::EngineSearch torn{engines, {}};
  CHECK_FALSE(torn.reads(crm).value());
  CHECK(torn.reads(events).error().type == "EngineConflictException");
}

TEST_CASE("a text that seems to span engines is refused only when no parser knows better") {
  const auto engines = both();
  const std::vector<ds::DataSource> crm{pinned[0]};
  const ds::Error fault{.kind = ds::ErrorKind::invalid, .message = "syntax"};

  // An alias looked like the name of a source.
  ds::EngineSearch alias{engines, pinned};
  CHECK(alias.asked() == 0);
  CHECK_FALSE(alias.misread(fault));
  CHECK(alias.asked() == 1);
  CHECK(alias.reads(crm).value());

  ds::EngineSearch nobody{engines, pinned};
  CHECK_FALSE(nobody.misread(fault));
  CHECK(nobody.misread(fault)->type == "EngineConflictException");

  ds::EngineSearch plain{engines, crm};
  CHECK(plain.misread(fault) == fault);
}

TEST_CASE("a source keeps the engine that it names, shows it when it names one, and loses it by a patch") {
  Gateway gateway;
  REQUIRE(gateway("POST", base, body(R"(,"engine":"Trino")")).status == 201);
  CHECK(gateway.read("crm")["engine"] == "trino");
  CHECK(gateway.service.sources_for({"crm"})->front().engine == "trino");
  REQUIRE(gateway("PATCH", base, R"({"name":"crm","engine":"duckdb","description":"d"})").status == 200);
  CHECK(gateway.read("crm")["engine"] == "duckdb");
  REQUIRE(gateway("PATCH", base, R"({"name":"crm","description":"e"})").status == 200);
  CHECK(gateway.read("crm")["engine"] == "duckdb");
  REQUIRE(gateway("PATCH", base, R"({"name":"crm","engine":null})").status == 200);
  CHECK_FALSE(gateway.read("crm").contains("engine"));
  REQUIRE(gateway("PUT", base, body(R"(,"engine":"trino")")).status == 200);
  REQUIRE(gateway("PUT", base, body("")).status == 200);
  CHECK_FALSE(gateway.read("crm").contains("engine"));
}

TEST_CASE("an engine that does not run here, or does not read the connector, is a violation of the field engine") {
  Gateway gateway;
  const ds::Error unknown = ds::read_error(gateway("POST", base, body(R"(,"engine":"spark")")));
  REQUIRE(unknown.violations.size() == 1);
  CHECK(unknown.violations[0].field == "engine");
  CHECK(unknown.violations[0].code == "unknown_engine");
  CHECK(unknown.message == "engine: no engine \"spark\" runs here; use one of duckdb, trino, or leave it out");
  const ds::Error wrong = ds::read_error(
      gateway("POST", base, R"({"name":"e","connector":"files","properties":{"path":"/tmp"},"engine":"trino"})"));
  REQUIRE(wrong.violations.size() == 1);
  CHECK(wrong.violations[0].code == "engine_connector");
  CHECK(wrong.message.starts_with("engine: trino does not read "));
  CHECK(wrong.message.ends_with("; use duckdb, or leave it out"));
  CHECK(ds::read_error(gateway("POST", base, body(R"(,"engine":7)"))).field == "engine");
}

TEST_CASE("a connector is offered when any engine reads it, with those that do") {
  Gateway gateway;
  const Json offered = Json::parse(gateway("GET", std::string{base} + "/_connectors").body);
  const auto engines = [&](std::string_view id) {
    for (const Json& each : offered) {
      if (each["id"] == id) return each["engines"].dump();
    }
    return std::string{"not offered"};
  };
  CHECK(engines("postgresql") == R"(["duckdb","trino"])");
  CHECK(engines("files") == R"(["duckdb"])");
  CHECK(engines("prometheus") == R"(["duckdb","trino","opensearch"])");
  CHECK(engines("s3glue") == "not offered");
}

TEST_CASE("a client sends and reads the engine of a source, and lists the engines") {
  auto service =
      std::make_shared<ds::Service>(std::make_unique<ds::MemoryStore>(), ds::ServiceOptions{.engines = both(true)});
  ds::Client client{ds::MemoryTransport{service}, {.url = "http://gateway"}};
  REQUIRE(client.create({.name = "crm",
                         .connector = {.id = "postgresql",
                                       .properties = {{"host", "db1"}, {"database", "crm"}},
                                       .credentials = {"app", ds::Secret{"p"}}},
                         .engine = "duckdb"}));
  CHECK(client.get("crm")->engine == "duckdb");
  REQUIRE(client.patch("crm", {.engine = "trino"}));
  CHECK(client.list()->front().engine == "trino");
  const auto engines = client.engines();
  REQUIRE(engines);
  REQUIRE(engines->size() == 2);
  CHECK((*engines)[0].id == "trino");
  CHECK((*engines)[0].version == "trino 1");
  CHECK((*engines)[0].is_default);
  CHECK_FALSE((*engines)[1].is_default);
  CHECK(std::count((*engines)[1].serves.begin(), (*engines)[1].serves.end(), "files") == 1);
  CHECK(std::count((*engines)[0].serves.begin(), (*engines)[0].serves.end(), "files") == 0);
}

TEST_CASE("a service in process runs each statement on the engine of its sources") {
  ds::Service service{
      std::vector<std::shared_ptr<ds::Engine>>{std::make_shared<Named>("duckdb"), std::make_shared<Named>("trino")}};
  const auto post = [&](const std::string& target, const std::string& text) {
    return service.handle({"POST", target, {}, text});
  };
  const auto statement = [&](const std::string& text, const char* route = "/_plugins/_sql") {
    const auto reply = post(route, R"({"query":")" + text + R"("})");
    CHECK((reply.status != 200 || reply.body.ends_with(ds::find_header(reply.headers, ds::engine_header))));
    return reply.status == 200 ? reply.body : ds::read_error(reply).message;
  };
  REQUIRE(post(base, body(R"(,"engine":"trino")")).status == 201);
  REQUIRE(post(base, R"({"name":"events","connector":"files","properties":{"path":"/nowhere"}})").status == 201);
  CHECK(statement("select 1") == "duckdb");
  CHECK(statement("select * from events.a") == "duckdb");
  CHECK(statement("select * from crm.a") == "trino");
  CHECK(statement("select * from crm.a", "/_plugins/_sql/_explain") == "plan of trino");
  CHECK(statement("only trino from crm.a") == "trino");
  CHECK(statement("only duckdb from crm.a") == "trino does not understand it");
  CHECK(statement("select * from crm.a, events.b").starts_with("no engine has all sources of this statement: "));
  CHECK(post(std::string{base} + "/crm/_test", "").body.find(R"("message":"trino")") != std::string::npos);
  CHECK(post(std::string{base} + "/events/_test", "").body.find(R"("message":"duckdb")") != std::string::npos);
}

TEST_CASE("how an engine's server differed from the registry is read as it was written") {
  const ds::DriftCheck check{.time = "2026-01-31T10:11:12.500Z",
                             .found = {.missing = {"crm"}, .dropped = {"ds_1_old_2"}, .refused = {"bad: why"}}};
  const ds::EngineStatus engine{
      .id = "trino",
      .version = "trino 476",
      .is_default = true,
      .serves = {"postgresql"},
      .at_start = check,
      .last_check = ds::DriftCheck{.time = "2026-01-31T10:12:12.500Z", .problem = "it does not answer"}};
  const auto response = ds::Service::engines_response({engine, {.id = "duckdb"}});
  const auto read = ds::protocol::read_engines(response);
  REQUIRE(read);
  CHECK(read->at(0) == engine);
  CHECK(read->at(1) == ds::EngineStatus{.id = "duckdb"});
  CHECK_FALSE(Json::parse(response.body)[1].contains("drift"));
}

TEST_CASE("an OpenSearch knows no engines: a client does not tell it of one, and refuses to patch one") {
  const ds::DataSource source{.name = "m",
                              .connector = {.id = "prometheus", .properties = {{"prometheus.uri", "http://p:9090"}}},
                              .engine = "trino"};
  const auto created = ds::protocol::create_request(source, ds::Dialect::opensearch);
  REQUIRE(created);
  CHECK(created->body.find("engine") == std::string::npos);
  CHECK(ds::protocol::patch_request("m", {.engine = "trino"}, ds::Dialect::opensearch).error().kind ==
        ds::ErrorKind::unsupported);
}

}  // namespace combined_engines_test
