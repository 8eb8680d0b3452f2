#include "curl_support.hpp"

#include <openssl/hmac.h>
#include <openssl/sha.h>

#include <algorithm>
#include <cstdlib>
#include <string>
#include <string_view>

namespace curl_proxy_test {

using namespace tests;

namespace {

std::string hex(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    text += "0123456789abcdef"[byte >> 4];
    text += "0123456789abcdef"[byte & 15];
  }
  return text;
}

std::string sha256(std::string_view text) {
  std::string digest(SHA256_DIGEST_LENGTH, '\0');
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(),
         reinterpret_cast<unsigned char*>(digest.data()));
  return digest;
}

std::string hmac(std::string_view key, std::string_view text) {
  std::string digest(SHA256_DIGEST_LENGTH, '\0');
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(text.data()),
       text.size(), reinterpret_cast<unsigned char*>(digest.data()), nullptr);
  return digest;
}

std::string between(std::string_view text, std::string_view before, std::string_view after) {
  const std::size_t begin = text.find(before);
  if (begin == std::string_view::npos) return {};
  const std::string_view rest = text.substr(begin + before.size());
  return std::string{rest.substr(0, rest.find(after))};
}

/// The signature that AWS expects of what arrived: Signature Version 4 as its documentation describes it.
std::string expected_signature(const Received& request, const std::string& secret, const std::string& region) {
  const std::string_view authorization = ds::find_header(request.headers, "Authorization");
  const std::string signed_headers = between(authorization, "SignedHeaders=", ",");
  const std::size_t mark = request.target.find('?');
  std::string canonical = request.method + '\n' + request.target.substr(0, mark) + '\n' +
                          (mark == std::string::npos ? "" : request.target.substr(mark + 1)) + '\n';
  for (std::size_t at = 0; at <= signed_headers.size();) {
    const std::size_t end = std::min(signed_headers.find(';', at), signed_headers.size());
    const std::string name = signed_headers.substr(at, end - at);
    canonical += name + ':' + std::string{ds::find_header(request.headers, name)} + '\n';
    at = end + 1;
  }
  canonical += '\n' + signed_headers + '\n' + hex(sha256(request.body));
  const std::string time{ds::find_header(request.headers, "X-Amz-Date")}, day = time.substr(0, 8);
  const std::string scope = day + '/' + region + "/es/aws4_request";
  const std::string key = hmac(hmac(hmac(hmac("AWS4" + secret, day), region), "es"), "aws4_request");
  return hex(hmac(key, "AWS4-HMAC-SHA256\n" + time + '\n' + scope + '\n' + hex(sha256(canonical))));
}

}  // namespace

TEST_CASE("plain requests go to the proxy whole") {
  FaultServer proxy{[](Peer& peer, const Received&) { peer.reply(200, "from the proxy"); }};
  ds::CurlTransport transport{{.proxy = proxy.url(), .proxy_auth = {"me", "pr0xy"}}};
  const auto response = send(transport, get("http://server.invalid:9200", "/_plugins"));
  REQUIRE(response);
  CHECK(response->body == "from the proxy");
  CHECK(proxy.received().at(0).target == "http://server.invalid:9200/_plugins");
  CHECK(ds::find_header(proxy.received().at(0).headers, "Proxy-Authorization") == "Basic bWU6cHIweHk=");
}

TEST_CASE("TLS goes through the proxy to the server, whose credentials the proxy does not see") {
  const Identity root = make_identity({.common_name = "Test authority", .authority = true});
  const Identity identity = make_identity({.names = "IP:127.0.0.1"}, &root);
  const TemporaryFiles files;
  FaultServer server{[](Peer& peer, const Received&) { peer.reply(200, "through"); }, ServerTls{.identity = &identity}};
  FaultServer proxy{[&](Peer& peer, const Received&) {
    peer.write("HTTP/1.1 200 -\r\nX-Proxy: yes\r\n\r\n");
    tunnel(peer, server.port());
  }};
  {
    ds::CurlTransport transport{{.ca_file = files.write("ca.pem", root.certificate_pem()), .proxy = proxy.url()}};
    for (int i = 0; i < 2; ++i) {
      auto request = get(server.url());
      request.headers = {{"Authorization", "Bearer t0ken"}};
      const auto response = send(transport, request);
      if (!response) FAIL(response.error().message);
      CHECK(response->body == "through");
      CHECK(ds::find_header(response->headers, "X-Proxy").empty());
    }
    CHECK(proxy.received().size() == 1);
    CHECK(proxy.received().at(0).method == "CONNECT");
    CHECK(ds::find_header(proxy.received().at(0).headers, "Authorization").empty());
    CHECK(ds::find_header(server.received().at(1).headers, "Authorization") == "Bearer t0ken");
  }
}

TEST_CASE("a proxy that refuses says so, and what it wants") {
  FaultServer proxy{[](Peer& peer, const Received& request) { peer.reply(request.target == "a:443" ? 407 : 403, ""); }};
  const ds::CurlTransport transport{{.proxy = proxy.url()}};
  const ds::Error unknown = error_of(transport, get("https://a"));
  CHECK(unknown.message ==
        "the proxy refused the connection to https://a with status 407; give credentials as CurlOptions::proxy_auth");
  CHECK_FALSE(unknown.retryable);
  CHECK(error_of(transport, get("https://b")).message ==
        "the proxy refused the connection to https://b with status 403");
}

TEST_CASE("the environment names the proxy unless the options do") {
  FaultServer proxy{[](Peer& peer, const Received&) { peer.reply(200, "proxy"); }};
  FaultServer server{[](Peer& peer, const Received&) { peer.reply(200, "server"); }};
  setenv("http_proxy", proxy.url().c_str(), 1);
  ds::CurlTransport as_environment, direct{{.proxy = ""}};
  CHECK(send(as_environment, get(server.url())).value().body == "proxy");
  CHECK(send(direct, get(server.url())).value().body == "server");
  unsetenv("http_proxy");
}

TEST_CASE("requests are signed for AWS as AWS would check them") {
  FaultServer server{[](Peer& peer, const Received&) { peer.reply(200, "[]"); }};
  const ds::AwsSigV4 keys{.region = "eu-central-1",
                          .access_key_id = "AKIDEXAMPLE",
                          .secret_access_key = "wJalrXUtnFEMI",
                          .session_token = "s3ssion"};
  ds::CurlTransport transport{{.sign = keys}};
  REQUIRE(send(transport, get(server.url(), "/_plugins/_query/_datasources")));
  REQUIRE(send(transport, get(server.url(), "/_plugins/_directquery?step=5&match%5B%5D=up&end=2")));
  REQUIRE(send(
      transport,
      {"POST", "/_plugins/_sql", {{"Content-Type", "application/json"}}, "{\"query\":\"select 1\"}", server.url()}));
  REQUIRE(send(transport,
               {"PUT", "/_plugins/_query/_datasources", {{"Content-Type", "application/json"}}, "{}", server.url()}));
  REQUIRE(send(transport, {"DELETE", "/_plugins/_query/_datasources/crm", {}, {}, server.url()}));
  CHECK(server.received().at(1).target == "/_plugins/_directquery?end=2&match%5B%5D=up&step=5");
  for (const Received& request : server.received()) {
    INFO(request.method << ' ' << request.target);
    const std::string_view authorization = ds::find_header(request.headers, "Authorization");
    CHECK(authorization.starts_with("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/"));
    CHECK(ds::find_header(request.headers, "X-Amz-Security-Token") == "s3ssion");
    CHECK(between(authorization, "SignedHeaders=", ",").find("x-amz-security-token") != std::string::npos);
    CHECK(between(authorization, "Signature=", ",") == expected_signature(request, "wJalrXUtnFEMI", "eu-central-1"));
    CHECK(authorization.find("wJalrXUtnFEMI") == std::string_view::npos);
  }
  ds::Client both{ds::CurlTransport{{.sign = keys}}, {.url = server.url(), .auth = ds::BearerAuth{"t0ken"}}};
  CHECK(both.list().error().field == "auth");
}

}  // namespace curl_proxy_test
