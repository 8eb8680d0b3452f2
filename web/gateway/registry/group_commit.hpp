#pragma once

#include "registry/sqlite_store.hpp"

#include <datasource/model/error.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <memory>
#include <utility>

namespace datasource::gateway {

/// Lets the writes of many clients share one wait for the disk: all requests that are ready are judged, then one commit
/// acknowledges what they wrote.
class GroupCommit {
 public:
  GroupCommit(SqliteStore& store, boost::asio::any_io_executor executor)
      : store_{store}, executor_{std::move(executor)} {
    store_.group_writes();
  }

  /// Whether something waits to be put on disk.
  [[nodiscard]] bool pending() const noexcept { return store_.pending(); }

  /// Returns when all that was written so far is on disk, or with why it is not: then none of it happened.
  [[nodiscard]] boost::asio::awaitable<Result<void>> wait() {
    if (!group_) {
      group_ = std::make_shared<Group>(executor_);
      boost::asio::post(executor_, [this] { commit(); });
    }
    const std::shared_ptr<Group> group = group_;
    if (!group->done) co_await group->ready.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
    co_return group->outcome;
  }

  /// Commits now. For the end of the program, when nobody waits any more.
  void commit() {
    auto outcome = store_.commit();
    const std::shared_ptr<Group> group = std::exchange(group_, nullptr);
    if (!group) return;
    group->outcome = std::move(outcome);
    group->done = true;
    group->ready.cancel();
  }

 private:
  struct Group {
    explicit Group(const boost::asio::any_io_executor& executor)
        : ready{executor, boost::asio::steady_timer::time_point::max()} {}

    boost::asio::steady_timer ready;
    Result<void> outcome = {};
    bool done = false;
  };

  SqliteStore& store_;
  boost::asio::any_io_executor executor_;
  std::shared_ptr<Group> group_;  ///< Of those whose writes the next commit puts on disk.
};

}  // namespace datasource::gateway
