#include <datasource/engine/remote/mongodb/find.hpp>
#include <datasource/engine/remote/mongodb/native.hpp>

#include <catch2/catch.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace mongodb_requests_test {

namespace ds = datasource;
namespace mongo = datasource::remote::mongo;
using ds::FilterKind;

namespace {

const ds::RemoteTable& things() {
  static const ds::RemoteTable table{.schema = "shop",
                                     .name = "things",
                                     .columns = {{.name = "_id"},
                                                 {.name = "n", .type = ds::Type::int64},
                                                 {.name = "d", .type = ds::Type::float64},
                                                 {.name = "p", .type = ds::Type::decimal},
                                                 {.name = "b", .type = ds::Type::boolean},
                                                 {.name = "t"},
                                                 {.name = "w", .type = ds::Type::timestamp},
                                                 {.name = "j", .type = ds::Type::object},
                                                 {.name = "T~2"},
                                                 {.name = "a.b"}}};
  return table;
}

/// The condition as JSON, with `~` in front when it lets more rows through; empty when it is left to the engine.
std::string said(std::string column, FilterKind kind, std::vector<ds::FilterValue> values = {}) {
  const ds::Filter filter{std::move(column), kind, std::move(values)};
  const auto condition = mongo::to_condition(things(), filter);
  if (!condition) return {};
  CHECK(mongo::is_exact(things(), filter) == condition->exact);
  return (condition->exact ? "" : "~") + mongo::to_json(*condition->document.get());
}

std::string refusal(std::string_view text) {
  const auto query = mongo::parse_aggregation(text);
  return query ? std::string{} : query.error().message;
}

}  // namespace

TEST_CASE("numbers are compared by MongoDB") {
  CHECK(said("n", FilterKind::equal, {std::int64_t{5}}) == R"({"n":{"$in":[5]}})");
  CHECK(said("n", FilterKind::less, {std::int64_t{5}}) == R"({"n":{"$lt":5}})");
  CHECK(said("n", FilterKind::in, {std::int64_t{1}, std::int64_t{2}}) == R"({"n":{"$in":[1,2]}})");
  CHECK(said("p", FilterKind::greater_equal, {std::string{"1.50"}}) == R"({"p":{"$gte":{"$numberDecimal":"1.50"}}})");
  CHECK(said("d", FilterKind::less_equal, {1.5}) == R"({"d":{"$lte":1.5}})");
  CHECK(said("b", FilterKind::equal, {true}) == R"({"b":{"$in":[true]}})");
}

TEST_CASE("what is not equal is not null") {
  CHECK(said("n", FilterKind::not_equal, {std::int64_t{5}}) == R"({"n":{"$nin":[5,null]}})");
  CHECK(said("t", FilterKind::not_equal, {std::string{"x"}}) == R"({"t":{"$nin":["x",null]}})");
}

TEST_CASE("NaN is above all numbers, as in SQL") {
  CHECK(said("d", FilterKind::greater, {1.5}) ==
        R"({"$or":[{"d":{"$gt":1.5}},{"d":{"$eq":{"$numberDouble":"NaN"}}}]})");
}

TEST_CASE("points in time between two milliseconds are compared right") {
  const auto at = [](std::int64_t micros) { return std::vector<ds::FilterValue>{micros}; };
  CHECK(said("w", FilterKind::equal, at(1000)) == R"({"w":{"$in":[{"$date":"1970-01-01T00:00:00.001Z"}]}})");
  CHECK(said("w", FilterKind::equal, at(1001)) == R"({"w":{"$in":[]}})");
  CHECK(said("w", FilterKind::not_equal, at(1001)) == R"({"w":{"$nin":[null]}})");
  CHECK(said("w", FilterKind::less, at(1000)) == R"({"w":{"$lt":{"$date":"1970-01-01T00:00:00.001Z"}}})");
  CHECK(said("w", FilterKind::less, at(1001)) == R"({"w":{"$lte":{"$date":"1970-01-01T00:00:00.001Z"}}})");
  CHECK(said("w", FilterKind::greater_equal, at(1001)) == R"({"w":{"$gt":{"$date":"1970-01-01T00:00:00.001Z"}}})");
  CHECK(said("w", FilterKind::less, at(-1)) == R"({"w":{"$lte":{"$date":{"$numberLong":"-1"}}}})");
}

TEST_CASE("a text may be an ObjectId or a UUID in the collection") {
  CHECK(said("t", FilterKind::equal, {std::string{"x"}}) == R"({"t":{"$in":["x"]}})");
  CHECK(said("_id", FilterKind::equal, {std::string{"64a000000000000000000001"}}) ==
        R"({"_id":{"$in":["64a000000000000000000001",{"$oid":"64a000000000000000000001"}]}})");
  CHECK(said("_id", FilterKind::equal, {std::string{"64A000000000000000000001"}}) ==
        R"({"_id":{"$in":["64A000000000000000000001"]}})");
  CHECK(said("t", FilterKind::equal, {std::string{"01234567-89ab-cdef-0123-456789abcdef"}}) ==
        R"({"t":{"$in":["01234567-89ab-cdef-0123-456789abcdef",)"
        R"({"$binary":{"base64":"ASNFZ4mrze8BI0VniavN7w==","subType":"04"}}]}})");
  CHECK(said("t", FilterKind::less, {std::string{"x"}}) ==
        R"(~{"$or":[{"t":{"$lt":"x"}},{"t":{"$type":["objectId","binData"]}}]})");
}

TEST_CASE("a prefix is an anchored pattern in which nothing has a meaning of its own") {
  CHECK(said("t", FilterKind::prefix, {std::string{"a.b*(é_"}}) ==
        R"(~{"$or":[{"t":{"$regex":"^a\\.b\\*\\(é_"}},{"t":{"$type":["objectId","binData"]}}]})");
  CHECK(said("t", FilterKind::prefix, {std::string{"a\0b", 3}}).empty());
}

TEST_CASE("a missing field is null") {
  CHECK(said("n", FilterKind::is_null) == R"({"n":null})");
  CHECK(said("n", FilterKind::is_not_null) == R"({"n":{"$ne":null}})");
}

TEST_CASE("JSON is compared by the engine, since MongoDB looks into arrays") {
  CHECK(said("j", FilterKind::equal, {std::string{"5"}}).empty());
  CHECK(said("j", FilterKind::is_null) == R"(~{"j":null})");
  CHECK(said("j", FilterKind::is_not_null) == R"(~{"j":{"$exists":true}})");
}

TEST_CASE("what MongoDB would take for something else is left to the engine") {
  CHECK(said("a.b", FilterKind::is_null).empty());
  CHECK(said("other", FilterKind::is_null).empty());
  CHECK(said("n", FilterKind::equal, {std::string{"5"}}).empty());
  CHECK(said("p", FilterKind::equal, {std::string{"12345678901234567890123456789012345678"}}).empty());
  CHECK(said("b", FilterKind::less, {true}).empty());
}

TEST_CASE("a table's request is shown as the command that is sent") {
  ds::ScanRequest request{.schema = "shop", .table = "things", .columns = {"n", "T~2"}};
  const auto text = [&] { return mongo::to_text(things(), mongo::plan_find(things(), request)); };
  CHECK(text() == R"({"find":"things","filter":{},"projection":{"n":1,"T":1,"_id":0},"$db":"shop"})");
  request.filters = {{"n", FilterKind::greater, {std::int64_t{5}}}, {"b", FilterKind::is_not_null, {}}};
  request.limit = 10;
  request.columns = {"_id"};
  CHECK(text() == R"({"find":"things","filter":{"$and":[{"n":{"$gt":5}},{"b":{"$ne":null}}]},)"
                  R"("projection":{"_id":1},"limit":10,"$db":"shop"})");
  request.filters = {{"t", FilterKind::equal, {std::string{"x"}}}};
  request.columns = {};
  CHECK(text() == R"({"find":"things","filter":{"t":{"$in":["x"]}},"projection":{"_id":1},"limit":10,)"
                  R"("collation":{"locale":"simple"},"$db":"shop"})");
  CHECK(mongo::to_text(things(), mongo::plan_find(things(), request, false)) ==
        R"({"find":"things","filter":{},"projection":{"_id":1},"$db":"shop"})");
  request.columns = {"n", "a.b"};
  request.filters.clear();
  request.limit.reset();
  CHECK(text() == R"({"find":"things","filter":{},"$db":"shop"})");
}

TEST_CASE("an aggregation in extended JSON is taken") {
  const auto query = mongo::parse_aggregation(
      R"({"aggregate": "orders", "pipeline": [{"$match": {"at": {"$gt": {"$date": "2024-01-01T00:00:00Z"}}}},
          {"$group": {"_id": "$city", "n": {"$sum": 1}}}], "allowDiskUse": true, "cursor": {}, "$db": "shop"})");
  REQUIRE(query.has_value());
  CHECK(query->collection == "orders");
  CHECK(query->database == "shop");
  CHECK(
      mongo::to_json(*query->pipeline.get()) ==
      R"({"0":{"$match":{"at":{"$gt":{"$date":"2024-01-01T00:00:00Z"}}}},"1":{"$group":{"_id":"$city","n":{"$sum":1}}}})");
  CHECK(mongo::to_json(*query->options.get()) == R"({"allowDiskUse":true})");
}

TEST_CASE("what writes or runs JavaScript is refused wherever it stands") {
  for (const std::string_view stage :
       {R"({"$out": "other"})", R"({"$merge": {"into": "other"}})", R"({"$match": {"$where": "true"}})",
        R"({"$lookup": {"from": "a", "pipeline": [{"$out": "b"}], "as": "c"}})",
        R"({"$project": {"x": {"$function": {"body": "function() {}", "args": [], "lang": "js"}}}})",
        R"({"$group": {"_id": null, "x": {"$accumulator": {}}}})", R"({"$match": {"$expr": [[{"$where": 1}]]}})",
        R"({"$match": {"x": {"$code": "function() {}"}}})", R"({"$facet": {"f": [{"$merge": "x"}]}})"}) {
    INFO(stage);
    CHECK_THAT(refusal(R"({"aggregate": "orders", "pipeline": [)" + std::string{stage} + "]}"),
               Catch::Contains("a query only reads, and runs no JavaScript"));
  }
}

TEST_CASE("stages that are not known to read only are refused") {
  for (const std::string_view stage : {R"({"$changeStream": {}})", R"({"$currentOp": {}})", R"({"$listSessions": {}})",
                                       R"({"$somethingNew": {}})", R"({"match": {}})"}) {
    INFO(stage);
    CHECK_THAT(refusal(R"({"aggregate": "orders", "pipeline": [)" + std::string{stage} + "]}"),
               Catch::Contains("is not among those that a query may have"));
  }
  CHECK_THAT(refusal(R"({"aggregate": "orders", "pipeline": [{"$match": {}, "$out": "x"}]})"),
             Catch::Contains("more than one member"));
}

TEST_CASE("a native query that is not an aggregation says how one is written") {
  for (const std::string_view text :
       {"", "orders", R"({"find": "orders"})", R"({"aggregate": "orders"})", R"({"aggregate": 1, "pipeline": []})",
        R"({"aggregate": "orders", "pipeline": {}})", R"({"aggregate": "orders", "pipeline": [], "drop": "orders"})"}) {
    INFO(text);
    CHECK_THAT(refusal(text), Catch::Contains(R"(write {"aggregate": "collection", "pipeline")"));
  }
}

}  // namespace mongodb_requests_test
