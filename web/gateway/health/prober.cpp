#include "health/prober.hpp"

#include "awaiting.hpp"
#include "engine/ask.hpp"
#include "engine/messages.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace datasource::gateway {
namespace {

using namespace asio::experimental::awaitable_operators;

/// After a write or a start, so that what comes together is not probed at one moment.
constexpr std::chrono::milliseconds soon{200};
/// Sources that the gateway starts with are spread over so long.
constexpr std::chrono::milliseconds first_round{10'000};
/// After a probe none begins for twice as long as it took, up to this: a thousand new sources leave room for requests.
constexpr std::chrono::milliseconds longest_rest{250};
/// A source that statements cannot reach is not probed more often than this.
constexpr std::chrono::milliseconds patience{2'000};

asio::awaitable<void> probe_by(const Pool::Lease& lease, std::string source,
                               std::optional<Result<TestReport>>& report) {
  const auto frame = co_await ask(lease, FrameType::test, std::move(source));
  report = frame.and_then([](const Frame& answer) { return read_report(answer.payload); });
}

}  // namespace

Prober::Prober(asio::any_io_executor executor, Service& service, Engines& engines, Options options)
    : executor_{std::move(executor)}, service_{service}, engines_{engines}, options_{options}, wake_{executor_} {}

void Prober::start() {
  const auto sources = service_.sources();
  if (!sources) spdlog::error("data sources are not probed: {}", sources.error().message);
  const auto spread = std::min<Clock::duration>(options_.interval, first_round);
  std::uniform_int_distribution<Clock::rep> moment{0, spread.count()};
  for (const SourcePtr& source : sources.value_or(std::vector<SourcePtr>{}))
    schedule(source->name, Clock::now() + Clock::duration{moment(random_)});
  asio::co_spawn(executor_, run(), asio::detached);
}

void Prober::stop() {
  stopped_ = true;
  wake_.cancel();
}

void Prober::changed(std::string_view name, SourceChange change) {
  if (running_.contains(name)) outdated_.emplace(name);
  if (change == SourceChange::removed) {
    unschedule(name);
  } else {
    schedule(std::string{name}, Clock::now() + std::min<Clock::duration>(soon, options_.interval));
    wake_for_first();
  }
}

void Prober::suspect(const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    const auto found = due_.find(name);
    const auto earliest = Clock::now() + std::min<Clock::duration>(patience, options_.interval);
    if (found != due_.end() && found->second->first > earliest) schedule(name, earliest);
  }
  wake_for_first();
}

Prober::Clock::time_point Prober::next_turn() const {
  if (order_.empty() || running_.size() >= options_.parallel) return Clock::time_point::max();
  return std::max(order_.begin()->first, rest_until_);
}

void Prober::wake_for_first() {
  if (next_turn() < wake_.expiry()) wake_.cancel();
}

void Prober::schedule(const std::string& name, Clock::time_point due) {
  const auto [at, added] = due_.try_emplace(name);
  if (added) {
    at->second = order_.emplace(due, at->first);
  } else {
    auto turn = order_.extract(at->second);
    turn.key() = due;
    at->second = order_.insert(std::move(turn));
  }
}

void Prober::unschedule(std::string_view name) {
  const auto found = due_.find(name);
  if (found == due_.end()) return;
  order_.erase(found->second);
  due_.erase(found);
}

Prober::Clock::duration Prober::jittered(Clock::duration around) {
  return std::chrono::duration_cast<Clock::duration>(around *
                                                     std::uniform_real_distribution<double>{0.9, 1.1}(random_));
}

void Prober::begin_due() {
  const auto now = Clock::now();
  if (now < rest_until_) return;
  while (running_.size() < options_.parallel && !order_.empty() && order_.begin()->first <= now) {
    const std::string name{order_.begin()->second};
    // Its next turn; what is learnt meanwhile may bring it forward.
    schedule(name, now + jittered(options_.interval));
    if (!running_.insert(name).second) continue;
    asio::co_spawn(executor_, probe(name), asio::detached);
  }
}

asio::awaitable<void> Prober::run() {
  while (!stopped_) {
    begin_due();
    wake_.expires_at(next_turn());
    co_await wake_.async_wait(use_tuple);
  }
}

asio::awaitable<void> Prober::probe(std::string name) {
  const auto begun = Clock::now();
  const auto sources = service_.sources_for({name});
  if (sources) co_await test(sources->front());
  const auto ended = Clock::now();
  rest_until_ = ended + std::min<Clock::duration>(2 * (ended - begun), longest_rest);
  running_.erase(name);
  if (outdated_.erase(name) > 0 && due_.contains(name)) schedule(name, Clock::now());
  wake_.cancel();
}

asio::awaitable<void> Prober::test(const DataSource& source) {
  const auto engine = choose_engine(service_.engines(), {&source, 1});
  if (!engine) {
    note(source.name, {.check = "engine", .message = engine.error().message});
    co_return;
  }
  auto lease = engines_.pool(*engine).acquire_aside();
  if (!lease) co_return;                     // nothing was learnt of the source
  std::optional<Result<TestReport>> report;  // nothing: the limit came first
  asio::steady_timer limit{executor_, options_.limit};
  std::string call = write_source(source);
  const std::string name = source.name;
  co_await (probe_by(*lease, std::move(call), report) || wait_for(limit));
  if (stopped_ || outdated_.contains(name)) co_return;
  if (!report) {
    const auto seconds = std::chrono::duration<double>(options_.limit).count();
    note(name, {.duration_ms = seconds * 1000,
                .check = "answer",
                .message = fmt::format("it did not answer within {} s", seconds)});
  } else if (*report) {
    note(name, outcome_of(**report, ProbeCause::interval));
  } else {
    spdlog::warn("data source {} could not be probed: {}", name, report->error().message);
  }
}

void Prober::note(const std::string& name, ProbeOutcome outcome) {
  HealthBook& health = service_.source_health();
  const HealthState before = health.state(name);
  if (!outcome.up && before != HealthState::down) {
    spdlog::warn("data source {} is down: {}", name, outcome.message);
  } else if (outcome.up && before == HealthState::down) {
    spdlog::info("data source {} is up again", name);
  }
  if (const auto kept = health.record(name, std::move(outcome)); !kept)
    spdlog::error("the health of {} could not be kept: {}", name, kept.error().message);
}

}  // namespace datasource::gateway
