#include <datasource/protocol/opensearch/search/conditions.hpp>
#include <datasource/protocol/opensearch/search/mapping.hpp>

#include <catch2/catch.hpp>

#include <cstdint>
#include <limits>
#include <string>

namespace search_conditions_test {

namespace ds = datasource;
namespace os = datasource::protocol::search;
using ds::FilterKind;
using ds::detail::Json;

namespace {

os::SearchTable table() {
  return *os::table_of(Json::parse(R"({"i":{"mappings":{"properties":{
    "k":{"type":"keyword"},"cut":{"type":"keyword","ignore_above":3},"lower":{"type":"keyword","normalizer":"n"},
    "t":{"type":"text","fields":{"raw":{"type":"keyword","ignore_above":5}}},"plain":{"type":"text"},
    "n":{"type":"byte"},"u":{"type":"unsigned_long"},"d":{"type":"double"},"f":{"type":"float"},
    "h":{"type":"half_float"},"s":{"type":"scaled_float","scaling_factor":10},"b":{"type":"boolean"},
    "at":{"type":"date"},"fine":{"type":"date_nanos"},"ip":{"type":"ip"},"hidden":{"type":"keyword","index":false},
    "from":{"type":"keyword","copy_to":"all"},"all":{"type":"keyword"},
    "nothing":{"type":"keyword","ignore_above":3,"null_value":"x"}}}}})"),
                       {}, true);
}

/// The query, with a `~` before one that lets more pass; empty when there is none.
std::string told(const std::string& column, FilterKind kind, std::vector<ds::FilterValue> values = {}) {
  const auto condition = os::condition_of(table(), {column, kind, std::move(values)});
  return condition ? (condition->exact ? "" : "~") + condition->query.dump() : "";
}

}  // namespace

TEST_CASE("keywords are compared byte for byte, and those that are too long for the index are not lost") {
  CHECK(told("k", FilterKind::equal, {"a"}) == R"({"term":{"k":"a"}})");
  CHECK(told("k", FilterKind::in, {"a", "b"}) == R"({"terms":{"k":["a","b"]}})");
  CHECK(told("k", FilterKind::less, {"a"}) == R"({"range":{"k":{"lt":"a"}}})");
  CHECK(told("k", FilterKind::prefix, {"a*"}) == R"({"prefix":{"k":"a*"}})");
  CHECK(told("k", FilterKind::is_not_null) == R"({"exists":{"field":"k"}})");
  CHECK(told("k", FilterKind::is_null) == R"({"bool":{"must_not":[{"exists":{"field":"k"}}]}})");
  CHECK(told("cut", FilterKind::equal, {"abc"}) == R"({"term":{"cut":"abc"}})");
  CHECK(told("cut", FilterKind::equal, {"abcd"}).empty());
  CHECK(told("cut", FilterKind::equal, {"a\xF0\x9F\x98\x80"}) == "{\"term\":{\"cut\":\"a\xF0\x9F\x98\x80\"}}");
  CHECK(told("cut", FilterKind::equal, {"ab\xF0\x9F\x98\x80"}).empty());
  CHECK(told("cut", FilterKind::greater, {"a"}) ==
        R"(~{"bool":{"should":[{"range":{"cut":{"gt":"a"}}},{"bool":{"must_not":[{"exists":{"field":"cut"}}]}}]}})");
  CHECK(told("cut", FilterKind::is_not_null).empty());
  CHECK(told("cut", FilterKind::is_null).front() == '~');
}

TEST_CASE("an inequality lets documents of several values pass when any of them does") {
  CHECK(told("k", FilterKind::not_equal, {"a"}) ==
        R"({"bool":{"should":[{"range":{"k":{"lt":"a"}}},{"range":{"k":{"gt":"a"}}}]}})");
  CHECK(told("b", FilterKind::not_equal, {true}) == R"({"term":{"b":false}})");
}

TEST_CASE("an analysed text is compared by its keyword, and not at all without one") {
  CHECK(told("t", FilterKind::equal, {"abc"}) == R"({"term":{"t.raw":"abc"}})");
  CHECK(told("t", FilterKind::equal, {"abcdef"}).empty());
  CHECK(told("plain", FilterKind::equal, {"abc"}).empty());
  CHECK(told("plain", FilterKind::is_null).empty());
}

TEST_CASE("fields of which the index has other values than the document are not compared") {
  for (const char* column : {"lower", "hidden", "all", "nothing"})
    CHECK(told(column, FilterKind::equal, {"a"}).empty());
  CHECK_FALSE(told("from", FilterKind::equal, {"a"}).empty());
  CHECK(told("h", FilterKind::equal, {0.5}).empty());
  CHECK_FALSE(told("h", FilterKind::is_null).empty());
}

TEST_CASE("numbers are compared within their range") {
  CHECK(told("n", FilterKind::greater_equal, {std::int64_t{-128}}) == R"({"range":{"n":{"gte":-128}}})");
  CHECK(told("n", FilterKind::equal, {std::int64_t{128}}).empty());
  CHECK(told("n", FilterKind::equal, {"1"}).empty());
  CHECK(told("u", FilterKind::equal, {std::numeric_limits<std::uint64_t>::max()}) ==
        R"({"term":{"u":18446744073709551615}})");
  CHECK(told("u", FilterKind::greater, {std::int64_t{-1}}).empty());
}

TEST_CASE("floats: both zeros are zero, and ends that were rounded are included") {
  CHECK(told("d", FilterKind::equal, {0.1}) == R"({"term":{"d":0.1}})");
  CHECK(told("d", FilterKind::equal, {0.0}) == R"({"terms":{"d":[-0.0,0.0]}})");
  CHECK(told("d", FilterKind::greater_equal, {0.0}) == R"({"range":{"d":{"gte":-0.0}}})");
  CHECK(told("d", FilterKind::less, {0.0}) == R"({"range":{"d":{"lt":-0.0}}})");
  CHECK(told("d", FilterKind::greater, {-0.0}) == R"({"range":{"d":{"gt":0.0}}})");
  CHECK(told("d", FilterKind::less, {std::numeric_limits<double>::infinity()}).empty());
  CHECK(told("f", FilterKind::greater, {0.5}) == R"({"range":{"f":{"gt":0.5}}})");
  CHECK(told("f", FilterKind::greater, {0.1}) == R"(~{"range":{"f":{"gte":0.10000000149011612}}})");
  CHECK(told("f", FilterKind::less, {1e300}).empty());
  CHECK(told("s", FilterKind::less, {1.5}) == R"(~{"range":{"s":{"lte":1.6}}})");
}

TEST_CASE("dates are compared in the precision of the index") {
  const std::int64_t second = 1'700'000'000'000'000;
  CHECK(told("at", FilterKind::greater, {second}) ==
        R"({"range":{"at":{"format":"epoch_millis","gte":"1700000000001"}}})");
  CHECK(told("at", FilterKind::greater_equal, {second + 1}) ==
        R"({"range":{"at":{"format":"epoch_millis","gte":"1700000000001"}}})");
  CHECK(told("at", FilterKind::less, {second + 1}) ==
        R"({"range":{"at":{"format":"epoch_millis","lt":"1700000000001"}}})");
  CHECK(told("at", FilterKind::less_equal, {std::int64_t{-1}}) ==
        R"({"range":{"at":{"format":"epoch_millis","lt":"0"}}})");
  CHECK(told("fine", FilterKind::equal, {second + 7}) ==
        R"({"range":{"fine":{"format":"epoch_millis","gte":"1700000000000.007","lt":"1700000000000.008"}}})");
  CHECK(told("fine", FilterKind::greater, {std::int64_t{-1}}).empty());
}

TEST_CASE("addresses are compared in the one form in which a search gives them") {
  CHECK(told("ip", FilterKind::equal, {"10.0.0.1"}) == R"({"term":{"ip":"10.0.0.1"}})");
  for (const char* other : {"10.0.0.01", "10.0.0", "10.0.0.256", "10.0.0.1.2", "::1", "10.0.0.0/8", ""})
    CHECK(told("ip", FilterKind::equal, {other}).empty());
}

TEST_CASE("documents are found by their id, and filters are joined by AND") {
  CHECK(told("_id", FilterKind::in, {"a", "b"}) == R"({"ids":{"values":["a","b"]}})");
  CHECK(os::query_of(table(), {}).dump() == R"({"match_all":{}})");
  CHECK(os::query_of(
            table(),
            {{"k", FilterKind::equal, {"a"}}, {"plain", FilterKind::equal, {"a"}}, {"b", FilterKind::equal, {true}}})
            .dump() == R"({"bool":{"filter":[{"term":{"k":"a"}},{"term":{"b":true}}]}})");
}

}  // namespace search_conditions_test
