#pragma once

#include "engine/worker.hpp"

#include <datasource/model/error.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstddef>
#include <list>
#include <memory>
#include <set>
#include <utility>
#include <vector>

namespace datasource::gateway {

/// The engine processes: a few, each doing one thing at a time, and a bounded queue in front of them.
class Pool {
 public:
  struct Options {
    WorkerCommand command = {};
    std::size_t most = 2;                   ///< Processes at a time.
    std::size_t queue = 256;                ///< Requests that may wait for one.
    std::size_t parked = 16;                ///< Processes beside those that hold the rest of a reply in pages.
    std::chrono::milliseconds grace{2000};  ///< How long an interrupted process may take to come to its senses.
    std::chrono::seconds keep{300};         ///< An idle process ends after it; one always stays.
  };

  Pool(boost::asio::any_io_executor executor, Options options);
  ~Pool();
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  /// The use of one process. When it goes, the process returns to the pool; one that is still answering is interrupted
  /// first, and replaced when that does not help.
  class Lease {
   public:
    Lease(Pool& pool, std::unique_ptr<Worker> worker) : pool_{&pool}, worker_{std::move(worker)} {}
    Lease(Lease&& other) noexcept
        : pool_{other.pool_},
          worker_{std::move(other.worker_)},
          parked_{std::exchange(other.parked_, false)},
          aside_{std::exchange(other.aside_, false)} {}
    Lease& operator=(Lease&&) = delete;
    ~Lease() {
      if (parked_) pool_->unpark();
      if (aside_) --pool_->aside_;
      if (worker_) pool_->take_back(std::move(worker_));
    }
    Worker* operator->() const noexcept { return worker_.get(); }

   private:
    friend class Pool;

    Pool* pool_;
    std::unique_ptr<Worker> worker_;
    bool parked_ = false;
    bool aside_ = false;
  };

  /// Takes a process out of those that new requests share, for as long as the lease lives: it keeps the rest of a reply
  /// in pages. False when there are too many of them.
  [[nodiscard]] bool park(Lease& lease);
  [[nodiscard]] std::size_t most_parked() const noexcept { return options_.parked; }

  /// A process, as soon as one is free. Errors: `server` with status 503 when too many are waiting already or the
  /// gateway stops, or when no process could be started.
  [[nodiscard]] boost::asio::awaitable<Result<Lease>> acquire();

  /// A process for the gateway's own work, at once: an idle one, or one beside those that requests share. No request
  /// waits for it, since another process may be started in its place. Errors: as acquire().
  [[nodiscard]] Result<Lease> acquire_aside();

  /// Starts a process for the first query to find.
  void warm();

  /// Ends every process. Those that still answer are gone for whoever waits for them.
  void stop();

  struct Usage {
    std::size_t processes = 0;
    std::size_t idle = 0;
    std::size_t waiting = 0;
  };
  [[nodiscard]] Usage usage() const { return {workers_.size(), idle_.size(), waiting_.size()}; }

 private:
  struct Waiter;
  struct Idle {
    std::unique_ptr<Worker> worker;
    std::chrono::steady_clock::time_point since;
  };

  [[nodiscard]] Result<std::unique_ptr<Worker>> start();
  /// Processes that requests share.
  [[nodiscard]] std::size_t shared() const { return workers_.size() - parked_ - aside_; }
  [[nodiscard]] bool may_start() const { return shared() < options_.most; }
  [[nodiscard]] std::unique_ptr<Worker> take_idle();
  void unpark();
  void take_back(std::unique_ptr<Worker> worker);
  void give(std::unique_ptr<Worker> worker);
  void retire(std::unique_ptr<Worker> worker);
  void serve_waiting();
  [[nodiscard]] boost::asio::awaitable<void> recover(std::unique_ptr<Worker> worker);
  [[nodiscard]] boost::asio::awaitable<void> watch_children();
  [[nodiscard]] boost::asio::awaitable<void> end_idle();
  void reap();

  boost::asio::any_io_executor executor_;
  Options options_;
  boost::asio::signal_set children_;
  boost::asio::steady_timer sweep_;
  std::set<Worker*> workers_;  ///< All that live, whoever has them.
  std::vector<Idle> idle_;     ///< The last one used is the next: its caches are the warmest.
  std::list<Waiter*> waiting_;
  std::vector<pid_t> buried_;  ///< Killed, and still to be reaped.
  std::size_t parked_ = 0;     ///< Of `workers_`, those that keep pages.
  std::size_t aside_ = 0;      ///< Of `workers_`, those that do the gateway's own work.
  bool stopped_ = false;
};

}  // namespace datasource::gateway
