#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace datasource {

/// A moment, in UTC.
using Moment = std::chrono::sys_time<std::chrono::milliseconds>;

/// How a data source was when it was last reached for.
enum class HealthState {
  unknown,   ///< Nobody has reached for it since it was made, changed or enabled.
  up,        ///< The last probe passed.
  down,      ///< The last probe failed; reads show its status as ERROR, and statements are still tried.
  disabled,  ///< It is DISABLED and not probed.
};

/// `unknown`, `up`, `down` or `disabled`.
constexpr std::string_view to_string(HealthState state) {
  constexpr std::string_view names[] = {"unknown", "up", "down", "disabled"};
  return names[static_cast<std::size_t>(state)];
}

/// Why somebody reached for a source.
enum class ProbeCause {
  interval,   ///< It was its turn.
  test,       ///< A person or a program tested the stored source.
  statement,  ///< A statement could not reach it.
};

/// `interval`, `test` or `statement`.
constexpr std::string_view to_string(ProbeCause cause) {
  constexpr std::string_view names[] = {"interval", "test", "statement"};
  return names[static_cast<std::size_t>(cause)];
}

/// What came of reaching for a source once.
struct ProbeOutcome {
  Moment time = {};                         ///< When it ended.
  bool up = false;                          ///< Whether the source answered as it should.
  double duration_ms = 0;                   ///< Milliseconds that it took.
  ProbeCause cause = ProbeCause::interval;  ///< What it was for.
  std::string check = {};    ///< The check of the connection test that failed, such as `connect`; empty when up.
  std::string message = {};  ///< The system and its version, or what is wrong and what to do.

  friend bool operator==(const ProbeOutcome&, const ProbeOutcome&) = default;
};

/// The health of a data source: how it is, since when, and how it was.
struct SourceHealth {
  std::string name = {};                         ///< Of the source.
  HealthState state = HealthState::unknown;      ///< How it is.
  std::optional<Moment> since = {};              ///< When it became so; nothing while it is unknown or disabled.
  std::optional<double> uptime = {};             ///< Share of the observed time that it was up, 0 to 1.
  std::chrono::milliseconds observed{0};         ///< How much of the window was observed.
  std::chrono::milliseconds window{86'400'000};  ///< What `uptime` looks back on.
  std::optional<ProbeOutcome> last = {};         ///< The newest outcome.
  std::vector<ProbeOutcome> probes = {};         ///< The newest outcomes, newest first; empty in a summary.
};

/// The health of all data sources.
struct HealthSummary {
  std::vector<SourceHealth> sources = {};  ///< By name, without their probes.
};

}  // namespace datasource
