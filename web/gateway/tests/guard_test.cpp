#include "http/guard.hpp"

#include <catch2/catch.hpp>

namespace guard_test {

using namespace datasource;
using namespace datasource::gateway;

namespace {

int status_of(const Guard& guard, Headers headers, bool has_body = false, std::string method = "GET",
              std::string target = "/_plugins/_query/_datasources") {
  const auto verdict = guard.check({std::move(method), std::move(target), std::move(headers), {}}, has_body);
  return verdict.refusal ? verdict.refusal->status : 200;
}

}  // namespace

TEST_CASE("On loopback only names of this machine are answered") {
  const Guard guard{{.loopback = true, .hosts = {"gateway.test"}}};
  for (const char* host :
       {"localhost", "localhost:8480", "127.0.0.1:8480", "127.1.2.3", "[::1]:8480", "LOCALHOST", "gateway.test:80"})
    CHECK(status_of(guard, {{"Host", host}}) == 200);
  for (const char* host :
       {"", "evil.test", "127.0.0.1.evil.test", "localhost.evil.test", "127.evil", "10.0.0.1", "[::2]"})
    CHECK(status_of(guard, {{"Host", host}}) == 403);
}

TEST_CASE("Requests of other origins' pages are refused") {
  const Guard guard{{}};
  CHECK(status_of(guard, {{"Host", "localhost:8480"}, {"Origin", "http://localhost:8480"}}) == 200);
  for (const char* origin : {"http://evil.test", "null", "http://localhost:3000", "http://localhost"}) {
    CHECK(status_of(guard, {{"Host", "localhost:8480"}, {"Origin", origin}}) == 403);
  }
}

TEST_CASE("With a token every request but the health check needs it") {
  const Guard guard{{.token = "s3cret"}};
  const std::pair<std::string, std::string> host{"Host", "localhost"};
  CHECK(status_of(guard, {host}) == 401);
  CHECK(status_of(guard, {host}, false, "GET", "/_health") == 200);
  CHECK(status_of(guard, {host}, false, "POST", "/_health") == 401);
  CHECK(status_of(guard, {host}, false, "GET", "/") == 401);
  CHECK(status_of(guard, {host, {"Authorization", "Bearer s3cret"}}) == 200);
  CHECK(status_of(guard, {host, {"Authorization", "bearer  s3cret"}}) == 200);
  CHECK(status_of(guard, {host, {"Authorization", "Basic YW5uYTpzM2NyZXQ="}}) == 200);  // anna:s3cret
  for (const char* wrong : {"Bearer s3cre", "Bearer s3cret2", "Bearer ", "Bearer", "s3cret",
                            "Basic YW5uYTp3cm9uZw==", "Basic !!", "Basic czNjcmV0", "Digest s3cret"}) {
    CHECK(status_of(guard, {host, {"Authorization", wrong}}) == 401);
  }
  const auto refused = guard.check({"GET", "/", {host}, {}}, false);
  CHECK(find_header(refused.refusal->headers, "WWW-Authenticate").starts_with("Basic realm="));
  const auto anna = guard.check({"GET", "/", {host, {"Authorization", "Basic YW5uYTpzM2NyZXQ="}}, {}}, false);
  CHECK(anna.user == "anna");
}

TEST_CASE("A body has to be declared as JSON") {
  const Guard guard{{}};
  const std::pair<std::string, std::string> host{"Host", "localhost"};
  CHECK(status_of(guard, {host, {"Content-Type", "application/json"}}, true, "POST") == 200);
  CHECK(status_of(guard, {host, {"content-type", "Application/JSON; charset=utf-8"}}, true, "POST") == 200);
  CHECK(status_of(guard, {host, {"Content-Type", "text/plain"}}, true, "POST") == 415);
  CHECK(status_of(guard, {host}, true, "POST") == 415);
  CHECK(status_of(guard, {host}, false, "POST") == 200);
}

}  // namespace guard_test
