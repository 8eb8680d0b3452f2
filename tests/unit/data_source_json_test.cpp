#include <datasource/protocol/opensearch/data_source_json.hpp>

#include <catch2/catch.hpp>

namespace data_source_json_test {

namespace ds = datasource;

namespace {

ds::DataSource crm() {
  return {
      .name = "crm",
      .connector = {.id = "postgresql",
                    .properties = {{"host", "db1"}, {"maxConnections", std::int64_t{4}}, {"ratio", 2.0}, {"ssl", true}},
                    .endpoint = "jdbc:postgresql://app:hidden@db1/crm",
                    .credentials = {.username = "app", .password = "hidden"}},
      .description = "say \"hi\"\n\xff",
      .allowed_roles = {"analysts", "ops"},
      .result_index = "results",
      .engine = "trino",
      .id = "1",
      .etag = "2"};
}

}  // namespace

TEST_CASE("a data source is written in the order of the documents, with what JSON escapes") {
  CHECK(json_text(crm(), ds::Secrets::reveal) ==
        R"({"id":"1","etag":"2","name":"crm","description":"say \"hi\"\n)"
        "\xEF\xBF\xBD"
        R"(","connector":"postgresql","properties":{"host":"db1","maxConnections":4,"ratio":2.0,"ssl":true},)"
        R"("configuration":{"endpoint":"jdbc:postgresql://app:hidden@db1/crm",)"
        R"("credentials":{"username":"app","password":"hidden"}},"allowedRoles":["analysts","ops"],)"
        R"("resultIndex":"results","engine":"trino","status":"ACTIVE"})");
}

TEST_CASE("what is empty is left out, but for what every reply has") {
  CHECK(json_text({.name = "crm", .connector = {.id = "sqlite"}}, ds::Secrets::mask) ==
        R"({"name":"crm","description":"","connector":"sqlite","properties":{},"allowedRoles":[],"status":"ACTIVE"})");
}

TEST_CASE("secrets are masked or left out, those in an endpoint too") {
  const std::string masked = json_text(crm(), ds::Secrets::mask);
  CHECK(masked.find("hidden") == std::string::npos);
  CHECK(masked.find(R"("credentials":{"username":"app","password":"******"})") != std::string::npos);
  CHECK(masked.find("jdbc:postgresql://db1/crm") != std::string::npos);

  ds::DataSource source{.name = "lake",
                        .connector = {.id = "s3", .properties = {{"bucket", "b"}, {"secretKey", "hidden"}}}};
  CHECK(json_text(source, ds::Secrets::mask).find(R"("properties":{"bucket":"b","secretKey":"******"})") !=
        std::string::npos);
  CHECK(json_text(source, ds::Secrets::omit).find(R"("properties":{"bucket":"b"})") != std::string::npos);

  source.connector.credentials = {.username = "app", .password = "hidden"};
  CHECK(json_text(source, ds::Secrets::omit).find(R"("configuration":{"credentials":{"username":"app"}})") !=
        std::string::npos);
}

TEST_CASE("of a connector that is not known every property may be a secret, and is left out where secrets are") {
  const ds::DataSource source{.name = "new", .connector = {.id = "tomorrow", .properties = {{"token", "t"}}}};
  CHECK(json_text(source, ds::Secrets::omit).find(R"("properties":{})") != std::string::npos);
  CHECK(json_text(source, ds::Secrets::mask).find(R"("properties":{"token":"t"})") != std::string::npos);
}

}  // namespace data_source_json_test
