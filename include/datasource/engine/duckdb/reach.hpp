#pragma once

#include <datasource/engine/duckdb/errors.hpp>

#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <tl/expected.hpp>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace datasource::duckdb {

/// A step towards a server, or why it could not be made.
template <class T>
using Reached = tl::expected<T, AccessProblem>;

namespace detail {

using Clock = std::chrono::steady_clock;

inline tl::unexpected<AccessProblem> unreached(AccessProblem problem) { return tl::unexpected<AccessProblem>{problem}; }

/// Waits until the socket is ready for `events`; false when the deadline passes first.
inline bool wait_for(int socket, short events, Clock::time_point deadline) {
  while (true) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
    if (left <= 0) return false;
    pollfd entry{.fd = socket, .events = events, .revents = 0};
    const int ready = poll(&entry, 1, static_cast<int>(std::min<std::int64_t>(left, 1'000'000)) + 1);
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return false;
  }
}

}  // namespace detail

/// The addresses of a host name.
class Addresses {
 public:
  static Reached<Addresses> resolve(const std::string& host, const std::string& port) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_NUMERICSERV;
    addrinfo* found = nullptr;
    if (getaddrinfo(host.c_str(), port.c_str(), &hints, &found) != 0 || found == nullptr)
      return detail::unreached(AccessProblem::host_unknown);
    return Addresses{found};
  }

  [[nodiscard]] const addrinfo* first() const { return list_.get(); }

  /// In numbers, separated by commas, each once.
  [[nodiscard]] std::string text() const {
    std::vector<std::string> shown;
    for (const addrinfo* each = first(); each != nullptr; each = each->ai_next) {
      std::array<char, NI_MAXHOST> number{};
      if (getnameinfo(each->ai_addr, each->ai_addrlen, number.data(), number.size(), nullptr, 0, NI_NUMERICHOST) != 0)
        continue;
      if (std::ranges::find(shown, number.data()) == shown.end()) shown.emplace_back(number.data());
    }
    std::string joined;
    for (const std::string& each : shown) joined += (joined.empty() ? "" : ", ") + each;
    return joined;
  }

 private:
  explicit Addresses(addrinfo* list) : list_{list, &freeaddrinfo} {}

  std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> list_;
};

/// What a server says before anybody signs in.
struct Greeting {
  bool tls = true;  ///< It offers TLS, as far as it says.
};

/// A TCP connection that is only there to see who answers.
class ProbeSocket {
 public:
  ProbeSocket(ProbeSocket&& other) noexcept : socket_{std::exchange(other.socket_, -1)} {}
  ProbeSocket& operator=(ProbeSocket&& other) noexcept {
    std::swap(socket_, other.socket_);
    return *this;
  }
  ProbeSocket(const ProbeSocket&) = delete;
  ProbeSocket& operator=(const ProbeSocket&) = delete;
  ~ProbeSocket() {
    if (socket_ >= 0) close(socket_);
  }

  /// Tries the addresses in turn until the deadline.
  static Reached<ProbeSocket> connect(const Addresses& addresses, detail::Clock::time_point deadline) {
    AccessProblem problem = AccessProblem::timed_out;
    for (const addrinfo* each = addresses.first(); each != nullptr; each = each->ai_next) {
      ProbeSocket probe{socket(each->ai_family, each->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, each->ai_protocol)};
      if (probe.socket_ < 0) continue;
      int error = ::connect(probe.socket_, each->ai_addr, each->ai_addrlen) == 0 ? 0 : errno;
      if (error == EINPROGRESS) {
        if (!detail::wait_for(probe.socket_, POLLOUT, deadline)) return detail::unreached(AccessProblem::timed_out);
        socklen_t size = sizeof error;
        getsockopt(probe.socket_, SOL_SOCKET, SO_ERROR, &error, &size);
      }
      if (error == 0) return probe;
      problem = error == ECONNREFUSED ? AccessProblem::refused
                : error == ETIMEDOUT  ? AccessProblem::timed_out
                                      : AccessProblem::no_route;
    }
    return detail::unreached(problem);
  }

  /// Whether the system of that DuckDB type answers, and whether it offers TLS. PostgreSQL is asked whether it does,
  /// and says S or N and nothing else. MySQL speaks first: a packet with number 0 that begins with protocol version 10
  /// and has its capabilities after its version and sixteen more bytes, or an error that belongs to signing in.
  [[nodiscard]] Reached<Greeting> greet(std::string_view type, detail::Clock::time_point deadline) const {
    std::array<unsigned char, 512> reply{};
    if (type == "postgres") {
      constexpr std::array<unsigned char, 8> tls_request{0, 0, 0, 8, 4, 210, 22, 47};
      if (send(socket_, tls_request.data(), tls_request.size(), MSG_NOSIGNAL) !=
          static_cast<ssize_t>(tls_request.size()))
        return detail::unreached(AccessProblem::connection_lost);
      const std::size_t size = receive({reply.data(), 2}, deadline, 1);
      if (size != 1 || (reply[0] != 'S' && reply[0] != 'N')) return detail::unreached(AccessProblem::wrong_system);
      return Greeting{.tls = reply[0] == 'S'};
    }
    if (type == "mysql") {
      constexpr std::size_t head = 5;
      const std::size_t begun = receive({reply.data(), head}, deadline, head);
      if (begun != head || reply[3] != 0 || (reply[4] != 10 && reply[4] != 255))
        return detail::unreached(AccessProblem::wrong_system);
      const std::size_t whole = std::min<std::size_t>(reply.size(), std::size_t{4} + reply[0] + 256U * reply[1]);
      const std::size_t size = head + receive({reply.data() + head, whole - head}, deadline, whole - head);
      const unsigned char* const begin = reply.data();
      const unsigned char* const end = begin + size;
      const unsigned char* const version_end = std::find(begin + head, end, static_cast<unsigned char>(0));
      const bool known = reply[4] == 10 && end - version_end > 15;
      if (!known) return Greeting{};
      const unsigned char* const capabilities =
          version_end + 14;  // the version's end, a number, eight bytes of a nonce, 0
      constexpr unsigned tls_flag = 0x0800;
      return Greeting{.tls = ((capabilities[0] | unsigned{capabilities[1]} << 8) & tls_flag) != 0};
    }
    return Greeting{};
  }

 private:
  explicit ProbeSocket(int socket) : socket_{socket} {}

  /// Reads until `enough` bytes are there, the other side closes or the deadline passes.
  [[nodiscard]] std::size_t receive(std::span<unsigned char> bytes, detail::Clock::time_point deadline,
                                    std::size_t enough) const {
    std::size_t size = 0;
    while (size < enough && detail::wait_for(socket_, POLLIN, deadline)) {
      const ssize_t count = recv(socket_, bytes.data() + size, bytes.size() - size, 0);
      if (count <= 0) break;
      size += static_cast<std::size_t>(count);
    }
    return size;
  }

  int socket_ = -1;
};

}  // namespace datasource::duckdb
