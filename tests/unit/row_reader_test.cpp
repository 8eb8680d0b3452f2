// The decoder's quick way: values that look like those of the row before, compared here with what was put in and, for
// faults, with the byte where they were put.

#include <datasource/columnar/jdbc_reader.hpp>

#include <catch2/catch.hpp>

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace row_reader_test {

namespace ds = datasource;

namespace {

using Cells = std::vector<std::string>;

std::string head(const Cells& types) {
  std::string text = R"({"schema":[)";
  for (const std::string& type : types)
    text += std::string{&type == &types[0] ? "" : ","} + R"({"name":"c","type":")" + type + R"("})";
  return text + R"(],"datarows":)";
}

/// White space of a row: before the first value, around commas, before the end, between rows.
struct Spaces {
  std::string in, before_comma, after_comma, out, between;
};

const std::vector<Spaces> all_spaces = {
    {"", "", "", "", ""},
    {"\n      ", "", "\n      ", "\n    ", "\n    "},  // as OpenSearch writes it
    {"\r\n\t", " ", "\t\t ", "  ", "\r\n"},
    {std::string(40, ' '), std::string(33, '\n'), std::string(70, '\t'), " ", std::string(100, ' ')},
};

std::string row_text(const Cells& cells, const Spaces& spaces) {
  std::string text = "[" + spaces.in;
  for (const std::string& cell : cells)
    text += (&cell == &cells[0] ? "" : spaces.before_comma + ',' + spaces.after_comma) + cell;
  return text + spaces.out + ']';
}

/// Enough text behind the rows that no value stands near the end of the body, where the quick way stops.
const std::string tail = ",\"took\":\"" + std::string(200, '-') + "\"}";

std::string reply(const Cells& types, const std::vector<Cells>& rows, const Spaces& spaces = all_spaces[0]) {
  std::string text = head(types) + '[';
  for (const Cells& row : rows) text += (&row == &rows[0] ? "" : ",") + spaces.between + row_text(row, spaces);
  return text + ']' + tail;
}

const std::string no_fault = "it was read";

std::string message(std::string_view body) {
  // A copy of its own, so that the sanitizers see every byte that is read behind it.
  const std::vector<char> bytes(body.begin(), body.end());
  const auto result = ds::read_jdbc({bytes.data(), bytes.size()});
  return result ? no_fault : result.error().message;
}

std::vector<std::string> texts(std::string_view body, std::size_t column = 0) {
  const auto result = ds::read_jdbc(body);
  if (!result) return {result.error().message};
  std::vector<std::string> all;
  for (std::size_t row = 0; row < result->row_count(); ++row)
    all.push_back(ds::text_of(result->columns()[column], row).value_or("null"));
  return all;
}

std::vector<Cells> one_column(const std::vector<std::string>& values) {
  std::vector<Cells> rows;
  for (const std::string& value : values) rows.push_back({value});
  return rows;
}

std::string quoted(const std::string& text) { return '"' + text + '"'; }

}  // namespace

TEST_CASE("the same values come out whatever white space stands between them, and when it changes amid the rows") {
  const Cells types{"long", "keyword", "double", "boolean", "timestamp", "decimal", "object"};
  const Cells values{"-9007199254740993",           quoted("Grüße"),           "-0.25",        "true",
                     quoted("2024-02-29 12:34:56"), "12345678901234567890.10", R"({"a": [1]})"};
  const Cells expected{"-9007199254740993",       "Grüße",        "-0.25", "true", "2024-02-29 12:34:56",
                       "12345678901234567890.10", R"({"a": [1]})"};
  const Cells nulls(types.size(), "null");
  for (const Spaces& first : all_spaces) {
    for (const Spaces& second : all_spaces) {
      std::string body = head(types) + '[';
      for (int row = 0; row < 40; ++row) {
        const Spaces& spaces = row % 20 < 7 ? first : second;
        body += (row == 0 ? "" : ",") + spaces.between + row_text(row % 5 == 4 ? nulls : values, spaces);
      }
      const auto result = ds::read_jdbc(body + ']' + tail);
      REQUIRE(result);
      REQUIRE(result->row_count() == 40);
      for (std::size_t column = 0; column < types.size(); ++column) {
        CHECK(result->columns()[column].null_count == 8);
        for (std::size_t row = 0; row < 40; ++row) {
          const auto text = ds::text_of(result->columns()[column], row);
          if (row % 5 == 4 ? text.has_value() : text != expected[column])
            FAIL("row " << row << " of column " << column << ": " << text.value_or("null"));
        }
      }
    }
  }
}

TEST_CASE("integers of every length and sign are exact, and one more than fits is refused") {
  const auto check = [](const std::string& type, auto lowest, auto highest) {
    std::vector<std::string> values{"0", "-0"};
    for (auto value = highest; value != 0; value = static_cast<decltype(value)>(value / 10)) {
      values.push_back(std::to_string(value));
      values.push_back(std::to_string(value / 10 * 10 + 1));
    }
    for (auto value = lowest; value != 0; value = static_cast<decltype(value)>(value / 10))
      values.push_back(std::to_string(value));
    const auto read = texts(reply({type}, one_column(values)));
    values[1] = "0";
    CHECK(read == values);

    std::string over = std::to_string(highest);
    ++over.back();
    std::string under = "-" + (lowest == 0 ? std::string{"1"} : std::to_string(lowest).substr(1));
    if (lowest != 0) ++under.back();
    for (const std::string& value : {over, under, over + "0", under + "00", std::string(20, '9'), std::string(30, '9'),
                                     std::string{"1.0"}, std::string{"1e2"}}) {
      const std::string body = reply({type}, one_column({"1", "2", "3", value, "4"}));
      CHECK(message(body) == "the reply is malformed at byte " + std::to_string(head({type}).size() + 14) +
                                 ": the value does not fit column \"c\" of type " + type);
    }
  };
  check("byte", std::numeric_limits<std::int8_t>::min(), std::numeric_limits<std::int8_t>::max());
  check("short", std::numeric_limits<std::int16_t>::min(), std::numeric_limits<std::int16_t>::max());
  check("integer", std::numeric_limits<std::int32_t>::min(), std::numeric_limits<std::int32_t>::max());
  check("long", std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max());
  check("unsigned_long", std::uint64_t{0}, std::numeric_limits<std::uint64_t>::max());
}

TEMPLATE_TEST_CASE("floats read back bit by bit, in every form that JSON has", "", float, double) {
  std::mt19937_64 random{7};
  std::vector<std::string> texts{"0",
                                 "-0",
                                 "0.0",
                                 "-0.0",
                                 "9007199254740993",
                                 "0.1",
                                 "1.5",
                                 "100000000000000000000",
                                 "16777217",
                                 "0.30000000000000004",
                                 "1234567890.123456789",
                                 "12345678901234567890.5",
                                 "0.00000000000000000000000000000001",
                                 "1e10",
                                 "1E-7",
                                 "-2.5e+3",
                                 "0.000001"};
  for (int i = 0; i < 3000; ++i) {
    const std::uint64_t bits = random();
    TestType value;
    std::memcpy(&value, &bits, sizeof value);
    if (!std::isfinite(value)) continue;
    if (i % 3 == 0) value = static_cast<TestType>(std::ldexp(static_cast<double>(random()), -40));
    char buffer[400];
    const char* format = i % 2 == 0 ? "%.*g" : "%.*f";
    const int size = std::snprintf(buffer, sizeof buffer, format, i % 18 + 1, static_cast<double>(value));
    texts.emplace_back(buffer, buffer + size);
  }
  const auto result = ds::read_jdbc(reply({sizeof(TestType) == 4 ? "float" : "double"}, one_column(texts)));
  REQUIRE(result);
  const auto& read = *result->columns()[0].template values_as<std::vector<TestType>>();
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const TestType expected = sizeof(TestType) == 4 ? static_cast<TestType>(std::strtof(texts[i].c_str(), nullptr))
                                                    : static_cast<TestType>(std::strtod(texts[i].c_str(), nullptr));
    if (std::memcmp(&read[i], &expected, sizeof expected) != 0) FAIL(texts[i] << " was read as " << read[i]);
  }
}

TEST_CASE("numbers that JSON does not know are malformed amid rows as anywhere") {
  for (const char* type : {"double", "float", "long", "decimal"}) {
    for (const char* number : {"01", "00", "-01", "1.", "-", "-a", ".5", "+1", "1e", "1.5.5", "--1", "0x1", "1_0",
                               "1-2", "1.e5", "-.5", "0123456789012", "1234567890123.", "12345678901234567890."}) {
      CHECK(message(reply({type}, one_column({"1", "2", number, "3"}))) != no_fault);
      CHECK(message(reply({type}, one_column({"10", "20", number, "30"}), all_spaces[1])) != no_fault);
    }
  }
}

TEST_CASE("decimals and numbers of unknown type keep their text, short or long") {
  std::vector<std::string> values{"0", "-0.10", "1e5", "1.50E-3", "7"};
  for (std::size_t digits = 1; digits < 50; ++digits) {
    values.push_back(std::string(digits, '9'));
    values.push_back("-" + std::string(digits, '1') + "." + std::string(digits, '0'));
    values.push_back("0." + std::string(digits, '7'));
  }
  CHECK(texts(reply({"decimal"}, one_column(values))) == values);
  CHECK(texts(reply({"no_such_type"}, one_column(values), all_spaces[1])) == values);
}

TEST_CASE("texts of every length keep every byte, with what is special at each place in them") {
  const std::vector<std::pair<std::string, std::string>> specials = {
      {"", ""},           {R"(\")", "\""}, {R"(\\)", "\\"}, {R"(\n)", "\n"},
      {R"(\u00e9)", "é"}, {"é", "é"},      {"€", "€"},      {"😀", "😀"}};
  std::vector<std::string> sent, expected;
  for (const auto& [escaped, plain] : specials) {
    for (std::size_t length = 0; length < 100; ++length) {
      for (const std::size_t at : {std::size_t{0}, length / 2, length}) {
        sent.push_back(quoted(std::string(at, 'a') + escaped + std::string(length - at, 'b')));
        expected.push_back(std::string(at, 'a') + plain + std::string(length - at, 'b'));
      }
    }
  }
  for (const std::size_t length : {1000U, 1023U, 1024U, 1025U, 5000U, 20000U, 100000U}) {
    sent.push_back(quoted(std::string(length, 'x')));
    expected.push_back(std::string(length, 'x'));
    sent.push_back(quoted(std::string(length, 'x') + "é"));
    expected.push_back(std::string(length, 'x') + "é");
  }
  CHECK(texts(reply({"keyword"}, one_column(sent))) == expected);
  CHECK(texts(reply({"text"}, one_column(sent), all_spaces[1])) == expected);
}

TEST_CASE("bytes that are not UTF-8, and control characters, are told at their place") {
  const std::string begin = head({"keyword"}) + R"([["first"],["second"],[")";
  for (const char* bad :
       {"\xff", "\x80", "\xc3", "\xc0\xaf", "\xe2\x82", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xf0\x80\x80\x80"}) {
    for (std::size_t before = 0; before < 70; before += 3) {
      const std::string body = begin + std::string(before, 'a') + bad + "z\"]]" + tail;
      CHECK(message(body) ==
            "the reply is malformed at byte " + std::to_string(begin.size() + before) + ": it is not UTF-8");
    }
  }
  for (const char control : {'\n', '\t', '\0', '\x1f'}) {
    for (std::size_t before = 0; before < 70; before += 3) {
      const std::string body = begin + std::string(before, 'a') + control + "z\"]]" + tail;
      CHECK(message(body) == "the reply is malformed at byte " + std::to_string(begin.size() + before) +
                                 ": a control character stands in a string");
    }
  }
  CHECK(message(begin + "a\"\xff]]" + tail) ==
        "the reply is malformed at byte " + std::to_string(begin.size() + 2) + ": it is not UTF-8");
  CHECK(message(begin + "a\x7f\"]]" + tail) == no_fault);
}

TEST_CASE("a fault behind many rows alike is told at its byte") {
  const Cells types{"long", "keyword", "boolean"};
  const std::vector<std::pair<std::string, std::string>> faults = {
      {R"([1,"a",tru],)", "not a JSON value"},
      {R"([1,"a",nul],)", "not a JSON value"},
      {R"([1,"a",truee],)", "expected ']'"},
      {R"([1,"a"],)", "a row is shorter than the schema"},
      {R"([],)", "a row is shorter than the schema"},
      {R"([1,"a",],)", "a row is shorter than the schema"},
      {R"([1,"a",true,2],)", "a row is longer than the schema"},
      {R"([1,"a",true]])", "expected"},
      {R"([1,"a",true],])", "expected '['"},
      {R"([1,,true],)", "not a JSON value"},
      {R"([1,"a" "b"],)", "a row is shorter than the schema"},
      {R"([1,"a",3],)", "does not fit column"},
      {R"({"a":1},)", "expected '['"},
  };
  for (const Spaces& spaces : all_spaces) {
    for (const std::size_t count : {1U, 2U, 511U, 512U, 513U, 2000U}) {
      std::string begin = head(types) + '[';
      for (std::size_t i = 0; i < count; ++i) begin += row_text({"123", "\"abc\"", "false"}, spaces) + ',';
      for (const auto& [row, fault] : faults) {
        const auto text = message(begin + row + R"([1,"a",true]])" + tail);
        INFO(row << " after " << count << " rows: " << text);
        CHECK(text.find(fault) != std::string::npos);
        const auto at = std::strtoull(text.c_str() + std::strlen("the reply is malformed at byte "), nullptr, 10);
        CHECK(at >= begin.size());
        CHECK(at <= begin.size() + row.size());
      }
    }
  }
}

TEST_CASE("a body of many rows that was cut off anywhere is malformed") {
  std::vector<Cells> rows;
  for (int i = 0; i < 30; ++i) rows.push_back({std::to_string(i * 37), quoted("näme " + std::to_string(i)), "0.5"});
  for (const Spaces& spaces : all_spaces) {
    const std::string whole = reply({"integer", "keyword", "double"}, rows, spaces);
    REQUIRE(message(whole) == no_fault);
    for (std::size_t length = 0; length < whole.size(); ++length) {
      if (message(std::string_view{whole}.substr(0, length)) == no_fault)
        FAIL("cut off at " << length << " it was read");
    }
  }
}

TEST_CASE("rows end where the body ends, at any distance") {
  for (std::size_t size = 0; size < 200; ++size) {
    const std::string body = head({"keyword", "integer"}) + R"([["a",1],["b",2],[")" + std::string(size, 'x') +
                             R"(",3]]})" + std::string(size % 7, ' ');
    CHECK(texts(body) == Cells{"a", "b", std::string(size, 'x')});
    CHECK(texts(body, 1) == Cells{"1", "2", "3"});
  }
}

TEST_CASE("a text far down a column of numbers makes the whole column text") {
  for (const std::size_t count : {3U, 511U, 512U, 1500U}) {
    std::vector<Cells> rows(count, Cells{"1.50", "7", "\"t\""});
    rows.push_back({"2", quoted("seven"), "null"});
    rows.push_back({"-3e0", "8", "\"t\""});
    const std::string body = reply({"double", "long", "keyword"}, rows);
    const auto result = ds::read_jdbc(body);
    REQUIRE(result);
    CHECK(result->columns()[0].type == ds::Type::float64);
    CHECK(result->columns()[1].type == ds::Type::keyword);
    CHECK(result->columns()[2].null_count == 1);
    CHECK(texts(body, 0)[count + 1] == "-3");
    CHECK(texts(body, 1)[count] == "seven");
    CHECK(texts(body, 1)[count + 1] == "8");
    CHECK(texts(body, 2)[count] == "null");
  }
}

TEST_CASE("columns are as long as the rows, and hold little more memory than they need") {
  std::vector<Cells> rows;
  for (int i = 0; i < 5000; ++i) rows.push_back({std::to_string(i), quoted(std::string(i < 600 ? 900 : 3, 'x'))});
  const auto result = ds::read_jdbc(reply({"long", "keyword"}, rows));
  REQUIRE(result);
  const auto& numbers = *result->columns()[0].values_as<std::vector<std::int64_t>>();
  const auto& words = *result->columns()[1].values_as<ds::TextValues>();
  CHECK(numbers.size() == 5000);
  CHECK(words.size() == 5000);
  CHECK(words.bytes.size() == 600 * 900 + 4400 * 3);
  CHECK(numbers.capacity() <= 6250);
  CHECK(words.offsets.capacity() <= 6252);
  CHECK(words.bytes.capacity() <= words.bytes.size() * 5 / 4 + 16);
}

}  // namespace row_reader_test
