// Replies that are decoded while they come, compared with the same ones decoded whole.

#include <datasource/columnar/jdbc_writer.hpp>
#include <datasource/columnar/row_stream.hpp>

#include <catch2/catch.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace row_stream_test {

namespace ds = datasource;

namespace {

const std::string head =
    R"({"schema":[{"name":"id","type":"long"},{"name":"name","type":"keyword"},{"name":"share","type":"double"},)"
    R"({"name":"price","type":"decimal"},{"name":"yes","type":"boolean"},{"name":"doc","type":"object"}],"datarows":)";

/// Rows of every kind of value, whose numbers, escapes, characters and brackets are there to be cut in the middle.
std::string some_rows(int count, const std::string& space) {
  std::string text = "[" + space;
  for (int row = 0; row < count; ++row) {
    const std::string id = std::to_string(row * 1234567);
    text += (row == 0 ? "[" : "," + space + "[") + space + (row % 3 == 0 ? "null" : id) + ',';
    text += row % 4 == 0 ? "null" : R"("Grüße \u00e4\"],[)" + std::string(static_cast<std::size_t>(row), 'x') + '"';
    text += ',' + (row % 5 == 0 ? "\"NaN\"" : "-" + id + ".5e-2") + ',' + id + ".25" + space + ',';
    text += std::string{row % 2 == 0 ? "true" : "false"} + ',' + R"({"a":[1,"]"],"n":)" + id + "}" + space + ']';
  }
  return text + space + ']';
}

std::string outcome(const ds::Result<ds::ResultSet>& result) {
  return result ? ds::write_jdbc(*result) : result.error().message;
}

/// Copies of their own, so that the sanitizers see every byte that is read behind what has come.
struct Arriving {
  std::string_view body;
  std::vector<char> so_far = {};

  std::string_view up_to(std::size_t size) {
    std::vector<char>(body.begin(), body.begin() + static_cast<std::ptrdiff_t>(size)).swap(so_far);
    return {so_far.data(), so_far.size()};
  }
};

}  // namespace

TEST_CASE("a reply that comes in pieces of any length is read as the whole one is") {
  for (const std::string& space : {std::string{}, std::string{" "}, std::string{"\n    "}}) {
    const std::string body = head + some_rows(30, space) + R"(,"total":30})";
    const std::string expected = outcome(ds::read_jdbc(body));
    for (std::size_t piece = 1; piece < 300; piece += piece < 40 ? 1 : 37) {
      ds::RowStream stream;
      Arriving arriving{body};
      std::size_t rows = 0;
      for (std::size_t size = piece; size < body.size(); size += piece) {
        const std::size_t now = stream.advance(arriving.up_to(size));
        REQUIRE(now >= rows);
        rows = now;
      }
      CHECK(rows > 20);
      REQUIRE(outcome(stream.finish(body)) == expected);
    }
  }
}

TEST_CASE("what is given up in the middle keeps the whole rows that came") {
  const std::string body = head + some_rows(30, "") + "}";
  for (std::size_t size = 0; size <= body.size(); ++size) {
    ds::RowStream stream;
    Arriving arriving{body};
    stream.advance(arriving.up_to(size / 2));
    const std::size_t count = stream.advance(arriving.up_to(size));
    const ds::ResultSet rows = stream.take();
    REQUIRE(rows.row_count() == count);
    if (count == 0) continue;
    const std::string expected = outcome(ds::read_jdbc(head + some_rows(static_cast<int>(count), "") + "}"));
    REQUIRE(outcome(rows) == expected);
  }
}

TEST_CASE("a row counts once it is whole, and the last one once the array ends or goes on") {
  ds::RowStream stream;
  const std::string start = R"({"schema":[{"name":"n","type":"integer"}],"datarows":[[1],[2)";
  CHECK(stream.advance(start.substr(0, 50)) == 0);
  CHECK(stream.columns().empty());
  CHECK(stream.advance(start) == 1);
  CHECK(stream.columns().size() == 1);
  CHECK(stream.advance(start + "3]") == 1);
  CHECK(stream.advance(start + "3],[") == 2);
  CHECK(stream.advance(start + "3],[4]]") == 3);
  const auto result = stream.finish(start + "3],[4]]}");
  REQUIRE(result);
  REQUIRE(result->columns()[0].values_as<std::vector<std::int32_t>>() != nullptr);
  CHECK(*result->columns()[0].values_as<std::vector<std::int32_t>>() == std::vector<std::int32_t>{1, 23, 4});
}

TEST_CASE("faults are told at the end, with the byte that a whole reply has them at") {
  const std::string row = R"([1,"a",1.5,2,true,{}])";
  const std::vector<std::string> rests = {
      "[1,2]]}",
      "[1,\"a\x01\",1,1,true,{}]]}",
      "[1.5,\"a\",1,1,true,{}]]}",
      R"([1,"a",1,1,true,{},7]]})",
      row + R"(],"error":{"type":"X"}})",
      row + R"(],"datarows":[]})",
      row + "]",
      row,
      std::string{"[21474836"} + std::string(8, '\0') + "48]]}" + std::string(200, ' '),
  };
  for (const std::string& rest : rests) {
    const std::string body = head + '[' + row + ',' + rest;
    ds::RowStream stream;
    for (std::size_t size = 1; size < body.size(); ++size) stream.advance(std::string_view{body}.substr(0, size));
    CHECK(stream.row_count() >= 1);
    CHECK(outcome(stream.finish(body)) == outcome(ds::read_jdbc(body)));
    CHECK(stream.take().row_count() >= 1);
  }
}

TEST_CASE("a column of texts that the schema calls a number is read anew at the end") {
  const std::string body = R"({"schema":[{"name":"k","type":"double"}],"datarows":[[1.50],["a"],["b"]]})";
  ds::RowStream stream;
  for (std::size_t size = 1; size < body.size(); ++size) stream.advance(std::string_view{body}.substr(0, size));
  CHECK(stream.row_count() == 1);
  CHECK(outcome(stream.finish(body)) == outcome(ds::read_jdbc(body)));
}

TEST_CASE("rows before their schema, no rows, no columns and no result at all come with the end") {
  for (const std::string_view body :
       {R"({"datarows":[[1],[2]],"schema":[{"name":"n","type":"long"}]})", R"({"schema":[],"datarows":[[],[]]})",
        R"({"schema":[{"name":"n","type":"long"}],"datarows":[]})", R"({"error":"no"})", "", "{}", "no JSON"}) {
    ds::RowStream stream;
    for (std::size_t size = 0; size <= body.size(); ++size) stream.advance(body.substr(0, size));
    CHECK(outcome(stream.finish(body)) == outcome(ds::read_jdbc(body)));
  }
}

TEST_CASE("a value that comes in many pieces is looked at a few times only") {
  const std::string start = R"({"schema":[{"name":"t","type":"text"}],"datarows":[["a"],[")";
  const std::string body = start + std::string(3'000'000, 'x') + R"("]]})";
  ds::RowStream stream;
  // Each look at all of it would be 150 GB.
  for (std::size_t size = start.size(); size < body.size(); size += 30)
    stream.advance(std::string_view{body}.substr(0, size));
  CHECK(stream.row_count() == 1);
  CHECK(outcome(stream.finish(body)) == outcome(ds::read_jdbc(body)));
}

}  // namespace row_stream_test
