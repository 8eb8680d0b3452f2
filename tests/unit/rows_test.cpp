#include <datasource/columnar/jdbc_reader.hpp>

#include <catch2/catch.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace rows_test {

namespace ds = datasource;
using namespace std::chrono_literals;
using std::chrono::year_month_day;

namespace {

ds::ResultSet column(const std::string& type, const std::string& rows) {
  return ds::read_jdbc(R"({"schema":[{"name":"c","type":")" + type + R"("}],"datarows":)" + rows + "}").value();
}

template <class T>
std::vector<T> values(const ds::ResultSet& result) {
  const auto rows = result.rows<T>();
  if (rows.error()) FAIL(rows.error()->message);
  std::vector<T> all;
  for (const auto& [value] : rows) all.push_back(value);
  return all;
}

template <class T>
std::string refusal(const ds::ResultSet& result) {
  const auto rows = result.rows<T>();
  REQUIRE(rows.error());
  CHECK(rows.begin() == rows.end());
  return rows.error()->message;
}

using Seconds = std::chrono::sys_seconds;
using Micros = std::chrono::sys_time<std::chrono::microseconds>;

constexpr std::chrono::sys_days last_of_january = std::chrono::sys_days{year_month_day{2024y / 1 / 31}};

}  // namespace

TEST_CASE("timestamps are read as points in time, to the digit") {
  const auto result =
      column("timestamp", R"([["2024-01-31 10:11:12.000345"],["1969-12-31T23:59:59Z"],["2024-01-31"],[null]])");
  CHECK(values<std::optional<Micros>>(result) ==
        std::vector<std::optional<Micros>>{
            last_of_january + 10h + 11min + 12s + 345us, Micros{-1s}, last_of_january, {}});
  CHECK(values<Micros>(result).back() == Micros{});
}

TEST_CASE("dates are read as dates or as points in time") {
  const auto result = column("date", R"([["2024-01-31"],["0000-02-29"],["9999-12-31"]])");
  CHECK(values<year_month_day>(result) ==
        std::vector<year_month_day>{2024y / 1 / 31, year_month_day{std::chrono::year{0} / 2 / 29}, 9999y / 12 / 31});
  CHECK(values<Seconds>(result).front() == last_of_january);
}

TEST_CASE("times of day are read as durations since midnight") {
  CHECK(values<std::chrono::milliseconds>(column("time", R"([["10:11:12.5"],["00:00:00"],["24:00:00"]])")) ==
        std::vector<std::chrono::milliseconds>{10h + 11min + 12500ms, 0ms, 24h});
}

TEST_CASE("what is not exactly a date or time is told with its row, and never rounded") {
  CHECK(refusal<Seconds>(column("timestamp", R"([["2024-01-31 10:11:12"],["2024-01-31 10:11:12.5"]])")) ==
        "column \"c\", row 1: \"2024-01-31 10:11:12.5\" is not exactly a value of the type asked for");
  for (const std::string text :
       {"infinity", "2024-02-30", "2024-1-3", "2024-01-31 10:11", "2024-01-31 25:00:00", "2024-01-31 10:11:12.",
        "2024-01-31 10:60:00", "2024-01-31 10:11:12+02", "0044-03-15 (BC)", ""}) {
    CAPTURE(text);
    CHECK(refusal<Micros>(column("timestamp", R"([[")" + text + R"("]])")).find("row 0") != std::string::npos);
  }
}

TEST_CASE("a column of another type is not read as a date or time") {
  CHECK(refusal<Micros>(column("keyword", R"([["2024-01-31"]])")).find("is keyword") != std::string::npos);
  CHECK(refusal<year_month_day>(column("timestamp", R"([["2024-01-31 00:00:00"]])")).find("is timestamp") !=
        std::string::npos);
  CHECK(refusal<std::chrono::seconds>(column("long", "[[5]]")).find("is long") != std::string::npos);
}

}  // namespace rows_test
