// The reader against a real server: tests/integration/odbc.test.mjs starts one and runs these with DATASOURCE_ODBC, the
// connection string of a PostgreSQL. Without it there is nothing to read.

#include <datasource/engine/remote/odbc/scan.hpp>

#include <catch2/catch.hpp>

#include <chrono>
#include <cstdlib>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace odbc_reader_test {

namespace ds = datasource;
namespace odbc = datasource::remote::odbc;

namespace {

std::shared_ptr<odbc::Pool> pool(std::size_t most = 0) {
  return std::make_shared<odbc::Pool>(
      odbc::Pool::Limits{.most = most, .idle = std::chrono::minutes{1}, .patience = std::chrono::milliseconds{50}},
      []() -> ds::Result<std::unique_ptr<odbc::Connection>> {
        auto connection = std::make_unique<odbc::Connection>();
        const auto said = connection->connect(std::getenv("DATASOURCE_ODBC"), 10);
        if (!said.empty()) return ds::fail(ds::ErrorKind::connection, said.front().message);
        connection->keep_nothing();
        return connection;
      });
}

ds::Error explain(const std::vector<odbc::Diagnostic>& said) {
  return {.kind = ds::ErrorKind::invalid, .message = said.front().state + ' ' + said.front().message};
}

ds::Result<odbc::Rows> run(const std::shared_ptr<odbc::Pool>& from, std::string_view sql, std::stop_token stop = {}) {
  auto lease = from->take(stop);
  if (!lease) return ds::fail(lease.error());
  auto rows = odbc::Rows::run(std::move(*lease), sql, explain, stop);
  if (!rows) return ds::fail(rows.error());
  std::vector<ds::RemoteColumn> columns;
  for (const auto& column : rows->columns()) columns.push_back(odbc::to_remote(column));
  odbc::name_apart(columns);
  rows->read_as(columns);
  return rows;
}

/// `name type: value|value` of each column.
std::vector<std::string> read(std::string_view sql) {
  auto rows = run(pool(), sql);
  INFO(sql << ": " << (rows ? "" : rows.error().message));
  REQUIRE(rows.has_value());
  auto batch = rows->next({});
  REQUIRE(batch.has_value());
  REQUIRE(batch->has_value());
  std::vector<std::string> columns;
  for (const ds::Column& column : (*batch)->columns()) {
    std::string text = column.name + ' ' + std::string{to_string(column.type)} + ":";
    for (std::size_t row = 0; row < (*batch)->row_count(); ++row) {
      text += row == 0 ? ' ' : '|';
      if (column.is_null(row)) {
        text += "NULL";
        continue;
      }
      std::visit(
          [&](const auto& values) {
            if constexpr (std::is_same_v<std::decay_t<decltype(values)>, ds::TextValues>) {
              text += values[row];
            } else if constexpr (std::is_floating_point_v<typename std::decay_t<decltype(values)>::value_type>) {
              text += ds::detail::number_text(static_cast<double>(values[row]));
            } else {
              text += std::to_string(values[row]);
            }
          },
          column.values);
    }
    columns.push_back(std::move(text));
  }
  return columns;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("the types of a real server are read exactly, in blocks", "[.odbc]") {
  CHECK(read("select 1::smallint as s, (-2147483648)::int as i, 9223372036854775807::bigint as l, 0.1::float8 as d, "
             "1.5::real as r, 12345678901234567890.12345::numeric(30,5) as n, date '2024-01-31' as day, "
             "timestamp '2024-01-31 10:11:12.345678' as at, timestamp '1969-12-31 23:59:59.999999' as early, "
             "'añ😀x'::varchar(10) as t") ==
        Texts{"s short: 1", "i integer: -2147483648", "l long: 9223372036854775807", "d double: 0.1", "r float: 1.5",
              "n decimal: 12345678901234567890.12345", "day date: 2024-01-31", "at timestamp: 1706695872345678",
              "early timestamp: -1", "t keyword: añ😀x"});
}

TEST_CASE("nulls and empty texts are told apart", "[.odbc]") {
  CHECK(read("select * from (values (1, ''::varchar(5)), (null, null), (3, 'x')) as v(i, t)") ==
        Texts{"i integer: 1|NULL|3", "t keyword: |NULL|x"});
  CHECK(read("select * from (values (1, ''::text), (null, null), (3, 'x')) as v(i, t)") ==
        Texts{"i integer: 1|NULL|3", "t keyword: |NULL|x"});
}

TEST_CASE("values of any length are read piece by piece", "[.odbc]") {
  const auto columns = read("select repeat('aé😀', 100000) as t, decode(repeat('00ff07', 30000), 'hex') as b, 7 as i");
  std::string text = "t keyword: ";
  for (int i = 0; i < 100'000; ++i) text += "aé😀";
  CHECK(columns.at(0) == text);
  std::string bytes;
  for (int i = 0; i < 30'000; ++i) bytes.append("\x00\xff\x07", 3);
  CHECK(columns.at(1) == "b binary: " + ds::detail::to_base64(bytes));
  CHECK(columns.at(2) == "i integer: 7");
}

TEST_CASE("many rows come in batches and add up", "[.odbc]") {
  auto rows =
      run(pool(), "select i, 'row ' || i as t, i::numeric(10,2) / 4 as n from generate_series(1, 100000) as g(i)");
  REQUIRE(rows.has_value());
  std::size_t count = 0, batches = 0;
  std::int64_t sum = 0;
  for (;;) {
    auto batch = rows->next({});
    REQUIRE(batch.has_value());
    if (!*batch) break;
    ++batches;
    count += (*batch)->row_count();
    for (const std::int32_t each : *(*batch)->columns().front().values_as<std::vector<std::int32_t>>()) sum += each;
  }
  CHECK(count == 100'000);
  CHECK(sum == 5'000'050'000);
  CHECK(batches > 1);
}

TEST_CASE("columns without a name, or with one twice, have names of their own", "[.odbc]") {
  CHECK(read("select 1 as a, 2 as \"A\", 3 as a") == Texts{"a integer: 1", "A~2 integer: 2", "a~3 integer: 3"});
}

TEST_CASE("what the server refuses is told in its words", "[.odbc]") {
  const auto rows = run(pool(), "select * from nothing");
  REQUIRE_FALSE(rows.has_value());
  CHECK_THAT(rows.error().message, Catch::Contains("42P01") && Catch::Contains("nothing"));
}

TEST_CASE("a stop ends a statement that is still working", "[.odbc]") {
  std::stop_source stop;
  std::jthread stopper;
  const auto connections = pool();
  auto lease = connections->take({});
  REQUIRE(lease.has_value());
  stopper = std::jthread{[&] {
    std::this_thread::sleep_for(std::chrono::milliseconds{300});
    stop.request_stop();
  }};
  const auto begin = std::chrono::steady_clock::now();
  const auto rows = odbc::Rows::run(std::move(*lease), "select pg_sleep(60)", explain, stop.get_token());
  REQUIRE_FALSE(rows.has_value());
  CHECK(rows.error().kind == ds::ErrorKind::cancelled);
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds{50});
}

TEST_CASE("a statement keeps nothing, and its connection is used again", "[.odbc]") {
  const auto one = pool(1);
  {
    const auto first = run(one, "select set_config('x.y', 'kept', true)");
    REQUIRE(first.has_value());
    const auto second = run(one, "select 1");
    REQUIRE_FALSE(second.has_value());
    CHECK_THAT(second.error().message, Catch::Contains("properties.maxConnections"));
  }
  auto again = run(one, "select coalesce(current_setting('x.y', true), '') as v");
  REQUIRE(again.has_value());
  auto batch = again->next({});
  REQUIRE(batch.has_value());
  CHECK((**batch).columns().front().values_as<ds::TextValues>()->operator[](0).empty());
}

}  // namespace odbc_reader_test
