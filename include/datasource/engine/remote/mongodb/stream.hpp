#pragma once

#include <mongoc/mongoc.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <string>
#include <vector>

/// A connection that a stop ends at once. libmongoc's own one waits for its time-out.
namespace datasource::remote::mongo {

/// Wakes whoever waits for the connection of one client. Safe from any thread.
class Interrupt {
 public:
  Interrupt() : event_{eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)} {}
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;
  ~Interrupt() {
    if (event_ >= 0) close(event_);
  }

  /// Ends what waits now, and whatever would wait later: the client is of no use then.
  void raise() {
    raised_ = true;
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = write(event_, &one, sizeof one);
  }
  /// Readable from the first `raise` on.
  [[nodiscard]] int event() const { return event_; }
  /// Whether it was raised.
  [[nodiscard]] bool raised() const { return raised_; }

 private:
  int event_;
  std::atomic<bool> raised_ = false;
};

/// How far the last attempt to connect came, to tell what failed in words for people.
enum class Reached {
  nothing,       ///< No attempt yet.
  host_unknown,  ///< The name has no address.
  no_route,      ///< The network knows no way.
  refused,       ///< Nobody listens there.
  timed_out,     ///< No answer.
  no_tls,        ///< The other side does not speak TLS, or its certificate is not trusted.
  connected,     ///< Somebody listens.
};

/// What the connections of one client share.
struct Link {
  Interrupt interrupt = {};            ///< Ends them.
  Reached reached = Reached::nothing;  ///< By the last attempt.
  std::chrono::milliseconds limit{0};  ///< For an attempt.
  bool tls = false;                    ///< Whether the connection is encrypted.
  bool verify = false;                 ///< Whether the certificate and its name are checked.
};

namespace detail {

/// How long a wait goes on.
class Deadline {
 public:
  explicit Deadline(std::int64_t ms) : forever_{ms < 0}, end_{Clock::now() + std::chrono::milliseconds{ms}} {}
  [[nodiscard]] int left() const {
    if (forever_) return -1;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end_ - Clock::now()).count();
    return static_cast<int>(std::clamp<std::int64_t>(left, 0, 1'000'000'000));
  }

 private:
  using Clock = std::chrono::steady_clock;
  bool forever_;
  Clock::time_point end_;
};

/// Waits until the socket can be read or written. False with errno: ETIMEDOUT, ECANCELED.
inline bool wait_for(Link& link, int socket, short what, const Deadline& deadline) {
  for (;;) {
    pollfd waiting[2] = {{socket, what, 0}, {link.interrupt.event(), POLLIN, 0}};
    const int ready = poll(waiting, 2, deadline.left());
    if (ready < 0 && errno == EINTR) continue;
    if (ready < 0) return false;
    if (waiting[1].revents != 0) {
      errno = ECANCELED;
      return false;
    }
    if (waiting[0].revents != 0) return true;
    if (deadline.left() == 0) {
      errno = ETIMEDOUT;
      return false;
    }
  }
}

/// libmongoc's view of a socket. Its first member is the table of functions, since libmongoc casts.
struct SocketStream {
  mongoc_stream_t table;
  Link* link;
  int socket;
  bool timed_out;

  static SocketStream& of(mongoc_stream_t* stream) { return *reinterpret_cast<SocketStream*>(stream); }

  static mongoc_stream_t* make(Link& link, int socket) {
    // libmongoc reads the table until `destroy`, which is ours.
    auto* stream = new (std::nothrow) SocketStream{{}, &link, socket, false};
    if (stream == nullptr) return nullptr;
    std::memset(&stream->table, 0, sizeof stream->table);
    stream->table.type = 200;  // none of libmongoc's own
    stream->table.destroy = [](mongoc_stream_t* self) {
      close_socket(self);
      delete &of(self);
    };
    stream->table.failed = stream->table.destroy;
    stream->table.close = close_socket;
    stream->table.flush = [](mongoc_stream_t*) { return 0; };
    stream->table.writev = write;
    stream->table.readv = read;
    stream->table.setsockopt = [](mongoc_stream_t* self, int level, int name, void* value, mongoc_socklen_t size) {
      return ::setsockopt(of(self).socket, level, name, value, size);
    };
    stream->table.check_closed = check_closed;
    stream->table.poll = poll_all;
    stream->table.timed_out = [](mongoc_stream_t* self) { return of(self).timed_out; };
    stream->table.should_retry = [](mongoc_stream_t*) { return false; };
    return &stream->table;
  }

 private:
  static int close_socket(mongoc_stream_t* self) {
    int& socket = of(self).socket;
    const int closed = socket < 0 ? 0 : close(socket);
    socket = -1;
    return closed;
  }

  bool ready(short what, const Deadline& deadline) {
    if (wait_for(*link, socket, what, deadline)) return true;
    timed_out = errno == ETIMEDOUT;
    return false;
  }

  static ssize_t write(mongoc_stream_t* self, mongoc_iovec_t* parts, std::size_t count, std::int32_t timeout) {
    SocketStream& stream = of(self);
    stream.timed_out = false;
    const Deadline deadline{timeout};
    std::vector<iovec> left(parts, parts + count);
    ssize_t total = 0;
    for (std::size_t first = 0; first < left.size();) {
      if (left[first].iov_len == 0) {
        ++first;
        continue;
      }
      msghdr message{};
      message.msg_iov = left.data() + first;
      message.msg_iovlen = std::min<std::size_t>(left.size() - first, 64);
      const ssize_t sent = sendmsg(stream.socket, &message, MSG_NOSIGNAL);
      if (sent < 0) {
        if (errno == EINTR) continue;
        if ((errno != EAGAIN && errno != EWOULDBLOCK) || !stream.ready(POLLOUT, deadline)) return -1;
        continue;
      }
      total += sent;
      advance(left, first, static_cast<std::size_t>(sent));
    }
    return total;
  }

  static ssize_t read(mongoc_stream_t* self, mongoc_iovec_t* parts, std::size_t count, std::size_t least,
                      std::int32_t timeout) {
    SocketStream& stream = of(self);
    stream.timed_out = false;
    const Deadline deadline{timeout};
    std::vector<iovec> left(parts, parts + count);
    std::size_t total = 0;
    for (std::size_t first = 0; first < left.size();) {
      const ssize_t got = recv(stream.socket, left[first].iov_base, left[first].iov_len, 0);
      if (got < 0) {
        if (errno == EINTR) continue;
        if ((errno != EAGAIN && errno != EWOULDBLOCK) || !stream.ready(POLLIN, deadline)) return -1;
        continue;
      }
      if (got == 0) break;
      total += static_cast<std::size_t>(got);
      advance(left, first, static_cast<std::size_t>(got));
      if (total >= least) break;
    }
    return total >= least ? static_cast<ssize_t>(total) : -1;
  }

  static void advance(std::vector<iovec>& parts, std::size_t& first, std::size_t bytes) {
    while (first < parts.size() && bytes >= parts[first].iov_len) bytes -= parts[first++].iov_len;
    if (first == parts.size()) return;
    parts[first].iov_base = static_cast<char*>(parts[first].iov_base) + bytes;
    parts[first].iov_len -= bytes;
  }

  static bool check_closed(mongoc_stream_t* self) {
    char byte = 0;
    const ssize_t got = recv(of(self).socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return got == 0 || (got < 0 && errno != EAGAIN && errno != EWOULDBLOCK);
  }

  static ssize_t poll_all(mongoc_stream_poll_t* streams, std::size_t count, std::int32_t timeout) {
    std::vector<pollfd> waiting(count + 1);
    for (std::size_t i = 0; i < count; ++i)
      waiting[i] = {of(streams[i].stream).socket, static_cast<short>(streams[i].events), 0};
    Link& link = *of(streams[0].stream).link;
    waiting[count] = {link.interrupt.event(), POLLIN, 0};
    const int ready = poll(waiting.data(), waiting.size(), timeout);
    for (std::size_t i = 0; i < count; ++i) streams[i].revents = waiting[i].revents;
    if (ready > 0 && waiting[count].revents != 0) {
      for (std::size_t i = 0; i < count; ++i) streams[i].revents = POLLERR;
      return static_cast<ssize_t>(count);
    }
    return ready;
  }
};

/// A socket that is connected, or -1 with `link.reached` saying why not.
inline int connect_to(Link& link, const char* host, std::uint16_t port) {
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  wanted.ai_flags = AI_ADDRCONFIG;
  addrinfo* found = nullptr;
  int known = getaddrinfo(host, std::to_string(port).c_str(), &wanted, &found);
  if (known != 0) {
    wanted.ai_flags = 0;  // a machine without a network of its own still has its loopback interface
    known = getaddrinfo(host, std::to_string(port).c_str(), &wanted, &found);
  }
  if (known != 0) {
    link.reached = Reached::host_unknown;
    return -1;
  }
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owner{found, freeaddrinfo};
  const Deadline deadline{link.limit.count()};
  for (const addrinfo* each = found; each != nullptr; each = each->ai_next) {
    const int made = socket(each->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, each->ai_protocol);
    if (made < 0) continue;
    int problem = connect(made, each->ai_addr, each->ai_addrlen) == 0 ? 0 : errno;
    if (problem == EINPROGRESS) {
      socklen_t size = sizeof problem;
      if (!wait_for(link, made, POLLOUT, deadline)) {
        problem = errno;
      } else if (getsockopt(made, SOL_SOCKET, SO_ERROR, &problem, &size) != 0) {
        problem = errno;
      }
    }
    if (problem == 0) {
      const int yes = 1;
      setsockopt(made, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
      setsockopt(made, SOL_SOCKET, SO_KEEPALIVE, &yes, sizeof yes);
      link.reached = Reached::connected;
      return made;
    }
    close(made);
    link.reached = problem == ETIMEDOUT                                ? Reached::timed_out
                   : problem == EHOSTUNREACH || problem == ENETUNREACH ? Reached::no_route
                                                                       : Reached::refused;
    if (link.interrupt.raised()) break;
  }
  return -1;
}

}  // namespace detail

/// What libmongoc calls for each connection. `data`: a Link that outlives the client.
inline mongoc_stream_t* open_stream(const mongoc_uri_t*, const mongoc_host_list_t* host, void* data,
                                    bson_error_t* error) {
  Link& link = *static_cast<Link*>(data);
  const int socket = detail::connect_to(link, host->host, host->port);
  if (socket < 0) {
    bson_set_error(error, MONGOC_ERROR_STREAM, MONGOC_ERROR_STREAM_CONNECT, "no connection");
    return nullptr;
  }
  mongoc_stream_t* const plain = detail::SocketStream::make(link, socket);
  if (plain == nullptr || !link.tls) return plain;
  mongoc_ssl_opt_t options = *mongoc_ssl_opt_get_default();
  options.weak_cert_validation = !link.verify;
  options.allow_invalid_hostname = !link.verify;
  mongoc_stream_t* const secure = mongoc_stream_tls_new_with_hostname(plain, host->host, &options, 1);
  const auto limit = static_cast<std::int32_t>(link.limit.count());
  if (secure != nullptr && mongoc_stream_tls_handshake_block(secure, host->host, limit, error)) return secure;
  link.reached = Reached::no_tls;
  mongoc_stream_destroy(secure != nullptr ? secure : plain);
  return nullptr;
}

}  // namespace datasource::remote::mongo
