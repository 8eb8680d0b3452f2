// InfluxDB's protocols without a server: texts, what only reads, and the three forms of replies.
// Replies of versions 2 and 3 are those of their documents.

#include <datasource/protocol/influxdb/cells.hpp>
#include <datasource/protocol/influxdb/csv_rows.hpp>
#include <datasource/protocol/influxdb/json_rows.hpp>
#include <datasource/protocol/influxdb/reading_only.hpp>
#include <datasource/protocol/influxdb/reply.hpp>
#include <datasource/protocol/influxdb/requests.hpp>
#include <datasource/protocol/influxdb/statements.hpp>

#include <catch2/catch.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace influxdb_protocol_test {

namespace ds = datasource;
namespace influx = datasource::protocol::influxdb;

namespace {

std::string text(const ds::Column& column, std::size_t row) {
  if (column.is_null(row)) return "NULL";
  return std::visit(
      [&](const auto& values) -> std::string {
        if constexpr (std::is_same_v<std::decay_t<decltype(values)>, ds::TextValues>) {
          return std::string{values[row]};
        } else {
          return std::to_string(values[row]);
        }
      },
      column.values);
}

std::vector<std::string> lines(influx::CellBatches cells) {
  std::vector<std::string> lines;
  while (const auto batch = cells.next()) {
    for (std::size_t row = 0; row < batch->rows; ++row) {
      std::string& line = lines.emplace_back();
      for (const ds::Column& column : batch->columns) line += (line.empty() ? "" : "|") + text(column, row);
    }
  }
  return lines;
}

std::string shape(const influx::CellShape& shape) {
  std::string text;
  for (const influx::CellColumn& column : shape.columns())
    text += (text.empty() ? "" : " ") + column.name + ':' + std::string{ds::to_string(column.type)};
  return text;
}

}  // namespace

TEST_CASE("names and texts of InfluxDB's languages cannot end where they should not") {
  CHECK(influx::influxql_name(R"(a"b\c)") == R"("a\"b\\c")");
  CHECK(influx::influxql_text("it's\n") == R"('it\'s\n')");
  CHECK(influx::flux_text(R"(a"${b}\$c)") == R"("a\"\${b}\\$c")");
  CHECK(influx::sql_name(R"(a"b)") == R"("a""b")");
  CHECK(influx::sql_text("it's") == "'it''s'");
  CHECK(influx::prefix_pattern("a/b.c") == R"(/^a\x2fb\.c/)");
}

TEST_CASE("only InfluxQL that reads is run") {
  for (const char* good : {"SELECT * FROM cpu", " select mean(a) from b group by time(1m);", "SHOW TAG KEYS",
                           "SELECT * FROM \"into\"", "SELECT * FROM m WHERE a = 'x; INTO y'", "SELECT * FROM /into_x/",
                           "EXPLAIN SELECT a FROM b", "SELECT a/b FROM c -- comment"})
    CHECK(influx::influxql_problem(good).empty());
  for (const char* bad :
       {"", "DROP DATABASE x", "SELECT * INTO b FROM a", "SELECT * inTO\"b\" FROM a", "SELECT 1; DROP DATABASE x",
        "(DROP DATABASE x", "DELETE FROM cpu", "-- SELECT\nDROP DATABASE x", "SELECT * FROM /'/ ; DROP DATABASE x -- '",
        "SELECT * FROM a WHERE x =~ /\"/ AND 1 INTO b --\"", "SELECT 'a\\'; DROP DATABASE x",
        "SELECT * FROM a WHERE b = 'x' ; DROP DATABASE c", "GRANT ALL TO x", "/* SELECT */ DROP DATABASE x"}) {
    INFO(bad);
    CHECK_FALSE(influx::influxql_problem(bad).empty());
  }
}

TEST_CASE("only Flux that reads the server's own data is run") {
  for (const char* good :
       {R"(from(bucket: "b") |> range(start: -1h))", R"(import "strings" strings.toUpper(v: "a"))",
        R"(import s "influxdata/influxdb/schema" s.tagKeys(bucket: "b"))", "toFloat()", R"(f(to: 1))"})
    CHECK(influx::flux_problem(good).empty());
  for (const char* bad :
       {R"(from(bucket: "b") |> range(start: -1h) |> to(bucket: "c"))", "x = to",
        R"(import "http" http.post(url: "u"))", R"(import x "sql" x.to())", "import /* \"strings\" */ \"http\"",
        "import // \"strings\"\n\"http\"", "import \"strings\" import\n\"experimental\""}) {
    INFO(bad);
    CHECK_FALSE(influx::flux_problem(bad).empty());
  }
}

TEST_CASE("only SQL that reads is run") {
  CHECK(influx::sql_problem("WITH a AS (SELECT 1) SELECT * FROM a").empty());
  CHECK(influx::sql_problem("(SELECT 1)").empty());
  CHECK_FALSE(influx::sql_problem("COPY x TO 'y'").empty());
  CHECK_FALSE(influx::sql_problem("").empty());
}

TEST_CASE("requests carry database, organization and statement") {
  CHECK(influx::influxql_request("a b", "", "SELECT 1").target == "/query?epoch=ns&chunked=true&db=a%20b&q=SELECT%201");
  CHECK(influx::influxql_request("d", "r&", std::string(5000, 'x'))
            .body.starts_with("epoch=ns&chunked=true&db=d&rp=r%26"));
  const auto flux = influx::flux_request("my org", "from()");
  CHECK(flux.target == "/api/v2/query?org=my%20org");
  CHECK(flux.body == R"q({"query":"from()","type":"flux","dialect":{"annotations":["datatype","group","default"]}})q");
  CHECK(influx::sql_request("d", "SELECT 1").body == R"({"db":"d","q":"SELECT 1","format":"jsonl"})");
}

TEST_CASE("results of version 1 are read over all chunks and series") {
  const std::string body =
      R"({"results":[{"statement_id":0,"series":[{"name":"cpu","tags":{"host":"a","zone":""},"columns":["time","load","n"],
          "values":[[1700000000000000001,1.5,1],[1700000000000000002,null,2]],"partial":true}],"partial":true}]})"
      "\n"
      R"({"results":[{"statement_id":0,"series":[{"values":[[3,"x",9007199254740993]],"columns":["time","note","n"],"name":"mem"}]}]})";
  influx::CellShape found;
  const auto read = influx::read_results(body, found);
  REQUIRE(read);
  CHECK(read->several_names);
  CHECK(shape(found) == "time:timestamp load:double n:long host:keyword zone:keyword note:keyword");
  auto columns = found.columns();
  columns.insert(columns.begin(), {.name = "name"});
  influx::CellBatches cells{columns};
  REQUIRE(influx::read_results(body, cells, "name"));
  CHECK(lines(std::move(cells)) == std::vector<std::string>{
                                       "cpu|1700000000000000|1.500000|1|a|NULL|NULL",
                                       "cpu|1700000000000000|NULL|2|a|NULL|NULL",
                                       "mem|0|NULL|9007199254740993|NULL|NULL|x",
                                   });
}

TEST_CASE("what went wrong in version 1 comes with a reply of success") {
  influx::CellShape found;
  const auto read = influx::read_results(R"({"results":[{"statement_id":0,"error":"database not found: x"}]})", found);
  REQUIRE(read);
  CHECK(influx::statement_error(read->error).kind == ds::ErrorKind::not_found);
  CHECK(influx::statement_error("error parsing query: x").kind == ds::ErrorKind::invalid);
}

TEST_CASE("a tag whose name a column has too gives way to it") {
  influx::CellBatches cells{{{.name = "host"}}};
  REQUIRE(influx::read_results(
      R"({"results":[{"series":[{"name":"m","tags":{"host":"a"},"columns":["host"],"values":[["b"]]}]}]})", cells));
  CHECK(lines(std::move(cells)) == std::vector<std::string>{"b"});
}

TEST_CASE("annotated CSV is read table by table, each with columns of its own") {
  // Source: docs.influxdata.com/influxdb/v2/reference/syntax/annotated-csv
  const std::string body =
      "#datatype,string,long,dateTime:RFC3339,string,double\r\n#group,false,false,false,true,false\r\n"
      "#default,_result,,,none,\r\n,result,table,_time,host,_value\r\n"
      ",,0,2022-12-31T00:00:00Z,\"a, \"\"b\"\"\",15.43\r\n,,0,2022-12-31T00:00:00.000000001Z,,1e3\r\n\r\n"
      "#datatype,string,long,boolean,unsignedLong\r\n#group,false,false,false,false\r\n#default,_result,,,\r\n"
      ",result,table,ok,big\r\n,,1,true,18446744073709551615\r\n";
  influx::CellShape found;
  REQUIRE(influx::read_csv(body, found));
  CHECK(shape(found) == "_time:timestamp host:keyword _value:double ok:boolean big:unsigned_long");
  influx::CellBatches cells{found.columns()};
  const auto read = influx::read_csv(body, cells);
  REQUIRE(read);
  CHECK(read->empty());
  CHECK(lines(std::move(cells)) == std::vector<std::string>{
                                       R"(1672444800000000|a, "b"|15.430000|NULL|NULL)",
                                       "1672444800000000|none|1000.000000|NULL|NULL",
                                       "NULL|NULL|NULL|1|18446744073709551615",
                                   });
}

TEST_CASE("an error in the middle of annotated CSV is told") {
  influx::CellShape found;
  const auto read = influx::read_csv(
      "#datatype,string,string\r\n#group,true,true\r\n#default,,\r\n,error,reference\r\n,\"query terminated: "
      "x\",897\r\n",
      found);
  REQUIRE(read);
  CHECK(*read == "query terminated: x");
  CHECK_FALSE(influx::read_csv(",\"a", found));
  CHECK_FALSE(influx::read_csv(",\"a\"b\r\n", found));
}

TEST_CASE("JSON lines of version 3 leave out what is null") {
  // Source: docs.influxdata.com/influxdb3/core/api, format jsonl
  const std::string body = R"({"host":"a","time":"2024-01-31T10:11:12.123456789","usage":1.5})"
                           "\n"
                           R"({"time":"2024-01-31T10:11:13","usage":2,"ok":true})"
                           "\n";
  influx::CellShape found;
  REQUIRE(influx::read_lines(body, found));
  CHECK(shape(found) == "host:keyword time:timestamp usage:double ok:boolean");
  influx::CellBatches cells{
      {{.name = "time", .type = ds::Type::int64}, {.name = "host"}, {.name = "usage", .type = ds::Type::float64}}};
  REQUIRE(influx::read_lines(body, cells));
  CHECK(lines(std::move(cells)) ==
        std::vector<std::string>{"1706695872123456789|a|1.500000", "1706695873000000000|NULL|2.000000"});
}

TEST_CASE("a value that does not fit its column is told with the byte") {
  for (const auto& [type, value] : std::vector<std::pair<ds::Type, std::string>>{{ds::Type::int64, "1.5"},
                                                                                 {ds::Type::float64, "true"},
                                                                                 {ds::Type::boolean, "1"},
                                                                                 {ds::Type::uint64, "-1"},
                                                                                 {ds::Type::timestamp, "\"today\""}}) {
    influx::CellBatches cells{{{.name = "a", .type = type}}};
    const auto read = influx::read_lines("{\"a\":" + value + "}", cells);
    REQUIRE_FALSE(read);
    CHECK_THAT(read.error().message, Catch::Contains("at byte 5") && Catch::Contains("does not fit column \"a\""));
  }
}

TEST_CASE("replies that are none are refused") {
  influx::CellShape found;
  for (const char* body : {"", "<html>", "[]", R"({"results":[{"series":[{"columns":["a"],"values":[[1,2]]}]}]})",
                           R"({"results":[{"series":[{"columns":[1]}]}]})", R"({"results":{}})"}) {
    INFO(body);
    CHECK_FALSE(influx::read_results(body, found));
  }
  CHECK_FALSE(influx::read_lines("{\"a\":}", found));
}

TEST_CASE("times outside the server's range are no times") {
  CHECK(influx::detail::read_time("1970-01-01T00:00:01Z") == 1'000'000'000);
  CHECK(influx::detail::read_time("1969-12-31 23:59:59.999999999") == -1);
  for (const char* text : {"", "9999-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "2024-01-31",
                           "2024-01-31T10:11:12+01:00", "2024-02-30T00:00:00Z", "2024-01-31T10:11:12.0000000001"})
    CHECK_FALSE(influx::detail::read_time(text));
  CHECK(influx::microseconds_of(-1) == -1);
  CHECK(influx::microseconds_of(1999) == 1);
}

TEST_CASE("versions are told by a header or by the body") {
  CHECK(*influx::read_version({204, {{"X-Influxdb-Version", "1.6.7~rc0"}}, {}}) == "1.6.7");
  CHECK(*influx::read_version({204, {{"X-Influxdb-Version", "v2.7.1"}}, {}}) == "2.7.1");
  CHECK(*influx::read_version({200, {}, R"({"version":"3.0.1","revision":"x"})"}) == "3.0.1");
  CHECK(influx::read_version({200, {}, "pong"}).error().kind == ds::ErrorKind::malformed);
}

TEST_CASE("errors of every version keep the server's words") {
  const auto kind = [](int status, const std::string& body) { return influx::read_error({status, {}, body}).kind; };
  CHECK(kind(401, R"({"error":"authorization failed"})") == ds::ErrorKind::unauthorized);
  CHECK(kind(401, R"({"code":"unauthorized","message":"unauthorized access"})") == ds::ErrorKind::unauthorized);
  CHECK(kind(404, R"({"code":"not found","message":"could not find bucket \"x\""})") == ds::ErrorKind::not_found);
  CHECK(kind(400, R"({"code":"invalid","message":"compilation failed"})") == ds::ErrorKind::invalid);
  CHECK(kind(404, "404 page not found") == ds::ErrorKind::malformed);
  CHECK(kind(500, "") == ds::ErrorKind::server);
  CHECK(influx::read_error({400, {}, R"({"error":"Invalid SQL"})"}).message == "Invalid SQL");
}

}  // namespace influxdb_protocol_test
