#include "engine/messages.hpp"
#include "gateway_fixture.hpp"

#include <datasource/detail/json.hpp>

#include <catch2/catch.hpp>

#include <string>
#include <string_view>

namespace combined_engines_test {

using namespace datasource;
using namespace datasource::gateway;

namespace {

constexpr std::string_view sources = "/_plugins/_query/_datasources";

std::string source(const std::string& name, const std::string& engine = {}) {
  return R"({"name":")" + name + R"(","connector":"postgresql","properties":{"host":"db1","database":"crm"},)" +
         R"("configuration":{"credentials":{"username":"app","password":"s3cret"}})" +
         (engine.empty() ? "" : R"(,"engine":")" + engine + '"') + "}";
}

std::string of_files(const std::string& name) {
  return R"({"name":")" + name + R"(","connector":"files","properties":{"path":"/nowhere"}})";
}

/// A gateway with two engines, and sources of each: `first` and `second` name theirs, `open` does not, `files` only the
/// default one reads.
struct TwoEngines {
  TwoEngines() {
    for (const std::string& body :
         {source("first", "fake"), source("second", "second"), source("open"), of_files("files")})
      REQUIRE(gateway.send("POST", sources, body).status == 201);
  }
  Gateway gateway{{.second = true}};
};

std::string engine_of(const Received& reply) { return std::string{reply.header("X-Datasource-Engine")}; }

std::string plan_of(const Gateway& gateway, const std::string& statement) {
  return gateway.send("POST", "/_plugins/_sql/_explain", R"({"query":")" + statement + R"("})").body;
}

}  // namespace

TEST_CASE("A statement runs on the engine of its sources, and the reply says on which") {
  const TwoEngines two;
  CHECK(engine_of(two.gateway.sql("select 1")) == "fake");
  CHECK(engine_of(two.gateway.sql("from first.x")) == "fake");
  CHECK(engine_of(two.gateway.sql("from open.x")) == "fake");
  const Received reply = two.gateway.sql("from second.x");
  CHECK(engine_of(reply) == "second");
  CHECK(reply.body == "\"second=s3cret\"");
  CHECK(engine_of(two.gateway.sql("from open.x, second.y")) == "second");
  CHECK(engine_of(two.gateway.sql("from SECOND.x")) == "second");
  // The process that answered, by its own word.
  CHECK(plan_of(two.gateway, "from second.x").find(R"("engine":"second")") != std::string::npos);
  CHECK(plan_of(two.gateway, "from first.x").find(R"("engine":"fake")") != std::string::npos);
}

TEST_CASE("A name that the gateway's look at the text overlooks is found by an engine's parser") {
  const TwoEngines two;
  CHECK(engine_of(two.gateway.sql("from second")) == "second");
  CHECK(two.gateway.sql("from second").body == "\"second=s3cret\"");
}

TEST_CASE("A statement whose sources have two engines is refused with the engine of each") {
  const TwoEngines two;
  const Received refused = two.gateway.sql("from first.x, second.y");
  CHECK(refused.status == 400);
  CHECK(refused.body.find("EngineConflictException") != std::string::npos);
  CHECK(refused.body.find("first by fake (its engine), second by second (its engine)") != std::string::npos);
  CHECK(two.gateway.sql("from files.x, second.y").body.find("files by fake, second by second (its engine)") !=
        std::string::npos);
  CHECK(engine_of(two.gateway.sql("from files.x, open.y")) == "fake");
}

TEST_CASE("Pages come from the engine that runs the statement") {
  const TwoEngines two;
  const Received first = two.gateway.send("POST", "/_plugins/_sql", R"({"query":"from second.x","fetch_size":1})");
  REQUIRE(engine_of(first) == "second");
  const auto cursor = datasource::detail::Json::parse(first.body)["cursor"].get<std::string>();
  CHECK(engine_of(two.gateway.send("POST", "/_plugins/_sql", R"({"cursor":")" + cursor + R"("})")) == "second");
}

TEST_CASE("Tests, tables and admission are asked of the engine of the source") {
  const TwoEngines two;
  const auto test = [&](const std::string& name) {
    return two.gateway.send("POST", std::string{sources} + '/' + name + "/_test").body;
  };
  CHECK(test("second").find(R"("message":"second")") != std::string::npos);
  CHECK(test("first").find(R"("message":"fake")") != std::string::npos);
  CHECK(test("open").find(R"("message":"fake")") != std::string::npos);
  CHECK(two.gateway.send("POST", std::string{sources} + "/_test", source("new", "second"))
            .body.find(R"("message":"second")") != std::string::npos);
  CHECK(two.gateway.send("GET", std::string{sources} + "/second/_schema").status == 200);
  const Received unwanted = two.gateway.send("POST", sources, source("unwanted", "second"));
  CHECK(unwanted.status == 400);
  CHECK(unwanted.body.find("properties.host") != std::string::npos);
  CHECK(two.gateway.send("POST", sources, source("unwanted")).status == 201);
}

TEST_CASE("The engines are listed, the default first, with how a server of theirs differed from the registry") {
  const TwoEngines two;
  const auto engines = [&] {
    return datasource::detail::Json::parse(two.gateway.send("GET", "/_plugins/_query/_engines").body);
  };
  auto listed = engines();
  REQUIRE(listed.size() == 2);
  CHECK(listed[0]["id"] == "fake");
  CHECK(listed[0]["version"] == "fake 1");
  CHECK(listed[0]["default"] == true);
  CHECK(listed[1]["default"] == false);
  CHECK_FALSE(listed[0].contains("drift"));
  CHECK(two.gateway.send("POST", "/_plugins/_query/_engines", "{}").status == 405);

  // A write has the second engine compare what its server keeps.
  REQUIRE(two.gateway.send("DELETE", std::string{sources} + "/files").status == 200);
  do listed = engines();
  while (!listed[1].contains("drift"));
  const auto& drift = listed[1]["drift"]["lastCheck"];
  CHECK(drift["missing"] == datasource::detail::Json{"second"});
  CHECK(drift["dropped"] == datasource::detail::Json{"stray"});
  CHECK(drift["refused"] == datasource::detail::Json{"left alone: open"});
  CHECK(listed[1]["drift"]["atStart"] == drift);
}

}  // namespace combined_engines_test
