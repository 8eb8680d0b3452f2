#include <datasource/engine/remote/sqlserver.hpp>

#include <catch2/catch.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace odbc_sqlserver_test {

namespace ds = datasource;
namespace sqlserver = datasource::remote::sqlserver;
namespace odbc = datasource::remote::odbc;
using ds::FilterKind;
using sqlserver::Driver;

namespace {

const Driver freetds{Driver::Kind::freetds, "FreeTDS"};
const Driver microsoft{Driver::Kind::microsoft, "ODBC Driver 18 for SQL Server"};

ds::Settings settings(std::initializer_list<std::pair<const std::string, std::string>> others = {}) {
  ds::Settings all{{"host", "db.example.net"},
                   {"port", "1433"},
                   {"database", "shop"},
                   {"username", "reader"},
                   {"password", "p@ss"},
                   {"encrypt", "true"},
                   {"trustServerCertificate", "false"},
                   {"connectionTimeout", "2000"}};
  for (const auto& [key, value] : others) all.insert_or_assign(key, value);
  return all;
}

sqlserver::Column column(std::string_view type, int precision = 0, int scale = 0) {
  return sqlserver::to_column("a]b", type, precision, scale, true);
}

std::string said(const sqlserver::Column& of, FilterKind kind, std::vector<ds::FilterValue> values = {}) {
  const auto condition = sqlserver::to_condition(of, {of.shape.name, kind, std::move(values)});
  if (!condition) return {};
  return (condition->exact ? "" : "~") + condition->text;
}

std::string told(std::string state, SQLINTEGER native, std::string message) {
  return sqlserver::to_error({{std::move(state), native, std::move(message)}}, settings()).message;
}

}  // namespace

TEST_CASE("Microsoft's newest driver is taken, else FreeTDS, else what to install is said") {
  CHECK(sqlserver::choose_driver({"FreeTDS", "PostgreSQL Unicode"}) == freetds);
  CHECK(sqlserver::choose_driver({"FreeTDS", "ODBC Driver 17 for SQL Server", "ODBC Driver 18 for SQL Server"}) ==
        microsoft);
  const auto none = sqlserver::choose_driver({"PostgreSQL Unicode"});
  REQUIRE_FALSE(none.has_value());
  CHECK_THAT(none.error().message, Catch::Contains("tdsodbc") && Catch::Contains("msodbcsql18"));
}

TEST_CASE("no value of a connection string is read as another key") {
  CHECK(odbc::ConnectionString{}.add("PWD", "a};Server={evil").add("UID", "").text() == "PWD={a}};Server={evil};");
  CHECK(odbc::ConnectionString{}.add("PWD", std::string_view{"a\0b", 3}).text() == "PWD={ab};");
}

TEST_CASE("FreeTDS ends a value at the first }; so a value with that is refused") {
  const auto with = [](const char* password) {
    return sqlserver::connection_string(freetds, settings({{"password", password}}));
  };
  CHECK_THAT(with("a}b;c").value_or(""), Catch::Contains("PWD={a}b;c};"));
  const auto refused = with("s3cret};Port={1");
  REQUIRE_FALSE(refused.has_value());
  CHECK_THAT(refused.error().message, Catch::Contains("the password") && !Catch::Contains("s3cret"));
}

TEST_CASE("each way of encryption is what the drivers call it") {
  const auto text = [](const Driver& driver, const ds::Settings& from) {
    return sqlserver::connection_string(driver, from).value_or("refused");
  };
  const std::string end = "Database=shop;UID=reader;PWD={p@ss};APP=datasource;ApplicationIntent=ReadOnly;";
  CHECK(text(microsoft, settings()) ==
        "Driver={ODBC Driver 18 for SQL Server};Server=tcp:db.example.net,1433;Encrypt=yes;"
        "TrustServerCertificate=no;" +
            end);
  CHECK_THAT(text(microsoft, settings({{"encrypt", "strict"}, {"instance", "SQLEXPRESS"}})),
             Catch::Contains("Server=db.example.net\\SQLEXPRESS;Encrypt=strict;TrustServerCertificate=no;"));
  CHECK_THAT(text(microsoft, settings({{"encrypt", "false"}, {"trustServerCertificate", "true"}})),
             Catch::Contains("Encrypt=no;TrustServerCertificate=yes;"));
  CHECK(text(freetds, settings({{"trustServerCertificate", "true"}})) ==
        "Driver=FreeTDS;Server=db.example.net;Port=1433;TDS_Version=7.4;ClientCharset=UTF-8;"
        "Encryption=require;" +
            end);
  CHECK_THAT(text(freetds, settings({{"encrypt", "false"}})), Catch::Contains("Encryption=request;"));
  CHECK(text(freetds, settings({{"encrypt", "strict"}})) == "refused");
}

TEST_CASE("FreeTDS checks the certificate by a section of its configuration") {
  CHECK(sqlserver::needs_section(freetds, settings()));
  CHECK_FALSE(sqlserver::needs_section(freetds, settings({{"trustServerCertificate", "true"}})));
  CHECK_FALSE(sqlserver::needs_section(freetds, settings({{"encrypt", "false"}})));
  CHECK_FALSE(sqlserver::needs_section(microsoft, settings()));
  const std::string section = sqlserver::section_text(settings());
  CHECK_THAT(section, Catch::Contains("  host = db.example.net\n  port = 1433\n") &&
                          Catch::Contains("  encryption = require\n  ca file = system\n") &&
                          Catch::Contains("  check certificate hostname = yes\n"));
  CHECK_THAT(sqlserver::connection_string(freetds, settings()).value_or(""),
             Catch::Contains("Servername=" + sqlserver::section_name(settings()) + ";"));
  CHECK(sqlserver::section_name(settings()) != sqlserver::section_name(settings({{"port", "1434"}})));
}

TEST_CASE("each type has its column and is read exactly") {
  const auto shape = [](std::string_view type, int precision = 0, int scale = 0) {
    const auto made = column(type, precision, scale);
    return std::string{to_string(made.shape.type)} + ": " + made.expression;
  };
  CHECK(shape("bit") == "boolean: [a]]b]");
  CHECK(shape("tinyint") == "short: [a]]b]");
  CHECK(shape("bigint") == "long: [a]]b]");
  CHECK(shape("decimal", 12, 2) == "decimal: [a]]b]");
  CHECK(shape("money") == "decimal: CAST([a]]b] AS decimal(19, 4)) AS [a]]b]");
  CHECK(shape("datetime") == "timestamp: CAST([a]]b] AS datetime2(3)) AS [a]]b]");
  CHECK(shape("datetime2", 27, 7) == "timestamp: [a]]b]");
  CHECK(shape("datetimeoffset", 34, 7) == "timestamp: CAST(SWITCHOFFSET([a]]b], 0) AS datetime2(7)) AS [a]]b]");
  CHECK(shape("time", 16, 7) == "time: CAST([a]]b] AS varchar(16)) AS [a]]b]");
  CHECK(shape("uniqueidentifier") == "keyword: CAST([a]]b] AS char(36)) AS [a]]b]");
  CHECK(shape("varbinary") == "binary: [a]]b]");
  CHECK(shape("xml") == "keyword: CAST([a]]b] AS nvarchar(max)) AS [a]]b]");
  CHECK(shape("sql_variant") == "keyword: CAST([a]]b] AS nvarchar(4000)) AS [a]]b]");
  CHECK(shape("hierarchyid") == "keyword: [a]]b].ToString() AS [a]]b]");
  CHECK(column("decimal", 12, 2).shape.precision == 12);
  CHECK(column("decimal", 12, 2).shape.scale == 2);
}

TEST_CASE("filters are T-SQL") {
  const auto text = [](const char* value) { return std::vector<ds::FilterValue>{std::string{value}}; };
  CHECK(said(column("int"), FilterKind::greater, {std::int64_t{5}}) == "[a]]b] > 5");
  CHECK(said(column("bit"), FilterKind::equal, {true}) == "[a]]b] = 1");
  CHECK(said(column("money"), FilterKind::less, text("12.50")) == "[a]]b] < 12.50");
  CHECK(said(column("date"), FilterKind::equal, {std::int64_t{19753}}) == "[a]]b] = CAST(N'2024-01-31' AS date)");
  CHECK(said(column("datetime2", 26, 6), FilterKind::less, {std::int64_t{1}}) ==
        "[a]]b] < CAST(N'1970-01-01T00:00:00.000001' AS datetime2(7))");
  CHECK(said(column("datetimeoffset", 33, 6), FilterKind::less, {std::int64_t{0}}) ==
        "[a]]b] < TODATETIMEOFFSET(CAST(N'1970-01-01T00:00:00.000000' AS datetime2(7)), 0)");
  CHECK(said(column("nvarchar"), FilterKind::is_null) == "[a]]b] IS NULL");
}

TEST_CASE("texts are compared by the server as far as no row is lost by its collation") {
  const auto text = [](const char* value) { return std::vector<ds::FilterValue>{std::string{value}}; };
  CHECK(said(column("nvarchar"), FilterKind::equal, text("O'Neil")) == "~[a]]b] = N'O''Neil'");
  CHECK(said(column("nvarchar"), FilterKind::not_equal, text("x")).empty());
  CHECK(said(column("nvarchar"), FilterKind::less, text("x")).empty());
  CHECK(said(column("nvarchar"), FilterKind::prefix, text("50%[")) ==
        "~[a]]b] COLLATE Latin1_General_100_BIN2 LIKE N'50!%![%' ESCAPE '!'");
  CHECK(said(column("uniqueidentifier"), FilterKind::equal, text("6F9619FF-8B86-D011-B42D-00C04FC964FF")) ==
        "~[a]]b] = N'6F9619FF-8B86-D011-B42D-00C04FC964FF'");
  CHECK(said(column("uniqueidentifier"), FilterKind::equal, text("no guid")).empty());
}

TEST_CASE("datetime is asked for a few milliseconds more, since it is no decimal number of them") {
  const std::vector<ds::FilterValue> at{std::int64_t{10'000}};
  CHECK(said(column("datetime"), FilterKind::less, at) ==
        "~[a]]b] <= CAST(N'1970-01-01T00:00:00.014000' AS datetime2(7))");
  CHECK(said(column("datetime"), FilterKind::equal, at) ==
        "~[a]]b] >= CAST(N'1970-01-01T00:00:00.006000' AS datetime2(7)) AND "
        "[a]]b] <= CAST(N'1970-01-01T00:00:00.014000' AS datetime2(7))");
  CHECK(said(column("datetime"), FilterKind::not_equal, at).empty());
}

TEST_CASE("a request is one SELECT with its columns, conditions and limit") {
  const std::vector<sqlserver::Column> columns{sqlserver::to_column("id", "int", 0, 0, false),
                                               sqlserver::to_column("name", "nvarchar", 0, 0, true),
                                               sqlserver::to_column("price", "money", 0, 0, true)};
  ds::ScanRequest request{
      .columns = {"price", "id"}, .filters = {{"id", FilterKind::greater, {std::int64_t{5}}}}, .limit = 3};
  const auto text = [&] { return sqlserver::select("dbo", "it's]", columns, request); };
  CHECK(text() == "SELECT TOP (3) CAST([price] AS decimal(19, 4)) AS [price], [id] FROM [dbo].[it's]]] WHERE [id] > 5");
  request.filters.push_back({"name", FilterKind::equal, {std::string{"x"}}});
  CHECK(text() ==
        "SELECT CAST([price] AS decimal(19, 4)) AS [price], [id] FROM [dbo].[it's]]] WHERE [id] > 5 AND [name] = N'x'");
  request.columns.clear();
  CHECK(text() == "SELECT COUNT_BIG(*) FROM [dbo].[it's]]] WHERE [id] > 5 AND [name] = N'x'");
}

TEST_CASE("names in the catalogue's queries cannot leave their quotes") {
  CHECK_THAT(sqlserver::columns_query("dbo", "x' OR '1'='1"), Catch::Contains("o.name = N'x'' OR ''1''=''1'"));
}

TEST_CASE("one SELECT is taken as a native statement") {
  for (const std::string_view sql : {"SELECT 1", "  select * from [update] where x = 'insert; drop' -- delete\n;",
                                     "WITH a AS (SELECT 1 AS x) SELECT x FROM a",
                                     "SELECT \"into\" FROM t /* exec /* nested */ drop */ ORDER BY 1 OFFSET 5 ROWS",
                                     "SELECT 'it''s', [a]]b] FROM t;  ", "SELECT inserted_at, updates FROM t"}) {
    INFO(sql);
    CHECK(sqlserver::native_problem(sql).empty());
  }
}

TEST_CASE("anything else is refused") {
  for (const std::string_view sql : {"",
                                     "  -- nothing",
                                     "DELETE FROM t",
                                     "SELECT 1; SELECT 2",
                                     "SELECT 1 INTO x",
                                     "SELECT 1; DROP TABLE t",
                                     "WITH a AS (SELECT 1 AS x) DELETE FROM t",
                                     "EXEC sp_who",
                                     "SELECT * FROM OPENROWSET('x', 'y', 'z')",
                                     "SELECT NEXT VALUE FOR s",
                                     "SELECT 1 /* open",
                                     "SELECT 'open",
                                     "SELECT [open",
                                     "{call x}",
                                     "'SELECT'",
                                     "SELECT 1 UPDATE t SET x = 1",
                                     "SELECT * FROM t\nWAITFOR DELAY '1:00'",
                                     "select 1 exec('drop table t')",
                                     "SELECT 1INTO x FROM t",
                                     "SELECT $1into x",
                                     "SELECT 0x1INTO x",
                                     "SELECT 1 RECEIVE * FROM q"}) {
    INFO(sql);
    CHECK_FALSE(sqlserver::native_problem(sql).empty());
  }
}

TEST_CASE("what the server says becomes what to do") {
  CHECK_THAT(told("28000", 18456, "Login failed for user 'reader'."),
             Catch::Contains("did not let user \"reader\" in"));
  CHECK_THAT(told("42000", 4060, "Cannot open database"), Catch::Contains("has no database \"shop\""));
  CHECK_THAT(told("42000", 229, "The SELECT permission was denied on the object 'x'"),
             Catch::Contains("db_datareader"));
  CHECK_THAT(told("HYT00", 0, "Login timeout expired"), Catch::Contains("did not answer in 2000 ms"));
  CHECK_THAT(told("08001", 0, "Unable to connect to data source"), Catch::Contains("db.example.net:1433"));
  CHECK_THAT(told("08001", -1, "SSL Provider: certificate verify failed: self-signed"),
             Catch::Contains("trustServerCertificate"));
  CHECK_THAT(told("IM002", 0, "Data source name not found"), Catch::Contains("tdsodbc"));
  CHECK(told("42000", 102, "Incorrect syntax near 'x'.") == "SQL Server: Incorrect syntax near 'x'.");
  const auto both =
      sqlserver::to_error({{"42000", 18456, "Login failed"}, {"42000", 4060, "Cannot open database"}}, settings());
  CHECK_THAT(both.message, Catch::Contains("has no database"));
}

}  // namespace odbc_sqlserver_test
