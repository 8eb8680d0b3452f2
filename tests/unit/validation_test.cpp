#include <datasource/connector/validation.hpp>

#include <catch2/catch.hpp>

#include <string>
#include <vector>

namespace validation_test {

namespace ds = datasource;

namespace {

ds::DataSource crm() {
  return {.name = "crm",
          .connector = ds::PostgreSql{.host = "db1", .database = "crm", .username = "app", .password = "p4ss"}};
}

std::vector<std::string> lines(const ds::DataSource& source) {
  std::vector<std::string> all;
  for (const ds::Violation& violation : ds::validate(source)) all.push_back(to_string(violation));
  return all;
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("a complete data source breaks no rule") { CHECK(lines(crm()).empty()); }

TEST_CASE("a port is a number from 1 to 65535, given as number or as text") {
  auto source = crm();
  for (const ds::PropertyValue& good :
       {ds::PropertyValue{"5432"}, ds::PropertyValue{std::int64_t{1}}, ds::PropertyValue{65535.0}}) {
    source.connector.properties["port"] = good;
    CHECK(lines(source).empty());
  }
  for (const char* bad : {"0", "65536", "-1", "80a", "99999999999999999999", " 80"}) {
    source.connector.properties["port"] = bad;
    CHECK(lines(source) == Lines{"properties.port: \"" + std::string{bad} + "\" is not a port; use 1 to 65535"});
  }
}

TEST_CASE("all broken rules are reported at once, in the order name, connector's fields") {
  ds::DataSource source{.name = "2 fast",
                        .connector = ds::PostgreSql{.host = "db 1", .port = 0, .database = "", .username = ""}};
  std::vector<std::string> fields;
  for (const ds::Violation& violation : ds::validate(source)) fields.push_back(violation.field);
  CHECK(fields == Lines{"name", "properties.host", "properties.port", "properties.database",
                        "configuration.credentials.username"});
}

TEST_CASE("a name starts with a letter, holds letters, digits, _ and -, and is none of the SQL engine's own") {
  auto source = crm();
  for (const char* good : {"a", "mysql-customer-database", "A_1", "z9"}) {
    source.name = good;
    CHECK(lines(source).empty());
  }
  for (const char* bad : {"", "1a", "-a", "a b", "a.b", "a/b", "ä", "_test", "a\n"}) {
    source.name = bad;
    CHECK(lines(source).size() == 1);
  }
  for (const char* reserved : {"main", "System", "TEMP", "information_schema"}) {
    source.name = reserved;
    REQUIRE(ds::validate(source).size() == 1);
    CHECK(ds::validate(source)[0].code == "name_reserved");
  }
  source.name = std::string(128, 'a');
  CHECK(ds::validate(source).at(0).code == "name_length");
  source.name.pop_back();
  CHECK(lines(source).empty());
}

TEST_CASE("an unknown property is refused with the nearest known one") {
  auto source = crm();
  source.connector.properties["prot"] = "5432";
  source.connector.properties["zebra"] = true;
  source.connector.properties["password"] = "p4ss";
  CHECK(lines(source) ==
        Lines{"properties.password: credentials do not belong into properties; use configuration.credentials.password",
              "properties.prot: PostgreSQL has no property of that name; did you mean \"port\"?",
              "properties.zebra: PostgreSQL has no property of that name; remove it"});
}

TEST_CASE("an unknown connector is refused with the catalogue") {
  auto source = crm();
  source.connector.id = "oracle";
  CHECK(lines(source) == Lines{"connector: \"oracle\" is not a connector; use one of " +
                               ds::connector_ids([](const ds::Connector&) { return true; })});
}

TEST_CASE("a host is a name or an address, nothing more") {
  auto source = crm();
  for (const char* good : {"localhost", "db-1.internal", "my_service", "127.0.0.1", "::1", "fe80::1%eth0"}) {
    source.connector.properties["host"] = good;
    CHECK(lines(source).empty());
  }
  for (const char* bad :
       {"http://db1", "db1:5432", "db1/crm", "a b", "-x", "db1;sslmode=disable", "db1\nx", "user:p4ss@db1"}) {
    source.connector.properties["host"] = bad;
    REQUIRE(lines(source).size() == 1);
    CHECK(lines(source)[0].find("p4ss") == std::string::npos);
  }
}

TEST_CASE("files are named by absolute paths without patterns") {
  CHECK(lines({.name = "f", .connector = ds::Files{.path = "/srv/data"}}).empty());
  for (const char* bad : {"data", "../x", "s3://bucket", "/srv/*.parquet", ""}) {
    CHECK(lines({.name = "f", .connector = ds::Files{.path = bad}}).size() == 1);
  }
  CHECK(ds::validate({.name = "f", .connector = ds::Files{.path = "/x", .format = "xlsx"}}).at(0).fix ==
        "use auto, parquet, csv or json");
}

TEST_CASE("roles have names") {
  auto source = crm();
  source.allowed_roles = {"analyst", ""};
  CHECK(lines(source) == Lines{"allowedRoles[1]: the role has no name; remove it or name it"});
}

TEST_CASE("an index of results has the name of an index, whatever its beginning") {
  auto source = crm();
  for (const char* good : {"", "results", "query_execution_result_crm", "a.b-c_d"}) {
    source.result_index = good;
    CHECK(lines(source).empty());
  }
  for (const char* bad : {"Results", "-a", "_a", "+a", "a b", "a/b", "a*", "a,b", "a\n", "..", "a:b"}) {
    source.result_index = bad;
    REQUIRE(ds::validate(source).size() == 1);
    CHECK(ds::validate(source)[0].code == "index_form");
  }
  source.result_index = std::string(256, 'a');
  CHECK(ds::validate(source).at(0).code == "index_length");
}

TEST_CASE("credentials are refused where a connector has none, a password alone too") {
  ds::DataSource source{.name = "f", .connector = ds::Files{.path = "/srv/data"}};
  source.connector.credentials.password = "p4ss";
  CHECK(lines(source) == Lines{"configuration.credentials: Files takes no credentials; remove them"});
}

TEST_CASE("a URL names a server and nothing else") {
  ds::DataSource source{.name = "m", .connector = ds::Prometheus{.url = "http://db1:9090"}};
  for (const char* good : {"http://db1", "https://db1:9090/", "http://db1:9090/prometheus", "http://[::1]:9090",
                           "https://a.b-c.example/x/y"}) {
    source.connector.properties["prometheus.uri"] = good;
    CHECK(lines(source).empty());
  }
  for (const char* bad :
       {"db1:9090", "ftp://db1", "http://", "http://db1:0", "http://db1:99999", "http://db1:", "http://a b",
        "http://[::1", "http://::1", "http://db1/a b", "http://db1/\"x", "http:///x", "https://-x"}) {
    INFO(bad);
    source.connector.properties["prometheus.uri"] = bad;
    REQUIRE(ds::validate(source).size() == 1);
    CHECK(ds::validate(source)[0].code == "url_form");
  }
  for (const char* bad : {"http://app:p4ss@db1", "http://db1?token=p4ss", "http://db1#p4ss"}) {
    source.connector.properties["prometheus.uri"] = bad;
    REQUIRE(lines(source).size() == 1);
    CHECK(lines(source)[0].find("p4ss") == std::string::npos);
  }
}

}  // namespace validation_test
