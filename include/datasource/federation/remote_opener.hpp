#pragma once

#include <datasource/connector/settings.hpp>
#include <datasource/federation/remote_source.hpp>

#include <functional>
#include <memory>
#include <string_view>

namespace datasource {

/// Makes the reader of one connector's sources. An engine is given one for each connector whose sources it fetches.
struct RemoteOpener {
  std::string_view connector;  ///< The catalogue's id, such as `prometheus`; outlives the engine.
  /// Makes a reader from checked settings, without I/O. Errors: `invalid`, for what only the reader can judge, such as
  /// a key that is none.
  std::function<Result<std::unique_ptr<RemoteSource>>(const Settings&)> open;
};

}  // namespace datasource
