#pragma once

#include <datasource/connector/connector.hpp>
#include <datasource/protocol/dialect.hpp>
#include <datasource/service/engine_choice.hpp>
#include <datasource/service/health_book.hpp>
#include <datasource/service/opensearch/dialect.hpp>
#include <datasource/service/registry.hpp>
#include <datasource/service/watched_store.hpp>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace datasource {

/// How a Service answers.
struct ServiceOptions {
  /// What runs statements, the default first: at least one. Dialect `documented`: connectors that none of them reads
  /// are neither offered nor taken.
  std::vector<EngineInfo> engines = {EngineInfo{}};
  /// Dialect `documented`: connectors that are offered although no engine here reads them, since the host has another
  /// place for their sources. Empty: none.
  std::function<bool(const Connector&)> offers_too = {};
  std::function<std::string()> next_id = random_id;  ///< Ids of new data sources.
  Dialect dialect = Dialect::documented;             ///< Whose replies it gives.
  HostCheck check_host =
      {};  ///< Dialect `opensearch`: asked whether the host of a property can be reached. Empty: every host passes.
  /// How sources are and were, which a host keeps; empty: as long as the service lives.
  std::shared_ptr<HealthBook> health = {};
  WatchedStore::Watch changed = {};  ///< Told after each write of a source, by whatever route. May be empty.
};

}  // namespace datasource
