#include <datasource/datasource.hpp>
#include <datasource/transport/memory.hpp>

#include <catch2/catch.hpp>

#include <chrono>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

namespace client_test {

namespace ds = datasource;
using namespace std::chrono_literals;

namespace {

/// Answers from a list and keeps what it was sent.
struct ScriptedTransport {
  struct Log {
    std::vector<ds::Result<ds::HttpResponse>> replies;
    std::vector<ds::HttpRequest> sent;
  };
  std::shared_ptr<Log> log = std::make_shared<Log>();

  ds::Result<ds::HttpResponse> send(const ds::HttpRequest& request, const std::stop_token&) {
    log->sent.push_back(request);
    if (log->replies.empty())
      return ds::fail({.kind = ds::ErrorKind::connection, .message = "refused", .retryable = true});
    auto reply = log->replies.front();
    log->replies.erase(log->replies.begin());
    return reply;
  }
};

struct RecordingClock {
  std::vector<std::chrono::milliseconds> waits;
  bool wait(std::chrono::milliseconds duration, const std::stop_token& stop) {
    waits.push_back(duration);
    return !stop.stop_requested();
  }
};

ds::Client<ds::MemoryTransport> memory_client() {
  return ds::Client{ds::MemoryTransport{ds::Service{std::make_unique<ds::MemoryStore>()}}};
}

ds::DataSource crm() {
  return {.name = "crm",
          .connector = ds::PostgreSql{.host = "db1", .database = "crm", .username = "app", .password = "p4ss"},
          .allowed_roles = {"analyst"}};
}

}  // namespace

TEST_CASE("the whole life of a source through a client on a service in process") {
  auto client = memory_client();
  const auto made = client.create(crm());
  REQUIRE(made);
  CHECK(made->status == ds::Status::active);
  CHECK(made->id.size() == 32);

  auto read = client.get("crm");
  REQUIRE(read);
  CHECK(read->connector.credentials.password.masked());
  CHECK(read->allowed_roles == std::vector<std::string>{"analyst"});
  CHECK(client.list()->size() == 1);

  read->description = "customers";
  read->status = ds::Status::disabled;
  REQUIRE(client.update(*read));
  CHECK(client.get("crm")->description == "customers");
  CHECK(client.get("crm")->status == ds::Status::disabled);

  REQUIRE(client.remove("crm"));
  CHECK(client.get("crm").error().kind == ds::ErrorKind::not_found);
}

TEST_CASE("a source that breaks a rule is refused before anything is sent") {
  ScriptedTransport transport;
  ds::Client client{transport, {.url = "http://gateway"}};
  auto source = crm();
  source.connector.properties["port"] = std::int64_t{70000};
  const auto made = client.create(source);
  REQUIRE_FALSE(made);
  CHECK(made.error().message == "properties.port: \"70000\" is not a port; use 1 to 65535");
  CHECK(made.error().field == "properties.port");
  CHECK(transport.log->sent.empty());
}

TEST_CASE("the client and the service refuse in the same words") {
  auto source = crm();
  source.name = "no good";
  auto client = memory_client();
  const std::string said = client.create(source).error().message;
  ds::Service service{std::make_unique<ds::MemoryStore>()};
  const auto reply =
      service.handle({"POST", "/_plugins/_query/_datasources", {}, json_text(source, ds::Secrets::reveal)});
  CHECK(ds::read_error(reply).message == said);
}

TEST_CASE("requests carry the base URL and the credentials") {
  ScriptedTransport transport;
  transport.log->replies = {ds::HttpResponse{200, {}, "[]"}, ds::HttpResponse{200, {}, "[]"}};
  REQUIRE(ds::Client{transport, {.url = "http://gateway:8480/prefix/", .auth = ds::BasicAuth{"app", "p4ss"}}}.list());
  REQUIRE(ds::Client{transport, {.url = "http://gateway", .auth = ds::BearerAuth{"t0ken"}}}.list());
  CHECK(transport.log->sent[0].base == "http://gateway:8480/prefix");
  CHECK(transport.log->sent[0].target == "/_plugins/_query/_datasources");
  CHECK(ds::find_header(transport.log->sent[0].headers, "authorization") == "Basic YXBwOnA0c3M=");
  CHECK(ds::find_header(transport.log->sent[1].headers, "authorization") == "Bearer t0ken");
}

TEST_CASE("a URL with credentials, or that is none, is refused without being shown") {
  for (const char* url :
       {"http://app:p4ss@gateway", "ftp://gateway", "gateway:8480", "http://", "http://a b", "http://a?x=p4ss"}) {
    const auto error = ds::Client{ScriptedTransport{}, {.url = url}}.list().error();
    CHECK(error.field == "url");
    CHECK(error.message.find("p4ss") == std::string::npos);
  }
}

TEST_CASE("a name cannot leave its path segment") {
  ScriptedTransport transport;
  ds::Client client{transport, {.url = "http://gateway"}};
  (void)client.remove("../_sql?x#y");
  CHECK(transport.log->sent.at(0).target == "/_plugins/_query/_datasources/..%2F_sql%3Fx%23y");
  for (const char* none : {"", ".", ".."}) CHECK(client.get(none).error().field == "name");
  CHECK(transport.log->sent.size() == 1);
}

TEST_CASE("the form of a URL says whether it leads to this machine") {
  for (const char* base : {"http://localhost:8480", "https://LOCALHOST", "http://127.0.0.1:9090/base",
                           "http://127.8.9.1", "http://[::1]:80", "http://prom.localhost:9090"}) {
    INFO(base);
    CHECK(ds::is_loopback(base));
  }
  for (const char* base :
       {"http://prom:9090", "http://127.0.0.1.example.org", "https://localhost.example.org", "http://notlocalhost",
        "http://10.0.0.1/localhost", "http://[2001:db8::1]", "localhost", ""}) {
    INFO(base);
    CHECK_FALSE(ds::is_loopback(base));
  }
}

TEST_CASE("a base URL comes apart into host, port and path, the port being the scheme's own where it has none") {
  const auto told = [](std::string_view url) {
    const ds::UrlParts parts = ds::parts_of_url(url);
    return std::string{parts.tls ? "tls " : ""}
        .append(parts.host)
        .append(" ")
        .append(parts.port)
        .append(" ")
        .append(parts.path);
  };
  CHECK(told("http://search") == "search 80 ");
  CHECK(told("https://search") == "tls search 443 ");
  CHECK(told("http://search:9200/deep/er") == "search 9200 /deep/er");
  CHECK(told("https://[::1]:9200/") == "tls [::1] 9200 /");
  CHECK(told("http://[2001:db8::1]") == "[2001:db8::1] 80 ");
  CHECK(told("http://search:") == "search 80 ");
  CHECK(told("search") == " 80 ");
  CHECK(ds::without_brackets("[::1]") == "::1");
  CHECK(ds::without_brackets("search") == "search");
}

TEST_CASE("credentials cannot add a header of their own") {
  ScriptedTransport transport;
  const auto error =
      ds::Client{transport, {.url = "http://gateway", .auth = ds::BearerAuth{"t0ken\r\nX-Evil: 1"}}}.list().error();
  CHECK(error.field == "auth");
  CHECK(error.message.find("t0ken") == std::string::npos);
  CHECK(transport.log->sent.empty());
}

TEST_CASE("a newer server may say more than this client knows") {
  ScriptedTransport transport;
  transport.log->replies = {ds::HttpResponse{
      200,
      {},
      R"({"name":"crm","connector":"postgresql","properties":{},"createdAt":5,"configuration":{"region":"x"}})"}};
  CHECK(ds::Client{transport, {.url = "http://gateway"}}.get("crm")->name == "crm");
}

TEST_CASE("reads are retried with growing delays, and the last failure is told") {
  ScriptedTransport transport;
  RecordingClock clock;
  ds::Exchange<std::vector<ds::DataSource>> operation{
      ds::protocol::list_request(), &ds::protocol::read_list, {.attempts = 4}, [] { return 1.0; }};
  const auto result = ds::drive(transport, operation, clock);
  CHECK(result.error().kind == ds::ErrorKind::connection);
  CHECK(transport.log->sent.size() == 4);
  CHECK(clock.waits == std::vector<std::chrono::milliseconds>{100ms, 200ms, 400ms});
}

TEST_CASE("Retry-After is obeyed, and one that is too long ends the operation") {
  ScriptedTransport transport;
  RecordingClock clock;
  transport.log->replies = {ds::HttpResponse{503, {{"retry-after", "2"}}, ""},
                            ds::HttpResponse{429, {{"Retry-After", "3600"}}, ""}, ds::HttpResponse{200, {}, "[]"}};
  const auto result = ds::drive(transport, ds::operations::list(), clock);
  CHECK(result.error().status == 429);
  CHECK(result.error().retryable);
  CHECK(clock.waits == std::vector<std::chrono::milliseconds>{2000ms});
}

TEST_CASE("statements, creates and deletes are never sent twice") {
  ScriptedTransport transport;
  ds::Client client{transport, {.url = "http://gateway"}};
  CHECK_FALSE(client.sql("select 1"));
  CHECK_FALSE(client.create(crm()));
  CHECK_FALSE(client.remove("crm"));
  CHECK(transport.log->sent.size() == 3);
}

TEST_CASE("a stop token cancels before sending and while waiting") {
  std::stop_source stop;
  stop.request_stop();
  ScriptedTransport transport;
  ds::Client client{transport, {.url = "http://gateway"}};
  CHECK(client.list(stop.get_token()).error().kind == ds::ErrorKind::cancelled);
  CHECK(transport.log->sent.empty());
}

TEST_CASE("every error shape is read, whatever its content type says") {
  const auto read = [](int status, const char* body) {
    return ds::read_error({status, {{"content-type", "text/plain"}}, body});
  };
  CHECK(
      read(
          404,
          R"({"status":404,"error":{"type":"DataSourceNotFoundException","reason":"There was internal problem at backend","details":"DataSource x not found"}})")
          .message == "DataSource x not found");
  CHECK(read(400, R"({"error":{"root_cause":[{"type":"a","reason":"b"}],"type":"a","reason":"b"},"status":400})")
            .message == "b");
  CHECK(read(405, R"({"error":"Incorrect HTTP method"})").message == "Incorrect HTTP method");
  CHECK(read(507, "Memory circuit is broken.").message == "Memory circuit is broken.");
  CHECK(read(502, "<html>…</html>").message == "the server answered with status 502");
  CHECK(read(401, "").kind == ds::ErrorKind::unauthorized);
}

TEST_CASE("a single violation names the field at fault where the server does not") {
  const auto field = [](const char* violations) {
    const std::string body = R"({"status":400,"error":{"details":"no","violations":)" + std::string{violations} + "}}";
    return ds::read_error({400, {}, body}).field;
  };
  CHECK(field(R"([{"field":"properties.port"}])") == "properties.port");
  CHECK(field(R"([{"field":"properties.port"},{"field":"name"}])").empty());
}

TEST_CASE("an error crosses the wire whole") {
  const ds::Error sent = ds::invalid({{"properties.port", "port_range", "\"0\" is not a port", "use 1 to 65535"}});
  const ds::Error read = ds::read_error(ds::Service::error_response(sent));
  CHECK(read == sent);
}

TEST_CASE("a secret is never streamed") {
  std::ostringstream out;
  out << ds::Secret{"p4ss"} << ds::Secret{};
  CHECK(out.str() == "******");
}

TEST_CASE("a test report reads as one line") {
  std::ostringstream out;
  out << ds::TestReport{.name = "crm",
                        .connector = "postgresql",
                        .passed = true,
                        .message = "PostgreSQL 15.18",
                        .checks = {{"resolve", "", ds::CheckStatus::passed, 0.6, ""},
                                   {"connect", "", ds::CheckStatus::passed, 2.2, ""},
                                   {"tables", "", ds::CheckStatus::skipped, 0, ""}}};
  CHECK(out.str() == "resolve 1 ms, connect 2 ms: PostgreSQL 15.18");
}

}  // namespace client_test
