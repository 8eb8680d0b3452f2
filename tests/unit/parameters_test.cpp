#include <datasource/protocol/opensearch/query_json.hpp>

#include <catch2/catch.hpp>

#include <string>

namespace parameters_test {

namespace ds = datasource;

namespace {

ds::Result<ds::Query> read(const std::string& parameters, ds::Language language = ds::Language::sql) {
  return ds::read_query_request(
      {"POST", "/_plugins/_sql", {}, R"({"query":"select ?","parameters":)" + parameters + "}"}, language);
}

}  // namespace

TEST_CASE("the parameters that a client writes are the ones that a server reads") {
  const ds::Query query{
      .text = "select ?",
      .parameters = {true, 45, std::int64_t{9223372036854775807}, 0.5, "x", ds::Parameter{"byte", std::int64_t{-128}},
                     ds::Parameter{"date", "2024-02-29"}, ds::Parameter{"timestamp", "2024-02-29 10:11:12.5"},
                     ds::Parameter{"keyword", ""}}};
  const auto read = ds::read_query_request(ds::query_request(query), ds::Language::sql);
  REQUIRE(read);
  CHECK(read->parameters == query.parameters);
}

TEST_CASE("parameters that are none are told all at once, by place, and without their values") {
  const auto refused = read(
      R"([{"type":"byte","value":128},{"type":"money","value":1},{"type":"date","value":"2024-02-30"},{"type":"boolean"},7,
               {"type":"long","value":9223372036854775808},{"type":"string","value":5},{"type":"timestamp","value":"s3cret"}])");
  REQUIRE_FALSE(refused);
  std::vector<std::string> fields;
  for (const ds::Violation& violation : refused.error().violations) fields.push_back(violation.field);
  CHECK(fields == std::vector<std::string>{"parameters[0].value", "parameters[1].type", "parameters[2].value",
                                           "parameters[3].value", "parameters[4].type", "parameters[5].value",
                                           "parameters[6].value", "parameters[7].value"});
  CHECK(refused.error().message.find("s3cret") == std::string::npos);
  CHECK(refused.error().violations[0].fix == "use a whole number from -128 to 127");
  CHECK(refused.error().violations[1].fix.find("byte, short, integer") != std::string::npos);
}

TEST_CASE("only SQL has parameters, in an array of bounded length") {
  CHECK(read(R"([{"type":"integer","value":1}])", ds::Language::ppl).error().violations[0].code == "unsupported_field");
  CHECK(read("{}").error().violations[0].field == "parameters");
  std::string many = "[";
  for (std::size_t i = 0; i <= ds::max_parameters; ++i) many += R"({"type":"integer","value":1},)";
  many.back() = ']';
  CHECK(read(many).error().violations[0].field == "parameters");
  CHECK(read("[]")->parameters.empty());
}

}  // namespace parameters_test
