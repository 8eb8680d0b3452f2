#include "http/engine_calls.hpp"

#include "engine/messages.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <spdlog/spdlog.h>

#include <optional>
#include <string>
#include <utility>

namespace datasource::gateway {
namespace {

namespace asio = boost::asio;
using namespace asio::experimental::awaitable_operators;
constexpr auto use_tuple = asio::as_tuple(asio::use_awaitable);

/// How far a call came.
struct Progress {
  std::optional<Error> error = {};
  bool streaming = false;  ///< Bytes of the body are on their way: a status can no longer be given.
  bool client_gone = false;
  TestReport report = {};
};

asio::awaitable<void> wait_for(asio::steady_timer& timer) { co_await timer.async_wait(use_tuple); }

enum class Interruption { timeout, client_gone, stop };

asio::awaitable<Interruption> interruption(Connection& connection, const Site& site, Stop& stop) {
  asio::steady_timer deadline{co_await asio::this_coro::executor, asio::steady_timer::time_point::max()};
  if (site.query_timeout.count() > 0) deadline.expires_after(site.query_timeout);
  const auto first = co_await (wait_for(deadline) || connection.client_gone() || wait_for(stop.event()));
  co_return first.index() == 0 ? Interruption::timeout
  : first.index() == 1         ? Interruption::client_gone
                               : Interruption::stop;
}

std::string in_words(std::chrono::milliseconds time) {
  return time.count() % 1000 == 0 ? std::to_string(time.count() / 1000) + " s" : std::to_string(time.count()) + " ms";
}

void explain(Interruption interruption, const Site& site, Progress& progress) {
  switch (interruption) {
    case Interruption::timeout:
      progress.error =
          Error{.kind = ErrorKind::timeout,
                .message = "it took longer than " + in_words(site.query_timeout) + ", the limit of --query-timeout",
                .status = 504};
      return;
    case Interruption::client_gone:
      progress.client_gone = true;
      progress.error = Error{.kind = ErrorKind::cancelled, .message = "the client went away", .status = 499};
      return;
    case Interruption::stop:
      progress.error =
          Error{.kind = ErrorKind::cancelled, .message = "the gateway is stopping", .status = 503, .retryable = true};
  }
}

/// One request to a process and the frame that begins its answer. An error frame comes back as the Error that it holds.
asio::awaitable<Result<Frame>> ask(const Pool::Lease& lease, FrameType type, std::string payload) {
  const auto sent = co_await lease->send(type, std::move(payload));
  if (!sent) co_return fail(sent.error());
  auto frame = co_await lease->receive();
  if (frame && frame->type == FrameType::error) co_return fail(read_error_payload(frame->payload));
  co_return frame;
}

Headers stream_headers() {
  return {{"Content-Type", "application/json; charset=UTF-8"},
          {"Cache-Control", "no-store"},
          {"X-Content-Type-Options", "nosniff"},
          {"Cross-Origin-Resource-Policy", "same-origin"}};
}

asio::awaitable<void> run_query(Connection& connection, const Site& site, const Query& query, Progress& progress,
                                AuditEntry& entry) {
  auto lease = co_await site.pool.acquire();
  if (!lease) {
    progress.error = lease.error();
    co_return;
  }
  std::string statement = write_query(query);
  const auto prepared = co_await ask(*lease, FrameType::prepare, std::move(statement));
  const auto names = prepared.and_then([](const Frame& frame) { return read_names(frame.payload); });
  if (names) entry.sources = *names;
  const auto sources =
      names.and_then([&](const std::vector<std::string>& each) { return site.service.sources_for(each); });
  if (!sources) {
    progress.error = sources.error();
    co_return;
  }
  std::string call = write_run(query, *sources);
  auto frame = co_await ask(*lease, FrameType::run, std::move(call));
  while (frame && frame->type == FrameType::body) {
    bool taken = false;
    if (progress.streaming) {
      taken = co_await connection.write_stream(frame->payload);
    } else {
      progress.streaming = true;
      const Headers headers = stream_headers();
      taken = co_await connection.begin_stream(headers, frame->payload);
    }
    if (!taken) {
      explain(Interruption::client_gone, site, progress);
      co_return;
    }
    frame = co_await (*lease)->receive();
  }
  if (frame && frame->type == FrameType::error) frame = fail(read_error_payload(frame->payload));
  if (!frame) {
    progress.error = frame.error();
  } else if (!progress.streaming) {
    progress.error = Error{.kind = ErrorKind::server, .message = "the engine gave no result"};
  } else if (const auto summary = read_summary(frame->payload)) {
    entry.rows = summary->rows;
  }
}

asio::awaitable<void> run_test(const Site& site, const DataSource& source, Progress& progress) {
  auto lease = co_await site.pool.acquire();
  if (!lease) {
    progress.error = lease.error();
    co_return;
  }
  std::string call = write_source(source);
  const auto frame = co_await ask(*lease, FrameType::test, std::move(call));
  const auto report = frame.and_then([](const Frame& each) { return read_report(each.payload); });
  if (report) {
    progress.report = *report;
  } else {
    progress.error = report.error();
  }
}

void note_outcome(const Progress& progress, AuditEntry& entry) {
  entry.status = progress.error ? status_of(*progress.error) : 200;
  entry.outcome = progress.error ? std::string{to_string(progress.error->kind)} : "ok";
}

}  // namespace

HttpResponse error_reply(const Error& error) {
  HttpResponse response = Service::error_response(error);
  if (response.status == 503) response.headers.emplace_back("Retry-After", "1");
  return response;
}

asio::awaitable<void> answer_query(Connection& connection, const Site& site, Stop& stop, QueryCall call,
                                   AuditEntry& entry) {
  Progress progress;
  entry.action = "query";
  entry.statement = call.query.text;
  const auto first =
      co_await (run_query(connection, site, call.query, progress, entry) || interruption(connection, site, stop));
  if (first.index() == 1) explain(std::get<1>(first), site, progress);
  note_outcome(progress, entry);
  if (!progress.error) {
    if (!co_await connection.end_stream()) connection.close();
  } else if (progress.client_gone) {
    connection.close();
  } else if (progress.streaming) {
    spdlog::warn("a reply to {} is incomplete: {}", connection.client(), progress.error->message);
    connection.break_stream();
  } else {
    const Reply reply{error_reply(*progress.error)};
    co_await connection.write(reply);
  }
}

asio::awaitable<void> answer_test(Connection& connection, const Site& site, Stop& stop, TestCall call,
                                  AuditEntry& entry) {
  Progress progress;
  entry.action = "test";
  entry.sources = {call.source.name};
  const auto first = co_await (run_test(site, call.source, progress) || interruption(connection, site, stop));
  if (first.index() == 1) explain(std::get<1>(first), site, progress);
  note_outcome(progress, entry);
  if (!progress.error && !progress.report.passed) entry.outcome = "failed";
  if (progress.client_gone) {
    connection.close();
  } else {
    const Reply reply{progress.error ? error_reply(*progress.error) : Service::test_response(progress.report)};
    co_await connection.write(reply);
  }
}

}  // namespace datasource::gateway
