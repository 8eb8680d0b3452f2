// Sources of InfluxDB over a scripted transport. Replies of versions 2 and 3 are those of their documents.

#include "remote_support.hpp"

#include <datasource/engine/remote/influxdb.hpp>

#include <catch2/catch.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace remote_influxdb_test {

namespace ds = datasource;
namespace remote = datasource::remote;
using remote_test::Scripted;

namespace {

ds::RemoteTable cpu() {
  return remote::influx_table("place", "cpu", {"host", "Zone"},
                              {{"load", ds::Type::float64},
                               {"n", ds::Type::int64},
                               {"note", ds::Type::text},
                               {"ok", ds::Type::boolean},
                               {"zone", ds::Type::uint64}});
}

std::string statement(int version, std::vector<std::string> columns, std::vector<ds::Filter> filters,
                      std::optional<std::uint64_t> limit = {}) {
  remote::InfluxSource<Scripted> source{ds::remote::HttpServer{.system = "InfluxDB", .url = "http://db"},
                                        {.version = static_cast<remote::InfluxVersion>(version),
                                         .database = "place",
                                         .organization = "o",
                                         .bucket = "place"},
                                        Scripted{nullptr}};
  const ds::RemoteTable table = cpu();
  return source.request_text(table, {"place", "cpu", std::move(columns), std::move(filters), limit});
}

remote::InfluxSource<Scripted> source(int version, const Scripted& transport) {
  return {ds::remote::HttpServer{.system = "InfluxDB", .url = "http://db", .url_field = "properties.url"},
          {.version = static_cast<remote::InfluxVersion>(version),
           .database = "place",
           .organization = "o",
           .bucket = "place"},
          transport};
}

using K = ds::FilterKind;
const std::vector<ds::Filter> none = {};

}  // namespace

TEST_CASE("columns of a measurement have names of their own, from which their keys can be told") {
  const ds::RemoteTable table = cpu();
  CHECK(remote_test::columns(table) ==
        "time:timestamp Zone:keyword host:keyword load:double n:long note:text ok:boolean field:zone:unsigned_long");
  CHECK(remote::influx_column(table.columns.back()).key == "zone");
}

TEST_CASE("InfluxQL asks for all fields unless a condition demands one, so that no point is lost") {
  CHECK(
      statement(1, {"host"}, none) ==
      R"(SELECT "host"::tag, "load"::field, "n"::field, "note"::field, "ok"::field, "zone"::field AS "field:zone" FROM "cpu" ORDER BY time ASC)");
  CHECK(statement(1, {"n"}, {{"load", K::greater, {1.5}}}, 3) ==
        R"(SELECT "n"::field, "load"::field FROM "cpu" WHERE "load"::field > 1.5 ORDER BY time ASC LIMIT 3)");
  CHECK(statement(1, {"n"}, {{"n", K::is_not_null, {}}}) == R"(SELECT "n"::field FROM "cpu" ORDER BY time ASC)");
}

TEST_CASE("conditions are written in the language of each version") {
  const std::vector<ds::Filter> filters = {
      {"time", K::greater_equal, {std::int64_t{1'700'000'000'000'000}}},
      {"time", K::less, {std::int64_t{1'700'000'001'000'000}}},
      {"host", K::not_equal, {std::string{"it's"}}},
      {"Zone", K::prefix, {std::string{"a/"}}},
      {"n", K::in, {std::int64_t{1}, std::int64_t{-2}}},
      {"load", K::equal, {1e22}},
      {"note", K::less, {std::string{"x"}}},
  };
  CHECK(
      statement(1, {"n"}, filters) ==
      R"(SELECT "n"::field, "note"::field FROM "cpu" WHERE time >= 1700000000000000000 AND time <= 1700000000999999999)"
      R"( AND "host"::tag != '' AND "host"::tag != 'it\'s' AND "Zone"::tag =~ /^a\x2f/ AND ("n"::field = 1 OR "n"::field = -2))"
      R"( AND "load"::field = 10000000000000000000000.0 ORDER BY time ASC)");
  CHECK(
      statement(3, {"time", "field:zone"}, filters, 5) ==
      R"(SELECT "time", "zone" AS "field:zone" FROM "place"."cpu" WHERE "time" >= TIMESTAMP '2023-11-14T22:13:20.000000000Z')"
      R"( AND "time" <= TIMESTAMP '2023-11-14T22:13:20.999999999Z' AND "host" != 'it''s' AND starts_with("Zone", 'a/'))"
      R"( AND ("n" = 1 OR "n" = -2) AND "load" = 10000000000000000000000.0 AND "note" < 'x' ORDER BY "time" LIMIT 5)");
  CHECK(statement(2, {"n"}, filters, 5) ==
        "from(bucket: \"place\")\n"
        "  |> range(start: 2023-11-14T22:13:20.000000000Z, stop: 2023-11-14T22:13:21.000000000Z)\n"
        "  |> filter(fn: (r) => r[\"_measurement\"] == \"cpu\" and exists r[\"host\"] and r[\"host\"] != \"it's\" and "
        "r[\"Zone\"] =~ /^a\\x2f/)\n"
        "  |> pivot(rowKey: [\"_time\"], columnKey: [\"_field\"], valueColumn: \"_value\")\n"
        "  |> group()\n  |> keep(columns: [\"_time\", \"n\"])\n  |> sort(columns: [\"_time\"])\n  |> limit(n: 5)");
}

TEST_CASE("a source says which conditions are applied exactly") {
  const auto applies = [](int version, const ds::Filter& filter) {
    return source(version, Scripted{nullptr}).applies(cpu(), filter);
  };
  const ds::Filter tag{"host", K::equal, {std::string{"a"}}}, empty{"host", K::equal, {std::string{}}},
      field{"n", K::less, {std::int64_t{1}}}, order{"note", K::less, {std::string{"x"}}}, absent{"n", K::is_null, {}},
      infinite{"load", K::less, {HUGE_VAL}}, other{"none", K::is_null, {}},
      times{"time", K::in, {std::int64_t{1}, std::int64_t{5}}};
  for (const int version : {1, 2, 3}) CHECK(applies(version, tag));
  CHECK((!applies(1, empty) && !applies(2, empty) && applies(3, empty)));
  CHECK((applies(1, field) && !applies(2, field) && applies(3, field)));
  CHECK((!applies(1, order) && !applies(2, order) && applies(3, order)));
  CHECK((!applies(1, absent) && !applies(2, absent) && applies(3, absent)));
  for (const int version : {1, 2, 3})
    CHECK((!applies(version, infinite) && !applies(version, other) && !applies(version, times)));
}

TEST_CASE("pages go on at the last time, and none of its points is lost or given twice") {
  // Times of eight points; a page has three.
  const std::vector<int> times = {1, 2, 2, 2, 2, 3, 4, 5};
  const auto answer = [&](const std::string& asked) {
    const auto after = [&](const std::string& words) {
      return std::stoul(asked.substr(asked.find(words) + words.size()));
    };
    const std::size_t from = asked.find("time >= ") == std::string::npos ? 0 : after("time >= ");
    std::string values;
    std::size_t count = 0;
    for (std::size_t i = 0; i < times.size(); ++i) {
      if (static_cast<std::size_t>(times[i]) < from || count == after("LIMIT ")) continue;
      ++count;
      values += (values.empty() ? "[" : ",[") + std::to_string(times[i]) + ',' + std::to_string(i) + ']';
    }
    return ds::HttpResponse{
        200, {}, R"({"results":[{"series":[{"name":"m","columns":["time","n"],"values":[)" + values + "]}]}]}"};
  };
  const ds::RemoteTable table = remote::influx_table("place", "m", {}, {{"n", ds::Type::int64}});
  for (const auto& [limit, expected] : std::vector<std::pair<std::optional<std::uint64_t>, std::size_t>>{
           {std::nullopt, 8}, {0, 0}, {1, 1}, {3, 3}, {4, 4}, {7, 7}, {8, 8}, {9, 8}}) {
    const Scripted transport{answer};
    remote::InfluxScan<Scripted> scan{{ds::remote::HttpServer{.url = "http://db"}, transport},
                                      remote::InfluxPages{{.version = remote::InfluxVersion::v1, .database = "place"},
                                                          table,
                                                          {remote::influx_column(table.columns[1])},
                                                          {}},
                                      {1},
                                      limit,
                                      3};
    const auto rows = remote_test::lines(scan);
    CHECK(rows.size() == expected);
    for (std::size_t i = 0; i < rows.size(); ++i) CHECK(rows[i] == std::to_string(i));
  }
}

TEST_CASE("version 2: measurements, columns and rows come by Flux") {
  const Scripted transport{[](const std::string& asked) -> ds::HttpResponse {
    const auto has = [&](const char* words) { return asked.find(words) != std::string::npos; };
    if (has("distinct(column: \\\"_measurement\\\")"))
      return {200,
              {},
              "#datatype,string,long,string\r\n#group,false,false,false\r\n#default,_result,,\r\n,result,table,_"
              "value\r\n,,0,mem\r\n,,0,cpu\r\n\r\n"};
    if (has("keys()"))
      return {200,
              {},
              "#datatype,string,long,string\r\n#group,false,false,false\r\n#default,_result,,\r\n,result,table,_"
              "value\r\n,,0,_field\r\n,,0,host\r\n\r\n"};
    if (has("last()"))
      return {200,
              {},
              "#datatype,string,long,string,double\r\n#group,false,false,true,false\r\n#default,_result,,,\r\n,result,"
              "table,_field,_value\r\n,,0,load,1.5\r\n\r\n"
              "#datatype,string,long,string,long\r\n#group,false,false,true,false\r\n#default,_result,,,\r\n,result,"
              "table,_field,_value\r\n,,1,n,1\r\n\r\n"};
    return {200,
            {},
            "#datatype,string,long,dateTime:RFC3339,string,double\r\n#group,false,false,false,false,false\r\n#default,_"
            "result,,,,\r\n"
            ",result,table,_time,host,load\r\n,,0,2024-01-31T10:11:12.123456789Z,a,1.5\r\n,,0,2024-01-31T10:11:13Z,,"
            "\r\n\r\n"};
  }};
  auto influx = source(2, transport);
  const auto tables = influx.tables({});
  REQUIRE(tables);
  REQUIRE(tables->size() == 2);
  CHECK((*tables)[0].name == "cpu");
  const auto table = influx.describe("place", "cpu", {});
  REQUIRE(table);
  CHECK(remote_test::columns(*table) == "time:timestamp host:keyword load:double n:long");
  CHECK(influx.describe("elsewhere", "cpu", {}).error().kind == ds::ErrorKind::not_found);
  auto scan = influx.scan(*table, {"place", "cpu", {"load", "time", "host"}, {}, {}}, {});
  REQUIRE(scan);
  CHECK(remote_test::lines(**scan) ==
        std::vector<std::string>{"1.500000|1706695872123456|a", "NULL|1706695873000000|NULL"});
  CHECK(transport.asked().front().starts_with("POST /api/v2/query?org=o {\"query\":\"from(bucket: \\\"place\\\")"));
}

TEST_CASE("version 3: measurements, columns and rows come by SQL") {
  const Scripted transport{[](const std::string& asked) -> ds::HttpResponse {
    const auto has = [&](const char* words) { return asked.find(words) != std::string::npos; };
    if (has("information_schema.tables")) return {200, {}, "{\"table_name\":\"cpu\"}\n"};
    if (has("information_schema.columns") && !has("'cpu'")) return {200, {}, ""};
    if (has("information_schema.columns"))
      return {200,
              {},
              R"q({"column_name":"host","data_type":"Dictionary(Int32, Utf8)"}
{"column_name":"load","data_type":"Float64"}
{"column_name":"time","data_type":"Timestamp(Nanosecond, None)"}
)q"};
    return {200, {}, R"q({"load":2,"time":"2024-01-31T10:11:12.123456789"})q"};
  }};
  auto influx = source(3, transport);
  CHECK(influx.default_schema() == "iox");
  CHECK(influx.tables({})->size() == 1);
  const auto table = influx.describe("iox", "cpu", {});
  REQUIRE(table);
  CHECK(remote_test::columns(*table) == "time:timestamp host:keyword load:double");
  CHECK(influx.describe("iox", "none", {}).error().kind == ds::ErrorKind::not_found);
  auto scan = influx.scan(*table, {"iox", "cpu", {"time", "load", "host"}, {}, {}}, {});
  REQUIRE(scan);
  CHECK(remote_test::lines(**scan) == std::vector<std::string>{"1706695872123456|2.000000|NULL"});
  auto native = influx.query("SELECT 1", {});
  REQUIRE(native);
  CHECK(remote_test::lines(*native->rows).size() == 1);
  CHECK(influx.query("DROP TABLE cpu", {}).error().kind == ds::ErrorKind::invalid);
}

TEST_CASE("version 2 runs InfluxQL too, which a text tells by its first word") {
  const auto flux =
      remote::influx_native({.version = remote::InfluxVersion::v2, .organization = "o", .bucket = "b"}, "buckets()");
  REQUIRE(flux);
  CHECK(flux->request.target == "/api/v2/query?org=o");
  const auto influxql = remote::influx_native(
      {.version = remote::InfluxVersion::v2, .organization = "o", .bucket = "b"}, "show measurements");
  REQUIRE(influxql);
  CHECK(influxql->request.target == "/query?epoch=ns&chunked=true&db=b&q=show%20measurements");
}

TEST_CASE("each version has its own way to sign in, and no message shows the secret") {
  const auto opened = [](ds::Settings settings) {
    auto source = ds::remote::open_influxdb(settings);
    REQUIRE(source);
    return std::move(*source);
  };
  const auto address = opened({{"url", "https://db.example/influx"}, {"version", "3"}, {"database", "d"}})->address();
  CHECK(address.host == "db.example");
  CHECK(address.port == "443");
  ds::remote::HttpServer server{.system = "InfluxDB", .url = "http://[::1]:8086", .secrets = {ds::Secret{"s3cret"}}};
  server.sign_in(ds::BasicAuth{"u", "p4ssw0rd"});
  CHECK(server.address().host == "::1");
  CHECK(server.address().port == "8086");
  CHECK(server.explain({.kind = ds::ErrorKind::invalid, .message = "s3cret dTpwNHNzdzByZA=="}).message ==
        "****** ******");
}

}  // namespace remote_influxdb_test
