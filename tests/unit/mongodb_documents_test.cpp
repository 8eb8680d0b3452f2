#include <datasource/engine/remote/mongodb/infer.hpp>
#include <datasource/engine/remote/mongodb/json.hpp>
#include <datasource/engine/remote/mongodb/scan.hpp>

#include <catch2/catch.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace mongodb_documents_test {

namespace ds = datasource;
namespace mongo = datasource::remote::mongo;

namespace {

mongo::Document document(std::string_view json) {
  std::string problem;
  auto parsed = mongo::parse_json(json, problem);
  INFO(json << ": " << problem);
  REQUIRE(parsed.has_value());
  return std::move(*parsed);
}

std::vector<ds::RemoteColumn> columns_of(const std::vector<std::string_view>& documents) {
  mongo::SchemaSample sample;
  for (const std::string_view json : documents) sample.see(*document(json).get());
  return sample.columns();
}

/// `name: type` of each column.
std::vector<std::string> shape_of(const std::vector<std::string_view>& documents) {
  std::vector<std::string> shape;
  for (const ds::RemoteColumn& column : columns_of(documents))
    shape.push_back(column.name + ": " + std::string{ds::to_string(column.type)});
  return shape;
}

ds::Type type_of(std::string_view first, std::string_view second) {
  const std::string one = R"({"v": )" + std::string{first} + "}", two = R"({"v": )" + std::string{second} + "}";
  return columns_of({one, two}).front().type;
}

/// The texts of a column that holds the values, or what is wrong with the last.
std::vector<std::string> read(const ds::RemoteColumn& column, const std::vector<std::string_view>& values) {
  mongo::RowWriter writer{{column}, {column.name}};
  for (const std::string_view value : values) {
    const mongo::Document row = document(R"({"_id": 7, "v": )" + std::string{value} + "}");
    bson_iter_t at;
    if (writer.add(*row.get(), at) != nullptr) return {mongo::misfit_text("shop.things", column, at, *row.get())};
  }
  const ds::ResultSet batch = writer.take();
  std::vector<std::string> texts;
  for (std::size_t row = 0; row < batch.row_count(); ++row) {
    const ds::Column& made = batch.columns().front();
    if (made.is_null(row)) {
      texts.emplace_back("NULL");
    } else if (const auto* text = made.values_as<ds::TextValues>()) {
      texts.emplace_back((*text)[row]);
    } else if (const auto* whole = made.values_as<std::vector<std::int64_t>>()) {
      texts.push_back(std::to_string((*whole)[row]));
    } else if (const auto* real = made.values_as<std::vector<double>>()) {
      texts.push_back(std::to_string((*real)[row]));
    } else if (const auto* flag = made.values_as<std::vector<std::uint8_t>>()) {
      texts.push_back((*flag)[row] != 0 ? "true" : "false");
    }
  }
  return texts;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("the columns are the fields of all documents, _id first") {
  CHECK(shape_of({R"({"b": 1, "_id": 1})", R"({"a": "x", "b": 2})"}) == Texts{"_id: long", "b: long", "a: keyword"});
}

TEST_CASE("each type of value has its column") {
  CHECK(shape_of({R"({"i": {"$numberInt": "1"}, "l": {"$numberLong": "9007199254740993"}, "d": 1.5,
                      "n": {"$numberDecimal": "1.50"}, "t": "x", "b": true, "o": {"$oid": "64a000000000000000000001"},
                      "w": {"$date": "2024-01-31T10:11:12.345Z"}, "y": {"$binary": {"base64": "AP8H", "subType": "00"}},
                      "u": {"$uuid": "01234567-89ab-cdef-0123-456789abcdef"}, "m": {"x": 1}, "a": [1],
                      "r": {"$regularExpression": {"pattern": "a", "options": ""}}, "z": null})"}) ==
        Texts{"i: long", "l: long", "d: double", "n: decimal", "t: keyword", "b: boolean", "o: keyword", "w: timestamp",
              "y: binary", "u: keyword", "m: object", "a: array", "r: object", "z: object"});
}

TEST_CASE("numbers of several types take the one that holds them all exactly, or else they are JSON") {
  CHECK(type_of("1", "1.5") == ds::Type::float64);
  CHECK(type_of(R"({"$numberLong": "9007199254740993"})", "1.5") == ds::Type::object);
  CHECK(type_of("1", R"({"$numberDecimal": "1.5"})") == ds::Type::decimal);
  CHECK(type_of("1.5", R"({"$numberDecimal": "1.5"})") == ds::Type::object);
  CHECK(type_of(R"({"$numberDecimal": "NaN"})", R"({"$numberDecimal": "1.5"})") == ds::Type::object);
  CHECK(type_of(R"({"$numberDecimal": "1E+30"})", R"({"$numberDecimal": "1E-30"})") == ds::Type::object);
  CHECK(type_of("1", R"("one")") == ds::Type::object);
  CHECK(type_of("null", "true") == ds::Type::boolean);
}

TEST_CASE("a decimal column has as many decimals as the sample needs") {
  const auto columns = columns_of({R"({"v": {"$numberDecimal": "12.3450"}})", R"({"v": {"$numberDecimal": "-3E+2"}})"});
  CHECK(columns.front().precision == 38);
  CHECK(columns.front().scale == 4);
  CHECK(read(columns.front(), {R"({"$numberDecimal": "12.3450"})", R"({"$numberDecimal": "-3E+2"})", "7", "null"}) ==
        Texts{"12.3450", "-300.0000", "7.0000", "NULL"});
}

TEST_CASE("fields whose names differ in case alone are different columns and lead back to their fields") {
  const std::vector<std::string> fields{"Name", "name", "NAME", "name~2", "x~2", "x"};
  ds::RemoteTable table;
  for (const std::string& name : mongo::column_names(fields)) table.columns.push_back({.name = name});
  for (std::size_t i = 0; i < fields.size(); ++i) {
    INFO(table.columns[i].name);
    CHECK(mongo::field_of(table, table.columns[i].name) == fields[i]);
    for (std::size_t k = 0; k < i; ++k) CHECK_FALSE(ds::detail::iequals(table.columns[i].name, table.columns[k].name));
  }
}

TEST_CASE("a validator says what fields there are before any document has them") {
  mongo::SchemaSample sample;
  sample.declare(*document(R"({"bsonType": "object", "properties": {"n": {"bsonType": "int"},
                              "x": {"bsonType": ["double", "null"]}, "s": {"bsonType": "string"},
                              "mixed": {"bsonType": ["string", "int"]}, "any": {}}})")
                      .get());
  Texts shape;
  for (const auto& column : sample.columns()) shape.push_back(column.name + ": " + std::string{to_string(column.type)});
  CHECK(shape == Texts{"n: long", "x: double", "s: keyword", "mixed: object", "any: object"});
}

TEST_CASE("a collection without documents has the column _id") { CHECK(shape_of({}) == Texts{"_id: object"}); }

TEST_CASE("values are read exactly") {
  CHECK(read({.name = "v", .type = ds::Type::int64}, {"1", R"({"$numberLong": "-9223372036854775808"})", "3.0",
                                                      "null"}) == Texts{"1", "-9223372036854775808", "3", "NULL"});
  CHECK(read({.name = "v", .type = ds::Type::timestamp},
             {R"({"$date": "2024-01-31T10:11:12.345Z"})", R"({"$date": {"$numberLong": "-1"}})"}) ==
        Texts{"1706695872345000", "-1000"});
  CHECK(read({.name = "v", .type = ds::Type::keyword}, {R"("añ\u0000x")", R"({"$oid": "64a000000000000000000001"})",
                                                        R"({"$uuid": "01234567-89ab-cdef-0123-456789abcdef"})"}) ==
        Texts{std::string{"añ\0x", 5}, "64a000000000000000000001", "01234567-89ab-cdef-0123-456789abcdef"});
  CHECK(read({.name = "v", .type = ds::Type::binary}, {R"({"$binary": {"base64": "AP8H", "subType": "05"}})"}) ==
        Texts{"AP8H"});
  CHECK(read({.name = "v", .type = ds::Type::boolean}, {"true", "null", "false"}) == Texts{"true", "NULL", "false"});
}

TEST_CASE("nested values are relaxed extended JSON without spaces") {
  CHECK(
      read(
          {.name = "v", .type = ds::Type::object},
          {R"({"a": 0.1, "b": [1, null, "x \"y\""], "c": {"$date": "2024-01-31T10:11:12.345Z"}, "d": {"$numberDecimal": "1.50"},
                  "e": {"$oid": "64a000000000000000000001"}, "f": 2.0, "g": {"$numberDouble": "NaN"}})",
           R"("text \u0001")", "5", R"({"$numberLong": "9007199254740993"})"}) ==
      Texts{R"({"a":0.1,"b":[1,null,"x \"y\""],"c":{"$date":"2024-01-31T10:11:12.345Z"},"d":{"$numberDecimal":"1.50"},)"
            R"("e":{"$oid":"64a000000000000000000001"},"f":2.0,"g":{"$numberDouble":"NaN"}})",
            R"("text \u0001")", "5", "9007199254740993"});
}

TEST_CASE("a value that its column does not hold is an error that names both and the way out") {
  const auto told = [](ds::Type type, std::string_view value) {
    const Texts texts = read({.name = "v", .type = type}, {value});
    return texts.size() == 1 ? texts.front() : std::string{};
  };
  CHECK(told(ds::Type::int64, R"("five")") ==
        "column \"v\" of shop.things is long in the documents that were sampled, but the document with _id 7 has a "
        "string there that it does not hold; raise properties.sampleSize so that the sample has such a document: the "
        "column is JSON then");
  for (const auto& [type, value] : std::vector<std::pair<ds::Type, std::string_view>>{
           {ds::Type::int64, "1.5"},
           {ds::Type::int64, "1e300"},
           {ds::Type::int64, R"({"$numberDouble": "NaN"})"},
           {ds::Type::float64, R"({"$numberLong": "9007199254740993"})"},
           {ds::Type::keyword, "1"},
           {ds::Type::boolean, "1"},
           {ds::Type::timestamp, R"("2024-01-31")"},
           {ds::Type::timestamp, R"({"$date": {"$numberLong": "9223372036854775807"}})"},
           {ds::Type::array, R"({"x": 1})"},
           {ds::Type::binary, R"("AP8H")"},
           {ds::Type::decimal, R"({"$numberDecimal": "0.5"})"}}) {
    INFO(value);
    CHECK_THAT(told(type, value), Catch::Contains("that it does not hold"));
  }
}

TEST_CASE("fields may come in any order, be missing, or be none of the columns") {
  mongo::RowWriter writer{{{.name = "a", .type = ds::Type::int64}, {.name = "b", .type = ds::Type::int64}}, {"a", "b"}};
  bson_iter_t at;
  for (const std::string_view json : {R"({"a": 1, "b": 2})", R"({"b": 4, "c": 0, "a": 3})", R"({"b": 6})", "{}"})
    REQUIRE(writer.add(*document(json).get(), at) == nullptr);
  const ds::ResultSet batch = writer.take();
  REQUIRE(batch.row_count() == 4);
  using Row = std::tuple<std::optional<std::int64_t>, std::optional<std::int64_t>>;
  std::vector<Row> rows;
  for (const auto& row : batch.rows<std::optional<std::int64_t>, std::optional<std::int64_t>>()) rows.push_back(row);
  CHECK(rows == std::vector<Row>{{1, 2}, {3, 4}, {std::nullopt, 6}, {std::nullopt, std::nullopt}});
}

}  // namespace mongodb_documents_test
