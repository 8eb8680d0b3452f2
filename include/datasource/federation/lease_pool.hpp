#pragma once

#include <datasource/model/error.hpp>

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace datasource {

/// Connections of one source that are used again by one reader after the other. Safe from any thread. Native only: it
/// waits.
template <class Connection>
class LeasePool : public std::enable_shared_from_this<LeasePool<Connection>> {
 public:
  /// Makes one more. Errors: those of reaching the source.
  using Make = std::function<Result<std::unique_ptr<Connection>>()>;

  /// How many there may be, and for how long.
  struct Limits {
    std::size_t most = 0;                   ///< In use at a time; 0: any number.
    std::chrono::milliseconds idle{0};      ///< After which one that nobody uses is closed.
    std::chrono::milliseconds patience{0};  ///< For one to become free.
  };

  /// A connection for as long as this lives; it goes back into the pool then unless it was given up.
  class Lease {
   public:
    /// What LeasePool::take gives.
    Lease(std::shared_ptr<LeasePool> pool, std::unique_ptr<Connection> connection)
        : pool_{std::move(pool)}, connection_{std::move(connection)} {}
    /// Moves; the other has no connection then.
    Lease(Lease&&) noexcept = default;
    /// Exchanges the connections.
    Lease& operator=(Lease&& other) noexcept {
      std::swap(pool_, other.pool_);
      std::swap(connection_, other.connection_);
      std::swap(usable_, other.usable_);
      return *this;
    }
    ~Lease() {
      if (connection_) pool_->give_back(std::move(connection_), usable_);
    }

    /// Whether it has one: not when it was moved from.
    [[nodiscard]] explicit operator bool() const { return connection_ != nullptr; }
    /// The connection.
    [[nodiscard]] Connection& operator*() const { return *connection_; }
    /// Its members.
    [[nodiscard]] Connection* operator->() const { return connection_.get(); }
    /// Nobody shall use it again.
    void give_up() { usable_ = false; }

   private:
    std::shared_ptr<LeasePool> pool_;
    std::unique_ptr<Connection> connection_;
    bool usable_ = true;
  };

  /// Makes none yet.
  LeasePool(Limits limits, Make make) : limits_{limits}, make_{std::move(make)} {}

  /// A connection that nobody else uses. Errors: those of making one; `timeout` when all that there may be are in use;
  /// `cancelled`.
  [[nodiscard]] Result<Lease> take(const std::stop_token& stop) {
    std::unique_lock lock{mutex_};
    const bool room =
        changed_.wait_for(lock, stop, limits_.patience, [&] { return limits_.most == 0 || used_ < limits_.most; });
    if (stop.stop_requested())
      return fail({.kind = ErrorKind::cancelled, .message = "it was stopped", .type = "CancelledException"});
    if (!room)
      return fail({.kind = ErrorKind::timeout,
                   .message = "all " + std::to_string(limits_.most) +
                              " connections are in use; raise properties.maxConnections, or read fewer of this "
                              "source's tables in one statement",
                   .status = 504,
                   .type = "TimeoutException",
                   .retryable = true});
    ++used_;
    const auto now = Clock::now();
    std::vector<Idle> old;  // closed after the lock is gone
    std::erase_if(idle_, [&](Idle& each) {
      if (now - each.since < limits_.idle) return false;
      old.push_back(std::move(each));
      return true;
    });
    if (!idle_.empty()) {
      Lease lease{this->shared_from_this(), std::move(idle_.back().connection)};
      idle_.pop_back();
      return lease;
    }
    lock.unlock();
    auto made = make_();
    if (made) return Lease{this->shared_from_this(), std::move(*made)};
    release();
    return fail(std::move(made.error()));
  }

 private:
  using Clock = std::chrono::steady_clock;
  struct Idle {
    std::unique_ptr<Connection> connection;
    Clock::time_point since;
  };

  void give_back(std::unique_ptr<Connection> connection, bool usable) {
    if (usable) {
      const std::lock_guard lock{mutex_};
      idle_.push_back({std::move(connection), Clock::now()});
    }
    connection.reset();
    release();
  }

  void release() {
    {
      const std::lock_guard lock{mutex_};
      --used_;
    }
    changed_.notify_one();
  }

  Limits limits_;
  Make make_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::vector<Idle> idle_;
  std::size_t used_ = 0;
};

}  // namespace datasource
