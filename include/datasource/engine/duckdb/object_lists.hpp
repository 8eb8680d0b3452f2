#pragma once

#include <datasource/engine/duckdb/instance.hpp>
#include <datasource/engine/duckdb/objects.hpp>
#include <datasource/engine/duckdb/options.hpp>

#include <chrono>
#include <list>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace datasource::duckdb {

/// What the object stores that were used last held when it was last looked. Setting up a look costs tens of
/// milliseconds and each look a request, so both are kept.
class ObjectLists {
 public:
  struct Entry {
    std::vector<std::string> key;  ///< The statements that set the look up.
    std::unique_ptr<Instance> instance;
    std::vector<FileTable> tables = {};
    std::chrono::steady_clock::time_point seen = std::chrono::steady_clock::time_point::min();

    [[nodiscard]] bool fresh(std::chrono::milliseconds age) const {
      return seen != std::chrono::steady_clock::time_point::min() && std::chrono::steady_clock::now() - seen < age;
    }
  };

  /// The entry for a plan's store; set up when there is none.
  Result<Entry*> get(const AttachPlan& plan, const Options& options) {
    const auto found = std::ranges::find(entries_, plan.statements, &Entry::key);
    if (found != entries_.end()) {
      entries_.splice(entries_.begin(), entries_, found);
      return &entries_.front();
    }
    auto instance = Instance::open_unlocked({plan}, options);
    if (!instance) return fail(instance.error());
    if (entries_.size() >= options.instances) entries_.pop_back();
    entries_.push_front({plan.statements, std::move(*instance)});
    return &entries_.front();
  }

  void drop(const Entry* entry) {
    std::erase_if(entries_, [&](const Entry& each) { return &each == entry; });
  }

 private:
  std::list<Entry> entries_;
};

}  // namespace datasource::duckdb
