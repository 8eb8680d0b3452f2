#include <datasource/protocol/opensearch/data_sources.hpp>
#include <datasource/service/service.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

namespace opensearch_dialect_test {

namespace ds = datasource;
using Json = nlohmann::json;

namespace {

constexpr const char* base = "/_plugins/_query/_datasources";
constexpr const char* prometheus_body =
    R"({"name":"m","connector":"prometheus","properties":{"prometheus.uri":"http://db1:9090"}})";
constexpr const char* glue_properties =
    R"("glue.auth.type":"iam_role","glue.auth.role_arn":"arn:x","glue.indexstore.opensearch.uri":"http://db1","glue.indexstore.opensearch.auth":"noauth")";

struct OpenSearch {
  ds::Service service{std::make_unique<ds::MemoryStore>(), {.dialect = ds::Dialect::opensearch}};

  std::pair<int, Json> operator()(const char* method, const std::string& target, const std::string& body = {}) {
    const ds::HttpResponse response = service.handle({method, target, {{"content-type", "application/json"}}, body});
    return {response.status, response.body.empty() ? Json{} : Json::parse(response.body)};
  }

  /// The text of an error, whichever of its three shapes it has.
  std::string error(const char* method, const std::string& target, const std::string& body = {}) {
    const ds::HttpResponse response = service.handle({method, target, {{"content-type", "application/json"}}, body});
    return response.status < 400 ? "none" : ds::read_error(response).message;
  }

  std::string create(const std::string& connector, const std::string& properties) {
    return error("POST", base, R"({"name":"x","connector":")" + connector + R"(","properties":{)" + properties + "}}");
  }
};

}  // namespace

TEST_CASE("dialect opensearch: reads drop what authenticates, the store keeps it for the engine") {
  OpenSearch server;
  server(
      "POST", base,
      R"({"name":"m","connector":"prometheus","properties":{"prometheus.uri":"http://db1","prometheus.auth.type":"awssigv4","prometheus.auth.region":"r","prometheus.auth.access_key":"a","prometheus.auth.secret_key":"s3cret"}})");
  const Json read = server("GET", std::string{base} + "/m").second;
  CHECK(read["properties"] ==
        Json{{"prometheus.uri", "http://db1"}, {"prometheus.auth.type", "awssigv4"}, {"prometheus.auth.region", "r"}});
  const auto stored = server.service.sources_for({"m"});
  REQUIRE(stored);
  CHECK(std::get<std::string>(stored->at(0).connector.properties.at("prometheus.auth.secret_key")) == "s3cret");
}

TEST_CASE("dialect opensearch: a source that was read and written back has lost its credentials") {
  OpenSearch server;
  server(
      "POST", base,
      R"({"name":"m","connector":"prometheus","properties":{"prometheus.uri":"http://db1","prometheus.auth.type":"basicauth","prometheus.auth.username":"u","prometheus.auth.password":"p"}})");
  const Json read = server("GET", std::string{base} + "/m").second;
  CHECK(server.error("PUT", base, read.dump()) ==
        "Missing [prometheus.auth.username, prometheus.auth.password] fields in the connector properties.");
}

TEST_CASE(
    "dialect opensearch: a patch with a result index and no status makes a disabled source active; with both it "
    "obeys") {
  OpenSearch server;
  server("POST", base, prometheus_body);
  server("PATCH", base, R"({"name":"m","status":"disabled"})");
  CHECK(server("GET", std::string{base} + "/m").second["status"] == "DISABLED");
  server("PATCH", base, R"({"name":"m","status":"DISABLED","resultIndex":"query_execution_result_a"})");
  CHECK(server("GET", std::string{base} + "/m").second["status"] == "DISABLED");
  server("PATCH", base, R"({"name":"m","resultIndex":"query_execution_result_b"})");
  CHECK(server("GET", std::string{base} + "/m").second["status"] == "ACTIVE");
}

TEST_CASE("dialect opensearch: patched properties are merged, and then judged as a whole") {
  OpenSearch server;
  server("POST", base, prometheus_body);
  CHECK(server.error("PATCH", base, R"({"name":"m","properties":{"prometheus.auth.type":"basicauth"}})")
            .starts_with("Missing [prometheus.auth.username"));
  CHECK(
      server(
          "PATCH", base,
          R"({"name":"m","properties":{"prometheus.auth.type":"basicauth","prometheus.auth.username":"u","prometheus.auth.password":"p"}})") ==
      std::pair{200, Json("Updated DataSource with name m")});
  CHECK(server("GET", std::string{base} + "/m").second["properties"] ==
        Json{{"prometheus.uri", "http://db1:9090"}, {"prometheus.auth.type", "basicauth"}});
}

TEST_CASE("dialect opensearch: names are case-sensitive, and each has an index of its own") {
  OpenSearch server;
  server("POST", base, prometheus_body);
  std::string upper{prometheus_body};
  upper.replace(upper.find("\"m\""), 3, "\"M*\"");
  CHECK(server("POST", base, upper).first == 201);
  CHECK(server("GET", std::string{base} + "/M*").second["resultIndex"] == "query_execution_result_m");
  CHECK(server("GET", base).second.size() == 2);
}

TEST_CASE("dialect opensearch: @opensearch is never a source") {
  OpenSearch server;
  std::string body{prometheus_body};
  body.replace(body.find("\"m\""), 3, "\"@opensearch\"");
  CHECK(server("POST", base, body).first == 400);
  CHECK(server("GET", base).second == Json::array());
}

TEST_CASE("dialect opensearch: numbers and booleans are taken as text") {
  OpenSearch server;
  CHECK(
      server(
          "POST", base,
          R"({"name":"m","connector":"opensearch","description":5,"allowedRoles":[true],"properties":{"n":1,"b":false,"none":null}})")
          .first == 201);
  const Json read = server("GET", std::string{base} + "/m").second;
  CHECK(read["description"] == "5");
  CHECK(read["allowedRoles"] == Json{"true"});
  CHECK(read["properties"] == Json{{"n", "1"}, {"b", "false"}});
}

TEST_CASE("dialect opensearch: the first fault in the order of the body is told") {
  OpenSearch server;
  CHECK(server.error("POST", base, R"({"extra":1,"connector":"oracle"})") == "Unknown field: extra");
  CHECK(server.error("POST", base, R"({"connector":"oracle","extra":1})") ==
        "No DataSourceType with name oracle found");
  CHECK(server.error("POST", base, R"({"name":{}})") == "Can't get text on a START_OBJECT");
  CHECK(server.error("POST", base, R"({"properties":[]})").ends_with("but found [START_ARRAY]"));
}

TEST_CASE("dialect opensearch: hostile bodies are refused") {
  OpenSearch server;
  for (const std::string& body : {std::string(100000, '['), std::string{"{"}, std::string{"{\"name\":\"\xff\"}"},
                                  std::string{"{]"}, std::string{"nul"}, std::string{" "}}) {
    CHECK(server("POST", base, body).first == 400);
    CHECK(server("PUT", "/_cluster/settings", body).first == 400);
  }
  CHECK(server.service.handle({"POST", base, {}, "{}"}).status == 406);
}

TEST_CASE("dialect opensearch: the properties of Glue and of Security Lake") {
  OpenSearch server;
  const std::string glue = glue_properties;
  CHECK(server.create("s3glue", glue + R"(,"glue.lakeformation.enabled":"yes","glue.iceberg.enabled":"on")") ==
        "Lake Formation session tag must be specified when enabling Lake Formation");
  CHECK(
      server.create(
          "s3glue",
          R"("glue.auth.type":"iam_role","glue.auth.role_arn":"arn:x","glue.indexstore.opensearch.uri":"a b","glue.indexstore.opensearch.auth":"noauth")") ==
      "Invalid flint host in properties.");
  CHECK(server.create("security_lake", glue) ==
        "glue.lakeformation.session_tag must be specified when using Security Lake data source");
  CHECK(server.create("security_lake", glue + R"(,"glue.iceberg.enabled":"false")") ==
        "glue.iceberg.enabled cannot be false when using Security Lake data source.");
}

TEST_CASE("dialect opensearch: URIs are judged as java.net.URI judges them") {
  using ds::detail::opensearch::uri_host;
  using ds::detail::opensearch::uri_syntax_problem;
  for (const char* good :
       {"", "5", "http://h", "http://h:9090/a?b#c", "http://[::1]:9090", "http://u@h", "mailto:x", "a/b"})
    CHECK(uri_syntax_problem(good).empty());
  CHECK(uri_syntax_problem("not a uri") == "Illegal character in path at index 3: not a uri");
  CHECK(uri_syntax_problem("ht tp://h") == "Illegal character in scheme name at index 2: ht tp://h");
  CHECK(uri_syntax_problem("http://h?a b") == "Illegal character in query at index 10: http://h?a b");
  CHECK(uri_syntax_problem("http://") == "Expected authority at index 7: http://");
  CHECK(uri_host("http://u:p@db1:9090/x") == "db1");
  CHECK(uri_host("https://[::1]:9090") == "::1");
  CHECK(uri_host("http://[::1") == "::1");
  CHECK(uri_host("a//b").empty());
  CHECK(uri_host("5").empty());
}

TEST_CASE("dialect opensearch: settings nest or not, transient goes before persistent, null takes back") {
  OpenSearch server;
  const char* settings = "/_cluster/settings";
  CHECK(
      server("PUT", settings, R"({"persistent":{"plugins":{"query":{"datasources":{"limit":0}}}}})").second ==
      Json::parse(
          R"({"acknowledged":true,"persistent":{"plugins":{"query":{"datasources":{"limit":"0"}}}},"transient":{}})"));
  CHECK(server.error("POST", base, prometheus_body) == "domain concurrent datasources can not exceed 0");
  server("PUT", settings, R"({"transient":{"plugins.query.datasources.limit":1}})");
  CHECK(server("POST", base, prometheus_body).first == 201);
  server("PUT", settings, R"({"transient":{"plugins.query":{"datasources.limit":null}}})");
  CHECK(server("GET", settings).second ==
        Json::parse(R"({"persistent":{"plugins":{"query":{"datasources":{"limit":"0"}}}},"transient":{}})"));
  for (const char* refused :
       {R"({"transient":{"other":1}})", R"({"transient":{"plugins.query.datasources.limit":"many"}})",
        R"({"transient":{"plugins.query.datasources.enabled":"yes"}})", R"({"transient":5})", R"({"other":{}})", "{}",
        "[]"}) {
    CHECK(server("PUT", settings, refused).first == 400);
  }
  CHECK(server("DELETE", settings).first == 405);
}

TEST_CASE("dialect opensearch: a PPL query of a disabled source is refused, others go to the engine") {
  OpenSearch server;
  server("POST", base, prometheus_body);
  CHECK(server("POST", "/_plugins/_ppl", R"({"query":"source=m.up"})").first == 501);
  server("PATCH", base, R"({"name":"m","status":"DISABLED"})");
  for (const char* query : {R"({"query":"source=m.up"})", R"({"query":" SOURCE = m | head 1"})"})
    CHECK(server.error("POST", "/_plugins/_ppl", query) == "Datasource m is disabled.");
  CHECK(server("POST", "/_plugins/_ppl", "{").first == 400);
}

TEST_CASE("dialect opensearch: a service can be moved, and its routes are the real server's") {
  OpenSearch server;
  server("POST", base, prometheus_body);
  ds::Service moved = std::move(server.service);
  CHECK(moved.handle({"GET", std::string{base} + "/m", {}, {}}).status == 200);
  CHECK(moved.handle({"GET", std::string{base} + "/_connectors", {}, {}}).status == 404);
  CHECK(moved.handle({"GET", std::string{base} + "/?pretty", {}, {}}).status == 200);
  CHECK(moved.handle({"GET", "/nope", {}, {}}).status == 400);
}

TEST_CASE("a connector that the engine does not read is refused in the documented dialect, and is not offered") {
  ds::Service service{std::make_unique<ds::MemoryStore>()};
  const auto reply = service.handle({"POST", base, {}, R"({"name": "lake", "connector": "s3glue", "properties": {}})"});
  const ds::Error error = ds::read_error(reply);
  CHECK(reply.status == 400);
  REQUIRE(error.violations.size() == 1);
  CHECK(error.violations[0].code == "unsupported_connector");
  CHECK(error.message == "connector: the engine here does not read " +
                             std::string{ds::find_connector("s3glue")->title} + ", an OpenSearch does; use one of " +
                             ds::connector_ids([](const ds::Connector& each) { return each.in_duckdb(); }));
  const Json offered = Json::parse(service.handle({"GET", std::string{base} + "/_connectors", {}, {}}).body);
  for (const ds::Connector* connector : ds::catalogue) {
    const bool found =
        std::any_of(offered.begin(), offered.end(), [&](const Json& each) { return each["id"] == connector->id; });
    CHECK(found == connector->in_duckdb());
  }
}

TEST_CASE("a host that reads more offers and takes more") {
  ds::Service service{std::make_unique<ds::MemoryStore>(),
                      {.engines = {{.serves = [](const ds::Connector&) { return true; }}}}};
  CHECK(service.handle({"POST", base, {}, prometheus_body}).status == 201);
  CHECK(Json::parse(service.handle({"GET", std::string{base} + "/_connectors", {}, {}}).body).size() ==
        ds::catalogue.size());
}

TEST_CASE("a client reads both dialects' acknowledgements") {
  const auto read = [](int status, const char* body) { return ds::protocol::read_acknowledgement({status, {}, body}); };
  CHECK(read(201, R"("Created DataSource with name crm")")->name == "crm");
  CHECK(read(200, R"("Updated DataSource with name crm")")->message == "Updated DataSource with name crm");
  CHECK(read(200, R"("Done")")->name.empty());
  CHECK(read(204, "").value() == ds::Acknowledgement{});
  CHECK(read(200, R"({"dataSourceId":"1","name":"crm","status":"ACTIVE","message":"m"})")->id == "1");
  CHECK(read(200, "").error().kind == ds::ErrorKind::malformed);
  CHECK(read(200, "5").error().kind == ds::ErrorKind::malformed);
}

TEST_CASE("errors of an OpenSearch have the kind that a program acts on") {
  const auto kind = [](int status, const char* body) { return ds::read_error({status, {}, body}).kind; };
  CHECK(
      kind(
          400,
          R"({"status":400,"error":{"type":"IllegalArgumentException","reason":"Invalid Request","details":"A datasource already exists with name: x"}})") ==
      ds::ErrorKind::conflict);
  CHECK(
      kind(
          400,
          R"({"error":{"reason":"Invalid Query","details":"Datasource dis is disabled.","type":"DatasourceDisabledException"},"status":400})") ==
      ds::ErrorKind::disabled);
  CHECK(
      kind(
          400,
          R"({"status":400,"error":{"type":"DataSourceNotFoundException","reason":"Invalid Request","details":"DataSource with name nope doesn't exist."}})") ==
      ds::ErrorKind::not_found);
}

}  // namespace opensearch_dialect_test
