#include <datasource/service/service.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

namespace service_test {

namespace ds = datasource;
using Json = nlohmann::json;

namespace {

constexpr const char* base = "/_plugins/_query/_datasources";
constexpr const char* crm_body =
    R"({"name":"crm","connector":"postgresql","properties":{"host":"db1","database":"crm"},"configuration":{"credentials":{"username":"app","password":"p4ss"}}})";

struct Gateway {
  ds::Service service{
      std::make_unique<ds::MemoryStore>(),
      {.engines = {{.version = "test"}}, .next_id = [n = 0]() mutable { return "id-" + std::to_string(++n); }}};

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
                                                               {"etag", "id-1-1"},
                                                               {"message", "Created DataSource with name crm"}}});
  const Json expected = Json::parse(
      R"({"id":"id-1","etag":"id-1-1","name":"crm","description":"","connector":"postgresql","properties":{"host":"db1","database":"crm"},
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
  const auto refused = gateway.service.handle({"DELETE", base, {}, {}});
  CHECK(refused.status == 405);
  CHECK(ds::find_header(refused.headers, "allow") == "GET, POST, PUT, PATCH");
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
  CHECK(gateway("POST", "/_plugins/_sql", R"({"query":"select 1","filter":{}})")
            .second["error"]["violations"][0]["field"] == "filter");
  CHECK(gateway("POST", "/_plugins/_sql?format=viz", R"({"query":"select 1"})")
            .second["error"]["violations"][0]["field"] == "format");
  CHECK(gateway("POST", "/_plugins/_sql?sanitize=false", R"({"query":"select 1"})").first == 400);
}

TEST_CASE("a query says its format, the rows of its pages and its id, or is given an id") {
  Gateway gateway;
  const auto ask = [&](const char* target, ds::Headers headers, const char* body) {
    return std::get<ds::QueryCall>(gateway.service.route({"POST", target, std::move(headers), body})).query;
  };
  const ds::Query csv = ask("/_plugins/_sql?format=csv", {{"x-opaque-id", "mine"}}, R"({"query":"select 1"})");
  CHECK(csv.format == ds::Format::csv);
  CHECK(csv.id == "mine");
  const ds::Query pages = ask("/_plugins/_sql", {}, R"({"query":"select 1","fetch_size":10})");
  CHECK(pages.fetch_size == 10);
  CHECK(pages.id == "id-1");
  for (const char* body : {R"({"query":"select 1","fetch_size":-1})", R"({"query":"select 1","fetch_size":1000001})",
                           R"({"query":"select 1","fetch_size":"5"})"}) {
    CHECK(gateway("POST", "/_plugins/_sql", body).second["error"]["violations"][0]["field"] == "fetch_size");
  }
  CHECK(gateway("POST", "/_plugins/_sql?format=raw", R"({"query":"select 1","fetch_size":10})").first == 400);
  const ds::HttpResponse odd =
      gateway.service.handle({"POST", "/_plugins/_sql", {{"X-Opaque-Id", "a b"}}, R"({"query":"select 1"})"});
  CHECK(odd.status == 400);
}

TEST_CASE("explain, close and cancel are calls of their own") {
  Gateway gateway;
  const auto route = [&](const char* method, const char* target, const char* body) {
    return gateway.service.route({method, target, {}, body});
  };
  CHECK(std::get<ds::QueryCall>(route("POST", "/_plugins/_sql/_explain", R"({"query":"select 1"})")).explain);
  CHECK_FALSE(std::get<ds::QueryCall>(route("POST", "/_plugins/_sql", R"({"query":"select 1"})")).explain);
  CHECK_FALSE(std::get<ds::CursorCall>(route("POST", "/_plugins/_sql", R"({"cursor":"c.2"})")).close);
  CHECK(std::get<ds::CursorCall>(route("POST", "/_plugins/_sql/close", R"({"cursor":"c.2"})")).close);
  CHECK(gateway("POST", "/_plugins/_sql", R"({"cursor":"c.2","query":"select 1"})").first == 400);
  CHECK(gateway("POST", "/_plugins/_sql/close", "{}").second["error"]["violations"][0]["field"] == "cursor");
  CHECK(std::get<ds::CancelCall>(route("DELETE", "/_plugins/_query/_queries/a%2Fb", "")).id == "a/b");
  CHECK(gateway("GET", "/_plugins/_query/_queries/a").first == 405);
}

TEST_CASE("the tables of a source are asked for in pages, with its secrets at hand") {
  Gateway gateway;
  gateway("POST", base, crm_body);
  const auto answer = gateway.service.route(
      {"GET", std::string{base} + "/crm/_schema?schema=public&size=5&after=public%2Fa%252Fb", {}, {}});
  const auto& call = std::get<ds::SchemaCall>(answer);
  CHECK(call.source.connector.credentials.password.reveal() == "p4ss");
  CHECK(call.wanted.schema == "public");
  CHECK(call.wanted.size == 5);
  CHECK(call.wanted.after == "public/a%2Fb");
  for (const char* query : {"?size=0", "?size=1001", "?size=x", "?nope=1"})
    CHECK(gateway("GET", std::string{base} + "/crm/_schema" + query).first == 400);
  CHECK(gateway("GET", std::string{base} + "/nope/_schema").first == 404);
  CHECK(gateway("POST", std::string{base} + "/crm/_schema").first == 405);
}

TEST_CASE("a page of tables is read as it was written") {
  const ds::SchemaPage page{
      .source = "crm",
      .schemas = {"public"},
      .tables = {{"public", "orders", "table", {{"id", ds::Type::int64, false}, {"note", ds::Type::keyword, true}}, ""},
                 {"public", "broken", "view", {}, "it is broken"}},
      .total = 3,
      .next = "public/orders"};
  const auto read = ds::protocol::read_schema({200, {}, to_json(page).dump()});
  REQUIRE(read);
  CHECK(*read == page);
  const auto request = ds::protocol::schema_request("crm", {.schema = "a b", .after = "x/y", .size = 7});
  REQUIRE(request);
  CHECK(request->target == "/_plugins/_query/_datasources/crm/_schema?size=7&schema=a%20b&after=x%2Fy");
  const auto wanted = ds::protocol::read_schema_request(request->target);
  REQUIRE(wanted);
  CHECK(wanted->schema == "a b");
  CHECK(wanted->after == "x/y");
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
  const auto served = std::count_if(ds::catalogue.begin(), ds::catalogue.end(),
                                    [](const ds::Connector* connector) { return connector->in_duckdb(); });
  REQUIRE(body.size() == static_cast<std::size_t>(served));
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

TEST_CASE("sources stand in order of their names whatever the case, and are found by any spelling") {
  ds::MemoryStore store;
  for (const char* name : {"beta", "Alpha", "gamma", "GAMMA", "alphabet"})
    REQUIRE(store.put({.name = name, .connector = ds::Files{.path = "/data"}}));
  std::vector<std::string> names;
  const auto all = store.list().value();
  for (const auto& source : all) names.push_back(source->name);
  CHECK(names == std::vector<std::string>{"Alpha", "alphabet", "beta", "GAMMA", "gamma"});
  CHECK(store.find_any_case("gamma").value()->name == "gamma");
  CHECK(store.find_any_case("BETA").value()->name == "beta");
  CHECK(!store.find_any_case("alph").value());
  CHECK(!store.find("BETA").value());
}

}  // namespace service_test
