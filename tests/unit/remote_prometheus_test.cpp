// A source of Prometheus over a scripted transport.

#include "remote_support.hpp"

#include <datasource/engine/remote/prometheus.hpp>

#include <catch2/catch.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace remote_prometheus_test {

namespace ds = datasource;
namespace remote = datasource::remote;
using remote_test::Scripted;
using K = ds::FilterKind;

namespace {

constexpr std::int64_t now = 1'700'000'000'000;

remote::PrometheusSource<Scripted> source(const Scripted& transport) {
  return {
      remote::HttpServer{.system = "Prometheus", .url = "http://prom:9090", .url_field = "properties.prometheus.uri"},
      transport, [] { return now; }};
}

ds::HttpResponse data(const std::string& text) { return {200, {}, R"({"status":"success","data":)" + text + "}"}; }
ds::HttpResponse vector_of(int value) {
  return data(R"({"resultType":"vector","result":[{"metric":{},"value":[1,")" + std::to_string(value) + "\"]}]}");
}
const ds::HttpResponse nothing = data(R"({"resultType":"vector","result":[]})");

ds::RemoteTable up() {
  return {"metrics",
          "up",
          "table",
          {{"timestamp", ds::Type::timestamp}, {"value", ds::Type::float64}, {"job"}, {"label:value"}}};
}

std::string asked(std::vector<ds::Filter> filters) {
  return source(Scripted{nullptr}).request_text(up(), {"metrics", "up", {"value"}, std::move(filters), {}});
}

}  // namespace

TEST_CASE("conditions become matchers that keep SQL's meaning of a label that is absent") {
  const auto label = [](K kind, std::vector<ds::FilterValue> values) {
    return asked({{"job", kind, std::move(values)}});
  };
  const auto text = [](const char* value) { return ds::FilterValue{std::string{value}}; };
  CHECK(label(K::equal, {text("a\"b")}) == R"(up{job="a\"b"})");
  CHECK(label(K::equal, {text("")}) == R"(up{job=""}, no samples)");
  CHECK(label(K::not_equal, {text("a")}) == R"(up{job!="",job!="a"})");
  CHECK(label(K::not_equal, {text("")}) == R"(up{job!=""})");
  CHECK(label(K::in, {text("a.b"), text(""), text("c")}) == R"(up{job=~"a\\.b|c"})");
  CHECK(label(K::in, {text("")}) == R"(up{job=~""}, no samples)");
  CHECK(label(K::prefix, {text("a|")}) == R"q(up{job!="",job=~"a\\|(?s:.*)"})q");
  CHECK(label(K::is_null, {}) == R"(up{job=""})");
  CHECK(label(K::is_not_null, {}) == R"(up{job!=""})");
  CHECK(label(K::less, {text("a")}) == "up");
  CHECK(asked({{"label:value", K::equal, {text("x")}}}) == R"(up{value="x"})");
  CHECK(asked({{"value", K::greater, {1.0}}}) == "up");
}

TEST_CASE("times become milliseconds, so that each comparison takes the samples that it should") {
  const auto time = [](K kind, std::int64_t microseconds) { return asked({{"timestamp", kind, {microseconds}}}); };
  const std::int64_t whole = now * 1000;
  CHECK(time(K::equal, whole) == "up from 2023-11-14T22:13:20.000Z to 2023-11-14T22:13:20.000Z");
  CHECK(time(K::less, whole) == "up to 2023-11-14T22:13:19.999Z");
  CHECK(time(K::less, whole + 1) == "up to 2023-11-14T22:13:20.000Z");
  CHECK(time(K::less_equal, whole + 999) == "up to 2023-11-14T22:13:20.000Z");
  CHECK(time(K::greater, whole) == "up from 2023-11-14T22:13:20.001Z");
  CHECK(time(K::greater, whole - 1) == "up from 2023-11-14T22:13:20.000Z");
  CHECK(time(K::greater_equal, whole + 1) == "up from 2023-11-14T22:13:20.001Z");
  CHECK(time(K::greater_equal, INT64_MIN / 2) == "up from 1900-01-01T00:00:00.000Z");
  CHECK(time(K::not_equal, whole) == "up");
  CHECK_FALSE(source(Scripted{nullptr}).applies(up(), {"timestamp", K::in, {whole, whole}}));
  CHECK(source(Scripted{nullptr}).applies(up(), {"timestamp", K::less, {whole}}));
}

TEST_CASE("a table has a column for each label, and one for native histograms where there are any") {
  const Scripted transport{[](const std::string& question) {
    if (question.find("/labels") == std::string::npos)
      return data(R"({"up":[{"type":"histogram","help":"","unit":""}]})");
    return question.find("gone") == std::string::npos ? data(R"(["__name__","job","histogram"])") : data("[]");
  }};
  const auto table = source(transport).describe("metrics", "up", {});
  REQUIRE(table);
  CHECK(remote_test::columns(*table) ==
        "timestamp:timestamp value:double histogram:object label:histogram:keyword job:keyword");
  for (const auto& [schema, name] :
       std::vector<std::pair<std::string, std::string>>{{"metrics", "gone"}, {"public", "up"}}) {
    const auto missing = source(transport).describe(schema, name, {});
    REQUIRE_FALSE(missing);
    CHECK(missing.error().kind == ds::ErrorKind::not_found);
    CHECK_THAT(missing.error().message, Catch::Contains('"' + name + '"'));
  }
}

TEST_CASE("a scan counts before it reads, and stops where the limit is") {
  const Scripted transport{[](const std::string& question) {
    if (question.find("count_over_time") != std::string::npos) return vector_of(3);
    return data(
        R"({"resultType":"matrix","result":[{"metric":{"job":"a"},"values":[[1699999999.999,"0"],[1700000000,"1"],[1700000001,"2"]]}]})");
  }};
  auto prometheus = source(transport);
  const ds::ScanRequest request{
      "metrics",
      "up",
      {"job", "value", "timestamp"},
      {{"timestamp", K::greater_equal, {now * 1000}}, {"timestamp", K::less_equal, {(now + 1000) * 1000}}},
      {}};
  auto scan = prometheus.scan(up(), request, {});
  REQUIRE(scan);
  CHECK(remote_test::lines(**scan) ==
        std::vector<std::string>{"a|1.000000|1700000000000000", "a|2.000000|1700000001000000"});
  CHECK(transport.asked() ==
        std::vector<std::string>{
            "GET /api/v1/query?query=sum(count_over_time(up[1001ms]))&time=2023-11-14T22:13:21.000Z",
            "GET /api/v1/query?query=up[1001ms]&time=2023-11-14T22:13:21.000Z",
        });
  ds::ScanRequest first = request;
  first.limit = 1;
  scan = prometheus.scan(up(), first, {});
  CHECK(remote_test::lines(**scan) == std::vector<std::string>{"a|1.000000|1700000000000000"});
  first.limit = 0;
  scan = prometheus.scan(up(), first, {});
  CHECK(remote_test::lines(**scan).empty());
  CHECK(transport.asked().size() == 4);
}

TEST_CASE("a table without samples is known to be so after a few questions") {
  const Scripted transport{[](const std::string&) { return nothing; }};
  auto scan = source(transport).scan(up(), {"metrics", "up", {"value"}, {}, {}}, {});
  REQUIRE(scan);
  CHECK(remote_test::lines(**scan).empty());
  CHECK(transport.asked().size() < 12);
}

TEST_CASE("what the server says is told, with the server's name where it is not about the expression") {
  const auto error = [](int status, const std::string& body) {
    auto scan = source(Scripted{[&](const std::string&) {
                  return ds::HttpResponse{status, {}, body};
                }}).query("up", {});
    REQUIRE_FALSE(scan);
    return scan.error();
  };
  const auto wrong = error(400, R"({"status":"error","errorType":"bad_data","error":"parse error: x"})");
  CHECK(wrong.kind == ds::ErrorKind::invalid);
  CHECK(wrong.message == "parse error: x");
  CHECK_THAT(error(401, "Unauthorized").message, Catch::Contains("http://prom:9090 asks for credentials"));
  CHECK_THAT(error(404, "<html>").message, Catch::Contains("does not speak the protocol of Prometheus") &&
                                               Catch::Contains("properties.prometheus.uri"));
  CHECK(error(404, "<html>").kind == ds::ErrorKind::connection);
  CHECK_THAT(error(200, "<html>").message, Catch::Contains("does not speak the protocol of Prometheus"));
}

TEST_CASE("the settings say how a source signs in") {
  const auto open = [](ds::Settings settings) {
    settings.emplace("prometheus.uri", "https://prom.example/base/");
    auto source = remote::open_prometheus(settings);
    REQUIRE(source);
    return std::move(*source);
  };
  const auto checks = open({{"prometheus.auth.type", "bearer"}, {"prometheus.auth.token", "t0ken"}})->checks();
  std::vector<std::string> names;
  for (const auto& check : checks) names.push_back(check.name);
  CHECK(names == std::vector<std::string>{"tls", "authenticate", "version", "tables"});
  CHECK(open({})->address().host == "prom.example");
  CHECK(open({{"prometheus.auth.type", "awssigv4"}})->native_language() == "PromQL");
}

}  // namespace remote_prometheus_test
