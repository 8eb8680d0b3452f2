#pragma once

#include <datasource/engine/trino/catalog.hpp>
#include <datasource/engine/trino/delivery.hpp>
#include <datasource/engine/trino/describe.hpp>
#include <datasource/engine/trino/errors.hpp>
#include <datasource/engine/trino/explain.hpp>
#include <datasource/engine/trino/gate.hpp>
#include <datasource/engine/trino/options.hpp>
#include <datasource/engine/trino/probe.hpp>
#include <datasource/engine/trino/rewrite.hpp>
#include <datasource/engine/trino/session.hpp>
#include <datasource/engine/trino/statement.hpp>
#include <datasource/http/transport.hpp>
#include <datasource/service/engine.hpp>

#include <tl/expected.hpp>

#include <algorithm>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace datasource::trino {

/// A Trino as the engine: each source is a dynamic catalog of its own, made when it is first needed. A statement passes
/// three gates: a scan of its tokens (check_statement()), which also finds its sources; the service, which says which
/// of them the caller may read; and Trino's own plan (read_io_plan()), which says what the statement would read. One
/// thread at a time may call it; `interrupt` may come from any.
template <Transport Tr>
class Engine final : public datasource::Engine {
 public:
  /// Sends nothing yet. @pre `options.fingerprint` is set
  Engine(Tr transport, Options options)
      : options_{std::move(options)}, session_{std::move(transport), options_.server} {}

  /// `trino` and the number that the server said; without it where the server did not answer.
  [[nodiscard]] std::string version() const override { return version_; }
  /// Notes what the server said its version is.
  void set_version(const std::string& number) { version_ = "trino " + number; }

  [[nodiscard]] bool serves(const Connector& connector) const override { return connector.in_trino(); }

  [[nodiscard]] Result<std::vector<std::string>> sources_of(const Query& query) override {
    const auto names = parse(query);
    if (!names) return fail(names.error());
    return names->sources();
  }

  [[nodiscard]] Result<QuerySummary> run(const Query& query, std::span<const DataSource> sources,
                                         const Sink& sink) override {
    Query whole = query;
    whole.fetch_size = 0;
    return run_pages(whole, sources, {.bytes = sink});
  }

  [[nodiscard]] Result<QuerySummary> run_pages(const Query& query, std::span<const DataSource> sources,
                                               const PageSink& sink) override {
    const std::stop_token stop = begin();
    return with_catalogs<QuerySummary>(query, sources, stop,
                                       [&](const Rewritten& statement, std::span<const CatalogPlan> plans) {
                                         return deliver(query, statement, plans, sink, stop);
                                       });
  }

  [[nodiscard]] Result<std::string> explain(const Query& query, std::span<const DataSource> sources) override {
    const std::stop_token stop = begin();
    return with_catalogs<std::string>(
        query, sources, stop,
        [&](const Rewritten& statement, std::span<const CatalogPlan> plans) -> Attempt<std::string> {
          std::optional<TrinoLocation> place;
          const auto rows =
              session_.rows(session_.statement(asked("EXPLAIN (FORMAT JSON)\n", statement, query)), stop, &place);
          if (!rows) return told(rows.error(), place, statement, plans, lines_before(query));
          const std::string plan = rows->empty() || rows->front().empty() ? "" : plan_json(rows->front().front());
          if (plan.empty())
            return refused({.kind = ErrorKind::unsupported, .message = "the plan of this statement cannot be told"});
          return presentable(plan, plans);
        });
  }

  [[nodiscard]] Result<SchemaPage> schema(const DataSource& source, const SchemaRequest& wanted) override {
    const std::stop_token stop = begin();
    const auto plan = plan_of(source);
    if (!plan) return fail(plan.error());
    for (bool again : {true, false}) {
      if (auto made = session_.provide(*plan, stop); !made) return fail(made.error());
      auto tables = list_tables(session_, *plan, stop);
      if (!tables && again && tables.error().type == "CATALOG_NOT_FOUND") {
        session_.forget();
        continue;
      }
      if (!tables) return fail(access_error(tables.error(), *plan));
      auto page = schema_page(source.name, std::move(*tables), wanted);
      if (!page) return page;
      if (auto described = describe_columns(session_, *plan, *page, stop); !described)
        return fail(access_error(described.error(), *plan));
      return page;
    }
    return fail(ErrorKind::server, "the catalog of " + source.name + " is not there");
  }

  [[nodiscard]] TestReport test(const DataSource& source) override {
    const std::stop_token stop = begin();
    return Probe<Tr>{session_, stop}.run(source, plan_of(source));
  }

  [[nodiscard]] Result<void> admit(const DataSource& source) override {
    const std::stop_token stop = begin();
    return plan_of(source).and_then([&](const CatalogPlan& plan) {
      session_.forget();  // it may have been dropped by another process
      return session_.provide(plan, stop);
    });
  }

  [[nodiscard]] Result<Drift> reconcile(std::span<const DataSource> sources,
                                        std::span<const DataSource> others = {}) override {
    const std::stop_token stop = begin();
    const auto there = session_.catalogs(options_.prefix, stop);
    if (!there) return fail(there.error());
    session_.forget();
    Drift drift;
    std::set<std::string> wanted;
    for (const DataSource& source : sources) {
      const auto plan = plan_of(source);
      if (!plan) {
        if (plan.error().kind != ErrorKind::unsupported)
          drift.refused.push_back(source.name + ": " + plan.error().message);
        continue;
      }
      wanted.insert(plan->name);
      if (std::find(there->begin(), there->end(), plan->name) != there->end()) continue;
      if (const auto made = session_.provide(*plan, stop); made) {
        drift.missing.push_back(source.name);
      } else {
        drift.refused.push_back(source.name + ": " + made.error().message);
      }
    }
    for (const DataSource& source : others) {
      if (const auto plan = plan_of(source)) wanted.insert(plan->name);
    }
    for (const std::string& name : *there) {
      if (wanted.contains(name)) continue;
      if (auto dropped = session_.drop(name, stop); !dropped) return fail(dropped.error());
      drift.dropped.push_back(name);
    }
    return drift;
  }

  /// Stops what runs now, from any thread, on the server too; `run` then answers `cancelled`.
  void interrupt() {
    const std::scoped_lock lock{mutex_};
    stop_.request_stop();
  }

 private:
  /// Why something did not work; `again` where Trino has forgotten a catalog and nothing is written yet.
  struct Refusal {
    Error error;
    bool again = false;
  };
  template <class T>
  using Attempt = tl::expected<T, Refusal>;

  [[nodiscard]] std::stop_token begin() {
    const std::scoped_lock lock{mutex_};
    stop_ = std::stop_source{};
    return stop_.get_token();
  }

  [[nodiscard]] Result<CatalogPlan> plan_of(const DataSource& source) const {
    return plan_catalog(source, options_.prefix, options_.fingerprint);
  }

  static Result<StatementNames> parse(const Query& query) {
    if (query.language != Language::sql)
      return fail({.kind = ErrorKind::unsupported,
                   .message = "this engine speaks SQL only; PPL is answered by an OpenSearch upstream",
                   .status = 501});
    auto names = check_statement(query.text);
    if (names && names->parameters != query.parameters.size())
      return fail(invalid({{"parameters", "parameter_count",
                            "the statement waits for " + std::to_string(names->parameters) + " values, and " +
                                std::to_string(query.parameters.size()) + " were given",
                            "send one value for each ? in \"parameters\""}}));
    return names;
  }

  static Result<std::string> asked(std::string_view head, const Rewritten& statement, const Query& query) {
    return protocol::trino_statement_text(statement.text, query.parameters).map([&](const std::string& text) {
      return std::string{head} + text;
    });
  }

  [[nodiscard]] static Error access_error(const Error& error, const CatalogPlan& plan) {
    Error told = error;
    told.message = presentable(told.message, {&plan, 1});
    if (const auto known = access_failure(error.message, plan); known && error.kind == ErrorKind::connection) {
      told.message = plan.source + ": " + known->message;
      told.type = "ConnectionException";
    }
    return told;
  }

  /// Lines that stand before the user's text in a question about it. Values make a text of their own of it.
  static int lines_before(const Query& query) { return query.parameters.empty() ? 1 : 0; }

  static tl::unexpected<Refusal> refused(Error error) { return tl::unexpected<Refusal>{Refusal{std::move(error)}}; }

  /// Trino's own failure, in the user's terms.
  static tl::unexpected<Refusal> told(const Error& error, const std::optional<TrinoLocation>& place,
                                      const Rewritten& statement, std::span<const CatalogPlan> plans,
                                      int lines_before) {
    Error presented = present(error, place, statement, plans, lines_before);
    const auto source = [&](const CatalogPlan& plan) { return error.message.find(plan.name) != std::string::npos; };
    const auto plan = plans.size() == 1 ? plans.begin() : std::find_if(plans.begin(), plans.end(), source);
    if (error.kind == ErrorKind::connection && plan != plans.end()) presented = access_error(presented, *plan);
    return tl::unexpected<Refusal>{Refusal{std::move(presented), error.type == "CATALOG_NOT_FOUND"}};
  }

  /// Checks a statement, makes its catalogs, asks Trino what it would read, and does something with it; once more where
  /// Trino has forgotten a catalog that this process made.
  template <class T, class Action>
  Result<T> with_catalogs(const Query& query, std::span<const DataSource> sources, const std::stop_token& stop,
                          Action&& action) {
    const auto names = parse(query);
    if (!names) return fail(names.error());
    const auto plans = plan(*names, sources);
    if (!plans) return fail(plans.error());
    const auto statement = rewrite(query.text, *names, *plans);
    if (!statement) return fail(statement.error());
    for (bool retried = false;; retried = true) {
      for (const CatalogPlan& each : *plans) {
        if (auto made = session_.provide(each, stop); !made) return fail(std::move(made.error()));
      }
      Attempt<T> attempt =
          gate(query, *statement, *plans, stop).and_then([&] { return Attempt<T>{action(*statement, *plans)}; });
      if (attempt) return std::move(*attempt);
      if (!attempt.error().again || retried) return fail(std::move(attempt.error().error));
      session_.forget();
    }
  }

  /// Plans for exactly the sources that the statement names; each must have been given.
  Result<std::vector<CatalogPlan>> plan(const StatementNames& names, std::span<const DataSource> sources) const {
    std::vector<CatalogPlan> plans;
    for (const std::string& name : names.sources()) {
      const auto source = std::find_if(sources.begin(), sources.end(), [&](const DataSource& each) {
        return datasource::detail::iequals(each.name, name);
      });
      if (source == sources.end())
        return fail(
            {.kind = ErrorKind::not_found, .message = "there is no data source named \"" + name + "\"", .status = 404});
      auto planned = plan_of(*source);
      if (!planned) return fail(std::move(planned.error()));
      plans.push_back(std::move(*planned));
    }
    return plans;
  }

  Attempt<void> gate(const Query& query, const Rewritten& statement, std::span<const CatalogPlan> plans,
                     const std::stop_token& stop) {
    std::optional<TrinoLocation> place;
    const auto rows = session_.rows(session_.statement(asked(io_plan_question, statement, query)), stop, &place);
    if (!rows) return told(rows.error(), place, statement, plans, lines_before(query));
    const bool one = rows->size() == 1 && rows->front().size() == 1;
    if (auto error = read_io_plan(one ? rows->front().front() : std::string{}, plans)) {
      error->message = presentable(std::move(error->message), plans);
      return refused(std::move(*error));
    }
    return {};
  }

  Attempt<QuerySummary> deliver(const Query& query, const Rewritten& rewritten, std::span<const CatalogPlan> plans,
                                const PageSink& sink, const std::stop_token& stop) {
    Delivery delivery{query, sink, options_.row_limit};
    TrinoStatement statement = session_.statement(asked({}, rewritten, query));
    const auto ended = [&](Error error) -> Attempt<QuerySummary> {
      session_.close(statement);
      const bool again = error.type == "CATALOG_NOT_FOUND" && !delivery.sent();
      auto summary = delivery.fail_with(std::move(error));
      if (!summary) return tl::unexpected<Refusal>{Refusal{std::move(summary.error()), again}};
      return std::move(*summary);
    };
    while (!statement.finished()) {
      auto page = session_.next(statement, stop);
      if (!page) {
        Refusal failure = told(page.error(), statement.location(), rewritten, plans, 0).value();
        return ended(std::move(failure.error));
      }
      // A result without rows has columns all the same.
      if (page->rows.columns().empty() && !delivery.begun()) {
        if (page->columns.empty()) continue;
        const auto none = protocol::read_trino_rows("[]", page->columns);
        if (none) delivery.begin(*none);
        continue;
      }
      const auto outcome = delivery.take(page->rows);
      if (!outcome) return ended(outcome.error());
      if (*outcome == Delivery::Outcome::more) continue;
      if (*outcome == Delivery::Outcome::cancelled)
        return ended({.kind = ErrorKind::cancelled, .message = "the statement was cancelled"});
      session_.close(statement);
      return QuerySummary{delivery.rows(), {}};
    }
    if (!delivery.begun())
      return refused({.kind = ErrorKind::server, .message = "Trino gave no columns for this statement"});
    if (!delivery.finish()) return ended({.kind = ErrorKind::cancelled, .message = "the statement was cancelled"});
    return QuerySummary{delivery.rows(), {}};
  }

  Options options_;
  Session<Tr> session_;
  std::string version_ = "trino";
  std::mutex mutex_;
  std::stop_source stop_;
};

}  // namespace datasource::trino
