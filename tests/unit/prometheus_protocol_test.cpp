// Prometheus' protocol without a server: texts, requests, replies, and how a long time is cut into windows.

#include <datasource/protocol/prometheus/columns.hpp>
#include <datasource/protocol/prometheus/promql.hpp>
#include <datasource/protocol/prometheus/query_text.hpp>
#include <datasource/protocol/prometheus/reply.hpp>
#include <datasource/protocol/prometheus/requests.hpp>
#include <datasource/protocol/prometheus/samples.hpp>
#include <datasource/protocol/prometheus/windows.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace prometheus_protocol_test {

namespace ds = datasource;
namespace prom = datasource::protocol::prometheus;

namespace {

ds::HttpResponse reply(std::string body, int status = 200) { return {status, {}, std::move(body)}; }

std::string data(const std::string& result) { return R"({"status":"success","data":)" + result + "}"; }

prom::Samples samples(const std::string& result) {
  auto read = prom::read_samples(reply(data(result)));
  INFO((read ? "" : read.error().message));
  REQUIRE(read);
  return *read;
}

std::string text(const ds::Column& column, std::size_t row) {
  if (column.is_null(row)) return "NULL";
  if (const auto* texts = column.values_as<ds::TextValues>()) return std::string{(*texts)[row]};
  if (const auto* times = column.values_as<std::vector<std::int64_t>>()) return std::to_string((*times)[row]);
  return std::to_string((*column.values_as<std::vector<double>>())[row]);
}

}  // namespace

TEST_CASE("a text in PromQL cannot end where it should not") {
  CHECK(prom::string_literal(R"(a"b\c)") == R"("a\"b\\c")");
  CHECK(prom::string_literal("a\nb\x7F") == R"("a\x0ab\x7f")");
  CHECK(prom::string_literal("Z\xC3\xBCrich") == "\"Z\xC3\xBCrich\"");
  CHECK(prom::literal_pattern("a.b|c(d)") == R"(a\.b\|c\(d\))");
}

TEST_CASE("a selector names a metric plainly where every version can") {
  CHECK(prom::selector("up", {}) == "up");
  CHECK(prom::selector("job:up:sum", {{"job", "=", "a"}, {"x", "!=", ""}}) == R"(job:up:sum{job="a",x!=""})");
  CHECK(prom::selector("my metric", {}) == R"({__name__="my metric"})");
  CHECK(prom::selector("up\"} or vector(1)", {}) == R"q({__name__="up\"} or vector(1)"})q");
  CHECK(prom::selector("up", {{"my.label", "=", "v"}}) == R"(up{"my.label"="v"})");
  CHECK(prom::selector("", {}) == R"({__name__=""})");
  CHECK(prom::sample_count("up", 1500) == "sum(count_over_time(up[1500ms]))");
}

TEST_CASE("times are sent without a loss") {
  CHECK(prom::time_text(0) == "1970-01-01T00:00:00.000Z");
  CHECK(prom::time_text(1'700'000'000'570) == "2023-11-14T22:13:20.570Z");
  CHECK(prom::time_text(-1) == "1969-12-31T23:59:59.999Z");
}

TEST_CASE("a request goes as GET unless its expression is too long for a URL") {
  const auto brief = prom::query_request("up{a=\"b c\"}", "5");
  CHECK(brief.method == "GET");
  CHECK(brief.target == "/api/v1/query?query=up%7Ba%3D%22b%20c%22%7D&time=5");
  const auto lengthy = prom::query_request(std::string(5000, 'a'));
  CHECK(lengthy.method == "POST");
  CHECK(lengthy.target == "/api/v1/query");
  CHECK(lengthy.body == "query=" + std::string(5000, 'a'));
  CHECK(prom::labels_request("up").target == "/api/v1/labels?match%5B%5D=up");
}

TEST_CASE("a native text is an expression, or an object with its times") {
  CHECK(prom::query_text(" up ")->target == "/api/v1/query?query=up%20");
  CHECK(prom::query_text(R"({job="a"})")->target == "/api/v1/query?query=%7Bjob%3D%22a%22%7D");
  CHECK(prom::query_text(R"({"query": "up", "time": 5.5})")->target == "/api/v1/query?query=up&time=5.5");
  CHECK(prom::query_text(R"({"query": "up", "start": 1, "end": "2", "step": "1m"})")->target ==
        "/api/v1/query_range?query=up&start=1&end=2&step=1m");
  const std::map<std::string, std::string> refused = {
      {"", "the query is empty"},
      {"{}", "\"query\""},
      {R"({"query": "up", "start": 1})", "\"end\" is missing"},
      {R"({"query": "up", "stop": 1})", "\"stop\" is not known"},
      {R"({"query": ["up"]})", "neither a text nor a number"},
      {R"({"query": "up", "start": 1, "end": 2, "step": 1, "time": 1})", "either a time"},
  };
  for (const auto& [query, words] : refused) {
    const auto request = prom::query_text(query);
    REQUIRE_FALSE(request);
    CHECK(request.error().kind == ds::ErrorKind::invalid);
    CHECK_THAT(request.error().message, Catch::Contains(words));
  }
}

TEST_CASE("every type of result is read, whatever the order of its members") {
  const auto matrix = samples(
      R"({"resultType":"matrix","result":[{"metric":{"__name__":"up","job":"a"},"values":[[1.5,"1"],[2,"NaN"],[2.123,"-Inf"]]},
          {"values":[[1700000000.570,"+Inf"],[3,"1e-7"]],"metric":{"job":"b\u00e4"}}]})");
  CHECK(matrix.kind == prom::Samples::Kind::matrix);
  CHECK(matrix.milliseconds == std::vector<std::int64_t>{1500, 2000, 2123, 1'700'000'000'570, 3000});
  CHECK(matrix.values[0] == 1);
  CHECK(std::isnan(matrix.values[1]));
  CHECK((std::isinf(matrix.values[2]) && matrix.values[2] < 0));
  CHECK((std::isinf(matrix.values[3]) && matrix.values[3] > 0));
  CHECK(matrix.values[4] == 1e-7);
  REQUIRE(matrix.series.size() == 2);
  CHECK(matrix.series[1].labels == prom::Labels{{"job", "b\xC3\xA4"}});
  CHECK(matrix.series[1].begin == 3);

  const auto scalar = samples(R"({"result":[1,"2.5"],"resultType":"scalar"})");
  CHECK(scalar.kind == prom::Samples::Kind::scalar);
  CHECK(scalar.values == std::vector<double>{2.5});
  const auto string = samples(R"({"resultType":"string","result":[1,"2.5"]})");
  CHECK(string.kind == prom::Samples::Kind::text);
  CHECK(string.text == "2.5");
  CHECK(samples(R"({"resultType":"vector","result":[]})").values.empty());
}

TEST_CASE("a time with more digits than a millisecond has is rounded") {
  CHECK(samples(R"({"resultType":"vector","result":[{"metric":{},"value":[1700000000.1236,"1"]}]})").milliseconds[0] ==
        1'700'000'000'124);
  CHECK(samples(R"({"resultType":"vector","result":[{"metric":{},"value":[1.7e9,"1"]}]})").milliseconds[0] ==
        1'700'000'000'000);
  CHECK(samples(R"({"resultType":"vector","result":[{"metric":{},"value":[-0.001,"1"]}]})").milliseconds[0] == -1);
}

TEST_CASE("a reply that is none is refused with the byte") {
  for (const char* body :
       {"", "<html>", "[]", R"({"status":"success"})", R"({"status":"success","data":{"resultType":"vector"}})",
        R"({"data":{"result":[{"metric":{},"value":[1,"x"]}]}})", R"({"data":{"result":[{"metric":{},"value":[1]}]}})",
        R"({"data":{"result":[{"metric":[],"value":[1,"1"]}]}})", R"({"data":{"result":[[1,"1"]]}})",
        R"({"data":{"result":[{"value":[1e300,"1"]}]}})", R"({"data":{"resultType":"scalar","result":[1,"x"]}})",
        R"({"data":{"result":[{"value":[1,"1"]}]}} {})"}) {
    INFO(body);
    const auto read = prom::read_samples(reply(body));
    REQUIRE_FALSE(read);
    CHECK(read.error().kind == ds::ErrorKind::malformed);
  }
}

TEST_CASE("an error keeps the server's words and says what a caller may do") {
  const auto error = [](const std::string& body, int status) { return prom::read_error(reply(body, status)); };
  const auto bad = error(R"({"status":"error","errorType":"bad_data","error":"parse error: unclosed"})", 400);
  CHECK(bad.kind == ds::ErrorKind::invalid);
  CHECK(bad.message == "parse error: unclosed");
  CHECK(error(R"({"status":"error","errorType":"execution","error":"x"})", 422).type == "execution");
  CHECK(error(R"({"status":"error","errorType":"timeout","error":"x"})", 503).kind == ds::ErrorKind::timeout);
  CHECK(error("Unauthorized", 401).kind == ds::ErrorKind::unauthorized);
  CHECK(error("no", 403).kind == ds::ErrorKind::forbidden);
  CHECK(error("404 page not found", 404).kind == ds::ErrorKind::malformed);
  CHECK(error("", 502).retryable);
}

TEST_CASE("names, metadata and versions are read, and older servers need not have the last two") {
  CHECK(*prom::read_names(reply(data(R"(["b","a"])"))) == std::vector<std::string>{"b", "a"});
  CHECK(prom::read_names(reply(data("null")))->empty());
  CHECK_FALSE(prom::read_names(reply(data("[1]"))));
  CHECK(prom::read_metadata(reply(data(R"({"up":[{"type":"gauge","help":"h","unit":""}]})")))->type == "gauge");
  CHECK(prom::read_metadata(reply(data("{}")))->type.empty());
  CHECK(prom::read_metadata(reply("404 page not found", 404))->type.empty());
  CHECK(*prom::read_version(reply(data(R"({"version":"2.42.0+ds"})"))) == "2.42.0");
  CHECK(prom::read_version(reply("404 page not found", 404))->empty());
}

TEST_CASE("columns of labels have names of their own, from which the label can be told") {
  const auto columns = prom::sample_columns({"job", "Host", "host", "value", "timestamp", "job"}, true);
  std::vector<std::string> names;
  for (const auto& column : columns) {
    names.push_back(column.name);
    const auto again = prom::sample_column(column.name, column.type());
    CHECK(again.kind == column.kind);
    CHECK(again.label == column.label);
  }
  CHECK(names == std::vector<std::string>{"timestamp", "value", "histogram", "Host", "label:host", "job",
                                          "label:timestamp", "label:value"});
}

TEST_CASE("samples become rows, with null for a label that a series lacks") {
  auto read = samples(
      R"({"resultType":"matrix","result":[{"metric":{"__name__":"t","room":"k"},"values":[[1,"1"],[2,"2"],[3,"3"]]},
          {"metric":{"__name__":"t"},"values":[[2,"4"]],"histograms":[[3,{"count":"1","sum":"2"}]]}]})");
  prom::SampleRows rows{std::move(read), prom::sample_columns({"room"}, true), 2000};
  std::vector<std::string> lines;
  while (const auto batch = rows.next(2)) {
    CHECK(batch->row_count() <= 2);
    for (std::size_t row = 0; row < batch->row_count(); ++row) {
      std::string& line = lines.emplace_back();
      for (const ds::Column& column : batch->columns()) line += text(column, row) + ' ';
    }
  }
  CHECK(lines == std::vector<std::string>{"2000000 2.000000 NULL k ", "3000000 3.000000 NULL k ",
                                          "2000000 4.000000 NULL NULL ",
                                          R"(3000000 NULL {"count":"1","sum":"2"} NULL )"});
}

TEST_CASE("a result without series is one row") {
  auto scalar = samples(R"({"resultType":"scalar","result":[1,"2.5"]})");
  auto columns = prom::columns_of(scalar);
  prom::SampleRows rows{std::move(scalar), std::move(columns), 0};
  const auto batch = rows.next();
  REQUIRE(batch);
  CHECK(text(batch->columns()[1], 0) == "2.500000");
  CHECK_FALSE(rows.next());
}

namespace {

/// A server that has a sample at each of these times, and refuses more than so many.
struct History {
  std::vector<std::int64_t> times;
  std::size_t refuses_above = SIZE_MAX;

  [[nodiscard]] std::size_t count(std::int64_t from, std::int64_t to) const {
    std::size_t found = 0;
    for (const std::int64_t time : times) found += time >= from && time <= to ? 1 : 0;
    return found;
  }
};

struct Walk {
  std::size_t samples = 0;
  std::size_t largest = 0;
  int requests = 0;
};

Walk walk(const History& history, prom::SampleWindows windows) {
  Walk seen;
  std::int64_t before = INT64_MAX;
  while (const auto ask = windows.next()) {
    if (++seen.requests > 10'000) FAIL("it does not end");
    REQUIRE(ask->from <= ask->to);
    const std::size_t count = history.count(ask->from, ask->to);
    if (ask->count) {
      windows.counted(static_cast<std::int64_t>(count));
    } else if (count > history.refuses_above) {
      REQUIRE(windows.refused());
    } else {
      REQUIRE(ask->to < before);
      before = ask->from;
      seen.samples += count;
      seen.largest = std::max(seen.largest, count);
      windows.fetched(static_cast<std::int64_t>(count));
    }
  }
  return seen;
}

}  // namespace

TEST_CASE("windows cover the whole time once, whatever is in it") {
  History even, burst;
  for (int i = 0; i < 5000; ++i) {
    even.times.push_back(i * 15'000);
    burst.times.push_back(i < 4000 ? 40'000'000 + i : i * 10'000);
  }
  for (const auto& history : {even, burst}) {
    const Walk seen = walk(history, {-1'000'000'000, 100'000'000, 3'600'000, 300});
    CHECK(seen.samples == 5000);
  }
  CHECK(walk(even, {-1'000'000'000, 100'000'000, 3'600'000, 300}).largest <= 600);
  CHECK(walk(even, {15'000, 15'000, 1, 300}).samples == 1);
  CHECK(walk(even, {2, 1, 100, 300}).requests == 0);
}

TEST_CASE("a history of years that holds nothing is passed in a few steps") {
  const Walk seen = walk({}, {0, 1'800'000'000'000, 3'600'000, 50'000});
  CHECK(seen.samples == 0);
  CHECK(seen.requests < 12);
}

TEST_CASE("a window that the server refuses is made shorter") {
  History history;
  for (int i = 0; i < 3000; ++i) history.times.push_back(i * 1000);
  history.refuses_above = 100;
  const Walk seen = walk(history, {-1'800'000'000'000, 3'000'000, 3'600'000, 1000});
  CHECK(seen.samples == 3000);
  CHECK(seen.largest <= 100);
  CHECK(seen.requests < 200);
}

TEST_CASE("a time that the server does not even count is made shorter, and longer again later") {
  prom::SampleWindows windows{0, 1'000'000, 800, 100};
  REQUIRE(windows.next()->count);
  REQUIRE(windows.refused());
  CHECK(windows.next() == prom::SampleWindows::Ask{true, 999'601, 1'000'000});
  windows.counted(0);
  CHECK(windows.next() == prom::SampleWindows::Ask{true, 998'801, 999'600});
  prom::SampleWindows shortest{5, 5, 10, 1};
  CHECK_FALSE(shortest.refused());
}

}  // namespace prometheus_protocol_test
