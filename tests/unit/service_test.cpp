#include <datasource/service/service.hpp>

#include <catch2/catch.hpp>

#include <memory>
#include <string>
#include <utility>

namespace ds = datasource;
using Json = nlohmann::json;

namespace {

constexpr const char* base = "/_plugins/_query/_datasources";
constexpr const char* crm_body =
    R"({"name":"crm","connector":"postgresql","properties":{"host":"db1","database":"crm"},"configuration":{"credentials":{"username":"app","password":"p4ss"}}})";

struct Gateway {
  ds::Service service{std::make_unique<ds::MemoryStore>(),
                      {.engine = "test", .next_id = [n = 0]() mutable { return "id-" + std::to_string(++n); }}};

  std::pair<int, Json> operator()(const char* method, const std::string& target, const std::string& body = {}) {
    const ds::HttpResponse response = service.handle({method, target, {}, body});
    return {response.status, Json::parse(response.body)};
  }
};

}  // namespace

TEST_CASE("a source that was created is listed and read, its password masked and its defaults filled in") {
  Gateway gateway;
  CHECK(gateway("POST", base, crm_body) == std::pair{201, Json{{"dataSourceId", "id-1"},
                                                               {"name", "crm"},
                                                               {"status", "ACTIVE"},
                                                               {"message", "Created DataSource with name crm"}}});
  const Json expected = Json::parse(
      R"({"id":"id-1","name":"crm","description":"","connector":"postgresql","properties":{"host":"db1","database":"crm"},
          "configuration":{"credentials":{"username":"app","password":"******"}},"allowedRoles":[],"resultIndex":"query_execution_result_crm","status":"ACTIVE"})");
  CHECK(gateway("GET", std::string{base} + "/crm") == std::pair{200, expected});
  CHECK(gateway("GET", base) == std::pair{200, Json::array({expected})});
}

TEST_CASE("the stored source keeps the password that the engine needs") {
  Gateway gateway;
  gateway("POST", base, crm_body);
  const auto sources = gateway.service.sources_for({"crm"});
  REQUIRE(sources);
  CHECK(sources->at(0).connector.credentials.password.reveal() == "p4ss");
}

TEST_CASE("a refused source is not stored, and the error names every field, rule and fix") {
  Gateway gateway;
  const auto [status, body] = gateway(
      "POST", base,
      R"({"name":"c r m","connector":"postgresql","properties":{"host":"db1","port":70000,"database":"crm"},"configuration":{"credentials":{"username":"app"}}})");
  CHECK(status == 400);
  CHECK(body["error"]["violations"][0]["field"] == "name");
  CHECK(body["error"]["violations"][1] == Json{{"field", "properties.port"},
                                               {"code", "port_range"},
                                               {"message", "\"70000\" is not a port"},
                                               {"fix", "use 1 to 65535"}});
  CHECK(gateway("GET", base).second.empty());
}

TEST_CASE("names are taken once, whatever their case") {
  Gateway gateway;
  gateway("POST", base, crm_body);
  std::string shouted{crm_body};
  shouted.replace(shouted.find("\"crm\""), 5, "\"CRM\"");
  CHECK(gateway("POST", base, crm_body).first == 409);
  CHECK(gateway("POST", base, shouted).first == 409);
  CHECK(gateway("GET", base).second.size() == 1);
}

TEST_CASE("an update replaces everything but the id") {
  Gateway gateway;
  gateway("POST", base, crm_body);
  const std::string changed =
      R"({"name":"crm","connector":"mysql","properties":{"host":"db2","database":"x"},"configuration":{"credentials":{"username":"app","password":"new"}},"status":"DISABLED"})";
  CHECK(gateway("PUT", base, changed).first == 200);
  const Json read = gateway("GET", std::string{base} + "/crm").second;
  CHECK(read["id"] == "id-1");
  CHECK(read["connector"] == "mysql");
  CHECK(read["status"] == "DISABLED");
}

TEST_CASE("a masked password in an update keeps the stored one, but only for the same server and user") {
  Gateway gateway;
  gateway("POST", base, crm_body);
  Json read = gateway("GET", std::string{base} + "/crm").second;
  read["description"] = "customers";
  CHECK(gateway("PUT", base, read.dump()).first == 200);
  CHECK(gateway.service.sources_for({"crm"})->at(0).connector.credentials.password.reveal() == "p4ss");
  for (const auto& [path, value] :
       {std::pair{"/properties/host", "evil.example"}, std::pair{"/properties/port", "1"},
        std::pair{"/configuration/credentials/username", "root"}, std::pair{"/properties/tls", "disable"}}) {
    Json moved = read;
    moved[Json::json_pointer{path}] = value;
    CHECK(gateway("PUT", base, moved.dump()).second["error"]["violations"][0]["code"] == "masked_secret");
    CHECK(gateway("POST", std::string{base} + "/_test", moved.dump()).second["error"]["violations"][0]["code"] ==
          "masked_secret");
  }
}

TEST_CASE("a mask is no password for a new source") {
  Gateway gateway;
  std::string masked{crm_body};
  masked.replace(masked.find("p4ss"), 4, "******");
  CHECK(gateway("POST", base, masked).second["error"]["violations"][0]["code"] == "masked_secret");
}

TEST_CASE("a deleted source is gone, and deleting it again says so") {
  Gateway gateway;
  gateway("POST", base, crm_body);
  CHECK(
      gateway("DELETE", std::string{base} + "/crm") ==
      std::pair{200, Json{{"dataSourceId", "id-1"}, {"name", "crm"}, {"message", "Deleted DataSource with name crm"}}});
  CHECK(gateway("DELETE", std::string{base} + "/crm").first == 404);
  CHECK(gateway("GET", std::string{base} + "/crm").first == 404);
}

TEST_CASE("a statement's sources must exist and be ACTIVE, in any case of their name") {
  Gateway gateway;
  gateway("POST", base, crm_body);
  CHECK(gateway.service.sources_for({"CRM"})->at(0).name == "crm");
  CHECK(gateway.service.sources_for({"crm", "nope"}).error().kind == ds::ErrorKind::not_found);
  Json disabled = gateway("GET", std::string{base} + "/crm").second;
  disabled["status"] = "DISABLED";
  gateway("PUT", base, disabled.dump());
  CHECK(gateway.service.sources_for({"crm"}).error().kind == ds::ErrorKind::disabled);
}

TEST_CASE("a test asks for the stored source with its secrets, or for an unsaved one") {
  Gateway gateway;
  gateway("POST", base, crm_body);
  const auto stored = gateway.service.route({"POST", std::string{base} + "/crm/_test", {}, {}});
  CHECK(std::get<ds::TestCall>(stored).source.connector.credentials.password.reveal() == "p4ss");
  const auto unsaved = gateway.service.route({"POST", std::string{base} + "/_test", {}, crm_body});
  CHECK(std::get<ds::TestCall>(unsaved).source.name == "crm");
  CHECK(gateway("POST", std::string{base} + "/nope/_test").first == 404);
}

TEST_CASE("the shape of a body is checked whole") {
  Gateway gateway;
  CHECK(gateway("POST", base, "{").second["error"]["kind"] == "malformed");
  CHECK(gateway("POST", base, "[]").first == 400);
  CHECK(gateway("POST", base, std::string(100000, '[')).second["error"]["kind"] == "malformed");
  const auto [status, body] = gateway(
      "POST", base,
      R"({"name":1,"connector":[],"properties":{"a":{}},"allowedRoles":"x","status":"ON","extra":1,"configuration":{"credentials":{"pass":"x"}}})");
  CHECK(status == 400);
  CHECK(body["error"]["violations"].size() == 7);
}

TEST_CASE("routes that are not there, methods that are not theirs") {
  Gateway gateway;
  CHECK(gateway("GET", "/nope").first == 404);
  CHECK(gateway("GET", std::string{base} + "/a/b").first == 404);
  CHECK(gateway("GET", std::string{base} + "x").first == 404);
  const auto refused = gateway.service.handle({"PATCH", base, {}, {}});
  CHECK(refused.status == 405);
  CHECK(ds::find_header(refused.headers, "allow") == "GET, POST, PUT");
  CHECK(gateway("GET", "/_plugins/_sql").first == 405);
}

TEST_CASE("a name in the path is decoded as one segment") {
  Gateway gateway;
  gateway("POST", base, crm_body);
  CHECK(gateway("GET", std::string{base} + "/%63rm").first == 200);
  CHECK(gateway("GET", std::string{base} + "/crm%2F_test").first == 404);
}

TEST_CASE("a query request holds one statement and nothing that would be ignored") {
  Gateway gateway;
  const auto answer = gateway.service.route({"POST", "/_plugins/_sql", {}, R"({"query":"select 1"})"});
  CHECK(std::get<ds::QueryCall>(answer).query.text == "select 1");
  CHECK(gateway("POST", "/_plugins/_sql", R"({"query":"  "})").second["error"]["violations"][0]["field"] == "query");
  CHECK(gateway("POST", "/_plugins/_sql", R"({"query":"select 1","fetch_size":10})")
            .second["error"]["violations"][0]["field"] == "fetch_size");
  CHECK(gateway("POST", "/_plugins/_sql?format=csv", R"({"query":"select 1"})").first == 400);
}

TEST_CASE("PPL is refused with the engine that would answer it") {
  Gateway gateway;
  const auto [status, body] = gateway("POST", "/_plugins/_ppl", R"({"query":"source = crm"})");
  CHECK(status == 501);
  CHECK(body["error"]["details"].get<std::string>().find("OpenSearch") != std::string::npos);
}

TEST_CASE("the catalogue over the API has an object with id, title, family, fields and languages for every connector") {
  Gateway gateway;
  const auto [status, body] = gateway("GET", std::string{base} + "/_connectors");
  REQUIRE(status == 200);
  REQUIRE(body.size() == 4);
  for (const Json& connector : body) {
    for (const char* member : {"id", "title", "family", "fields", "languages"}) CHECK(connector.contains(member));
  }
  CHECK(body[0]["fields"][1] == Json{{"key", "port"},
                                     {"path", "properties.port"},
                                     {"title", "Port"},
                                     {"type", "port"},
                                     {"group", "connection"},
                                     {"required", false},
                                     {"secret", false},
                                     {"default", 5432},
                                     {"minimum", 1},
                                     {"maximum", 65535}});
}
