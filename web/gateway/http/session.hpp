#pragma once

#include "http/connection.hpp"
#include "http/site.hpp"

#include <boost/asio/awaitable.hpp>

namespace datasource::gateway {

/// Answers the requests of one connection until it ends.
[[nodiscard]] boost::asio::awaitable<void> serve_connection(Connection& connection, const Site& site, Stop& stop);

}  // namespace datasource::gateway
