#include "http/host_names.hpp"

#include "awaiting.hpp"

#include <boost/asio/post.hpp>
#include <netdb.h>

#include <mutex>
#include <thread>

namespace datasource::gateway {
namespace {

constexpr std::size_t most_at_a_time = 16;

struct LookUp {
  explicit LookUp(const asio::any_io_executor& executor) : ready{executor, asio::steady_timer::time_point::max()} {}

  asio::steady_timer ready;
  HostNames::Problems problems = {};
  bool done = false;
};

}  // namespace

/// Keeps a thread that comes too late from posting to an executor that is gone.
struct HostNames::Life {
  std::mutex mutex;
  bool over = false;
};

HostNames::HostNames(asio::any_io_executor executor, Resolve resolve)
    : executor_{std::move(executor)},
      resolve_{std::move(resolve)},
      turn_{executor_, asio::steady_timer::time_point::max()},
      life_{std::make_shared<Life>()} {}

HostNames::~HostNames() {
  const std::lock_guard lock{life_->mutex};
  life_->over = true;
}

asio::awaitable<HostNames::Problems> HostNames::look_up(std::vector<std::string> hosts) {
  while (under_way_ >= most_at_a_time) co_await turn_.async_wait(use_tuple);
  ++under_way_;
  const auto look_up = std::make_shared<LookUp>(executor_);
  // The thread may outlive this coroutine and its executor, so it keeps neither.
  std::thread{[life = life_, executor = executor_, resolve = resolve_, hosts = std::move(hosts),
               waiting = std::weak_ptr{look_up}] {
    Problems problems;
    for (const std::string& host : hosts) problems.insert_or_assign(host, resolve(host));
    const std::lock_guard lock{life->mutex};
    if (life->over) return;
    asio::post(executor, [waiting, problems = std::move(problems)]() mutable {
      const auto found = waiting.lock();
      if (!found) return;
      found->problems = std::move(problems);
      found->done = true;
      found->ready.cancel();
    });
  }}.detach();
  if (!look_up->done) co_await look_up->ready.async_wait(use_tuple);
  --under_way_;
  turn_.cancel_one();
  co_return std::move(look_up->problems);
}

std::string HostNames::problem_of(const std::string& host) const {
  const auto found = known_.find(host);
  return found == known_.end() ? std::string{} : found->second;
}

std::string HostNames::system_problem(const std::string& host) {
  addrinfo* found = nullptr;
  const int problem = ::getaddrinfo(host.c_str(), nullptr, nullptr, &found);
  if (problem != 0) return host + ": " + ::gai_strerror(problem);
  ::freeaddrinfo(found);
  return {};
}

}  // namespace datasource::gateway
