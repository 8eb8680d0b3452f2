#pragma once

#include <datasource/engine/duckdb/attach.hpp>
#include <datasource/engine/duckdb/delivery.hpp>
#include <datasource/engine/duckdb/describe.hpp>
#include <datasource/engine/duckdb/encoder.hpp>
#include <datasource/engine/duckdb/explain.hpp>
#include <datasource/engine/duckdb/files.hpp>
#include <datasource/engine/duckdb/handles.hpp>
#include <datasource/engine/duckdb/instance.hpp>
#include <datasource/engine/duckdb/object_lists.hpp>
#include <datasource/engine/duckdb/options.hpp>
#include <datasource/engine/duckdb/probe.hpp>
#include <datasource/engine/duckdb/remote/catalog.hpp>
#include <datasource/engine/duckdb/remote/native.hpp>
#include <datasource/engine/duckdb/remote/pushdown.hpp>
#include <datasource/engine/duckdb/remote/remote.hpp>
#include <datasource/engine/duckdb/remote/scan.hpp>
#include <datasource/engine/duckdb/remote/schema.hpp>
#include <datasource/engine/duckdb/remote/statement.hpp>
#include <datasource/engine/duckdb/statement.hpp>
#include <datasource/engine/duckdb/text_encoder.hpp>
#include <datasource/service/engine.hpp>
#include <datasource/service/schema_pages.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace datasource::duckdb {

/// The embedded engine: DuckDB, confined. Each statement is read by DuckDB's own parser and must be one SELECT; it runs
/// in an instance that holds exactly the sources that it names and is locked. One thread at a time may call it;
/// `interrupt` may come from any.
class Engine final : public datasource::Engine {
 public:
  Engine() : Engine{Options{}} {}
  /// Opens nothing yet.
  explicit Engine(Options options)
      : options_{std::move(options)}, remotes_{options_.remotes}, pool_{options_.instances} {}

  [[nodiscard]] std::string version() const override {
    const std::string library = duckdb_library_version();
    return "duckdb " + (library.starts_with('v') ? library.substr(1) : library);
  }

  [[nodiscard]] bool serves(const Connector& connector) const override {
    return connector.in_duckdb() && (connector.duckdb.kind != DuckDbMapping::Kind::remote || remotes_.reads(connector));
  }

  [[nodiscard]] Result<std::vector<std::string>> sources_of(const Query& query) override {
    const auto statement = parse(query);
    if (!statement) return fail(statement.error());
    return statement->tables.sources();
  }

  [[nodiscard]] Result<PreparedStatement> prepare(const Query& query) override {
    return parse(query).map([](const Statement& statement) {
      // What is asked in a source's own language may be about this moment.
      return PreparedStatement{.sources = statement.tables.sources(),
                               .repeatable = statement.tables.repeatable && statement.native.queries.empty()};
    });
  }

  [[nodiscard]] Result<QuerySummary> run(const Query& query, std::span<const DataSource> sources,
                                         const Sink& sink) override {
    Query whole = query;
    whole.fetch_size = 0;
    return run_pages(whole, sources, {.bytes = sink});
  }

  [[nodiscard]] Result<QuerySummary> run_pages(const Query& query, std::span<const DataSource> sources,
                                               const PageSink& sink) override {
    begin();
    bool written = false;
    const PageSink noted{.bytes =
                             [&](std::string_view bytes) {
                               written = true;
                               return sink.bytes(bytes);
                             },
                         .name = sink.name,
                         .turn = sink.turn};
    return with_instance<QuerySummary>(
        query, sources,
        [&](const Instance& instance, const Query& statement) {
          auto outcome = execute(instance, statement, noted);
          const bool broken = outcome && outcome->failure && outcome->failure->kind != ErrorKind::invalid;
          if (broken) pool_.drop(&instance);
          return outcome;
        },
        written);
  }

  [[nodiscard]] Result<std::string> explain(const Query& query, std::span<const DataSource> sources) override {
    begin();
    const bool written = false;
    return with_instance<std::string>(
        query, sources,
        [&](const Instance& instance, const Query& statement) -> Outcome<std::string> {
          const Running running{*this, instance.connection().get()};
          const NativeResults results{instance.remotes()};
          if (auto pushed = push_down(instance, statement); !pushed) return failed(std::move(pushed.error()));
          auto rows = instance.connection().rows("EXPLAIN (FORMAT json) " + statement.text, statement.parameters);
          if (!rows) return failed(std::move(rows.error()));
          std::string plan =
              rows->empty() ? std::string{} : plan_json(rows->front()[1].value_or(""), instance.remotes().requests());
          if (plan.empty()) return failed({DUCKDB_ERROR_NOT_IMPLEMENTED, "the plan of this statement cannot be told"});
          return scrub(std::move(plan), instance.secrets());
        },
        written);
  }

  [[nodiscard]] Result<SchemaPage> schema(const DataSource& source, const SchemaRequest& wanted) override {
    begin();
    auto plan = plan_attach(source, {});
    if (!plan) return fail(plan.error());
    if (plan->connector->duckdb.kind == DuckDbMapping::Kind::remote) {
      const auto remote = remotes_.get(*plan->connector, plan->settings);
      if (!remote) return fail(remote.error());
      return fetched_schema(source, *plan, **remote, wanted, options_.schema_age, interrupted_);
    }
    if (plan->connector->duckdb.kind == DuckDbMapping::Kind::views ||
        plan->connector->duckdb.kind == DuckDbMapping::Kind::objects)
      return schema_of_files(source, *plan, wanted);
    const bool written = false;
    return with_plans<SchemaPage>(
        {*plan},
        [&](Instance& instance) -> Outcome<SchemaPage> {
          const Running running{*this, instance.connection().get()};
          instance.refresh(std::chrono::milliseconds{0});
          auto tables = detail::list_tables(instance, *plan);
          if (!tables) return failed(std::move(tables.error()));
          auto page = schema_page(source.name, std::move(*tables), wanted);
          if (!page) return refused(std::move(page.error()));
          for (TableDescription& table : page->tables) {
            auto described = detail::describe_columns(instance, *plan, table);
            if (described) continue;
            if (access_problem(described.error().message)) return failed(std::move(described.error()));
            table.problem = instance.present(described.error()).message;
          }
          return std::move(*page);
        },
        written);
  }

  [[nodiscard]] TestReport test(const DataSource& source) override {
    begin();
    return test_connection(source, options_, remotes_);
  }

  /// Stops the statement that runs now, from any thread; `run` then answers `cancelled`. Without one it does nothing.
  void interrupt() {
    const std::scoped_lock lock{running_mutex_};
    interrupted_ = true;
    remotes_.interruption().stop();
    if (running_ != nullptr) duckdb_interrupt(running_);
  }

 private:
  template <class T>
  using Outcome = RunOutcome<T>;

  /// A statement that may run, as DuckDB is to be told it.
  struct Statement {
    StatementTables tables;
    NativeStatement native;
  };

  void begin() {
    interrupted_ = false;
    remotes_.interruption().renew();
  }

  /// Checks a statement and does something with the instance of its sources.
  template <class T, class Action>
  Result<T> with_instance(const Query& query, std::span<const DataSource> sources, Action&& action,
                          const bool& written) {
    const auto statement = parse(query);
    if (!statement) return fail(statement.error());
    auto plans = plan(*statement, sources);
    if (!plans) return fail(plans.error());
    Query told = query;
    told.text = statement->native.text;
    return with_plans<T>(
        std::move(*plans), [&](const Instance& instance) { return action(instance, told); }, written);
  }

  /// Does something with the instance of these plans; once more where the instance was at fault and nothing is
  /// `written` yet: it may have outlived its server's connections, or know the tables of yesterday.
  template <class T, class Action>
  Result<T> with_plans(std::vector<AttachPlan> plans, Action&& action, const bool& written) {
    for (bool retried = false;; retried = true) {
      bool fresh = false;
      const auto instance = pool_.get(plans, options_, fresh);
      if (!instance) return fail(instance.error());
      if (interrupted_) return fail(statement_error({DUCKDB_ERROR_INTERRUPT, {}}, {}));
      if (!fresh) (*instance)->refresh(options_.schema_age);
      auto outcome = action(**instance);
      if (outcome) return std::move(*outcome);
      const Failure& failure = outcome.error().failure;
      Error error = outcome.error().presented ? std::move(*outcome.error().presented) : (*instance)->present(failure);
      const bool told = (*instance)->remotes().failure().has_value();  // a fetched table's reader knows what it says
      const bool lost = !told && access_problem(failure.message).has_value();
      const bool outdated = !told && !lost && may_be_outdated(failure);
      if (lost || failure.type == DUCKDB_ERROR_FATAL || failure.type == DUCKDB_ERROR_INTERNAL ||
          (outdated && !(*instance)->refreshable())) {
        pool_.drop(*instance);
      } else if (outdated) {
        (*instance)->refresh(std::chrono::milliseconds{0});
      }
      const bool again = !fresh && !retried && !written && !interrupted_ && (lost || outdated);
      if (!again) return fail(std::move(error));
    }
  }

  [[nodiscard]] ListTables lister() {
    return [this](const AttachPlan& plan) { return list_files(plan); };
  }

  /// The tables of files, on this machine or in an object store.
  Result<std::vector<FileTable>> list_files(const AttachPlan& plan) {
    if (plan.connector->duckdb.kind != DuckDbMapping::Kind::objects) return file_tables(plan.settings);
    const auto entry = object_lists_.get(plan, options_);
    if (!entry) return fail(entry.error());
    ObjectLists::Entry& list = **entry;
    if (list.fresh(options_.schema_age)) return list.tables;
    const Running running{*this, list.instance->connection().get()};
    auto tables = list_objects(list.instance->connection(), plan.settings);
    if (!tables) {
      Error error = list.instance->present(tables.error());
      object_lists_.drop(&list);
      return fail(std::move(error));
    }
    list.seen = std::chrono::steady_clock::now();
    return list.tables = std::move(*tables);
  }

  /// Files are opened one by one; one that cannot be read is told for its table alone.
  Result<SchemaPage> schema_of_files(const DataSource& source, const AttachPlan& plan, const SchemaRequest& wanted) {
    auto files = list_files(plan);
    if (!files) return fail(files.error());
    std::vector<TableDescription> tables;
    for (const FileTable& file : *files) tables.push_back({.schema = "main", .name = file.name, .kind = "file"});
    auto page = schema_page(source.name, std::move(tables), wanted);
    if (!page) return page;
    for (TableDescription& table : page->tables) {
      const TableName name{source.name, table.schema, table.name};
      auto opened = plan_attach(source, std::span{&name, 1}, lister()).and_then([&](AttachPlan one) {
        return Instance::open({std::move(one)}, options_);
      });
      if (interrupted_) return fail(statement_error({DUCKDB_ERROR_INTERRUPT, {}}, {}));
      const auto described = opened ? detail::describe_columns(**opened, plan, table) : duckdb::Outcome<void>{};
      if (!opened) table.problem = opened.error().message;
      if (!described) table.problem = (*opened)->present(described.error()).message;
    }
    return page;
  }

  /// Lets `interrupt` reach a connection while it runs.
  class Running {
   public:
    Running(Engine& engine, duckdb_connection connection) : engine_{engine} {
      const std::scoped_lock lock{engine_.running_mutex_};
      engine_.running_ = connection;
    }
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;
    ~Running() {
      const std::scoped_lock lock{engine_.running_mutex_};
      engine_.running_ = nullptr;
    }

   private:
    Engine& engine_;
  };

  Result<Statement> parse(const Query& query) {
    if (query.language != Language::sql) {
      return fail({.kind = ErrorKind::unsupported,
                   .message = "this engine speaks SQL only; PPL is answered by an OpenSearch upstream",
                   .status = 501});
    }
    if (query.text.find('\0') != std::string::npos)
      return fail(detail::parse_error("the statement holds a NUL character; remove it"));
    if (!parser_.get()) {
      if (auto opened = Instance::open_database(parser_database_, {.extension_directory = {}, .threads = 1}); !opened)
        return fail(opened.error());
      parser_ = Connection{parser_database_.get()};
    }
    NativeStatement native = take_native_queries(query.text);
    const auto rows =
        parser_.rows("SELECT CAST(json_serialize_sql(CAST($1 AS VARCHAR)) AS VARCHAR)", {Parameter{native.text}});
    if (!rows) return fail(detail::parse_error(statement_error(rows.error(), {}).message));
    auto statement =
        check_statement(rows->empty() || !rows->front()[0] ? std::string_view{} : std::string_view{*rows->front()[0]});
    if (statement && statement->parameters != query.parameters.size()) {
      return fail(invalid({{"parameters", "parameter_count",
                            "the statement waits for " + std::to_string(statement->parameters) + " values, and " +
                                std::to_string(query.parameters.size()) + " were given",
                            "send one value for each ? in \"parameters\""}}));
    }
    if (!statement) return fail(statement.error());
    return Statement{std::move(*statement), std::move(native)};
  }

  /// Plans for exactly the sources that the statement names; each must have been given.
  Result<std::vector<AttachPlan>> plan(const Statement& statement, std::span<const DataSource> sources) {
    std::vector<AttachPlan> plans;
    for (const std::string& name : statement.tables.sources()) {
      const auto same = [&](const DataSource& source) { return datasource::detail::iequals(source.name, name); };
      auto source = std::ranges::find(sources, name, &DataSource::name);
      if (source == sources.end()) source = std::ranges::find_if(sources, same);
      if (source == sources.end())
        return fail(
            {.kind = ErrorKind::not_found, .message = "there is no data source named \"" + name + "\"", .status = 404});
      auto planned = plan_attach(*source, statement.tables.tables, lister(), statement.native.queries);
      if (!planned) return fail(planned.error());
      if (auto refused = system_schema(statement.tables, *planned)) return fail(std::move(*refused));
      if (auto refused = not_native(statement.native, *planned)) return fail(std::move(*refused));
      if (planned->connector->duckdb.kind == DuckDbMapping::Kind::remote) {
        auto remote = remotes_.get(*planned->connector, planned->settings);
        if (!remote) return fail(std::move(remote.error()));
        planned->remote = std::move(*remote);
      }
      plans.push_back(std::move(*planned));
    }
    if (auto refused = detail::ambiguous_secret(plans)) return fail(std::move(*refused));
    return plans;
  }

  /// Only here it is known which system a name's first part stands for, and so what its system schemas are.
  static std::optional<Error> system_schema(const StatementTables& statement, const AttachPlan& plan) {
    for (const TableName& table : statement.tables) {
      if (!datasource::detail::iequals(table.source, plan.source)) continue;
      for (const std::string_view schema : plan.connector->duckdb.system_schemas) {
        if (datasource::detail::iequals(table.schema, schema)) {
          return detail::refusal("the schema " + table.schema + " of " + plan.source + " is " +
                                 std::string{plan.connector->title} +
                                 "'s own and not allowed; select from your own tables");
        }
      }
    }
    return std::nullopt;
  }

  /// DuckDB's own readers of databases take a text that may write.
  static std::optional<Error> not_native(const NativeStatement& statement, const AttachPlan& plan) {
    if (plan.connector->duckdb.kind == DuckDbMapping::Kind::remote) return std::nullopt;
    for (const NativeQuery& native : statement.queries) {
      if (!datasource::detail::iequals(native.source, plan.source)) continue;
      return Error{.kind = ErrorKind::unsupported,
                   .message = "TABLE(" + native.source + ".system.query(…)) is not there for " +
                              std::string{plan.connector->title} + " on this engine; select from its tables",
                   .status = 400};
    }
    return std::nullopt;
  }

  Outcome<QuerySummary> execute(const Instance& instance, const Query& query, const PageSink& sink) {
    const duckdb_connection connection = instance.connection().get();
    const Running running{*this, connection};
    const NativeResults results{instance.remotes()};
    if (auto pushed = push_down(instance, query); !pushed) return failed(std::move(pushed.error()));
    Prepared prepared;
    if (duckdb_prepare(connection, query.text.c_str(), prepared.out()) != DuckDBSuccess)
      return failed(prepare_failure(prepared));
    if (duckdb_prepared_statement_type(prepared.get()) != DUCKDB_STATEMENT_TYPE_SELECT)
      return refused(detail::refusal("only SELECT is allowed"));
    if (auto bound = bind_values(prepared, query.parameters); !bound) return failed(std::move(bound.error()));
    Pending pending;
    if (duckdb_pending_prepared_streaming(prepared.get(), pending.out()) != DuckDBSuccess) {
      const char* message = duckdb_pending_error(pending.get());
      return failed({DUCKDB_ERROR_INVALID, message == nullptr ? "" : message});
    }
    QueryResult result;
    if (duckdb_execute_pending(pending.get(), result.get()) != DuckDBSuccess)
      return failed(Connection::failure_of(result));
    const std::vector<Column> columns = columns_of(result.get());
    for (const Column& column : columns) {
      if (const auto type = column.type.unsupported(); !type.empty()) {
        return refused({.kind = ErrorKind::unsupported,
                        .message = "column " + column.name + " has the type " + std::string{type} +
                                   ", which a reply cannot hold; cast it to VARCHAR",
                        .status = 400});
      }
    }
    buffer_.clear();
    Delivery delivery{result, instance, buffer_, {.row_limit = options_.row_limit, .interrupted = interrupted_}};
    if (query.format == Format::jdbc) {
      ReplyEncoder reply{buffer_, columns};
      return query.fetch_size > 0 ? delivery.in_pages(reply, query.fetch_size, sink)
                                  : delivery.whole(reply, sink.bytes);
    }
    TextEncoder reply{buffer_, columns, query.format == Format::csv ? ',' : '|'};
    return delivery.whole(reply, sink.bytes);
  }

  Options options_;
  Database parser_database_;  // outlives its connection
  Connection parser_;
  Remotes remotes_;  // outlives the instances that read through it
  InstancePool pool_;
  ObjectLists object_lists_;
  JsonWriter buffer_;
  std::mutex running_mutex_;
  duckdb_connection running_ = nullptr;
  std::atomic<bool> interrupted_ = false;
};

}  // namespace datasource::duckdb
