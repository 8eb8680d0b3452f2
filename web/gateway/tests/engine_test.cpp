#include "engine/frame.hpp"
#include "engine/messages.hpp"
#include "gateway_fixture.hpp"

#include <catch2/catch.hpp>

#include <optional>
#include <thread>

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
