#include <datasource/protocol/opensearch/search/mapping.hpp>
#include <datasource/protocol/opensearch/search/replies.hpp>

#include <catch2/catch.hpp>

#include <string>
#include <vector>

namespace search_mapping_test {

namespace ds = datasource;
namespace os = datasource::protocol::search;
using ds::detail::Json;
using Lines = std::vector<std::string>;

namespace {

Json index(const char* name, const char* properties, const char* more = "{}") {
  Json mappings = Json::parse(more);
  mappings["properties"] = Json::parse(properties);
  return Json{{name, {{"mappings", mappings}}}};
}

/// `name type` of each column, with where its values are asked for.
Lines columns(const Json& mappings, const os::ArrayPaths& arrays = {}, bool one = true) {
  Lines lines;
  const auto table = os::table_of(mappings, arrays, one);
  REQUIRE(table);
  for (const os::SearchColumn& each : table->columns) {
    const char* place = each.place == os::Place::source     ? " source"
                        : each.place == os::Place::constant ? " constant"
                                                            : "";
    lines.push_back(each.column.name + ' ' + std::string{to_string(each.column.type)} + place +
                    (each.several ? " list" : ""));
  }
  return lines;
}

os::ArrayPaths sampled(const char* document) {
  os::ArrayPaths arrays;
  REQUIRE(arrays.sample(document));
  return arrays;
}

}  // namespace

TEST_CASE("an index's fields are columns, those of objects with their whole name, and nested ones are JSON") {
  CHECK(columns(index("i", R"({
    "b":{"type":"boolean"},"d":{"type":"date"},"n":{"type":"date_nanos"},"h":{"type":"half_float"},
    "s":{"type":"scaled_float","scaling_factor":10},"u":{"type":"unsigned_long"},"k":{"type":"keyword"},
    "cut":{"type":"keyword","ignore_above":10},"t":{"type":"text"},"p":{"type":"geo_point"},
    "o":{"properties":{"x":{"type":"ip"},"in":{"properties":{"y":{"type":"byte"}}}}},
    "l":{"type":"nested","properties":{"x":{"type":"keyword"}}},"f":{"type":"flat_object"},
    "e":{"type":"object","enabled":false},"c":{"type":"constant_keyword","value":"v"},
    "odd":{"type":"knn_vector"},"a":{"type":"alias","path":"o.in.y"}})")) ==
        Lines{"_id keyword", "a byte", "b boolean", "c keyword constant", "cut keyword source", "d timestamp",
              "e object source", "f object source", "h float", "k keyword", "l nested source", "n timestamp",
              "o.in.y byte", "o.x ip", "odd object source", "p geo_point", "s double", "t text", "u unsigned_long"});
}

TEST_CASE("lists that documents, the mapping or a person show are columns of JSON") {
  const Json mappings = index("i", R"({"tags":{"type":"keyword"},"at":{"type":"date"},"p":{"type":"geo_point"},
                                      "ps":{"type":"geo_point"},"lines":{"properties":{"sku":{"type":"keyword"}}}})");
  CHECK(columns(mappings) ==
        Lines{"_id keyword", "at timestamp", "lines.sku keyword", "p geo_point", "ps geo_point", "tags keyword"});
  CHECK(
      columns(mappings, sampled(R"({"tags":["a"],"p":[1.5,2],"ps":[[1,2],[3,4]],"lines":[{"sku":"a"}],"at":null})")) ==
      Lines{"_id keyword", "at timestamp", "lines nested source", "p geo_point", "ps array list", "tags array list"});
  os::ArrayPaths said;
  said.add("at");
  said.add_all(sampled(R"({"lines":{"sku":["a","b"]}})"));
  CHECK(columns(mappings, said) ==
        Lines{"_id keyword", "at array list", "lines.sku array list", "p geo_point", "ps geo_point", "tags keyword"});
  CHECK(columns(index(
            "i", R"({"a":{"type":"long"},"o":{"properties":{"x":{"type":"long"},"y":{"type":"long"}}},
                              "raw":{"properties":{"x":{"type":"long"}}}})",
            R"({"_meta":{"trino":{"a":{"isArray":true},"o":{"x":{"isArray":true}},"raw":{"asRawJson":true}}}})")) ==
        Lines{"_id keyword", "a array list", "o.x array list", "o.y long", "raw object source"});
}

TEST_CASE("indexes behind one name are one table, with types that hold the values of all") {
  Json mappings = index("a", R"({"n":{"type":"integer"},"m":{"type":"integer"},"t":{"type":"keyword"},
                                "x":{"type":"date"},"c":{"type":"constant_keyword","value":"a"},"only":{"type":"ip"}})");
  mappings.update(index("b", R"({"n":{"type":"long"},"m":{"type":"float"},"t":{"type":"text"},
                                "x":{"type":"keyword"},"c":{"type":"constant_keyword","value":"b"}})"));
  CHECK(columns(mappings, {}, false) ==
        Lines{"_id keyword", "_index keyword", "m double", "n long", "only ip", "t text source", "x object source"});
}

TEST_CASE("names that differ in case alone are told apart") {
  CHECK(columns(index("i", R"({"Name":{"type":"long"},"name":{"type":"ip"}})")) ==
        Lines{"_id keyword", "Name long", "name_1 ip"});
}

TEST_CASE("fields that documents do not keep are no columns, and an index that keeps no documents is refused") {
  CHECK(columns(index("i", R"({"a":{"type":"long"},"b":{"type":"long"},"o":{"properties":{"x":{"type":"long"}}}})",
                      R"({"_source":{"excludes":["b","o.*"]}})")) == Lines{"_id keyword", "a long"});
  const auto none = os::table_of(index("i", "{}", R"({"_source":{"enabled":false}})"), {}, true);
  REQUIRE_FALSE(none);
  CHECK(none.error().kind == ds::ErrorKind::unsupported);
  CHECK(none.error().message.find("index \"i\" keeps no documents") == 0);
}

TEST_CASE("the names of indexes, aliases and data streams are tables and views, without the server's own") {
  const auto tables =
      os::read_names({.status = 200, .body = R"({"indices":[{"name":"b"},{"name":".own"}],"aliases":[{"name":"c"}],
                                 "data_streams":[{"name":"a"}]})"},
                     "default");
  REQUIRE(tables);
  Lines lines;
  for (const ds::RemoteTable& table : *tables) lines.push_back(table.name + ' ' + table.kind);
  CHECK(lines == Lines{"a view", "b table", "c view"});
}

TEST_CASE("a sample of documents tells the lists in them, also when there is no document") {
  const auto sample = os::read_sample({.status = 200, .body = R"({"hits":{"hits":[{"_source":{"a":[1]}},{},
                                       {"_source":{"b.c":[{"d":[[]]}]}}]}})"});
  REQUIRE(sample);
  CHECK(sample->holds("a"));
  CHECK(sample->holds("b.c"));
  CHECK(sample->holds("b.c.d"));
  CHECK_FALSE(sample->holds("b"));
  CHECK(os::read_sample({.status = 200, .body = "{}"}));
  CHECK(os::read_sample({.status = 200, .body = R"({"hits":{"hits":[]}})"}));
  CHECK(os::read_sample({.status = 200, .body = R"({"hits":[)"}).error().kind == ds::ErrorKind::malformed);
}

}  // namespace search_mapping_test
