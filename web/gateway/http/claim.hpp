#pragma once

#include "audit.hpp"
#include "engine/pool.hpp"
#include "http/site.hpp"

#include <datasource/service/service.hpp>

#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace datasource::gateway {

/// A statement that may run.
struct Runnable {
  PreparedStatement statement = {};
  std::size_t engine = 0;  ///< The one that runs it.
  std::vector<DataSource> sources = {};
  std::optional<ResultCaching> caching = {};
};

/// It, and a process of its engine.
struct Claim {
  Pool::Lease lease;
  Runnable runnable;
};

/// A statement that an engine has been asked about before. Errors: `not_found`, `disabled`; those of choose_engine().
[[nodiscard]] Result<Runnable> runnable(const Site& site, const QueryCall& call, PreparedStatement statement,
                                        AuditEntry& entry);

/// Finds the engine that runs a statement, and takes a process of it. Errors: those of the engine's parser, those of
/// runnable(), and that no process is free.
[[nodiscard]] boost::asio::awaitable<Result<Claim>> claim(const Site& site, const QueryCall& call, AuditEntry& entry);

/// A process of the engine that reads a source. Errors: as choose_engine(), and that no process is free.
[[nodiscard]] boost::asio::awaitable<Result<Pool::Lease>> claim(const Site& site, const DataSource& source);

}  // namespace datasource::gateway
