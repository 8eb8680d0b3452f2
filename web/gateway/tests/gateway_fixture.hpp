#pragma once

#include "http/host_names.hpp"

#include <datasource/http/message.hpp>
#include <datasource/protocol/dialect.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace datasource::gateway {

struct Received {
  int status = 0;  ///< 0: the connection ended before a header came.
  Headers headers = {};
  std::string body = {};
  bool complete = false;  ///< The body came whole.

  [[nodiscard]] std::string_view header(std::string_view name) const { return find_header(headers, name); }
};

/// A client that writes what it is told, right or wrong.
class RawClient {
 public:
  explicit RawClient(std::uint16_t port);
  ~RawClient();
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  void write(std::string_view bytes);
  [[nodiscard]] Received read(bool head = false);
  /// Reads as much as comes at once.
  void read_some();
  [[nodiscard]] bool closed_by_peer();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// A gateway on a free port, with an engine that does what its statements say and a registry in memory.
class Gateway {
 public:
  struct Settings {
    std::chrono::milliseconds query_timeout{20'000};
    std::size_t engines = 1;
    std::size_t queue = 8;
    std::size_t cursors = 2;
    std::chrono::milliseconds cursor_timeout{60'000};
    std::chrono::milliseconds grace{2000};
    Dialect dialect = Dialect::documented;
    bool second = false;  ///< Another engine, `second`, which reads what a Trino does and keeps sources.
    HostNames::Resolve resolve = &HostNames::system_problem;  ///< Asked in dialect `opensearch`.
  };

  Gateway() : Gateway{Settings{}} {}
  explicit Gateway(const Settings& settings);
  ~Gateway();
  Gateway(const Gateway&) = delete;
  Gateway& operator=(const Gateway&) = delete;

  [[nodiscard]] std::uint16_t port() const;
  /// One request on a connection of its own.
  [[nodiscard]] Received send(std::string_view method, std::string_view target, std::string_view body = {}) const;
  [[nodiscard]] Received sql(std::string_view statement) const;
  /// A request for a statement, as bytes.
  [[nodiscard]] static std::string sql_request(std::string_view statement);

  /// Requests that wait for an engine process.
  [[nodiscard]] std::size_t waiting() const;
  /// Replies in pages that are not read to their end.
  [[nodiscard]] std::size_t open_cursors() const;
  [[nodiscard]] std::string audit_log() const;
  /// Stops as SIGTERM does. True when all that was under way came to an end by itself.
  [[nodiscard]] bool stop();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace datasource::gateway
