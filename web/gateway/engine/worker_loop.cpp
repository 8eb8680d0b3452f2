#include "engine/worker_loop.hpp"

#include "engine/frame.hpp"
#include "engine/messages.hpp"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <csignal>
#include <cstdlib>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>

namespace datasource::gateway {
namespace {

/// Without the gateway there is nobody to answer and nothing to keep: what runs is dropped with the process.
[[noreturn]] void gateway_is_gone() { ::_exit(0); }

class Channel {
 public:
  explicit Channel(int socket) : socket_{socket} {}

  void read(char* to, std::size_t size) const {
    while (size > 0) {
      const ssize_t count = ::recv(socket_, to, size, 0);
      if (count == 0 || (count < 0 && errno != EINTR)) gateway_is_gone();
      if (count < 0) continue;
      to += count;
      size -= static_cast<std::size_t>(count);
    }
  }

  void write(FrameType type, std::string_view payload) const {
    auto header = frame_header(type, static_cast<std::uint32_t>(payload.size()));
    iovec parts[] = {{header.data(), header.size()}, {const_cast<char*>(payload.data()), payload.size()}};
    msghdr message{};
    message.msg_iov = parts;
    message.msg_iovlen = 2;
    while (message.msg_iovlen > 0) {
      ssize_t count = ::sendmsg(socket_, &message, MSG_NOSIGNAL);
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) gateway_is_gone();
      while (message.msg_iovlen > 0 && static_cast<std::size_t>(count) >= message.msg_iov->iov_len) {
        count -= static_cast<ssize_t>(message.msg_iov->iov_len);
        ++message.msg_iov;
        --message.msg_iovlen;
      }
      if (message.msg_iovlen > 0) {
        message.msg_iov->iov_base = static_cast<char*>(message.msg_iov->iov_base) + count;
        message.msg_iov->iov_len -= static_cast<std::size_t>(count);
      }
    }
  }

 private:
  int socket_;
};

struct Request {
  FrameType type;
  std::string payload;
};

/// What the thread that reads hands to the thread that works.
class Inbox {
 public:
  void put(Request request) {
    {
      const std::lock_guard lock{mutex_};
      interrupted_ = false;
      waiting_.push_back(std::move(request));
    }
    arrived_.notify_one();
  }
  Request take() {
    std::unique_lock lock{mutex_};
    busy_ = false;
    arrived_.wait(lock, [this] { return !waiting_.empty(); });
    Request request = std::move(waiting_.front());
    waiting_.pop_front();
    busy_ = true;
    return request;
  }
  /// Whether the next request is for the page that follows. Any other is left for `take`.
  bool wait_for_turn() {
    std::unique_lock lock{mutex_};
    arrived_.wait(lock, [this] { return !waiting_.empty(); });
    if (waiting_.front().type != FrameType::turn) return false;
    waiting_.pop_front();
    return true;
  }
  /// An interrupt that comes when nothing runs belongs to a request that is over.
  void interrupt(const std::function<void()>& stop) {
    const std::lock_guard lock{mutex_};
    if (!busy_ && waiting_.empty()) return;
    interrupted_ = true;
    stop();
  }
  [[nodiscard]] bool interrupted() const noexcept { return interrupted_; }

 private:
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<Request> waiting_;
  bool busy_ = false;
  std::atomic<bool> interrupted_ = false;
};

void read_frames(const Channel& channel, Inbox& inbox, const std::function<void()>& interrupt) {
  for (;;) {
    std::array<char, frame_header_size> header;
    channel.read(header.data(), header.size());
    const auto length = payload_length({header.data(), header.size()});
    if (!length) gateway_is_gone();
    Request request{static_cast<FrameType>(header[4]), std::string(*length, '\0')};
    channel.read(request.payload.data(), request.payload.size());
    if (request.type == FrameType::interrupt) {
      inbox.interrupt(interrupt);
    } else {
      inbox.put(std::move(request));
    }
  }
}

Error cancelled() { return {.kind = ErrorKind::cancelled, .message = "the query was cancelled"}; }

/// A statement, to its last row or page. A page that is not turned over is the last frame of its request: whoever asks
/// for something else then is answered for that.
void run(const Channel& channel, Inbox& inbox, Engine& engine, const Request& request) {
  const Sink sink = [&](std::string_view bytes) {
    for (; !bytes.empty() && !inbox.interrupted();
         bytes.remove_prefix(std::min<std::size_t>(bytes.size(), largest_payload))) {
      channel.write(FrameType::body, bytes.substr(0, largest_payload));
    }
    return !inbox.interrupted();
  };
  auto call = read_run(request.payload);
  if (call && inbox.interrupted()) call = fail(cancelled());
  if (!call) return channel.write(FrameType::error, write_error(call.error()));
  int page = 1;
  bool parked = false;
  const auto cursor = [&] { return call->query.id + '.' + std::to_string(page); };
  const PageSink pages{.bytes = sink,
                       .name =
                           [&] {
                             ++page;
                             return cursor();
                           },
                       .turn =
                           [&] {
                             channel.write(FrameType::page, cursor());
                             parked = !inbox.wait_for_turn();
                             return !parked;
                           }};
  const auto summary = call->query.fetch_size > 0 ? engine.run_pages(call->query, call->sources, pages)
                                                  : engine.run(call->query, call->sources, sink);
  if (parked) return;
  if (summary) return channel.write(FrameType::end, write_summary(*summary));
  channel.write(FrameType::error, write_error(summary.error()));
}

void answer(const Channel& channel, Inbox& inbox, Engine& engine, const Request& request) {
  const auto give = [&](FrameType type, const auto& result, auto&& write) {
    if (result) {
      channel.write(type, write(*result));
    } else {
      channel.write(FrameType::error, write_error(result.error()));
    }
  };
  switch (request.type) {
    case FrameType::prepare:
      give(FrameType::names,
           read_query(request.payload).and_then([&](const Query& query) { return engine.prepare(query); }),
           write_prepared);
      return;
    case FrameType::test:
      give(FrameType::report,
           read_source(request.payload).map([&](const DataSource& source) { return engine.test(source); }),
           write_report);
      return;
    case FrameType::run: return run(channel, inbox, engine, request);
    case FrameType::turn: return channel.write(FrameType::error, write_error(Service::no_such_cursor()));
    case FrameType::close: return give(FrameType::end, Result<QuerySummary>{QuerySummary{}}, write_summary);
    case FrameType::explain:
      return give(FrameType::text, read_run(request.payload).and_then([&](const RunRequest& call) {
        return engine.explain(call.query, call.sources);
      }),
                  [](const std::string& plan) { return plan; });
    case FrameType::describe:
      return give(FrameType::text, read_schema_request(request.payload).and_then([&](const SchemaCall& call) {
        return engine.schema(call.source, call.wanted);
      }),
                  write_schema);
    case FrameType::admit:
      return give(FrameType::end, read_source(request.payload).and_then([&](const DataSource& source) {
        return engine.admit(source).map([] { return QuerySummary{}; });
      }),
                  write_summary);
    case FrameType::reconcile:
      return give(FrameType::text, read_reconcile(request.payload).and_then([&](const ReconcileRequest& call) {
        return engine.reconcile(call.sources, call.others);
      }),
                  write_drift);
    default:
      channel.write(FrameType::error, write_error({.kind = ErrorKind::server,
                                                   .message = "the engine process was asked for something unknown"}));
  }
}

}  // namespace

int serve_frames(int socket, Engine& engine, const std::function<void()>& interrupt) {
  const Channel channel{socket};
  Inbox inbox;
  channel.write(FrameType::hello, "{\"version\":\"" + engine.version() + "\"}");
  std::thread{[&] { read_frames(channel, inbox, interrupt); }}.detach();  // it ends with the process
  for (;;) answer(channel, inbox, engine, inbox.take());
}

void confine_process() {
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
  ::prctl(PR_SET_DUMPABLE, 0);
  ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::prctl(PR_SET_NAME, "datasource-eng");  // what `top` shows, in place of "exe"
  // What takes a moment is not kept waiting by what takes long: the gateway's own thread goes first.
  constexpr int niceness = 5;
  ::setpriority(PRIO_PROCESS, 0, niceness);
}

}  // namespace datasource::gateway
