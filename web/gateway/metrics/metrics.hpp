#pragma once

#include "audit.hpp"

#include <datasource/model/source_health.hpp>

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace datasource::gateway {

/// What the gateway counts, in the text format of Prometheus.
class Metrics {
 public:
  /// What is measured at the moment of asking.
  struct Gauges {
    std::string version = {};
    std::string engine = {};
    std::size_t processes = 0, idle = 0, waiting = 0;
    std::size_t statements = 0, cursors = 0;
    std::uint64_t cached_results = 0, cached_bytes = 0;
    std::vector<SourceHealth> sources = {};
  };

  Metrics();

  /// Counts what somebody did.
  void note(const AuditEntry& entry);
  [[nodiscard]] std::string text(const Gauges& now) const;

 private:
  prometheus::Registry counted_;
  prometheus::Family<prometheus::Counter>& requests_;
  /// Of each action, those that failed and those that did not; null: there was none.
  std::map<std::string, std::array<prometheus::Counter*, 2>> actions_ = {};
  prometheus::Family<prometheus::Counter>& statements_;
  prometheus::Family<prometheus::Counter>& cache_;
  prometheus::Counter& rows_;
  prometheus::Histogram& duration_;
};

}  // namespace datasource::gateway
