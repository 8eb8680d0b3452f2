#pragma once

#include "engine/pool.hpp"

#include <datasource/model/error.hpp>

#include <boost/asio/awaitable.hpp>

#include <string>

namespace datasource::gateway {

/// One request to a process and the frame that begins its answer. An error frame comes back as the Error that it holds.
[[nodiscard]] boost::asio::awaitable<Result<Frame>> ask(const Pool::Lease& lease, FrameType type, std::string payload);

}  // namespace datasource::gateway
