#include "curl_support.hpp"

#include <zlib.h>

#include <algorithm>
#include <atomic>
#include <barrier>
#include <chrono>
#include <thread>
#include <vector>

namespace curl_transfer_test {

using namespace tests;
using namespace std::chrono_literals;

namespace {

std::string gzip(const std::string& text) {
  z_stream stream{};
  REQUIRE(deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string out(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  REQUIRE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

/// One frame of Zstandard (RFC 8878) with the text as a raw block.
std::string zstd(const std::string& text) {
  REQUIRE(text.size() < 256);
  const auto block = static_cast<unsigned>(text.size() << 3U | 1U);  // the last one, raw
  std::string frame{"\x28\xB5\x2F\xFD\x20"};                         // magic; one segment, its size in one byte
  for (const unsigned byte : {static_cast<unsigned>(text.size()), block & 255U, block >> 8U & 255U, block >> 16U})
    frame += static_cast<char>(byte);
  return frame + text;
}

bool libcurl_has(int feature) { return (curl_version_info(CURLVERSION_NOW)->features & feature) != 0; }

}  // namespace

TEST_CASE("a request arrives as it was built and the reply comes back whole") {
  FaultServer server{[](Peer& peer, const Received&) {
    peer.write("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
    peer.reply(201, "made", {{"X-Empty", ""}, {"X-Padded", "  two words "}});
  }};
  ds::CurlTransport transport;
  const auto response =
      send(transport, {"POST",
                       "/_plugins/_sql?format=jdbc",
                       {{"Content-Type", "application/json"}, {"Authorization", "Bearer t0ken"}, {"X-None", ""}},
                       std::string{"{\"a\":\"\0\"}", 9},
                       server.url() + "/prefix"});
  REQUIRE(response);
  CHECK(response->status == 201);
  CHECK(response->body == "made");
  CHECK(ds::find_header(response->headers, "x-padded") == "two words");
  CHECK(ds::find_header(response->headers, "Link").empty());
  const Received request = server.received().at(0);
  CHECK(request.method == "POST");
  CHECK(request.target == "/prefix/_plugins/_sql?format=jdbc");
  CHECK(request.body == std::string{"{\"a\":\"\0\"}", 9});
  CHECK(ds::find_header(request.headers, "authorization") == "Bearer t0ken");
  CHECK(ds::find_header(request.headers, "content-type") == "application/json");
  CHECK(ds::find_header(request.headers, "user-agent") == "datasource-sdk/" + std::string{ds::version});
  CHECK(ds::find_header(request.headers, "expect").empty());
}

TEST_CASE("methods without a body, and replies without one, end where they should") {
  FaultServer server{[](Peer& peer, const Received& request) {
    if (request.method == "HEAD") {
      peer.write("HTTP/1.1 200 -\r\nContent-Length: 1000\r\n\r\n");
    } else if (request.method == "DELETE") {
      peer.write("HTTP/1.1 204 -\r\n\r\n");
    } else {
      peer.reply(200, request.body);
    }
  }};
  ds::CurlTransport transport;
  for (const char* method : {"HEAD", "DELETE", "PUT", "POST", "GET"}) {
    INFO(method);
    const auto response = send(transport, {method, "/", {}, {}, server.url()});
    REQUIRE(response);
    CHECK(response->body.empty());
    CHECK(server.received().back().method == method);
  }
  CHECK(ds::find_header(server.received().at(2).headers, "Content-Length") == "0");
  CHECK(ds::find_header(server.received().at(2).headers, "Content-Type").empty());
  CHECK(server.connections() == 1);
}

TEST_CASE("requests one after the other share a connection, copies of the transport included") {
  FaultServer server{[](Peer& peer, const Received&) { peer.reply(200, "ok"); }};
  ds::CurlTransport transport;
  ds::CurlTransport copy = transport;
  for (int i = 0; i < 3; ++i) {
    CHECK(send(transport, get(server.url())));
    CHECK(send(copy, get(server.url())));
  }
  CHECK(server.received().size() == 6);
  CHECK(server.connections() == 1);
}

TEST_CASE("a connection that the server closed between two requests is replaced") {
  FaultServer server{[](Peer& peer, const Received&) {
    peer.reply(200, "ok");
    peer.close();
  }};
  ds::CurlTransport transport;
  for (int i = 1; i <= 3; ++i) {
    CHECK(send(transport, get(server.url())));
    CHECK(server.connections() == i);
  }
}

TEST_CASE("threads send at the same time over one transport, each on a connection that is used again") {
  constexpr int threads = 4, rounds = 5;
  std::barrier<> together{threads};
  FaultServer server{[&](Peer& peer, const Received& request) {
    together.arrive_and_wait();  // passes only when all of them are in flight
    peer.reply(200, request.target);
  }};
  ds::Client client{ds::CurlTransport{}, {.url = server.url()}};
  std::atomic<int> right = 0;
  {
    std::vector<std::jthread> senders;
    senders.reserve(threads);
    for (int i = 0; i < threads; ++i) {
      senders.emplace_back([&, i] {
        for (int round = 0; round < rounds; ++round) {
          const std::string target = "/" + std::to_string(i) + "/" + std::to_string(round);
          const auto answer = client.run(ds::Exchange<std::string>{
              ds::HttpRequest{"GET", target},
              [](const ds::HttpResponse& response) -> ds::Result<std::string> { return response.body; }});
          if (answer && *answer == target) ++right;
        }
      });
    }
  }
  CHECK(right == threads * rounds);
  CHECK(server.connections() == threads);
}

TEST_CASE("compressed replies are asked for, but not of this machine, and decoded") {
  const std::string text = "{\"total\": 1}";
  FaultServer server{[&](Peer& peer, const Received& request) {
    const bool want_gzip = request.target == "/gzip";
    peer.reply(200, want_gzip ? gzip(text) : zstd(text), {{"Content-Encoding", want_gzip ? "gzip" : "zstd"}});
  }};
  ds::CurlTransport transport{{.compress = true}};
  const auto zipped = send(transport, get(server.url(), "/gzip"));
  REQUIRE(zipped);
  CHECK(zipped->body == text);
  const std::string accepted{ds::find_header(server.received().at(0).headers, "Accept-Encoding")};
  CHECK(mentions(accepted, "gzip"));
  CHECK(mentions(accepted, "zstd") == libcurl_has(CURL_VERSION_ZSTD));
  ds::CurlTransport plain;
  const auto unasked = send(plain, get(server.url(), "/gzip"));
  REQUIRE(unasked);
  CHECK(unasked->body == text);
  CHECK(ds::find_header(server.received().at(1).headers, "Accept-Encoding") == "identity");
  if (!libcurl_has(CURL_VERSION_ZSTD)) return;
  const auto packed = send(transport, get(server.url(), "/zstd"));
  REQUIRE(packed);
  CHECK(packed->body == text);
}

TEST_CASE("a body that cannot be decompressed is an error of the reply") {
  FaultServer server{[](Peer& peer, const Received&) {
    peer.reply(200, "no gzip at all", {{"Content-Encoding", "gzip"}});
  }};
  const ds::Error error = error_of({}, get(server.url()));
  CHECK(error.kind == ds::ErrorKind::malformed);
  CHECK_FALSE(error.retryable);
  CHECK(error.message == "the reply of " + server.url() + " cannot be decompressed");
}

TEST_CASE("a reply is read up to the limit and not beyond, however it is sent") {
  const std::string kilobyte(1024, 'x');
  const std::string bomb = gzip(std::string(std::size_t{64} << 20, ' '));
  CHECK(bomb.size() < 100'000);
  std::atomic<std::size_t> sent = 0;
  FaultServer server{[&](Peer& peer, const Received& request) {
    if (request.target == "/fits") return peer.reply(200, kilobyte);
    if (request.target == "/announced") return peer.reply(200, kilobyte + 'y');
    if (request.target == "/bomb") return peer.reply(200, bomb, {{"Content-Encoding", "gzip"}});
    peer.write("HTTP/1.1 200 -\r\nTransfer-Encoding: chunked\r\n\r\n");
    while (true) {  // until the client hangs up
      peer.write("400\r\n" + kilobyte + "\r\n");
      sent += kilobyte.size();
    }
  }};
  ds::CurlTransport transport{{.maximum_body = 1024}};
  const auto fits = send(transport, get(server.url(), "/fits"));
  REQUIRE(fits);
  CHECK(fits->body == kilobyte);
  for (const char* target : {"/announced", "/bomb", "/endless"}) {
    INFO(target);
    const ds::Error error = error_of(transport, get(server.url(), target));
    CHECK(error.kind == ds::ErrorKind::unsupported);
    CHECK_FALSE(error.retryable);
    CHECK(error.message == "the reply of " + server.url() +
                               " is longer than 1024 bytes; ask for fewer rows, or raise CurlOptions::maximum_body");
  }
  CHECK(sent < std::size_t{64} << 20);
}

TEST_CASE("headers without end are not kept") {
  FaultServer server{[](Peer& peer, const Received&) {
    peer.write("HTTP/1.1 200 -\r\n");
    while (true) peer.write("X-Filler: " + std::string(1000, 'x') + "\r\n");
  }};
  const ds::Error error = error_of({}, get(server.url()));
  CHECK_FALSE(error.retryable);
  CHECK(mentions(error.message, server.url()));
}

TEST_CASE("a stop from another thread ends a request at once, wherever it is") {
  const auto before_reply = [](Peer& peer, const Received&) { peer.hold(); };
  const auto amid_body = [](Peer& peer, const Received&) {
    peer.write("HTTP/1.1 200 -\r\nContent-Length: 100\r\n\r\nsome of it");
    peer.hold();
  };
  for (const bool replied : {false, true}) {
    FaultServer server{replied ? FaultServer::Script{amid_body} : FaultServer::Script{before_reply}};
    std::stop_source source;
    ds::CurlTransport transport;
    std::chrono::steady_clock::time_point stopped;
    std::jthread other{[&] {
      server.await_requests(1);
      stopped = std::chrono::steady_clock::now();
      source.request_stop();
    }};
    const auto response = transport.send(get(server.url()), source.get_token());
    const auto took = std::chrono::steady_clock::now() - stopped;
    other.join();
    REQUIRE_FALSE(response);
    CHECK(response.error().kind == ds::ErrorKind::cancelled);
    CHECK(took < 500ms);  // libcurl by itself looks up once a second at best
  }
}

TEST_CASE("a request that was stopped before it began is not sent, and the transport works on after a stop") {
  FaultServer server{[](Peer& peer, const Received&) { peer.reply(200, "ok"); }};
  ds::CurlTransport transport;
  std::stop_source source;
  source.request_stop();
  CHECK(transport.send(get(server.url()), source.get_token()).error().kind == ds::ErrorKind::cancelled);
  CHECK(server.received().empty());
  CHECK(send(transport, get(server.url())));
}

TEST_CASE("a statement that is stopped while it runs is cancelled through the client") {
  FaultServer server{[](Peer& peer, const Received&) { peer.hold(); }};
  ds::Client client{ds::CurlTransport{}, {.url = server.url()}};
  std::stop_source source;
  std::jthread other{[&] {
    server.await_requests(1);
    source.request_stop();
  }};
  CHECK(client.sql("select 1", source.get_token()).error().kind == ds::ErrorKind::cancelled);
  CHECK(server.received().size() == 1);
}

TEST_CASE("options and requests that cannot work are refused by name before anything is sent") {
  FaultServer server{[](Peer& peer, const Received&) { peer.reply(200, "ok"); }};
  CHECK(error_of({}, get("")).field == "url");
  CHECK(error_of({}, get("ftp://127.0.0.1")).field == "url");
  CHECK(error_of({}, get(server.url(), "/a b")).field == "url");
  CHECK(error_of(ds::CurlTransport{{.proxy = "http://me:s3cret@proxy:1"}}, get(server.url())).field == "proxy");
  CHECK(error_of(ds::CurlTransport{{.sign = ds::AwsSigV4{.region = "eu-central-1"}}}, get(server.url())).field ==
        "sign");
  auto split = get(server.url());
  split.headers = {{"X-A", "1\r\nX-B: 2"}};
  CHECK(error_of({}, split).field == "headers");
  for (const auto& error : {error_of({}, get("http://me:s3cret@127.0.0.1")),
                            error_of(ds::CurlTransport{{.proxy = "http://me:s3cret@proxy:1"}}, get(server.url()))}) {
    CHECK(error.kind == ds::ErrorKind::invalid);
    CHECK_FALSE(mentions(error.message, "s3cret"));
  }
  CHECK(server.received().empty());
}

}  // namespace curl_transfer_test
