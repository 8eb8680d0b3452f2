#include <datasource/connector/catalogue.hpp>
#include <datasource/connector/validation.hpp>

#include <catch2/catch.hpp>

#include <chrono>
#include <set>
#include <string>
#include <string_view>
#include <tuple>

namespace typed_test {

namespace ds = datasource;
using namespace std::chrono_literals;

namespace {

/// Every typed builder; calls `visit` with an empty one.
template <class Visit>
void for_each_builder(Visit visit) {
  std::apply(
      [&](const auto&... each) { (visit(each), ...); },
      std::tuple<ds::PostgreSql, ds::MySql, ds::SqlServer, ds::S3, ds::BigQuery, ds::Snowflake, ds::Prometheus,
                 ds::InfluxDb, ds::MongoDb, ds::Sqlite, ds::Files, ds::S3Glue, ds::SecurityLake, ds::OpenSearch>{});
}

template <class Typed>
std::set<std::string_view> keys_of(const Typed&) {
  std::set<std::string_view> keys;
  std::apply([&](const auto&... members) { (keys.insert(members.key), ...); }, Typed::members());
  return keys;
}

/// Writes a configuration and reads it back.
template <class Typed>
void check_both_ways(const Typed& typed) {
  const ds::ConnectorConfig config = typed;
  INFO(config.id);
  for (const ds::Violation& violation : ds::validate({.name = "x", .connector = config}))
    FAIL_CHECK(to_string(violation));
  const auto back = Typed::from(config);
  REQUIRE(back);
  CHECK(*back == typed);
}

}  // namespace

TEST_CASE("every connector has a typed builder with a member for each of its fields") {
  std::set<std::string_view> connectors;
  for_each_builder([&](const auto& typed) {
    const ds::Connector& connector = typed.described();
    INFO(connector.id);
    connectors.insert(connector.id);
    std::set<std::string_view> fields;
    for (const ds::Field& field : connector.fields) fields.insert(field.key);
    CHECK(keys_of(typed) == fields);
  });
  CHECK(connectors.size() == ds::catalogue.size());
}

TEST_CASE("a member's default is the catalogue's") {
  for_each_builder([&](const auto& typed) {
    const ds::Connector& connector = typed.described();
    const auto check = [&](const auto& member) {
      INFO(connector.id << ' ' << member.key);
      CHECK(
          ds::detail::as_text(ds::detail::to_property(typed.*member.pointer)) ==
          (connector.field(member.key)->fallback.empty() && connector.field(member.key)->type == ds::FieldType::boolean
               ? ds::detail::as_text(ds::detail::to_property(typed.*member.pointer))
               : std::string{connector.field(member.key)->fallback}));
    };
    std::apply([&](const auto&... members) { (check(members), ...); }, typed.members());
  });
}

TEST_CASE("a typed builder says nothing that is the default anyhow") {
  const ds::ConnectorConfig config = ds::MySql{.host = "db1", .database = "crm", .username = "app", .password = "p4ss"};
  CHECK(config.properties == ds::Properties{{"host", "db1"}, {"database", "crm"}});
  CHECK(config.credentials == ds::Credentials{"app", "p4ss"});
}

TEST_CASE("what a typed builder writes is read back as it was") {
  check_both_ways(ds::PostgreSql{.host = "db1",
                                 .port = 5433,
                                 .database = "crm",
                                 .username = "app",
                                 .password = "p4ss",
                                 .tls = "verify-full",
                                 .connection_timeout = 5s,
                                 .max_connections = 4,
                                 .idle_timeout = 60s});
  check_both_ways(ds::MySql{.host = "db1", .database = "crm", .username = "app", .password = "******"});
  check_both_ways(ds::SqlServer{.host = "db1",
                                .instance = "SQLEXPRESS",
                                .database = "crm",
                                .username = "sa",
                                .password = "p4ss",
                                .encrypt = "strict",
                                .trust_server_certificate = true});
  check_both_ways(ds::S3{.bucket = "lake",
                         .prefix = "sales",
                         .region = "eu-west-1",
                         .format = "parquet",
                         .access_key = "AK",
                         .secret_key = "SK",
                         .session_token = "ST",
                         .endpoint = "http://localhost:9000",
                         .path_style = true});
  check_both_ways(ds::S3{.bucket = "lake"});
  check_both_ways(ds::BigQuery{.project = "acme",
                               .dataset = "sales",
                               .location = "EU",
                               .authentication = "service_account",
                               .service_account_key = "{\n\"private_key\": \"x\"\n}",
                               .maximum_bytes_billed = 1'000'000'000});
  check_both_ways(ds::Snowflake{.account = "acme-prod",
                                .warehouse = "WH",
                                .database = "CRM",
                                .role = "R",
                                .username = "APP",
                                .authentication = "keypair",
                                .private_key = "-----BEGIN PRIVATE KEY-----\nx\n-----END PRIVATE KEY-----\n",
                                .query_timeout = 30s});
  check_both_ways(ds::Prometheus{.url = "http://db1:9090", .auth = "basicauth", .username = "u", .password = "p"});
  check_both_ways(ds::InfluxDb{.url = "http://db1:8086", .organization = "acme", .bucket = "b", .token = "t"});
  check_both_ways(ds::InfluxDb{.url = "http://db1:8086",
                               .version = "1",
                               .database = "d",
                               .username = "u",
                               .password = "p",
                               .tls_skip_verify = true});
  check_both_ways(ds::MongoDb{.host = "db1:27017,db2",
                              .database = "crm",
                              .username = "u",
                              .password = "p",
                              .auth_source = "admin",
                              .replica_set = "rs0",
                              .read_preference = "nearest",
                              .tls = "verify-full",
                              .max_connections = 9});
  check_both_ways(ds::Sqlite{.path = "/srv/shop.db"});
  check_both_ways(ds::Files{.path = "/srv/events", .format = "csv"});
  check_both_ways(ds::S3Glue{.auth = "iam_role",
                             .role_arn = "arn:aws:iam::1:role/x",
                             .index_store = "http://db1:9200",
                             .index_store_auth = "basicauth",
                             .username = "u",
                             .password = "p"});
  check_both_ways(ds::SecurityLake{.auth = "iam_role",
                                   .role_arn = "arn:aws:iam::1:role/x",
                                   .index_store = "http://db1:9200",
                                   .index_store_auth = "noauth",
                                   .session_tag = "t"});
  check_both_ways(ds::OpenSearch{.url = "https://db1:9200",
                                 .authentication = "basic",
                                 .username = "u",
                                 .password = "p",
                                 .array_fields = "tags,lines",
                                 .max_connections = 8});
  check_both_ways(ds::OpenSearch{.url = "https://db1:9200",
                                 .authentication = "sigv4",
                                 .region = "eu-central-1",
                                 .service = "aoss",
                                 .access_key = "AK",
                                 .secret_key = "SK"});
}

TEST_CASE("a typed builder reads every spelling: URLs, the documents' aliases, text for numbers") {
  const auto read = ds::MySql::from({.id = "MySQL",
                                     .properties = {{"port", "3307"}, {"encryption", true}},
                                     .endpoint = "jdbc:mysql://db1/crm?user=app&password=p4ss",
                                     .credentials = {}});
  REQUIRE(read);
  CHECK(*read ==
        ds::MySql{
            .host = "db1", .port = 3307, .database = "crm", .username = "app", .password = "p4ss", .tls = "require"});
}

TEST_CASE("a typed builder refuses a configuration of another connector, and one that breaks a rule") {
  const auto other = ds::MySql::from(ds::PostgreSql{.host = "db1", .database = "x", .username = "u"});
  REQUIRE_FALSE(other);
  CHECK(other.error().violations.at(0).code == "other_connector");
  const auto broken = ds::MySql::from(ds::MySql{.port = 0});
  REQUIRE_FALSE(broken);
  CHECK(broken.error().kind == ds::ErrorKind::invalid);
  CHECK(broken.error().violations.size() == 4);
}

TEST_CASE("what is given says how a source authenticates, where that is not said") {
  CHECK(ds::Prometheus::from(ds::Prometheus{.url = "http://db1", .username = "u", .password = "p"})->auth ==
        "basicauth");
  CHECK(ds::Prometheus::from(ds::Prometheus{.url = "http://db1", .token = "t"})->auth == "bearer");
  CHECK(ds::Snowflake::from(ds::Snowflake{.account = "a", .database = "D", .token = "t"})->authentication == "pat");
  CHECK(ds::BigQuery::from(ds::BigQuery{.project = "p", .access_token = "t"})->authentication == "token");
}

TEST_CASE("fields that belong together are asked for together") {
  const auto fields = [](const ds::ConnectorConfig& config) {
    std::set<std::string> paths;
    for (const ds::Violation& violation : ds::validate({.name = "x", .connector = config}))
      paths.insert(violation.field);
    return paths;
  };
  using Paths = std::set<std::string>;
  CHECK(fields(ds::S3{.bucket = "lake", .access_key = "AK"}) == Paths{"configuration.credentials.password"});
  CHECK(fields(ds::S3{.bucket = "lake", .session_token = "ST"}) ==
        Paths{"configuration.credentials.password", "configuration.credentials.username"});
  CHECK(fields(ds::InfluxDb{.url = "http://db1"}) ==
        Paths{"properties.organization", "properties.bucket", "properties.token"});
  CHECK(fields(ds::InfluxDb{.url = "http://db1", .version = "3"}) == Paths{"properties.database"});
  CHECK(fields(ds::Snowflake{.account = "a", .database = "D", .authentication = "keypair"}) ==
        Paths{"configuration.credentials.username", "properties.privateKey"});
  CHECK(fields(ds::Snowflake{.account = "a", .database = "D"}) == Paths{"properties.authentication"});
  CHECK(fields(ds::BigQuery{.project = "p", .authentication = "none"}) == Paths{"properties.apiUrl"});
  CHECK(fields(ds::Prometheus{.url = "http://db1", .auth = "awssigv4"}) ==
        Paths{"properties.prometheus.auth.region", "properties.prometheus.auth.access_key",
              "properties.prometheus.auth.secret_key"});
  const auto asked = ds::validate({.name = "x", .connector = ds::Prometheus{.url = "http://db1", .auth = "bearer"}});
  REQUIRE(asked.size() == 1);
  CHECK(to_string(asked[0]) ==
        "properties.prometheus.auth.token: Token is missing; properties.prometheus.auth.type \"bearer\" needs it; give "
        "a value");
}

TEST_CASE("a secret of a wrong form is refused and not quoted") {
  const ds::ConnectorConfig snowflake =
      ds::Snowflake{.account = "a", .database = "D", .username = "u", .private_key = "p4ss"};
  const ds::ConnectorConfig bigquery = ds::BigQuery{.project = "p", .service_account_key = "p4ss"};
  for (const ds::ConnectorConfig& config : {snowflake, bigquery}) {
    const auto violations = ds::validate({.name = "x", .connector = config});
    REQUIRE_FALSE(violations.empty());
    CHECK(violations[0].code == "text_form");
    for (const ds::Violation& violation : violations) CHECK(to_string(violation).find("p4ss") == std::string::npos);
  }
}

}  // namespace typed_test
