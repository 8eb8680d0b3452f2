#pragma once

#include "engine/pool.hpp"

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace datasource::gateway {

/// Replies in pages that were not read to their end, by the cursor of the page that follows. Each holds an engine
/// process in which the rest of the rows waits.
class Cursors {
 public:
  using Clock = std::chrono::steady_clock;

  struct Entry {
    Pool::Lease lease;
    std::string engine = {};                ///< Its id.
    std::vector<std::string> sources = {};  ///< For the audit log.
  };

  /// @param keep How long a cursor may stay unused before it is closed.
  explicit Cursors(std::chrono::milliseconds keep) : keep_{keep} {}

  void put(std::string cursor, Entry entry) {
    entries_.try_emplace(std::move(cursor), std::move(entry), Clock::now() + keep_);
  }

  /// The reply behind a cursor, which is thereby used up.
  [[nodiscard]] std::optional<Entry> take(std::string_view cursor) {
    const auto found = entries_.find(cursor);
    if (found == entries_.end()) return std::nullopt;
    std::optional<Entry> entry{std::move(found->second.entry)};
    entries_.erase(found);
    return entry;
  }

  /// Closes what was not used for too long.
  void expire(Clock::time_point now) {
    std::erase_if(entries_, [now](const auto& each) { return each.second.until < now; });
  }
  void clear() { entries_.clear(); }

  [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }

 private:
  struct Kept {
    Kept(Entry given, Clock::time_point time) : entry{std::move(given)}, until{time} {}

    Entry entry;
    Clock::time_point until;
  };

  std::chrono::milliseconds keep_;
  std::map<std::string, Kept, std::less<>> entries_;
};

}  // namespace datasource::gateway
