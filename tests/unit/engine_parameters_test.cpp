#include "engine_support.hpp"

#include <datasource/protocol/opensearch/parameters_json.hpp>

namespace engine_parameters_test {

using namespace engine_tests;
using nlohmann::json;

namespace {

ds::Result<json> rows(std::string text, std::vector<ds::Parameter> parameters) {
  static ds::duckdb::Engine& engine = *new ds::duckdb::Engine{{.threads = 2}};  // lives as long as the process
  std::string body;
  ds::Query query = sql(std::move(text));
  query.parameters = std::move(parameters);
  const auto summary = engine.run(query, {}, [&](std::string_view bytes) {
    body += bytes;
    return true;
  });
  if (!summary) return ds::fail(summary.error());
  return json::parse(body)["datarows"];
}

}  // namespace

TEST_CASE("A parameter has the type that is named for it") {
  const auto typed =
      rows("select typeof(?), typeof(?), typeof(?), typeof(?), typeof(?), typeof(?), typeof(?), typeof(?), typeof(?)",
           {ds::Parameter{"byte", std::int64_t{-128}}, ds::Parameter{"short", std::int64_t{1}}, 2147483647,
            std::int64_t{9223372036854775807}, ds::Parameter{"float", 0.5}, 0.1, true,
            ds::Parameter{"date", "2024-02-29"}, ds::Parameter{"timestamp", "2024-02-29 10:11:12.000345"}});
  REQUIRE(typed);
  CHECK(*typed ==
        json::parse(R"([["TINYINT","SMALLINT","INTEGER","BIGINT","FLOAT","DOUBLE","BOOLEAN","DATE","TIMESTAMP"]])"));
}

TEST_CASE("A parameter's value arrives whole") {
  const std::string text = "o'clock; -- \xE2\x82\xAC $1 ?";
  const auto values = rows("select $2, $1, $3, $4, $2",
                           {std::int64_t{-9223372036854775807 - 1}, text, ds::Parameter{"date", "0001-01-01"},
                            ds::Parameter{"timestamp", "2024-02-29 10:11:12.000345"}});
  REQUIRE(values);
  CHECK(values->at(0) == json{text, INT64_MIN, "0001-01-01", "2024-02-29 10:11:12.000345", text});
}

TEST_CASE("A parameter is a value and never a name, a table or a statement") {
  for (const std::string statement : {"select * from ?", "from read_csv(?)", "select getenv(?)"}) {
    CAPTURE(statement);
    CHECK_FALSE(rows(statement, {"/etc/passwd"}));
  }
  CHECK(rows("select ?", {"(select 1)"})->at(0).at(0) == "(select 1)");
}

TEST_CASE("Too few and too many values are told with both numbers") {
  const auto few = rows("select ? + ?", {1});
  REQUIRE_FALSE(few);
  CHECK(few.error().kind == ds::ErrorKind::invalid);
  CHECK(few.error().violations.at(0).field == "parameters");
  CHECK(few.error().message.find("waits for 2 values, and 1 were given") != std::string::npos);
  CHECK_FALSE(rows("select 1", {1}));
  CHECK_FALSE(rows("select $1", {}));
  CHECK(rows("select $1 + $1", {1})->at(0).at(0) == 2);
}

TEST_CASE("A plan can be asked for with values") {
  ds::duckdb::Engine engine;
  ds::Query query = sql("select range from range(?)");
  query.parameters = {3};
  const auto plan = engine.explain(query, {});
  INFO((plan ? *plan : plan.error().message));
  CHECK(plan);
}

}  // namespace engine_parameters_test
