#include "engine/pool.hpp"

#include "awaiting.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <spdlog/spdlog.h>
#include <sys/wait.h>

#include <algorithm>
#include <csignal>
#include <optional>
#include <utility>

namespace datasource::gateway {
namespace {

using namespace asio::experimental::awaitable_operators;

Error unavailable(std::string message) {
  return {.kind = ErrorKind::server,
          .message = std::move(message),
          .status = 503,
          .type = "UnavailableException",
          .retryable = true};
}

/// Interrupts what a process is doing, or lets go the rows that wait in it, and takes what it still says, until it is
/// idle again.
asio::awaitable<void> quieten(Worker& worker) {
  // Awaited into variables: GCC 12 generates a trap for temporaries of a condition that suspends.
  std::string nothing;
  const FrameType request = worker.parked() ? FrameType::close : FrameType::interrupt;
  const auto sent = co_await worker.send(request, std::move(nothing));
  if (!sent) co_return;
  while (!worker.idle() && !worker.broken()) {
    const auto received = co_await worker.receive();
    if (!received) co_return;
  }
}

asio::awaitable<void> sleep(asio::steady_timer& timer) { co_await timer.async_wait(use_tuple); }

}  // namespace

struct Pool::Waiter {
  explicit Waiter(Pool& owner) : pool{owner}, ready{owner.executor_, asio::steady_timer::time_point::max()} {
    pool.waiting_.push_back(this);
  }
  ~Waiter() {
    std::erase(pool.waiting_, this);
    if (worker) pool.take_back(std::move(worker));
  }
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;

  /// Ends the wait. It is out of the queue from now on, whenever it wakes.
  void wake() {
    std::erase(pool.waiting_, this);
    ready.cancel();
  }

  Pool& pool;
  asio::steady_timer ready;
  std::unique_ptr<Worker> worker = {};
  std::optional<Error> error = {};
};

Pool::Pool(asio::any_io_executor executor, Options options)
    : executor_{std::move(executor)}, options_{std::move(options)}, children_{executor_, SIGCHLD}, sweep_{executor_} {
  asio::co_spawn(executor_, watch_children(), asio::detached);
  asio::co_spawn(executor_, end_idle(), asio::detached);
}

Pool::~Pool() { stop(); }

asio::awaitable<Result<Pool::Lease>> Pool::acquire() {
  if (stopped_) co_return fail(unavailable("the gateway is stopping"));
  if (auto idle = take_idle()) co_return Lease{*this, std::move(idle)};
  if (may_start()) {
    auto worker = start();
    if (!worker) co_return fail(worker.error());
    co_return Lease{*this, std::move(*worker)};
  }
  if (waiting_.size() >= options_.queue) {
    co_return fail(unavailable("all engines are busy and " + std::to_string(waiting_.size()) +
                               " requests are waiting already; try again soon"));
  }
  Waiter waiter{*this};
  co_await waiter.ready.async_wait(use_tuple);
  if (waiter.error) co_return fail(*std::move(waiter.error));
  if (!waiter.worker) co_return fail(unavailable("the gateway is stopping"));
  co_return Lease{*this, std::move(waiter.worker)};
}

std::unique_ptr<Worker> Pool::take_idle() {
  while (!idle_.empty()) {
    auto worker = std::move(idle_.back().worker);
    idle_.pop_back();
    if (!worker->reap()) return worker;
    retire(std::move(worker));
  }
  return nullptr;
}

Result<Pool::Lease> Pool::acquire_aside() {
  if (stopped_) return fail(unavailable("the gateway is stopping"));
  auto worker = take_idle();
  if (!worker) {
    auto started = start();
    if (!started) return fail(started.error());
    worker = std::move(*started);
  }
  Lease lease{*this, std::move(worker)};
  lease.aside_ = true;
  ++aside_;
  return lease;
}

void Pool::warm() {
  if (stopped_ || !workers_.empty()) return;
  if (auto worker = start()) {
    give(std::move(*worker));
  } else {
    spdlog::error("{}", worker.error().message);
  }
}

void Pool::stop() {
  if (std::exchange(stopped_, true)) return;
  children_.cancel();
  sweep_.cancel();
  for (const std::list<Waiter*> waiting = waiting_; Waiter * each : waiting) each->wake();
  for (Worker* worker : workers_) worker->kill();
  for (const Idle& each : idle_) workers_.erase(each.worker.get());
  idle_.clear();
}

bool Pool::park(Lease& lease) {
  if (stopped_ || parked_ >= options_.parked) return false;
  ++parked_;
  lease.parked_ = true;
  serve_waiting();
  return true;
}

void Pool::unpark() { --parked_; }

Result<std::unique_ptr<Worker>> Pool::start() {
  auto worker = Worker::start(executor_, options_.command);
  if (worker) {
    workers_.insert(worker->get());
    spdlog::debug("engine process {} started, {} in all", (*worker)->pid(), workers_.size());
  }
  return worker;
}

void Pool::take_back(std::unique_ptr<Worker> worker) {
  if (!stopped_ && worker->idle() && !worker->parked()) return give(std::move(worker));
  if (!stopped_ && (worker->answering() || worker->parked())) {
    asio::co_spawn(executor_, recover(std::move(worker)), asio::detached);
    return;
  }
  worker->kill();  // nothing can follow half a request
  retire(std::move(worker));
}

void Pool::give(std::unique_ptr<Worker> worker) {
  if (shared() > options_.most) {  // processes with pages were not counted, and one has come back
    worker->kill();
    return retire(std::move(worker));
  }
  if (waiting_.empty()) {
    idle_.push_back({std::move(worker), std::chrono::steady_clock::now()});
    return;
  }
  Waiter* first = waiting_.front();
  first->worker = std::move(worker);
  first->wake();
}

void Pool::retire(std::unique_ptr<Worker> worker) {
  workers_.erase(worker.get());
  if (!worker->reap()) buried_.push_back(worker->pid());
  worker.reset();
  serve_waiting();
}

void Pool::serve_waiting() {
  while (!stopped_ && !waiting_.empty() && may_start()) {
    auto worker = start();
    if (worker) {
      give(std::move(*worker));
    } else {
      Waiter* first = waiting_.front();
      first->error = worker.error();
      first->wake();
    }
  }
}

asio::awaitable<void> Pool::recover(std::unique_ptr<Worker> worker) {
  asio::steady_timer grace{executor_, options_.grace};
  co_await (quieten(*worker) || sleep(grace));
  if (stopped_) co_return retire(std::move(worker));
  if (worker->idle()) co_return give(std::move(worker));
  spdlog::warn("engine process {} did not stop when interrupted and is replaced", worker->pid());
  worker->kill();
  retire(std::move(worker));
}

asio::awaitable<void> Pool::watch_children() {
  for (;;) {
    const auto [error, signal] = co_await children_.async_wait(use_tuple);
    if (error || stopped_) co_return;
    reap();
  }
}

void Pool::reap() {
  std::erase_if(buried_, [](pid_t pid) { return ::waitpid(pid, nullptr, WNOHANG) != 0; });
  for (Worker* worker : workers_) worker->reap();
  for (std::size_t i = idle_.size(); i-- > 0;) {
    if (!idle_[i].worker->broken()) continue;
    auto worker = std::move(idle_[i].worker);
    idle_.erase(idle_.begin() + static_cast<std::ptrdiff_t>(i));
    spdlog::warn("engine process {} ended while it was idle", worker->pid());
    retire(std::move(worker));
  }
}

asio::awaitable<void> Pool::end_idle() {
  for (;;) {
    sweep_.expires_after(std::chrono::seconds{30});
    const auto [error] = co_await sweep_.async_wait(use_tuple);
    if (error || stopped_) co_return;
    const auto now = std::chrono::steady_clock::now();
    while (idle_.size() > 1 && now - idle_.front().since > options_.keep) {
      auto worker = std::move(idle_.front().worker);
      idle_.erase(idle_.begin());
      worker->kill();
      retire(std::move(worker));
    }
  }
}

}  // namespace datasource::gateway
