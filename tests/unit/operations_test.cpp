#include <datasource/datasource.hpp>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <chrono>
#include <cmath>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace operations_test {

namespace ds = datasource;
using namespace std::chrono_literals;
using Json = nlohmann::json;

namespace {

/// Answers from a list and keeps what it was sent. A reply of status 0 stands for a caller who stops while the request
/// is under way.
struct ScriptedTransport {
  struct Log {
    std::vector<ds::HttpResponse> replies;
    std::vector<ds::HttpRequest> sent;
    std::stop_source stop;
  };
  std::shared_ptr<Log> log = std::make_shared<Log>();

  ds::Result<ds::HttpResponse> send(const ds::HttpRequest& request, const std::stop_token& stop) {
    log->sent.push_back(request);
    if (stop.stop_requested()) return ds::fail(ds::ErrorKind::cancelled, "stopped");
    if (log->replies.empty())
      return ds::fail({.kind = ds::ErrorKind::connection, .message = "refused", .retryable = true});
    auto reply = log->replies.front();
    log->replies.erase(log->replies.begin());
    if (reply.status != 0) return reply;
    log->stop.request_stop();
    return ds::fail(ds::ErrorKind::cancelled, "stopped");
  }

  [[nodiscard]] std::string lines() const {
    std::string all;
    for (const ds::HttpRequest& request : log->sent)
      all += request.method + ' ' + request.target + ' ' + request.body + '\n';
    return all;
  }
};

struct RecordingClock {
  std::vector<std::chrono::milliseconds> waits = {};
  std::stop_source* stop_at_first_wait = nullptr;
  bool wait(std::chrono::milliseconds duration, const std::stop_token& stop) {
    waits.push_back(duration);
    if (stop_at_first_wait != nullptr) stop_at_first_wait->request_stop();
    return !stop.stop_requested();
  }
};

ds::HttpResponse ok(std::string body) { return {200, {{"content-type", "text/plain"}}, std::move(body)}; }
ds::HttpResponse page(const std::string& value, const std::string& cursor) {
  return ok(R"({"schema":[{"name":"n","type":"long"}],"datarows":[[)" + value +
            "]],\"total\":1,\"size\":1,\"status\":200" + (cursor.empty() ? "" : ",\"cursor\":\"" + cursor + '"') + '}');
}
ds::HttpResponse missing() {
  return {
      404,
      {},
      R"({"status":404,"error":{"type":"DataSourceNotFoundException","reason":"r","details":"DataSource x not found"}})"};
}
ds::HttpResponse metrics(const std::string& status, const std::string& index = "query_execution_result_metrics") {
  return ok(
      R"({"name":"metrics","description":"","connector":"PROMETHEUS","allowedRoles":[],"properties":{},"resultIndex":")" +
      index + R"(","status":")" + status + "\"}");
}
ds::HttpResponse acknowledged() {
  return ok(R"({"dataSourceId":"1","name":"metrics","status":"ACTIVE","message":"Updated"})");
}

ds::Random half() {
  return [] { return 0.5; };
}
ds::Random one() {
  return [] { return 1.0; };
}

}  // namespace

TEST_CASE("pages follow the cursor to its end, and nothing is left to close") {
  ScriptedTransport transport;
  transport.log->replies = {page("1", "a"), page("2", "b"), page("3", "")};
  ds::Client client{transport, {.url = "http://gateway"}};
  std::vector<std::int64_t> numbers;
  for (auto& rows : client.pages("select n from t", 1)) {
    REQUIRE(rows);
    for (auto [number] : rows->rows<std::int64_t>()) numbers.push_back(number);
  }
  CHECK(numbers == std::vector<std::int64_t>{1, 2, 3});
  CHECK(transport.lines() ==
        "POST /_plugins/_sql {\"query\":\"select n from t\",\"fetch_size\":1}\n"
        "POST /_plugins/_sql {\"cursor\":\"a\"}\n"
        "POST /_plugins/_sql {\"cursor\":\"b\"}\n");
  CHECK(transport.log->sent.back().base == "http://gateway");
}

TEST_CASE("pages that are left early close the server's cursor") {
  ScriptedTransport transport;
  transport.log->replies = {page("1", "a"), ok(R"({"succeeded":true})")};
  ds::Client client{transport, {.url = "http://gateway"}};
  for (auto& rows : client.pages("select n from t", 1)) {
    REQUIRE(rows);
    break;
  }
  REQUIRE(transport.log->sent.size() == 2);
  CHECK(transport.log->sent[1].target == "/_plugins/_sql/close");
  CHECK(transport.log->sent[1].body == R"({"cursor":"a"})");
}

TEST_CASE("pages that were never asked for send nothing") {
  ScriptedTransport transport;
  ds::Client client{transport, {.url = "http://gateway"}};
  { const auto pages = client.pages("select 1", 10); }
  CHECK(transport.log->sent.empty());
}

TEST_CASE("a page that fails is the last, is not asked for again, and its cursor is closed") {
  ScriptedTransport transport;
  transport.log->replies = {page("1", "a"), ds::HttpResponse{503, {}, "busy"}};
  ds::Client client{transport, {.url = "http://gateway"}};
  int pages = 0;
  ds::ErrorKind last{};
  for (auto& rows : client.pages("select n from t", 1)) {
    ++pages;
    if (!rows) last = rows.error().kind;
  }
  CHECK(pages == 2);
  CHECK(last == ds::ErrorKind::server);
  CHECK(transport.log->sent.size() == 3);
  CHECK(transport.log->sent[2].target == "/_plugins/_sql/close");
}

TEST_CASE("an async query is asked after, ever less often, until it has rows") {
  ScriptedTransport transport;
  RecordingClock clock;
  transport.log->replies = {
      ds::HttpResponse{201, {}, R"({"queryId":"q/1","sessionId":"s"})"}, ok(R"({"status":"PENDING"})"),
      ok(R"({"status":"running"})"), ok(R"({"status":"NEWLY_INVENTED","error":""})"),
      ok(R"({"status":"SUCCESS","schema":[{"name":"n","type":"integer"}],"datarows":[[7]],"total":1,"size":1})")};
  const auto result =
      ds::drive(transport,
                ds::operations::async_query({.data_source = "glue", .text = "select 7"}, {.limit = 0ms}, one()), clock)
          .and_then(&ds::operations::rows_of);
  REQUIRE(result);
  CHECK(result->row_count() == 1);
  CHECK(clock.waits == std::vector<std::chrono::milliseconds>{100ms, 150ms, 225ms});
  CHECK(transport.log->sent[0].body == R"({"datasource":"glue","lang":"sql","query":"select 7"})");
  CHECK(transport.log->sent[4].target == "/_plugins/_async_query/q%2F1");
}

TEST_CASE("an async query that fails says why") {
  ScriptedTransport transport;
  transport.log->replies = {ok(R"({"queryId":"q"})"), ok(R"({"status":"FAILED","error":"Fail to analyze query"})")};
  const auto error =
      ds::Client{transport, {.url = "http://gateway"}}.async_query({.data_source = "glue", .text = "x"}).error();
  CHECK(error.kind == ds::ErrorKind::server);
  CHECK(error.message == "Fail to analyze query");
}

TEST_CASE("an async query that is stopped while it is waited for is cancelled on the server") {
  ScriptedTransport transport;
  std::stop_source stop;
  RecordingClock clock{.stop_at_first_wait = &stop};
  transport.log->replies = {ok(R"({"queryId":"q"})"), ok(R"({"status":"RUNNING"})"), ds::HttpResponse{204, {}, ""}};
  const auto result =
      ds::drive(transport, ds::operations::async_query({.data_source = "glue", .text = "x"}, {}, half()), clock,
                stop.get_token());
  CHECK(result.error().kind == ds::ErrorKind::cancelled);
  REQUIRE(transport.log->sent.size() == 3);
  CHECK(transport.log->sent[2].method + transport.log->sent[2].target == "DELETE/_plugins/_async_query/q");
}

TEST_CASE("an async query that is stopped while a request is under way is cancelled on the server") {
  ScriptedTransport transport;
  RecordingClock clock;
  transport.log->replies = {ok(R"({"queryId":"q"})"), ds::HttpResponse{0, {}, ""}, ds::HttpResponse{204, {}, ""}};
  const auto result =
      ds::drive(transport, ds::operations::async_query({.data_source = "glue", .text = "x"}, {}, half()), clock,
                transport.log->stop.get_token());
  CHECK(result.error().kind == ds::ErrorKind::cancelled);
  REQUIRE(transport.log->sent.size() == 3);
  CHECK(transport.log->sent[2].method == "DELETE");
}

TEST_CASE("an async query whose request timed out is ended on the server, and the time-out is told") {
  auto query = ds::operations::async_query({.data_source = "glue", .text = "x"}, {}, half());
  query.address("http://gateway", {});
  (void)query.start();
  const auto asks = query.resume(ok(R"({"queryId":"q"})"));
  REQUIRE(std::holds_alternative<ds::Send>(asks));
  const auto ends = query.resume(ds::Failure{{.kind = ds::ErrorKind::timeout, .message = "too slow"}});
  REQUIRE(std::holds_alternative<ds::Send>(ends));
  CHECK(std::get<ds::Send>(ends).request.method == "DELETE");
  const auto done = query.resume(ds::HttpResponse{204, {}, ""});
  CHECK(std::get<ds::Done<ds::AsyncQueryState>>(done).result.error().message == "too slow");
}

TEST_CASE("an operation says whether it waits to send the same again or to ask anew") {
  ds::Exchange<std::vector<ds::DataSource>> list = ds::operations::list();
  (void)list.start();
  const auto retry = list.resume(ds::HttpResponse{503, {}, ""});
  REQUIRE(std::holds_alternative<ds::Wait>(retry));
  CHECK(std::get<ds::Wait>(retry).until == ds::Wait::Until::retry);
  auto gone = ds::operations::gone("metrics");
  (void)gone.start();
  const auto poll = gone.resume(metrics("ACTIVE"));
  REQUIRE(std::holds_alternative<ds::Wait>(poll));
  CHECK(std::get<ds::Wait>(poll).until == ds::Wait::Until::poll);
}

TEST_CASE("an async query that takes longer than its limit is cancelled on the server") {
  ScriptedTransport transport;
  RecordingClock clock;
  transport.log->replies = {ok(R"({"queryId":"q"})"), ok(R"({"status":"RUNNING"})"), ok(R"({"status":"RUNNING"})"),
                            ds::HttpResponse{204, {}, ""}};
  const auto result = ds::drive(
      transport, ds::operations::async_query({.data_source = "glue", .text = "x"}, {.limit = 200ms}, one()), clock);
  CHECK(result.error().kind == ds::ErrorKind::timeout);
  CHECK(clock.waits == std::vector<std::chrono::milliseconds>{100ms});
  CHECK(transport.log->sent.back().method == "DELETE");
}

TEST_CASE("an async query that could not be submitted is neither asked after nor cancelled") {
  ScriptedTransport transport;
  transport.log->replies = {ds::HttpResponse{
      500,
      {},
      R"({"status":500,"error":{"type":"RuntimeException","reason":"r","details":"No cluster settings present"}})"}};
  const auto error =
      ds::Client{transport, {.url = "http://gateway"}}.async_query({.data_source = "glue", .text = "x"}).error();
  CHECK(error.message == "No cluster settings present");
  CHECK(transport.log->sent.size() == 1);
}

TEST_CASE("a write is waited for until a read shows it") {
  ScriptedTransport transport;
  RecordingClock clock;
  transport.log->replies = {missing(), metrics("ACTIVE"), metrics("DISABLED")};
  const auto shown = ds::drive(
      transport,
      ds::operations::visible(
          "metrics", [](const ds::DataSource& source) { return source.status == ds::Status::disabled; }, {}, half()),
      clock);
  REQUIRE(shown);
  CHECK((*shown)->status == ds::Status::disabled);
  CHECK(clock.waits == std::vector<std::chrono::milliseconds>{75ms, 112ms});
}

TEST_CASE("a removal is waited for until reads find nothing") {
  ScriptedTransport transport;
  RecordingClock clock;
  transport.log->replies = {metrics("ACTIVE"), missing()};
  const auto none = ds::drive(transport, ds::operations::gone("metrics", {}, half()), clock);
  REQUIRE(none);
  CHECK_FALSE(none->has_value());
}

TEST_CASE("waiting for a write ends at its limit, and at once for an error that does not go away") {
  ScriptedTransport transport;
  RecordingClock clock;
  transport.log->replies = std::vector<ds::HttpResponse>(10, missing());
  const auto late = ds::drive(
      transport, ds::operations::visible("metrics", {}, {.first_delay = 100ms, .limit = 400ms}, one()), clock);
  CHECK(late.error().kind == ds::ErrorKind::timeout);
  CHECK(clock.waits == std::vector<std::chrono::milliseconds>{100ms, 150ms});
  transport.log->replies = {ds::HttpResponse{403, {}, R"({"error":"no"})"}};
  CHECK(ds::drive(transport, ds::operations::visible("metrics", {}, {}, one()), clock).error().kind ==
        ds::ErrorKind::forbidden);
}

TEST_CASE("a patch sends what changes, property values as text to an OpenSearch") {
  ScriptedTransport transport;
  transport.log->replies = {acknowledged(), acknowledged()};
  const ds::DataSourcePatch patch{.description = "two", .properties = {{"port", std::int64_t{5}}, {"tls", true}}};
  REQUIRE(ds::Client{transport, {.url = "http://gateway"}}.patch("metrics", patch));
  REQUIRE(ds::Client{transport, {.url = "http://gateway", .dialect = ds::Dialect::opensearch}}.patch("metrics", patch));
  CHECK(transport.lines() ==
        "PATCH /_plugins/_query/_datasources "
        "{\"name\":\"metrics\",\"description\":\"two\",\"properties\":{\"port\":5,\"tls\":true}}\n"
        "PATCH /_plugins/_query/_datasources "
        "{\"name\":\"metrics\",\"description\":\"two\",\"properties\":{\"port\":\"5\",\"tls\":\"true\"}}\n");
}

TEST_CASE("a patch of the result index keeps a disabled source disabled") {
  ScriptedTransport transport;
  transport.log->replies = {metrics("DISABLED"), acknowledged()};
  ds::Client client{transport, {.url = "http://gateway", .auth = ds::BearerAuth{"t0ken"}}};
  REQUIRE(client.patch("metrics", {.result_index = "query_execution_result_x"}));
  REQUIRE(transport.log->sent.size() == 2);
  CHECK(transport.log->sent[1].body ==
        R"({"name":"metrics","resultIndex":"query_execution_result_x","status":"DISABLED"})");
  CHECK(ds::find_header(transport.log->sent[1].headers, "Authorization") == "Bearer t0ken");
  CHECK_FALSE(ds::protocol::patch_request("metrics", {.result_index = "query_execution_result_x"}));
}

TEST_CASE("rotating a secret that is a property keeps status and result index") {
  ScriptedTransport transport;
  transport.log->replies = {metrics("DISABLED", "query_execution_result_own"), acknowledged()};
  ds::Client client{transport, {.url = "http://gateway"}};
  REQUIRE(client.rotate_properties("metrics", {{"prometheus.auth.password", "n3w"}}));
  CHECK(transport.log->sent[1].method == "PATCH");
  CHECK(
      Json::parse(transport.log->sent[1].body) ==
      Json::parse(
          R"({"name":"metrics","properties":{"prometheus.auth.password":"n3w"},"resultIndex":"query_execution_result_own","status":"DISABLED"})"));
}

TEST_CASE("rotating credentials sends the new ones and nothing else") {
  ScriptedTransport transport;
  transport.log->replies = {acknowledged()};
  ds::Client client{transport, {.url = "http://gateway"}};
  REQUIRE(client.rotate("crm", {.username = "app2", .password = "n3w"}));
  CHECK(transport.lines() ==
        "PATCH /_plugins/_query/_datasources "
        "{\"name\":\"crm\",\"configuration\":{\"credentials\":{\"username\":\"app2\",\"password\":\"n3w\"}}}\n");
}

TEST_CASE("a rotation whose read fails writes nothing") {
  ScriptedTransport transport;
  transport.log->replies = {missing()};
  ds::Client client{transport, {.url = "http://gateway", .dialect = ds::Dialect::opensearch}};
  CHECK(client.rotate("crm", {.username = "a", .password = "b"}).error().kind == ds::ErrorKind::not_found);
  CHECK(transport.log->sent.size() == 1);
}

TEST_CASE("operations that share a budget stop retrying when it is spent, and earn it back") {
  ScriptedTransport transport;
  RecordingClock clock;
  const auto budget = std::make_shared<ds::RetryBudget>(3);
  const auto list = [&] {
    ds::Exchange<std::vector<ds::DataSource>> operation{
        ds::protocol::list_request(), &ds::protocol::read_list, {.attempts = 3}, half()};
    operation.share(budget);
    return ds::drive(transport, operation, clock);
  };
  CHECK_FALSE(list());
  CHECK_FALSE(list());
  CHECK_FALSE(list());
  CHECK(transport.log->sent.size() == 3 + 2 + 1);
  transport.log->replies = std::vector<ds::HttpResponse>(10, ok("[]"));
  for (int i = 0; i < 10; ++i) CHECK(list());
  CHECK(budget->left() == Approx(1));
}

TEST_CASE("names, ids and selectors cannot leave their path segment") {
  CHECK(ds::protocol::labels_request("../x?y")->target == "/_plugins/_directquery/_resources/..%2Fx%3Fy/api/v1/labels");
  CHECK(ds::protocol::label_values_request("m", "a/b")->target ==
        "/_plugins/_directquery/_resources/m/api/v1/label/a%2Fb/values");
  CHECK(ds::protocol::series_request("m", {"up{a=\"&\"}"}, {{"start", "1"}})->target ==
        "/_plugins/_directquery/_resources/m/api/v1/series?start=1&match%5B%5D=up%7Ba%3D%22%26%22%7D");
  for (const char* none : {"", ".", ".."}) {
    CHECK(ds::protocol::labels_request(none).error().field == "name");
    CHECK(ds::protocol::label_values_request("m", none).error().field == "label");
    CHECK(ds::protocol::direct_query_request(none, {}).error().field == "name");
    CHECK(ds::protocol::async_query_state_request(none).error().field == "queryId");
    CHECK(ds::protocol::async_query_cancel_request(none).error().field == "queryId");
  }
}

TEST_CASE("replies of the query routes that are not what they should be are malformed") {
  for (const char* body : {"", "[]", "{", "\"text\"", "{\"a\":1}", "null", "\xff"}) {
    INFO(body);
    CHECK(ds::protocol::read_async_query(ok(body)).error().kind == ds::ErrorKind::malformed);
    CHECK(ds::protocol::read_async_query_state(ok(body)).error().kind == ds::ErrorKind::malformed);
    CHECK(ds::protocol::read_closed(ok(body)).error().kind == ds::ErrorKind::malformed);
    CHECK(ds::protocol::read_direct_query(ok(body)).error().kind == ds::ErrorKind::malformed);
    CHECK(ds::protocol::read_labels(ok(body)).error().kind == ds::ErrorKind::malformed);
    CHECK(ds::protocol::read_metadata(ok(body)).error().kind == ds::ErrorKind::malformed);
    CHECK(ds::protocol::read_rules(ok(body)).error().kind == ds::ErrorKind::malformed);
    CHECK(ds::protocol::read_settings(ok(body)).error().kind == ds::ErrorKind::malformed);
    CHECK(ds::protocol::read_page(ok(body)).error().kind == ds::ErrorKind::malformed);
  }
  CHECK(ds::protocol::read_direct_query(
            ok(R"({"results":{"m":{"resultType":"matrix","result":[{"metric":{},"values":[[1,"x"]]}]}}})"))
            .error()
            .kind == ds::ErrorKind::malformed);
}

TEST_CASE("every result of PromQL is read as time series") {
  const auto read = [](const char* result) {
    return ds::protocol::read_direct_query(ok(std::string{R"({"queryId":"q","results":{"m":)"} + result + "}}"))
        .value();
  };
  const auto vector = read(R"({"resultType":"vector","result":[{"metric":{"job":"p"},"value":[1.5,"+Inf"]}]})");
  CHECK(vector.series.at(0).labels.at("job") == "p");
  CHECK(vector.series.at(0).samples.at(0).time == 1.5);
  CHECK(std::isinf(vector.series.at(0).samples.at(0).value));
  const auto scalar = read(R"({"resultType":"scalar","result":[1,"NaN"]})");
  CHECK(std::isnan(scalar.series.at(0).samples.at(0).value));
  CHECK(read(R"({"resultType":"matrix","result":[]})").series.empty());
}

}  // namespace operations_test
