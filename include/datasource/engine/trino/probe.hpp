#pragma once

#include <datasource/engine/trino/catalog.hpp>
#include <datasource/engine/trino/describe.hpp>
#include <datasource/engine/trino/errors.hpp>
#include <datasource/engine/trino/session.hpp>
#include <datasource/http/transport.hpp>
#include <datasource/model/test_report.hpp>

#include <algorithm>
#include <chrono>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>

namespace datasource::trino {

/// Tests a connection as Trino has it: `open` (Trino takes the settings), `resolve`, `connect`, `tls` and
/// `authenticate` (one step of its driver, whose words tell which of them failed), `tables`. The catalog of a source
/// that is not registered is gone afterwards. No message holds a secret.
template <Transport Tr>
class Probe {
 public:
  /// @pre both outlive it
  Probe(Session<Tr>& session, const std::stop_token& stop) : session_{session}, stop_{stop} {}

  /// @param plan Of the source, or why there is none.
  TestReport run(const DataSource& source, const Result<CatalogPlan>& plan) {
    report_ = {.name = source.name, .connector = source.connector.id, .passed = true};
    bool ours = false;
    step("open", "Hand the settings to Trino", [&]() -> Result<std::string> {
      if (!plan) return fail(plan.error());
      const auto there = session_.catalogs(plan->name, stop_);
      if (!there) return fail(there.error());
      ours = there->empty();
      if (ours) session_.forget();
      if (auto made = session_.provide(*plan, stop_); !made) return fail(made.error());
      return "Trino's connector " + std::string{plan->connector->trino.connector} + " takes them";
    });
    if (report_.passed) reach(*plan);
    skip("resolve", "Resolve host name");
    skip("connect", "Connect to the server");
    skip("tls", "Negotiate TLS");
    skip("authenticate", "Sign in");
    skip("tables", "List tables");
    if (report_.passed)
      report_.message = std::string{plan->connector->title} + " through Trino, " + report_.checks.back().message;
    if (plan && ours) (void)session_.drop(plan->name, {});
    return std::move(report_);
  }

 private:
  template <class Action>
  bool step(const char* name, const char* title, Action&& action) {
    Check check{.name = name, .title = title};
    const auto begin = std::chrono::steady_clock::now();
    const Result<std::string> outcome = action();
    check.duration_ms = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
    check.status = outcome ? CheckStatus::passed : CheckStatus::failed;
    check.message = outcome ? *outcome : outcome.error().message;
    if (!outcome) {
      report_.passed = false;
      report_.message = check.message;
    }
    report_.checks.push_back(std::move(check));
    return outcome.has_value();
  }

  /// The steps that a failure left out.
  void skip(const char* name, const char* title) {
    const auto same = [&](const Check& check) { return check.name == name; };
    if (!report_.passed && std::none_of(report_.checks.begin(), report_.checks.end(), same))
      report_.checks.push_back({.name = name, .title = title, .status = CheckStatus::skipped});
  }

  /// Why the system was not reached. A connector that names schemas by itself reaches it for its tables.
  std::optional<Error> first_contact(const CatalogPlan& plan) {
    const auto reached = [](const auto& answer) {
      return answer ? std::nullopt : std::optional<Error>{answer.error()};
    };
    if (plan.connector->trino.fixed_schemas) return reached(list_tables(session_, plan, stop_));
    return reached(session_.rows("SHOW SCHEMAS FROM " + plan.name, stop_));
  }

  void reach(const CatalogPlan& plan) {
    const auto begin = std::chrono::steady_clock::now();
    const std::optional<Error> failure = first_contact(plan);
    const double took = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
    std::string_view failed;
    std::string message = "as " + (plan.settings.contains("username") ? plan.settings.at("username") : "configured");
    if (failure) {
      const auto known = access_failure(failure->message, plan);
      failed = known ? known->check : plan.connector->trino.fixed_schemas ? "connect" : "authenticate";
      message = known ? known->message : presentable(failure->message, {&plan, 1});
    }
    struct Step {
      const char* name;
      const char* title;
      const char* passed;
    };
    constexpr Step steps[] = {{"resolve", "Resolve host name", "Trino knows it"},
                              {"connect", "Connect to the server", "Trino reaches it"},
                              {"tls", "Negotiate TLS", "as the settings say"},
                              {"authenticate", "Sign in", ""}};
    for (const Step& each : steps) {
      const bool fails = each.name == failed;
      const bool told = fails || std::string_view{each.name} == "authenticate";
      report_.checks.push_back({.name = each.name,
                                .title = each.title,
                                .status = fails ? CheckStatus::failed : CheckStatus::passed,
                                .duration_ms = told ? took : 0,
                                .message = told ? message : each.passed});
      if (!fails) continue;
      report_.passed = false;
      report_.message = message;
      return;
    }
    step("tables", "List tables", [&]() -> Result<std::string> {
      const auto tables = list_tables(session_, plan, stop_);
      if (!tables) return fail(ErrorKind::connection, presentable(tables.error().message, {&plan, 1}));
      return std::to_string(tables->size()) + (tables->size() == 1 ? " table" : " tables");
    });
  }

  Session<Tr>& session_;
  const std::stop_token& stop_;
  TestReport report_;
};

}  // namespace datasource::trino
