#include <datasource/client/bigquery.hpp>
#include <datasource/client/snowflake.hpp>
#include <datasource/protocol/snowflake/read_only.hpp>

#include <catch2/catch.hpp>

#include <chrono>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace cloud_protocol_test {

namespace ds = datasource;
namespace bq = datasource::protocol::bigquery;
namespace sf = datasource::protocol::snowflake;
using namespace std::chrono_literals;

namespace {

ds::HttpResponse reply(std::string body, int status = 200) { return {.status = status, .body = std::move(body)}; }

std::string text(const ds::ResultSet& rows, std::size_t column, std::size_t row = 0) {
  const auto* texts = rows.columns().at(column).values_as<ds::TextValues>();
  REQUIRE(texts != nullptr);
  return std::string{(*texts)[row]};
}

template <class T>
const ds::HttpRequest& sent(const ds::Step<T>& step) {
  REQUIRE(std::holds_alternative<ds::Send>(step));
  return std::get<ds::Send>(step).request;
}

const std::string bigquery_rows = R"({"kind": "bigquery#queryResponse",
  "rows": [{"f": [{"v": "9007199254740993"}, {"v": "1706695872123456"}, {"v": "2024-01-31T10:11:12.5"}, {"v": "12.500000000"},
                  {"v": "NaN"}, {"v": [{"v": "1"}, {"v": "2"}]}, {"v": {"f": [{"v": "x\"y"}, {"v": [{"v": "NaN"}, {"v": "1.5"}]}]}},
                  {"v": "{\"a\":1}"}, {"v": "YWI="}]},
           {"f": [{"v": "2"}, {"v": null}, {"v": null}, {"v": null}, {"v": null}, {"v": []}, {"v": null}, {"v": null}, {"v": null}]}],
  "schema": {"fields": [{"name": "id", "type": "INTEGER", "mode": "REQUIRED"}, {"name": "ts", "type": "TIMESTAMP"},
    {"name": "dt", "type": "DATETIME"}, {"name": "n", "type": "NUMERIC", "precision": "10", "scale": "2"},
    {"name": "f", "type": "FLOAT"}, {"name": "a", "type": "INTEGER", "mode": "REPEATED"},
    {"name": "s", "type": "RECORD", "fields": [{"name": "k", "type": "STRING"}, {"name": "v", "type": "FLOAT", "mode": "REPEATED"}]},
    {"name": "j", "type": "JSON"}, {"name": "b", "type": "BYTES"}]},
  "jobReference": {"projectId": "acme", "jobId": "job_1", "location": "EU"}, "totalRows": "3", "pageToken": "p2", "jobComplete": true})";

const std::string snowflake_rows = R"({"resultSetMetaData": {"numRows": 3, "format": "jsonv2",
  "partitionInfo": [{"rowCount": 2}, {"rowCount": 1}],
  "rowType": [{"name": "ID", "type": "fixed", "precision": 38, "scale": 0, "nullable": false},
    {"name": "SMALL", "type": "fixed", "precision": 9, "scale": 0}, {"name": "PRICE", "type": "fixed", "precision": 12, "scale": 2},
    {"name": "D", "type": "date"}, {"name": "T", "type": "time", "scale": 9}, {"name": "NTZ", "type": "timestamp_ntz", "scale": 9},
    {"name": "TZ", "type": "timestamp_tz", "scale": 9}, {"name": "B", "type": "binary"}, {"name": "V", "type": "variant"},
    {"name": "OK", "type": "boolean"}]},
  "data": [["9007199254740993", "5", "12.50", "18262", "82919.000000000", "1616173619.123456789", "1616173619.000000000 960", "6162",
            "{\"a\":1}", "true"],
           ["-1", null, null, "-1", null, "-0.000000001", null, null, "not json", null]],
  "code": "090001", "statementHandle": "h1", "message": "Statement executed successfully."})";

}  // namespace

TEST_CASE("A page of BigQuery's becomes columns whatever the order of its members") {
  const auto page = bq::read_page(reply(bigquery_rows));
  REQUIRE(page);
  CHECK(page->complete);
  REQUIRE(page->next);
  CHECK(page->next->job == "job_1");
  CHECK(page->next->page_token == "p2");
  const ds::ResultSet& rows = page->rows;
  REQUIRE(rows.row_count() == 2);
  CHECK(*rows.columns()[0].values_as<std::vector<std::int64_t>>() == std::vector<std::int64_t>{9007199254740993, 2});
  CHECK(text(rows, 1) == "2024-01-31 10:11:12.123456");
  CHECK(text(rows, 2) == "2024-01-31 10:11:12.5");
  CHECK(text(rows, 3) == "12.500000000");
  CHECK(text(rows, 5) == "[1,2]");
  CHECK(text(rows, 6) == R"({"k":"x\"y","v":["NaN",1.5]})");
  CHECK(text(rows, 7) == R"({"a":1})");
  CHECK(text(rows, 8) == "YWI=");
  for (const std::size_t column : {1U, 2U, 3U, 4U, 6U, 7U, 8U}) CHECK(rows.columns()[column].is_null(1));
  CHECK(text(rows, 5, 1) == "[]");
  const ds::RemoteColumn decimal = bq::remote_column(page->fields[3]);
  CHECK(decimal.type == ds::Type::decimal);
  CHECK(int{decimal.precision} == 10);
  CHECK(int{decimal.scale} == 2);
}

TEST_CASE("A BIGNUMERIC of more digits than 38 is a text, and nothing but NULL is asked of it") {
  const bq::Field field{.name = "n", .type = "BIGNUMERIC"};
  CHECK(bq::remote_column(field).type == ds::Type::keyword);
  CHECK(bq::sql_column(field).compare == ds::SqlCompare::nothing);
}

TEST_CASE("A page of BigQuery's that is no such page tells where") {
  const auto page =
      bq::read_page(reply(R"({"schema":{"fields":[{"name":"a","type":"INTEGER"}]},"rows":[{"f":[{"v":"x"}]}]})"));
  REQUIRE_FALSE(page);
  CHECK(page.error().kind == ds::ErrorKind::malformed);
  CHECK(page.error().message.find("column \"a\" of type INTEGER") != std::string::npos);
  CHECK(bq::read_page(reply("<html>", 404)).error().kind == ds::ErrorKind::malformed);
}

TEST_CASE("BigQuery's errors have the kinds that a caller acts on") {
  const auto kind = [](int status, const std::string& reason) {
    return bq::read_error(
               reply(R"({"error":{"code":1,"message":"m","errors":[{"reason":")" + reason + R"("}]}})", status))
        .kind;
  };
  CHECK(kind(400, "invalidQuery") == ds::ErrorKind::invalid);
  CHECK(kind(401, "authError") == ds::ErrorKind::unauthorized);
  CHECK(kind(403, "accessDenied") == ds::ErrorKind::forbidden);
  CHECK(kind(403, "rateLimitExceeded") == ds::ErrorKind::server);
  CHECK(kind(404, "notFound") == ds::ErrorKind::not_found);
}

TEST_CASE("A BigQuery query that takes its time is asked after, and read page by page") {
  auto pages = ds::operations::bigquery::query({.project = "acme", .text = "SELECT 1", .maximum_bytes_billed = 10});
  auto step = pages.start();
  CHECK(sent(step).target == "/bigquery/v2/projects/acme/queries");
  CHECK(sent(step).body.find(R"("maximumBytesBilled":"10")") != std::string::npos);
  step = pages.resume(
      reply(R"({"jobReference":{"projectId":"acme","jobId":"job_1","location":"EU"},"jobComplete":false})"));
  REQUIRE(std::holds_alternative<ds::Wait>(step));
  CHECK(std::get<ds::Wait>(step).until == ds::Wait::Until::poll);
  step = pages.resume(ds::Elapsed{});
  CHECK(sent(step).method == "GET");
  CHECK(sent(step).target.starts_with("/bigquery/v2/projects/acme/queries/job_1?location=EU&timeoutMs="));
  step = pages.resume(reply(bigquery_rows));
  REQUIRE(std::holds_alternative<ds::Done<bq::Page>>(step));
  CHECK_FALSE(pages.finished());
  step = pages.start();
  CHECK(sent(step).target.find("pageToken=p2") != std::string::npos);
  step = pages.resume(reply(R"({"jobComplete":true,"schema":{"fields":[]},"totalRows":"3"})"));
  CHECK(pages.finished());
}

TEST_CASE("A query that is given up while it runs is ended on the server") {
  auto pages = ds::operations::bigquery::query({.project = "acme", .text = "SELECT 1"});
  (void)pages.start();
  (void)pages.resume(
      reply(R"({"jobReference":{"projectId":"acme","jobId":"job_1","location":"EU"},"jobComplete":false})"));
  auto step = pages.resume(ds::Cancelled{});
  CHECK(sent(step).target == "/bigquery/v2/projects/acme/jobs/job_1/cancel?location=EU");
  step = pages.resume(reply("{}"));
  REQUIRE(std::holds_alternative<ds::Done<bq::Page>>(step));
  CHECK(std::get<ds::Done<bq::Page>>(step).result.error().kind == ds::ErrorKind::cancelled);
  CHECK(pages.finished());

  auto statement = ds::operations::snowflake::query({.text = "SELECT 1"}, {.first_delay = 50ms, .limit = 1ms});
  (void)statement.start();
  auto next = statement.resume(reply(R"({"code":"333334","message":"m","statementHandle":"h1"})", 202));
  CHECK(sent(next).target == "/api/v2/statements/h1/cancel");
  next = statement.resume(reply("{}"));
  CHECK(std::get<ds::Done<sf::Page>>(next).result.error().kind == ds::ErrorKind::timeout);
}

TEST_CASE("The rows of a table are read without a query, in the table's order of columns") {
  auto pages = ds::operations::bigquery::table_data("acme", "shop", "t", {{.name = "id", .type = "INTEGER"}}, 10);
  auto step = pages.start();
  CHECK(sent(step).target ==
        "/bigquery/v2/projects/acme/datasets/shop/tables/t/"
        "data?formatOptions.useInt64Timestamp=true&selectedFields=id&maxResults=10");
  step = pages.resume(reply(R"({"totalRows":"2","pageToken":"n","rows":[{"f":[{"v":"1"}]}]})"));
  CHECK(std::get<ds::Done<bq::Page>>(step).result->rows.row_count() == 1);
  step = pages.start();
  CHECK(sent(step).target.ends_with("&pageToken=n"));
  step = pages.resume(ds::Cancelled{});
  CHECK(std::get<ds::Done<bq::Page>>(step).result.error().kind == ds::ErrorKind::cancelled);
}

TEST_CASE("A service account's key is read, and what is wrong is said without it") {
  const auto problem = [](const std::string& file) { return bq::read_service_account(file).error().message; };
  CHECK(problem("{").find("not a JSON object") != std::string::npos);
  CHECK(problem(R"({"type":"authorized_user","refresh_token":"s3cret"})").find("authorized_user") != std::string::npos);
  CHECK(problem(R"({"type":"authorized_user","refresh_token":"s3cret"})").find("s3cret") == std::string::npos);
  CHECK(problem(R"({"type":"service_account","client_email":"a@b","private_key":"k"})").find("token_uri") !=
        std::string::npos);
  const auto account = bq::read_service_account(
      R"({"type":"service_account","client_email":"a@b","private_key":"k","private_key_id":"1","token_uri":"https://oauth2.googleapis.com/token"})");
  REQUIRE(account);
  const auto request =
      bq::token_request(*account, 1000s, [](std::string_view) -> ds::Result<std::string> { return "signed"; });
  REQUIRE(request);
  CHECK(request->base == "https://oauth2.googleapis.com");
  CHECK(request->target == "/token");
  CHECK(request->body.ends_with("." + ds::protocol::to_base64url("signed")));
  CHECK(bq::read_token(reply(R"({"error":"invalid_grant","error_description":"Invalid JWT Signature."})", 400))
            .error()
            .kind == ds::ErrorKind::unauthorized);
  CHECK(bq::read_token(reply(R"({"access_token":"t","expires_in":60})"))->lifetime == 60s);
}

TEST_CASE("A page of Snowflake's becomes columns with exact numbers, dates and times") {
  const auto page = sf::read_page(reply(snowflake_rows));
  REQUIRE(page);
  const ds::ResultSet& rows = page->rows;
  REQUIRE(rows.row_count() == 2);
  CHECK(text(rows, 0) == "9007199254740993");
  CHECK(rows.columns()[1].values_as<std::vector<std::int64_t>>()->front() == 5);
  CHECK(text(rows, 2) == "12.50");
  CHECK(text(rows, 3) == "2020-01-01");
  CHECK(text(rows, 3, 1) == "1969-12-31");
  CHECK(text(rows, 4) == "23:01:59");
  CHECK(text(rows, 5) == "2021-03-19 17:06:59.123456");
  CHECK(text(rows, 5, 1) == "1969-12-31 23:59:59.999999");
  CHECK(text(rows, 6) == "2021-03-19 17:06:59");
  CHECK(text(rows, 7) == "YWI=");
  CHECK(text(rows, 8) == R"({"a":1})");
  CHECK(text(rows, 8, 1) == "\"not json\"");
  CHECK(rows.columns()[9].is_null(1));
}

TEST_CASE("Snowflake's partitions are read one after the other with the first one's description") {
  auto pages =
      ds::operations::snowflake::query({.text = "SELECT 1", .session = {.database = "shop", .role = "\"Reader\""}});
  auto step = pages.start();
  CHECK(sent(step).target == "/api/v2/statements?async=true&nullable=true");
  CHECK(sent(step).body.find(R"("database":"SHOP","role":"Reader")") != std::string::npos);
  CHECK(sent(step).body.find(R"("MULTI_STATEMENT_COUNT":"1")") != std::string::npos);
  step = pages.resume(reply(R"({"code":"333334","message":"m","statementHandle":"h1"})", 202));
  REQUIRE(std::holds_alternative<ds::Wait>(step));
  step = pages.resume(ds::Elapsed{});
  CHECK(sent(step).target == "/api/v2/statements/h1");
  step = pages.resume(reply(snowflake_rows));
  CHECK_FALSE(pages.finished());
  step = pages.start();
  CHECK(sent(step).target == "/api/v2/statements/h1?partition=1");
  step = pages.resume(reply(R"({"data":[["7","1","0.00","0",null,null,null,null,null,"false"]]})"));
  const auto& page = std::get<ds::Done<sf::Page>>(step).result;
  REQUIRE(page);
  CHECK(text(page->rows, 0) == "7");
  CHECK(pages.finished());
}

TEST_CASE("Snowflake's errors have the kinds that a caller acts on") {
  const auto error = [](int status, const std::string& code, const std::string& state = "") {
    return sf::read_error(reply(R"({"code":")" + code + R"(","message":"m","sqlState":")" + state + "\"}", status));
  };
  CHECK(error(401, "390144").kind == ds::ErrorKind::unauthorized);
  CHECK(error(422, "002003", "02000").kind == ds::ErrorKind::not_found);
  CHECK(error(422, "001003", "42000").kind == ds::ErrorKind::invalid);
  CHECK(error(422, "003001", "42501").kind == ds::ErrorKind::forbidden);
  CHECK(error(422, "000606", "57P03").message.find("properties.warehouse") != std::string::npos);
  CHECK(error(429, "390505").kind == ds::ErrorKind::server);
  CHECK(sf::read_error(reply("<html>", 404)).kind == ds::ErrorKind::malformed);
}

TEST_CASE("A token of a key pair names account, user and key as Snowflake wants them") {
  std::string claims;
  const auto token = sf::key_pair_token("xy12345.eu-central-1", "reader", std::string(32, 'f'), 1000s,
                                        [&](std::string_view bytes) -> ds::Result<std::string> {
                                          claims = bytes;
                                          return "signed";
                                        });
  REQUIRE(token);
  const std::string wanted =
      R"({"iss":"XY12345.READER.SHA256:ZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmY=","sub":"XY12345.READER","iat":1000,"exp":4540})";
  CHECK(claims.ends_with('.' + ds::protocol::to_base64url(wanted)));
  CHECK(sf::account_url("Acme_x-Prod") == "https://acme-x-prod.snowflakecomputing.com");
}

TEST_CASE("Only a statement that reads passes Snowflake's gate") {
  for (const char* text : {"SELECT 1", "  select 'DROP TABLE t; --' as a;", "WITH a AS (SELECT 1) SELECT * FROM a",
                           "show tables", "DESC TABLE t", "SELECT \"UPDATE\", $$ insert $$ FROM t -- drop\n",
                           "/* alter */ SELECT 'it''s \\' set' FROM t // use", "SELECT GET(v, 'a') FROM t"})
    CHECK(sf::check_reading(text));
  for (const char* text :
       {"", "INSERT INTO t VALUES (1)", "SELECT 1; DROP TABLE t", "WITH p AS PROCEDURE () CALL p()",
        "SELECT SYSTEM$CANCEL_ALL_QUERIES(1)", "SELECT seq.NEXTVAL", "SHOW TABLES ->> INSERT INTO t SELECT 1",
        "SELECT 'open", "SELECT /* open", "CALL p()", "SELECT '\\'; DROP TABLE t; --'; DROP TABLE t",
        "EXPLAIN SELECT 1", "SELECT 1;;", "SELECT 1 -- \n; DELETE FROM t"})
    CHECK_FALSE(sf::check_reading(text));
}

}  // namespace cloud_protocol_test
