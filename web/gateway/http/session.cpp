#include "http/session.hpp"

#include "awaiting.hpp"
#include "http/drift.hpp"
#include "http/engine_calls.hpp"
#include "http/host_calls.hpp"
#include "metrics/metrics.hpp"

#include <datasource/http/url.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/this_coro.hpp>

#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace datasource::gateway {
namespace {

/// The API's paths begin with an underscore; all others are the dashboard's.
bool is_api(std::string_view target) { return target.starts_with("/_"); }

Reply sealed_off(HttpResponse response) {
  response.headers.reserve(response.headers.size() + 3);
  response.headers.emplace_back("Cache-Control", "no-store");
  response.headers.emplace_back("X-Content-Type-Options", "nosniff");
  response.headers.emplace_back("Cross-Origin-Resource-Policy", "same-origin");
  return response;
}

/// What the OpenSearch beside the gateway answers.
asio::awaitable<void> answer_upstream(Connection& connection, const Site& site, UpstreamCall call, HttpRequest request,
                                      AuditEntry& entry) {
  describe(request, entry);
  HttpResponse own;
  if (call.kind == UpstreamCall::Kind::list) {
    Service::Answer answer = site.service.route(request);
    if (auto* listed = std::get_if<HttpResponse>(&answer)) own = std::move(*listed);
  }
  HttpResponse response = co_await site.upstream->answer(std::move(call), std::move(request), std::move(own));
  entry.status = response.status;
  entry.outcome = response.status < 300 ? "ok" : std::string{to_string(kind_of_status(response.status))};
  const Reply reply{sealed_off(std::move(response))};
  co_await connection.write(reply);
  if (site.metrics != nullptr) site.metrics->note(entry);
  site.audit.write(std::move(entry));
}

asio::awaitable<void> answer_api(Connection& connection, const Site& site, Stop& stop, HttpRequest request,
                                 AuditEntry& entry) {
  if (request.method == "HEAD") request.method = "GET";
  if (site.upstream != nullptr) {
    if (auto call = site.upstream->judge(request, site.service)) {
      co_await answer_upstream(connection, site, std::move(*call), std::move(request), entry);
      co_return;
    }
  }
  if (site.host_names != nullptr) {
    std::vector<std::string> hosts = site.service.hosts_of(request);
    if (!hosts.empty()) {
      auto problems = co_await site.host_names->look_up(std::move(hosts));
      site.host_names->remember(std::move(problems));
    }
  }
  Service::Answer answer = site.service.route(request);
  if (auto* query = std::get_if<QueryCall>(&answer)) {
    co_await answer_query(connection, site, stop, std::move(*query), entry);
  } else if (auto* test = std::get_if<TestCall>(&answer)) {
    co_await answer_test(connection, site, stop, std::move(*test), entry);
  } else if (auto* page = std::get_if<CursorCall>(&answer)) {
    co_await answer_page(connection, site, stop, std::move(*page), entry);
  } else if (auto* schema = std::get_if<SchemaCall>(&answer)) {
    co_await answer_schema(connection, site, stop, std::move(*schema), entry);
  } else {
    if (const auto* cancel = std::get_if<CancelCall>(&answer)) {
      const std::string id = cancel->id;
      answer = Service::cancelled_response(id, site.running.cancel(id));
    } else if (const auto* results = std::get_if<ResultsCall>(&answer)) {
      HttpResponse response = answer_results(site, *results);
      answer = std::move(response);
    } else if (std::holds_alternative<MetricsCall>(answer)) {
      answer = answer_metrics(site);
    } else if (std::holds_alternative<EnginesCall>(answer)) {
      answer = answer_engines(site);
    }
    if (auto* admission = std::get_if<AdmitCall>(&answer)) {
      AdmitCall call = std::move(*admission);
      HttpResponse response = co_await answer_admission(connection, site, stop, std::move(call));
      answer = std::move(response);
    }
    // A write is acknowledged when it is on disk; what others write meanwhile goes there with it.
    if (site.commits != nullptr && request.method != "GET" && site.commits->pending()) {
      const auto durable = co_await site.commits->wait();
      if (!durable && std::get<HttpResponse>(answer).status < 300) answer = error_reply(durable.error());
    }
    auto& response = std::get<HttpResponse>(answer);
    const bool left_over = request.method == "PUT" || request.method == "PATCH" ||
                           request.method == "DELETE";  // a catalog of yesterday's settings
    if (left_over && response.status < 300 && any_keeps_sources(site)) {
      const auto executor = co_await asio::this_coro::executor;
      asio::co_spawn(executor, reconcile(site), asio::detached);
    }
    describe(request, entry);
    entry.status = response.status;
    entry.outcome = response.status < 300 ? "ok" : std::string{to_string(kind_of_status(response.status))};
    const Reply reply{sealed_off(std::move(response))};
    co_await connection.write(reply);
  }
  if (site.metrics != nullptr) site.metrics->note(entry);
  site.audit.write(std::move(entry));
}

}  // namespace

asio::awaitable<void> serve_connection(Connection& connection, const Site& site, Stop& stop) {
  while (connection.keep_alive() && !stop.requested()) {
    auto head = co_await connection.read_head();
    if (!head) {
      const Reply reply{sealed_off(error_reply(head.error()))};
      co_await connection.write(reply);
      break;
    }
    if (!*head) co_return connection.close();
    HttpRequest request = std::move(**head);
    AuditEntry entry{.client = connection.client()};
    Guard::Verdict verdict = site.guard.check(request, connection.has_body());
    if (verdict.refusal) {
      if (connection.has_body()) connection.close_after_reply();
      const Reply reply{sealed_off(std::move(*verdict.refusal))};
      co_await connection.write(reply);
      continue;
    }
    entry.user = std::move(verdict.user);
    auto body = co_await connection.read_body();
    if (!body) {
      if (body.error().kind == ErrorKind::connection) co_return connection.close();
      const Reply reply{sealed_off(error_reply(body.error()))};
      co_await connection.write(reply);
      break;
    }
    request.body = std::move(*body);
    if (stop.requested()) connection.close_after_reply();
    if (is_api(request.target)) {
      co_await answer_api(connection, site, stop, std::move(request), entry);
    } else {
      const Reply reply = site.dashboard.answer(request);
      co_await connection.write(reply);
    }
  }
  if (stop.requested()) co_return connection.close();
  co_await connection.linger();
}

}  // namespace datasource::gateway
