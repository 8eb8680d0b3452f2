#pragma once

#include "certificates.hpp"

#include <datasource/http/message.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/system/system_error.hpp>
#include <sys/socket.h>

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

/// A real HTTP server on a free port of this machine that misbehaves as a test tells it to.
namespace tests {

namespace asio = boost::asio;

/// What arrived, and over which connection (counted from 1).
struct Received {
  std::string method;
  std::string target;
  datasource::Headers headers;
  std::string body;
  int connection = 0;
};

/// The server's end of one connection. Blocking; throws boost::system::system_error when the client is gone.
class Peer {
 public:
  Peer(asio::ip::tcp::socket socket, asio::ssl::context* tls)
      : stream_{std::move(socket), tls ? *tls : no_tls()}, tls_{tls != nullptr} {}

  void handshake() {
    if (tls_) stream_.handshake(asio::ssl::stream_base::server);
  }

  void write(std::string_view bytes) {
    const asio::const_buffer buffer{bytes.data(), bytes.size()};
    if (tls_) {
      asio::write(stream_, buffer);
    } else {
      asio::write(stream_.next_layer(), buffer);
    }
  }

  /// A whole reply with its length.
  void reply(int status, const std::string& body, const datasource::Headers& headers = {}) {
    std::string text =
        "HTTP/1.1 " + std::to_string(status) + " -\r\nContent-Length: " + std::to_string(body.size()) + "\r\n";
    for (const auto& [name, value] : headers) text.append(name).append(": ").append(value).append("\r\n");
    write(text + "\r\n" + body);
  }

  /// At least one byte; empty when the client has closed.
  std::string read_some() {
    std::string bytes(16384, '\0');
    boost::system::error_code error;
    const asio::mutable_buffer buffer{bytes.data(), bytes.size()};
    const std::size_t count = tls_ ? stream_.read_some(buffer, error) : stream_.next_layer().read_some(buffer, error);
    bytes.resize(error ? 0 : count);
    return bytes;
  }

  /// Says nothing until the client goes away, or the server ends.
  void hold() {
    while (!read_some().empty()) continue;
  }

  /// Ends the connection with a reset instead of an orderly close.
  void reset() {
    asio::socket_base::linger abrupt{true, 0};
    socket().set_option(abrupt);
    socket().close();
  }
  /// Ends it without TLS' own farewell.
  void close() { socket().close(); }

  asio::ip::tcp::socket& socket() { return stream_.next_layer(); }

 private:
  static asio::ssl::context& no_tls() {
    static asio::ssl::context context{asio::ssl::context::tls_server};
    return context;
  }

  asio::ssl::stream<asio::ip::tcp::socket> stream_;
  bool tls_;
};

/// How a server proves who it is.
struct ServerTls {
  const Identity* identity = nullptr;
  const Identity* client_authority = nullptr;  ///< Whose clients alone are let in.
};

class FaultServer {
 public:
  /// Called for each request on its connection, which is kept open for the next one when it returns.
  using Script = std::function<void(Peer&, const Received&)>;

  explicit FaultServer(Script script, std::optional<ServerTls> tls = std::nullopt)
      : script_{std::move(script)}, acceptor_{io_, {asio::ip::address_v4::loopback(), 0}} {
    if (tls) use(*tls);
    port_ = acceptor_.local_endpoint().port();
    accepting_ = std::thread{[this] { accept(); }};
  }
  FaultServer(const FaultServer&) = delete;
  FaultServer& operator=(const FaultServer&) = delete;
  ~FaultServer() {
    {
      const std::lock_guard lock{mutex_};
      stopping_ = true;
      ::shutdown(acceptor_.native_handle(), SHUT_RDWR);
      for (const int descriptor : open_) ::shutdown(descriptor, SHUT_RDWR);
    }
    accepting_.join();
    for (std::thread& each : serving_) each.join();
  }

  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] std::string url(std::string_view host = "127.0.0.1") const {
    return (tls_ ? "https://" : "http://") + std::string{host} + ':' + std::to_string(port_);
  }
  [[nodiscard]] int connections() const {
    const std::lock_guard lock{mutex_};
    return connections_;
  }
  [[nodiscard]] std::vector<Received> received() const {
    const std::lock_guard lock{mutex_};
    return received_;
  }
  /// Returns when that many requests have arrived in all.
  void await_requests(std::size_t count) const {
    std::unique_lock lock{mutex_};
    changed_.wait(lock, [&] { return received_.size() >= count; });
  }
  void await_connections(int count) const {
    std::unique_lock lock{mutex_};
    changed_.wait(lock, [&] { return connections_ >= count; });
  }

 private:
  void use(const ServerTls& tls) {
    tls_ = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_server);
    const std::string chain = tls.identity->certificate_pem(), key = tls.identity->key_pem();
    tls_->use_certificate_chain(asio::buffer(chain));
    tls_->use_private_key(asio::buffer(key), asio::ssl::context::pem);
    if (tls.client_authority == nullptr) return;
    tls_->add_certificate_authority(asio::buffer(tls.client_authority->certificate_pem()));
    tls_->set_verify_mode(asio::ssl::verify_peer | asio::ssl::verify_fail_if_no_peer_cert);
  }

  void accept() {
    while (true) {
      boost::system::error_code error;
      asio::ip::tcp::socket socket = acceptor_.accept(error);
      const std::lock_guard lock{mutex_};
      if (error || stopping_) return;
      const int number = ++connections_;
      const int descriptor = socket.native_handle();
      open_.insert(descriptor);
      changed_.notify_all();
      serving_.emplace_back(
          [this, number, descriptor, peer = std::make_unique<Peer>(std::move(socket), tls_.get())]() mutable {
            try {
              peer->handshake();
              serve(*peer, number);
            } catch (const boost::system::system_error&) {
              // The client is gone, which is how many of these tests end.
            }
            const std::lock_guard closing{mutex_};
            open_.erase(descriptor);
            peer.reset();
          });
    }
  }

  void serve(Peer& peer, int connection) {
    std::string pending;
    while (peer.socket().is_open()) {
      Received request;
      request.connection = connection;
      if (!read_request(peer, pending, request)) return;
      {
        const std::lock_guard lock{mutex_};
        received_.push_back(request);
        changed_.notify_all();
      }
      script_(peer, request);
    }
  }

  static bool read_request(Peer& peer, std::string& pending, Received& request) {
    const auto more = [&] {
      const std::string bytes = peer.read_some();
      pending += bytes;
      return !bytes.empty();
    };
    std::size_t end = std::string::npos;
    while ((end = pending.find("\r\n\r\n")) == std::string::npos) {
      if (!more()) return false;
    }
    const std::string head = pending.substr(0, end + 2);
    pending.erase(0, end + 4);
    std::size_t line = head.find("\r\n");
    const std::size_t first = head.find(' '), second = head.find(' ', first + 1);
    request.method = head.substr(0, first);
    request.target = head.substr(first + 1, second - first - 1);
    while (line + 2 < head.size()) {
      const std::size_t begin = line + 2;
      line = head.find("\r\n", begin);
      const std::size_t colon = head.find(": ", begin);
      if (colon < line)
        request.headers.emplace_back(head.substr(begin, colon - begin), head.substr(colon + 2, line - colon - 2));
    }
    const std::string length{datasource::find_header(request.headers, "Content-Length")};
    const std::size_t wanted = length.empty() ? 0 : std::stoul(length);
    while (pending.size() < wanted) {
      if (!more()) return false;
    }
    request.body = pending.substr(0, wanted);
    pending.erase(0, wanted);
    return true;
  }

  Script script_;
  asio::io_context io_;
  std::unique_ptr<asio::ssl::context> tls_;
  asio::ip::tcp::acceptor acceptor_;
  std::uint16_t port_ = 0;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  bool stopping_ = false;
  int connections_ = 0;
  std::set<int> open_;
  std::vector<Received> received_;
  std::list<std::thread> serving_;
  std::thread accepting_;
};

/// Carries bytes between a client and a port of this machine until either is done, as a proxy does after CONNECT.
inline void tunnel(Peer& client, std::uint16_t port) {
  asio::io_context io;
  asio::ip::tcp::socket server{io};
  server.connect({asio::ip::address_v4::loopback(), port});
  const auto pump = [](asio::ip::tcp::socket& from, asio::ip::tcp::socket& to) {
    char bytes[16384];
    boost::system::error_code error;
    while (true) {
      const std::size_t count = from.read_some(asio::buffer(bytes), error);
      if (error) break;
      asio::write(to, asio::buffer(bytes, count), error);
      if (error) break;
    }
    to.shutdown(asio::ip::tcp::socket::shutdown_send, error);
  };
  std::thread back{[&] { pump(server, client.socket()); }};
  pump(client.socket(), server);
  back.join();
  client.close();
}

}  // namespace tests
