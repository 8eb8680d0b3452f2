#include "engine_support.hpp"

namespace engine_statement_test {

using namespace engine_tests;

namespace {

struct Attack {
  const char* name;
  const char* text;
  const char* says;  ///< A part of the refusal.
};

ds::Result<std::vector<std::string>> sources_of(const std::string& text) {
  static ds::duckdb::Engine& engine = *new ds::duckdb::Engine{{.threads = 1}};  // lives as long as the process
  return engine.sources_of(sql(text));
}

}  // namespace

TEST_CASE("A statement that reaches outside its sources is refused, and the refusal says why") {
  static constexpr Attack attacks[] = {
      // Files and URLs by name
      {"a file in quotes is no table", "select * from '/etc/passwd'", "which data source"},
      {"a file in identifier quotes is no table", R"(select * from "/etc/passwd")", "which data source"},
      {"a URL is no table", "select * from 'http://169.254.169.254/latest/meta-data'", "which data source"},
      {"an S3 URL is no table", "select * from 's3://bucket/key.parquet'", "which data source"},
      {"a pattern is no table", "select * from '*.parquet'", "which data source"},
      {"a file in a join is no table", "select * from crm.a join '/etc/passwd' on true", "which data source"},
      {"a file in a scalar subquery is no table", "select (select * from '/etc/passwd')", "which data source"},
      {"a file in EXISTS is no table", "select 1 from crm.a where exists (from '/etc/passwd')", "which data source"},
      {"a file in IN is no table", "select 1 from crm.a where x in (from '/etc/passwd')", "which data source"},
      {"a file in a common table expression is no table", "with x as (from '/etc/passwd') select * from x",
       "which data source"},
      {"a file in a set operation is no table", "select 1 union all select * from '/etc/passwd'", "which data source"},
      {"a file in the third part of a set operation is no table", "select 1 union select 2 union from '/etc/passwd'",
       "which data source"},
      {"a file in LATERAL is no table", "select * from crm.a, lateral (select * from '/etc/passwd')",
       "which data source"},
      {"a file in LIMIT is no table", "select 1 limit (select count(*) from '/etc/passwd')", "which data source"},
      {"a file in OFFSET is no table", "select 1 offset (select count(*) from '/etc/passwd')", "which data source"},
      {"a file in ORDER BY is no table", "select 1 order by (select count(*) from '/etc/passwd')", "which data source"},
      {"a file in GROUP BY is no table", "select 1 from crm.a group by (select 1 from '/etc/passwd')",
       "which data source"},
      {"a file in HAVING is no table", "select 1 from crm.a having (select true from '/etc/passwd')",
       "which data source"},
      {"a file in QUALIFY is no table", "select 1 from crm.a qualify (select true from '/etc/passwd')",
       "which data source"},
      {"a file in DISTINCT ON is no table", "select distinct on ((select 1 from '/etc/passwd')) 1",
       "which data source"},
      {"a file in a window is no table", "select sum(x) over (partition by (select 1 from '/etc/passwd')) from crm.a",
       "which data source"},
      {"a file in a window's frame is no table",
       "select sum(x) over (order by y rows (select 1 from '/etc/passwd') preceding) from crm.a", "which data source"},
      {"a file in an aggregate's FILTER is no table",
       "select sum(x) filter (where (select true from '/etc/passwd')) from crm.a", "which data source"},
      {"a file in an aggregate's ORDER BY is no table",
       "select list(x order by (select 1 from '/etc/passwd')) from crm.a", "which data source"},
      {"a file in REPLACE is no table", "select * replace ((select 1 from '/etc/passwd') as x) from crm.a",
       "which data source"},
      {"a file in COLUMNS is no table", "select columns(c -> c in (select 'x' from '/etc/passwd')) from crm.a",
       "which data source"},
      {"a file in a lambda is no table", "select list_transform([1], lambda x: (select 1 from '/etc/passwd'))",
       "which data source"},
      {"a file in a list comprehension is no table", "select [(select 1 from '/etc/passwd') for x in [1]]",
       "which data source"},
      {"a file in CASE is no table", "select case when true then (select 1 from '/etc/passwd') end",
       "which data source"},
      {"a file in a struct is no table", "select {'a': (select 1 from '/etc/passwd')}", "which data source"},
      {"a file in VALUES is no table", "values ((select 1 from '/etc/passwd'))", "which data source"},
      {"a file in a join condition is no table", "select 1 from crm.a join crm.b on (select true from '/etc/passwd')",
       "which data source"},
      {"a file under PIVOT is no table", "select * from (pivot '/etc/passwd' on x in (1) using sum(y))",
       "which data source"},
      {"a file in PIVOT's aggregate is no table",
       "select * from (pivot crm.a on x in (1) using sum((select 1 from '/etc/passwd')))", "which data source"},
      {"a file under UNPIVOT is no table", "select * from '/etc/passwd' unpivot (v for n in (a))", "which data source"},
      {"a file as argument of an allowed table function is no table",
       "select * from range((select 1 from '/etc/passwd'))", "which data source"},
      {"a file in a recursive expression is no table",
       "with recursive t as (select 1 union all select * from '/etc/passwd') from t", "which data source"},
      {"a file under sampling is no table", "select * from '/etc/passwd' tablesample 10%", "which data source"},
      {"a file after FROM alone is no table", "from '/etc/passwd'", "which data source"},
      {"a file after TABLE is no table", R"(table "/etc/passwd")", "which data source"},
      {"a bare name is no table", "select * from customers", "which data source"},
      {"a common table expression is not known outside its query", "select * from (with x as (select 1) from x), x",
       "which data source"},
      {"a common table expression is not known in itself", "with x as (select * from x) from x", "which data source"},
      {"a common table expression is not known before it is made", "with x as (from y), y as (select 1) from x",
       "which data source"},
      {"a recursive expression is not known in its first part",
       "with recursive t as (select * from t union all select 1) from t", "which data source"},
      // Table functions
      {"read_csv is refused", "select * from read_csv('/etc/passwd')", "table function read_csv"},
      {"read_text is refused", "select * from read_text('/etc/passwd')", "table function read_text"},
      {"read_blob is refused", "select * from read_blob('/etc/passwd')", "table function read_blob"},
      {"read_parquet is refused", "select * from read_parquet('x')", "table function read_parquet"},
      {"parquet_scan is refused", "select * from parquet_scan('x')", "table function parquet_scan"},
      {"read_json is refused", "select * from read_json('x')", "table function read_json"},
      {"upper case does not help", "SELECT * FROM READ_CSV('/etc/passwd')", "table function"},
      {"identifier quotes do not help", R"(select * from "read_csv"('/etc/passwd'))", "table function"},
      {"a schema before the name does not help", "select * from main.read_csv('/etc/passwd')", "table function"},
      {"a schema before an allowed function is refused", "select * from crm.range(3)", "table function"},
      {"a file function in a subquery is refused", "select (select count(*) from read_csv('/etc/passwd'))",
       "table function"},
      {"a file function in LATERAL is refused", "select * from crm.a, lateral read_text(a.x)", "table function"},
      {"glob is refused", "select * from glob('/etc/*')", "table function glob"},
      {"sniff_csv is refused", "select * from sniff_csv('/etc/passwd')", "table function"},
      {"postgres_scan is refused", "select * from postgres_scan('host=10.0.0.1', 'public', 't')",
       "table function postgres_scan"},
      {"postgres_query is refused", "select * from postgres_query('crm', 'select 1')", "table function"},
      {"postgres_execute is refused", "select * from postgres_execute('crm', 'drop table x')", "table function"},
      {"postgres_attach is refused", "select * from postgres_attach('host=10.0.0.1')", "table function"},
      {"mysql_query is refused", "select * from mysql_query('shop', 'select 1')", "table function"},
      {"mysql_execute is refused", "select * from mysql_execute('shop', 'drop table x')", "table function"},
      {"sqlite_scan is refused", "select * from sqlite_scan('/x.db', 't')", "table function"},
      {"sqlite_query is refused", "select * from sqlite_query('lite', 'select 1')", "table function"},
      {"duckdb_secrets is refused", "select * from duckdb_secrets()", "table function"},
      {"duckdb_databases is refused", "select * from duckdb_databases()", "table function"},
      {"duckdb_settings is refused", "select * from duckdb_settings()", "table function"},
      {"duckdb_views is refused", "select sql from duckdb_views()", "table function"},
      {"duckdb_logs is refused", "select * from duckdb_logs()", "table function"},
      {"which_secret is refused", "select * from which_secret('s3://x', 's3')", "table function"},
      {"pragma functions are refused", "select * from pragma_database_list()", "table function"},
      {"query is refused", "select * from query('select 1')", "table function query"},
      {"query_table is refused", "select * from query_table('/etc/passwd')", "table function query_table"},
      {"the histogram macro over a table name is refused", "select * from histogram('/etc/passwd', x)",
       "table function"},
      {"json_execute_serialized_sql is refused", "select * from json_execute_serialized_sql('{}')", "table function"},
      {"sql_auto_complete is refused", "select * from sql_auto_complete('sel')", "table function"},
      {"enable_logging is refused", "select * from enable_logging()", "table function"},
      {"checkpoint is refused", "select * from checkpoint()", "table function"},
      {"arrow_scan is refused", "select * from arrow_scan(1, 2, 3)", "table function"},
      {"a table function that does not exist is refused", "select * from no_such_function()", "table function"},
      // Scalar functions
      {"getenv is refused", "select getenv('HOME')", "environment"},
      {"getenv through a method call is refused", "select ('HOME').getenv()", "environment"},
      {"getenv in quotes is refused", R"(select "GetEnv"('HOME'))", "environment"},
      {"getenv with a schema is refused", "select main.getenv('HOME')", "environment"},
      {"getenv in a condition is refused", "select 1 from crm.a where getenv('X') = 'y'", "environment"},
      {"getenv as a window function is refused", "select getenv('X') over ()", "environment"},
      {"current_setting is refused", "select current_setting('memory_limit')", "settings"},
      {"getvariable is refused", "select getvariable('x')", "variables"},
      {"write_log is refused", "select write_log('x')", "log"},
      {"json_serialize_plan is refused", "select json_serialize_plan('from read_csv(''/etc/passwd'')')",
       "hidden in a string"},
      {"nextval is refused", "select nextval('s')", "sequence"},
      {"pg_get_viewdef is refused", "select pg_get_viewdef(1)", "catalogue"},
      {"pg_sleep is refused", "select pg_sleep(1000)", "catalogue"},
      {"sleep_ms is refused", "select sleep_ms(1000)", "holds the server up"},
      {"obj_description is refused", "select obj_description(1)", "catalogue"},
      {"inet_server_addr is refused", "select inet_server_addr()", "addresses"},
      {"internal functions are refused", "select __internal_compress_string_ubigint('x')", "inside"},
      {"raw aggregate states are refused", "select finalize('x')", "aggregate states"},
      {"EXPORT_STATE is refused", "select sum(x) export_state from crm.a", "EXPORT_STATE"},
      {"a function of another catalog is refused", "select crm.public.f(1)", "schema"},
      // Catalogues
      {"information_schema is refused", "select * from information_schema.tables", "system catalogues"},
      {"information_schema of a source is refused", "select * from crm.information_schema.tables", "system catalogues"},
      {"information_schema in other case is refused", R"(select * from crm."Information_Schema".tables)",
       "system catalogues"},
      {"pg_catalog is refused", "select * from pg_catalog.pg_class", "system catalogues"},
      {"pg_catalog of a source is refused", "select * from crm.pg_catalog.pg_authid", "system catalogues"},
      {"pg_toast of a source is refused", "select * from crm.pg_toast.pg_toast_1", "system catalogues"},
      {"the engine's own catalogs are refused", "select * from system.main.duckdb_secrets", "engine's own"},
      {"the engine's main schema is refused", "select * from main.duckdb_settings", "engine's own"},
      {"the engine's memory catalog is refused", "select * from memory.main.x", "engine's own"},
      {"the engine's temp catalog is refused", "select * from temp.main.x", "engine's own"},
      {"a catalogue view by a bare name is refused", "select * from duckdb_tables", "which data source"},
      {"sqlite_master by a bare name is refused", "select * from sqlite_master", "which data source"},
      {"a type by a path is refused", "select 'x'::crm.public.mood", "type named by a path"},
      {"a type by a path in a list is refused", "select []::crm.public.mood[]", "type named by a path"},
      {"a table of another time is refused", "select * from crm.a at (version => 1)", "AT"},
      {"PIVOT over a named type is refused", "select * from (pivot crm.a on x in mood using sum(y))", "named type"},
      // Statements
      {"two statements are refused", "select 1; select 2", "one statement"},
      {"a write after a SELECT is refused", "select 1; drop table crm.a", "only SELECT"},
      {"INSERT is refused", "insert into crm.a values (1)", "only SELECT"},
      {"INSERT with RETURNING is refused", "insert into crm.a values (1) returning *", "only SELECT"},
      {"UPDATE is refused", "update crm.a set x = 1", "only SELECT"},
      {"DELETE is refused", "delete from crm.a", "only SELECT"},
      {"MERGE is refused", "merge into crm.a using crm.b on (true) when matched then delete", "only SELECT"},
      {"CREATE is refused", "create table crm.x(a int)", "only SELECT"},
      {"CREATE TABLE AS is refused", "create table x as select 1", "only SELECT"},
      {"CREATE SECRET is refused", "create secret s (type s3)", "only SELECT"},
      {"CREATE MACRO is refused", "create macro f() as 1", "only SELECT"},
      {"DROP is refused", "drop table crm.a", "only SELECT"},
      {"ALTER is refused", "alter table crm.a add column x int", "only SELECT"},
      {"COPY TO is refused", "copy crm.a to '/tmp/x.csv'", "only SELECT"},
      {"COPY of a query is refused", "copy (select 1) to '/tmp/x.csv'", "only SELECT"},
      {"COPY FROM is refused", "copy crm.a from '/etc/passwd'", "only SELECT"},
      {"COPY DATABASE is refused", "copy from database crm to memory", "only SELECT"},
      {"EXPORT is refused", "export database '/tmp/x'", "only SELECT"},
      {"IMPORT is refused", "import database '/tmp/x'", "only SELECT"},
      {"ATTACH is refused", "attach '/tmp/x.db' as x", "only SELECT"},
      {"DETACH is refused", "detach crm", "only SELECT"},
      {"USE is refused", "use crm", "only SELECT"},
      {"INSTALL is refused", "install httpfs", "only SELECT"},
      {"LOAD is refused", "load '/tmp/x.duckdb_extension'", "only SELECT"},
      {"SET is refused", "set enable_external_access = true", "only SELECT"},
      {"RESET is refused", "reset lock_configuration", "only SELECT"},
      {"SET VARIABLE is refused", "set variable x = (select 1)", "only SELECT"},
      {"PRAGMA is refused", "pragma database_list", "only SELECT"},
      {"CALL is refused", "call pragma_version()", "only SELECT"},
      {"PREPARE is refused", "prepare q as select 1", "only SELECT"},
      {"EXECUTE is refused", "execute q", "only SELECT"},
      {"EXPLAIN is refused", "explain select 1", "only SELECT"},
      {"EXPLAIN ANALYZE is refused", "explain analyze select 1", "only SELECT"},
      {"BEGIN is refused", "begin", "only SELECT"},
      {"CHECKPOINT is refused", "checkpoint", "only SELECT"},
      {"VACUUM is refused", "vacuum", "only SELECT"},
      {"PIVOT that is several statements is refused", "pivot crm.a on x using sum(y)", "PIVOT"},
      {"DESCRIBE is refused", "describe crm.a", "DESCRIBE"},
      {"DESCRIBE of a file is refused", "describe from '/etc/passwd'", "DESCRIBE"},
      {"DESCRIBE in a subquery is refused", "select * from (describe select 1)", "DESCRIBE"},
      {"SHOW is refused", "show tables", "SHOW"},
      {"SHOW in a subquery is refused", "select * from (show databases)", "SHOW"},
      {"SUMMARIZE is refused", "summarize crm.a", "SUMMARIZE"},
  };
  for (const Attack& attack : attacks) {
    INFO(attack.name << ": " << attack.text);
    const auto sources = sources_of(attack.text);
    REQUIRE_FALSE(sources.has_value());
    INFO(sources.error().message);
    CHECK(sources.error().kind == ds::ErrorKind::forbidden);
    CHECK(sources.error().status == 403);
    CHECK(sources.error().message.find(attack.says) != std::string::npos);
  }
}

TEST_CASE("Text that is no statement is invalid, with the parser's words and the position") {
  static constexpr Attack texts[] = {
      {"a word that is none", "selec 1", "near \"selec\" (position 0)"},
      {"an open bracket", "select (", "end of input (position 8)"},
      {"nothing", "", "empty"},
      {"spaces", " \n ", "empty"},
      {"a comment alone", "-- nothing", "empty"},
      {"a semicolon alone", ";", "empty"},
      {"a write in WITH", "with x as (delete from crm.a returning *) select * from x", "CTE needs a SELECT"},
      {"SHOW in WITH", "with x as (show all tables) from x", "CTE needs a SELECT"},
      {"a named parameter", "select $name", "$name has a name"},
      {"a gap between numbered parameters", "select $1, $3", "$3"},
      {"a name with a hyphen that is not quoted", "select * from my-shop.orders", "is quoted"},
  };
  for (const Attack& attack : texts) {
    INFO(attack.name << ": " << attack.text);
    const auto sources = sources_of(attack.text);
    REQUIRE_FALSE(sources.has_value());
    INFO(sources.error().message);
    CHECK(sources.error().kind == ds::ErrorKind::invalid);
    CHECK(sources.error().type == "SQLParseException");
    CHECK(sources.error().message.find(attack.says) != std::string::npos);
  }
}

TEST_CASE("A NUL does not hide the rest of a statement") {
  const auto sources = sources_of(std::string{"select 1\0; drop table crm.a", 27});
  REQUIRE_FALSE(sources.has_value());
  CHECK(sources.error().kind == ds::ErrorKind::invalid);
}

TEST_CASE("A statement that nests without end is refused and does not exhaust the stack") {
  const std::string brackets = "select " + std::string(100'000, '(') + "1" + std::string(100'000, ')');
  CHECK_FALSE(sources_of(brackets).has_value());
  std::string sum = "select 1";
  for (int i = 0; i < 50'000; ++i) sum += "+1";
  CHECK_FALSE(sources_of(sum).has_value());
}

TEST_CASE("PPL is answered with the engines that speak it") {
  ds::duckdb::Engine engine;
  const auto sources = engine.sources_of({ds::Language::ppl, "source = crm"});
  REQUIRE_FALSE(sources.has_value());
  CHECK(sources.error().kind == ds::ErrorKind::unsupported);
  CHECK(sources.error().message.find("OpenSearch") != std::string::npos);
}

TEST_CASE("The sources of a statement are named as written, once, in order of appearance") {
  struct Case {
    const char* text;
    std::vector<std::string> sources;
  };
  const Case each = GENERATE(values<Case>({
      {"select 1", {}},
      {"select * from crm.customers", {"crm"}},
      {"select * from crm.public.customers", {"crm"}},
      {"from shop.orders o join crm.public.customers c on c.id = o.customer_id", {"shop", "crm"}},
      {R"(select * from "mysql-customer-database".customers.orders)", {"mysql-customer-database"}},
      {"select * from Crm.a join CRM.b using (id) join crm.c using (id)", {"Crm"}},
      {"with x as (select * from b.t) select (select count(*) from a.t) from x, c.t", {"b", "a", "c"}},
      {"select * from a.t where exists (select 1 from b.t where b.t.x = a.t.x)", {"a", "b"}},
      {"select * from a.t union all select * from b.t except select * from c.t", {"a", "b", "c"}},
      {"with recursive t as (select 1 x union all select x + 1 from t, a.b where x < 3) select * from t", {"a"}},
      {"select * from (pivot a.t on x in (1, 2) using sum(y))", {"a"}},
      {"select * from a.t unpivot (v for n in (x, y))", {"a"}},
      {"select sum(x) over (order by y), list_transform(z, lambda e: e + 1) from a.t tablesample 10%", {"a"}},
      {"select count(*) filter (x > 1), extract(year from d), x::decimal(10, 2), columns('a.*') from a.t", {"a"}},
      {"select * from a.t, range(3), unnest([1]), generate_series(1, 2), json_each('{}')", {"a"}},
      {"select * from a.t asof join b.t using (x, y) positional join c.t", {"a", "b", "c"}},
      {"select * from a.\"x.parquet\"", {"a"}},
      {"values (1, 'x')", {}},
  }));
  INFO(each.text);
  const auto sources = sources_of(each.text);
  INFO((sources ? "" : sources.error().message));
  REQUIRE(sources.has_value());
  CHECK(*sources == each.sources);
}

TEST_CASE("A syntax tree that holds something unknown is refused") {
  const auto check = [](const std::string& node) {
    return ds::duckdb::check_statement(R"({"error":false,"statements":[{"node":)" + node +
                                       R"(,"named_param_map":[]}]})");
  };
  const std::string select =
      R"({"type":"SELECT_NODE","modifiers":[],"cte_map":{"map":[]},"select_list":[],"from_table":)";
  CHECK(check(select + R"({"type":"EMPTY"}})").has_value());
  CHECK_FALSE(check(select + R"({"type":"COLUMN_DATA"}})").has_value());
  CHECK_FALSE(check(select + R"({"type":"DELIM_GET"}})").has_value());
  CHECK_FALSE(check(R"({"type":"INSERT_NODE"})").has_value());
  CHECK_FALSE(check(R"({"type":"SELECT_NODE","select_list":[{"class":"BOUND_FUNCTION","type":"X"}]})").has_value());
  CHECK_FALSE(check(R"({"type":"SELECT_NODE","modifiers":[{"type":"NEW_MODIFIER"}]})").has_value());
  CHECK_FALSE(check("null").has_value());
  CHECK_FALSE(ds::duckdb::check_statement("").has_value());
  CHECK_FALSE(ds::duckdb::check_statement("[]").has_value());
  CHECK_FALSE(ds::duckdb::check_statement("{}").has_value());
  CHECK_FALSE(ds::duckdb::check_statement(R"({"error":false})").has_value());
  CHECK_FALSE(ds::duckdb::check_statement(R"({"error":false,"statements":[{}]})").has_value());
}

TEST_CASE("It is told whether a statement gives the same rows whenever it runs") {
  static ds::duckdb::Engine& engine = *new ds::duckdb::Engine{{.threads = 1}};
  const auto repeatable = [&](const std::string& text) {
    const auto prepared = engine.prepare(sql(text));
    INFO(text);
    REQUIRE(prepared);
    return prepared->repeatable;
  };
  for (const char* same : {"select a, sum(b) from crm.t group by a order by 2 limit 3", "select upper(a) from crm.t",
                           "select age(a, b) from crm.t", "select date_trunc('day', a) from crm.t where b > $$now()$$",
                           "select 'now()' as x, a.user from crm.t a", "from range(3)"})
    CHECK(repeatable(same));
  for (const char* other :
       {"select now() from crm.t", "select a from crm.t where b > current_date", "select CURRENT_TIMESTAMP",
        "select random()", "select uuid()", "select age(a) from crm.t", "select ago(interval '1 day')",
        "select * from crm.t tablesample 10%", "select * from crm.t using sample 3", "select current_user",
        "with x as (select today() as d) select * from x", "select (select max(now()) from crm.t)",
        "select sum(random()) over () from crm.t", "select 1 order by random()", "select localtimestamp"}) {
    INFO(other);
    CHECK_FALSE(repeatable(other));
  }
}

TEST_CASE("Every function of DuckDB whose value changes is known to, or refused") {
  ds::duckdb::Database database;
  REQUIRE(ds::duckdb::Instance::open_database(database, {}).has_value());
  const ds::duckdb::Connection connection{database.get()};
  const auto rows = connection.rows(
      "select distinct function_name from duckdb_functions() where stability is not null and stability <> 'CONSISTENT'",
      {});
  REQUIRE(rows);
  CHECK_FALSE(rows->empty());
  for (const auto& row : *rows) {
    INFO(*row[0]);
    CHECK((ds::duckdb::detail::is_changing(*row[0]) || ds::duckdb::detail::function_refusal(*row[0])));
  }
}

}  // namespace engine_statement_test
