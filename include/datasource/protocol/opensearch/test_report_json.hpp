#pragma once

#include <datasource/detail/json.hpp>
#include <datasource/model/test_report.hpp>

#include <utility>

namespace datasource {

/// The API's JSON of a connection test.
inline detail::OrderedJson to_json(const TestReport& report) {
  detail::OrderedJson checks = detail::OrderedJson::array();
  for (const Check& check : report.checks) {
    checks.push_back({{"name", check.name},
                      {"title", check.title},
                      {"status", to_string(check.status)},
                      {"durationMs", check.duration_ms},
                      {"message", check.message}});
  }
  return {{"name", report.name},
          {"connector", report.connector},
          {"passed", report.passed},
          {"message", report.message},
          {"checks", std::move(checks)}};
}

/// Reads it back; members that are absent stay empty.
inline Result<TestReport> read_test_report(const detail::Json& json) {
  if (!json.is_object() || !json.contains("passed"))
    return fail(ErrorKind::malformed, "the reply is not a test report");
  TestReport report;
  report.name = detail::text_or_empty(json, "name");
  report.connector = detail::text_or_empty(json, "connector");
  report.passed = json["passed"].is_boolean() && json["passed"].get<bool>();
  report.message = detail::text_or_empty(json, "message");
  if (const auto checks = json.find("checks"); checks != json.end() && checks->is_array()) {
    for (const detail::Json& each : *checks) {
      Check check{.name = detail::text_or_empty(each, "name"), .title = detail::text_or_empty(each, "title")};
      const std::string status = detail::text_or_empty(each, "status");
      check.status = status == "passed"   ? CheckStatus::passed
                     : status == "failed" ? CheckStatus::failed
                                          : CheckStatus::skipped;
      if (const auto duration = each.find("durationMs"); duration != each.end() && duration->is_number())
        check.duration_ms = duration->get<double>();
      check.message = detail::text_or_empty(each, "message");
      report.checks.push_back(std::move(check));
    }
  }
  return report;
}

}  // namespace datasource
