#include "engine/frame.hpp"
#include "engine/messages.hpp"
#include "gateway_fixture.hpp"

#include <datasource/detail/json.hpp>

#include <catch2/catch.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <thread>

namespace engine_test {

using namespace datasource;
using namespace datasource::gateway;

namespace {

constexpr std::string_view sources = "/_plugins/_query/_datasources";
constexpr std::string_view crm =
    R"({"name":"crm","connector":"postgresql","properties":{"host":"db1","database":"crm"},"configuration":{"credentials":{"username":"app","password":"s3cret"}}})";

}  // namespace

TEST_CASE("A frame's header says its length and type") {
  const auto header = frame_header(FrameType::body, 0x01020304);
  CHECK(payload_length({header.data(), header.size()}) == std::optional<std::uint32_t>{0x01020304});
  CHECK(header[4] == 'B');
  CHECK_FALSE(
      payload_length(std::string_view{"\xff\xff\xff\xff"
                                      "B",
                                      5}));
  CHECK_FALSE(payload_length(std::string_view{"\0\0\0\0?", 5}));
}

TEST_CASE("An error comes out of an engine process as it went in") {
  const Error error{.kind = ErrorKind::disabled,
                    .message = "no",
                    .status = 403,
                    .type = "T",
                    .field = "status",
                    .retryable = true,
                    .violations = {{"f", "c", "m", "x"}}};
  CHECK(read_error_payload(write_error(error)) == error);
  CHECK(read_error_payload("{").kind == ErrorKind::server);
}

TEST_CASE("A query's body comes from an engine process, in chunks") {
  const Gateway gateway;
  const Received received = gateway.sql("select 1");
  CHECK(received.status == 200);
  CHECK(received.complete);
  CHECK(received.header("Transfer-Encoding") == "chunked");
  CHECK(received.header("Content-Type") == "application/json; charset=UTF-8");
  CHECK(gateway.sql("large").body.size() == 10'000'000);
}

TEST_CASE("An engine process is given the sources that a statement names, with their secrets") {
  const Gateway gateway;
  CHECK(gateway.sql("from crm").status == 404);
  CHECK(gateway.send("POST", sources, crm).status == 201);
  CHECK(gateway.sql("from crm").body == "\"crm=s3cret\"");
  CHECK(gateway.send("POST", std::string{sources} + "/crm/_test").body.find("\"passed\":true") != std::string::npos);
}

TEST_CASE("An error before the first row has its own status") {
  const Gateway gateway;
  const Received received = gateway.sql("nonsense");
  CHECK(received.status == 400);
  CHECK(received.body.find("this is no statement") != std::string::npos);
}

TEST_CASE("An error after the first row leaves the body incomplete") {
  const Gateway gateway;
  const Received received = gateway.sql("broken");
  CHECK(received.status == 200);
  CHECK_FALSE(received.complete);
  CHECK(gateway.sql("select 1").complete);
}

TEST_CASE("An engine process that dies is reported and replaced") {
  const Gateway gateway;
  const Received received = gateway.sql("crash");
  CHECK(received.status == 500);
  CHECK(received.body.find("was killed") != std::string::npos);
  CHECK(gateway.sql("select 1").status == 200);
}

TEST_CASE("A query that takes too long ends, and its process goes on") {
  const Gateway gateway{{.query_timeout = std::chrono::milliseconds{300}}};
  const std::string process = gateway.sql("process").body;
  const Received received = gateway.sql("wait");
  CHECK(received.status == 504);
  CHECK(received.body.find("\"kind\":\"timeout\"") != std::string::npos);
  CHECK(gateway.sql("process").body == process);
}

TEST_CASE("A process that does not heed an interrupt is replaced") {
  const Gateway gateway{{.query_timeout = std::chrono::milliseconds{500}, .grace = std::chrono::milliseconds{100}}};
  const std::string process = gateway.sql("process").body;
  CHECK(gateway.sql("stubborn").status == 504);
  const std::string replacement = gateway.sql("process").body;
  CHECK_FALSE(replacement.empty());
  CHECK(replacement != process);
}

TEST_CASE("A client that goes away frees its engine process") {
  const Gateway gateway;
  {
    RawClient waiting{gateway.port()};
    waiting.write(Gateway::sql_request("wait"));
    RawClient reading{gateway.port()};
    reading.write(Gateway::sql_request("endless"));
    while (gateway.waiting() == 0) std::this_thread::yield();
  }
  CHECK(gateway.sql("select 1").status == 200);
  {
    RawClient reading{gateway.port()};
    reading.write(Gateway::sql_request("endless"));
    reading.read_some();
  }
  CHECK(gateway.sql("select 1").status == 200);
}

TEST_CASE("Queries wait their turn, and too many are refused") {
  const Gateway gateway{{.queue = 1}};
  RawClient first{gateway.port()};
  first.write(Gateway::sql_request("endless"));
  first.read_some();
  std::optional<RawClient> second{std::in_place, gateway.port()};
  second->write(Gateway::sql_request("select 1"));
  while (gateway.waiting() == 0) std::this_thread::yield();
  const Received refused = gateway.sql("select 1");
  CHECK(refused.status == 503);
  CHECK(refused.header("Retry-After") == "1");
  second.reset();
  while (gateway.waiting() != 0) std::this_thread::yield();
}

TEST_CASE("An engine process sees nothing of the gateway's environment that it does not need") {
  ::setenv("DATASOURCE_TOKEN", "s3cret", 1);
  ::setenv("PGPASSWORD", "s3cret", 1);
  const Gateway gateway;
  const std::string names = gateway.sql("environment").body;
  CHECK(names.find("PATH") != std::string::npos);
  CHECK(names.find("DATASOURCE_TOKEN") == std::string::npos);
  CHECK(names.find("PGPASSWORD") == std::string::npos);
}

TEST_CASE("A gateway that stops tells who waits, and comes to an end") {
  Gateway gateway;
  RawClient idle{gateway.port()};
  RawClient running{gateway.port()};
  running.write(Gateway::sql_request("wait"));
  RawClient waiting{gateway.port()};
  waiting.write(Gateway::sql_request("select 1"));
  while (gateway.waiting() == 0) std::this_thread::yield();
  CHECK(gateway.stop());
  CHECK(running.read().status == 503);
  CHECK(waiting.read().status == 503);
  CHECK(idle.closed_by_peer());
}

namespace {

constexpr std::string_view query_route = "/_plugins/_sql";

std::string cursor_of(const Received& received) {
  const auto body = detail::parse_json(received.body, "the body");
  return body ? detail::text_or_empty(*body, "cursor") : std::string{};
}

Received first_page(const Gateway& gateway, const std::string& text = "pages") {
  return gateway.send("POST", query_route, R"({"query":")" + text + R"(","fetch_size":1})");
}

Received page(const Gateway& gateway, const std::string& cursor, std::string_view route = query_route) {
  return gateway.send("POST", route, R"({"cursor":")" + cursor + R"("})");
}

}  // namespace

TEST_CASE("A reply in pages is read to its end, and each cursor serves once") {
  const Gateway gateway;
  const Received first = first_page(gateway);
  CHECK(first.status == 200);
  const std::string cursor = cursor_of(first);
  REQUIRE_FALSE(cursor.empty());
  const Received second = page(gateway, cursor);
  CHECK(second.body.find("\"page\":2") != std::string::npos);
  CHECK(page(gateway, cursor).status == 404);
  const Received third = page(gateway, cursor_of(second));
  CHECK(third.body == "{\"page\":3}");
  CHECK(gateway.open_cursors() == 0);
}

TEST_CASE("Statements run while a reply in pages is open") {
  const Gateway gateway;
  const std::string cursor = cursor_of(first_page(gateway));
  CHECK(gateway.sql("select 1").status == 200);
  CHECK(page(gateway, cursor).status == 200);
}

TEST_CASE("A cursor that is closed or left alone is gone, and its process serves again") {
  const Gateway gateway{{.cursor_timeout = std::chrono::milliseconds{100}}};
  const std::string closed = cursor_of(first_page(gateway));
  CHECK(page(gateway, closed, "/_plugins/_sql/close").body == R"({"succeeded":true})");
  CHECK(page(gateway, closed).status == 404);
  const std::string left = cursor_of(first_page(gateway));
  for (int i = 0; gateway.open_cursors() > 0 && i < 500; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
  CHECK(page(gateway, left).status == 404);
  CHECK(gateway.sql("select 1").status == 200);
}

TEST_CASE("More cursors than may be open are refused, and others still serve") {
  const Gateway gateway{{.cursors = 1}};
  const std::string cursor = cursor_of(first_page(gateway));
  const Received refused = first_page(gateway);
  CHECK(refused.status == 429);
  CHECK(refused.body.find("cursor") != std::string::npos);
  CHECK(gateway.sql("select 1").status == 200);
  CHECK(page(gateway, cursor, "/_plugins/_sql/close").status == 200);
  CHECK(first_page(gateway).status == 200);
}

TEST_CASE("A process that dies between two pages is told, and the cursor is gone") {
  const Gateway gateway;
  const Received died = page(gateway, cursor_of(first_page(gateway, "crash later")));
  CHECK(died.status == 500);
  CHECK(gateway.open_cursors() == 0);
  CHECK(gateway.sql("select 1").status == 200);
}

TEST_CASE("A statement is cancelled by its id, which its client chose or its reply told") {
  const Gateway gateway;
  const std::string body = R"({"query":"wait"})";
  RawClient client{gateway.port()};
  client.write(
      "POST /_plugins/_sql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nX-Opaque-Id: "
      "mine\r\nContent-Length: " +
      std::to_string(body.size()) + "\r\n\r\n" + body);
  Received cancelled;
  for (int i = 0; cancelled.status != 200 && i < 500; ++i) {
    cancelled = gateway.send("DELETE", "/_plugins/_query/_queries/mine");
    if (cancelled.status != 200) std::this_thread::sleep_for(std::chrono::milliseconds{10});
  }
  CHECK(cancelled.body == R"({"queryId":"mine","cancelled":1})");
  const Received ended = client.read();
  CHECK(ended.status == 499);
  CHECK(ended.header("X-Opaque-Id") == "mine");
  CHECK(ended.body.find("\"kind\":\"cancelled\"") != std::string::npos);
  CHECK(gateway.send("DELETE", "/_plugins/_query/_queries/mine").status == 404);
  CHECK_FALSE(gateway.sql("select 1").header("X-Opaque-Id").empty());
}

TEST_CASE("Plans and tables come from an engine process") {
  const Gateway gateway;
  const Received plan = gateway.send("POST", "/_plugins/_sql/_explain", R"({"query":"select 1"})");
  CHECK(plan.status == 200);
  CHECK(plan.body.find(R"("name":"select 1")") != std::string::npos);
  CHECK(gateway.send("POST", sources, crm).status == 201);
  const Received tables = gateway.send("GET", std::string{sources} + "/crm/_schema?schema=public");
  CHECK(tables.status == 200);
  CHECK(
      tables.body ==
      R"({"name":"crm","schemas":[],"total":1,"tables":[{"schema":"public","name":"orders","type":"table","columns":[]}]})");
  std::string down{crm};
  down.replace(down.find("crm"), 3, "down");
  CHECK(gateway.send("POST", sources, down).status == 201);
  CHECK(gateway.send("GET", std::string{sources} + "/down/_schema").status == 502);
}

}  // namespace engine_test
