#pragma once

#include <datasource/connector/settings.hpp>
#include <datasource/federation/remote_opener.hpp>

#include <memory>
#include <vector>

namespace datasource::gateway {

/// The readers of all systems whose tables the embedded engine fetches.
[[nodiscard]] std::vector<RemoteOpener> remote_openers();

// One a file: a reader is some thousand lines of headers.
using OpenedRemote = Result<std::unique_ptr<RemoteSource>>;
[[nodiscard]] OpenedRemote open_bigquery(const Settings& settings);
[[nodiscard]] OpenedRemote open_influxdb(const Settings& settings);
[[nodiscard]] OpenedRemote open_mongodb(const Settings& settings);
[[nodiscard]] OpenedRemote open_opensearch(const Settings& settings);
[[nodiscard]] OpenedRemote open_prometheus(const Settings& settings);
[[nodiscard]] OpenedRemote open_snowflake(const Settings& settings);
[[nodiscard]] OpenedRemote open_sqlserver(const Settings& settings);

}  // namespace datasource::gateway
