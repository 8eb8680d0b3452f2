#pragma once

#include "http/connection.hpp"
#include "http/site.hpp"

#include <datasource/model/error.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstdint>
#include <memory>
#include <set>
#include <string>

namespace datasource::gateway {

/// Accepts connections and serves them, all on one thread.
class Server {
 public:
  Server(boost::asio::io_context& context, Site site);

  /// Binds and listens. Errors: `invalid` for a host that is none, `conflict` for a port in use, `forbidden`, and
  /// `unauthorized` for an address that other machines reach when only this one may be served.
  [[nodiscard]] Result<void> listen(const std::string& host, std::uint16_t port, bool loopback_only);
  /// `http://127.0.0.1:8480`, with the port that was bound; `https://` with TLS.
  [[nodiscard]] std::string url() const;
  [[nodiscard]] bool loopback() const;

  void start();
  /// Accepts nothing more, closes what is idle and ends what runs. The context runs out of work soon after.
  void stop();

 private:
  [[nodiscard]] boost::asio::awaitable<void> accept();
  [[nodiscard]] boost::asio::awaitable<void> serve(std::unique_ptr<Connection> connection);
  [[nodiscard]] boost::asio::awaitable<void> enforce_deadlines();
  void make_room();

  boost::asio::io_context& context_;
  Site site_;
  boost::asio::ip::tcp::acceptor acceptor_;
  boost::asio::steady_timer sweep_;
  Stop stop_;
  std::set<Connection*> connections_;
};

}  // namespace datasource::gateway
