#include "http/server.hpp"

#include "awaiting.hpp"
#include "cache/result_cache.hpp"
#include "http/session.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <spdlog/spdlog.h>

#include <exception>
#include <utility>

namespace datasource::gateway {
namespace {

using asio::ip::tcp;

}  // namespace

Server::Server(asio::io_context& context, Site site)
    : context_{context}, site_{std::move(site)}, acceptor_{context}, sweep_{context}, stop_{context.get_executor()} {}

Result<void> Server::listen(const std::string& host, std::uint16_t port, bool loopback_only) {
  boost::system::error_code error;
  const auto found = tcp::resolver{context_}.resolve(host, std::to_string(port),
                                                     tcp::resolver::passive | tcp::resolver::numeric_service, error);
  if (error || found.empty())
    return fail(ErrorKind::invalid, "there is no address of that name (" + error.message() + ")");
  const tcp::endpoint endpoint = found.begin()->endpoint();
  if (loopback_only && !endpoint.address().is_loopback())
    return fail(ErrorKind::unauthorized, "other machines can reach this address");
  acceptor_.open(endpoint.protocol(), error);
  if (!error) acceptor_.set_option(asio::socket_base::reuse_address{true}, error);
  if (!error) acceptor_.bind(endpoint, error);
  if (!error) acceptor_.listen(1024, error);
  if (!error) return {};
  acceptor_.close();
  const ErrorKind kind = error == asio::error::address_in_use  ? ErrorKind::conflict
                         : error == asio::error::access_denied ? ErrorKind::forbidden
                                                               : ErrorKind::invalid;
  return fail(kind, error.message());
}

std::string Server::url() const {
  const tcp::endpoint endpoint = acceptor_.local_endpoint();
  const std::string address = endpoint.address().to_string();
  return (site_.tls == nullptr ? "http://" : "https://") +
         (endpoint.address().is_v6() ? '[' + address + ']' : address) + ':' + std::to_string(endpoint.port());
}

bool Server::loopback() const { return acceptor_.local_endpoint().address().is_loopback(); }

void Server::start() {
  asio::co_spawn(context_, accept(), asio::detached);
  asio::co_spawn(context_, enforce_deadlines(), asio::detached);
}

void Server::stop() {
  boost::system::error_code ignored;
  acceptor_.close(ignored);
  sweep_.cancel();
  stop_.request();
  for (Connection* connection : connections_) connection->close_when_idle();
  site_.cursors.clear();
}

asio::awaitable<void> Server::accept() {
  for (;;) {
    auto [error, socket] = co_await acceptor_.async_accept(use_tuple);
    if (stop_.requested()) co_return;
    if (error) {
      // Out of descriptors, most often: those who are here finish, and the others wait in the system's queue.
      spdlog::warn("a connection could not be accepted: {}", error.message());
      asio::steady_timer pause{context_, std::chrono::milliseconds{100}};
      co_await pause.async_wait(use_tuple);
      continue;
    }
    make_room();
    asio::co_spawn(context_, serve(std::make_unique<Connection>(std::move(socket), site_.limits, site_.tls)),
                   asio::detached);
  }
}

void Server::make_room() {
  if (connections_.size() < site_.limits.connections) return;
  for (Connection* connection : connections_) {
    if (connection->idle()) return connection->close();
  }
}

asio::awaitable<void> Server::serve(std::unique_ptr<Connection> connection) {
  connections_.insert(connection.get());
  try {
    const bool secure = co_await connection->handshake();
    if (secure) co_await serve_connection(*connection, site_, stop_);
  } catch (const std::exception& error) {
    spdlog::error("a request of {} failed: {}", connection->client(), error.what());
  }
  connections_.erase(connection.get());
}

asio::awaitable<void> Server::enforce_deadlines() {
  constexpr int seconds_between_sweeps = 30;
  for (int second = 0;; second = (second + 1) % seconds_between_sweeps) {
    sweep_.expires_after(std::chrono::seconds{1});
    const auto [error] = co_await sweep_.async_wait(use_tuple);
    if (error || stop_.requested()) co_return;
    const auto now = Connection::Clock::now();
    for (Connection* connection : connections_) connection->close_when_overdue(now);
    site_.cursors.expire(now);
    if (second == 0 && site_.results != nullptr) site_.results->sweep();
  }
}

}  // namespace datasource::gateway
