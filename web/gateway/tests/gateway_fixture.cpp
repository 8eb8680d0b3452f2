#include "gateway_fixture.hpp"

#include "audit.hpp"
#include "engine/engines.hpp"
#include "http/dashboard.hpp"
#include "http/guard.hpp"
#include "http/server.hpp"
#include "temporary_folder.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <spdlog/sinks/ostream_sink.h>

#include <array>
#include <csignal>
#include <future>
#include <sstream>
#include <stdexcept>
#include <thread>
#include <vector>

namespace datasource::gateway {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;

namespace {

void take_child_signals(int how) {
  sigset_t children;
  ::sigemptyset(&children);
  ::sigaddset(&children, SIGCHLD);
  ::pthread_sigmask(how, &children, nullptr);
}

std::vector<EngineInfo> engine_infos(const Gateway::Settings& settings) {
  std::vector<EngineInfo> engines{{.id = "fake", .version = "fake 1"}};
  if (settings.second)
    engines.push_back({.id = "second",
                       .version = "second 1",
                       .serves = [](const Connector& connector) { return connector.in_trino(); },
                       .admits = true});
  return engines;
}

}  // namespace

struct RawClient::State {
  asio::io_context context;
  tcp::socket socket{context};
  boost::beast::flat_buffer buffer;
};

RawClient::RawClient(std::uint16_t port) : state_{std::make_unique<State>()} {
  state_->socket.connect({asio::ip::address_v4::loopback(), port});
}
RawClient::~RawClient() = default;

void RawClient::write(std::string_view bytes) {
  boost::system::error_code ignored;  // a gateway that refuses may have stopped listening
  asio::write(state_->socket, asio::buffer(bytes), ignored);
}

Received RawClient::read(bool head) {
  http::response_parser<http::string_body> parser;
  parser.body_limit(std::uint64_t{64} << 20);
  parser.skip(head);
  boost::system::error_code error;
  http::read(state_->socket, state_->buffer, parser, error);
  Received received;
  if (!parser.is_header_done()) return received;
  auto& message = parser.get();
  received.status = static_cast<int>(message.result_int());
  for (const auto& field : message)
    received.headers.emplace_back(std::string{field.name_string()}, std::string{field.value()});
  received.body = std::move(message.body());
  received.complete = !error;
  return received;
}

void RawClient::read_some() {
  std::array<char, 1024> bytes;
  state_->socket.read_some(asio::buffer(bytes));
}

bool RawClient::closed_by_peer() {
  std::array<char, 1024> bytes;
  boost::system::error_code error;
  while (!error) state_->socket.read_some(asio::buffer(bytes), error);
  return error == asio::error::eof || error == asio::error::connection_reset;
}

struct Gateway::State {
  explicit State(const Settings& settings)
      : host_names{context.get_executor(), settings.resolve},
        service{std::make_unique<MemoryStore>(),
                {.engines = engine_infos(settings),
                 .dialect = settings.dialect,
                 .check_host = [this](const std::string& host) { return host_names.problem_of(host); }}},
        cursors{settings.cursor_timeout},
        server{context,
               {.service = service,
                .engines = engines,
                .dashboard = dashboard,
                .guard = guard,
                .audit = audit,
                .cursors = cursors,
                .running = running,
                .query_timeout = settings.query_timeout,
                .host_names = &host_names}} {
    for (const EngineInfo& engine : service.engines()) {
      engines.add(
          std::make_unique<Pool>(context.get_executor(), Pool::Options{.command = {.arguments = {"engine", engine.id}},
                                                                       .most = settings.engines,
                                                                       .queue = settings.queue,
                                                                       .parked = settings.cursors,
                                                                       .grace = settings.grace}));
    }
  }

  TemporaryFolder folder;
  std::ostringstream log;
  asio::io_context context{1};
  HostNames host_names;
  Service service;
  Engines engines;
  Cursors cursors;
  Running running;
  Dashboard dashboard{folder.path()};
  Guard guard{{}};
  Audit audit{{.statements = false, .sink = std::make_shared<spdlog::sinks::ostream_sink_mt>(log)},
              context.get_executor()};
  Server server;
  std::thread thread;
  bool drained = false;

  /// Runs something on the gateway's thread.
  template <class Work>
  auto on_thread(Work work) {
    std::packaged_task<decltype(work())()> task{std::move(work)};
    auto result = task.get_future();
    asio::post(context, [&task] { task(); });
    return result.get();
  }
};

Gateway::Gateway(const Settings& settings) : state_{std::make_unique<State>(settings)} {
  if (const auto listening = state_->server.listen("127.0.0.1", 0, true); !listening)
    throw std::runtime_error{listening.error().message};
  state_->server.start();
  // The end of an engine process is signalled to the gateway's thread, not in the middle of a client's read.
  take_child_signals(SIG_BLOCK);
  state_->thread = std::thread{[this] {
    take_child_signals(SIG_UNBLOCK);
    state_->context.run();
  }};
}

Gateway::~Gateway() { static_cast<void>(stop()); }

bool Gateway::stop() {
  if (!state_->thread.joinable()) return state_->drained;
  state_->on_thread([this] {
    state_->server.stop();
    state_->engines.stop();
    state_->context.stop();
  });
  state_->thread.join();
  state_->context.restart();
  state_->context.run_for(std::chrono::seconds{10});
  return state_->drained = state_->context.stopped();
}

std::uint16_t Gateway::port() const {
  const std::string url = state_->server.url();
  return static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
}

Received Gateway::send(std::string_view method, std::string_view target, std::string_view body) const {
  RawClient client{port()};
  std::string request{method};
  request.append(" ").append(target).append(" HTTP/1.1\r\nHost: localhost\r\n");
  if (!body.empty())
    request.append("Content-Type: application/json\r\nContent-Length: ")
        .append(std::to_string(body.size()))
        .append("\r\n");
  client.write(request.append("\r\n").append(body));
  return client.read(method == "HEAD");
}

std::string Gateway::sql_request(std::string_view statement) {
  const std::string body = "{\"query\":\"" + std::string{statement} + "\"}";
  return "POST /_plugins/_sql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + body;
}

Received Gateway::sql(std::string_view statement) const {
  RawClient client{port()};
  client.write(sql_request(statement));
  return client.read();
}

std::size_t Gateway::waiting() const {
  return state_->on_thread([this] { return state_->engines.usage().waiting; });
}

std::size_t Gateway::open_cursors() const {
  return state_->on_thread([this] { return state_->cursors.size(); });
}

std::string Gateway::audit_log() const {
  return state_->on_thread([this] {
    state_->audit.flush();
    return state_->log.str();
  });
}

}  // namespace datasource::gateway
