#include "engine_support.hpp"

#include <limits>

namespace engine_values_test {

using namespace engine_tests;

namespace {

/// The bytes of the only value of a one-row reply, as they stand in the body.
std::string value_text(const std::string& expression) {
  static ds::duckdb::Engine& engine = *new ds::duckdb::Engine{{.threads = 1}};  // lives as long as the process
  std::string body;
  const auto summary = engine.run(sql("select " + expression + " as v"), {}, [&](std::string_view bytes) {
    body += bytes;
    return true;
  });
  if (!summary) return summary.error().message;
  const auto begin = body.find("[[") + 2;
  return body.substr(begin, body.find("]],\"total\"") - begin);
}

std::string type_of(const std::string& expression) {
  const auto reply = ask("select " + expression + " as v");
  return reply ? (*reply)["schema"][0]["type"].get<std::string>() : reply.error().message;
}

}  // namespace

TEST_CASE("Every type has its API name and an exact JSON value") {
  struct Case {
    const char* expression;
    const char* type;
    const char* value;
  };
  static constexpr Case cases[] = {
      {"true", "boolean", "true"},
      {"(-128)::tinyint", "byte", "-128"},
      {"255::utinyint", "short", "255"},
      {"(-32768)::smallint", "short", "-32768"},
      {"65535::usmallint", "integer", "65535"},
      {"(-2147483648)::integer", "integer", "-2147483648"},
      {"4294967295::uinteger", "long", "4294967295"},
      {"9223372036854775807", "long", "9223372036854775807"},
      {"(-9223372036854775808)::bigint", "long", "-9223372036854775808"},
      {"18446744073709551615::ubigint", "unsigned_long", "18446744073709551615"},
      {"170141183460469231731687303715884105727::hugeint", "decimal", "170141183460469231731687303715884105727"},
      {"'-170141183460469231731687303715884105728'::hugeint", "decimal", "-170141183460469231731687303715884105728"},
      {"340282366920938463463374607431768211455::uhugeint", "decimal", "340282366920938463463374607431768211455"},
      {"'10000000000000000000'::hugeint", "decimal", "10000000000000000000"},
      {"1.20::decimal(4, 2)", "decimal", "1.20"},
      {"(-0.05)::decimal(4, 2)", "decimal", "-0.05"},
      {"7::decimal(9, 0)", "decimal", "7"},
      {"1234567.89::decimal(9, 2)", "decimal", "1234567.89"},
      {"(-123456789012.345678)::decimal(18, 6)", "decimal", "-123456789012.345678"},
      {"0.00000000000000000000000000000000000001::decimal(38, 38)", "decimal",
       "0.00000000000000000000000000000000000001"},
      {"(-99999999999999999999999999999999999.999)::decimal(38, 3)", "decimal",
       "-99999999999999999999999999999999999.999"},
      {"'123456789012345678901234567890123456789012345'::bignum", "decimal",
       "123456789012345678901234567890123456789012345"},
      {"'-300'::bignum", "decimal", "-300"},
      {"'0'::bignum", "decimal", "0"},
      {"0.1::float", "float", "0.1"},
      {"3::float", "float", "3.0"},
      {"0.1::double", "double", "0.1"},
      {"19.99::double", "double", "19.99"},
      {"-0.0001::double", "double", "-0.0001"},
      {"100000::double", "double", "100000.0"},
      {"0::double", "double", "0.0"},
      {"-0.0::double", "double", "-0.0"},
      {"1e300::double", "double", "1e+300"},
      {"5e-324::double", "double", "5e-324"},
      {"0.1::double + 0.2::double", "double", "0.30000000000000004"},
      {"9007199254740993::double", "double", "9007199254740992.0"},
      {"'nan'::double", "double", "\"NaN\""},
      {"'infinity'::double", "double", "\"Infinity\""},
      {"'-infinity'::float", "float", "\"-Infinity\""},
      {"'Grüße \"x\" \\ ' || chr(10) || chr(1)", "keyword", R"("Grüße \"x\" \\ \n\u0001")"},
      {"'0123456\"89\\bcdef'", "keyword", R"("0123456\"89\\bcdef")"},
      {"''", "keyword", "\"\""},
      {"'00000000-0000-0000-0000-000000000001'::uuid", "keyword", "\"00000000-0000-0000-0000-000000000001\""},
      {"'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid", "keyword", "\"ffffffff-ffff-ffff-ffff-ffffffffffff\""},
      {"'b'::enum('a', 'b\"', 'b')", "keyword", "\"b\""},
      {"'0101010101'::bit", "keyword", "\"0101010101\""},
      {"'\\x00\\xFF'::blob", "binary", "\"AP8=\""},
      {"''::blob", "binary", "\"\""},
      {"date '2024-02-29'", "date", "\"2024-02-29\""},
      {"date '1969-12-31'", "date", "\"1969-12-31\""},
      {"date '0001-01-01'", "date", "\"0001-01-01\""},
      {"date '0044-03-15 (BC)'", "date", "\"0044-03-15 (BC)\""},
      {"date '12345-01-01'", "date", "\"12345-01-01\""},
      {"date 'infinity'", "date", "\"infinity\""},
      {"date '-infinity'", "date", "\"-infinity\""},
      {"time '23:59:59'", "time", "\"23:59:59\""},
      {"time '01:02:03.000004'", "time", "\"01:02:03.000004\""},
      {"'01:02:03.000000004'::time_ns", "time", "\"01:02:03.000000004\""},
      {"'10:11:12+02:30'::timetz", "keyword", "\"10:11:12+02:30\""},
      {"'10:11:12.5-02'::timetz", "keyword", "\"10:11:12.5-02:00\""},
      {"timestamp '2024-01-31 10:11:12'", "timestamp", "\"2024-01-31 10:11:12\""},
      {"timestamp '2024-01-31 10:11:12.5'", "timestamp", "\"2024-01-31 10:11:12.5\""},
      {"timestamp '1969-12-31 23:59:59.999999'", "timestamp", "\"1969-12-31 23:59:59.999999\""},
      {"timestamptz '2024-01-31 10:11:12+02'", "timestamp", "\"2024-01-31 08:11:12\""},
      {"'2024-01-31 10:11:12'::timestamp_s", "timestamp", "\"2024-01-31 10:11:12\""},
      {"'2024-01-31 10:11:12.123'::timestamp_ms", "timestamp", "\"2024-01-31 10:11:12.123\""},
      {"'2024-01-31 10:11:12.123456'::timestamp_ns", "timestamp", "\"2024-01-31 10:11:12.123456\""},
      {"'2024-01-31 10:11:12.123456789'::timestamp_ns", "timestamp", "\"2024-01-31 10:11:12.123456789\""},
      {"timestamp 'infinity'", "timestamp", "\"infinity\""},
      {"interval '1 year 2 months 3 days 04:05:06.5'", "interval", "\"P1Y2M3DT4H5M6.5S\""},
      {"interval '-1 day'", "interval", "\"P-1D\""},
      {"interval '-90 minutes'", "interval", "\"PT-1H-30M\""},
      {"interval '-0.5 seconds'", "interval", "\"PT-0.5S\""},
      {"interval '0 days'", "interval", "\"PT0S\""},
      {"[1, NULL, 3]", "array", "[1,null,3]"},
      {"[]::integer[]", "array", "[]"},
      {"[[1], [], NULL]", "array", "[[1],[],null]"},
      {"[1, 2]::integer[2]", "array", "[1,2]"},
      {"[{'a': 1, 'b': 'x'}]", "nested", R"([{"a":1,"b":"x"}])"},
      {"{'a': 1, 'q\"': [date '2024-01-31'], 'n': NULL::double}", "object", R"({"a":1,"q\"":["2024-01-31"],"n":null})"},
      {"map {'x': 1, 'y': 2}", "object", R"({"x":1,"y":2})"},
      {"map {1: 'x', 2: NULL}", "object", R"({"1":"x","2":null})"},
      {"map {[1, 2]: true}", "object", R"({"[1,2]":true})"},
      {"union_value(num := 2)::union(num integer, str varchar)", "object", "2"},
      {"union_value(str := 'x')::union(num integer, str varchar)", "object", "\"x\""},
      {R"('{"a": [1, 2.50]}'::json)", "object", R"({"a": [1, 2.50]})"},
      {"'3'::json", "object", "3"},
      {"NULL", "integer", "null"},
  };
  for (const Case& each : cases) {
    INFO(each.expression);
    CHECK(type_of(each.expression) == each.type);
    CHECK(value_text(each.expression) == each.value);
  }
}

TEST_CASE("NULL is null in every column type, beside values and alone") {
  const auto reply = ask(
      R"(select a, a::varchar b, a::double c, a::decimal(9,2) d, [a] e, {'x': a} f, case when a is null then null else date '2024-01-31' end g
                            from (values (1), (null), (3)) t(a))");
  REQUIRE(reply.has_value());
  CHECK((*reply)["datarows"][1] == nlohmann::json::parse(R"([null, null, null, null, [null], {"x": null}, null])"));
  CHECK((*reply)["datarows"][2] == nlohmann::json::parse(R"([3, "3", 3.0, 3.00, [3], {"x": 3}, "2024-01-31"])"));
}

TEST_CASE("Nested values stay right across chunks, joins and filters") {
  const auto reply = ask(
      R"(select i, l, s.x from (select range i, [range, range + 1] l, {'x': 'v' || range} s from range(10000)) where i % 1000 = 7 order by i desc)");
  REQUIRE(reply.has_value());
  REQUIRE((*reply)["datarows"].size() == 10);
  CHECK((*reply)["datarows"][0] == nlohmann::json::parse(R"([9007, [9007, 9008], "v9007"])"));
}

TEST_CASE("A type that JSON cannot hold is refused by name before any byte") {
  bool written = false;
  ds::duckdb::Engine engine;
  const auto summary = engine.run(sql("select 1::variant as v"), {}, [&](std::string_view) { return written = true; });
  REQUIRE_FALSE(summary.has_value());
  CHECK(summary.error().kind == ds::ErrorKind::unsupported);
  CHECK(summary.error().message.find("column v has the type VARIANT") != std::string::npos);
  CHECK_FALSE(written);
}

TEST_CASE("Only whole JSON texts stand in a reply as they are") {
  using ds::duckdb::is_json_text;
  for (const char* text :
       {"{}", "[]", " {\"a\" : [1, -2.5e+3, true, null]} ", "\"\\u00e4\\n\"", "0", "-0.1", "{\"a\":{\"b\":[{}]}}"}) {
    INFO(text);
    CHECK(is_json_text(text));
  }
  for (const char* text :
       {"",    " ",  "{",       "[1,]",        "{\"a\"}",  "{a:1}", "01",  "1.",         "+1",   "nan",
        "tru", "\"", "\"\\x\"", "\"\\u00g0\"", "\"a\nb\"", "1 2",   "],[", "{\"a\":1}}", "\xff", "\"\xff\""}) {
    INFO(text);
    CHECK_FALSE(is_json_text(text));
  }
  CHECK_FALSE(is_json_text(std::string(1000, '[') + std::string(1000, ']')));
}

TEST_CASE("Bytes that are not UTF-8 do not spoil the reply") {
  ds::JsonWriter writer;
  writer.string("plain text before \xff and after \xe2\x82");
  CHECK(writer.view() == "\"plain text before \xEF\xBF\xBD and after \xEF\xBF\xBD\xEF\xBF\xBD\"");
}

TEST_CASE("The writer agrees with the standard library on numbers") {
  std::uint64_t state = 42;
  const auto next = [&] {
    return state = state * 6364136223846793005ULL + 1442695040888963407ULL, state ^ state >> 29;
  };
  for (int i = 0; i < 20'000; ++i) {
    const auto integer = static_cast<std::int64_t>(next() >> next() % 64);
    ds::JsonWriter writer;
    writer.integer(integer);
    REQUIRE(writer.view() == std::to_string(integer));

    const double cents = static_cast<double>(static_cast<std::int64_t>(next() % 2'000'000'000) - 1'000'000'000) / 100;
    std::uint64_t bits = next();
    double any;
    std::memcpy(&any, &bits, sizeof any);
    for (const double value : {cents, any}) {
      if (!std::isfinite(value)) continue;
      writer.clear();
      writer.floating(value);
      const std::string text{writer.view()};
      REQUIRE(std::strtod(text.c_str(), nullptr) == value);
    }
  }
}

}  // namespace engine_values_test
