#include <datasource/client/client.hpp>
#include <datasource/service/service.hpp>
#include <datasource/transport/memory.hpp>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace client_dialect_test {

namespace ds = datasource;
using Json = nlohmann::json;

namespace {

/// Carries requests to a service and keeps their bodies.
class Watched {
 public:
  explicit Watched(ds::ServiceOptions options)
      : service_{std::make_shared<ds::Service>(std::make_unique<ds::MemoryStore>(), std::move(options))} {}

  ds::Result<ds::HttpResponse> send(const ds::HttpRequest& request, const std::stop_token&) {
    sent->push_back(request);
    return service_->handle(request);
  }

  std::shared_ptr<std::vector<ds::HttpRequest>> sent = std::make_shared<std::vector<ds::HttpRequest>>();

 private:
  std::shared_ptr<ds::Service> service_;
};

const ds::DataSource metrics{
    .name = "metrics",
    .connector = ds::Prometheus{.url = "http://db1:9090", .auth = "basicauth", .username = "u", .password = "p4ss"}};

}  // namespace

TEST_CASE("the same create works with a gateway and with an OpenSearch, told by the client's dialect") {
  for (const ds::Dialect dialect : {ds::Dialect::documented, ds::Dialect::opensearch}) {
    Watched transport{{.engines = {{.serves = [](const ds::Connector&) { return true; }}}, .dialect = dialect}};
    ds::Client client{transport, {.dialect = dialect}};
    const auto created = client.create(metrics);
    if (!created) FAIL(created.error().message);
    CHECK(created->message == "Created DataSource with name metrics");
    const auto read = client.get("metrics");
    REQUIRE(read);
    CHECK(read->connector.id == "prometheus");
    CHECK(std::get<std::string>(read->connector.properties.at("prometheus.uri")) == "http://db1:9090");
    CHECK(read->result_index == "query_execution_result_metrics");
    auto changed = metrics;
    changed.description = "Metrics";
    REQUIRE(client.update(changed));
    CHECK(client.get("metrics")->description == "Metrics");
    CHECK(client.remove("metrics"));
  }
}

TEST_CASE(
    "for an OpenSearch all is text in properties, credentials and endpoint too, and nothing is sent that it does not "
    "know") {
  Watched transport{{.dialect = ds::Dialect::opensearch}};
  ds::Client client{transport, {.dialect = ds::Dialect::opensearch}};
  const ds::DataSource source{.name = "m",
                              .connector = {.id = "prometheus",
                                            .properties = {{"alertmanager.uri", "http://db1:9093"}},
                                            .endpoint = "http://db1:9090",
                                            .credentials = {"u", "p4ss"}},
                              .description = "d",
                              .allowed_roles = {"ops"},
                              .result_index = "query_execution_result_x",
                              .status = ds::Status::disabled};
  REQUIRE(client.create(source));
  CHECK(Json::parse(transport.sent->back().body) ==
        Json::parse(R"({"name":"m","description":"d","connector":"PROMETHEUS",
      "allowedRoles":["ops"],"properties":{"alertmanager.uri":"http://db1:9093","prometheus.uri":"http://db1:9090",
      "prometheus.auth.type":"basicauth","prometheus.auth.username":"u","prometheus.auth.password":"p4ss"},
      "resultIndex":"query_execution_result_x","status":"DISABLED"})"));
  CHECK(client.get("m")->status == ds::Status::disabled);
}

TEST_CASE("a client refuses what an OpenSearch would, before anything is sent") {
  Watched transport{{.dialect = ds::Dialect::opensearch}};
  ds::Client client{transport, {.dialect = ds::Dialect::opensearch}};
  auto source = metrics;
  source.result_index = "mine";
  const auto refused = client.create(source);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().violations.at(0).code == "index_prefix");
  source = {.name = "crm", .connector = ds::MySql{.host = "db1", .database = "crm", .username = "app"}};
  CHECK(client.create(source).error().violations.at(0).code == "unsupported_connector");
  CHECK(transport.sent->empty());
}

TEST_CASE("what an OpenSearch has no route for is unsupported, and not sent") {
  Watched transport{{.dialect = ds::Dialect::opensearch}};
  ds::Client client{transport, {.dialect = ds::Dialect::opensearch}};
  CHECK(client.test("m").error().kind == ds::ErrorKind::unsupported);
  CHECK(client.test(metrics).error().kind == ds::ErrorKind::unsupported);
  CHECK(client.connectors().error().kind == ds::ErrorKind::unsupported);
  CHECK(transport.sent->empty());
}

TEST_CASE("credentials are rotated on an OpenSearch by a patch, and a disabled source stays so") {
  Watched transport{{.dialect = ds::Dialect::opensearch}};
  ds::Client client{transport, {.dialect = ds::Dialect::opensearch}};
  auto source = metrics;
  source.status = ds::Status::disabled;
  REQUIRE(client.create(source));
  REQUIRE(client.rotate("metrics", {"u2", "n3w"}));
  const Json patch = Json::parse(transport.sent->back().body);
  CHECK(transport.sent->back().method == "PATCH");
  CHECK(patch["properties"] == Json{{"prometheus.auth.username", "u2"}, {"prometheus.auth.password", "n3w"}});
  CHECK(client.get("metrics")->status == ds::Status::disabled);
  REQUIRE(client.create({.name = "os", .connector = ds::OpenSearch{}}));
  CHECK(client.rotate("os", {"u", "p"}).error().kind == ds::ErrorKind::unsupported);
}

TEST_CASE("credentials in an endpoint are sent as credentials, and are in no reply's endpoint") {
  Watched transport{{}};
  ds::Client client{transport};
  const ds::DataSource source{
      .name = "crm",
      .connector = {.id = "mysql", .properties = {}, .endpoint = "mysql://app:p4ss@db1/crm", .credentials = {}}};
  REQUIRE(client.create(source));
  const Json sent = Json::parse(transport.sent->back().body);
  CHECK(sent["configuration"] ==
        Json::parse(R"({"endpoint":"mysql://db1/crm","credentials":{"username":"app","password":"p4ss"}})"));
  const auto read = client.get("crm");
  REQUIRE(read);
  CHECK(read->connector.endpoint == "mysql://db1/crm");
  CHECK(read->connector.credentials == ds::Credentials{"app", "******"});
}

TEST_CASE("a body with credentials in its endpoint is stored and shown without them there") {
  ds::Service service{std::make_unique<ds::MemoryStore>()};
  const std::string base{ds::routes::data_sources};
  const char* body =
      R"({"name":"crm","connector":"mysql","configuration":{"endpoint":"mysql://app:p4ss@db1/crm?useSSL=true"}})";
  CHECK(service.handle({"POST", base, {}, body}).status == 201);
  const auto read = service.handle({"GET", base + "/crm", {}, {}});
  CHECK(Json::parse(read.body)["configuration"] == Json::parse(R"({"endpoint":"mysql://db1/crm?useSSL=true",
      "credentials":{"username":"app","password":"******"}})"));
  const auto stored = service.sources_for({"crm"});
  REQUIRE(stored);
  CHECK(stored->at(0).connector.endpoint == "mysql://db1/crm?useSSL=true");
  CHECK(stored->at(0).connector.credentials.password.reveal() == "p4ss");
  CHECK(service.handle({"PUT", base, {}, read.body}).status == 200);
  CHECK(service.sources_for({"crm"})->at(0).connector.credentials.password.reveal() == "p4ss");
}

TEST_CASE("secrets that are properties are masked, kept over an update, and never follow to another server") {
  ds::Service service{std::make_unique<ds::MemoryStore>(),
                      {.engines = {{.serves = [](const ds::Connector&) { return true; }}}}};
  const std::string base{ds::routes::data_sources};
  const ds::DataSource source{.name = "metrics", .connector = ds::Prometheus{.url = "http://db1:9090", .token = "t0k"}};
  CHECK(service.handle({"POST", base, {}, json_text(source, ds::Secrets::reveal)}).status == 201);
  Json read = Json::parse(service.handle({"GET", base + "/metrics", {}, {}}).body);
  CHECK(read["properties"]["prometheus.auth.token"] == "******");
  read["description"] = "Metrics";
  CHECK(service.handle({"PUT", base, {}, read.dump()}).status == 200);
  const auto stored = service.sources_for({"metrics"});
  CHECK(std::get<std::string>(stored->at(0).connector.properties.at("prometheus.auth.token")) == "t0k");
  for (const auto& [key, value] : {std::pair{"prometheus.uri", "http://evil:9090"}, std::pair{"tlsSkipVerify", "true"},
                                   std::pair{"prometheus.auth.password", "******"}}) {
    Json moved = read;
    moved["properties"][key] = value;
    INFO(key);
    const auto refused = service.handle({"PUT", base, {}, moved.dump()});
    CHECK(refused.status == 400);
    CHECK(ds::read_error(refused).violations.at(0).code == "masked_secret");
  }
  Json fresh = read;
  fresh["name"] = "other";
  CHECK(ds::read_error(service.handle({"POST", base, {}, fresh.dump()})).message ==
        "properties.prometheus.auth.token: it is the mask of a read reply, not a token; give the token itself");
}

TEST_CASE("the grammar of PPL is read where a server has it, and is unsupported where it has not") {
  const ds::HttpRequest request = ds::protocol::grammar_request();
  CHECK(request.method == "GET");
  CHECK(request.target == "/_plugins/_ppl/_grammar");
  const auto bundle = ds::protocol::read_grammar(
      {200,
       {},
       R"({"bundleVersion":"1.0","antlrVersion":"4.13.2","grammarHash":"sha256:x","lexerSerializedATN":[4]})"});
  REQUIRE(bundle);
  CHECK(bundle->bundle_version == "1.0");
  CHECK(bundle->antlr_version == "4.13.2");
  CHECK(bundle->hash == "sha256:x");
  CHECK(Json::parse(bundle->json)["lexerSerializedATN"] == Json{4});
  CHECK(ds::protocol::read_grammar({200, {}, "[]"}).error().kind == ds::ErrorKind::malformed);
  CHECK(ds::protocol::read_grammar({500, {}, "{}"}).error().kind == ds::ErrorKind::server);
  for (const ds::Dialect dialect : {ds::Dialect::documented, ds::Dialect::opensearch}) {
    Watched transport{{.dialect = dialect}};
    ds::Client client{transport, {.dialect = dialect}};
    CHECK(client.grammar().error().kind == ds::ErrorKind::unsupported);
  }
}

}  // namespace client_dialect_test
