#include "http/engine_calls.hpp"

#include "awaiting.hpp"
#include "cache/known_statements.hpp"
#include "cache/result_cache.hpp"
#include "engine/ask.hpp"
#include "engine/messages.hpp"
#include "health/prober.hpp"
#include "http/claim.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/this_coro.hpp>
#include <spdlog/spdlog.h>

#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace datasource::gateway {
namespace {

using namespace asio::experimental::awaitable_operators;

/// How far a call came.
struct Progress {
  std::optional<Error> error = {};
  bool streaming = false;  ///< Bytes of the body are on their way: a status can no longer be given.
  bool client_gone = false;
  std::optional<HttpResponse> whole = {};  ///< A reply that is not streamed.
  std::string engine = {};                 ///< The id of the one that runs the statement, once it is known.
};

enum class Interruption { timeout, client_gone, stop, cancelled };

asio::awaitable<Interruption> interruption(Connection& connection, const Site& site, Stop& stop,
                                           Running::Entry& running) {
  asio::steady_timer deadline{co_await asio::this_coro::executor, asio::steady_timer::time_point::max()};
  if (site.query_timeout.count() > 0) deadline.expires_after(site.query_timeout);
  const auto first = co_await (wait_for(deadline) || connection.client_gone() || wait_for(stop.event()) ||
                               wait_for(running.cancelled()));
  co_return first.index() == 0 ? Interruption::timeout
  : first.index() == 1         ? Interruption::client_gone
  : first.index() == 2         ? Interruption::stop
                               : Interruption::cancelled;
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
      return;
    case Interruption::cancelled:
      progress.error = Error{
          .kind = ErrorKind::cancelled, .message = "the statement was cancelled on request of a client", .status = 499};
  }
}

/// What became of a call: it ended by itself, or something else came first. A stop also ends the engine's processes,
/// and the end of one may be noticed before the stop is.
void settle(const std::variant<std::monostate, Interruption>& first, const Site& site, const Stop& stop,
            Progress& progress) {
  if (const auto* interruption = std::get_if<Interruption>(&first)) {
    explain(*interruption, site, progress);
  } else if (progress.error && stop.requested() && !progress.client_gone) {
    explain(Interruption::stop, site, progress);
  }
}

Headers reply_headers(std::string_view content_type, const std::string& id, const std::string& engine) {
  return {{"Content-Type", std::string{content_type}}, {"X-Opaque-Id", id},
          {std::string{engine_header}, engine},        {"Cache-Control", "no-store"},
          {"X-Content-Type-Options", "nosniff"},       {"Cross-Origin-Resource-Policy", "same-origin"}};
}

/// Pipes the frames of a body on, from the first one. A page that others follow keeps the process.
asio::awaitable<void> pump(Connection& connection, const Site& site, Result<Frame>& frame, const Headers& headers,
                           Pool::Lease& lease, Progress& progress, AuditEntry& entry,
                           std::optional<ResultCache::Writer>* copy = nullptr) {
  while (frame && frame->type == FrameType::body) {
    if (copy != nullptr && *copy) (*copy)->add(frame->payload);
    bool taken = false;
    if (progress.streaming) {
      taken = co_await connection.write_stream(frame->payload);
    } else {
      progress.streaming = true;
      taken = co_await connection.begin_stream(headers, frame->payload);
    }
    if (!taken) {
      gateway::explain(Interruption::client_gone, site, progress);
      co_return;
    }
    frame = co_await lease->receive();
  }
  if (frame && frame->type == FrameType::error) frame = fail(read_error_payload(frame->payload));
  if (!frame) {
    progress.error = frame.error();
  } else if (!progress.streaming) {
    progress.error = Error{.kind = ErrorKind::server, .message = "the engine gave no result"};
  } else if (frame->type == FrameType::page) {
    site.cursors.put(std::string{frame->payload}, {std::move(lease), progress.engine, entry.sources});
  } else if (const auto summary = read_summary(frame->payload)) {
    entry.rows = summary->rows;
    if (summary->failure) entry.outcome = std::string{to_string(summary->failure->kind)};  // the body tells it
    if (!summary->failure && copy != nullptr && *copy) (*copy)->keep(summary->rows);
  }
}

Headers with(Headers headers, Headers more) {
  for (auto& each : more) headers.push_back(std::move(each));
  return headers;
}

/// Gives an earlier reply again, when there is one. False: the statement is to be run.
asio::awaitable<bool> run_from_cache(Connection& connection, const Site& site, const QueryCall& call,
                                     const ResultCaching& caching, Progress& progress, AuditEntry& entry) {
  if (!caching.read) co_return false;
  auto kept = site.results->find(caching);
  if (!kept) co_return false;
  auto part = kept->next();
  if (!part || part->empty()) co_return false;
  entry.cache = std::string{to_string(CacheUse::hit)};
  const Headers headers =
      with(reply_headers(site.service.content_type(call.query.format), call.query.id, progress.engine),
           cache_headers(caching, CacheUse::hit, kept->age()));
  for (; part && !part->empty(); part = kept->next()) {
    bool taken = false;
    if (progress.streaming) {
      taken = co_await connection.write_stream(*part);
    } else {
      progress.streaming = true;
      taken = co_await connection.begin_stream(headers, *part);
    }
    if (taken) continue;
    gateway::explain(Interruption::client_gone, site, progress);
    co_return true;
  }
  if (!part) progress.error = part.error();
  entry.rows = kept->rows();
  co_return true;
}

asio::awaitable<void> run_query(Connection& connection, const Site& site, const QueryCall& call, Progress& progress,
                                AuditEntry& entry) {
  std::optional<PreparedStatement> known;
  if (site.results != nullptr && !call.explain) known = site.known->find(call.query);
  if (known) {
    const auto ready = runnable(site, call, std::move(*known), entry);
    if (ready && ready->caching) {
      progress.engine = site.service.engines()[ready->engine].id;
      const bool answered = co_await run_from_cache(connection, site, call, *ready->caching, progress, entry);
      if (answered) co_return;
    }
  }
  progress.engine.clear();
  auto claimed = co_await claim(site, call, entry);
  if (!claimed) {
    progress.error = claimed.error();
    co_return;
  }
  Pool::Lease& lease = claimed->lease;
  const Runnable& ready = claimed->runnable;
  const std::vector<DataSource>* sources = &ready.sources;
  Pool& pool = site.engines.pool(ready.engine);
  progress.engine = site.service.engines()[ready.engine].id;
  if (call.explain) {
    std::string request = write_run(call.query, *sources);
    const auto plan = co_await ask(lease, FrameType::explain, std::move(request));
    if (plan) {
      progress.whole =
          HttpResponse{200, reply_headers(site.service.content_type(Format::jdbc), call.query.id, progress.engine),
                       std::string{plan->payload}};
    } else {
      progress.error = plan.error();
    }
    co_return;
  }
  const std::optional<ResultCaching>& caching = ready.caching;
  std::optional<ResultCache::Writer> copy;
  Headers headers = reply_headers(site.service.content_type(call.query.format), call.query.id, progress.engine);
  if (caching) {
    // Another client's reply may have come into the cache while this one waited for an engine.
    const bool answered = co_await run_from_cache(connection, site, call, *caching, progress, entry);
    if (answered) co_return;
    if (caching->write) {
      if (auto begun = site.results->begin(*caching)) copy.emplace(std::move(*begun));
    }
    const CacheUse use = caching->read ? CacheUse::miss : CacheUse::bypass;
    entry.cache = std::string{to_string(use)};
    headers = with(std::move(headers), cache_headers(*caching, use));
  }
  Query query = call.query;
  query.id.clear();
  if (query.fetch_size > 0) {
    query.id = random_id();  // begins the names of its cursors, which nobody may guess
    if (!pool.park(lease)) {
      progress.error = Error{.kind = ErrorKind::server,
                             .message = "there are " + std::to_string(pool.most_parked()) +
                                        " open cursors already; read one to its end, close it or wait",
                             .status = 429,
                             .type = "TooManyCursorsException",
                             .retryable = true};
      co_return;
    }
  }
  std::string request = write_run(query, *sources);
  auto frame = co_await ask(lease, FrameType::run, std::move(request));
  co_await pump(connection, site, frame, headers, lease, progress, entry, &copy);
  if (site.prober != nullptr) {
    // The names are the registry's, which a statement may spell in another case.
    std::vector<std::string> names;
    for (const DataSource& source : *sources) names.push_back(source.name);
    if (!progress.client_gone)
      site.prober->suspect(
          site.service.source_health().statement_ended(names, progress.error ? &*progress.error : nullptr));
  }
}

asio::awaitable<void> run_page(Connection& connection, const Site& site, Pool::Lease& lease, const std::string& id,
                               Progress& progress, AuditEntry& entry) {
  std::string nothing;
  auto frame = co_await ask(lease, FrameType::turn, std::move(nothing));
  const Headers headers = reply_headers(site.service.content_type(Format::jdbc), id, progress.engine);
  co_await pump(connection, site, frame, headers, lease, progress, entry);
}

asio::awaitable<void> run_schema(const Site& site, const SchemaCall& call, Progress& progress) {
  auto lease = co_await claim(site, call.source);
  if (!lease) {
    progress.error = lease.error();
    co_return;
  }
  std::string request = write_schema_request(call.source, call.wanted);
  const auto frame = co_await ask(*lease, FrameType::describe, std::move(request));
  const auto page = frame.and_then([](const Frame& each) { return read_schema(each.payload); });
  if (page) {
    progress.whole = Service::schema_response(page);
  } else {
    progress.error = page.error();
  }
}

asio::awaitable<void> run_test(const Site& site, const TestCall& call, Progress& progress, AuditEntry& entry) {
  auto lease = co_await claim(site, call.source);
  if (!lease) {
    progress.error = lease.error();
    co_return;
  }
  std::string request = write_source(call.source);
  const auto frame = co_await ask(*lease, FrameType::test, std::move(request));
  const auto report = frame.and_then([](const Frame& each) { return read_report(each.payload); });
  if (report) {
    progress.whole = Service::test_response(*report);
    if (!report->passed) entry.outcome = "failed";
    if (call.stored && site.prober != nullptr) {
      const auto now = site.service.sources_for({call.source.name});
      if (now && now->front() == call.source)  // it may have been changed meanwhile
        (void)site.service.source_health().record(call.source.name, outcome_of(*report, ProbeCause::test));
    }
  } else {
    progress.error = report.error();
  }
}

void note_outcome(const Progress& progress, AuditEntry& entry) {
  entry.status = progress.error ? status_of(*progress.error) : 200;
  if (progress.error) {
    entry.outcome = std::string{to_string(progress.error->kind)};
  } else if (entry.outcome.empty()) {
    entry.outcome = "ok";
  }
}

Reply guarded(HttpResponse response) {
  for (const auto& [name, value] : reply_headers({}, {}, {})) {
    if (!value.empty() && find_header(response.headers, name).empty()) response.headers.emplace_back(name, value);
  }
  return response;
}

/// Brings a call to its end: what is still to be said is said.
asio::awaitable<void> finish(Connection& connection, Progress& progress, const std::string& id) {
  if (progress.client_gone) {
    connection.close();
  } else if (progress.streaming && progress.error) {
    spdlog::warn("a reply to {} is incomplete: {}", connection.client(), progress.error->message);
    connection.break_stream();
  } else if (progress.streaming) {
    const bool ended = co_await connection.end_stream();
    if (!ended) connection.close();
  } else {
    HttpResponse response = progress.error ? error_reply(*progress.error) : std::move(*progress.whole);
    if (!id.empty() && find_header(response.headers, "X-Opaque-Id").empty())
      response.headers.emplace_back("X-Opaque-Id", id);
    if (!progress.engine.empty() && find_header(response.headers, engine_header).empty())
      response.headers.emplace_back(std::string{engine_header}, progress.engine);
    const Reply reply = guarded(std::move(response));
    co_await connection.write(reply);
  }
}

asio::awaitable<void> run_admission(const Site& site, const DataSource& source, Progress& progress) {
  auto lease = co_await claim(site, source);
  if (!lease) {
    progress.error = lease.error();
    co_return;
  }
  std::string call = write_source(source);
  const auto frame = co_await ask(*lease, FrameType::admit, std::move(call));
  if (!frame) progress.error = frame.error();
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
  entry.action = call.explain ? "explain" : "query";
  entry.statement = call.query.text;
  Running::Entry running{site.running, call.query.id, co_await asio::this_coro::executor};
  const auto first =
      co_await (run_query(connection, site, call, progress, entry) || interruption(connection, site, stop, running));
  settle(first, site, stop, progress);
  note_outcome(progress, entry);
  co_await finish(connection, progress, call.query.id);
}

asio::awaitable<void> answer_page(Connection& connection, const Site& site, Stop& stop, CursorCall call,
                                  AuditEntry& entry) {
  Progress progress;
  const std::string id = site.service.next_id();
  auto cursor = site.cursors.take(call.cursor);
  if (call.close) {
    progress.whole = Service::closed_response();
  } else if (!cursor) {
    progress.error = Service::no_such_cursor();
  } else {
    entry.action = "page";
    entry.sources = cursor->sources;
    progress.engine = cursor->engine;
    Running::Entry running{site.running, id, co_await asio::this_coro::executor};
    const auto first = co_await (run_page(connection, site, cursor->lease, id, progress, entry) ||
                                 interruption(connection, site, stop, running));
    settle(first, site, stop, progress);
    note_outcome(progress, entry);
  }
  co_await finish(connection, progress, id);
}

asio::awaitable<void> answer_schema(Connection& connection, const Site& site, Stop& stop, SchemaCall call,
                                    AuditEntry& entry) {
  Progress progress;
  entry.action = "schema";
  entry.sources = {call.source.name};
  const std::string id = site.service.next_id();
  Running::Entry running{site.running, id, co_await asio::this_coro::executor};
  const auto first = co_await (run_schema(site, call, progress) || interruption(connection, site, stop, running));
  settle(first, site, stop, progress);
  note_outcome(progress, entry);
  const std::string none;
  co_await finish(connection, progress, none);
}

asio::awaitable<void> answer_test(Connection& connection, const Site& site, Stop& stop, TestCall call,
                                  AuditEntry& entry) {
  Progress progress;
  entry.action = "test";
  entry.sources = {call.source.name};
  const std::string id = site.service.next_id();
  Running::Entry running{site.running, id, co_await asio::this_coro::executor};
  const auto first = co_await (run_test(site, call, progress, entry) || interruption(connection, site, stop, running));
  settle(first, site, stop, progress);
  note_outcome(progress, entry);
  const std::string none;
  co_await finish(connection, progress, none);
}

asio::awaitable<HttpResponse> answer_admission(Connection& connection, const Site& site, Stop& stop, AdmitCall call) {
  Progress progress;
  const std::string id = site.service.next_id();
  Running::Entry running{site.running, id, co_await asio::this_coro::executor};
  const auto first =
      co_await (run_admission(site, call.source, progress) || interruption(connection, site, stop, running));
  settle(first, site, stop, progress);
  if (progress.error) co_return error_reply(*progress.error);
  co_return site.service.admitted(call);
}

}  // namespace datasource::gateway
