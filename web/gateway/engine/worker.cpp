#include "engine/worker.hpp"

#include "awaiting.hpp"
#include "engine/messages.hpp"
#include "engine/spawn.hpp"
#include "wipe.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>
#include <openssl/crypto.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

namespace datasource::gateway {
namespace {

Error gone(std::string message) {
  return {.kind = ErrorKind::server,
          .message = std::move(message),
          .status = 500,
          .type = "EngineException",
          .retryable = true};
}

}  // namespace

Result<std::unique_ptr<Worker>> Worker::start(const asio::any_io_executor& executor, const WorkerCommand& command) {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
    return fail(gone(std::string{"no socket for an engine process: "} + std::strerror(errno)));
  FileDescriptor ours{ends[0]};
  const FileDescriptor theirs{ends[1]};
  const auto pid = spawn(command.program, command.arguments, theirs.get(), command.environment);
  if (!pid) return fail(pid.error());
  return std::unique_ptr<Worker>{new Worker{{executor, asio::local::stream_protocol{}, ours.release()}, *pid}};
}

Worker::Worker(asio::local::stream_protocol::socket socket, pid_t pid)
    : socket_{std::move(socket)},
      ended_{socket_.get_executor(), asio::steady_timer::time_point::max()},
      pid_{pid},
      buffer_(64 * 1024) {}

Worker::~Worker() { kill(); }

bool Worker::reap() {
  if (exit_status_) return true;
  int status = 0;
  const pid_t ended = ::waitpid(pid_, &status, WNOHANG);
  if (ended == 0 || (ended < 0 && errno == EINTR)) return false;
  exit_status_ = ended == pid_ ? status : 0;
  state_ = State::broken;
  ended_.cancel();
  return true;
}

void Worker::kill() {
  state_ = State::broken;
  if (!exit_status_) ::kill(pid_, SIGKILL);
}

asio::awaitable<Result<void>> Worker::send(FrameType type, std::string payload) {
  if (type != FrameType::interrupt) state_ = State::sending;
  const auto header = frame_header(type, static_cast<std::uint32_t>(payload.size()));
  const std::array buffers{asio::const_buffer{header.data(), header.size()},
                           asio::const_buffer{payload.data(), payload.size()}};
  const auto [error, count] = co_await asio::async_write(socket_, buffers, use_tuple);
  wipe(payload);
  if (error) {
    state_ = State::broken;
    co_return fail(co_await how_it_ended());
  }
  if (type != FrameType::interrupt) state_ = State::answering;
  co_return Result<void>{};
}

asio::awaitable<Result<Frame>> Worker::receive() {
  for (;;) {
    if (!co_await fill(frame_header_size)) co_return fail(co_await how_it_ended());
    const std::string_view header{buffer_.data() + begin_, frame_header_size};
    const auto length = payload_length(header);
    if (!length) {
      kill();
      co_return fail(gone("the engine process gave an answer that cannot be read"));
    }
    const auto type = static_cast<FrameType>(header[4]);
    if (!co_await fill(frame_header_size + *length)) co_return fail(co_await how_it_ended());
    const Frame frame{type, {buffer_.data() + begin_ + frame_header_size, *length}};
    begin_ += frame_header_size + *length;
    if (type == FrameType::hello) {
      greeted_ = true;
      continue;
    }
    // A process that could not set itself up says why in an error before its greeting, and ends.
    if (ends_exchange(type)) state_ = greeted_ ? State::idle : State::broken;
    parked_ = type == FrameType::page;
    co_return frame;
  }
}

asio::awaitable<bool> Worker::fill(std::size_t size) {
  while (end_ - begin_ < size) {
    if (begin_ > 0) {
      std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
      end_ -= std::exchange(begin_, 0);
    }
    if (buffer_.size() < size) buffer_.resize(size);
    const auto [error, count] =
        co_await socket_.async_read_some(asio::buffer(buffer_.data() + end_, buffer_.size() - end_), use_tuple);
    end_ += count;
    if (error && error != asio::error::operation_aborted) state_ = State::broken;
    if (error) co_return false;
  }
  co_return true;
}

asio::awaitable<Error> Worker::how_it_ended() {
  // The socket closes a moment before the system knows how the process ended.
  for (int attempt = 0; !reap() && attempt < 20; ++attempt) {
    ended_.expires_after(std::chrono::milliseconds{50});
    co_await ended_.async_wait(use_tuple);
  }
  const int status = exit_status_.value_or(0);
  if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
    co_return gone(
        "the engine process was killed while it answered, perhaps for want of memory; the next query gets a new one");
  if (WIFSIGNALED(status))
    co_return gone(std::string{"the engine process failed while it answered ("} + ::strsignal(WTERMSIG(status)) +
                   "); the next query gets a new one");
  co_return gone("the engine process ended while it answered (exit code " + std::to_string(WEXITSTATUS(status)) +
                 "); the next query gets a new one");
}

}  // namespace datasource::gateway
