#pragma once

#include "engine/frame.hpp"

#include <datasource/model/error.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <sys/types.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace datasource::gateway {

/// How to start an engine process: this program itself, with these arguments. The socket is its file descriptor 3.
struct WorkerCommand {
  std::string program = "/proc/self/exe";
  std::vector<std::string> arguments = {"engine"};
  std::vector<std::string> environment = {};  ///< `NAME=value`, such as what a server of the engine's asks for.
};

/// The gateway's end of an engine process.
class Worker {
 public:
  /// Starts a process. It holds no descriptor of the gateway's but its socket, and of the environment only what an
  /// engine needs. Errors: `server`.
  [[nodiscard]] static Result<std::unique_ptr<Worker>> start(const boost::asio::any_io_executor& executor,
                                                             const WorkerCommand& command);
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  /// Sends a request. Errors: `server` when the process is gone.
  [[nodiscard]] boost::asio::awaitable<Result<void>> send(FrameType type, std::string payload);
  /// The next frame of the answer; its payload is valid until the next call. Errors: `server` when the process is gone,
  /// with how it ended.
  [[nodiscard]] boost::asio::awaitable<Result<Frame>> receive();

  /// No request is being answered: the process may be given another.
  [[nodiscard]] bool idle() const noexcept { return state_ == State::idle; }
  /// It is idle with rows of a page that may be turned over.
  [[nodiscard]] bool parked() const noexcept { return parked_ && idle(); }
  /// A request was sent whole and its answer is under way: interrupting makes sense.
  [[nodiscard]] bool answering() const noexcept { return state_ == State::answering; }
  /// It cannot be used any more.
  [[nodiscard]] bool broken() const noexcept { return state_ == State::broken; }

  [[nodiscard]] pid_t pid() const noexcept { return pid_; }
  /// Asks the system whether the process has ended, without waiting. To be called when a child of the gateway ended.
  bool reap();
  void kill();

 private:
  enum class State { idle, sending, answering, broken };

  Worker(boost::asio::local::stream_protocol::socket socket, pid_t pid);
  [[nodiscard]] boost::asio::awaitable<bool> fill(std::size_t size);
  [[nodiscard]] boost::asio::awaitable<Error> how_it_ended();

  boost::asio::local::stream_protocol::socket socket_;
  boost::asio::steady_timer ended_;  ///< Cancelled when the process has ended.
  pid_t pid_;
  std::optional<int> exit_status_ = {};
  State state_ = State::idle;
  bool greeted_ = false;
  bool parked_ = false;
  std::vector<char> buffer_;
  std::size_t begin_ = 0, end_ = 0;  ///< What was read and not yet given out.
};

}  // namespace datasource::gateway
