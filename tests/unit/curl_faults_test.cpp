#include "curl_support.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

namespace curl_faults_test {

using namespace tests;
using namespace std::chrono_literals;

namespace {

/// The kind of each error, with what its message has to say.
void check(const ds::Error& error, ds::ErrorKind kind, bool retryable, const std::string& message) {
  CHECK(to_string(error.kind) == to_string(kind));
  CHECK(error.retryable == retryable);
  CHECK(error.message == message);
}

}  // namespace

TEST_CASE("a server where nothing listens is told apart from one whose name is unknown") {
  const std::string base = "http://127.0.0.1:" + std::to_string(closed_port());
  check(error_of({}, get(base)), ds::ErrorKind::connection, true,
        "nothing answers at " + base + ": connection refused; check host and port, and that the server is running");
  const std::string nowhere = "http://no-such-host.invalid:9200";
  check(error_of({}, get(nowhere)), ds::ErrorKind::connection, true,
        "the name in " + nowhere + " cannot be resolved; check its spelling and this machine's DNS");
}

TEST_CASE("a reply whose headers or body do not come in time is a time-out") {
  FaultServer server{[](Peer& peer, const Received& request) {
    if (request.target == "/headers") peer.write("HTTP/1.1 200 -\r\nContent-Le");
    if (request.target == "/body") peer.write("HTTP/1.1 200 -\r\nContent-Length: 10\r\n\r\nhalf");
    peer.hold();
  }};
  const ds::CurlTransport transport{{.total_timeout = 200ms}};
  for (const char* target : {"/nothing", "/headers", "/body"}) {
    INFO(target);
    check(error_of(transport, get(server.url(), target)), ds::ErrorKind::timeout, true,
          "no complete reply from " + server.url() + " within 200 ms");
  }
  CHECK(server.received().size() == 3);
}

TEST_CASE("a server that takes the connection but never shakes hands is a time-out of the connection") {
  asio::io_context io;
  const asio::ip::tcp::acceptor silent{io, {asio::ip::address_v4::loopback(), 0}};
  const std::string base = "https://127.0.0.1:" + std::to_string(silent.local_endpoint().port());
  check(error_of(ds::CurlTransport{{.connect_timeout = 200ms}}, get(base)), ds::ErrorKind::timeout, true,
        "no connection to " + base + " within 200 ms");
}

TEST_CASE("a reply that is slow but comes is whole") {
  FaultServer server{[](Peer& peer, const Received&) {
    for (const std::string_view piece : {"HTTP/1.1 2", "00 -\r\nContent-Le", "ngth: 4\r\n\r", "\nwh", "ole"}) {
      peer.write(piece.substr(0, 1));
      std::this_thread::sleep_for(20ms);  // so that the pieces do not arrive together
      peer.write(piece.substr(1));
    }
  }};
  ds::CurlTransport transport;
  CHECK(send(transport, get(server.url())).value().body == "whol");
}

TEST_CASE("a connection that ends in the middle of the reply is told apart from one that ends before it") {
  FaultServer server{[](Peer& peer, const Received& request) {
    if (request.target == "/length") peer.write("HTTP/1.1 200 -\r\nContent-Length: 1000\r\n\r\nhalf");
    if (request.target == "/chunked") peer.write("HTTP/1.1 200 -\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n");
    if (request.target == "/inside") peer.write("HTTP/1.1 200 -\r\nTransfer-Encoding: chunked\r\n\r\n40\r\nhalf");
    if (request.target == "/headers") peer.write("HTTP/1.1 200 -\r\nContent-Ty");
    peer.close();
  }};
  for (const char* target : {"/length", "/chunked", "/inside", "/headers"}) {
    INFO(target);
    check(error_of({}, get(server.url(), target)), ds::ErrorKind::connection, true,
          "the connection to " + server.url() + " broke off in the middle of the reply");
  }
  check(error_of({}, get(server.url(), "/nothing")), ds::ErrorKind::connection, true,
        server.url() + " ended the connection without a reply: Empty reply from server");
}

TEST_CASE("a connection that is reset is an error that another attempt may cure") {
  FaultServer server{[](Peer& peer, const Received& request) {
    if (request.target == "/amid") peer.write("HTTP/1.1 200 -\r\nContent-Length: 1000\r\n\r\nhalf");
    peer.reset();
  }};
  for (const char* target : {"/before", "/amid"}) {
    const ds::Error error = error_of({}, get(server.url(), target));
    CHECK(error.kind == ds::ErrorKind::connection);
    CHECK(error.retryable);
    CHECK(mentions(error.message, server.url()));
  }
}

TEST_CASE("what does not speak HTTP, or chunks as it should, is named as such") {
  FaultServer server{[](Peer& peer, const Received& request) {
    peer.write(request.target == "/chunks" ? "HTTP/1.1 200 -\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"
                                           : "SSH-2.0-OpenSSH_9.2\r\n");
    peer.close();
  }};
  check(error_of({}, get(server.url())), ds::ErrorKind::malformed, false,
        "what answers at " + server.url() + " does not speak HTTP");
  CHECK(error_of({}, get(server.url(), "/chunks")).kind == ds::ErrorKind::connection);
}

TEST_CASE("a redirect is not followed, and is told with the address to use") {
  FaultServer other{[](Peer& peer, const Received&) { peer.reply(200, "[]"); }};
  std::string location;
  FaultServer server{[&](Peer& peer, const Received& request) {
    if (request.target == "/elsewhere") return peer.reply(200, "[]");
    peer.reply(307, "", {{"Location", location}});
  }};
  ds::Client client{ds::CurlTransport{}, {.url = server.url(), .auth = ds::BasicAuth{"app", "p4ss"}}};
  const std::pair<std::string, std::string> cases[] = {{other.url() + "/path?token=s3cret", other.url() + "/path"},
                                                       {"http://me:s3cret@127.0.0.1:1/", "http://127.0.0.1:1/"},
                                                       {"/elsewhere", "/elsewhere"}};
  for (const auto& [target, shown] : cases) {
    location = target;
    for (const auto& error : {client.list().error(), client.sql("select 1").error()}) {
      check(error, ds::ErrorKind::server, false, "the server redirects to " + shown + "; use that one as the URL");
      CHECK(error.status == 307);
    }
  }
  CHECK(server.received().size() == 6);
  CHECK(other.received().empty());
  CHECK(other.connections() == 0);
}

TEST_CASE("reads are repeated after 429 and 503, when the server says so, and statements are not") {
  int calls = 0;
  FaultServer server{[&](Peer& peer, const Received&) {
    switch (++calls) {
      case 1: return peer.reply(429, "", {{"Retry-After", "0"}});
      case 2:
        return peer.reply(
            503, "", {{"Date", "Sun, 06 Nov 1994 08:49:37 GMT"}, {"Retry-After", "Sun, 06 Nov 1994 08:49:37 GMT"}});
      case 3: return peer.reply(200, "[]");
      default: return peer.reply(503, "");
    }
  }};
  ds::Client client{ds::CurlTransport{}, {.url = server.url()}};
  CHECK(client.list());
  CHECK(calls == 3);
  CHECK(server.connections() == 1);
  CHECK(client.sql("select 1").error().status == 503);
  CHECK(calls == 4);
}

TEST_CASE("a read is repeated after a lost connection, and not after one that is not trusted") {
  int calls = 0;
  FaultServer flaky{[&](Peer& peer, const Received&) { return ++calls == 1 ? peer.reset() : peer.reply(200, "[]"); }};
  CHECK(ds::Client{ds::CurlTransport{}, {.url = flaky.url()}}.list());
  CHECK(calls == 2);
  const Identity self = make_identity({.names = "IP:127.0.0.1"});
  FaultServer untrusted{[](Peer& peer, const Received&) { peer.reply(200, "[]"); }, ServerTls{.identity = &self}};
  CHECK(ds::Client{ds::CurlTransport{}, {.url = untrusted.url()}}.list().error().kind == ds::ErrorKind::connection);
  CHECK(untrusted.connections() == 1);
}

TEST_CASE("no error of the transport shows credentials") {
  FaultServer server{[](Peer& peer, const Received& request) {
    if (request.target == "/cut") peer.write("HTTP/1.1 200 -\r\nContent-Length: 1000\r\n\r\nhalf");
    peer.close();
  }};
  const Identity self = make_identity({.names = "IP:127.0.0.1"});
  FaultServer untrusted{[](Peer& peer, const Received&) { peer.reply(200, "[]"); }, ServerTls{.identity = &self}};
  const std::string closed = "http://127.0.0.1:" + std::to_string(closed_port());
  for (auto request : {get(server.url(), "/cut?key=s3cret"), get(server.url(), "/?key=s3cret"),
                       get(untrusted.url(), "/?key=s3cret"), get(closed, "/?key=s3cret")}) {
    request.headers = {{"Authorization", "Bearer s3cret"}};
    request.body = "{\"password\":\"s3cret\"}";
    const ds::Error error = error_of(ds::CurlTransport{{.proxy = "", .proxy_auth = {"me", "s3cret"}}}, request);
    CHECK_FALSE(mentions(error.message, "s3cret"));
  }
}

}  // namespace curl_faults_test
