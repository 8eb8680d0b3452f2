#include <datasource/columnar/csv_writer.hpp>
#include <datasource/columnar/jdbc_reader.hpp>
#include <datasource/columnar/jdbc_writer.hpp>

#include <catch2/catch.hpp>

#include <string>

namespace result_writer_test {

namespace ds = datasource;

namespace {

ds::ResultSet read(const std::string& body) {
  auto result = ds::read_jdbc(body);
  if (!result) FAIL(result.error().message);
  return std::move(*result);
}

/// Compact, and with the server's canonical names, so that it is written as it was read.
const std::string every_type =
    R"({"schema":[{"name":"b","type":"boolean"},{"name":"i8","type":"byte"},{"name":"i16","type":"short"},{"name":"i32","type":"integer"},{"name":"i64","type":"long"},)"
    R"({"name":"u64","type":"unsigned_long"},{"name":"f","type":"float"},{"name":"d","type":"double"},{"name":"dec","type":"decimal"},{"name":"k \"q\"","type":"keyword"},)"
    R"({"name":"ts","type":"timestamp"},{"name":"bin","type":"binary"},{"name":"o","type":"object"},{"name":"g","type":"geo_point"},{"name":"n","type":"undefined"}],"datarows":[)"
    R"([true,-128,32767,-2147483648,9007199254740993,18446744073709551615,1.5,0.1,12345678901234567890.120,"Line \"1\"\n\\é😀","2024-01-31 10:11:12.5","aGk=",{"a":[1,{"b":null}]},{"lat":1.0,"lon":-1.0},null],)"
    R"([null,null,null,null,null,null,null,null,null,null,null,null,null,null,null],)"
    R"([false,0,0,0,-9223372036854775808,0,"NaN","-Infinity",-0.5,"","1970-01-01 00:00:00","",[],{},"x"],)"
    R"([true,1,1,1,1,1,1.0,1.0E300,1,"0","1970-01-01 00:00:00","",{},{},null]],"total":4,"size":4,"status":200})";

}  // namespace

TEST_CASE("columns written as JDBC JSON read back as the same columns") {
  const ds::ResultSet first = read(every_type);
  const std::string written = ds::write_jdbc(first);
  const ds::ResultSet second = read(written);
  REQUIRE(second.row_count() == first.row_count());
  REQUIRE(second.columns().size() == first.columns().size());
  for (std::size_t i = 0; i < first.columns().size(); ++i) {
    INFO(first.columns()[i].name);
    CHECK(second.columns()[i].name == first.columns()[i].name);
    CHECK(second.columns()[i].type == first.columns()[i].type);
    CHECK(second.columns()[i].null_count == first.columns()[i].null_count);
    for (std::size_t row = 0; row < first.row_count(); ++row)
      CHECK(ds::text_of(second.columns()[i], row) == ds::text_of(first.columns()[i], row));
  }
  CHECK(ds::write_jdbc(second) == written);
  CHECK(written.substr(0, every_type.find("],[null")) == every_type.substr(0, every_type.find("],[null")));
}

TEST_CASE("a result without rows or columns is written whole") {
  CHECK(ds::write_jdbc({}) == R"({"schema":[],"datarows":[],"total":0,"size":0,"status":200})");
  CHECK(ds::write_csv({}).empty());
}

TEST_CASE("text that is not the JSON or the number that its type says is written as a string") {
  ds::TextValues texts;
  texts.bytes = "{\"a\":";
  texts.offsets = {0, 5};
  const auto body = [&](ds::Type type) {
    return ds::write_jdbc(ds::ResultSet{{ds::Column{.name = "c", .type = type, .values = texts, .validity = {}}}, 1});
  };
  CHECK(body(ds::Type::object).find(R"("datarows":[["{\"a\":"]])") != std::string::npos);
  CHECK(body(ds::Type::decimal).find(R"("datarows":[["{\"a\":"]])") != std::string::npos);
}

TEST_CASE("CSV is what the server sent for the same rows") {
  const auto rows = read(
      "{\"schema\":[{\"name\":\"name\",\"type\":\"keyword\"},{\"name\":\"bio\",\"type\":\"text\"}],\"datarows\":[["
      "\"p00\",null],[\"p01\",\"Line \\\"1\\\"\\n\\\\tabé 😀\"]]}");
  CHECK(ds::write_csv(rows) == "name,bio\np00,\np01,\"Line \"\"1\"\"\n\\tabé 😀\"");
  CHECK(ds::write_csv(rows, {.separator = '|'}) == "name|bio\np00|\np01|\"Line \"\"1\"\"\n\\tabé 😀\"");
}

TEST_CASE("CSV quotes what would break its rows, and guards against formulas when asked to") {
  const auto rows = read(
      R"({"schema":[{"name":"=a","type":"keyword"},{"name":"n","type":"integer"},{"name":"d","type":"double"},{"name":"b","type":"boolean"}],"datarows":[["=1,2",-5,-1,true],["\r",0,0.25,false]]})");
  CHECK(ds::write_csv(rows) == "=a,n,d,b\n\"=1,2\",-5,-1.0,true\n\"\r\",0,0.25,false");
  CHECK(ds::write_csv(rows, {.guard_formulas = true}) == "'=a,n,d,b\n\"'=1,2\",-5,-1.0,true\n\"\r\",0,0.25,false");
}

}  // namespace result_writer_test
