#pragma once

#include <datasource/engine/duckdb/attach.hpp>
#include <datasource/engine/duckdb/instance.hpp>
#include <datasource/engine/duckdb/options.hpp>
#include <datasource/model/test_report.hpp>

#include <chrono>
#include <utility>
#include <vector>

namespace datasource::duckdb {

/// Attaches the source in an instance of its own and says what came of it.
inline TestReport test_connection(const DataSource& source, const Options& options) {
  TestReport report{.name = source.name, .connector = source.connector.id};
  const auto begin = std::chrono::steady_clock::now();
  auto plan = plan_attach(source, {});
  std::vector<AttachPlan> plans;
  if (plan) plans.push_back(std::move(*plan));
  const auto opened = plan ? Instance::open(std::move(plans), options) : Result<std::unique_ptr<Instance>>{fail(plan.error())};
  const double duration = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
  report.passed = opened.has_value();
  report.message = opened ? "the connection works" : opened.error().message;
  report.checks.push_back({"open", "Open", opened ? CheckStatus::passed : CheckStatus::failed, duration, report.message});
  return report;
}

}  // namespace datasource::duckdb
