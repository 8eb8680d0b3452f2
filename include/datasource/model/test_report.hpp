#pragma once

#include <cmath>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace datasource {

/// What became of one check; `skipped` when one before it failed.
enum class CheckStatus { passed, failed, skipped };

/// `passed`, `failed` or `skipped`.
constexpr std::string_view to_string(CheckStatus status) {
  return status == CheckStatus::passed ? "passed" : status == CheckStatus::failed ? "failed" : "skipped";
}

/// One step of a connection test.
struct Check {
  std::string name = {};   ///< Stable: `resolve`, `connect`, `tls`, `authenticate`, `version`, `tables`, `open`.
  std::string title = {};  ///< For people: "Resolve host name".
  CheckStatus status = CheckStatus::skipped;  ///< What became of it.
  double duration_ms = 0;                     ///< Milliseconds; 0 when skipped.
  std::string message = {};                   ///< What was found, or what is wrong and what to do.
};

/// The outcome of a connection test: the checks in the order they ran; after a failed one the rest are skipped.
struct TestReport {
  std::string name = {};           ///< Of the source.
  std::string connector = {};      ///< Its id.
  bool passed = false;             ///< Whether no check failed.
  std::string message = {};        ///< The system and its version, or the failed check's message.
  std::vector<Check> checks = {};  ///< In the order in which they were made.
};

/// `resolve 1 ms, connect 2 ms, authenticate 4 ms: PostgreSQL 15.18`
inline std::ostream& operator<<(std::ostream& out, const TestReport& report) {
  const char* separator = "";
  for (const Check& check : report.checks) {
    if (check.status == CheckStatus::skipped) continue;
    out << separator << check.name;
    if (check.status == CheckStatus::failed) {
      out << " failed";
    } else {
      out << ' ' << std::lround(check.duration_ms) << " ms";
    }
    separator = ", ";
  }
  return out << (report.checks.empty() ? "" : ": ") << report.message;
}

}  // namespace datasource
