#pragma once

#include "http/site.hpp"

#include <boost/asio/awaitable.hpp>

namespace datasource::gateway {

/// Whether there is an engine whose server keeps sources.
[[nodiscard]] bool any_keeps_sources(const Site& site);

/// Has the engines whose servers keep sources bring those in line with the registry; logs and notes what differed.
[[nodiscard]] boost::asio::awaitable<void> reconcile(const Site& site);

}  // namespace datasource::gateway
