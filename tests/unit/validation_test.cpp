#include <datasource/connector/validation.hpp>

#include <catch2/catch.hpp>

#include <string>
#include <vector>

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

TEST_CASE("an endpoint says what properties leave out") {
  ds::DataSource source{.name = "shop",
                        .connector = {.id = "mysql",
                                      .properties = {},
                                      .endpoint = "jdbc:mysql://db.example:3307/customers",
                                      .credentials = {"app", "p4ss"}}};
  CHECK(lines(source).empty());
  const auto settings = ds::resolve_settings(source.connector, ds::mysql).settings;
  CHECK(settings.at("host") == "db.example");
  CHECK(settings.at("port") == "3307");
  CHECK(settings.at("database") == "customers");
}

TEST_CASE("the example of the documents is taken as it stands") {
  const ds::DataSource source{.name = "mysql-customer-database",
                              .connector = {.id = "mysql",
                                            .properties = {{"database", "customers"},
                                                           {"port", "3306"},
                                                           {"host", "mysql.example.com"},
                                                           {"encryption", true},
                                                           {"connectionTimeout", std::int64_t{30000}}},
                                            .endpoint = "jdbc:mysql://mysql.example.com:3306/customers",
                                            .credentials = {"db_user", "db_password"}}};
  CHECK(lines(source).empty());
  CHECK(ds::resolve_settings(source.connector, ds::mysql).settings.at("tls") == "require");
}

TEST_CASE("endpoint and properties that disagree are refused, both values named") {
  ds::DataSource source{.name = "shop",
                        .connector = {.id = "mysql",
                                      .properties = {{"host", "db2"}, {"port", "3306"}},
                                      .endpoint = "jdbc:mysql://db1:3306/c",
                                      .credentials = {"app", "p4ss"}}};
  CHECK(
      lines(source) ==
      Lines{"properties.host: \"db2\" contradicts configuration.endpoint, which says \"db1\"; give only one of them"});
}

TEST_CASE("encryption and tls that disagree are refused") {
  auto source = crm();
  source.connector.properties["encryption"] = true;
  source.connector.properties["tls"] = "disable";
  CHECK(
      lines(source) ==
      Lines{
          "properties.encryption: \"true\" contradicts properties.tls, which says \"disable\"; give only one of them"});
  source.connector.properties["tls"] = "verify-full";
  CHECK(lines(source).empty());
}

TEST_CASE("an endpoint with credentials or parameters is refused and not quoted") {
  ds::DataSource source{.name = "shop",
                        .connector = {.id = "postgresql",
                                      .properties = {},
                                      .endpoint = "postgresql://app:p4ss@db1/crm",
                                      .credentials = {"app", "p4ss"}}};
  REQUIRE_FALSE(ds::validate(source).empty());
  CHECK(ds::validate(source)[0].code == "endpoint_credentials");
  for (const std::string& line : lines(source)) CHECK(line.find("p4ss") == std::string::npos);
  source.connector.endpoint = "postgresql://db1/crm?password=p4ss";
  CHECK(ds::validate(source).at(0).code == "endpoint_parameters");
  for (const std::string& line : lines(source)) CHECK(line.find("p4ss") == std::string::npos);
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

TEST_CASE("every key that a typed builder writes is a field of its connector") {
  for (const auto& config :
       std::vector<ds::ConnectorConfig>{ds::PostgreSql{}, ds::MySql{}, ds::Sqlite{}, ds::Files{}}) {
    const ds::Connector* connector = ds::find_connector(config.id);
    REQUIRE(connector != nullptr);
    for (const auto& [key, value] : config.properties) CHECK(connector->field(key) != nullptr);
  }
}

TEST_CASE("every field of the catalogue that an engine is given exists, and every default passes its own rule") {
  for (const ds::Connector* connector : ds::catalogue) {
    for (const ds::EngineParameter& parameter : connector->duckdb.secret)
      CHECK(connector->field(parameter.field) != nullptr);
    for (const ds::EngineParameter& parameter : connector->duckdb.options) {
      REQUIRE(connector->field(parameter.field) != nullptr);
      CHECK_FALSE(connector->field(parameter.field)->secret());
    }
    for (const ds::Field& field : connector->fields) {
      if (!field.fallback.empty()) CHECK(ds::detail::check_value(field, std::string{field.fallback}).has_value());
    }
  }
}
