#include "metrics/metrics.hpp"

#include <prometheus/gauge.h>
#include <prometheus/text_serializer.h>

#include <chrono>

namespace datasource::gateway {
namespace {

/// Seconds; from a reply out of the cache to the default limit of a statement.
const prometheus::Histogram::BucketBoundaries buckets{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25,
                                                      0.5,   1,      2.5,   5,    10,    30,   60};

void set(prometheus::Registry& registry, const char* name, const char* help, double value,
         const prometheus::Labels& labels = {}) {
  prometheus::BuildGauge().Name(name).Help(help).Register(registry).Add(labels).Set(value);
}

}  // namespace

Metrics::Metrics()
    : requests_{prometheus::BuildCounter()
                    .Name("datasource_actions_total")
                    .Help("What the audit log told of: writes, tests, statements and so on.")
                    .Register(counted_)},
      statements_{prometheus::BuildCounter()
                      .Name("datasource_statements_total")
                      .Help("Statements that ended, by outcome: ok, or the kind of the error.")
                      .Register(counted_)},
      cache_{prometheus::BuildCounter()
                 .Name("datasource_result_cache_total")
                 .Help("Statements over sources with a result cache: hit, miss or bypass.")
                 .Register(counted_)},
      rows_{prometheus::BuildCounter()
                .Name("datasource_rows_total")
                .Help("Rows that statements gave.")
                .Register(counted_)
                .Add({})},
      duration_{prometheus::BuildHistogram()
                    .Name("datasource_statement_duration_seconds")
                    .Help("From a statement's request to the last byte of its reply.")
                    .Register(counted_)
                    .Add({}, buckets)} {
  // A rate can be computed from the first one only when there was a zero before it.
  statements_.Add({{"outcome", "ok"}});
  for (const char* use : {"hit", "miss", "bypass"}) cache_.Add({{"result", use}});
}

void Metrics::note(const AuditEntry& entry) {
  if (entry.action.empty()) return;
  const bool ok = entry.status < 400;
  prometheus::Counter*& action = actions_[entry.action][ok ? 1 : 0];
  if (action == nullptr) action = &requests_.Add({{"action", entry.action}, {"outcome", ok ? "ok" : "failed"}});
  action->Increment();
  if (entry.action != "query") return;
  statements_.Add({{"outcome", entry.outcome.empty() ? "ok" : entry.outcome}}).Increment();
  if (!entry.cache.empty()) cache_.Add({{"result", entry.cache}}).Increment();
  rows_.Increment(static_cast<double>(entry.rows));
  duration_.Observe(std::chrono::duration<double>(std::chrono::steady_clock::now() - entry.started).count());
}

std::string Metrics::text(const Gauges& now) const {
  prometheus::Registry measured;
  set(measured, "datasource_build_info", "1, with the versions of the gateway and its engine as labels.", 1,
      {{"version", now.version}, {"engine", now.engine}});
  set(measured, "datasource_engine_processes", "Engine processes.", static_cast<double>(now.processes));
  set(measured, "datasource_engine_processes_idle", "Engine processes that do nothing.", static_cast<double>(now.idle));
  set(measured, "datasource_engine_queue", "Requests that wait for an engine process.",
      static_cast<double>(now.waiting));
  set(measured, "datasource_statements_running", "Statements, tests and looks at tables that run or wait.",
      static_cast<double>(now.statements));
  set(measured, "datasource_cursors_open", "Replies in pages that were not read to their end.",
      static_cast<double>(now.cursors));
  set(measured, "datasource_result_cache_results", "Replies that the result cache keeps.",
      static_cast<double>(now.cached_results));
  set(measured, "datasource_result_cache_bytes", "What they take.", static_cast<double>(now.cached_bytes));
  for (const SourceHealth& source : now.sources) {
    if (source.state != HealthState::up && source.state != HealthState::down) continue;
    const prometheus::Labels labels{{"source", source.name}};
    set(measured, "datasource_source_up", "Whether the last probe of a data source passed: 1 or 0.",
        source.state == HealthState::up ? 1 : 0, labels);
    if (source.last)
      set(measured, "datasource_source_probe_duration_seconds", "What the last probe took.",
          source.last->duration_ms / 1000, labels);
  }
  const prometheus::TextSerializer serializer;
  return serializer.Serialize(counted_.Collect()) + serializer.Serialize(measured.Collect());
}

}  // namespace datasource::gateway
