#include <datasource/client/client.hpp>
#include <datasource/service/service.hpp>
#include <datasource/transport/memory.hpp>

#include <catch2/catch.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace service_edit_test {

namespace ds = datasource;
using Json = nlohmann::json;

namespace {

constexpr const char* base = "/_plugins/_query/_datasources";
constexpr const char* crm = "/_plugins/_query/_datasources/crm";

struct Gateway {
  std::shared_ptr<ds::Service> service = std::make_shared<ds::Service>(
      std::make_unique<ds::MemoryStore>(), ds::ServiceOptions{.engines = {{.version = "test"}}});

  Gateway() {
    REQUIRE(
        (*this)(
            "POST", base,
            R"({"name":"crm","connector":"postgresql","description":"Customers","properties":{"host":"db1","port":5433,"database":"crm","maxConnections":4},
                    "configuration":{"credentials":{"username":"app","password":"p4ss"}},"allowedRoles":["analyst"]})")
            .status == 201);
  }

  ds::HttpResponse operator()(const char* method, const std::string& target, const std::string& body = {},
                              const std::string& if_match = {}) {
    ds::Headers headers;
    if (!if_match.empty()) headers.emplace_back("If-Match", if_match);
    return service->handle({method, target, std::move(headers), body});
  }

  ds::HttpResponse patch(const std::string& members) {
    return (*this)("PATCH", base, R"({"name":"crm",)" + members + "}");
  }
  Json read() { return Json::parse((*this)("GET", crm).body); }
  std::string etag() { return std::string{ds::find_header((*this)("GET", crm).headers, "ETag")}; }
  ds::ConnectorConfig stored() { return service->sources_for({"crm"})->at(0).connector; }
};

/// The codes of all broken rules, each with a blank after it.
std::string codes_of(const ds::HttpResponse& response) {
  std::string codes;
  const Json body = Json::parse(response.body);
  for (const Json& each : body["error"]["violations"]) codes += each["code"].get<std::string>() + ' ';
  return codes;
}

}  // namespace

TEST_CASE("a patch merges properties, replaces what else it names and keeps the rest, secrets included") {
  Gateway gateway;
  const ds::HttpResponse response =
      gateway.patch(R"("properties":{"connectionTimeout":500,"maxConnections":8},"allowedRoles":["ops"])");
  CHECK(response.status == 200);
  CHECK(Json::parse(response.body)["message"] == "Updated DataSource with name crm");
  const Json read = gateway.read();
  CHECK(read["properties"] ==
        Json{{"host", "db1"}, {"port", 5433}, {"database", "crm"}, {"maxConnections", 8}, {"connectionTimeout", 500}});
  CHECK(read["allowedRoles"] == Json{"ops"});
  CHECK(read["description"] == "Customers");
  CHECK(gateway.stored().credentials.password.reveal() == "p4ss");
}

TEST_CASE("a patch with null takes a property out, and puts other defaults back") {
  Gateway gateway;
  CHECK(
      gateway.patch(R"("properties":{"maxConnections":null},"description":null,"resultIndex":null,"allowedRoles":null)")
          .status == 200);
  const Json read = gateway.read();
  CHECK_FALSE(read["properties"].contains("maxConnections"));
  CHECK(read["description"] == "");
  CHECK(read["allowedRoles"].empty());
  CHECK(read["resultIndex"] == "query_execution_result_crm");
}

TEST_CASE("a patch replaces credentials part by part") {
  Gateway gateway;
  CHECK(gateway.patch(R"("configuration":{"credentials":{"password":"n3w"}})").status == 200);
  CHECK(gateway.stored().credentials == ds::Credentials{"app", ds::Secret{"n3w"}});
  CHECK(gateway.patch(R"("configuration":{"credentials":{"username":"root","password":"r00t"}})").status == 200);
  CHECK(gateway.stored().credentials == ds::Credentials{"root", ds::Secret{"r00t"}});
  CHECK(
      gateway.patch(R"("configuration":{"credentials":{"password":"******"}},"description":"as it was read")").status ==
      200);
  CHECK(gateway.stored().credentials.password.reveal() == "r00t");
}

TEST_CASE("a patch does not send a stored password to another server or user") {
  for (
      const char* moved :
      {R"("properties":{"host":"evil.example"})", R"("properties":{"port":1})", R"("properties":{"tls":"disable"})",
       R"("configuration":{"credentials":{"username":"root"}})",
       R"("properties":{"host":null,"port":null},"configuration":{"endpoint":"jdbc:postgresql://evil.example/crm"})"}) {
    INFO(moved);
    Gateway gateway;
    CHECK(codes_of(gateway.patch(moved)) == "masked_secret ");
    CHECK(gateway.stored().properties.at("host") == ds::PropertyValue{"db1"});
  }
  Gateway gateway;
  CHECK(gateway.patch(R"("properties":{"host":"db2"},"configuration":{"credentials":{"password":"p4ss2"}})").status ==
        200);
}

TEST_CASE("a key that has a form is kept by its mask, as a password is") {
  Gateway gateway;
  ds::Client client{ds::MemoryTransport{gateway.service}, {}};
  const std::string key = R"({"type":"service_account","private_key":"k"})";
  REQUIRE(client.create({.name = "lake", .connector = ds::BigQuery{.project = "p1", .service_account_key = key}}));
  auto read = client.get("lake");
  REQUIRE(read);
  CHECK(std::get<std::string>(read->connector.properties.at("serviceAccountKey")) == ds::masked_secret);
  CHECK(ds::validate(*read).empty());
  read->description = "Orders";
  REQUIRE(client.update(*read));
  const ds::DataSource stored = gateway.service->sources_for({"lake"})->at(0);
  CHECK(std::get<std::string>(stored.connector.properties.at("serviceAccountKey")) == key);
  CHECK(stored.description == "Orders");
  // Where nothing is stored that it could stand for, the mask is refused as what it is.
  read->name = "other";
  const auto made = client.create(*read);
  REQUIRE(!made);
  CHECK(made.error().violations.at(0).code == "masked_secret");
}

TEST_CASE("a patch never activates a disabled source unless it says so") {
  Gateway gateway;
  CHECK(gateway.patch(R"("status":"DISABLED")").status == 200);
  for (const char* change : {R"("description":"x")", R"("resultIndex":"query_execution_result_x")",
                             R"("properties":{"connectionTimeout":500})"}) {
    CHECK(gateway.patch(change).status == 200);
    CHECK(gateway.read()["status"] == "DISABLED");
  }
  CHECK(codes_of(gateway.patch(R"("status":null)")) == "unknown_status ");
  CHECK(codes_of(gateway.patch(R"("status":"")")) == "unknown_status ");
  CHECK(gateway.read()["status"] == "DISABLED");
  CHECK(gateway.patch(R"("status":"ACTIVE")").status == 200);
  CHECK(gateway.read()["status"] == "ACTIVE");
}

TEST_CASE("a patch is judged by the rules of the source that it makes, and names what it cannot change") {
  Gateway gateway;
  const Json before = gateway.read();
  CHECK(codes_of(gateway.patch(R"("properties":{"port":70000})")) == "masked_secret port_range ");
  CHECK(codes_of(gateway.patch(R"("properties":{"host":null})")) == "masked_secret required ");
  CHECK(codes_of(gateway.patch(R"("properties":{"nope":1})")) == "unknown_property ");
  CHECK(codes_of(gateway.patch(R"("connector":"mysql")")) == "fixed ");
  CHECK(codes_of(gateway.patch(R"("descriptoin":"x")")) == "unknown_field ");
  CHECK(codes_of(gateway("PATCH", base, R"({"description":"x"})")) == "required ");
  CHECK(gateway("PATCH", base, R"({"name":"nope","description":"x"})").status == 404);
  CHECK(gateway("PATCH", base, "[]").status == 400);
  CHECK(gateway("PATCH", base, "").status == 400);
  CHECK(gateway.patch(R"("connector":"POSTGRESQL")").status == 200);
  Json after = gateway.read();
  after["etag"] = before["etag"];
  CHECK(after == before);
}

TEST_CASE("each write makes another version, which reads and writes tell") {
  Gateway gateway;
  const std::string first = gateway.etag();
  CHECK(first == '"' + gateway.read()["etag"].get<std::string>() + '"');
  const ds::HttpResponse patched = gateway.patch(R"("description":"x")");
  CHECK(gateway.etag() != first);
  CHECK(ds::find_header(patched.headers, "ETag") == gateway.etag());
  CHECK('"' + Json::parse(patched.body)["etag"].get<std::string>() + '"' == gateway.etag());
  CHECK(Json::parse(gateway("GET", base).body)[0]["etag"] == gateway.read()["etag"]);
}

TEST_CASE("a write over a version that is no more there is refused and changes nothing") {
  Gateway gateway;
  const std::string old = gateway.etag();
  const Json mine = gateway.read();
  CHECK(gateway.patch(R"("description":"theirs")").status == 200);
  for (const auto& [method, target, body] :
       {std::tuple{"PUT", base, mine.dump()},
        std::tuple{"PATCH", base, std::string{R"({"name":"crm","description":"x"})"}},
        std::tuple{"DELETE", crm, std::string{}}}) {
    const ds::HttpResponse response = gateway(method, target, body, old);
    CHECK(response.status == 412);
    const Json error = Json::parse(response.body)["error"];
    CHECK(error["type"] == "DataSourceChangedException");
    CHECK(error["kind"] == "conflict");
    CHECK(error["details"] == "data source \"crm\" was changed since it was read; read it again and repeat the change");
  }
  CHECK(gateway.read()["description"] == "theirs");
  CHECK(gateway("PUT", base, mine.dump(), gateway.etag()).status == 200);
  CHECK(gateway("PATCH", base, R"({"name":"nope"})", old).status == 404);
}

TEST_CASE("If-Match takes a star, lists, weak versions and versions without quotes") {
  Gateway gateway;
  const std::string body = R"({"name":"crm","description":"x"})";
  CHECK(gateway("PATCH", base, body, "*").status == 200);
  CHECK(gateway("PATCH", base, body, "\"other\", " + gateway.etag()).status == 200);
  CHECK(gateway("PATCH", base, body, "W/" + gateway.etag()).status == 200);
  CHECK(gateway("PATCH", base, body, gateway.read()["etag"].get<std::string>()).status == 200);
  CHECK(gateway("PATCH", base, body, "\"\"").status == 412);
  CHECK(gateway("PATCH", base, body, ",").status == 412);
}

TEST_CASE("a source that was made anew has none of the versions of the one that was removed") {
  Gateway gateway;
  const std::string old = gateway.etag();
  const std::string body = R"({"name":"crm","connector":"postgresql","properties":{"host":"db1","database":"crm"},
      "configuration":{"credentials":{"username":"app","password":"p4ss"}}})";
  CHECK(gateway("DELETE", crm, {}, old).status == 200);
  CHECK(gateway("POST", base, body).status == 201);
  CHECK(gateway.etag() != old);
}

TEST_CASE("a client's write that expects a version is refused when somebody else was first") {
  Gateway gateway;
  ds::Client client{ds::MemoryTransport{gateway.service}};
  auto mine = client.get("crm");
  REQUIRE(mine);
  REQUIRE(client.patch("crm", {.description = "theirs", .properties = {{"connectionTimeout", std::int64_t{500}}}}));
  const ds::IfMatch read{mine->etag};
  CHECK(client.update(*mine, read).error().kind == ds::ErrorKind::conflict);
  CHECK(client.update(*mine, read).error().status == 412);
  CHECK(client.patch("crm", {.description = "mine"}, read).error().status == 412);
  CHECK(client.patch("crm", {.result_index = "query_execution_result_x"}, read).error().status == 412);
  CHECK(client.remove("crm", read).error().status == 412);
  mine = client.get("crm");
  CHECK(mine->description == "theirs");
  CHECK(mine->connector.properties.at("connectionTimeout") == ds::PropertyValue{std::int64_t{500}});
  const auto written = client.update(*mine, ds::IfMatch{mine->etag});
  REQUIRE(written);
  CHECK(client.remove("crm", ds::IfMatch{written->etag}));
  CHECK(client.remove("crm", ds::IfMatch{"no\r\nversion"}).error().field == "ifMatch");
}

TEST_CASE("a client rotates credentials and takes properties out by a patch") {
  Gateway gateway;
  ds::Client client{ds::MemoryTransport{gateway.service}};
  REQUIRE(client.patch("crm", {.status = ds::Status::disabled, .removed_properties = {"maxConnections"}}));
  REQUIRE(client.rotate("crm", {"root", ds::Secret{"r00t"}}));
  const auto source = client.get("crm");
  CHECK(source->status == ds::Status::disabled);
  CHECK(source->description == "Customers");
  CHECK(source->connector.credentials.username == "root");
  CHECK_FALSE(source->connector.properties.contains("maxConnections"));
  REQUIRE(client.patch("crm", {.status = ds::Status::active}));
  CHECK(gateway.stored().credentials.password.reveal() == "r00t");
}

TEST_CASE("an OpenSearch has no versions, and the client does not pretend") {
  const ds::IfMatch some{"v1"};
  CHECK(ds::protocol::delete_request("m", ds::Dialect::opensearch, some).error().kind == ds::ErrorKind::unsupported);
  CHECK(ds::protocol::patch_request("m", {.password = ds::Secret{"x"}}, ds::Dialect::opensearch).error().kind ==
        ds::ErrorKind::unsupported);
  CHECK(ds::protocol::delete_request("m", ds::Dialect::opensearch));
}

}  // namespace service_edit_test
