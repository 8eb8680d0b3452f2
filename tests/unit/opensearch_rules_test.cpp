#include <datasource/connector/validation.hpp>

#include <catch2/catch.hpp>

#include <string>
#include <vector>

namespace opensearch_rules_test {

namespace ds = datasource;

namespace {

using Lines = std::vector<std::string>;

ds::DataSource metrics() { return {.name = "metrics", .connector = ds::Prometheus{.url = "http://db1:9090"}}; }

Lines lines(const ds::DataSource& source) {
  Lines all;
  for (const ds::Violation& violation : ds::validate(source, ds::RuleSet::opensearch))
    all.push_back(to_string(violation));
  return all;
}

Lines codes(const ds::DataSource& source) {
  Lines all;
  for (const ds::Violation& violation : ds::validate(source, ds::RuleSet::opensearch))
    all.push_back(violation.field + ' ' + violation.code);
  return all;
}

}  // namespace

TEST_CASE("rules of an OpenSearch: names are its own, not the documents'") {
  auto source = metrics();
  for (const char* good : {"m", "M-1_x", "*", "@metrics", "m@x", "main", "*a*"}) {
    source.name = good;
    CHECK(lines(source).empty());
  }
  for (const char* bad : {"1m", "_m", "-m", "a.b", "a b", "ä", "m1@x"}) {
    source.name = bad;
    CHECK(codes(source) == Lines{"name name_form"});
  }
  source.name = "@opensearch";
  CHECK(codes(source) == Lines{"name name_reserved"});
  source.name = "";
  CHECK(codes(source) == Lines{"name required"});
}

TEST_CASE("rules of an OpenSearch: an index of results has its prefix, its letters and its length") {
  auto source = metrics();
  for (const char* good : {"", "query_execution_result", "query_execution_result_m-1"}) {
    source.result_index = good;
    CHECK(lines(source).empty());
  }
  source.result_index = "Results";
  CHECK(codes(source) == Lines{"resultIndex index_form", "resultIndex index_prefix"});
  source.result_index = "query_execution_result" + std::string(234, 'x');
  CHECK(codes(source) == Lines{"resultIndex index_length"});
  source.result_index.pop_back();
  CHECK(lines(source).empty());
}

TEST_CASE("rules of an OpenSearch: a source cannot be made with the status ERROR") {
  auto source = metrics();
  source.status = ds::Status::error;
  CHECK(codes(source) == Lines{"status unknown_status"});
}

TEST_CASE("rules of an OpenSearch: it registers four connectors") {
  auto source = metrics();
  source.connector = ds::PostgreSql{.host = "db1"};
  CHECK(lines(source) == Lines{"connector: an OpenSearch does not read PostgreSQL; use one of prometheus, s3glue, "
                               "security_lake, opensearch"});
  source.connector = {.id = "oracle"};
  CHECK(codes(source) == Lines{"connector unknown_connector"});
  source.connector = {};
  CHECK(codes(source) == Lines{"connector required"});
  source.connector = ds::OpenSearch{};
  CHECK(lines(source).empty());
}

TEST_CASE("rules of an OpenSearch: all that is broken is told at once") {
  ds::DataSource source{.name = "1m",
                        .connector = {.id = "prometheus",
                                      .properties = {{"prometheus.uri", "not a uri"},
                                                     {"prometheus.auth.type", "awssigv4"},
                                                     {"prometheus.auth.region", std::string(1001, 'x')}}},
                        .result_index = "r",
                        .status = ds::Status::error};
  CHECK(codes(source) == Lines{"name name_form", "resultIndex index_prefix", "status unknown_status",
                               "properties.prometheus.auth.region property_length",
                               "properties.prometheus.auth.access_key required",
                               "properties.prometheus.auth.secret_key required", "properties.prometheus.uri url_form"});
}

TEST_CASE("rules of an OpenSearch: Prometheus") {
  auto source = metrics();
  source.connector.properties["prometheus.auth.type"] = "kerberos";
  CHECK(lines(source) == Lines{"properties.prometheus.auth.type: \"kerberos\" is not a choice that an OpenSearch has; "
                               "use basicauth or awssigv4, or leave it out"});
  source.connector = ds::Prometheus{.url = "http://db1", .token = "t0k"};
  CHECK(codes(source) == Lines{"properties.prometheus.auth.token unsupported_property"});
  source.connector = ds::Prometheus{.url = "relative", .username = "u", .password = "p"};
  CHECK(lines(source).empty());
  source.connector = {.id = "prometheus", .properties = {{"prometheus.url", "http://db1"}}};
  CHECK(codes(source) == Lines{"properties.prometheus.url unknown_property", "properties.prometheus.uri required"});
  source.connector = {.id = "prometheus", .properties = {{"prometheus.uri", "http://db1"}, {"something.newer", "x"}}};
  CHECK(lines(source).empty());
}

TEST_CASE("rules of an OpenSearch: endpoint and credentials count as the properties that they become") {
  ds::DataSource source{
      .name = "m",
      .connector = {.id = "prometheus", .properties = {}, .endpoint = "http://u:p4ss@db1:9090", .credentials = {}}};
  CHECK(lines(source).empty());
  source.connector.properties["prometheus.uri"] = "http://db2:9090";
  CHECK(lines(source) ==
        Lines{"properties.prometheus.uri: \"http://db2:9090\" contradicts configuration.endpoint, which "
              "says \"http://db1:9090\"; give only one of them"});
  source.connector.properties.clear();
  source.connector.endpoint = "postgresql://db1";
  CHECK(codes(source) == Lines{"configuration.endpoint endpoint_form", "properties.prometheus.uri required"});
}

TEST_CASE("rules of an OpenSearch: a mask is no secret, since nothing is kept over an update") {
  auto source = metrics();
  source.connector = ds::Prometheus{.url = "http://db1", .username = "u", .password = "******"};
  CHECK(codes(source) == Lines{"properties.prometheus.auth.password masked_secret"});
}

TEST_CASE("rules of an OpenSearch: Glue and Security Lake") {
  const ds::S3Glue glue{
      .auth = "iam_role", .role_arn = "arn:x", .index_store = "http://db1", .index_store_auth = "noauth"};
  CHECK(lines({.name = "g", .connector = glue}).empty());
  auto lake_formation = glue;
  lake_formation.lake_formation = true;
  CHECK(codes({.name = "g", .connector = lake_formation}) ==
        Lines{"properties.glue.iceberg.enabled required", "properties.glue.lakeformation.session_tag required"});
  CHECK(codes({.name = "g", .connector = ds::S3Glue{.index_store_auth = "basicauth"}}) ==
        Lines{"properties.glue.auth.type required", "properties.glue.auth.role_arn required",
              "properties.glue.indexstore.opensearch.uri required",
              "properties.glue.indexstore.opensearch.auth.username required",
              "properties.glue.indexstore.opensearch.auth.password required"});
  const ds::SecurityLake lake{.auth = "iam_role",
                              .role_arn = "arn:x",
                              .index_store = "http://db1",
                              .index_store_auth = "noauth",
                              .iceberg = false};
  CHECK(codes({.name = "l", .connector = lake}) ==
        Lines{"properties.glue.iceberg.enabled unknown_choice", "properties.glue.lakeformation.session_tag required"});
}

}  // namespace opensearch_rules_test
