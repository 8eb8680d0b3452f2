#include <datasource/federation/sql_text.hpp>

#include <catch2/catch.hpp>

#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace sql_text_test {

namespace ds = datasource;
using ds::Filter;
using ds::FilterKind;
using ds::FilterValue;
using ds::SqlColumn;
using ds::SqlCompare;

namespace {

const SqlColumn id{.name = "id", .compare = SqlCompare::number};
const SqlColumn name{.name = "name", .compare = SqlCompare::text};
const SqlColumn folded{.name = "name", .compare = SqlCompare::folded_text};
const SqlColumn rate{.name = "rate", .compare = SqlCompare::real};
const SqlColumn price{.name = "price", .compare = SqlCompare::number, .literal = {"NUMERIC "}};
const SqlColumn day{.name = "day", .compare = SqlCompare::date, .literal = {"DATE "}};
const SqlColumn at{.name = "at", .compare = SqlCompare::timestamp, .literal = {"DATETIME "}};
const SqlColumn exact_at{
    .name = "at", .compare = SqlCompare::timestamp, .literal = {"", "::TIMESTAMP_NTZ"}, .finer = true};
const SqlColumn blob{.name = "blob"};

std::string google(const SqlColumn& column, FilterKind kind, std::vector<FilterValue> values = {}) {
  return ds::filter_text(ds::google_sql, column, {column.name, kind, std::move(values)}).value_or("none");
}
std::string transact(const SqlColumn& column, FilterKind kind, std::vector<FilterValue> values = {}) {
  return ds::filter_text(ds::transact_sql, column, {column.name, kind, std::move(values)}).value_or("none");
}
std::string snowflake(const SqlColumn& column, FilterKind kind, std::vector<FilterValue> values = {}) {
  return ds::filter_text(ds::snowflake_sql, column, {column.name, kind, std::move(values)}).value_or("none");
}
FilterValue text(const char* value) { return std::string{value}; }
FilterValue whole(std::int64_t value) { return value; }

}  // namespace

TEST_CASE("A name cannot leave its quotes in any dialect") {
  CHECK(ds::quoted_name(ds::google_sql, "a`; DROP\\") == "`a\\`; DROP\\\\`");
  CHECK(ds::quoted_name(ds::snowflake_sql, "a\"b\\") == "\"a\"\"b\\\"");
  CHECK(ds::quoted_name(ds::transact_sql, "a]; DROP [x") == "[a]]; DROP [x]");
  CHECK(ds::quoted_name(ds::datafusion_sql, std::string{"a\0\"", 3}) == "\"a\"\"\"");
}

TEST_CASE("A text cannot leave its quotes in any dialect") {
  const std::string evil = "x' OR '1'='1\\";
  CHECK(ds::text_literal(ds::google_sql, evil) == "'x\\' OR \\'1\\'=\\'1\\\\'");
  CHECK(ds::text_literal(ds::snowflake_sql, evil) == "'x'' OR ''1''=''1\\\\'");
  CHECK(ds::text_literal(ds::transact_sql, evil) == "N'x'' OR ''1''=''1\\'");
  CHECK(ds::text_literal(ds::datafusion_sql, evil) == "'x'' OR ''1''=''1\\'");
  CHECK(ds::text_literal(ds::google_sql, "a\nb\x01\r") == "'a\\nb\\u0001\\u000d'");
}

TEST_CASE("A text that a dialect cannot write makes no condition") {
  CHECK_FALSE(ds::text_literal(ds::google_sql, std::string_view{"a\0b", 3}));
  CHECK_FALSE(ds::text_literal(ds::google_sql, "\xff"));
  CHECK_FALSE(ds::text_literal(ds::transact_sql, "a\\\nb"));
  CHECK(ds::text_literal(ds::snowflake_sql, "a\\\nb") == "'a\\\\\nb'");
  CHECK(google(name, FilterKind::equal, {text("\xff")}) == "none");
}

TEST_CASE("Names with dots between them are quoted each, and empty ones are left out") {
  CHECK(ds::qualified_name(ds::google_sql, std::vector<std::string_view>{"acme-prod", "shop", "a.b"}) ==
        "`acme-prod`.`shop`.`a.b`");
  CHECK(ds::qualified_name(ds::snowflake_sql, std::vector<std::string_view>{"", "PUBLIC", "T"}) == "\"PUBLIC\".\"T\"");
}

TEST_CASE("A comparison has the column's literal") {
  CHECK(google(id, FilterKind::equal, {whole(-5)}) == "`id` = -5");
  CHECK(google(id, FilterKind::not_equal, {std::uint64_t{18446744073709551615U}}) == "`id` <> 18446744073709551615");
  CHECK(google(price, FilterKind::less, {text("12.50")}) == "`price` < NUMERIC '12.50'");
  CHECK(google(day, FilterKind::greater_equal, {whole(19753)}) == "`day` >= DATE '2024-01-31'");
  CHECK(google(at, FilterKind::less_equal, {whole(-1)}) == "`at` <= DATETIME '1969-12-31 23:59:59.999999'");
  CHECK(google(name, FilterKind::in, {text("a"), text("b'")}) == "`name` IN ('a', 'b\\'')");
  CHECK(google(name, FilterKind::is_null) == "`name` IS NULL");
  CHECK(google(blob, FilterKind::is_not_null) == "`blob` IS NOT NULL");
  CHECK(transact({.name = "on", .compare = SqlCompare::boolean}, FilterKind::equal, {true}) == "[on] = 1");
  CHECK(transact({.name = "at", .compare = SqlCompare::timestamp, .literal = {"CAST(", " AS datetime2(6))"}},
                 FilterKind::greater, {whole(0)}) == "[at] > CAST(N'1970-01-01T00:00:00.000000' AS datetime2(6))");
  CHECK(google({.name = "t", .compare = SqlCompare::time, .literal = {"TIME "}}, FilterKind::equal,
               {whole(86'399'999'999)}) == "`t` = TIME '23:59:59.999999'");
}

TEST_CASE("Only what cannot lose a row is told") {
  CHECK(google(blob, FilterKind::equal, {text("x")}) == "none");
  CHECK(google(id, FilterKind::equal, {text("1 OR 1=1")}) == "none");
  CHECK(google(id, FilterKind::equal, {text("1e5")}) == "none");
  CHECK(google(id, FilterKind::equal) == "none");
  CHECK(google(name, FilterKind::equal, {whole(1)}) == "none");
  CHECK(google(day, FilterKind::equal, {whole(3'000'000)}) == "none");
  CHECK(google(rate, FilterKind::equal, {std::nan("")}) == "none");
  CHECK(google(rate, FilterKind::less, {std::numeric_limits<double>::infinity()}) == "none");
  CHECK(google(name, FilterKind::in, {text("a"), text("\xff")}) == "none");
  CHECK(google(id, FilterKind::prefix, {text("1")}) == "none");
}

TEST_CASE("A collation that folds texts is asked for equality alone, and that is not exact") {
  CHECK(transact(folded, FilterKind::equal, {text("Ann")}) == "[name] = N'Ann'");
  CHECK(transact(folded, FilterKind::not_equal, {text("Ann")}) == "none");
  CHECK(transact(folded, FilterKind::less, {text("Ann")}) == "none");
  CHECK_FALSE(ds::filter_is_exact(ds::transact_sql, folded, {"name", FilterKind::equal, {text("Ann")}}));
  CHECK(ds::filter_is_exact(ds::transact_sql, folded, {"name", FilterKind::is_null, {}}));
  CHECK(ds::filter_is_exact(ds::google_sql, name, {"name", FilterKind::equal, {text("Ann")}}));
}

TEST_CASE("A prefix is a function or a pattern whose specials are escaped") {
  CHECK(google(name, FilterKind::prefix, {text("50%")}) == "STARTS_WITH(`name`, '50%')");
  CHECK(snowflake(name, FilterKind::prefix, {text("50%")}) == "STARTSWITH(\"name\", '50%')");
  CHECK(transact(name, FilterKind::prefix, {text("50%_[!x")}) == "[name] LIKE N'50!%!_![!!x%' ESCAPE '!'");
}

TEST_CASE("NaN, the engine's greatest number, stays where a system holds it for none") {
  CHECK(google(rate, FilterKind::greater, {1.5}) == "(`rate` > 1.5E0 OR IS_NAN(`rate`))");
  CHECK(google(rate, FilterKind::less, {2.0}) == "`rate` < 2.0E0");
  CHECK(snowflake(rate, FilterKind::greater, {1e300}) == "\"rate\" > 1e+300");
}

TEST_CASE("A system that counts finer than microseconds is asked for the span that the engine holds for one value") {
  CHECK(snowflake(exact_at, FilterKind::equal, {whole(0)}) ==
        "(\"at\" >= '1970-01-01 00:00:00.000000'::TIMESTAMP_NTZ AND "
        "\"at\" < '1970-01-01 00:00:00.000001'::TIMESTAMP_NTZ)");
  CHECK(snowflake(exact_at, FilterKind::less_equal, {whole(0)}) ==
        "\"at\" < '1970-01-01 00:00:00.000001'::TIMESTAMP_NTZ");
  CHECK(snowflake(exact_at, FilterKind::greater, {whole(0)}) ==
        "\"at\" >= '1970-01-01 00:00:00.000001'::TIMESTAMP_NTZ");
  CHECK(snowflake(exact_at, FilterKind::not_equal, {whole(0)}) ==
        "(\"at\" < '1970-01-01 00:00:00.000000'::TIMESTAMP_NTZ OR "
        "\"at\" >= '1970-01-01 00:00:00.000001'::TIMESTAMP_NTZ)");
}

TEST_CASE("A scan is one SELECT of its columns, conditions and limit") {
  const std::vector<SqlColumn> columns{id, name, blob};
  const ds::ScanRequest request{.columns = {"name", "id"},
                                .filters = {{"id", FilterKind::greater, {whole(3)}}, {"name", FilterKind::is_not_null}},
                                .limit = 10};
  CHECK(ds::select_text(ds::google_sql, "`t`", columns, request) ==
        "SELECT `name`, `id` FROM `t` WHERE `id` > 3 AND `name` IS NOT NULL LIMIT 10");
  CHECK(ds::select_text(ds::transact_sql, "[t]", columns, request) ==
        "SELECT TOP (10) [name], [id] FROM [t] WHERE [id] > 3 AND [name] IS NOT NULL");
}

TEST_CASE("A scan of no column asks for the number of rows") {
  CHECK(ds::select_text(ds::google_sql, "`t`", std::vector{id}, {.filters = {{"id", FilterKind::equal, {whole(1)}}}}) ==
        "SELECT COUNT(*) FROM `t` WHERE `id` = 1");
}

TEST_CASE("A limit is not told when a filter before it is not") {
  CHECK(ds::select_text(ds::google_sql, "`t`", std::vector{id, blob},
                        {.columns = {"id"}, .filters = {{"blob", FilterKind::equal, {text("x")}}}, .limit = 1}) ==
        "SELECT `id` FROM `t`");
}

}  // namespace sql_text_test
