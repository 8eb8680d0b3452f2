#include "engine_support.hpp"

#include <datasource/connector/prometheus.hpp>
#include <datasource/engine/duckdb.hpp>
#include <datasource/federation/remote_opener.hpp>

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

namespace engine_remote_test {

namespace {

namespace ds = datasource;
using engine_tests::sql;

/// What the readers of a test were asked, and what they answer.
struct Script {
  std::vector<ds::RemoteTable> tables;
  std::vector<ds::ScanRequest> scans;
  std::vector<std::string> queries;
  bool exact = true;      ///< What `applies` says.
  std::size_t rows = 3;   ///< Of every table.
  std::size_t batch = 2;  ///< Rows of a batch.
  std::optional<ds::Error> scan_error;
  std::optional<ds::Error> describe_error;
  std::optional<ds::Error> batch_error;  ///< After the first batch.
  bool hang = false;                     ///< A scan waits until it is stopped.
  std::atomic<bool> hanging = false;
};

ds::Column text_column(const std::string& name, ds::Type type, const std::vector<std::optional<std::string>>& values) {
  ds::Column column{.name = name, .type = type, .values = ds::TextValues{}, .validity = {}};
  auto& texts = std::get<ds::TextValues>(column.values);
  for (std::size_t row = 0; row < values.size(); ++row) {
    if (row % 8 == 0) column.validity.push_back(0);
    if (values[row]) {
      texts.bytes += *values[row];
      column.validity.back() = static_cast<std::uint8_t>(column.validity.back() | 1U << row % 8);
    } else {
      ++column.null_count;
    }
    texts.offsets.push_back(static_cast<std::uint32_t>(texts.bytes.size()));
  }
  return column;
}

/// Row `i` of every table: id i, name "n<i>", at a minute past the one before, price i.50.
class ScriptedScan final : public ds::RemoteScan {
 public:
  ScriptedScan(std::shared_ptr<Script> script, std::vector<std::string> columns)
      : script_{std::move(script)}, columns_{std::move(columns)} {}

  ds::Result<std::optional<ds::ResultSet>> next(std::stop_token stop) override {
    if (script_->hang) {
      std::mutex mutex;
      std::condition_variable_any woken;
      std::unique_lock lock{mutex};
      script_->hanging = true;
      woken.wait(lock, stop, [] { return false; });
      return ds::fail(ds::ErrorKind::cancelled, "stopped");
    }
    if (row_ > 0 && script_->batch_error) return ds::fail(*script_->batch_error);
    if (row_ >= script_->rows) return std::nullopt;
    const std::size_t end = std::min(script_->rows, row_ + script_->batch);
    std::vector<ds::Column> columns;
    for (const std::string& name : columns_) columns.push_back(column(name, row_, end));
    const std::size_t count = end - row_;
    row_ = end;
    return ds::ResultSet{std::move(columns), count};
  }

 private:
  static ds::Column column(const std::string& name, std::size_t begin, std::size_t end) {
    if (name == "id") {
      ds::Column ids{.name = name, .type = ds::Type::int64, .values = std::vector<std::int64_t>{}, .validity = {}};
      for (std::size_t row = begin; row < end; ++row)
        std::get<std::vector<std::int64_t>>(ids.values).push_back(static_cast<std::int64_t>(row));
      return ids;
    }
    if (name == "seen") {
      ds::Column times{
          .name = name, .type = ds::Type::timestamp, .values = std::vector<std::int64_t>{}, .validity = {}};
      for (std::size_t row = begin; row < end; ++row)
        std::get<std::vector<std::int64_t>>(times.values).push_back(static_cast<std::int64_t>(row) * 60'000'000);
      return times;
    }
    std::vector<std::optional<std::string>> texts;
    for (std::size_t row = begin; row < end; ++row) {
      const std::string number = std::to_string(row);
      if (name == "wide") texts.push_back(number);
      if (name == "price") texts.emplace_back(number + ".5");
      if (name == "name") texts.push_back(row == 1 ? std::nullopt : std::optional{"n" + number});
      if (name == "day") texts.emplace_back("2024-01-0" + std::to_string(row + 1));
      if (name == "raw") texts.emplace_back("AAEC");
      if (name == "doc") texts.emplace_back("{\"n\":" + number + "}");
    }
    const ds::Type type = name == "price" || name == "wide" ? ds::Type::decimal
                          : name == "day"                   ? ds::Type::date
                                                            : ds::Type::keyword;
    return text_column(name, type, texts);
  }

  std::shared_ptr<Script> script_;
  std::vector<std::string> columns_;
  std::size_t row_ = 0;
};

class ScriptedSource final : public ds::RemoteSource {
 public:
  explicit ScriptedSource(std::shared_ptr<Script> script) : script_{std::move(script)} {}

  std::string default_schema() const override { return "metrics"; }
  ds::Result<std::vector<ds::RemoteTable>> tables(std::stop_token) override {
    auto named = script_->tables;
    for (ds::RemoteTable& table : named) table.columns.clear();
    return named;
  }
  ds::Result<ds::RemoteTable> describe(std::string_view schema, std::string_view table, std::stop_token) override {
    if (script_->describe_error) return ds::fail(*script_->describe_error);
    for (const ds::RemoteTable& each : script_->tables) {
      if (each.schema == schema && each.name == table) return each;
    }
    return ds::fail(ds::ErrorKind::not_found, "there is no table " + std::string{table});
  }
  bool applies(const ds::RemoteTable&, const ds::Filter&) const override { return script_->exact; }
  ds::Result<std::unique_ptr<ds::RemoteScan>> scan(const ds::RemoteTable&, const ds::ScanRequest& request,
                                                   std::stop_token) override {
    script_->scans.push_back(request);
    if (script_->scan_error) return ds::fail(*script_->scan_error);
    return std::make_unique<ScriptedScan>(script_, request.columns);
  }
  std::string request_text(const ds::RemoteTable& table, const ds::ScanRequest& request) const override {
    std::string text = "fetch " + table.name + " with " + std::to_string(request.filters.size()) + " filters of";
    for (const std::string& column : request.columns) text += " " + column;
    return text;
  }
  std::string_view native_language() const override { return "Script"; }
  ds::Result<ds::NativeResult> query(std::string_view text, std::stop_token) override {
    script_->queries.emplace_back(text);
    if (text == "wrong") return ds::fail(ds::ErrorKind::invalid, "line 1: wrong");
    return ds::NativeResult{{{.name = "id", .type = ds::Type::int64}, {.name = "name"}},
                            std::make_unique<ScriptedScan>(script_, std::vector<std::string>{"id", "name"})};
  }
  Address address() const override { return {}; }
  std::vector<ds::RemoteCheck> checks() override {
    return {{"authenticate", "Sign in", [](std::stop_token) -> ds::Result<std::string> { return "as nobody"; }},
            {"version", "Read the version", [](std::stop_token) -> ds::Result<std::string> { return "Script 1.2"; }}};
  }

 private:
  std::shared_ptr<Script> script_;
};

struct Fixture {
  std::shared_ptr<Script> script = std::make_shared<Script>();
  ds::duckdb::Engine engine{options()};
  std::vector<ds::DataSource> sources{
      {.name = "prom", .connector = ds::Prometheus{.url = "http://127.0.0.1:9", .password = "hunter22"}}};

  Fixture() {
    script->tables = {{"metrics",
                       "up",
                       "table",
                       {{.name = "id", .type = ds::Type::int64},
                        {.name = "name"},
                        {.name = "seen", .type = ds::Type::timestamp},
                        {.name = "price", .type = ds::Type::decimal, .precision = 10, .scale = 2},
                        {.name = "day", .type = ds::Type::date},
                        {.name = "raw", .type = ds::Type::binary},
                        {.name = "doc", .type = ds::Type::object},
                        {.name = "wide", .type = ds::Type::decimal, .precision = 38, .scale = 0}}},
                      {"metrics", "down", "table", {{.name = "id", .type = ds::Type::int64}}}};
    sources[0].connector.properties["prometheus.auth.username"] = "u";
  }

  ds::duckdb::Options options(std::uint64_t limit = 0) {
    return {.threads = 2,
            .schema_age = std::chrono::milliseconds{60'000},
            .remotes = {{"prometheus",
                         [shared = script](const ds::Settings&) -> ds::Result<std::unique_ptr<ds::RemoteSource>> {
                           return std::make_unique<ScriptedSource>(shared);
                         }}},
            .fetch_limit = limit};
  }

  ds::Result<nlohmann::json> ask(const std::string& text, std::vector<ds::Parameter> parameters = {}) {
    ds::Query query = sql(text);
    query.parameters = std::move(parameters);
    const auto names = engine.sources_of(query);
    if (!names) return ds::fail(names.error());
    std::string body;
    const auto summary = engine.run(query, sources, [&](std::string_view bytes) {
      body += bytes;
      return true;
    });
    if (!summary) return ds::fail(summary.error());
    return nlohmann::json::parse(body);
  }
  nlohmann::json rows(const std::string& text, std::vector<ds::Parameter> parameters = {}) {
    const auto reply = ask(text, std::move(parameters));
    INFO((reply ? std::string{} : reply.error().message));
    REQUIRE(reply.has_value());
    return (*reply)["datarows"];
  }
  std::vector<ds::Filter> filters_of(const std::string& text, std::vector<ds::Parameter> parameters = {}) {
    script->scans.clear();
    (void)rows(text, std::move(parameters));
    REQUIRE(script->scans.size() >= 1);
    return script->scans.back().filters;
  }
};

}  // namespace

TEST_CASE("A fetched table is read like any other, with every type", "[remote]") {
  Fixture f;
  const auto reply = f.ask("select * from prom.metrics.up order by id");
  REQUIRE(reply.has_value());
  std::vector<std::string> types;
  for (const auto& column : (*reply)["schema"]) types.push_back(column["type"]);
  CHECK(types ==
        std::vector<std::string>{"long", "keyword", "timestamp", "decimal", "date", "binary", "object", "decimal"});
  CHECK((*reply)["datarows"].dump() == R"([[0,"n0","1970-01-01 00:00:00",0.5,"2024-01-01","AAEC",{"n":0},0],)"
                                       R"([1,null,"1970-01-01 00:01:00",1.5,"2024-01-02","AAEC",{"n":1},1],)"
                                       R"([2,"n2","1970-01-01 00:02:00",2.5,"2024-01-03","AAEC",{"n":2},2]])");
}

TEST_CASE("The default schema need not be named, and a number of rows needs one column at most", "[remote]") {
  Fixture f;
  CHECK(f.rows("select count(*) from prom.up") == nlohmann::json::parse("[[3]]"));
  REQUIRE(f.script->scans.size() == 1);
  CHECK(f.script->scans[0].schema == "metrics");
  CHECK(f.script->scans[0].columns.size() <= 1);
}

TEST_CASE("More rows than a vector of DuckDB's holds arrive whole and in order", "[remote]") {
  Fixture f;
  f.script->rows = 10'001;
  f.script->batch = 5000;
  CHECK(f.rows("select count(*), sum(id), max(price)::varchar from prom.up")[0] ==
        nlohmann::json({10001, 50'005'000, "10000.50"}));
}

TEST_CASE("Columns that are not used are not fetched", "[remote]") {
  Fixture f;
  (void)f.rows("select name from prom.up where id > 0");
  REQUIRE(f.script->scans.size() == 1);
  CHECK(f.script->scans[0].columns == std::vector<std::string>{"id", "name"});
}

TEST_CASE("Conditions on columns are pushed down in the types of the columns", "[remote]") {
  Fixture f;
  using ds::Filter;
  using ds::FilterKind;
  using Filters = std::vector<Filter>;
  CHECK(f.filters_of("select id from prom.up where id = 1") == Filters{{"id", FilterKind::equal, {std::int64_t{1}}}});
  CHECK(f.filters_of("select id from prom.up where 1 < id") == Filters{{"id", FilterKind::greater, {std::int64_t{1}}}});
  CHECK(f.filters_of("select id from prom.up where name <> 'x'") ==
        Filters{{"name", FilterKind::not_equal, {std::string{"x"}}}});
  CHECK(f.filters_of("select id from prom.up where id in (1, 2)") ==
        Filters{{"id", FilterKind::in, {std::int64_t{1}, std::int64_t{2}}}});
  CHECK(f.filters_of("select id from prom.up where id = 1 or id = 7") ==
        Filters{{"id", FilterKind::in, {std::int64_t{1}, std::int64_t{7}}}});
  CHECK(f.filters_of("select id from prom.up where name like 'n%'") ==
        Filters{{"name", FilterKind::prefix, {std::string{"n"}}}});
  CHECK(f.filters_of("select id from prom.up where name is null") == Filters{{"name", FilterKind::is_null, {}}});
  CHECK(f.filters_of("select id from prom.up where name is not null") ==
        Filters{{"name", FilterKind::is_not_null, {}}});
  CHECK(f.filters_of("select id from prom.up where price > 1.25") ==
        Filters{{"price", FilterKind::greater, {std::string{"1.25"}}}});
  CHECK(f.filters_of("select id from prom.up where wide >= -12") ==
        Filters{{"wide", FilterKind::greater_equal, {std::string{"-12"}}}});
  CHECK(f.filters_of("select id from prom.up where day = date '2024-01-02'") ==
        Filters{{"day", FilterKind::equal, {std::int64_t{19724}}}});
  CHECK(f.filters_of("select id from prom.up where seen >= '1970-01-01 00:01:00' and seen < timestamptz '1970-01-01 "
                     "01:02:00+01:00'") == Filters{{"seen", FilterKind::greater_equal, {std::int64_t{60'000'000}}},
                                                   {"seen", FilterKind::less, {std::int64_t{120'000'000}}}});
  CHECK(f.filters_of("select id from prom.up where lower(name) = 'x'").empty());
}

TEST_CASE("Values of parameters are pushed down too", "[remote]") {
  Fixture f;
  CHECK(f.filters_of("select id from prom.up where id between ? and ? and name = ?",
                     {ds::Parameter{std::int64_t{1}}, ds::Parameter{std::int64_t{2}}, ds::Parameter{"n2"}})
            .size() == 3);
  CHECK(f.rows("select id from prom.up where id = $1", {ds::Parameter{std::int64_t{2}}}) ==
        nlohmann::json::parse("[[2]]"));
}

TEST_CASE("A condition reaches a table through joins, subqueries and common table expressions", "[remote]") {
  Fixture f;
  CHECK(f.filters_of("with t as (select * from prom.up) select count(*) from t join (values (1)) v(k) on v.k = t.id "
                     "where t.name = 'n1'")
            .front() == ds::Filter{"name", ds::FilterKind::equal, {std::string{"n1"}}});
}

TEST_CASE("A table that is named twice is asked for what both places need", "[remote]") {
  Fixture f;
  CHECK(
      f.rows("select a.id, b.id from prom.up a, prom.up b where a.id = 1 and b.id = 2 and a.name is null and b.seen is "
             "not null") == nlohmann::json::parse("[[1,2]]"));
  REQUIRE(f.script->scans.size() == 2);
  CHECK(f.script->scans[0].filters.empty());
  CHECK(f.rows("select a.id, b.price::varchar from prom.up a left join prom.up b on b.id = a.id and b.id > 1 order by "
               "1")[2] == nlohmann::json({2, "2.50"}));
}

TEST_CASE("A limit is the source's only where no row can be lost by it", "[remote]") {
  Fixture f;
  (void)f.rows("select id from prom.up limit 2 offset 1");
  CHECK(f.script->scans.back().limit == 3U);
  (void)f.rows("select id from prom.up where id = 1 limit 2");
  CHECK(f.script->scans.back().limit == 2U);
  f.script->exact = false;
  (void)f.rows("select id from prom.up where id = 1 limit 2");
  CHECK_FALSE(f.script->scans.back().limit.has_value());
  f.script->exact = true;
  (void)f.rows("select id from prom.up where lower(name) = 'n1' limit 2");
  CHECK_FALSE(f.script->scans.back().limit.has_value());
  (void)f.rows("select id from prom.up order by id desc limit 2");
  CHECK_FALSE(f.script->scans.back().limit.has_value());
  (void)f.rows("select count(*) from prom.up limit 2");
  CHECK_FALSE(f.script->scans.back().limit.has_value());
}

TEST_CASE("A plan tells what is asked of the source", "[remote]") {
  Fixture f;
  const auto plan = f.engine.explain(sql("select name from prom.metrics.up where id = 1"), f.sources);
  REQUIRE(plan.has_value());
  CHECK(plan->find("\"Table\":\"prom.metrics.up\"") != std::string::npos);
  CHECK(plan->find("\"Request\":\"fetch up with 1 filters of") != std::string::npos);
  CHECK(f.script->scans.empty());
}

TEST_CASE("A native query is a table, run once a statement", "[remote]") {
  Fixture f;
  CHECK(
      f.rows("select q.id from TABLE(prom.system.query(query => 'all ''of'' it')) q where q.name is not null order by "
             "1") == nlohmann::json::parse("[[0],[2]]"));
  CHECK(f.script->queries == std::vector<std::string>{"all 'of' it"});
  CHECK(f.rows("select count(*) from table ( prom . system . query ( $$all 'of' it$$ ) )") ==
        nlohmann::json::parse("[[3]]"));
  CHECK(f.rows("select count(*) from TABLE(prom.system.query(query => 'all ''of'' it'))") ==
        nlohmann::json::parse("[[3]]"));
  CHECK(f.script->queries.size() == 3);
  const auto wrong = f.ask("select * from TABLE(prom.system.query(query => 'wrong'))");
  REQUIRE_FALSE(wrong.has_value());
  CHECK(wrong.error().kind == ds::ErrorKind::invalid);
  CHECK(wrong.error().message == "prom: line 1: wrong");
}

TEST_CASE("What a reader says of a failure is told as it says it, for its source", "[remote]") {
  Fixture f;
  f.script->scan_error = ds::Error{.kind = ds::ErrorKind::unauthorized, .message = "no hunter22 here", .status = 502};
  auto reply = f.ask("select id from prom.up");
  REQUIRE_FALSE(reply.has_value());
  CHECK(reply.error().kind == ds::ErrorKind::unauthorized);
  CHECK(reply.error().status == 502);
  CHECK(reply.error().message == "prom: no ****** here");
  f.script->scan_error.reset();
  f.script->batch_error = ds::Error{.kind = ds::ErrorKind::connection, .message = "gone", .status = 502};
  reply = f.ask("select count(*) from prom.up");
  REQUIRE_FALSE(reply.has_value());
  CHECK(reply.error().message == "prom: gone");
  f.script->batch_error.reset();
  CHECK(f.rows("select count(*) from prom.up") == nlohmann::json::parse("[[3]]"));
  reply = f.ask("select id from prom.nothing");
  REQUIRE_FALSE(reply.has_value());
  CHECK(reply.error().kind == ds::ErrorKind::not_found);
  CHECK(reply.error().message == "prom: there is no table nothing");
}

TEST_CASE("A table with more rows than the limit is an error that says how to narrow it", "[remote]") {
  Fixture f;
  ds::duckdb::Engine limited{f.options(2)};
  const auto summary =
      limited.run(sql("select count(*) from prom.up"), f.sources, [](std::string_view) { return true; });
  REQUIRE_FALSE(summary.has_value());
  CHECK(summary.error().type == "RowLimitException");
  CHECK(summary.error().message.find("narrow it with conditions") != std::string::npos);
}

TEST_CASE("A column that the source has gained is seen once the description is old", "[remote]") {
  Fixture f;
  auto options = f.options();
  options.schema_age = std::chrono::milliseconds{0};
  ds::duckdb::Engine engine{options};
  const auto columns = [&] {
    std::string body;
    const auto summary = engine.run(sql("select * from prom.down"), f.sources, [&](std::string_view bytes) {
      body += bytes;
      return true;
    });
    INFO((summary ? std::string{} : summary.error().message));
    REQUIRE(summary.has_value());
    return nlohmann::json::parse(body)["schema"].size();
  };
  CHECK(columns() == 1);
  f.script->tables[1].columns.push_back({.name = "name"});
  CHECK(columns() == 2);
}

TEST_CASE("A scan that waits for its source ends when the statement is interrupted", "[remote]") {
  Fixture f;
  f.script->hang = true;
  std::jthread other{[&] {
    while (!f.script->hanging) std::this_thread::yield();
    f.engine.interrupt();
  }};
  const auto reply = f.ask("select id from prom.up");
  REQUIRE_FALSE(reply.has_value());
  CHECK(reply.error().kind == ds::ErrorKind::cancelled);
  f.script->hang = false;
  CHECK(f.rows("select count(*) from prom.up") == nlohmann::json::parse("[[3]]"));
}

TEST_CASE("Fetched sources are listed and tested", "[remote]") {
  Fixture f;
  const auto page = f.engine.schema(f.sources[0], {});
  REQUIRE(page.has_value());
  REQUIRE(page->tables.size() == 2);
  CHECK(page->tables[1].name == "up");
  CHECK(page->tables[1].columns[3] == ds::ColumnDescription{"price", ds::Type::decimal, true});
  const auto report = f.engine.test(f.sources[0]);
  CHECK(report.passed);
  CHECK(report.message == "Script 1.2");
}

TEST_CASE("User SQL calls neither reader of fetched tables itself", "[remote]") {
  Fixture f;
  for (const char* text :
       {"select * from datasource_scan('prom', 'metrics', 'up')", "select * from datasource_query('prom', 'x')",
        "select * from prom.up, datasource_scan('prom', '', 'up')", "select * from prom.system.query('x')",
        "select * from TABLE(datasource_query('prom', 'x'))"}) {
    INFO(text);
    CHECK_FALSE(f.ask(text).has_value());
  }
  CHECK(f.script->queries.empty());
  CHECK(f.script->scans.empty());
}

TEST_CASE("Text in strings, names and comments is no native query", "[remote]") {
  for (const char* text : {"select 'TABLE(a.system.query(query => ''x''))'", "select 1 -- TABLE(a.system.query('x'))",
                           "select /* TABLE(a.system.query('x')) */ 1", "select \"TABLE(a.system.query('x'))\"",
                           "select $$TABLE(a.system.query('x'))$$", "select TABLE(a.system.query(1 + 2))",
                           "select e'\\'TABLE(a.system.query(''x''))'", "select 'unclosed TABLE(a.system.query("}) {
    const auto statement = ds::duckdb::take_native_queries(text);
    CHECK(statement.text == text);
    CHECK(statement.queries.empty());
  }
  const auto statement = ds::duckdb::take_native_queries(
      "select * from TABLE(\"my-s\"\"x\".system.query(query => 'it''s')), table(b.SYSTEM.query(query := 'y')) t");
  CHECK(statement.text == "select * from \"my-s\"\"x\".system.\"query:1\", \"b\".system.\"query:2\" t");
  REQUIRE(statement.queries.size() == 2);
  CHECK(statement.queries[0].text == "it's");
}

}  // namespace engine_remote_test
