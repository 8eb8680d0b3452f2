#pragma once

#include <datasource/client/trino.hpp>
#include <datasource/engine/trino/catalog.hpp>

#include <cstdint>
#include <string>

namespace datasource::trino {

/// Which Trino an engine uses, and how.
struct Options {
  TrinoOptions server = {};  ///< Its address and who signs in: a user that may make and drop catalogs, and only read.
  /// Begins the names of all catalogs of this registry, as `[a-z][a-z0-9_]*_`. What else begins so is dropped by
  /// reconcile(), so no two registries of one Trino may share it.
  std::string prefix = "ds_";
  /// Names a version of a source. Catalogs' names can be seen, so it has to be keyed. @pre it gives letters and digits
  Fingerprint fingerprint = {};
  std::uint64_t row_limit = 0;  ///< Most rows of a reply; 0: no limit. A reply with more is an error.
};

}  // namespace datasource::trino
