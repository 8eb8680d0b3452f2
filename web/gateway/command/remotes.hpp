#pragma once

#include <datasource/federation/remote_opener.hpp>

#include <vector>

namespace datasource::gateway {

/// The readers of all systems whose tables the embedded engine fetches.
[[nodiscard]] std::vector<RemoteOpener> remote_openers();

}  // namespace datasource::gateway
