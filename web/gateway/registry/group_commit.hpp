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

#include <future>
#include <memory>
#include <optional>
#include <utility>

namespace datasource::gateway {

/// Lets the writes of many clients share one transaction and one wait for the disk, and others be answered meanwhile: a
/// thread of its own seals, writes and waits. What is written while it works is the next group.
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
  /// did not happen, nor did those that came after it. When the disk fails after that, nobody knows what it holds: no
  /// later write is taken, until the gateway is started anew and reads what is there.
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
    std::promise<void> done;
    boost::asio::post(disk_, [&] {
      const Changes changes = store_.take();
      if (!put_on_disk(changes).written) store_.undo(changes);
      done.set_value();
    });
    done.get_future().wait();
  }

 private:
  struct Group {
    explicit Group(const boost::asio::any_io_executor& executor)
        : ready{executor, boost::asio::steady_timer::time_point::max()} {}

    boost::asio::steady_timer ready;
    Result<void> outcome = {};
    bool done = false;
  };

  struct Outcome {
    Result<void> durable;
    bool written = false;  ///< Whether a later start may find it.
  };

  void begin() {
    if (!next_ || under_way_) return;
    under_way_ = std::exchange(next_, nullptr);
    boost::asio::post(disk_, [this, changes = store_.take()]() mutable {
      Outcome outcome = put_on_disk(changes);
      if (outcome.written) changes.clear();  // what was replaced is freed here, and not while others wait
      boost::asio::post(executor_,
                        [this, changes = std::move(changes), outcome = std::move(outcome)] { end(changes, outcome); });
    });
  }

  /// On the disk's thread.
  Outcome put_on_disk(const Changes& changes) {
    if (broken_) return {fail(*broken_)};
    if (!changes.empty()) {
      if (auto written = store_.file().write(changes); !written) return {std::move(written)};
    }
    auto synced = store_.file().sync();
    if (!synced) broken_ = synced.error();
    return {std::move(synced), true};
  }

  void end(const Changes& changes, const Outcome& outcome) {
    if (!outcome.written) {
      store_.undo(changes);
      if (const auto lost = std::exchange(next_, nullptr)) finish(*lost, outcome.durable);
    }
    finish(*std::exchange(under_way_, nullptr), outcome.durable);
    begin();
  }

  static void finish(Group& group, const Result<void>& outcome) {
    group.outcome = outcome;
    group.done = true;
    group.ready.cancel();
  }

  SqliteStore& store_;
  boost::asio::any_io_executor executor_;
  std::shared_ptr<Group> next_;       ///< Of those whose writes are to be taken next.
  std::shared_ptr<Group> under_way_;  ///< Of those whose writes are at the disk's thread.
  std::optional<Error> broken_;       ///< Why the disk can no longer be trusted. The disk's thread alone knows.
  boost::asio::thread_pool disk_{1};
};

}  // namespace datasource::gateway
