#pragma once

#include <datasource/model/data_source.hpp>
#include <datasource/model/error.hpp>
#include <datasource/model/source_health.hpp>
#include <datasource/model/test_report.hpp>
#include <datasource/service/health_store.hpp>
#include <datasource/service/source_map.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace datasource {

/// The moment that it is.
inline Moment system_moment() {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

/// What a connection test says of a source's health.
inline ProbeOutcome outcome_of(const TestReport& report, ProbeCause cause) {
  ProbeOutcome outcome{.up = report.passed, .cause = cause, .message = report.message};
  for (const Check& check : report.checks) {
    outcome.duration_ms += check.duration_ms;
    if (check.status == CheckStatus::failed && outcome.check.empty()) outcome.check = check.name;
  }
  return outcome;
}

/// The rules of health: what an outcome makes of a source's state, and what its past amounts to. It knows no clock but
/// the one it is given, and keeps outcomes in a HealthStore.
class HealthBook {
 public:
  /// How a HealthBook looks at the past.
  struct Options {
    std::chrono::milliseconds window{86'400'000};  ///< How far back; older outcomes go.
    /// How long an outcome speaks for its source: time beyond it, such as when the gateway was off, was not observed.
    std::chrono::milliseconds longest_gap{300'000};
    std::function<Moment()> now = system_moment;  ///< The clock.
  };

  /// Reads what the store has. A store that cannot be read is taken for empty.
  HealthBook(std::unique_ptr<HealthStore> store, Options options)
      : store_{std::move(store)}, options_{std::move(options)} {
    (void)store_->each_since(oldest(), [this](std::string_view source, ProbeOutcome outcome) {
      note(entries_[std::string{source}], std::move(outcome));
    });
  }

  /// Takes an outcome down, at this moment. Errors: the store's; the state is known all the same.
  Result<void> record(std::string_view source, ProbeOutcome outcome) {
    outcome.time = options_.now();
    auto stored = store_->append(source, outcome, oldest());
    note(entries_[std::string{source}], std::move(outcome));
    return stored;
  }

  /// A statement ended, by an error when there is one. That a source could not be reached or entered is an outcome,
  /// when the error names it or there is but one; else, and where a source answered that was down, it is a reason to
  /// probe. Gives the names of those that should be probed now.
  std::vector<std::string> statement_ended(const std::vector<std::string>& sources, const Error* error) {
    std::vector<std::string> suspects;
    const bool unreached = error != nullptr && is_unreached(*error);
    if (error != nullptr && !unreached) return suspects;
    for (const std::string& source : sources) {
      const bool down = state(source) == HealthState::down;
      if (unreached == down) continue;
      const std::string prefix = source + ": ";
      const bool named = unreached && error->message.starts_with(prefix);
      if (named || (unreached && sources.size() == 1))
        (void)record(source, {.cause = ProbeCause::statement,
                              .check = "statement",
                              .message = named ? error->message.substr(prefix.size()) : error->message});
      suspects.push_back(source);
    }
    return suspects;
  }

  /// A source was written: how it is is not known any more, how it was stays.
  void renew(std::string_view source) {
    const auto found = entries_.find(source);
    if (found == entries_.end()) return;
    found->second.since.reset();
    found->second.current = false;
  }

  /// A source is gone, and its past with it.
  void forget(std::string_view source) {
    if (const auto found = entries_.find(source); found != entries_.end()) entries_.erase(found);
    (void)store_->forget(source);
  }

  /// How a source is; never `disabled`, which its registration says.
  [[nodiscard]] HealthState state(std::string_view source) const {
    const auto found = entries_.find(source);
    if (found == entries_.end() || !found->second.current) return HealthState::unknown;
    return found->second.last->up ? HealthState::up : HealthState::down;
  }

  /// A source as reads show it: ERROR while it is ACTIVE and down.
  [[nodiscard]] SourcePtr shown(SourcePtr source) const {
    if (source->status != Status::active || state(source->name) != HealthState::down) return source;
    DataSource down = *source;
    down.status = Status::error;
    return std::make_shared<const DataSource>(std::move(down));
  }

  /// All that is known of a source but its single probes.
  [[nodiscard]] SourceHealth summary(const DataSource& source) const {
    const bool disabled = source.status == Status::disabled;
    SourceHealth health{
        .name = source.name, .state = disabled ? HealthState::disabled : state(source.name), .window = options_.window};
    const auto found = entries_.find(source.name);
    if (found == entries_.end()) return health;
    const Entry& entry = found->second;
    if (!disabled) health.since = entry.since;
    health.last = entry.last;
    look_back(entry, health);
    return health;
  }

  /// The same with the newest probes. Errors: the store's.
  [[nodiscard]] Result<SourceHealth> history(const DataSource& source, std::size_t most) const {
    auto probes = store_->newest(source.name, most);
    if (!probes) return fail(probes.error());
    SourceHealth health = summary(source);
    health.probes = std::move(*probes);
    return health;
  }

 private:
  /// Whether an engine could not reach or enter a source. A time-out without a type is of the statement itself.
  static bool is_unreached(const Error& error) {
    return error.kind == ErrorKind::connection || error.type == "DataSourceAuthenticationException" ||
           (error.kind == ErrorKind::timeout && error.type == "TimeoutException");
  }

  /// A time in which the source was one way.
  struct Span {
    Moment from, until;
    bool up;
  };
  struct Entry {
    std::optional<ProbeOutcome> last = {};
    std::optional<Moment> since = {};
    bool current = false;  ///< Whether the last outcome is of the source as it is now.
    std::vector<Span> spans = {};
  };

  [[nodiscard]] Moment oldest() const { return options_.now() - options_.window; }

  /// An outcome speaks for the time up to the next one, unless that comes too late.
  void note(Entry& entry, ProbeOutcome outcome) {
    if (!entry.current || entry.last->up != outcome.up || !entry.since) entry.since = outcome.time;
    if (!entry.spans.empty()) {
      Span& last = entry.spans.back();
      last.until = std::max(last.until, std::min(outcome.time, entry.last->time + options_.longest_gap));
    }
    if (entry.spans.empty() || entry.spans.back().up != outcome.up || entry.spans.back().until < outcome.time)
      entry.spans.push_back({outcome.time, outcome.time, outcome.up});
    const Moment limit = outcome.time - options_.window;
    const auto is_past = [limit](const Span& span) { return span.until < limit; };
    entry.spans.erase(entry.spans.begin(), std::find_if_not(entry.spans.begin(), entry.spans.end(), is_past));
    entry.current = true;
    entry.last = std::move(outcome);
  }

  void look_back(const Entry& entry, SourceHealth& health) const {
    const Moment now = options_.now(), limit = now - options_.window;
    std::chrono::milliseconds up{0};
    for (const Span& span : entry.spans) {
      const bool newest = &span == &entry.spans.back();
      const Moment until = newest ? std::min(now, entry.last->time + options_.longest_gap) : span.until;
      const auto length = std::max(std::chrono::milliseconds{0}, until - std::max(span.from, limit));
      health.observed += length;
      if (span.up) up += length;
    }
    if (health.observed.count() > 0) {
      health.uptime = static_cast<double>(up.count()) / static_cast<double>(health.observed.count());
    } else if (entry.last) {
      health.uptime = entry.last->up ? 1 : 0;
    }
  }

  std::unique_ptr<HealthStore> store_;
  Options options_;
  std::map<std::string, Entry, std::less<>> entries_;
};

}  // namespace datasource
