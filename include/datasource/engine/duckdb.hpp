#pragma once

#include <datasource/engine/duckdb/attach.hpp>
#include <datasource/engine/duckdb/encoder.hpp>
#include <datasource/engine/duckdb/handles.hpp>
#include <datasource/engine/duckdb/instance.hpp>
#include <datasource/engine/duckdb/options.hpp>
#include <datasource/engine/duckdb/probe.hpp>
#include <datasource/engine/duckdb/statement.hpp>
#include <datasource/service/engine.hpp>

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
  explicit Engine(Options options) : options_{std::move(options)}, pool_{options_.instances} {}

  [[nodiscard]] std::string version() const override {
    const std::string library = duckdb_library_version();
    return "duckdb " + (library.starts_with('v') ? library.substr(1) : library);
  }

  [[nodiscard]] Result<std::vector<std::string>> sources_of(const Query& query) override {
    const auto tables = parse(query);
    if (!tables) return fail(tables.error());
    return tables->sources();
  }

  [[nodiscard]] Result<QuerySummary> run(const Query& query, std::span<const DataSource> sources,
                                         const Sink& sink) override {
    interrupted_ = false;
    const auto statement = parse(query);
    if (!statement) return fail(statement.error());
    auto plans = plan(*statement, sources);
    if (!plans) return fail(plans.error());
    for (bool retried = false;; retried = true) {
      bool fresh = false;
      const auto instance = pool_.get(*plans, options_, fresh);
      if (!instance) return fail(instance.error());
      if (interrupted_) return fail(statement_error({DUCKDB_ERROR_INTERRUPT, {}}, {}));
      if (!fresh) (*instance)->refresh(options_.schema_age);
      bool written = false;
      auto summary = execute(**instance, query.text, [&](std::string_view bytes) {
        written = true;
        return sink(bytes);
      });
      if (summary) return *summary;
      const Failure& failure = summary.error().failure;
      Error error = summary.error().presented ? std::move(*summary.error().presented) : (*instance)->present(failure);
      const bool lost = access_problem(failure.message).has_value();
      const bool outdated = !lost && may_be_outdated(failure);
      // An instance may have outlived its server's connections, or know the tables of yesterday.
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

  [[nodiscard]] TestReport test(const DataSource& source) override { return test_connection(source, options_); }

  /// Stops the statement that runs now, from any thread; `run` then answers `cancelled`. Without one it does nothing.
  void interrupt() {
    const std::scoped_lock lock{running_mutex_};
    interrupted_ = true;
    if (running_ != nullptr) duckdb_interrupt(running_);
  }

 private:
  static constexpr std::size_t flush_size = std::size_t{64} * 1024;

  /// Either DuckDB's failure or an Error that is presentable already.
  struct RunFailure {
    Failure failure = {};
    std::optional<Error> presented = {};
  };
  using RunOutcome = tl::expected<QuerySummary, RunFailure>;

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

  Result<StatementTables> parse(const Query& query) {
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
    const auto rows = parser_.rows("SELECT CAST(json_serialize_sql(CAST($1 AS VARCHAR)) AS VARCHAR)", query.text);
    if (!rows) return fail(detail::parse_error(statement_error(rows.error(), {}).message));
    return check_statement(rows->empty() || !rows->front()[0] ? std::string_view{}
                                                              : std::string_view{*rows->front()[0]});
  }

  /// Plans for exactly the sources that the statement names; each must have been given.
  static Result<std::vector<AttachPlan>> plan(const StatementTables& statement, std::span<const DataSource> sources) {
    std::vector<AttachPlan> plans;
    for (const std::string& name : statement.sources()) {
      const auto same = [&](const DataSource& source) { return datasource::detail::iequals(source.name, name); };
      auto source = std::ranges::find(sources, name, &DataSource::name);
      if (source == sources.end()) source = std::ranges::find_if(sources, same);
      if (source == sources.end())
        return fail(
            {.kind = ErrorKind::not_found, .message = "there is no data source named \"" + name + "\"", .status = 404});
      auto planned = plan_attach(*source, statement.tables);
      if (!planned) return fail(planned.error());
      if (auto refused = system_schema(statement, *planned)) return fail(std::move(*refused));
      plans.push_back(std::move(*planned));
    }
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

  RunOutcome execute(const Instance& instance, const std::string& sql, const Sink& sink) {
    const auto failed = [](Failure failure) { return tl::unexpected<RunFailure>{RunFailure{std::move(failure)}}; };
    const duckdb_connection connection = instance.connection().get();
    const Running running{*this, connection};
    Prepared prepared;
    if (duckdb_prepare(connection, sql.c_str(), prepared.out()) != DuckDBSuccess)
      return failed(prepare_failure(prepared));
    if (duckdb_prepared_statement_type(prepared.get()) != DUCKDB_STATEMENT_TYPE_SELECT) {
      return tl::unexpected<RunFailure>{RunFailure{{}, detail::refusal("only SELECT is allowed")}};
    }
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
        return tl::unexpected<RunFailure>{
            RunFailure{{},
                       Error{.kind = ErrorKind::unsupported,
                             .message = "column " + column.name + " has the type " + std::string{type} +
                                        ", which a reply cannot hold; cast it to VARCHAR",
                             .status = 400}}};
      }
    }
    buffer_.clear();
    ReplyEncoder reply{buffer_, columns};
    const auto flush = [&] {
      const bool wanted = sink(buffer_.view());
      buffer_.clear();
      return wanted;
    };
    const auto cancelled = [&] { return failed({DUCKDB_ERROR_INTERRUPT, {}}); };
    bool first = true;
    while (true) {
      if (interrupted_) return cancelled();
      const Chunk chunk{duckdb_fetch_chunk(*result.get())};
      if (!chunk) break;
      reply.write(chunk.get());
      if ((first || buffer_.size() >= flush_size) && !flush()) return cancelled();
      first = false;
    }
    if (const Failure failure = Connection::failure_of(result); !failure.message.empty()) return failed(failure);
    reply.finish();
    if (!flush()) return cancelled();
    return QuerySummary{reply.rows()};
  }

  static Failure prepare_failure(const Prepared& prepared) {
    const char* text = duckdb_prepare_error(prepared.get());
    const std::string message = text == nullptr ? "" : text;
    // The C API gives no type here, but DuckDB's message begins with it.
    struct Head {
      std::string_view text;
      duckdb_error_type type;
    };
    constexpr Head heads[] = {{"Parser Error", DUCKDB_ERROR_PARSER},
                              {"Syntax Error", DUCKDB_ERROR_SYNTAX},
                              {"Catalog Error", DUCKDB_ERROR_CATALOG},
                              {"Binder Error", DUCKDB_ERROR_BINDER},
                              {"Permission Error", DUCKDB_ERROR_PERMISSION},
                              {"IO Error", DUCKDB_ERROR_IO},
                              {"Not implemented Error", DUCKDB_ERROR_NOT_IMPLEMENTED},
                              {"Conversion Error", DUCKDB_ERROR_CONVERSION},
                              {"Out of Range Error", DUCKDB_ERROR_OUT_OF_RANGE},
                              {"Invalid Input Error", DUCKDB_ERROR_INVALID_INPUT},
                              {"INTERNAL Error", DUCKDB_ERROR_INTERNAL},
                              {"FATAL Error", DUCKDB_ERROR_FATAL},
                              {"INTERRUPT Error", DUCKDB_ERROR_INTERRUPT},
                              {"Out of Memory Error", DUCKDB_ERROR_OUT_OF_MEMORY}};
    for (const Head& head : heads) {
      if (message.starts_with(head.text)) return {head.type, message};
    }
    return {DUCKDB_ERROR_INVALID, message};
  }

  Options options_;
  Database parser_database_;  // outlives its connection
  Connection parser_;
  InstancePool pool_;
  JsonWriter buffer_;
  std::mutex running_mutex_;
  duckdb_connection running_ = nullptr;
  std::atomic<bool> interrupted_ = false;
};

}  // namespace datasource::duckdb
