#pragma once

#include <arpa/inet.h>
#include <catch2/catch.hpp>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <string>
#include <thread>

namespace tests {

/// A port of the loopback interface whose listener takes connections, or leaves them waiting.
class Listener {
 public:
  explicit Listener(bool closes) : socket_{socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    REQUIRE(bind(socket_, reinterpret_cast<sockaddr*>(&address), size) == 0);
    REQUIRE(listen(socket_, 8) == 0);
    REQUIRE(getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    port_ = std::to_string(ntohs(address.sin_port));
    if (!closes) return;
    thread_ = std::thread{[this] {
      for (int taken = accept(socket_, nullptr, nullptr); taken >= 0; taken = accept(socket_, nullptr, nullptr)) {
        char bytes[64];
        [[maybe_unused]] const auto got = read(taken, bytes, sizeof bytes);
        ++taken_;
        close(taken);
      }
    }};
  }
  ~Listener() {
    shutdown(socket_, SHUT_RDWR);
    if (thread_.joinable()) thread_.join();
    close(socket_);
  }
  [[nodiscard]] const std::string& port() const { return port_; }
  [[nodiscard]] int taken() const { return taken_; }

 private:
  int socket_;
  std::string port_;
  std::thread thread_;
  std::atomic<int> taken_ = 0;
};

}  // namespace tests
