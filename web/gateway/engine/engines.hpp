#pragma once

#include "engine/pool.hpp"

#include <datasource/model/engine_status.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace datasource::gateway {

/// The processes of each engine that the gateway runs, in the order of Service::engines(), and what is known of it.
class Engines {
 public:
  struct Entry {
    std::unique_ptr<Pool> pool;
    std::optional<DriftCheck> at_start = {};  ///< The first comparison of its server with the registry.
    std::optional<DriftCheck> last_check = {};
  };

  void add(std::unique_ptr<Pool> pool) { entries_.push_back({.pool = std::move(pool)}); }

  [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }
  [[nodiscard]] Pool& pool(std::size_t engine) const { return *entries_[engine].pool; }
  [[nodiscard]] const Entry& operator[](std::size_t engine) const { return entries_[engine]; }

  /// An engine's server was compared with the registry.
  void note(std::size_t engine, DriftCheck check) {
    Entry& entry = entries_[engine];
    if (!entry.at_start) entry.at_start = check;
    entry.last_check = std::move(check);
  }

  /// Of all engines together.
  [[nodiscard]] Pool::Usage usage() const {
    Pool::Usage all;
    for (const Entry& each : entries_) {
      const Pool::Usage usage = each.pool->usage();
      all.processes += usage.processes;
      all.idle += usage.idle;
      all.waiting += usage.waiting;
    }
    return all;
  }

  /// Starts a process of each for the first statement to find.
  void warm() const {
    for (const Entry& each : entries_) each.pool->warm();
  }

  void stop() const {
    for (const Entry& each : entries_) each.pool->stop();
  }

 private:
  std::vector<Entry> entries_;
};

}  // namespace datasource::gateway
