#include <datasource/datasource.hpp>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <fstream>
#include <string>
#include <vector>

namespace recordings_test {

namespace ds = datasource;
using Json = nlohmann::json;

namespace {

struct Exchange {
  std::string story;
  std::string path;
  ds::HttpResponse response;
};

/// Every exchange that was recorded from a real OpenSearch 3.4.0.
std::vector<Exchange> recordings() {
  std::ifstream file{DATASOURCE_RECORDINGS "/opensearch-3.4.0.json"};
  REQUIRE(file);
  std::vector<Exchange> all;
  for (const Json& story : Json::parse(file)) {
    for (const Json& each : story["exchanges"]) {
      const Json& body = each["response"]["body"];
      all.push_back({story["story"],
                     each["request"]["path"],
                     {each["response"]["status"], {}, body.is_string() ? body.get<std::string>() : ""}});
    }
  }
  return all;
}

}  // namespace

TEST_CASE("every recorded result decodes to the rows that a JSON parser sees") {
  int decoded = 0;
  for (const Exchange& exchange : recordings()) {
    const Json body = Json::parse(exchange.response.body, nullptr, false);
    if (exchange.response.status != 200 || !body.is_object() || !body.contains("datarows")) continue;
    INFO(exchange.story << ": " << exchange.response.body);
    const auto result = ds::protocol::read_result(exchange.response);
    if (!result) FAIL(result.error().message);
    REQUIRE(result->row_count() == body["datarows"].size());
    REQUIRE(result->columns().size() == body["schema"].size());
    for (std::size_t row = 0; row < result->row_count(); ++row) {
      for (std::size_t i = 0; i < result->columns().size(); ++i) {
        const Json& expected = body["datarows"][row][i];
        const ds::Column& column = result->columns()[i];
        REQUIRE(column.is_null(row) == expected.is_null());
        if (expected.is_null()) continue;
        const std::string text = *ds::text_of(column, row);
        if (expected.is_string() && !ds::detail::is_json(column.type)) {
          CHECK(text == expected.get<std::string>());
        } else if (column.type == ds::Type::float32) {
          CHECK(Json::parse(text).get<float>() == expected.get<float>());  // the server sends a float's double
        } else {
          CHECK(Json::parse(text) == expected);
        }
      }
    }
    ++decoded;
  }
  CHECK(decoded == 25);
}

TEST_CASE("every recorded failure becomes an error with a message, its status and, where there is one, its type") {
  int failures = 0;
  for (const Exchange& exchange : recordings()) {
    if (exchange.response.status < 400) continue;
    INFO(exchange.story << ": " << exchange.response.body);
    const ds::Error error = ds::read_error(exchange.response);
    CHECK_FALSE(error.message.empty());
    CHECK(error.status == exchange.response.status);
    const Json body = Json::parse(exchange.response.body, nullptr, false);
    if (body.is_object() && body.contains("error") && body["error"].is_object() && body["error"].contains("type"))
      CHECK(error.type == body["error"]["type"].get<std::string>());
    ++failures;
  }
  CHECK(failures > 60);
}

TEST_CASE("every recorded data source is read, member for member") {
  int read = 0;
  for (const Exchange& exchange : recordings()) {
    const Json body = Json::parse(exchange.response.body, nullptr, false);
    if (exchange.response.status != 200 || !body.is_object() || !body.contains("resultIndex")) continue;
    const auto source = ds::protocol::read_one(exchange.response);
    REQUIRE(source);
    const Json written = Json::parse(json_text(*source, ds::Secrets::reveal));
    for (const auto& [key, value] : body.items()) {
      if (key != "connector") CHECK(written[key] == value);
    }
    ++read;
  }
  CHECK(read == 15);
}

}  // namespace recordings_test
