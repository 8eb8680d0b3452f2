#include <datasource/http/date.hpp>
#include <datasource/http/redirect.hpp>
#include <datasource/http/retry.hpp>
#include <datasource/http/retry_budget.hpp>
#include <datasource/operation/exchange.hpp>

#include <catch2/catch.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace retry_test {

namespace ds = datasource;
using namespace std::chrono_literals;

namespace {

ds::Exchange<std::string> read_exchange(ds::RetryPolicy policy = {}, double random = 0.5) {
  return {ds::HttpRequest{"GET", "/"},
          [](const ds::HttpResponse& response) -> ds::Result<std::string> {
            if (response.status == 200) return response.body;
            return ds::fail({.kind = ds::ErrorKind::server, .message = "failed", .status = response.status});
          },
          policy, [random] { return random; }};
}

std::optional<std::chrono::milliseconds> wait_after(ds::Exchange<std::string>& exchange, ds::Event event) {
  const auto step = exchange.resume(std::move(event));
  const auto* wait = std::get_if<ds::Wait>(&step);
  return wait == nullptr ? std::nullopt : std::optional{wait->duration};
}

std::optional<std::chrono::milliseconds> ordered(ds::Headers headers) {
  return ds::RetryPolicy::retry_after({503, std::move(headers), {}});
}

}  // namespace

TEST_CASE("a date of HTTP is read to the second, and nothing that is not one") {
  using namespace std::chrono;
  const auto read = ds::read_http_date("Sun, 06 Nov 1994 08:49:37 GMT");
  REQUIRE(read);
  CHECK(*read == sys_days{1994y / November / 6} + 8h + 49min + 37s);
  CHECK(ds::read_http_date("Thu, 29 Feb 2024 23:59:60 GMT") == sys_days{2024y / March / 1});
  for (const char* text :
       {"", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994", "Sun, 06 Nov 1994 08:49:37 UTC",
        "Sun, 30 Feb 2024 00:00:00 GMT", "Sun, 06 ovD 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:00:00 GMT",
        "Sun, 06 Nov 1994 08:60:00 GMT", "Sun, -6 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 GMT "}) {
    INFO(text);
    CHECK_FALSE(ds::read_http_date(text));
  }
}

TEST_CASE("Retry-After is seconds, or a date measured by the reply's own clock") {
  CHECK(ordered({{"retry-after", "0"}}) == 0ms);
  CHECK(ordered({{"Retry-After", "120"}}) == 120s);
  const std::string now = "Sun, 06 Nov 1994 08:49:37 GMT";
  CHECK(ordered({{"Date", now}, {"Retry-After", "Sun, 06 Nov 1994 08:50:00 GMT"}}) == 23s);
  CHECK(ordered({{"Date", now}, {"Retry-After", "Sun, 06 Nov 1994 08:00:00 GMT"}}) == 0s);
  CHECK_FALSE(ordered({{"Retry-After", "Sun, 06 Nov 1994 08:50:00 GMT"}}));
  for (const char* text : {"", "-1", "1.5", "soon", "9999999999"})
    CHECK_FALSE(ordered({{"Date", now}, {"Retry-After", text}}));
}

TEST_CASE("without an order the wait is anywhere below a ceiling that doubles up to its maximum") {
  const ds::RetryPolicy policy{.base_delay = 100ms, .maximum_delay = 350ms};
  CHECK(policy.delay(1, 0) == 0ms);
  CHECK(policy.delay(1, 1) == 100ms);
  CHECK(policy.delay(2, 1) == 200ms);
  CHECK(policy.delay(2, 0.5) == 100ms);
  CHECK(policy.delay(3, 1) == 350ms);
  CHECK(policy.delay(1000, 1) == 350ms);
}

TEST_CASE("429, 502, 503, 504 and a connection that may come back are tried again, up to the number of attempts") {
  for (const int status : {429, 502, 503, 504}) {
    auto exchange = read_exchange({.attempts = 2, .base_delay = 100ms});
    REQUIRE(std::holds_alternative<ds::Send>(exchange.start()));
    CHECK(wait_after(exchange, ds::HttpResponse{status, {}, {}}) == 50ms);
    REQUIRE(std::holds_alternative<ds::Send>(exchange.resume(ds::Elapsed{})));
    CHECK_FALSE(wait_after(exchange, ds::HttpResponse{status, {}, {}}));
  }
  for (const int status : {200, 400, 401, 404, 408, 500, 501}) {
    auto exchange = read_exchange();
    REQUIRE(std::holds_alternative<ds::Send>(exchange.start()));
    CHECK_FALSE(wait_after(exchange, ds::HttpResponse{status, {}, {}}));
  }
  for (const bool retryable : {true, false}) {
    auto exchange = read_exchange();
    REQUIRE(std::holds_alternative<ds::Send>(exchange.start()));
    CHECK(wait_after(exchange, ds::Failure{{.kind = ds::ErrorKind::connection, .retryable = retryable}}).has_value() ==
          retryable);
  }
}

TEST_CASE("an order that is too long to wait for ends the operation and costs the budget nothing") {
  const auto budget = std::make_shared<ds::RetryBudget>(1);
  auto exchange = read_exchange({.longest_order = 10s});
  exchange.share(budget);
  REQUIRE(std::holds_alternative<ds::Send>(exchange.start()));
  CHECK_FALSE(wait_after(exchange, ds::HttpResponse{503, {{"Retry-After", "11"}}, {}}));
  CHECK(budget->left() == 1);
}

TEST_CASE("a redirect ends the operation with the address, without what may be secret in it") {
  const auto message = [](int status, const char* location) {
    const auto error = ds::redirect_error({status, {{"Location", location}}, {}});
    return error ? error->message : "none";
  };
  CHECK(message(301, "https://search.example/") ==
        "the server redirects to https://search.example/; use that one as the URL");
  CHECK(message(308, "https://a:b@search.example/x?token=1#y") ==
        "the server redirects to https://search.example/x; use that one as the URL");
  CHECK(message(302, "/login@home") == "the server redirects to /login@home; use that one as the URL");
  CHECK(message(307, "") == "the server redirects to another address; use that one as the URL");
  for (const int status : {200, 300, 304, 400}) CHECK(message(status, "/") == "none");
}

}  // namespace retry_test
