#include "http/drift.hpp"

#include "awaiting.hpp"
#include "engine/ask.hpp"
#include "engine/messages.hpp"

#include <datasource/detail/iso_time.hpp>
#include <datasource/service/engine_choice.hpp>

#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace datasource::gateway {
namespace {

/// The sources as an engine's server sees them.
std::string shares(std::span<const EngineInfo> engines, std::size_t engine, const std::vector<SourcePtr>& sources) {
  std::vector<DataSource> own, others;
  for (const SourcePtr& each : sources) {
    const DataSource& source = *each;
    const auto chosen = choose_engine(engines, {&source, 1});
    if (chosen && *chosen == engine) {
      own.push_back(source);
    } else if (source.engine.empty()) {
      others.push_back(source);
    }
  }
  return write_reconcile(own, others);
}

asio::awaitable<void> reconcile(const Site& site, std::size_t engine) {
  const EngineInfo& about = site.service.engines()[engine];
  auto lease = co_await site.engines.pool(engine).acquire();
  if (!lease) co_return;
  const auto sources = site.service.sources();
  if (!sources) co_return;
  std::string call = shares(site.service.engines(), engine, *sources);
  const auto frame = co_await ask(*lease, FrameType::reconcile, std::move(call));
  auto drift = frame.and_then([](const Frame& each) { return read_drift_payload(each.payload); });
  DriftCheck check{
      .time = detail::iso_time(std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()))};
  if (drift) {
    check.found = std::move(*drift);
    for (const std::string& name : check.found.missing)
      spdlog::warn("drift: the server of {} had no catalog of {}; made", about.id, name);
    for (const std::string& name : check.found.dropped)
      spdlog::info("drift: the catalog {} of {} is of no data source; dropped", name, about.id);
    for (const std::string& reason : check.found.refused)
      spdlog::warn("drift: the server of {} does not take {}", about.id, reason);
  } else {
    spdlog::warn("the server of {} could not be brought in line with the registry: {}", about.id,
                 drift.error().message);
    check.problem = drift.error().message;
  }
  site.engines.note(engine, std::move(check));
}

}  // namespace

bool any_keeps_sources(const Site& site) {
  const auto engines = site.service.engines();
  return std::any_of(engines.begin(), engines.end(), [](const EngineInfo& each) { return each.admits; });
}

asio::awaitable<void> reconcile(const Site& site) {
  for (std::size_t i = 0; i < site.engines.size(); ++i) {
    if (!site.service.engines()[i].admits) continue;
    co_await reconcile(site, i);
  }
}

}  // namespace datasource::gateway
