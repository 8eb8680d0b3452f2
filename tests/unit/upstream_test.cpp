#include <datasource/service/upstream.hpp>

#include <catch2/catch.hpp>

#include <optional>
#include <string>

namespace upstream_test {

namespace ds = datasource;
using Kind = ds::UpstreamCall::Kind;

namespace {

/// Where a request goes, of a service that has the sources `crm` and `shop`.
std::optional<ds::UpstreamCall> judge(const char* method, std::string target, std::string body = {}) {
  const ds::UpstreamRules rules{
      [](const std::string& name) { return ds::detail::iequals(name, "crm") || name == "shop"; },
      [](const ds::Connector& connector) { return connector.in_duckdb(); }};
  return rules.judge({.method = method, .target = std::move(target), .headers = {}, .body = std::move(body)});
}

std::string statement(const std::string& text, const char* route = "/_plugins/_sql") {
  const auto call = judge("POST", route, ds::detail::Json{{"query", text}}.dump());
  return call ? "theirs" : "ours";
}

const std::string base = "/_plugins/_query/_datasources";

}  // namespace

TEST_CASE("a statement over a source of ours is ours, one over none of them is the upstream's") {
  for (const char* ours : {"select 1", "select * from crm.public.customers", "select * from logs l join CRM.t on true",
                           "with x as (select * from \"crm\".t) select * from x", "select * from a, shop.orders",
                           "select * from table(shop.system.query(query => 'x'))", "values (1)"})
    CHECK(statement(ours) == "ours");
  for (const char* theirs : {"select * from accounts", "SELECT * FROM `accounts`", "select 'x.crm' from logs -- crm.t",
                             "select * from my_prometheus.default.up", "describe tables like %", "show tables like '%'",
                             "select * from logs /* from crm.t */ where a = 'from crm.t'"})
    CHECK(statement(theirs) == "theirs");
  CHECK(statement("select * from accounts", "/_plugins/_sql/_explain") == "theirs");
  CHECK(statement("select * from crm.t", "/_plugins/_sql/_explain") == "ours");
}

TEST_CASE("cursors go back to whoever gave them, and what only an OpenSearch has goes there") {
  CHECK_FALSE(judge("POST", "/_plugins/_sql", R"({"cursor":"0123456789abcdef0123456789abcdef"})"));
  CHECK(judge("POST", "/_plugins/_sql/close", R"({"cursor":"d:eyJhIjp7"})")->kind == Kind::pass);
  for (const char* route : {"/_plugins/_ppl", "/_plugins/_ppl/_explain", "/_plugins/_async_query",
                            "/_plugins/_async_query/abc", "/_plugins/_directquery/_query/prom",
                            "/_plugins/_directquery/_resources/prom/api/v1/labels", "/_plugins/_query/settings"})
    CHECK(judge("POST", route, "{}")->kind == Kind::pass);
  for (const char* out :
       {"/_plugins/_ppl/../../_cluster/settings", "/_plugins/_ppl/%2e%2e/x", "/_plugins/_ppl/..%2f..%2fx"})
    CHECK_FALSE(judge("POST", out, "{}"));
  CHECK_FALSE(judge("GET", "/_health"));
  for (const char* route : {"/_connectors", "/_health", "/"}) CHECK_FALSE(judge("GET", base + route));
  CHECK_FALSE(judge("POST", base + "/_test", "{}"));
  CHECK_FALSE(judge("POST", "/_plugins/_sql", "no json"));
}

TEST_CASE("a source is made where its connector is read, unless its engine is named") {
  CHECK_FALSE(judge("POST", base, R"({"name":"a","connector":"postgresql"})"));
  CHECK_FALSE(judge("POST", base, R"({"name":"a","connector":"nope"})"));
  CHECK_FALSE(judge("POST", base, R"({"name":"a","connector":"prometheus"})"));
  const auto glue = judge("POST", base, R"({"name":"g","connector":"s3glue","properties":{}})");
  REQUIRE(glue);
  CHECK(glue->kind == Kind::create);
  CHECK(glue->source.connector.id == "s3glue");
  CHECK(judge("POST", base, R"({"name":"p","connector":"prometheus","engine":"opensearch"})")->kind == Kind::create);
  const auto taken = judge("POST", base, R"({"name":"CRM","connector":"s3glue"})");
  REQUIRE(taken);
  CHECK(taken->kind == Kind::refuse);
  CHECK(taken->refusal.kind == ds::ErrorKind::conflict);
}

TEST_CASE("a source that is not ours is read, changed and removed upstream") {
  CHECK_FALSE(judge("GET", base + "/crm"));
  CHECK_FALSE(judge("DELETE", base + "/crm"));
  CHECK_FALSE(judge("GET", base + "/crm/_schema"));
  CHECK(judge("GET", base)->kind == Kind::list);
  CHECK(judge("GET", base + "/my%20lake")->name == "my lake");
  CHECK(judge("DELETE", base + "/lake")->kind == Kind::remove);
  CHECK(judge("GET", base + "/lake/_schema")->refusal.kind == ds::ErrorKind::unsupported);
  CHECK_FALSE(judge("PUT", base, R"({"name":"crm","connector":"mysql"})"));
  CHECK(judge("PUT", base, R"({"name":"lake","connector":"s3glue"})")->kind == Kind::update);
  const auto patch = judge("PATCH", base, R"({"name":"lake","status":"DISABLED"})");
  REQUIRE(patch);
  CHECK(patch->kind == Kind::patch);
  CHECK(patch->changes.status == ds::Status::disabled);
}

}  // namespace upstream_test
