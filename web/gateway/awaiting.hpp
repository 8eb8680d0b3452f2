#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace datasource::gateway {

namespace asio = boost::asio;

/// What an operation came to is a value, not an exception.
inline constexpr auto use_tuple = asio::as_tuple(asio::use_awaitable);

/// Returns when the timer has run out or was cancelled.
inline asio::awaitable<void> wait_for(asio::steady_timer& timer) { co_await timer.async_wait(use_tuple); }

}  // namespace datasource::gateway
