#pragma once

#include "audit.hpp"
#include "engine/cursors.hpp"
#include "engine/engines.hpp"
#include "http/dashboard.hpp"
#include "http/guard.hpp"
#include "http/host_names.hpp"
#include "http/limits.hpp"
#include "http/running.hpp"
#include "http/upstream.hpp"
#include "registry/group_commit.hpp"

#include <datasource/service/service.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <utility>

namespace datasource::gateway {

class KnownStatements;
class Metrics;
class Prober;
class ResultCache;

/// All that a connection's requests are answered from.
struct Site {
  Service& service;
  Engines& engines;
  Dashboard& dashboard;
  const Guard& guard;
  Audit& audit;
  Cursors& cursors;
  Running& running;
  Limits limits = {};
  std::chrono::milliseconds query_timeout{60'000};  ///< 0: none.
  GroupCommit* commits = nullptr;                   ///< Null: a write is durable when the store returned.
  HostNames* host_names = nullptr;                  ///< Null: the service asks after no host.
  boost::asio::ssl::context* tls = nullptr;         ///< Null: plain HTTP.
  Upstream* upstream = nullptr;                     ///< Null: there is no OpenSearch beside the gateway.
  Prober* prober = nullptr;                         ///< Null: the health of sources is not watched.
  ResultCache* results = nullptr;                   ///< Null: no reply is given again.
  KnownStatements* known = nullptr;                 ///< There when `results` is.
  Metrics* metrics = nullptr;                       ///< Null: nothing is counted.
};

/// Tells everybody who waits that the gateway stops.
class Stop {
 public:
  explicit Stop(const boost::asio::any_io_executor& executor)
      : never_{executor, boost::asio::steady_timer::time_point::max()} {}

  void request() {
    requested_ = true;
    never_.cancel();
  }
  [[nodiscard]] bool requested() const noexcept { return requested_; }
  /// Completes when the stop is requested; to be awaited by many at a time.
  [[nodiscard]] boost::asio::steady_timer& event() noexcept { return never_; }

 private:
  boost::asio::steady_timer never_;
  bool requested_ = false;
};

}  // namespace datasource::gateway
