#pragma once

#include "http/limits.hpp"
#include "http/reply.hpp"
#include "http/request_parser.hpp"

#include <datasource/http/message.hpp>
#include <datasource/model/error.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/system/error_code.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace datasource::gateway {

/// HTTP/1.1 on one socket: reads requests within the limits, writes whole and streamed replies. Deadlines are kept here
/// and enforced by whoever calls `close_when_overdue` from time to time, so that an operation costs no timer.
class Connection {
 public:
  using Clock = std::chrono::steady_clock;

  /// @param tls The certificate to speak TLS with; null: plain HTTP.
  Connection(boost::asio::ip::tcp::socket socket, const Limits& limits, boost::asio::ssl::context* tls = nullptr);

  /// Negotiates TLS where it is spoken. False when that fails: the connection is of no use.
  [[nodiscard]] boost::asio::awaitable<bool> handshake();

  /// The next request, without its body. Nothing when the client is done; an Error for what is no request, to be
  /// answered and closed.
  [[nodiscard]] boost::asio::awaitable<Result<std::optional<HttpRequest>>> read_head();
  /// The rest of the request that `read_head` gave.
  [[nodiscard]] boost::asio::awaitable<Result<std::string>> read_body();
  /// Whether that request has a body.
  [[nodiscard]] bool has_body() const;
  /// Whether that request's client can take another reply on this connection.
  [[nodiscard]] bool keep_alive() const noexcept { return keep_alive_; }
  /// Ends the connection after the next reply.
  void close_after_reply() noexcept { keep_alive_ = false; }

  /// Writes a whole reply; without its body when the request was HEAD. False when the client is gone.
  [[nodiscard]] boost::asio::awaitable<bool> write(const Reply& reply);

  /// A reply whose length is not known: the head goes out with the first bytes. False when the client is gone.
  [[nodiscard]] boost::asio::awaitable<bool> begin_stream(const Headers& headers, std::string_view bytes);
  [[nodiscard]] boost::asio::awaitable<bool> write_stream(std::string_view bytes);
  [[nodiscard]] boost::asio::awaitable<bool> end_stream();
  /// Ends a streamed reply so that the client can tell that it is incomplete.
  void break_stream();

  /// Returns when the client closed the connection while it waits for a reply; never returns for one that sent its next
  /// request early.
  [[nodiscard]] boost::asio::awaitable<void> client_gone();

  /// Says goodbye: what was written arrives, even when the client is still sending.
  [[nodiscard]] boost::asio::awaitable<void> linger();

  void close();
  /// Closes it when no request is being read or answered.
  void close_when_idle();
  void close_when_overdue(Clock::time_point now) {
    if (now > deadline_) close();
  }
  [[nodiscard]] bool idle() const noexcept { return idle_; }

  /// The client's address, `127.0.0.1:50312`.
  [[nodiscard]] const std::string& client() const noexcept { return client_; }

 private:
  /// Waits for bytes and takes them into the buffer.
  boost::asio::awaitable<boost::system::error_code> fill();
  void expect_within(std::chrono::seconds time) { deadline_ = Clock::now() + time; }
  boost::asio::awaitable<bool> write_chunk(std::string_view head, std::string_view bytes);
  template <class Buffers>
  boost::asio::awaitable<bool> send(const Buffers& buffers);
  /// Does something with what bytes are read from and written to.
  template <class Action>
  auto with_stream(Action&& action) {
    return tls_ ? action(*tls_) : action(socket_);
  }

  boost::asio::ip::tcp::socket socket_;
  std::optional<boost::asio::ssl::stream<boost::asio::ip::tcp::socket&>> tls_;  ///< Around the socket.
  const Limits& limits_;
  boost::beast::flat_buffer buffer_;
  std::optional<RequestParser> parser_;
  Clock::time_point deadline_ = Clock::time_point::max();
  std::string client_;
  bool keep_alive_ = true;
  bool head_only_ = false;
  bool old_client_ = false;  ///< HTTP/1.0: knows no chunks.
  bool idle_ = true;
};

}  // namespace datasource::gateway
