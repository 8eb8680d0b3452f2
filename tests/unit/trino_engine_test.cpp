#include <datasource/engine/trino/catalog.hpp>
#include <datasource/engine/trino/errors.hpp>
#include <datasource/engine/trino/gate.hpp>
#include <datasource/engine/trino/rewrite.hpp>
#include <datasource/engine/trino/session.hpp>
#include <datasource/engine/trino/statement.hpp>

#include <catch2/catch.hpp>

#include <stop_token>
#include <string>
#include <vector>

namespace trino_engine_test {

namespace ds = datasource;
namespace trino = datasource::trino;

namespace {

std::string fingerprint(std::string_view text) { return "v" + std::to_string(text.size()); }

trino::CatalogPlan plan(const ds::DataSource& source) {
  auto made = trino::plan_catalog(source, "ds_test_", &fingerprint);
  if (!made) FAIL(made.error().message);
  return *made;
}

const ds::DataSource crm{
    .name = "crm", .connector = ds::PostgreSql{.host = "db1", .database = "crm", .username = "app", .password = "p'w"}};
const ds::DataSource shop{
    .name = "my-shop",
    .connector = ds::MySql{.host = "db2", .database = "shop", .username = "app", .password = "s3cret"}};

/// `source|schema|table` of each table.
std::vector<std::string> tables_of(std::string_view text) {
  const auto names = trino::check_statement(text);
  if (!names) FAIL(text << ": " << names.error().message);
  std::vector<std::string> tables;
  for (const trino::SourceName& table : names->tables)
    tables.push_back(table.source + '|' + table.schema + '|' + (table.function ? "()" : table.table));
  return tables;
}

ds::Result<trino::Rewritten> rewritten(std::string_view text) {
  const auto names = trino::check_statement(text);
  if (!names) FAIL(text << ": " << names.error().message);
  const std::vector<trino::CatalogPlan> plans{plan(crm), plan(shop)};
  return trino::rewrite(text, *names, plans);
}

using Tables = std::vector<std::string>;

}  // namespace

TEST_CASE("a source becomes the statement that makes its catalog, quoted, its name a version of its settings") {
  const trino::CatalogPlan made = plan(crm);
  CHECK(made.name.starts_with("ds_test_crm_v"));
  CHECK(made.statement == "CREATE CATALOG IF NOT EXISTS " + made.name +
                              R"( USING postgresql WITH ("connection-url" = )"
                              R"('jdbc:postgresql://db1:5432/crm?sslmode=prefer&connectTimeout=10', )"
                              R"("connection-user" = 'app', "connection-password" = 'p''w'))");
  CHECK(made.default_schema == "public");
  ds::DataSource other = crm;
  other.description = "another description";
  CHECK(plan(other).name == made.name);
  other.connector = ds::PostgreSql{.host = "db10", .database = "crm", .username = "app", .password = "p'w"};
  CHECK(plan(other).name != made.name);
}

TEST_CASE("a URL cannot be widened by what stands in a field") {
  const auto postgres =
      plan({.name = "a", .connector = ds::PostgreSql{.host = "::1", .database = "x?ssl=false&y", .username = "u"}});
  CHECK(postgres.statement.find("'jdbc:postgresql://[::1]:5432/x%3Fssl%3Dfalse%26y?sslmode=prefer") !=
        std::string::npos);
  const auto mongo =
      plan({.name = "b", .connector = ds::MongoDb{.host = "h1,h2:5", .username = "u@", .password = "p/"}});
  CHECK(mongo.statement.find("'mongodb://u%40:p%2F@h1:27017,h2:5/?") != std::string::npos);
  const auto server =
      plan({.name = "c", .connector = ds::SqlServer{.host = "h", .database = "d;encrypt=false", .username = "u"}});
  CHECK(server.statement.find(";databaseName={d;encrypt=false};encrypt=true;") != std::string::npos);
}

TEST_CASE("a URL is taken apart where Trino wants its pieces") {
  const auto of = [](const char* url) {
    return plan({.name = "s", .connector = ds::OpenSearch{.url = url}}).statement;
  };
  CHECK(
      of("https://search.example:9201")
          .find(
              R"("opensearch.host" = 'search.example', "opensearch.port" = '9201', "opensearch.tls.enabled" = 'true')") !=
      std::string::npos);
  CHECK(of("https://search.example").find("\"opensearch.port\" = '443'") != std::string::npos);
  CHECK(of("http://[::1]")
            .find(R"("opensearch.host" = '[::1]', "opensearch.port" = '80', "opensearch.tls.enabled" = 'false')") !=
        std::string::npos);
  CHECK(of("http://s:9200").find("opensearch.security") == std::string::npos);
  const auto signed_in =
      plan({.name = "s", .connector = ds::OpenSearch{.url = "http://s:9200", .username = "u", .password = "p"}});
  CHECK(signed_in.statement.find(R"("opensearch.security" = 'PASSWORD', "opensearch.auth.user" = 'u')") !=
        std::string::npos);
  CHECK(signed_in.default_schema == "default");
  const auto path = trino::plan_catalog({.name = "s", .connector = ds::OpenSearch{.url = "https://proxy/search"}},
                                        "ds_test_", &fingerprint);
  REQUIRE_FALSE(path);
  CHECK(path.error().violations.front().field == "properties.url");
}

TEST_CASE("a bucket is a file metastore of itself, an account has an address of its own") {
  CHECK(plan({.name = "l", .connector = ds::S3{.bucket = "lake"}}).statement.find("'s3://lake/'") != std::string::npos);
  CHECK(
      plan({.name = "l", .connector = ds::S3{.bucket = "lake", .prefix = "meta"}}).statement.find("'s3://lake/meta'") !=
      std::string::npos);
  ds::Snowflake account{.account = "acme-prod", .database = "d", .username = "u", .token = "t"};
  CHECK(plan({.name = "s", .connector = account})
            .statement.find("'jdbc:snowflake://acme-prod.snowflakecomputing.com/?") != std::string::npos);
  CHECK(plan({.name = "s", .connector = account}).statement.find("authenticator") == std::string::npos);
  account.account_url = "https://acme.privatelink.example";
  account.authentication = "oauth";
  CHECK(plan({.name = "s", .connector = account})
            .statement.find("'jdbc:snowflake://https://acme.privatelink.example/?schema=PUBLIC&authenticator=OAUTH&") !=
        std::string::npos);
}

TEST_CASE("what Trino's connector cannot honour is refused, not left out") {
  const auto unchecked =
      trino::plan_catalog({.name = "p", .connector = ds::Prometheus{.url = "https://p:9090", .tls_skip_verify = true}},
                          "ds_test_", &fingerprint);
  REQUIRE_FALSE(unchecked);
  CHECK(unchecked.error().violations.front().field == "properties.tlsSkipVerify");
  const auto made = trino::plan_catalog(
      {.name = "p", .connector = ds::Prometheus{.url = "http://p:9090", .token = "t0ken"}}, "ds_test_", &fingerprint);
  REQUIRE_FALSE(made);
  REQUIRE(made.error().violations.size() == 1);
  CHECK(made.error().violations.front().field == "properties.prometheus.auth.token");
  CHECK(trino::plan_catalog({.name = "f", .connector = ds::Files{.path = "/tmp"}}, "ds_", &fingerprint).error().kind ==
        ds::ErrorKind::unsupported);
}

TEST_CASE("tables are found where a table's name may stand, and nowhere else") {
  CHECK(tables_of("select a from crm.public.t, shop.o x join (crm.u cross join crm.v) on extract(year from x.d) = 1") ==
        Tables{"crm|public|t", "shop||o", "crm||u", "crm||v"});
  CHECK(tables_of("with a as (select * from crm.t) select * from a where exists (select 1 from shop.o)") ==
        Tables{"crm||t", "shop||o"});
  CHECK(tables_of("select trim(both 'x' from a), substring(b from 1) from crm.t where a is distinct from b.c") ==
        Tables{"crm||t"});
  CHECK(tables_of("select 'from x.y' from crm.t -- from z.z\n/* from q.q */") == Tables{"crm||t"});
  CHECK(tables_of("(select * from crm.a) union (table \"we\"\"ird\".b);") == Tables{"crm||a", "we\"ird||b"});
  CHECK(tables_of("select 1.from crm.t") == Tables{"crm||t"});
  CHECK(tables_of("select * from unnest(array[1]) t(x), lateral (select * from crm.t)") == Tables{"crm||t"});
  CHECK(tables_of("select * from table(crm.system.query(query => 'select 1'))") == Tables{"crm|system|()"});
  CHECK(tables_of("select * from table(exclude_columns(input => table(crm.a.t), columns => descriptor(x)))") ==
        Tables{"crm|a|t"});
  CHECK(tables_of("values 1, 2").empty());
}

TEST_CASE("what is no query, or reaches beyond sources, is refused") {
  for (const char* text : {"drop table crm.t",
                           "insert into crm.t values (1)",
                           "select 1; select 2",
                           "show catalogs",
                           "explain select 1",
                           "execute immediate 'select 1'",
                           "with function f() returns integer return 1 select f()",
                           "select * from t",
                           "select * from system.runtime.queries",
                           "select * from crm.information_schema.tables",
                           "select * from crm.\"PG_CATALOG\".x",
                           "select crm.system.f(1)",
                           "select * from crm.t for version as of 3",
                           "select U&'x'",
                           "select * from U&\"x\".y",
                           "select * from crm.\"t$partitions\"",
                           "select * from read_text('/etc/passwd')",
                           "select * from table(crm.system.other(1))",
                           "select * from table(system.builtin.sequence(1, 2))",
                           "table x",
                           "select * from a.b.c.d",
                           "call x()",
                           "/* select */ delete from crm.t"}) {
    INFO(text);
    const auto names = trino::check_statement(text);
    REQUIRE_FALSE(names);
    CHECK(names.error().kind == ds::ErrorKind::forbidden);
  }
  for (const char* text :
       {"", " ; ", "select 'a", "select \"a", "select (1", "select 1)", "select /* 1", "select `a`"}) {
    INFO(text);
    const auto names = trino::check_statement(text);
    REQUIRE_FALSE(names);
    CHECK(names.error().kind == ds::ErrorKind::invalid);
  }
}

TEST_CASE("sources become catalogs, schemas that are left out the usual ones") {
  const std::string crm_name = plan(crm).name, shop_name = plan(shop).name;
  CHECK(rewritten("select o.id from \"my-shop\".orders o, crm.customers")->text ==
        "select o.id from " + shop_name + ".\"shop\".\"orders\" o, " + crm_name + ".\"public\".\"customers\"");
  CHECK(rewritten("select crm.public.t.a from crm.public.t ; ")->text ==
        "select " + crm_name + ".\"public\".\"t\".a from " + crm_name + ".\"public\".\"t\"");
  CHECK(rewritten("select * from table(crm.system.query(query => 'x'))")->text ==
        "select * from table(" + crm_name + ".system.query(query => 'x'))");
  CHECK(rewritten("select * from \"my-shop\".mysql.user").error().kind == ds::ErrorKind::forbidden);
  CHECK(rewritten("select * from \"my-shop\".other.t").error().kind == ds::ErrorKind::forbidden);
}

TEST_CASE("a place in what Trino got leads to the place in what the user wrote") {
  const auto statement = rewritten("select 'ä',\n x from crm.t where nope");
  REQUIRE(statement);
  const auto at = statement->text.find("nope");
  const auto place = trino::detail::place_of(statement->text, at);
  CHECK(trino::original_place(*statement, place) == ds::TrinoLocation{2, 21});
  CHECK(trino::original_place(*statement, {2, 9}) == ds::TrinoLocation{2, 9});
  CHECK(trino::original_place(*statement, {99, 99}) == ds::TrinoLocation{2, 25});
}

TEST_CASE("Trino's plan decides: only catalogs of the statement's sources, only reads") {
  const std::vector<trino::CatalogPlan> plans{plan(crm), plan(shop)};
  const auto reads = [](const std::string& catalog, const std::string& schema) {
    return R"({"inputTableColumnInfos":[{"table":{"catalog":")" + catalog + R"(","schemaTable":{"schema":")" + schema +
           R"(","table":"t"}}}]})";
  };
  CHECK_FALSE(trino::read_io_plan(R"({"inputTableColumnInfos":[]})", plans));
  CHECK_FALSE(trino::read_io_plan(reads(plans[0].name, "public"), plans));
  CHECK_FALSE(trino::read_io_plan(reads(plans[1].name, "_generated"), plans));
  CHECK(trino::read_io_plan(reads("system", "runtime"), plans));
  CHECK(trino::read_io_plan(reads("", ""), plans));
  CHECK(trino::read_io_plan(reads(plans[0].name, "information_schema"), plans));
  CHECK(trino::read_io_plan(reads(plans[1].name, "mysql"), plans));
  CHECK(trino::read_io_plan(R"({"inputTableColumnInfos":[],"outputTable":{"catalog":"x"}})", plans));
  CHECK(trino::read_io_plan(R"({"inputTableColumnInfos":[{}]})", plans));
  for (const char* answer : {"DROP CATALOG x", "", "[]", "{}", R"({"inputTableColumnInfos":1})"})
    CHECK(trino::read_io_plan(answer, plans));
}

TEST_CASE("one value of a column that Trino finds nothing by is refused, a range is not") {
  const std::vector<trino::CatalogPlan> plans{plan({.name = "p", .connector = ds::Prometheus{.url = "http://p:9090"}})};
  const auto reads = [&](const std::string& column, const std::string& low, const std::string& high) {
    return R"({"inputTableColumnInfos":[{"table":{"catalog":")" + plans[0].name +
           R"(","schemaTable":{"schema":"default","table":"up"}},"constraint":{"none":false,"columnConstraints":[)"
           R"({"columnName":")" +
           column + R"(","domain":{"nullsAllowed":false,"ranges":[{"low":{"value":")" + low +
           R"(","bound":"EXACTLY"},"high":{"value":")" + high + R"(","bound":"EXACTLY"}}]}}]}}]})";
  };
  const auto refused =
      trino::read_io_plan(reads("timestamp", "2024-05-06 07:08:09.000 UTC", "2024-05-06 07:08:09.000 UTC"), plans);
  REQUIRE(refused);
  CHECK(refused->violations.front().code == "range_missing");
  CHECK_FALSE(
      trino::read_io_plan(reads("timestamp", "2024-05-06 07:08:09.000 UTC", "2024-05-06 07:08:10.000 UTC"), plans));
  CHECK_FALSE(trino::read_io_plan(reads("value", "1", "1"), plans));
}

TEST_CASE("what keeps Trino from a system is told with the check that it belongs to") {
  const trino::CatalogPlan lake = plan({.name = "lake", .connector = ds::S3{.bucket = "lake"}});
  const auto known = trino::access_failure(
      "Error listing schemas for catalog " + lake.name + ": Failed to list location: s3://lake/", lake);
  REQUIRE(known);
  CHECK(known->check == "connect");
  CHECK(known->message ==
        "Failed to list location: s3://lake/; check bucket, endpoint, region and keys; Trino tells no more");
  CHECK(trino::access_failure("Error listing tables for catalog x: Connection refused", lake)->check == "connect");
  CHECK_FALSE(trino::access_failure("Column 'a' cannot be resolved", lake));
}

/// Reaches nothing.
struct NoTransport {
  ds::Error error = {};
  ds::Result<ds::HttpResponse> send(const ds::HttpRequest&, const std::stop_token&) { return ds::fail(error); }
};

TEST_CASE("a Trino that is away is told as that, and never as a refusal of the source or of its server") {
  trino::Session<NoTransport> session{
      {{.kind = ds::ErrorKind::connection, .message = "127.0.0.1:8080 refused the connection"}},
      {.url = "http://127.0.0.1:8080"}};
  const auto made = session.provide(plan(crm), {});
  REQUIRE_FALSE(made);
  CHECK(made.error().message == "Trino cannot be reached: 127.0.0.1:8080 refused the connection");
  CHECK(made.error().kind == ds::ErrorKind::server);
  CHECK(made.error().status == 503);
  CHECK(ds::detail::reason_of(made.error()) == "Not available now");
  CHECK(made.error().retryable);
  CHECK(made.error().violations.empty());
  CHECK_FALSE(trino::access_failure(made.error().message, plan(crm)));
  // Who asks this API is not who signs in there.
  CHECK(trino::of_server({.kind = ds::ErrorKind::unauthorized, .status = 401}).status == 502);
  CHECK(trino::of_server({.kind = ds::ErrorKind::connection, .status = 502, .type = "JDBC_ERROR"}).type ==
        "JDBC_ERROR");
}

TEST_CASE("what Trino refuses of a catalog is told against the field, without secrets") {
  const trino::CatalogPlan prometheus =
      plan({.name = "p", .connector = ds::Prometheus{.url = "http://p:9090", .username = "u", .password = "s3cret"}});
  const ds::Error told = trino::catalog_error(
      {.kind = ds::ErrorKind::server,
       .message =
           "Configuration errors:\n\n1) Error: Invalid value 's3cret' for type URI (property 'prometheus.uri') in "
           "order to call [public X]\n\n1 error",
       .status = 500,
       .type = "GENERIC_INTERNAL_ERROR"},
      prometheus);
  REQUIRE(told.violations.size() == 1);
  CHECK(told.violations.front().field == "properties.prometheus.uri");
  CHECK(told.message.find("s3cret") == std::string::npos);
  CHECK(told.message.find("(property 'prometheus.uri')") != std::string::npos);
}

}  // namespace trino_engine_test
