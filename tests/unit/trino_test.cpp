#include <datasource/client/trino.hpp>
#include <datasource/columnar/jdbc_writer.hpp>
#include <datasource/transport/recording.hpp>

#include <catch2/catch.hpp>

#include <deque>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

namespace trino_test {

namespace ds = datasource;

namespace {

/// A story that was recorded from a real Trino 476.
std::shared_ptr<const ds::Story> recorded(const std::string& name) {
  std::ifstream file{DATASOURCE_RECORDINGS "/trino-476.json"};
  const std::string text{std::istreambuf_iterator<char>{file}, {}};
  const auto stories = ds::read_recordings(text);
  REQUIRE(stories);
  for (const ds::Story& story : *stories) {
    if (story.name == name) return std::make_shared<const ds::Story>(story);
  }
  FAIL("there is no story " << name);
  return {};
}

ds::TrinoClient<ds::ReplayTransport> replaying(const std::string& name, ds::TrinoResults results = {}) {
  return ds::TrinoClient{ds::ReplayTransport{recorded(name)},
                         {.url = "http://trino:8080", .session = {.user = "recorder"}, .results = std::move(results)}};
}

/// The statement of a story's first request.
std::string statement_of(const std::string& name) { return recorded(name)->exchanges.front().request.body; }

/// Answers from a list, and keeps what it was asked.
struct Script {
  std::shared_ptr<std::deque<ds::HttpResponse>> replies = std::make_shared<std::deque<ds::HttpResponse>>();
  std::shared_ptr<std::vector<ds::HttpRequest>> asked = std::make_shared<std::vector<ds::HttpRequest>>();

  ds::Result<ds::HttpResponse> send(const ds::HttpRequest& request, const std::stop_token&) {
    asked->push_back(request);
    if (replies->empty()) return ds::fail(ds::ErrorKind::connection, "nothing more was expected");
    ds::HttpResponse reply = std::move(replies->front());
    replies->pop_front();
    return reply;
  }
};

constexpr const char* columns =
    R"("columns":[{"name":"a","type":"integer","typeSignature":{"rawType":"integer","arguments":[]}}])";

}  // namespace

TEST_CASE("every type of a recorded Trino arrives exactly, times in UTC") {
  auto client = replaying("every type");
  const auto result = client.sql(statement_of("every type"));
  if (!result) FAIL(result.error().message);
  REQUIRE(result->row_count() == 2);
  const std::string text = ds::write_jdbc(*result);
  CHECK(text.find(R"([true,-1,2,3,9223372036854775807,0.5,0.1,12345678901234567890.0123456789,"text","ab ","AP8=",)"
                  R"("2024-02-29","12:00:00.5","2024-02-29 12:34:56.789","2024-02-28 22:30:00.5","2 00:00:00.000",)"
                  R"([1.50,null],{"k":9007199254740993},{"x":1,"y":"2023-12-31 23:00:00"},{"a":[1]},)"
                  R"("00000000-0000-0000-0000-000000000001","10.0.0.1","NaN","-Infinity",null,)") != std::string::npos);
  std::vector<std::string> types;
  for (const ds::Column& column : result->columns()) types.emplace_back(to_string(column.type));
  CHECK(types == std::vector<std::string>{"boolean",   "byte",      "short",     "integer",  "long",   "float",
                                          "double",    "decimal",   "keyword",   "keyword",  "binary", "date",
                                          "time",      "timestamp", "timestamp", "interval", "array",  "object",
                                          "object",    "object",    "keyword",   "ip",       "double", "double",
                                          "undefined", "keyword"});
}

TEST_CASE("a result of several replies is one result, and one without rows has columns") {
  auto client = replaying("several pages");
  const auto result = client.sql(statement_of("several pages"));
  REQUIRE(result);
  CHECK(result->row_count() == 1500);
  std::int64_t expected = 1;
  for (auto [n] : result->rows<std::int64_t>()) CHECK(n == expected++);
  auto other = replaying("no rows");
  const auto none = other.sql(statement_of("no rows"));
  REQUIRE(none);
  CHECK(none->row_count() == 0);
  REQUIRE(none->columns().size() == 1);
  CHECK(none->columns().front().name == "a");
}

TEST_CASE("a fault of a statement names its place, and is told by its kind") {
  auto client = replaying("syntax error");
  auto rows = client.pages({.text = statement_of("syntax error")});
  const auto page = rows.next();
  REQUIRE(page);
  REQUIRE_FALSE(*page);
  CHECK(page->error().kind == ds::ErrorKind::invalid);
  CHECK(page->error().type == "SYNTAX_ERROR");
  CHECK(page->error().message.starts_with("line 2:1: "));
  CHECK(rows.statement().location() == ds::TrinoLocation{2, 1});
  CHECK_FALSE(rows.next());

  auto other = replaying("no such catalog");
  CHECK(other.sql(statement_of("no such catalog")).error().kind == ds::ErrorKind::not_found);
}

TEST_CASE("a time in a region's zone is refused with the way out, and the statement is ended on the server") {
  const auto story = recorded("region's zone");
  ds::ReplayTransport transport{story};
  ds::TrinoClient client{transport, {.url = "http://trino:8080", .session = {.user = "recorder"}}};
  const auto result = client.sql(story->exchanges.front().request.body);
  REQUIRE_FALSE(result);
  CHECK(result.error().kind == ds::ErrorKind::unsupported);
  CHECK(result.error().message.find("AT TIME ZONE 'UTC'") != std::string::npos);
  CHECK(story->exchanges.back().request.method == "DELETE");
}

TEST_CASE("values for parameters are sent as expressions of their types") {
  auto client = replaying("parameters");
  const auto result = client.query({.text = "SELECT ? AS a, ? AS b, ? AS c",
                                    .parameters = {45, "it's", ds::Parameter{"date", std::string{"2024-02-29"}}}});
  if (!result) FAIL(result.error().message);
  CHECK(ds::write_jdbc(*result).find(R"([[45,"it's","2024-02-29"]])") != std::string::npos);
  CHECK(ds::protocol::trino_statement_text("SELECT 'x', ?", {ds::Parameter{true}}) ==
        std::string{"EXECUTE IMMEDIATE 'SELECT ''x'', ?' USING CAST(true AS boolean)"});
  CHECK(ds::protocol::trino_statement_text("SELECT ?", {ds::Parameter{"ip", std::string{"1"}}}).error().kind ==
        ds::ErrorKind::invalid);
}

TEST_CASE("what statements change of the session holds for those that follow") {
  auto client = replaying("session");
  REQUIRE(client.execute("SET SESSION query_max_run_time = '5m'"));
  CHECK(client.session().properties.at("query_max_run_time") == "5m");
  REQUIRE(client.execute("PREPARE p FROM SELECT ? + 1"));
  CHECK(client.session().prepared.contains("p"));
  const auto result = client.sql("EXECUTE p USING 4");
  REQUIRE(result);
  CHECK(ds::write_jdbc(*result).find("[[5]]") != std::string::npos);
  REQUIRE(client.execute("RESET SESSION query_max_run_time"));
  REQUIRE(client.execute("DEALLOCATE PREPARE p"));
  CHECK(client.session().properties.empty());
  CHECK(client.session().prepared.empty());
}

TEST_CASE("rows that are left early end the statement on the server") {
  const auto story = recorded("left early");
  Script script;
  for (const auto& exchange : story->exchanges) script.replies->push_back(exchange.response);
  ds::TrinoClient client{script, {.url = "http://trino:8080", .session = {.user = "recorder"}}};
  {
    auto rows = client.pages({.text = story->exchanges.front().request.body});
    REQUIRE(rows.next());
  }
  CHECK(script.asked->back().method == "DELETE");
  CHECK(script.asked->back().target.starts_with("/v1/statement/executing/"));
}

TEST_CASE("rows in segments arrive, inline and fetched, with what was fetched acknowledged") {
  auto inline_client = replaying("spooled, plain, inline", {.encodings = "json"});
  const auto one = inline_client.sql(statement_of("spooled, plain, inline"));
  if (!one) FAIL(one.error().message);
  CHECK(ds::write_jdbc(*one).find(R"([[1,"x"]])") != std::string::npos);

  Script script;
  const std::string page =
      R"({"id":"q",)" + std::string{columns} +
      R"(,"data":{"encoding":"json+zstd","segments":[{"type":"spooled",)"
      R"("uri":"http://trino:8080/v1/spooled/download/x","ackUri":"http://trino:8080/v1/spooled/ack/x",)"
      R"("metadata":{"rowsCount":2,"segmentSize":4,"uncompressedSize":9},"headers":{"x-amz":["k"]}}]},)"
      R"("stats":{"state":"FINISHED"}})";
  *script.replies = {{200, {}, page}, {200, {}, "zzzz"}, {200, {}, ""}};
  ds::TrinoClient client{
      script,
      {.url = "http://trino:8080",
       .auth = ds::BearerAuth{"t0ken"},
       .session = {.user = "u"},
       .results = {.encodings = "json+zstd", .unpack = [](std::string_view packed, std::size_t size) {
                     CHECK(packed == "zzzz");
                     CHECK(size == 9);
                     return ds::Result<std::string>{"[[1],[2]]"};
                   }}}};
  const auto rows = client.sql("SELECT 1");
  if (!rows) FAIL(rows.error().message);
  CHECK(rows->row_count() == 2);
  REQUIRE(script.asked->size() == 3);
  CHECK(ds::find_header((*script.asked)[0].headers, "X-Trino-Query-Data-Encoding") == "json+zstd");
  CHECK(ds::find_header((*script.asked)[1].headers, "x-amz") == "k");
  CHECK((*script.asked)[2].target == "/v1/spooled/ack/x");
  CHECK(ds::find_header((*script.asked)[2].headers, "x-amz") == "k");
}

TEST_CASE("packed rows that nobody unpacks, or to another size than is said, end the statement") {
  const std::string page = R"({"id":"q","nextUri":"http://trino:8080/v1/statement/x",)" + std::string{columns} +
                           R"(,"data":{"encoding":"json+zstd","segments":[{"type":"inline","data":"enp6eg==",)"
                           R"("metadata":{"rowsCount":2,"segmentSize":4,"uncompressedSize":9}}]},"stats":{}})";
  const auto error_of = [&](const ds::TrinoResults& results) {
    Script script;
    *script.replies = {{200, {}, page}, {204, {}, ""}};
    ds::TrinoClient client{script, {.url = "http://trino:8080", .session = {.user = "u"}, .results = results}};
    const auto rows = client.sql("SELECT 1");
    REQUIRE_FALSE(rows);
    CHECK(script.asked->back().method == "DELETE");
    return rows.error();
  };
  const ds::Error none = error_of({.encodings = "json+zstd"});
  CHECK(none.kind == ds::ErrorKind::unsupported);
  CHECK(none.message.ends_with("ask for the encoding json"));
  const ds::Error other = error_of({.encodings = "json+zstd", .unpack = [](std::string_view, std::size_t) {
                                      return ds::Result<std::string>{"[[1]]"};
                                    }});
  CHECK(other.kind == ds::ErrorKind::malformed);
  CHECK(other.message == "a piece of the result unpacks to 5 bytes, where Trino says 9");
}

TEST_CASE("without a function the one who carries a statement out is asked to unpack") {
  const std::string page = R"({"id":"q",)" + std::string{columns} +
                           R"(,"data":{"encoding":"json+zstd","segments":[{"type":"inline","data":"enp6eg==",)"
                           R"("metadata":{"uncompressedSize":9}}]},"stats":{}})";
  ds::TrinoQuery query{ds::TrinoStatement{std::string{"SELECT 1"}, {.user = "u"}, {.encodings = "json+zstd"}}};
  query.address("http://trino:8080", {});
  REQUIRE(std::holds_alternative<ds::Send>(query.start()));
  const auto step = query.resume(ds::HttpResponse{200, {}, page});
  const auto* unpack = std::get_if<ds::Unpack>(&step);
  REQUIRE(unpack != nullptr);
  CHECK(unpack->packed == "zzzz");
  CHECK(unpack->size == 9);
  const auto last = query.resume(ds::Unpacked{"[[1],[2]]"});
  const auto* done = std::get_if<ds::Done<ds::TrinoOutcome>>(&last);
  REQUIRE(done != nullptr);
  REQUIRE(done->result);
  CHECK(done->result->rows.row_count() == 2);
}

TEST_CASE("a segment that is somewhere else is followed there, without credentials and not for ever") {
  const std::string page = R"({"id":"q",)" + std::string{columns} +
                           R"(,"data":{"encoding":"json","segments":[{"type":"spooled",)"
                           R"("uri":"http://trino:8080/v1/spooled/download/x","metadata":{"rowsCount":1},)"
                           R"("headers":{"x-amz":["k"]}}]},"stats":{}})";
  const auto moved = [](std::string to) { return ds::HttpResponse{303, {{"Location", std::move(to)}}, {}}; };
  const auto ask = [&](Script& script, bool allowed = true) {
    ds::TrinoClient client{script,
                           {.url = "http://trino:8080",
                            .auth = ds::BearerAuth{"t0ken"},
                            .session = {.user = "u"},
                            .results = {.encodings = "json", .other_servers = allowed}}};
    return client.sql("SELECT 7");
  };
  Script script;
  *script.replies = {{200, {}, page}, moved("http://store/y?signature=s"), {200, {}, "[[7]]"}};
  REQUIRE(ask(script));
  CHECK(ds::find_header((*script.asked)[1].headers, "Authorization") == "Bearer t0ken");
  const ds::HttpRequest& last = script.asked->back();
  CHECK(last.base + last.target == "http://store/y?signature=s");
  CHECK(last.headers == ds::Headers{{"x-amz", "k"}});

  Script refused;
  *refused.replies = {{200, {}, page}, moved("http://store/y")};
  CHECK(ask(refused, false).error().kind == ds::ErrorKind::forbidden);
  Script circle;
  *circle.replies = {{200, {}, page}, moved("http://a/"), moved("http://b/"), moved("http://c/")};
  CHECK(ask(circle).error().message == "the server redirects to http://c/; use that one as the URL");
  CHECK(circle.asked->size() == 4);
}

TEST_CASE("a segment on another server is fetched without credentials, or not at all") {
  const std::string page = R"({"id":"q",)" + std::string{columns} +
                           R"(,"data":{"encoding":"json","segments":[{"type":"spooled","uri":"http://store/x",)"
                           R"("metadata":{"rowsCount":1}}]},"stats":{}})";
  for (const bool allowed : {true, false}) {
    Script script;
    *script.replies = {{200, {}, page}, {200, {}, "[[7]]"}};
    ds::TrinoClient client{script,
                           {.url = "http://trino:8080",
                            .auth = ds::BearerAuth{"t0ken"},
                            .session = {.user = "u"},
                            .results = {.encodings = "json", .other_servers = allowed}}};
    const auto rows = client.sql("SELECT 7");
    CHECK(rows.has_value() == allowed);
    CHECK(script.asked->size() == (allowed ? 2 : 1));
    if (!allowed) continue;
    CHECK(script.asked->back().base == "http://store");
    CHECK(ds::find_header(script.asked->back().headers, "Authorization").empty());
  }
}

TEST_CASE("an address on another server is not followed, whatever it looks like") {
  for (const char* next :
       {"http://evil:8080/v1/statement/x", "https://trino:8080/v1/statement/x", "http://trino:8081/v1/x",
        "http://trino:8080@evil/v1/x", "http://trino:8080.evil/v1/x", "//evil/x", "/v1/x", "ftp://trino:8080/"}) {
    INFO(next);
    Script script;
    *script.replies = {{200, {}, R"({"id":"q","nextUri":")" + std::string{next} + R"(","stats":{}})"}, {200, {}, "{}"}};
    ds::TrinoClient client{script,
                           {.url = "http://trino:8080", .auth = ds::BearerAuth{"t0ken"}, .session = {.user = "u"}}};
    const auto result = client.sql("SELECT 1");
    REQUIRE_FALSE(result);
    CHECK(result.error().kind == ds::ErrorKind::malformed);
    CHECK(script.asked->size() == 1);
  }
}

TEST_CASE("a server that refuses, or is none, is told apart") {
  Script script;
  *script.replies = {{401, {}, "Unauthorized"}, {200, {}, "<html>"}, {500, {}, "boom"}};
  ds::TrinoClient client{script, {.url = "http://trino:8080", .session = {.user = "u"}}};
  CHECK(client.sql("SELECT 1").error().kind == ds::ErrorKind::unauthorized);
  CHECK(client.sql("SELECT 1").error().kind == ds::ErrorKind::malformed);
  CHECK(client.sql("SELECT 1").error().message == "Trino answered with status 500: boom");
}

}  // namespace trino_test
