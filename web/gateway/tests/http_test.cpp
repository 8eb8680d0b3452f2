#include "gateway_fixture.hpp"

#include <datasource/detail/json.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <future>
#include <sstream>

namespace http_test {

using namespace datasource;
using namespace datasource::gateway;

namespace {

constexpr std::string_view sources = "/_plugins/_query/_datasources";
constexpr std::string_view list_request = "GET /_plugins/_query/_datasources HTTP/1.1\r\nHost: localhost\r\n\r\n";
constexpr std::string_view shop = R"({"name":"shop","connector":"sqlite","properties":{"path":"/srv/shop.db"}})";

/// Whether a body is an error as the API has it.
bool is_api_error(const Received& received) {
  const auto body = detail::parse_json(received.body, "the body");
  return body && (*body)["status"] == received.status && (*body)["error"]["details"].is_string();
}

}  // namespace

TEST_CASE("A data source lives from POST to DELETE") {
  const Gateway gateway;
  CHECK(gateway.send("POST", sources, shop).status == 201);
  CHECK(gateway.send("GET", std::string{sources} + "/shop").status == 200);
  CHECK(gateway.send("DELETE", std::string{sources} + "/shop").status == 200);
  CHECK(gateway.send("GET", std::string{sources} + "/shop").status == 404);
}

TEST_CASE("One connection serves many requests, also those sent before their turn") {
  const Gateway gateway;
  RawClient client{gateway.port()};
  client.write(std::string{list_request} + std::string{list_request});
  for (int i = 0; i < 2; ++i) {
    const Received received = client.read();
    CHECK(received.status == 200);
    CHECK(received.body == "[]");
  }
  client.write("GET /_health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  CHECK(client.read().header("Connection") == "close");
  CHECK(client.closed_by_peer());
}

TEST_CASE("HEAD answers as GET does, without the body") {
  const Gateway gateway;
  const Received received = gateway.send("HEAD", sources);
  CHECK(received.status == 200);
  CHECK(received.header("Content-Length") == "2");
  CHECK(received.body.empty());
}

TEST_CASE("What cannot be answered is an error in the API's shape") {
  const Gateway gateway;
  const Received unknown = gateway.send("GET", "/_plugins/_nothing");
  CHECK(unknown.status == 404);
  CHECK(is_api_error(unknown));
  const Received wrong_method = gateway.send("PATCH", "/_plugins/_sql", "{}");
  CHECK(wrong_method.status == 405);
  CHECK(wrong_method.header("Allow") == "POST");
  CHECK(is_api_error(wrong_method));
}

TEST_CASE("Requests over the limits are refused and the connection ends") {
  const Gateway gateway;
  RawClient header{gateway.port()};
  header.write("GET / HTTP/1.1\r\nHost: localhost\r\nX-Large: " + std::string(20'000, 'x') + "\r\n\r\n");
  const Received too_much_header = header.read();
  CHECK(too_much_header.status == 431);
  CHECK(is_api_error(too_much_header));
  CHECK(header.closed_by_peer());

  const Received announced = gateway.send("POST", sources, std::string(1'100'000, ' '));
  CHECK(announced.status == 413);
  CHECK(is_api_error(announced));

  RawClient chunked{gateway.port()};
  chunked.write(
      "POST /_plugins/_sql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: "
      "chunked\r\n\r\n");
  for (int i = 0; i < 20; ++i) chunked.write("10000\r\n" + std::string(0x10000, ' ') + "\r\n");
  CHECK(chunked.read().status == 413);
}

TEST_CASE("A body in chunks is read whole, and what follows it as a trailer is no header") {
  const Gateway gateway;
  RawClient client{gateway.port()};
  const std::string head = "POST " + std::string{sources} +
                           " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                           "Transfer-Encoding: chunked\r\nTrailer: Host\r\n\r\n";
  const std::string body{shop};
  const std::string half = "a\r\n" + body.substr(0, 10) + "\r\n";
  std::ostringstream rest;
  rest << std::hex << body.size() - 10 << "\r\n" << body.substr(10) << "\r\n0\r\nHost: evil\r\n\r\n";
  client.write(head + half + rest.str());
  CHECK(client.read().status == 201);
  client.write(head);
  client.write(half);
  client.write(rest.str());
  CHECK(client.read().status == 409);  // read as well: the name is taken
  client.write(std::string{list_request});
  CHECK(client.read().status == 200);
}

TEST_CASE("What is no HTTP request is refused") {
  const Gateway gateway;
  for (const char* bytes :
       {"nonsense\r\n\r\n", "GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil\r\n\r\n",
        "GET http://localhost/ HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n"}) {
    RawClient client{gateway.port()};
    client.write(bytes);
    CHECK(client.read().status == 400);
  }
}

TEST_CASE("A client that waits for permission to send its body gets it") {
  const Gateway gateway;
  RawClient client{gateway.port()};
  client.write(
      "POST " + std::string{sources} +
      " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: " +
      std::to_string(shop.size()) + "\r\n\r\n");
  CHECK(client.read().status == 100);
  client.write(shop);
  CHECK(client.read().status == 201);
}

TEST_CASE("An HTTP/1.0 client gets a body that ends with the connection") {
  const Gateway gateway;
  RawClient client{gateway.port()};
  client.write(
      "POST /_plugins/_sql HTTP/1.0\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
      "13\r\n\r\n{\"query\":\"x\"}");
  const Received received = client.read();
  CHECK(received.status == 200);
  CHECK(received.header("Transfer-Encoding").empty());
  CHECK(received.body == "\"\"");
}

TEST_CASE("The audit log has every write, and no secret") {
  const Gateway gateway;
  const std::string crm =
      R"({"name":"crm","connector":"postgresql","properties":{"host":"db1","database":"crm"},"configuration":{"credentials":{"username":"app","password":"s3cret"}}})";
  CHECK(gateway.send("POST", sources, crm).status == 201);
  CHECK(gateway.send("POST", sources, crm).status == 409);
  CHECK(gateway.send("POST", std::string{sources} + "/crm/_test").status == 200);
  CHECK(gateway.sql("select 'from a statement'").status == 200);
  CHECK(gateway.send("DELETE", std::string{sources} + "/crm").status == 200);
  CHECK(gateway.send("GET", sources).status == 200);
  const std::string log = gateway.audit_log();
  CHECK(std::ranges::count(log, '\n') == 5);
  for (const char* part :
       {R"("action":"create","sources":["crm"],"outcome":"ok","status":201)", R"("outcome":"conflict")",
        R"("action":"test","sources":["crm"])", R"("action":"query")", R"("action":"delete","sources":["crm"])"}) {
    CHECK(log.find(part) != std::string::npos);
  }
  CHECK(log.find("s3cret") == std::string::npos);
  CHECK(log.find("from a statement") == std::string::npos);
}

TEST_CASE("A resolver that takes its time keeps nobody waiting but the one who asked") {
  std::promise<void> asked, answer;
  const std::shared_future<void> answered = answer.get_future().share();
  Gateway::Settings settings;
  settings.dialect = Dialect::opensearch;
  settings.resolve = [&asked, answered](const std::string& host) {
    if (host != "slow") return host + ": Name or service not known";
    asked.set_value();
    answered.wait();
    return std::string{};
  };
  const Gateway gateway{settings};
  const auto create = [&gateway](const std::string& name, const std::string& host) {
    return gateway.send("POST", sources,
                        R"({"name":")" + name +
                            R"(","connector":"prometheus","properties":{"prometheus.uri":"http://)" + host +
                            R"(:9090"}})");
  };
  std::future<Received> waiting = std::async(std::launch::async, create, "metrics", "slow");
  asked.get_future().wait();
  CHECK(gateway.send("GET", "/_health").status == 200);
  const Received refused = create("other", "gone");
  CHECK(refused.status == 400);
  CHECK(refused.body.find("gone: Name or service not known") != std::string::npos);
  CHECK(gateway.send("GET", std::string{sources} + "/metrics").status == 404);
  answer.set_value();
  CHECK(waiting.get().status == 201);
  CHECK(gateway.send("GET", std::string{sources} + "/metrics").status == 200);
}

}  // namespace http_test
