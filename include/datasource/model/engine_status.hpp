#pragma once

#include <optional>
#include <string>
#include <vector>

namespace datasource {

/// How what an engine's server keeps differed from the registry, before it was brought in line.
struct Drift {
  std::vector<std::string> missing = {};  ///< Sources that the server had not; it has them now.
  std::vector<std::string> dropped = {};  ///< What the server had of no source, by the server's names; it is gone.
  std::vector<std::string> refused = {};  ///< Sources that the server does not take, each with the reason.

  friend bool operator==(const Drift&, const Drift&) = default;
};

/// A comparison of what an engine's server keeps with the registry.
struct DriftCheck {
  std::string time = {};     ///< When, as ISO 8601 in UTC.
  Drift found = {};          ///< What differed.
  std::string problem = {};  ///< Why the two could not be compared; empty when they were.

  friend bool operator==(const DriftCheck&, const DriftCheck&) = default;
};

/// An engine behind a gateway.
struct EngineStatus {
  std::string id = {};                        ///< As DataSource::engine names it.
  std::string version = {};                   ///< Name and version, such as `trino 476`.
  bool is_default = false;                    ///< Whether it runs what sources leave open.
  std::vector<std::string> serves = {};       ///< The connectors whose sources it reads.
  std::optional<DriftCheck> at_start = {};    ///< Of an engine whose server keeps sources: the first comparison.
  std::optional<DriftCheck> last_check = {};  ///< The newest one, made after writes too.

  friend bool operator==(const EngineStatus&, const EngineStatus&) = default;
};

}  // namespace datasource
