#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace datasource::gateway {

/// The statements that run now, by their ids. Clients choose ids, so several may share one.
class Running {
 public:
  /// A statement, for as long as it runs.
  class Entry {
   public:
    Entry(Running& running, std::string id, const boost::asio::any_io_executor& executor)
        : running_{running},
          cancelled_{executor, boost::asio::steady_timer::time_point::max()},
          place_{running.entries_.emplace(std::move(id), this)} {}
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;
    ~Entry() { running_.entries_.erase(place_); }

    /// Completes when somebody cancels the statement.
    [[nodiscard]] boost::asio::steady_timer& cancelled() noexcept { return cancelled_; }
    [[nodiscard]] const std::string& id() const noexcept { return place_->first; }

   private:
    Running& running_;
    boost::asio::steady_timer cancelled_;
    std::multimap<std::string, Entry*, std::less<>>::iterator place_;

    friend class Running;
  };

  /// Cancels all statements of that id; gives their number.
  std::size_t cancel(std::string_view id) {
    const auto [first, last] = entries_.equal_range(id);
    std::size_t count = 0;
    for (auto at = first; at != last; ++at, ++count) at->second->cancelled_.cancel();
    return count;
  }

  [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }

 private:
  std::multimap<std::string, Entry*, std::less<>> entries_;
};

}  // namespace datasource::gateway
