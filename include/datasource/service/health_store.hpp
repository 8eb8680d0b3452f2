#pragma once

#include <datasource/model/error.hpp>
#include <datasource/model/source_health.hpp>

#include <deque>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace datasource {

/// Where the outcomes of probes are kept. They are a record for people: losing the last ones in a crash is no harm, so
/// a write need not be durable when it returned.
class HealthStore {
 public:
  HealthStore() = default;
  HealthStore(const HealthStore&) = delete;
  HealthStore& operator=(const HealthStore&) = delete;
  virtual ~HealthStore() = default;

  /// Adds an outcome; what is older than `oldest`, or more than it keeps of one source, may go.
  virtual Result<void> append(std::string_view source, const ProbeOutcome& outcome, Moment oldest) = 0;
  /// The newest outcomes of a source, newest first, at most so many.
  [[nodiscard]] virtual Result<std::vector<ProbeOutcome>> newest(std::string_view source, std::size_t most) = 0;
  /// Gives all outcomes since a moment, those of one source in order.
  virtual Result<void> each_since(Moment oldest,
                                  const std::function<void(std::string_view source, ProbeOutcome outcome)>& visit) = 0;
  /// Removes what is known of a source.
  virtual Result<void> forget(std::string_view source) = 0;
};

/// A record that lives as long as the process.
class MemoryHealthStore final : public HealthStore {
 public:
  /// @param most Outcomes that are kept of one source.
  explicit MemoryHealthStore(std::size_t most = 1000) : most_{most} {}

  Result<void> append(std::string_view source, const ProbeOutcome& outcome, Moment oldest) override {
    auto& outcomes = outcomes_[std::string{source}];
    outcomes.push_back(outcome);
    while (outcomes.size() > most_ || outcomes.front().time < oldest) outcomes.pop_front();
    return {};
  }
  Result<std::vector<ProbeOutcome>> newest(std::string_view source, std::size_t most) override {
    const auto found = outcomes_.find(source);
    if (found == outcomes_.end()) return std::vector<ProbeOutcome>{};
    std::vector<ProbeOutcome> newest;
    for (auto each = found->second.rbegin(); each != found->second.rend() && newest.size() < most; ++each)
      newest.push_back(*each);
    return newest;
  }
  /// See HealthStore. Never fails.
  Result<void> each_since(Moment oldest, const std::function<void(std::string_view, ProbeOutcome)>& visit) override {
    for (const auto& [source, outcomes] : outcomes_) {
      for (const ProbeOutcome& each : outcomes) {
        if (each.time >= oldest) visit(source, each);
      }
    }
    return {};
  }
  Result<void> forget(std::string_view source) override {
    if (const auto found = outcomes_.find(source); found != outcomes_.end()) outcomes_.erase(found);
    return {};
  }

 private:
  std::size_t most_;
  std::map<std::string, std::deque<ProbeOutcome>, std::less<>> outcomes_;
};

}  // namespace datasource
