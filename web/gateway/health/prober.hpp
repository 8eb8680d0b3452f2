#pragma once

#include "engine/engines.hpp"

#include <datasource/service/service.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace datasource::gateway {

/// Tests the connection of every ACTIVE source again and again, each at moments of its own, and notes what came of it.
/// It uses processes that no statement waits for.
class Prober {
 public:
  struct Options {
    std::chrono::milliseconds interval{60'000};  ///< Between two probes of a source; up to a tenth more or less.
    std::chrono::milliseconds limit{15'000};     ///< A source that does not answer for so long is down.
    std::size_t parallel = 2;                    ///< Probes at a time.
  };

  Prober(boost::asio::any_io_executor executor, Service& service, Engines& engines, Options options);

  /// Begins, with the sources that are registered.
  void start();
  /// Ends, without waiting for probes that are under way.
  void stop();

  /// A source was written, and is probed soon, or is gone.
  void changed(std::string_view name, SourceChange change);
  /// Probes these sources soon, those that were not probed just now.
  void suspect(const std::vector<std::string>& names);

 private:
  using Clock = std::chrono::steady_clock;

  void schedule(const std::string& name, Clock::time_point due);
  void unschedule(std::string_view name);
  void begin_due();
  /// When the next probe may begin; never while as many run as may, or none is due.
  [[nodiscard]] Clock::time_point next_turn() const;
  /// Wakes the loop if it would sleep longer than that.
  void wake_for_first();
  [[nodiscard]] Clock::duration jittered(Clock::duration around);
  [[nodiscard]] boost::asio::awaitable<void> run();
  [[nodiscard]] boost::asio::awaitable<void> probe(std::string name);
  [[nodiscard]] boost::asio::awaitable<void> test(const DataSource& source);
  void note(const std::string& name, ProbeOutcome outcome);

  boost::asio::any_io_executor executor_;
  Service& service_;
  Engines& engines_;
  Options options_;
  boost::asio::steady_timer wake_;
  std::minstd_rand random_{std::random_device{}()};
  struct Hash : std::hash<std::string_view> {
    using is_transparent = void;  ///< Names are found without a copy.
  };
  using Order = std::multimap<Clock::time_point, std::string_view>;
  Order order_;  ///< Whose turn is when, the most urgent first.
  /// The turn of each, which is called as here.
  std::unordered_map<std::string, Order::iterator, Hash, std::equal_to<>> due_;
  std::set<std::string, std::less<>> running_;
  Clock::time_point rest_until_{};               ///< No probe begins before it.
  std::set<std::string, std::less<>> outdated_;  ///< Of those that run, sources that changed meanwhile.
  bool stopped_ = false;
};

}  // namespace datasource::gateway
