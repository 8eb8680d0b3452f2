#pragma once

#include <datasource/connector/validation.hpp>
#include <datasource/http/message.hpp>
#include <datasource/protocol/dialect.hpp>
#include <datasource/protocol/opensearch/acknowledgement_json.hpp>
#include <datasource/protocol/opensearch/catalogue_json.hpp>
#include <datasource/protocol/opensearch/data_source_json.hpp>
#include <datasource/protocol/opensearch/error_json.hpp>
#include <datasource/protocol/opensearch/query_json.hpp>
#include <datasource/protocol/opensearch/routes.hpp>
#include <datasource/protocol/opensearch/test_report_json.hpp>
#include <datasource/service/engine.hpp>
#include <datasource/service/opensearch/dialect.hpp>
#include <datasource/service/registry.hpp>
#include <datasource/version.hpp>

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace datasource {

/// The service decided that a statement is to be run; the host asks an engine.
struct QueryCall {
  Query query;
};

/// The service decided that a connection is to be tested; the host asks an engine.
struct TestCall {
  DataSource source;  ///< With its secrets.
};

struct ServiceOptions {
  std::string engine = "none";                       ///< What `GET /_health` names as the engine.
  std::function<std::string()> next_id = random_id;  ///< Ids of new data sources.
  Dialect dialect = Dialect::documented;
  /// Dialect `documented`: whether the engine behind the service reads sources of a connector. What it does not read is
  /// neither offered nor taken.
  std::function<bool(const Connector&)> serves = [](const Connector& connector) { return connector.in_duckdb(); };
  HostCheck check_host =
      {};  ///< Dialect `opensearch`: asked whether the host of a property can be reached. Empty: every host passes.
};

/// The server's side of the Data Source API, without I/O of its own: it judges a request, keeps the registry through a
/// Store and says what an engine has to do. A gateway carries that out over processes and sockets; `handle()` does it
/// in place, for tests and for programs that need no server.
///
/// It answers in the dialect of its options. One thread at a time.
class Service {
 public:
  using Answer = std::variant<HttpResponse, QueryCall, TestCall>;

  /// A service whose host runs queries and tests.
  explicit Service(std::unique_ptr<Store> store, ServiceOptions options = {})
      : registry_{std::move(store), std::move(options.next_id), options.serves},
        engine_name_{std::move(options.engine)},
        serves_{std::move(options.serves)} {
    if (options.dialect == Dialect::opensearch) opensearch_.emplace(std::move(options.check_host));
  }

  /// A service in process, on an engine of its own and a registry that lives as long as it does.
  explicit Service(std::unique_ptr<Engine> engine) : Service(std::shared_ptr<Engine>{std::move(engine)}) {}

  /// Judges a request. What needs no engine is answered at once.
  [[nodiscard]] Answer route(const HttpRequest& request) {
    const std::string_view path = path_of(request.target);
    if (opensearch_) {
      if (auto response = opensearch_->answer(request, registry_.store(), registry_.next_id()))
        return std::move(*response);
    }
    if (path == routes::sql) return only_post(request, [&] { return query(request, Language::sql); });
    if (path == routes::ppl) return only_post(request, [&] { return query(request, Language::ppl); });
    if (path == routes::health) return only_get(request, [&] { return health(); });
    if (opensearch_) return detail::opensearch::no_handler(request);
    if (path == routes::connectors) return only_get(request, [&] { return reply(200, catalogue_json(serves_)); });
    if (path == routes::test) return only_post(request, [&] { return test_unsaved(request); });
    if (path == routes::data_sources) return collection(request);
    if (path.starts_with(routes::data_sources) && path[routes::data_sources.size()] == '/') {
      return member(request, path.substr(routes::data_sources.size() + 1));
    }
    return error_response(
        {.kind = ErrorKind::not_found, .message = "no route " + std::string{path}, .type = "RouteNotFoundException"});
  }

  /// The registered sources behind the names that a statement uses, each ACTIVE, secrets included. Names match exactly,
  /// or else in any case, as SQL has it. Errors: `not_found`, `disabled`.
  [[nodiscard]] Result<std::vector<DataSource>> sources_for(const std::vector<std::string>& names) {
    return registry_.active(names);
  }

  /// The whole exchange in process. Without an engine of its own a query or a test is answered 501.
  [[nodiscard]] HttpResponse handle(const HttpRequest& request) {
    Answer answer = route(request);
    if (auto* response = std::get_if<HttpResponse>(&answer)) return std::move(*response);
    if (engine_ == nullptr)
      return error_response({.kind = ErrorKind::unsupported,
                             .message = "this service has no engine; give it one, such as datasource::duckdb::Engine"});
    if (const auto* call = std::get_if<TestCall>(&answer)) return test_response(engine_->test(call->source));
    return run(std::get<QueryCall>(answer).query);
  }

  /// An Error as the API sends it.
  [[nodiscard]] static HttpResponse error_response(const Error& error) {
    return reply(status_of(error), to_json(error));
  }

  /// A test's outcome as the API sends it: 200, whether it passed or not.
  [[nodiscard]] static HttpResponse test_response(const TestReport& report) { return reply(200, to_json(report)); }

 private:
  explicit Service(std::shared_ptr<Engine> engine)
      : Service(std::make_unique<MemoryStore>(),
                {.engine = engine->version(),
                 .serves = [engine](const Connector& connector) { return engine->serves(connector); }}) {
    engine_ = std::move(engine);
  }

  template <class Json>
  static HttpResponse reply(int status, const Json& json) {
    return {status, {{"Content-Type", "application/json; charset=UTF-8"}}, detail::dump(json)};
  }

  template <class T>
  static HttpResponse reply(int status, const Result<T>& result) {
    return result ? reply(status, to_json(*result)) : error_response(result.error());
  }

  static HttpResponse not_allowed(const HttpRequest& request, std::string allowed) {
    HttpResponse response = error_response({.kind = ErrorKind::invalid,
                                            .message = request.method + " is not allowed here; use " + allowed,
                                            .status = 405,
                                            .type = "MethodNotAllowedException"});
    response.headers.emplace_back("Allow", std::move(allowed));
    return response;
  }

  template <class Handler>
  static Answer only_post(const HttpRequest& request, Handler handler) {
    return request.method == "POST" ? Answer{handler()} : not_allowed(request, "POST");
  }

  template <class Handler>
  static Answer only_get(const HttpRequest& request, Handler handler) {
    return request.method == "GET" ? Answer{handler()} : not_allowed(request, "GET");
  }

  Answer collection(const HttpRequest& request) {
    if (request.method == "GET") return list();
    if (request.method == "POST")
      return reply(201,
                   read_body(request).and_then([&](DataSource source) { return registry_.create(std::move(source)); }));
    if (request.method == "PUT")
      return reply(200,
                   read_body(request).and_then([&](DataSource source) { return registry_.update(std::move(source)); }));
    return not_allowed(request, "GET, POST, PUT");
  }

  Answer member(const HttpRequest& request, std::string_view rest) {
    const std::string name = decode_segment(rest.substr(0, rest.find('/')));
    const std::string_view tail = rest.substr(std::min(rest.find('/'), rest.size()));
    if (tail == "/_test") return only_post(request, [&] { return test_stored(name); });
    if (!tail.empty())
      return error_response({.kind = ErrorKind::not_found,
                             .message = "no route " + std::string{path_of(request.target)},
                             .type = "RouteNotFoundException"});
    if (request.method == "GET") {
      const auto found = registry_.get(name);
      return found ? reply(200, to_json(*found, Secrets::mask)) : error_response(found.error());
    }
    if (request.method == "DELETE") return reply(200, registry_.remove(name));
    return not_allowed(request, "GET, DELETE");
  }

  HttpResponse list() {
    const auto sources = registry_.list();
    if (!sources) return error_response(sources.error());
    detail::OrderedJson json = detail::OrderedJson::array();
    for (const DataSource& source : *sources) json.push_back(to_json(source, Secrets::mask));
    return reply(200, json);
  }

  Answer test_stored(const std::string& name) {
    auto source = registry_.get(name);
    if (!source) return error_response(source.error());
    return TestCall{std::move(*source)};
  }

  Answer test_unsaved(const HttpRequest& request) {
    auto source = read_body(request).and_then([&](DataSource given) { return registry_.complete(std::move(given)); });
    if (!source) return error_response(source.error());
    return TestCall{std::move(*source)};
  }

  static Answer query(const HttpRequest& request, Language language) {
    auto query = read_query_request(request, language);
    if (!query) return error_response(query.error());
    if (language == Language::ppl) {
      return error_response({.kind = ErrorKind::unsupported,
                             .message = "the engine here speaks SQL only; PPL is answered by an OpenSearch upstream. "
                                        "Send SQL to /_plugins/_sql"});
    }
    return QueryCall{std::move(*query)};
  }

  HttpResponse run(const Query& query) {
    const auto names = engine_->sources_of(query);
    if (!names) return error_response(names.error());
    const auto sources = sources_for(*names);
    if (!sources) return error_response(sources.error());
    HttpResponse response{200, {{"Content-Type", "application/json; charset=UTF-8"}}, {}};
    const auto summary = engine_->run(query, *sources, [&](std::string_view bytes) {
      response.body += bytes;
      return true;
    });
    return summary ? response : error_response(summary.error());
  }

  HttpResponse health() const {
    return reply(200, detail::OrderedJson{{"status", "ok"}, {"version", version}, {"engine", engine_name_}});
  }

  static Result<DataSource> read_body(const HttpRequest& request) {
    return detail::parse_json(request.body, "the request body").and_then([](const detail::Json& json) {
      return read_data_source(json);
    });
  }

  Registry registry_;
  std::string engine_name_;
  std::function<bool(const Connector&)> serves_;
  std::optional<OpenSearchDialect> opensearch_;
  std::shared_ptr<Engine> engine_;
};

}  // namespace datasource
