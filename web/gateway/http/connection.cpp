#include "http/connection.hpp"

#include "awaiting.hpp"
#include "http/response_head.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/buffers_suffix.hpp>
#include <boost/beast/http/read.hpp>
#include <sys/socket.h>

#include <array>
#include <charconv>
#include <tuple>
#include <utility>

namespace datasource::gateway {
namespace {

namespace http = boost::beast::http;

constexpr std::size_t read_size = 4096;

std::string address_of(const asio::ip::tcp::socket& socket) {
  boost::system::error_code error;
  const auto endpoint = socket.remote_endpoint(error);
  if (error) return "unknown";
  const std::string address = endpoint.address().to_string();
  return (endpoint.address().is_v6() ? '[' + address + ']' : address) + ':' + std::to_string(endpoint.port());
}

Error too_large(std::string what, int status, std::size_t most) {
  return {.kind = ErrorKind::invalid,
          .message = what + " is larger than " + std::to_string(most / 1024) + " KiB",
          .status = status,
          .type = "RequestTooLargeException"};
}

Error not_http(std::string message) {
  return {.kind = ErrorKind::malformed, .message = std::move(message), .status = 400};
}

/// Whether what arrived is not HTTP, as opposed to not arriving.
bool broken_framing(const boost::system::error_code& error) {
  return error.category() == make_error_code(http::error::bad_value).category() &&
         error != http::error::end_of_stream && error != http::error::partial_message;
}

}  // namespace

Connection::Connection(asio::ip::tcp::socket socket, const Limits& limits, asio::ssl::context* tls)
    : socket_{std::move(socket)}, limits_{limits}, client_{address_of(socket_)} {
  boost::system::error_code ignored;
  socket_.set_option(asio::ip::tcp::no_delay{true}, ignored);
  socket_.non_blocking(true, ignored);
  if (tls != nullptr) tls_.emplace(socket_, *tls);
}

asio::awaitable<bool> Connection::handshake() {
  if (!tls_) co_return true;
  idle_ = false;
  expect_within(limits_.header);
  const auto [error] = co_await tls_->async_handshake(asio::ssl::stream_base::server, use_tuple);
  deadline_ = Clock::time_point::max();
  co_return !error;
}

asio::awaitable<boost::system::error_code> Connection::fill() {
  const auto room = buffer_.prepare(read_size);
  auto reading = with_stream([&](auto& stream) { return stream.async_read_some(room, use_tuple); });
  const auto [error, count] = co_await std::move(reading);
  buffer_.commit(count);
  co_return error;
}

asio::awaitable<Result<std::optional<HttpRequest>>> Connection::read_head() {
  parser_.emplace();
  parser_->eager(true);  // a body that came with its head needs no reading of its own
  parser_->header_limit(static_cast<std::uint32_t>(limits_.header_bytes));
  parser_->body_limit(limits_.body_bytes);
  if (buffer_.size() == 0) {
    idle_ = true;
    expect_within(limits_.idle);
    const auto error = co_await fill();
    if (error) co_return std::optional<HttpRequest>{};
  }
  idle_ = false;
  expect_within(limits_.header);
  boost::system::error_code error;
  for (;;) {
    buffer_.consume(parser_->put(buffer_.data(), error));
    if (parser_->is_header_done() || (error && error != http::error::need_more)) break;
    error = co_await fill();
    if (error) break;
  }
  if (error && error != http::error::need_more) {
    keep_alive_ = false;
    head_only_ = false;
    if (error == http::error::header_limit)
      co_return fail(too_large("the request's header", 431, limits_.header_bytes));
    if (error == http::error::body_limit) co_return fail(too_large("the request's body", 413, limits_.body_bytes));
    if (!broken_framing(error)) co_return std::optional<HttpRequest>{};
    co_return fail(not_http("this is not an HTTP/1.1 request: " + error.message()));
  }
  keep_alive_ = parser_->keep_alive();
  old_client_ = parser_->version() < 11;
  head_only_ = parser_->is_head();
  if (parser_->hosts() > 1 || (!old_client_ && parser_->hosts() == 0)) {
    keep_alive_ = false;
    co_return fail(not_http("a request has exactly one Host header"));
  }
  if (!parser_->target().starts_with('/')) {
    keep_alive_ = false;
    co_return fail(not_http("the target of a request starts with /"));
  }
  deadline_ = Clock::time_point::max();
  co_return parser_->take_head();
}

bool Connection::has_body() const {
  return parser_ && (parser_->chunked() || parser_->content_length().value_or(0) > 0);
}

asio::awaitable<Result<std::string>> Connection::read_body() {
  if (parser_->is_done()) co_return parser_->take_body();
  if (parser_->expects_continue()) {
    constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
    if (!co_await send(asio::buffer(go_on))) co_return fail(ErrorKind::connection, "the client is gone");
  }
  expect_within(limits_.body);
  auto reading = with_stream([&](auto& stream) { return http::async_read(stream, buffer_, *parser_, use_tuple); });
  const auto [error, count] = co_await std::move(reading);
  deadline_ = Clock::time_point::max();
  if (!error) co_return parser_->take_body();
  keep_alive_ = false;
  if (error == http::error::body_limit) co_return fail(too_large("the request's body", 413, limits_.body_bytes));
  if (!broken_framing(error)) co_return fail(ErrorKind::connection, "the client is gone");
  co_return fail(not_http("the request's body is not framed as HTTP/1.1 has it: " + error.message()));
}

template <class Buffers>
asio::awaitable<bool> Connection::send(const Buffers& buffers) {
  boost::beast::buffers_suffix<Buffers> rest{buffers};
  boost::system::error_code error;
  if (!tls_) {
    // What fits into the socket's buffer, as most replies do, needs no turn of the event loop.
    rest.consume(socket_.write_some(rest, error));
    if (!error && asio::buffer_size(rest) == 0) co_return true;
  }
  if (!error || error == asio::error::would_block) {
    expect_within(limits_.write);
    auto writing = with_stream([&](auto& stream) { return asio::async_write(stream, rest, use_tuple); });
    std::tie(error, std::ignore) = co_await std::move(writing);
    deadline_ = Clock::time_point::max();
  }
  if (error) keep_alive_ = false;
  co_return !error;
}

asio::awaitable<bool> Connection::write(const Reply& reply) {
  const std::string_view body = reply.bytes();
  const bool bodyless = reply.status == 204 || reply.status == 304;
  const Framing framing = bodyless ? Framing{} : Framing{Framing::Kind::length, body.size()};
  const std::string head = response_head(reply.status, reply.headers, framing, keep_alive_);
  const std::array<asio::const_buffer, 2> buffers{
      asio::buffer(head), asio::const_buffer{body.data(), head_only_ || bodyless ? 0 : body.size()}};
  co_return co_await send(buffers);
}

asio::awaitable<bool> Connection::begin_stream(const Headers& headers, std::string_view bytes) {
  if (old_client_) keep_alive_ = false;
  const std::string head =
      response_head(200, headers, {old_client_ ? Framing::Kind::until_close : Framing::Kind::chunked, 0}, keep_alive_);
  co_return co_await write_chunk(head, bytes);
}

asio::awaitable<bool> Connection::write_stream(std::string_view bytes) { co_return co_await write_chunk({}, bytes); }

asio::awaitable<bool> Connection::write_chunk(std::string_view head, std::string_view bytes) {
  std::array<char, 18> size;
  std::array<asio::const_buffer, 4> buffers{
      asio::const_buffer{head.data(), head.size()}, {}, asio::const_buffer{bytes.data(), bytes.size()}, {}};
  if (!old_client_ && !bytes.empty()) {  // an empty chunk would end the body
    char* end = std::to_chars(size.data(), size.data() + 16, bytes.size(), 16).ptr;
    *end++ = '\r';
    *end++ = '\n';
    buffers[1] = {size.data(), static_cast<std::size_t>(end - size.data())};
    buffers[3] = {"\r\n", 2};
  }
  co_return co_await send(buffers);
}

asio::awaitable<bool> Connection::end_stream() {
  if (old_client_) co_return true;
  constexpr std::string_view last = "0\r\n\r\n";
  co_return co_await send(asio::buffer(last));
}

void Connection::break_stream() {
  keep_alive_ = false;
  boost::system::error_code ignored;
  // Without chunks only a reset tells an incomplete body from a complete one.
  if (old_client_) socket_.set_option(asio::socket_base::linger{true, 0}, ignored);
  close();
}

asio::awaitable<void> Connection::client_gone() {
  // Under TLS only reading tells a goodbye from a request; what comes early is kept for its turn.
  while (tls_ && buffer_.size() == 0) {
    const auto error = co_await fill();
    if (error) co_return;
  }
  while (!tls_) {
    const auto [error] = co_await socket_.async_wait(asio::ip::tcp::socket::wait_read, use_tuple);
    if (error) co_return;
    char byte = 0;
    const ssize_t count = ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    if (count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR)) co_return;
    if (count > 0) break;
  }
  asio::steady_timer never{co_await asio::this_coro::executor, asio::steady_timer::time_point::max()};
  co_await never.async_wait(use_tuple);
}

asio::awaitable<void> Connection::linger() {
  boost::system::error_code ignored;
  if (tls_ && socket_.is_open()) {
    expect_within(std::chrono::seconds{2});
    // Answered by clients that are polite; the others have closed, or the deadline does.
    co_await tls_->async_shutdown(use_tuple);
  }
  socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
  // Closing with unread bytes in the socket would reset the connection, and the reply with it.
  expect_within(std::chrono::seconds{2});
  idle_ = true;
  std::array<char, 4096> waste;
  for (std::size_t taken = 0; taken < 4 * limits_.body_bytes;) {
    const auto [error, count] = co_await socket_.async_read_some(asio::buffer(waste), use_tuple);
    if (error) break;
    taken += count;
  }
  close();
}

void Connection::close() {
  boost::system::error_code ignored;
  socket_.close(ignored);
  deadline_ = Clock::time_point::max();
}

void Connection::close_when_idle() {
  keep_alive_ = false;
  if (idle_) close();
}

}  // namespace datasource::gateway
