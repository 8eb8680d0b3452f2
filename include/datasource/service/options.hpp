#pragma once

#include <datasource/connector/connector.hpp>
#include <datasource/protocol/dialect.hpp>
#include <datasource/service/health_book.hpp>
#include <datasource/service/opensearch/dialect.hpp>
#include <datasource/service/registry.hpp>
#include <datasource/service/watched_store.hpp>

#include <functional>
#include <memory>
#include <string>

namespace datasource {

/// How a Service answers.
struct ServiceOptions {
  std::string engine = "none";                       ///< What `GET /_health` names as the engine.
  std::function<std::string()> next_id = random_id;  ///< Ids of new data sources.
  Dialect dialect = Dialect::documented;             ///< Whose replies it gives.
  /// Dialect `documented`: whether the engine behind the service reads sources of a connector. What it does not read is
  /// neither offered nor taken.
  std::function<bool(const Connector&)> serves = [](const Connector& connector) { return connector.in_duckdb(); };
  /// Dialect `documented`: whether the engine is asked before a source is written.
  bool admits = false;
  HostCheck check_host =
      {};  ///< Dialect `opensearch`: asked whether the host of a property can be reached. Empty: every host passes.
  /// How sources are and were, which a host keeps; empty: as long as the service lives.
  std::shared_ptr<HealthBook> health = {};
  WatchedStore::Watch changed = {};  ///< Told after each write of a source, by whatever route. May be empty.
};

}  // namespace datasource
