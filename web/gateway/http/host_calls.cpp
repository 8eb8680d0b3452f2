#include "http/host_calls.hpp"

#include "cache/result_cache.hpp"
#include "metrics/metrics.hpp"

#include <datasource/version.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace datasource::gateway {

HttpResponse answer_results(const Site& site, const ResultsCall& call) {
  if (call.index.empty())
    return Service::results_response(site.results == nullptr ? std::vector<ResultIndex>{} : site.results->indexes());
  return Service::cleared_response(site.results == nullptr ? ResultIndex{.name = call.index}
                                                           : site.results->clear(call.index));
}

HttpResponse answer_engines(const Site& site) {
  std::vector<EngineStatus> all = engine_statuses(site.service.engines());
  for (std::size_t i = 0; i < all.size(); ++i) {
    all[i].at_start = site.engines[i].at_start;
    all[i].last_check = site.engines[i].last_check;
  }
  return Service::engines_response(all);
}

HttpResponse answer_metrics(const Site& site) {
  if (site.metrics == nullptr)
    return Service::error_response({.kind = ErrorKind::unsupported, .message = "this gateway counts nothing"});
  const Pool::Usage usage = site.engines.usage();
  Metrics::Gauges now{.version = std::string{version},
                      .engine = site.service.engines().front().version,
                      .processes = usage.processes,
                      .idle = usage.idle,
                      .waiting = usage.waiting,
                      .statements = site.running.size(),
                      .cursors = site.cursors.size()};
  if (site.results != nullptr) {
    now.cached_results = site.results->size();
    now.cached_bytes = site.results->bytes();
  }
  const auto sources = site.service.sources();
  if (sources) {
    for (const SourcePtr& source : *sources) now.sources.push_back(site.service.source_health().summary(*source));
  }
  return {200, {{"Content-Type", "text/plain; version=0.0.4; charset=utf-8"}}, site.metrics->text(now)};
}

}  // namespace datasource::gateway
