#include <datasource/service/result_cache.hpp>
#include <datasource/service/service.hpp>

#include <catch2/catch.hpp>

#include <chrono>
#include <string>
#include <vector>

namespace result_cache_test {

namespace ds = datasource;
using namespace std::chrono_literals;

namespace {

ds::DataSource source(std::string name, std::int64_t ttl) {
  ds::DataSource made{.name = name, .connector = {.id = "sqlite", .properties = {{"path", "/srv/a.db"}}}};
  made.result_index = "query_execution_result_" + name;
  made.id = "id of " + name;
  if (ttl >= 0) made.connector.properties["resultCacheTtl"] = ttl;
  return made;
}

const ds::PreparedStatement repeatable{.sources = {"crm"}, .repeatable = true};

std::string key_of(const ds::Query& query, const std::vector<ds::DataSource>& sources, std::string_view user = "") {
  return ds::plan_result_cache(query, {}, repeatable, sources, user, "duckdb").value().key;
}

}  // namespace

TEST_CASE("Cache-Control of a request is read as HTTP has it") {
  CHECK(ds::read_cache_control("") == ds::CacheDirective{});
  CHECK(ds::read_cache_control("no-cache") == ds::CacheDirective{.read = false});
  CHECK(ds::read_cache_control("No-Store") == ds::CacheDirective{.read = false, .write = false});
  CHECK(ds::read_cache_control("foo=\"a\", max-age=60 ") == ds::CacheDirective{.max_age = 60s});
  CHECK(ds::read_cache_control("max-age=\"0\",no-cache") == ds::CacheDirective{.read = false, .max_age = 0s});
  CHECK(ds::read_cache_control("max-age=soon, , ,=") == ds::CacheDirective{});
}

TEST_CASE("Only a statement whose sources all want it is cached, for the shortest of their times") {
  const auto plan = [](const std::vector<ds::DataSource>& sources) {
    return ds::plan_result_cache({.text = "select 1"}, {}, repeatable, sources, "", "duckdb");
  };
  CHECK_FALSE(plan({}));
  CHECK_FALSE(plan({source("crm", -1)}));
  CHECK_FALSE(plan({source("crm", 0)}));
  CHECK_FALSE(plan({source("crm", 1000), source("shop", -1)}));
  const auto both = plan({source("crm", 2000), source("shop", 1000)});
  REQUIRE(both);
  CHECK(both->read);
  CHECK(both->write);
  CHECK(both->ttl == 1s);
  CHECK(both->limit == 1s);
  CHECK(both->index == "query_execution_result_shop");
}

TEST_CASE("What gives other rows each time, and what comes in pages, is not cached but said to be by-passed") {
  const std::vector sources{source("crm", 1000)};
  for (const auto& plan :
       {ds::plan_result_cache({.text = "select now()"}, {}, {.sources = {"crm"}}, sources, "", "duckdb"),
        ds::plan_result_cache({.text = "select 1", .fetch_size = 10}, {}, repeatable, sources, "", "duckdb")}) {
    REQUIRE(plan);
    CHECK_FALSE(plan->read);
    CHECK_FALSE(plan->write);
    CHECK(plan->key.empty());
  }
}

TEST_CASE("A request's wishes limit what may be given again") {
  const std::vector sources{source("crm", 60'000)};
  const auto plan = [&](std::string_view header) {
    return ds::plan_result_cache({.text = "select 1"}, ds::read_cache_control(header), repeatable, sources, "",
                                 "duckdb")
        .value();
  };
  CHECK(plan("max-age=10").limit == 10s);
  CHECK(plan("max-age=1000").limit == 60s);
  CHECK_FALSE(plan("no-cache").read);
  CHECK(plan("no-cache").write);
  CHECK_FALSE(plan("no-store").write);
}

TEST_CASE("A key tells apart whatever may change a reply") {
  const ds::Query query{.text = "select a from crm.t where b = ?", .parameters = {1}};
  const std::vector sources{source("crm", 1000)};
  const std::string key = key_of(query, sources);
  CHECK(key == key_of({.text = " select a\n from  crm.t where b = ? ;", .parameters = {1}, .id = "x"}, sources));
  CHECK(key != key_of({.text = query.text, .parameters = {2}}, sources));
  CHECK(key != key_of({.text = query.text, .parameters = {"1"}}, sources));
  CHECK(key != key_of({.text = query.text, .parameters = {1}, .format = ds::Format::csv}, sources));
  CHECK(key != key_of({.text = "select A from crm.t where b = ?", .parameters = {1}}, sources));
  CHECK(key != key_of(query, sources, "somebody"));
  auto changed = sources;
  changed[0].connector.properties["path"] = "/srv/b.db";
  CHECK(key != key_of(query, changed));
  changed = sources;
  changed[0].id = "another one of that name";
  CHECK(key != key_of(query, changed));
  changed = sources;
  changed[0].connector.credentials.password = "another";
  CHECK(key != key_of(query, changed));
}

TEST_CASE("White space is folded only where it cannot count") {
  CHECK(ds::normalised_statement("  select\t1 \n ; ;") == "select 1");
  CHECK(ds::normalised_statement("select 'a  b'") == "select 'a  b'");
  CHECK(ds::normalised_statement("select \"a  b\" from t") == "select \"a  b\" from t");
  CHECK(ds::normalised_statement("select 1 -- one\n, 2") == "select 1 -- one\n, 2");
  CHECK(ds::normalised_statement("select /* a\n b */ 1") == "select /* a\n b */ 1");
  CHECK(ds::normalised_statement("select $$a\n b$$") == "select $$a\n b$$");
  CHECK(ds::normalised_statement("").empty());
  CHECK(ds::normalised_statement(" ; ").empty());
}

TEST_CASE("Every connector takes resultCacheTtl, and its bounds are checked") {
  auto made = source("crm", 86'400'000);
  CHECK(ds::validate(made).empty());
  made.connector.properties["resultCacheTtl"] = std::int64_t{86'400'001};
  REQUIRE(ds::validate(made).size() == 1);
  CHECK(ds::validate(made)[0].field == "properties.resultCacheTtl");
  made.connector.properties.erase("resultCacheTtl");
  made.connector.properties["resultCacheTTL"] = std::int64_t{1};
  CHECK(ds::validate(made)[0].fix == "did you mean \"resultCacheTtl\"?");
}

TEST_CASE("A service in process keeps no results, and says so") {
  ds::Service service{std::make_unique<ds::MemoryStore>()};
  CHECK(service.handle({"GET", "/_plugins/_query/_results", {}, {}}).body == R"({"resultIndexes":[]})");
  CHECK(service.handle({"DELETE", "/_plugins/_query/_results/a", {}, {}}).body ==
        R"({"resultIndex":"a","results":0,"bytes":0})");
  CHECK(service.handle({"POST", "/_plugins/_query/_results/a", {}, {}}).status == 405);
  CHECK(service.handle({"GET", "/_metrics", {}, {}}).status == 501);
}

}  // namespace result_cache_test
