#include <datasource/protocol/opensearch/search/hits.hpp>
#include <datasource/protocol/opensearch/search/mapping.hpp>
#include <datasource/protocol/opensearch/search/native.hpp>
#include <datasource/protocol/opensearch/search/replies.hpp>
#include <datasource/protocol/opensearch/search/requests.hpp>

#include <catch2/catch.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace search_hits_test {

namespace ds = datasource;
namespace os = datasource::protocol::search;
using ds::detail::Json;

namespace {

std::vector<os::SearchColumn> columns(std::string_view properties) {
  const auto table = os::table_of(Json{{"i", {{"mappings", {{"properties", Json::parse(properties)}}}}}}, {}, true);
  return table->columns;
}

std::string page(const std::string& hits) {
  return R"({"pit_id":"p2","took":1,"timed_out":false,"_shards":{"total":1,"successful":1,"failed":0},)"
         R"("hits":{"max_score":null,"hits":[)" +
         hits + "]}}";
}

ds::Error error_of(const std::string& body, std::string_view properties) {
  auto read = os::read_hits(body, columns(properties));
  REQUIRE_FALSE(read);
  return read.error();
}

}  // namespace

TEST_CASE("a page becomes columns in one pass, with nulls where a document has no value") {
  const auto all = columns(R"({"at":{"type":"date"},"cut":{"type":"keyword","ignore_above":2},"n":{"type":"long"},
                               "o":{"properties":{"deep":{"type":"flat_object"}}},"c":{"type":"constant_keyword","value":"k"}})");
  const auto read = os::read_hits(
      page(R"({"_index":"i","_id":"a","_score":null,"_source":{"cut":"long one","o":{"deep":{"x":[1]}}},)"
           R"("fields":{"n":[9223372036854775807],"at":["-877.5"]},"sort":[3]},)"
           R"({"_index":"i","_id":"b","_source":{"cut":5,"o.deep":null},"fields":{"n":[]},"sort":[4294967298]})"),
      all);
  REQUIRE(read);
  CHECK(read->pit == "p2");
  CHECK(read->after == "[4294967298]");
  REQUIRE(read->rows.row_count() == 2);
  const ds::Column& at = *read->rows.column("at");
  CHECK(at.values_as<std::vector<std::int64_t>>()->at(0) == -877'500);
  CHECK(at.is_null(1));
  CHECK((*read->rows.column("_id")->values_as<ds::TextValues>())[1] == "b");
  CHECK((*read->rows.column("cut")->values_as<ds::TextValues>())[0] == "long one");
  CHECK((*read->rows.column("cut")->values_as<ds::TextValues>())[1] == "5");
  CHECK((*read->rows.column("c")->values_as<ds::TextValues>())[1] == "k");
  CHECK(read->rows.column("n")->values_as<std::vector<std::int64_t>>()->at(0) == 9223372036854775807);
  CHECK(read->rows.column("n")->is_null(1));
  CHECK((*read->rows.column("o.deep")->values_as<ds::TextValues>())[0] == R"({"x":[1]})");
  CHECK(read->rows.column("o.deep")->is_null(1));
  CHECK(read->rows.column("_id")->null_count == 0);
}

TEST_CASE("a page of more rows than are made ready at once is read to its end") {
  std::string hits;
  for (int i = 0; i < 1500; ++i)
    hits += (i > 0 ? "," : "") + std::string{R"({"_id":")"} + std::to_string(i) + R"(","fields":{)" +
            (i % 3 == 0 ? "" : R"("n":[)" + std::to_string(i) + R"(],"at":[")" + std::to_string(i) + "\"]") + "}}";
  const auto read = os::read_hits(page(hits), columns(R"({"at":{"type":"date"},"n":{"type":"integer"}})"));
  REQUIRE(read);
  REQUIRE(read->rows.row_count() == 1500);
  CHECK(read->rows.column("n")->null_count == 500);
  CHECK(read->rows.column("at")->null_count == 500);
  CHECK(read->rows.column("at")->values_as<std::vector<std::int64_t>>()->at(1499) == 1'499'000);
  CHECK(read->rows.column("n")->values_as<std::vector<std::int32_t>>()->at(1499) == 1499);
}

TEST_CASE("several values where a column holds one are an error that names document, field and way out") {
  const auto several = error_of(page(R"({"_id":"d7","fields":{"n":[1,2]}})"), R"({"n":{"type":"long"}})");
  CHECK(several.kind == ds::ErrorKind::invalid);
  CHECK(several.field == "properties.arrayFields");
  CHECK(several.message.find("document \"d7\" has several values in field \"n\"") == 0);
  const auto list = error_of(page(R"({"_id":"d8","_source":{"o":[{"deep":1}]}})"),
                             R"({"o":{"properties":{"deep":{"type":"flat_object"}}}})");
  CHECK(list.message.find("document \"d8\" has a list in field \"o\"") == 0);
}

TEST_CASE("a page that is not whole is an error, never fewer rows") {
  const char* n = R"({"n":{"type":"long"}})";
  CHECK(error_of(R"({"timed_out":true,"hits":{"hits":[]}})", n).kind == ds::ErrorKind::server);
  CHECK(error_of(R"({"_shards":{"failed":1},"hits":{"hits":[]}})", n).kind == ds::ErrorKind::server);
  CHECK(error_of(R"({"hits":{"hits":[)", n).kind == ds::ErrorKind::malformed);
  const auto wrong = error_of(page(R"({"_id":"x","fields":{"n":["text"]}})"), n);
  CHECK(wrong.message.find("document \"x\"") != std::string::npos);
}

TEST_CASE("a page's request goes on behind the last document, with the server's own digits") {
  ds::detail::OrderedJson search{{"query", {{"match_all", Json::object()}}}};
  const auto first = os::page_request(search, "pit", "", {}, 10);
  CHECK(first.body == R"({"query":{"match_all":{}},"size":10,"track_total_hits":false,"sort":[{"_shard_doc":"asc"}],)"
                      R"("pit":{"id":"pit","keep_alive":"10m"}})");
  const auto next = os::page_request(search, "pit", "[1.50]", {1, 3}, 10);
  CHECK(next.body.ends_with(R"("slice":{"id":1,"max":3},"search_after":[1.50]})"));
}

TEST_CASE("what a search fails of is told in the server's words, not as \"all shards failed\"") {
  const ds::HttpResponse reply{
      .status = 400,
      .body = R"({"error":{"root_cause":[{"type":"illegal_argument_exception","reason":"Result window is too large, )"
              R"(from + size must be less than or equal to: [2500] but was [10000]."}],)"
              R"("type":"search_phase_execution_exception","reason":"all shards failed"},"status":400})"};
  const ds::Error error = os::read_search_error(reply);
  CHECK(error.message.find("Result window is too large") == 0);
  CHECK(os::allowed_window(error) == 2500);
  CHECK(os::allowed_window({.message = "other", .status = 400}) == 0);
}

TEST_CASE("a search that a person wrote says its index, and its rows are documents or aggregations") {
  const auto all = os::read_native_search(R"({"index":"a*","query":{"match_all":{}}})");
  REQUIRE(all);
  CHECK(all->index == "a*");
  CHECK(all->paged);
  CHECK(all->body.dump() == R"({"query":{"match_all":{}},"track_scores":true})");
  CHECK(all->columns.size() == 4);
  const auto some = os::read_native_search(R"({"index":"a","size":5,"highlight":{},"fields":["x"]})");
  REQUIRE(some);
  CHECK_FALSE(some->paged);
  CHECK(some->columns.size() == 6);
  const auto sums = os::read_native_search(R"({"index":"a","aggs":{"s":{"sum":{"field":"x"}}}})");
  REQUIRE(sums);
  CHECK(sums->aggregates);
  const auto rows = os::read_aggregations(R"({"took":1,"aggregations":{"s":{"value":3}}})", sums->columns);
  REQUIRE(rows);
  CHECK((*rows->column("s")->values_as<ds::TextValues>())[0] == R"({"value":3})");
  for (const char* wrong : {"", "[]", "{}", R"({"index":""})", R"({"index":"_all"})", R"({"index":"a","pit":{}})",
                            R"({"index":"a","size":-1})", R"({"index":"a","aggs":{}})"})
    CHECK(os::read_native_search(wrong).error().field == "query");
}

}  // namespace search_hits_test
