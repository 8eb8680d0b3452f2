#include <datasource/columnar/jdbc_reader.hpp>

#include <catch2/catch.hpp>

#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace jdbc_reader_test {

namespace ds = datasource;

namespace {

std::string body(const std::string& type, const std::string& rows) {
  return R"({"schema":[{"name":"c","type":")" + type + R"("}],"datarows":)" + rows + "}";
}

std::vector<std::optional<std::string>> texts(const std::string& type, const std::string& rows) {
  const auto result = ds::read_jdbc(body(type, rows));
  REQUIRE(result);
  std::vector<std::optional<std::string>> all;
  for (auto [text] : result->rows<std::optional<std::string>>()) all.push_back(text);
  return all;
}

std::string fault(std::string_view text) {
  const auto result = ds::read_jdbc(text);
  REQUIRE_FALSE(result);
  CHECK(result.error().kind == ds::ErrorKind::malformed);
  return result.error().message;
}

using Texts = std::vector<std::optional<std::string>>;

}  // namespace

TEST_CASE("64-bit integers are exact to their ends") {
  CHECK(texts("long", "[[9223372036854775807],[-9223372036854775808],[9007199254740993],[0]]") ==
        Texts{"9223372036854775807", "-9223372036854775808", "9007199254740993", "0"});
  CHECK(texts("unsigned_long", "[[18446744073709551615]]") == Texts{"18446744073709551615"});
  CHECK(fault(body("long", "[[9223372036854775808]]")).find("does not fit column \"c\" of type long") !=
        std::string::npos);
  CHECK(fault(body("byte", "[[128]]")).find("byte 52") != std::string::npos);
}

TEST_CASE("a column whose schema says number but which holds texts is read as text, numbers as they were sent") {
  CHECK(texts("double", R"([[1.50],[null],["C0"],[7]])") == Texts{"1.50", std::nullopt, "C0", "7"});
  CHECK(texts("boolean", R"([[true],["maybe"]])") == Texts{"true", "maybe"});
  CHECK(ds::read_jdbc(body("long", R"([["x"]])"))->columns()[0].type == ds::Type::keyword);
}

TEST_CASE("decimals keep every digit") {
  CHECK(texts("decimal", "[[12345678901234567890.123456789],[-0.10]]") ==
        Texts{"12345678901234567890.123456789", "-0.10"});
}

TEST_CASE("doubles round to nearest, and the three without a JSON number travel as strings") {
  const auto result = ds::read_jdbc(body("double", R"([[0.1],[1e308],[-2.5E-3],["NaN"],["-Infinity"],[7]])"));
  REQUIRE(result);
  const auto& values = *result->columns()[0].values_as<std::vector<double>>();
  CHECK(values[0] == 0.1);
  CHECK(values[1] == 1e308);
  CHECK(values[2] == -2.5e-3);
  CHECK(std::isnan(values[3]));
  CHECK(values[4] == -std::numeric_limits<double>::infinity());
  CHECK(values[5] == 7);
  CHECK(fault(body("double", "[[1e999]]")).find("does not fit") != std::string::npos);
}

TEST_CASE("nulls are told from empty texts and from zero, wherever the first one stands") {
  for (const std::size_t first : {0U, 1U, 7U, 8U, 9U, 63U}) {
    std::string rows = "[";
    for (std::size_t i = 0; i < 70; ++i)
      rows += (i == 0 ? "[" : ",[") + std::string{i >= first && i % 3 == first % 3 ? "null" : "\"\""} + "]";
    const auto result = ds::read_jdbc(body("keyword", rows + "]"));
    REQUIRE(result);
    std::size_t nulls = 0;
    for (std::size_t i = 0; i < 70; ++i) {
      const bool expected = i >= first && i % 3 == first % 3;
      nulls += expected ? 1 : 0;
      CHECK(result->columns()[0].is_null(i) == expected);
    }
    CHECK(result->columns()[0].null_count == nulls);
  }
}

TEST_CASE("strings are unescaped, surrogate pairs joined") {
  CHECK(texts("keyword",
              R"([["a\"\\\/\b\f\n\r\tz"],["\u00e9\u20ac\ud83d\ude00"],["é€😀"],["exactly eight!!! and \\ after"]])") ==
        Texts{"a\"\\/\b\f\n\r\tz", "é€😀", "é€😀", "exactly eight!!! and \\ after"});
  CHECK(fault(body("keyword", R"([["\ud83d"]])")).find("half a surrogate pair") != std::string::npos);
  CHECK(fault(body("keyword", R"([["\x"]])")).find("escape is not known") != std::string::npos);
  CHECK(fault(body("keyword", "[[\"a\nb\"]]")).find("control character") != std::string::npos);
}

TEST_CASE("nested values keep their JSON text") {
  CHECK(texts("object", R"([[{"a": [1, {"b":null}]}],[[]],["x"]])") ==
        Texts{R"({"a": [1, {"b":null}]})", "[]", "\"x\""});
}

TEST_CASE("a column is named by its alias, and types of both vocabularies are known") {
  const auto result = ds::read_jdbc(
      R"json({"schema":[{"name":"COUNT(*)","alias":"n","type":"bigint"},{"name":"t","type":"string"},{"name":"u","type":"no_such_type"}],"datarows":[[1,"x",2.50]]})json");
  REQUIRE(result);
  CHECK(result->columns()[0].name == "n");
  CHECK(result->columns()[0].type == ds::Type::int64);
  CHECK(result->columns()[1].type == ds::Type::keyword);
  CHECK(*ds::text_of(result->columns()[2], 0) == "2.50");
}

TEST_CASE("members come in any order, and unknown ones are passed over") {
  const auto result = ds::read_jdbc(
      R"({"took":{"ms":[1,2]},"datarows":[[1],[2]],"total":2,"schema":[{"type":"integer","name":"c"}],"size":2,"status":200})");
  REQUIRE(result);
  CHECK(result->row_count() == 2);
}

TEST_CASE("a body that was cut off anywhere is malformed, never a shorter result") {
  const std::string whole =
      R"({"schema":[{"name":"c","type":"keyword"},{"name":"d","type":"double"}],"datarows":[["a\u00e9",1.5],[null,-2]],"total":2,"size":2,"status":200})";
  REQUIRE(ds::read_jdbc(whole));
  for (std::size_t length = 0; length < whole.size(); ++length)
    CHECK_FALSE(ds::read_jdbc(std::string_view{whole}.substr(0, length)));
}

TEST_CASE("rows of another length than the schema are malformed, at their byte") {
  CHECK(fault(body("long", "[[1,2]]")) == "the reply is malformed at byte 53: a row is longer than the schema");
  CHECK(fault(body("long", "[[]]")) == "the reply is malformed at byte 52: a row is shorter than the schema");
}

TEST_CASE("hostile bodies are refused in bounded time and memory") {
  CHECK(fault(body("object", "[[" + std::string(100000, '[') + "]]")).find("nests deeper") != std::string::npos);
  CHECK(fault("{\"a\":\"\xff\"}") == "the reply is malformed at byte 6: it is not UTF-8");
  CHECK(fault("{\"a\":\"\xed\xa0\x80\"}").find("not UTF-8") != std::string::npos);
  CHECK(fault(R"({"schema":[],"schema":[],"datarows":[]})").find("two schemas") != std::string::npos);
  for (const char* number : {"01", "1.", ".5", "+1", "1e", "--1", "0x1", "NaN", "1_0"})
    CHECK_FALSE(ds::read_jdbc(body("double", "[[" + std::string{number} + "]]")));
  for (const char* text : {"", "null", "[]", "{}", "{} x", "tru", R"({"datarows":[]})", R"({"schema":[]})"})
    CHECK_FALSE(ds::read_jdbc(text));
}

TEST_CASE("an error at the end of a body that had begun is the server's, not a short result") {
  const auto result = ds::read_jdbc(
      R"({"schema":[{"name":"c","type":"long"}],"datarows":[[1]],"error":{"reason":"disk full"},"status":500})");
  REQUIRE_FALSE(result);
  CHECK(result.error().kind == ds::ErrorKind::server);
  CHECK(result.error().message.find("disk full") != std::string::npos);
}

TEST_CASE("typed rows widen and never narrow") {
  const auto result = ds::read_jdbc(
      R"({"schema":[{"name":"a","type":"integer"},{"name":"b","type":"long"},{"name":"t","type":"keyword"}],"datarows":[[1,2,"x"],[null,null,null]]})");
  REQUIRE(result);
  const auto rows = result->rows<std::int64_t, double, std::string_view>();
  CHECK(rows.error().has_value());  // a long is no exact double
  CHECK(rows.begin() == rows.end());
  std::vector<std::int64_t> sums;
  for (auto [a, b, t] : result->rows<std::optional<std::int64_t>, std::int64_t, std::string_view>())
    sums.push_back(a.value_or(-1) + b);
  CHECK(sums == std::vector<std::int64_t>{3, -1});
  CHECK(result->rows<std::int32_t, std::int32_t>().error()->message.find("column \"b\" is long") != std::string::npos);
  CHECK(result->rows<int, std::int64_t, std::string, int>().error()->message.find("3 columns") != std::string::npos);
}

}  // namespace jdbc_reader_test
