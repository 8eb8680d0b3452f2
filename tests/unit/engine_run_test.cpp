#include "engine_support.hpp"

#include <datasource/columnar/jdbc_reader.hpp>

#include <atomic>
#include <chrono>
#include <fstream>
#include <thread>

namespace engine_run_test {

using namespace engine_tests;

namespace {

ds::DataSource sqlite_shop(const TemporaryFolder& folder, const std::string& name = "shop") {
  const std::string path = folder.file("shop.db");
  if (!std::filesystem::exists(path)) {
    const std::string extension = ds::duckdb::default_extension_directory() + "/sqlite_scanner.duckdb_extension";
    prepare({"LOAD '" + extension + "'", "ATTACH '" + path + "' AS shop (TYPE sqlite)",
             "CREATE TABLE shop.orders (id BIGINT, customer_id BIGINT, amount DOUBLE, note VARCHAR)",
             "INSERT INTO shop.orders SELECT range, range % 10, range / 4, 'order ' || range FROM range(100)"});
  }
  return {.name = name, .connector = ds::Sqlite{.path = path}};
}

ds::DataSource files(const std::string& path, const std::string& name = "events") {
  return {.name = name, .connector = ds::Files{.path = path}};
}

ds::Error refused(const std::string& text, std::span<const ds::DataSource> sources) {
  const auto reply = ask(text, sources);
  REQUIRE_FALSE(reply.has_value());
  return reply.error();
}

}  // namespace

TEST_CASE("A statement without sources runs, and the reply is the JDBC format to the byte") {
  ds::duckdb::Engine engine;
  std::string body;
  const auto summary = engine.run(sql("select 1 as a, 'x' as \"b\"\"c\""), {}, [&](std::string_view bytes) {
    body += bytes;
    return true;
  });
  REQUIRE(summary.has_value());
  CHECK(summary->rows == 1);
  CHECK(
      body ==
      R"({"schema":[{"name":"a","type":"integer"},{"name":"b\"c","type":"keyword"}],"datarows":[[1,"x"]],"total":1,"size":1,"status":200})");
}

TEST_CASE("A result without rows has its schema") {
  const auto reply = ask("select 1 as a where false");
  REQUIRE(reply.has_value());
  CHECK((*reply)["schema"][0]["name"] == "a");
  CHECK((*reply)["datarows"].empty());
}

TEST_CASE("SQLite and files are joined in one statement") {
  const TemporaryFolder folder;
  prepare({"COPY (SELECT range AS id, 'customer ' || range AS name FROM range(10)) TO '" +
           folder.file("customers.parquet") + "'"});
  const std::vector<ds::DataSource> sources{sqlite_shop(folder), files(folder.path())};
  const auto reply =
      ask("select c.name, sum(o.amount) as total from shop.orders o join events.customers c on c.id = o.customer_id "
          "group by 1 order by 2 desc limit 1",
          sources);
  REQUIRE(reply.has_value());
  CHECK((*reply)["datarows"] == nlohmann::json::parse(R"([["customer 9", 135.0]])"));
}

TEST_CASE("A source answers to its name in any case, with and without its schema, and with a hyphen") {
  const TemporaryFolder folder;
  const std::vector<ds::DataSource> sources{sqlite_shop(folder, "My-Shop")};
  CHECK(ask(R"(select count(*) from "my-shop".orders)", sources).has_value());
  CHECK(ask(R"(select count(*) from "MY-SHOP".main.Orders a join "My-Shop".orders b using (id))", sources).has_value());
}

TEST_CASE("Of two sources that differ in case, the one that the statement spells is read") {
  const TemporaryFolder folder;
  const TemporaryFolder other;
  prepare({"COPY (SELECT 1 AS v) TO '" + folder.file("t.parquet") + "'",
           "COPY (SELECT 2 AS v) TO '" + other.file("t.parquet") + "'"});
  const std::vector<ds::DataSource> sources{files(folder.path(), "data"), files(other.path(), "DATA")};
  CHECK((*ask("select v from data.t", sources))["datarows"][0][0] == 1);
  CHECK((*ask("select v from DATA.t", sources))["datarows"][0][0] == 2);
}

TEST_CASE("A name of a source is data, whatever characters it holds") {
  ds::DataSource source = files("/", "a");
  source.name = R"(x" (TYPE sqlite); DROP TABLE y; --)";
  const auto plan = ds::duckdb::plan_attach(source, {});
  REQUIRE_FALSE(plan.has_value());  // the rules of names refuse it before any SQL is made
  CHECK(plan.error().kind == ds::ErrorKind::invalid);
  CHECK(ds::duckdb::identifier("a\"b") == "\"a\"\"b\"");
  CHECK(ds::duckdb::literal("it's") == "'it''s'");
}

TEST_CASE("Only the sources that were given can be read") {
  const TemporaryFolder folder;
  const std::vector<ds::DataSource> sources{sqlite_shop(folder)};
  const ds::Error error = refused("select * from elsewhere.t", sources);
  CHECK(error.kind == ds::ErrorKind::not_found);
  CHECK(error.message.find("elsewhere") != std::string::npos);
}

TEST_CASE("A path that is made to look like SQL is a path") {
  const TemporaryFolder folder;
  const std::string odd = folder.file("o'brien; drop.parquet");
  prepare({"COPY (SELECT 1 AS v) TO '" + folder.file("plain.parquet") + "'"});
  std::filesystem::copy(folder.file("plain.parquet"), odd);
  const std::vector<ds::DataSource> sources{files(odd)};
  CHECK(ask(R"(select v from events."o'brien; drop")", sources).has_value());
}

TEST_CASE("A folder's data files and sub-folders are its tables") {
  const TemporaryFolder folder;
  std::filesystem::create_directories(folder.file("daily/2024"));
  std::filesystem::create_directories(folder.file("mixed"));
  prepare({"COPY (SELECT range AS i FROM range(3)) TO '" + folder.file("clicks.parquet") + "'",
           "COPY (SELECT range AS i FROM range(4)) TO '" + folder.file("views.CSV") + "' (FORMAT csv)",
           "COPY (SELECT {'a': range} AS o FROM range(5)) TO '" + folder.file("log.ndjson") + "' (FORMAT json)",
           "COPY (SELECT range AS i FROM range(6)) TO '" + folder.file("daily/a[1].csv") + "'",
           "COPY (SELECT range AS i FROM range(7)) TO '" + folder.file("daily/2024/b.csv.gz") + "'",
           "COPY (SELECT 1 AS i) TO '" + folder.file("mixed/a.csv") + "'",
           "COPY (SELECT 1 AS i) TO '" + folder.file("mixed/a.parquet") + "'",
           "COPY (SELECT 1 AS i) TO '" + folder.file("twice.csv") + "'",
           "COPY (SELECT 2 AS i) TO '" + folder.file("twice.parquet") + "'"});
  std::ofstream{folder.file("notes.txt")} << "no data";
  std::ofstream{folder.file(".hidden.csv")} << "i\n1\n";
  const std::vector<ds::DataSource> sources{files(folder.path())};

  const auto tables = ds::duckdb::file_tables({{"path", folder.path()}, {"format", "auto"}});
  REQUIRE(tables.has_value());
  std::vector<std::string> names;
  for (const auto& table : *tables) names.push_back(table.name);
  CHECK(names == std::vector<std::string>{"clicks", "daily", "log", "mixed.parquet", "mixed.csv", "twice.csv",
                                          "twice.parquet", "views"});

  struct Case {
    const char* table;
    int rows;
  };
  for (const auto& [table, rows] : {Case{"clicks", 3}, Case{"Views", 4}, Case{"log", 5}, Case{"daily", 13},
                                    Case{"\"mixed.csv\"", 1}, Case{"main.clicks", 3}}) {
    const auto reply = ask(std::string{"select count(*) from events."} + table, sources);
    INFO(table << (reply ? "" : reply.error().message));
    REQUIRE(reply.has_value());
    CHECK((*reply)["datarows"][0][0] == rows);
  }

  const ds::Error error = refused("select * from events.nothing", sources);
  CHECK(error.kind == ds::ErrorKind::not_found);
  CHECK(error.message.find("it has clicks, daily") != std::string::npos);
}

TEST_CASE("A file that appears between two statements is seen by the second") {
  const TemporaryFolder folder;
  const std::vector<ds::DataSource> sources{files(folder.path())};
  prepare({"COPY (SELECT 1 AS i) TO '" + folder.file("a.csv") + "'"});
  CHECK(ask("select * from events.a", sources).has_value());
  CHECK(refused("select * from events.b", sources).kind == ds::ErrorKind::not_found);
  prepare({"COPY (SELECT 1 AS i) TO '" + folder.file("b.csv") + "'"});
  CHECK(ask("select * from events.b", sources).has_value());
}

TEST_CASE("A link that leads out of a source's folder is not followed") {
  const TemporaryFolder folder;
  const TemporaryFolder outside;
  prepare({"COPY (SELECT 1 AS i) TO '" + outside.file("secret.csv") + "'"});
  std::filesystem::create_symlink(outside.file("secret.csv"), folder.file("secret.csv"));
  std::filesystem::create_directory_symlink(outside.path(), folder.file("more"));
  const std::vector<ds::DataSource> sources{files(folder.path())};
  CHECK(refused("select * from events.secret", sources).kind == ds::ErrorKind::not_found);
  CHECK(refused("select * from events.more", sources).kind == ds::ErrorKind::not_found);
}

TEST_CASE("Beyond the rules for statements, the instance itself is locked") {
  const TemporaryFolder folder;
  std::ofstream{folder.file("other.csv")} << "a\n1\n";
  auto plan = ds::duckdb::plan_attach(sqlite_shop(folder), {});
  REQUIRE(plan.has_value());
  std::vector<ds::duckdb::AttachPlan> plans;
  plans.push_back(std::move(*plan));
  const auto instance = ds::duckdb::Instance::open(std::move(plans), {});
  REQUIRE(instance.has_value());
  const auto& connection = (*instance)->connection();
  CHECK(connection.execute("SELECT count(*) FROM shop.orders").has_value());
  for (const std::string& statement :
       {"SELECT * FROM read_csv('" + folder.file("other.csv") + "')",
        "SELECT * FROM '" + folder.file("other.csv") + "'", std::string{"SELECT * FROM read_text('/etc/passwd')"},
        std::string{"SELECT * FROM glob('/etc/*')"}, "COPY (SELECT 1) TO '" + folder.file("out.csv") + "'",
        "ATTACH '" + folder.file("new.db") + "'", std::string{"INSTALL httpfs"},
        std::string{"SET enable_external_access = true"}, std::string{"SET allowed_paths = ['/etc/passwd']"},
        std::string{"RESET lock_configuration"}, std::string{"SET threads = 64"},
        std::string{"INSERT INTO shop.orders VALUES (1, 1, 1, 'x')"}, std::string{"DROP TABLE shop.orders"},
        std::string{"SELECT getenv('HOME')"}}) {
    INFO(statement);
    CHECK_FALSE(connection.execute(statement).has_value());
  }
  CHECK_FALSE(std::filesystem::exists(folder.file("out.csv")));
}

TEST_CASE("Credentials stand in a secret only, each as an SQL literal") {
  const ds::DataSource source{
      .name = "crm",
      .connector = ds::PostgreSql{
          .host = "db1", .database = "c'rm", .username = "o'brien", .password = "pa'ss;\"word", .tls = "verify-full"}};
  const auto plan = ds::duckdb::plan_attach(source, {});
  REQUIRE(plan.has_value());
  CHECK(
      plan->statements ==
      std::vector<std::string>{
          "RESET GLOBAL pg_pool_max_connections", "RESET GLOBAL pg_pool_acquire_mode",
          "RESET GLOBAL pg_pool_idle_timeout_millis",
          R"(CREATE TEMPORARY SECRET "datasource:crm" (TYPE postgres, HOST 'db1', PORT '5432', DATABASE 'c''rm', USER 'o''brien', PASSWORD 'pa''ss;"word'))",
          R"(ATTACH 'sslmode=verify-full connect_timeout=10' AS "crm" (TYPE postgres, SECRET "datasource:crm", READ_ONLY))"});
  const auto mysql = ds::duckdb::plan_attach(
      {.name = "shop",
       .connector = ds::MySql{.host = "db2", .database = "shop", .username = "app", .tls = "verify-full"}},
      {});
  REQUIRE(mysql.has_value());
  CHECK(mysql->statements.back() ==
        R"(ATTACH 'ssl_mode=verify_identity' AS "shop" (TYPE mysql, SECRET "datasource:shop", READ_ONLY))");
}

TEST_CASE("A message never holds a password or a connection string's") {
  using ds::duckdb::scrub;
  CHECK(scrub("login with s3cret failed", {"s3cret"}) == "login with ****** failed");
  CHECK(scrub(R"(at "host=db1 password=abc user=x": no)", {}) == R"(at "host=db1 password=****** user=x": no)");
  CHECK(scrub("host=db1 password='a b' user=x", {}) == "host=db1 password=****** user=x");
  CHECK(scrub("nothing to hide", {"", "a"}) == "nothing to hide");
}

TEST_CASE("A system schema of the connector is refused") {
  const std::vector<ds::DataSource> sources{
      {.name = "shop", .connector = ds::MySql{.host = "127.0.0.1", .port = 1, .database = "shop", .username = "app"}}};
  const ds::Error error = refused("select * from shop.MySQL.user", sources);
  CHECK(error.kind == ds::ErrorKind::forbidden);
}

TEST_CASE("Errors of a statement are told by kind, with nothing written") {
  const TemporaryFolder folder;
  const std::vector<ds::DataSource> sources{sqlite_shop(folder)};
  CHECK(refused("select nothing from shop.orders", sources).type == "SemanticCheckException");
  CHECK(refused("select * from shop.nothing", sources).kind == ds::ErrorKind::not_found);
  CHECK(refused("select 'x'::integer", {}).kind == ds::ErrorKind::invalid);
  CHECK(refused("select error('no ' || range) from range(3)", {}).kind == ds::ErrorKind::invalid);
  CHECK(refused("select no_such_function(1)", {}).message.find("no_such_function") != std::string::npos);
}

TEST_CASE("An error after the first rows is told at the end of the body; a text breaks off") {
  ds::duckdb::Engine engine{{.threads = 1}};
  ds::Query query = sql("select case when range = 150000 then error('late') else range end as v from range(200000)");
  std::string body;
  const auto run = [&] {
    body.clear();
    return engine.run(query, {}, [&](std::string_view bytes) {
      body += bytes;
      return true;
    });
  };
  const auto summary = run();
  REQUIRE(summary.has_value());
  REQUIRE(summary->failure);
  CHECK(summary->failure->message.find("late") != std::string::npos);
  const auto told = nlohmann::json::parse(body);
  CHECK(told["error"]["details"].get<std::string>().find("late") != std::string::npos);
  CHECK(told["datarows"].size() == summary->rows);
  const auto read = ds::read_jdbc(body);
  REQUIRE_FALSE(read.has_value());
  CHECK(read.error().type == "IncompleteResultException");
  query.format = ds::Format::csv;
  CHECK_FALSE(run().has_value());
  CHECK(body.starts_with("v\n0\n1\n"));
}

TEST_CASE("A reply has no more rows than may be") {
  ds::duckdb::Engine engine{{.threads = 1, .row_limit = 5000}};
  const auto rows = [&](const std::string& text, std::uint32_t fetch_size) {
    ds::Query query = sql(text);
    query.fetch_size = fetch_size;
    std::string body;
    const auto sink = [&](std::string_view bytes) {
      body += bytes;
      return true;
    };
    return fetch_size == 0
               ? engine.run(query, {}, sink)
               : engine.run_pages(
                     query, {}, {.bytes = sink, .name = [] { return std::string{"c"}; }, .turn = [] { return true; }});
  };
  CHECK_FALSE(rows("select * from range(5000)", 0)->failure);
  CHECK(rows("select * from range(5001)", 0)->failure->type == "RowLimitException");
  CHECK_FALSE(rows("select * from range(5000)", 1000)->failure);
  CHECK(rows("select * from range(5001)", 1000).error().type == "RowLimitException");  // nothing of that page had left
  ds::duckdb::Engine small{{.threads = 1, .row_limit = 1}};
  const auto refused = small.run(sql("select * from range(2)"), {}, [](std::string_view) { return true; });
  CHECK(refused.error().type == "RowLimitException");
}

TEST_CASE("What a source says of its pool of connections is set before it is attached, and taken back for others") {
  ds::DataSource source{.name = "crm",
                        .connector = ds::PostgreSql{.host = "db1", .database = "crm", .username = "app"}};
  const auto plain = ds::duckdb::plan_attach(source, {});
  REQUIRE(plain.has_value());
  CHECK(plain->statements[0] == "RESET GLOBAL pg_pool_max_connections");
  source.connector.properties["maxConnections"] = std::int64_t{3};
  source.connector.properties["idleTimeout"] = std::int64_t{5000};
  const auto plan = ds::duckdb::plan_attach(source, {});
  REQUIRE(plan.has_value());
  CHECK(plan->statements[0] == "SET GLOBAL pg_pool_max_connections = 3");
  CHECK(plan->statements[1] == "SET GLOBAL pg_pool_acquire_mode = 'wait'");
  CHECK(plan->statements[2] == "SET GLOBAL pg_pool_idle_timeout_millis = 5000");
}

TEST_CASE("The first bytes leave with the first chunk, later ones in pieces") {
  ds::duckdb::Engine engine;
  std::vector<std::size_t> pieces;
  const auto summary = engine.run(sql("select range as a, 'some text ' || range as b from range(300000)"), {},
                                  [&](std::string_view bytes) {
                                    pieces.push_back(bytes.size());
                                    return true;
                                  });
  REQUIRE(summary.has_value());
  REQUIRE(pieces.size() > 10);
  CHECK(pieces.front() < 128 * 1024);
  CHECK(*std::ranges::max_element(pieces) < 256 * 1024);
}

TEST_CASE("A sink that wants no more ends the statement as cancelled") {
  ds::duckdb::Engine engine;
  int calls = 0;
  const auto summary =
      engine.run(sql("select * from range(10000000)"), {}, [&](std::string_view) { return ++calls < 3; });
  REQUIRE_FALSE(summary.has_value());
  CHECK(summary.error().kind == ds::ErrorKind::cancelled);
  CHECK(calls == 3);
  CHECK(engine.run(sql("select 1"), {}, [](std::string_view) { return true; }).has_value());
}

TEST_CASE("interrupt stops a running statement from another thread, and the next one runs") {
  ds::duckdb::Engine engine;
  std::atomic<bool> done = false;
  std::thread other{[&] {
    while (!done) {  // the statement may not have begun yet: an interrupt before it does nothing
      engine.interrupt();
      std::this_thread::yield();
    }
  }};
  const auto summary =
      engine.run(sql("select count(*) from range(100000000) a, range(100000000) b where a.range * b.range % 7 = 3"), {},
                 [](std::string_view) { return true; });
  done = true;
  other.join();
  REQUIRE_FALSE(summary.has_value());
  CHECK(summary.error().kind == ds::ErrorKind::cancelled);
  CHECK(engine.run(sql("select 1"), {}, [](std::string_view) { return true; }).has_value());
}

TEST_CASE("A statement over its memory limit fails in plain words and leaves no files behind") {
  ds::duckdb::Engine engine{{.threads = 1, .memory_limit = "50MB"}};
  const auto summary =
      engine.run(sql("select list(range) from range(100000000)"), {}, [](std::string_view) { return true; });
  REQUIRE_FALSE(summary.has_value());
  CHECK(summary.error().type == "OutOfMemoryException");
  CHECK_FALSE(std::filesystem::exists(".tmp"));
}

TEST_CASE("Options that DuckDB does not take are told as such") {
  ds::duckdb::Engine engine{{.memory_limit = "much"}};
  const auto summary = engine.run(sql("select 1"), {}, [](std::string_view) { return true; });
  REQUIRE_FALSE(summary.has_value());
  CHECK(summary.error().kind == ds::ErrorKind::invalid);
}

TEST_CASE("More sets of sources than are kept attached still answer") {
  const TemporaryFolder folder;
  prepare({"COPY (SELECT 1 AS i) TO '" + folder.file("a.csv") + "'"});
  ds::duckdb::Engine engine{{.threads = 1, .instances = 2}};
  for (int round = 0; round < 2; ++round) {
    for (const char* name : {"one", "two", "three"}) {
      const std::vector<ds::DataSource> sources{files(folder.path(), name)};
      CHECK(engine.run(sql(std::string{"select * from "} + name + ".a"), sources, [](std::string_view) { return true; })
                .has_value());
    }
  }
}

TEST_CASE("The engine names itself with its version") {
  CHECK(ds::duckdb::Engine{}.version().starts_with("duckdb 1."));
}

TEST_CASE("A reply in pages has all rows once, each page whole and naming the next") {
  ds::duckdb::Engine engine;
  std::vector<std::string> pages(1);
  int named = 1;
  ds::Query query = sql("select range as i from range(5000)");
  query.fetch_size = 1000;
  const auto summary = engine.run_pages(query, {},
                                        {.bytes =
                                             [&](std::string_view bytes) {
                                               pages.back() += bytes;
                                               return true;
                                             },
                                         .name = [&] { return "page " + std::to_string(++named); },
                                         .turn =
                                             [&] {
                                               pages.emplace_back();
                                               return true;
                                             }});
  REQUIRE(summary.has_value());
  CHECK(summary->rows == 5000);
  REQUIRE(pages.size() == 5);
  int next = 0;
  for (std::size_t i = 0; i < pages.size(); ++i) {
    const auto page = nlohmann::json::parse(pages[i]);
    CHECK(page["schema"][0]["name"] == "i");
    CHECK(page["total"] == 1000);
    CHECK(page.contains("cursor") == (i + 1 < pages.size()));
    if (page.contains("cursor")) CHECK(page["cursor"] == "page " + std::to_string(i + 2));
    for (const auto& row : page["datarows"]) CHECK(row[0] == next++);
  }
}

TEST_CASE("When no other page is wanted, the statement ends") {
  ds::duckdb::Engine engine;
  ds::Query query = sql("select range as i from range(1000000000000)");
  query.fetch_size = 10;
  std::string body;
  const auto summary = engine.run_pages(query, {},
                                        {.bytes =
                                             [&](std::string_view bytes) {
                                               body += bytes;
                                               return true;
                                             },
                                         .name = [] { return std::string{"next"}; },
                                         .turn = [] { return false; }});
  REQUIRE(summary.has_value());
  CHECK(summary->rows == 10);
  CHECK(nlohmann::json::parse(body)["cursor"] == "next");
  CHECK(ask("select 1 as a").has_value());
}

TEST_CASE("CSV and raw have a line of names, quotes where they are needed and nothing for a null") {
  ds::duckdb::Engine engine;
  ds::Query query =
      sql("select * from (values (1, 'a,b', 1.50, DATE '2024-01-31', [1, 2], 'x'::ENUM('x', 'q\"')), "
          "(NULL, e'\"\n', NULL, NULL, NULL, 'q\"')) t(i, \"t|s\", d, day, l, e)");
  const auto text = [&](ds::Format format) {
    query.format = format;
    std::string body;
    const auto summary = engine.run(query, {}, [&](std::string_view bytes) {
      body += bytes;
      return true;
    });
    REQUIRE(summary.has_value());
    CHECK(summary->rows == 2);
    return body;
  };
  CHECK(text(ds::Format::csv) == "i,t|s,d,day,l,e\n1,\"a,b\",1.50,2024-01-31,\"[1,2]\",x\n,\"\"\"\n\",,,,\"q\"\"\"");
  CHECK(text(ds::Format::raw) == "i|\"t|s\"|d|day|l|e\n1|a,b|1.50|2024-01-31|[1,2]|x\n|\"\"\"\n\"||||\"q\"\"\"");
}

TEST_CASE("A plan is a tree of named nodes and reads no row") {
  ds::duckdb::Engine engine;
  const TemporaryFolder folder;
  const std::vector<ds::DataSource> sources{sqlite_shop(folder)};
  const auto plan = engine.explain(sql("select count(*) from shop.orders where id > 3"), sources);
  REQUIRE(plan.has_value());
  const auto json = nlohmann::json::parse(*plan);
  CHECK(json["root"]["name"].is_string());
  CHECK(json["root"]["children"].is_array());
  CHECK(plan->find("orders") != std::string::npos);
  CHECK(engine.explain(sql("drop table shop.orders"), sources).error().kind == ds::ErrorKind::forbidden);
}

TEST_CASE("The tables of a source are described as statements over them would, page by page") {
  ds::duckdb::Engine engine;
  const TemporaryFolder folder;
  const ds::DataSource shop = sqlite_shop(folder);
  prepare({"LOAD '" + ds::duckdb::default_extension_directory() + "/sqlite_scanner.duckdb_extension'",
           "ATTACH '" + folder.file("shop.db") + "' AS shop (TYPE sqlite)", "CREATE TABLE shop.a (x INTEGER NOT NULL)",
           "CREATE VIEW shop.v AS SELECT id FROM orders"});
  const auto page = engine.schema(shop, {.size = 2});
  REQUIRE(page.has_value());
  CHECK(page->total == 3);
  CHECK(page->schemas == std::vector<std::string>{"main"});
  REQUIRE(page->tables.size() == 2);
  CHECK(page->tables[0].name == "a");
  CHECK(page->tables[0].columns == std::vector<ds::ColumnDescription>{{"x", ds::Type::int64, false}});
  CHECK(page->tables[1].columns.size() == 4);
  CHECK(page->tables[1].columns[2] == ds::ColumnDescription{"amount", ds::Type::float64, true});
  CHECK(page->next == "main/orders");
  const auto rest = engine.schema(shop, {.after = page->next});
  REQUIRE(rest.has_value());
  REQUIRE(rest->tables.size() == 1);
  CHECK(rest->tables[0].kind == "view");
  CHECK(rest->next.empty());
  CHECK(engine.schema(shop, {.table = "ORDERS"})->total == 1);
  CHECK(engine.schema(shop, {.schema = "nope"})->total == 0);
  CHECK(engine.schema(shop, {.after = "x"}).error().field == "after");
}

TEST_CASE("Files are described one by one, and what cannot be read is told for its table alone") {
  ds::duckdb::Engine engine;
  const TemporaryFolder folder;
  prepare({"COPY (SELECT 1::INTEGER AS i, 'x' AS t) TO '" + folder.file("good.parquet") + "'"});
  std::ofstream{folder.file("bad.parquet")} << "this is no Parquet";
  const auto page = engine.schema(files(folder.path()), {});
  REQUIRE(page.has_value());
  REQUIRE(page->tables.size() == 2);
  CHECK(page->tables[0].name == "bad");
  CHECK_FALSE(page->tables[0].problem.empty());
  CHECK(page->tables[1].columns ==
        std::vector<ds::ColumnDescription>{{"i", ds::Type::int32, true}, {"t", ds::Type::keyword, true}});
}

}  // namespace engine_run_test
