#include "curl_support.hpp"

#include <string>

namespace curl_tls_test {

using namespace tests;

namespace {

const FaultServer::Script answer = [](Peer& peer, const Received&) { peer.reply(200, "trusted"); };

/// An authority, what it issues, and the files that options want.
struct Authority {
  explicit Authority(const std::string& name = "Test authority")
      : root{make_identity({.common_name = name, .authority = true})} {}

  Identity root;
  TemporaryFiles files;
  std::string file = files.write("ca.pem", root.certificate_pem());

  [[nodiscard]] Identity server(Wanted wanted = {}) const {
    if (wanted.names.empty()) wanted.names = "IP:127.0.0.1,DNS:localhost";
    return make_identity(wanted, &root);
  }
};

void check(const ds::Error& error, const std::string& message) {
  CHECK(to_string(error.kind) == "connection");
  CHECK_FALSE(error.retryable);
  CHECK(error.message == message);
}

}  // namespace

TEST_CASE("a server is trusted when its certificate leads to the given authority, and its connection is used again") {
  const Authority authority;
  const Identity identity = authority.server();
  FaultServer server{answer, ServerTls{.identity = &identity}};
  ds::CurlTransport transport{{.ca_file = authority.file}};
  for (const char* host : {"127.0.0.1", "127.0.0.1", "localhost", "localhost"}) {
    const auto response = send(transport, get(server.url(host)));
    if (!response) FAIL(response.error().message);
    CHECK(response->body == "trusted");
  }
  CHECK(server.connections() == 2);
}

TEST_CASE("a certificate that no trusted authority signed is refused with what to do") {
  const Authority authority, namesake, other{"Another authority"};
  const Identity foreign = other.server(), made_anew = namesake.server(),
                 self = make_identity({.names = "IP:127.0.0.1"});
  for (const Identity* identity : {&foreign, &made_anew, &self}) {
    FaultServer server{answer, ServerTls{.identity = identity}};
    check(error_of(ds::CurlTransport{{.ca_file = authority.file}}, get(server.url())),
          "the certificate of " + server.url() +
              " is not signed by a trusted authority; if it is your own, give the authority's certificate as "
              "CurlOptions::ca_file");
    check(error_of({}, get(server.url())),
          "the certificate of " + server.url() +
              " is not signed by a trusted authority; if it is your own, give the authority's certificate as "
              "CurlOptions::ca_file");
    CHECK(server.received().empty());
  }
}

TEST_CASE("a certificate for another name, one that has expired and one of tomorrow are told apart") {
  const Authority authority;
  const Identity other_name = authority.server({.names = "DNS:elsewhere.example"});
  const Identity expired = authority.server({.from_seconds = -7200, .to_seconds = -3600});
  const Identity early = authority.server({.from_seconds = 3600, .to_seconds = 7200});
  const std::pair<const Identity*, std::string> cases[] = {
      {&other_name, "was issued for another name; use the name that it was issued for in the url"},
      {&expired, "has expired; it has to be renewed on the server"},
      {&early, "is not valid yet; check the clocks of this machine and of the server"}};
  for (const auto& [identity, said] : cases) {
    FaultServer server{answer, ServerTls{.identity = identity}};
    check(error_of(ds::CurlTransport{{.ca_file = authority.file}}, get(server.url())),
          "the certificate of " + server.url() + ' ' + said);
    CHECK(server.received().empty());
    ds::CurlTransport careless{{.verify_certificates = false}};
    CHECK(send(careless, get(server.url())));
  }
}

TEST_CASE("a server that asks for a client certificate gets the right one, and says no to none and to a wrong one") {
  const Authority authority, namesake, other{"Another authority"};
  const Identity identity = authority.server();
  const Identity client = make_identity({.common_name = "client"}, &authority.root);
  const Identity stranger = make_identity({.common_name = "client"}, &other.root);
  const Identity outdated = make_identity({.common_name = "client"}, &namesake.root);
  FaultServer server{answer, ServerTls{.identity = &identity, .client_authority = &authority.root}};
  const auto as = [&](const Identity& who, const std::string& name) {
    return ds::ClientCertificate{.file = authority.files.write(name + ".pem", who.certificate_pem()),
                                 .key_file = authority.files.write(name + ".key", who.key_pem())};
  };
  ds::CurlTransport right{{.ca_file = authority.file, .client_certificate = as(client, "client")}};
  CHECK(send(right, get(server.url())));
  const std::string both = authority.files.write("both.pem", client.certificate_pem() + client.key_pem());
  ds::CurlTransport one_file{{.ca_file = authority.file, .client_certificate = {.file = both}}};
  CHECK(send(one_file, get(server.url())));
  CHECK(server.received().size() == 2);

  check(error_of(ds::CurlTransport{{.ca_file = authority.file}}, get(server.url())),
        server.url() + " asks for a client certificate; give one as CurlOptions::client_certificate");
  for (const Identity* who : {&stranger, &outdated}) {
    check(error_of(ds::CurlTransport{{.ca_file = authority.file, .client_certificate = as(*who, "wrong")}},
                   get(server.url())),
          server.url() + " does not accept the certificate of CurlOptions::client_certificate");
  }
  CHECK(server.received().size() == 2);
}

TEST_CASE("files that are no certificates are named") {
  const Authority authority;
  const Identity identity = authority.server();
  FaultServer server{answer, ServerTls{.identity = &identity}};
  const std::string text = authority.files.write("text.pem", "no certificate");
  const ds::Error ca = error_of(ds::CurlTransport{{.ca_file = text}}, get(server.url()));
  CHECK(ca.kind == ds::ErrorKind::invalid);
  CHECK(ca.message == "ca_file: " + text + " is no file of PEM certificates");
  const ds::Error own =
      error_of(ds::CurlTransport{{.ca_file = authority.file, .client_certificate = {.file = text}}}, get(server.url()));
  CHECK(own.kind == ds::ErrorKind::invalid);
  CHECK(own.field == "client_certificate");
}

TEST_CASE("TLS to a server that speaks none, and none to one that does, fail in words that help") {
  FaultServer plain{answer};
  const std::string wrong = "https://127.0.0.1:" + std::to_string(plain.port());
  // What arrives there is no request, and the server waits for the rest of it: it has to answer something first.
  asio::io_context io;
  asio::ip::tcp::acceptor chatty{io, {asio::ip::address_v4::loopback(), 0}};
  std::jthread speaks{[&] {
    asio::ip::tcp::socket socket = chatty.accept();
    boost::system::error_code ignored;
    asio::write(socket, asio::buffer(std::string_view{"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"}),
                ignored);
    char bytes[4096];
    while (!ignored) socket.read_some(asio::buffer(bytes), ignored);
  }};
  const std::string base = "https://127.0.0.1:" + std::to_string(chatty.local_endpoint().port());
  check(error_of({}, get(base)), "what answers at " + base + " does not speak TLS; try http:// instead");

  const Identity self = make_identity({.names = "IP:127.0.0.1"});
  FaultServer tls{answer, ServerTls{.identity = &self}};
  const ds::Error error = error_of({}, get("http://127.0.0.1:" + std::to_string(tls.port())));
  CHECK(mentions(error.message, "http://127.0.0.1:" + std::to_string(tls.port())));
}

TEST_CASE("a body that is cut within TLS is noticed") {
  const Authority authority;
  const Identity identity = authority.server();
  FaultServer server{[](Peer& peer, const Received&) {
                       peer.write("HTTP/1.1 200 -\r\nContent-Length: 1000\r\n\r\nhalf");
                       peer.close();
                     },
                     ServerTls{.identity = &identity}};
  const ds::Error error = error_of(ds::CurlTransport{{.ca_file = authority.file}}, get(server.url()));
  CHECK(error.message == "the connection to " + server.url() + " broke off in the middle of the reply");
  CHECK(error.retryable);
}

}  // namespace curl_tls_test
