#pragma once

#include "registry/sqlite_store.hpp"

#include <datasource/model/error.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <memory>
#include <optional>
#include <utility>

namespace datasource::gateway {

/// Lets the writes of many clients share one wait for the disk, and others be answered meanwhile: all requests that are
/// ready are judged, one commit takes what they wrote, and a thread of its own waits for the disk. What is written
/// while it waits is the next group.
class GroupCommit {
 public:
  /// @pre The store groups its writes.
  GroupCommit(SqliteStore& store, boost::asio::any_io_executor executor)
      : store_{store}, executor_{std::move(executor)} {}
  GroupCommit(const GroupCommit&) = delete;
  GroupCommit& operator=(const GroupCommit&) = delete;
  ~GroupCommit() { disk_.join(); }

  /// Whether something waits to be committed.
  [[nodiscard]] bool pending() const noexcept { return store_.pending(); }

  /// Returns when all that was written so far is on disk, or with why it is not. A write that could not be committed
  /// did not happen. When the disk fails after that, nobody knows what it holds: no later write is acknowledged either,
  /// until the gateway is started anew and reads what is there.
  [[nodiscard]] boost::asio::awaitable<Result<void>> wait() {
    if (!next_) {
      next_ = std::make_shared<Group>(executor_);
      if (!under_way_) boost::asio::post(executor_, [this] { begin(); });
    }
    const std::shared_ptr<Group> group = next_;
    if (!group->done) co_await group->ready.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
    co_return group->outcome;
  }

  /// Commits now and waits for the disk. For the beginning and the end of the program, when nobody else waits.
  void commit() {
    auto outcome = store_.commit();
    if (outcome) outcome = store_.sync();
    if (const auto group = std::exchange(next_, nullptr)) finish(*group, std::move(outcome));
  }

 private:
  struct Group {
    explicit Group(const boost::asio::any_io_executor& executor)
        : ready{executor, boost::asio::steady_timer::time_point::max()} {}

    boost::asio::steady_timer ready;
    Result<void> outcome = {};
    bool done = false;
  };

  void begin() {
    if (!next_ || under_way_) return;
    auto committed = broken_ ? store_.commit().and_then([&] { return Result<void>{fail(*broken_)}; }) : store_.commit();
    if (!committed) return finish(*std::exchange(next_, nullptr), std::move(committed));
    under_way_ = std::exchange(next_, nullptr);
    boost::asio::post(disk_, [this] {
      boost::asio::post(executor_, [this, synced = store_.sync()]() mutable { end(std::move(synced)); });
    });
  }

  void end(Result<void> synced) {
    if (!synced) broken_ = synced.error();
    finish(*std::exchange(under_way_, nullptr), std::move(synced));
    begin();
  }

  static void finish(Group& group, Result<void> outcome) {
    group.outcome = std::move(outcome);
    group.done = true;
    group.ready.cancel();
  }

  SqliteStore& store_;
  boost::asio::any_io_executor executor_;
  std::shared_ptr<Group> next_;       ///< Of those whose writes the next commit takes.
  std::shared_ptr<Group> under_way_;  ///< Of those who wait for the disk.
  std::optional<Error> broken_;       ///< Why the disk can no longer be trusted.
  boost::asio::thread_pool disk_{1};
};

}  // namespace datasource::gateway
