#include <datasource/protocol/opensearch/data_source_text.hpp>

#include <catch2/catch.hpp>

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace data_source_text_test {

namespace ds = datasource;

namespace {

ds::Result<ds::DataSource> by_tree(const std::string& body) {
  return ds::detail::parse_json(body, "the request body").and_then([](const auto& json) {
    return ds::read_data_source(json);
  });
}

/// What stands between the braces of a body that has a name.
std::string with(const std::string& members) { return R"({"name":"crm",)" + members + "}"; }

}  // namespace

TEST_CASE("a body is read in one go as it is by way of a tree") {
  const std::string body = GENERATE(
      as<std::string>{}, R"({"name":"crm"})", R"( { "name" : "cr\u006d" , "connector":"MySQL", "engine":"Trino" } )",
      "{}", with(R"("description":"say \"hi\"\n\ud83d\ude00","id":"1","etag":"2","resultIndex":"r")"),
      with(R"("properties":{"host":"db1","port":3306,"ssl":true,"tls":false,"low":-0,"text":""})"),
      with(R"("properties":{},"allowedRoles":[],"status":"disabled")"), with(R"("allowedRoles":["a","b"])"),
      with(R"("configuration":{"endpoint":"mysql://db1/crm","credentials":{"username":"app","password":"x"}})"),
      with(R"("configuration":{})"), with(R"("configuration":{"credentials":{}})"));
  CAPTURE(body);
  const auto plain = ds::detail::PlainBody{body}.read();
  REQUIRE(plain);
  CHECK(*plain == by_tree(body));
}

TEST_CASE("of members that stand twice the last one counts") {
  const auto read = ds::read_data_source_text(with(
      R"("name":"erp","properties":{"a":1},"properties":{"b":1,"b":2},"allowedRoles":["a"],"allowedRoles":["b"],)"
      R"("configuration":{"endpoint":"e","credentials":{"username":"u"}},"configuration":{"credentials":{"password":"p"}})"));
  REQUIRE(read);
  CHECK(read->name == "erp");
  CHECK(read->connector.properties == ds::Properties{{"b", std::int64_t{2}}});
  CHECK(read->allowed_roles == std::vector<std::string>{"b"});
  CHECK(read->connector.endpoint.empty());
  CHECK(read->connector.credentials == ds::Credentials{.username = "", .password = "p"});
}

TEST_CASE("whatever is to be told about a body is told as by way of a tree") {
  const std::string body = GENERATE(
      as<std::string>{}, "", "nothing", "[]", "null", R"({"name":"crm"} x)", R"({"name":"crm",})", R"({"name":"crm")",
      R"({"name" "crm"})", "{\"name\":\"\xff\"}", R"({"name":"\ud800"})", "{\"name\":\"a\nb\"}",
      R"({"name":1,"colour":"red","status":"NEW"})", "\xEF\xBB\xBF{\"name\":\"crm\"}", std::string(100, '['),
      with(R"("description":null,"properties":null)"), with(R"("status":"")"), with(R"("properties":[1])"),
      with(R"("properties":{"a":1.5,"b":1e2})"), with(R"("properties":{"a":[],"b":{},"c":null})"),
      with(R"("properties":{"a":01})"), with(R"("properties":{"a":tru})"), with(R"("allowedRoles":"a")"),
      with(R"("allowedRoles":["a",1])"), with(R"("configuration":{"endpoint":1,"port":2})"),
      with(R"("configuration":{"credentials":{"user":"app","password":1}})"));
  CAPTURE(body);
  CHECK_FALSE(ds::detail::PlainBody{body}.read());
  CHECK(ds::read_data_source_text(body) == by_tree(body));
}

TEST_CASE("a whole number that is too large for 64 bits stays what it is, about") {
  const auto read = ds::read_data_source_text(
      with(R"("properties":{"most":9223372036854775807,"more":9223372036854775808,"least":-9223372036854775808})"));
  REQUIRE(read);
  const ds::Properties& properties = read->connector.properties;
  CHECK(properties.at("most") == ds::PropertyValue{std::numeric_limits<std::int64_t>::max()});
  CHECK(properties.at("least") == ds::PropertyValue{std::numeric_limits<std::int64_t>::min()});
  CHECK(properties.at("more") == ds::PropertyValue{9223372036854775808.0});
}

}  // namespace data_source_text_test
