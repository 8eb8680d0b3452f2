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
#include <datasource/protocol/opensearch/schema.hpp>
#include <datasource/protocol/opensearch/test_report_json.hpp>
#include <datasource/service/engine.hpp>
#include <datasource/service/opensearch/dialect.hpp>
#include <datasource/service/registry.hpp>
#include <datasource/version.hpp>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace datasource {

/// The service decided that a statement is to be run, or explained; the host asks an engine.
struct QueryCall {
  Query query = {};      ///< With an id.
  bool explain = false;  ///< Only say how it would run.
};

/// A page of a statement that was run with a fetch size is asked for, or will not be; the host knows its cursors.
struct CursorCall {
  std::string cursor = {};  ///< As the page before named it.
  bool close = false;       ///< Free it; no page is wanted.
};

/// The statements that run under an id are to be ended; the host knows what it runs.
struct CancelCall {
  std::string id = {};  ///< As the statements were given it.
};

/// The tables of a source are asked for; the host asks an engine.
struct SchemaCall {
  DataSource source = {};     ///< With its secrets.
  SchemaRequest wanted = {};  ///< Which tables, and how many.
};

/// The service decided that a connection is to be tested; the host asks an engine.
struct TestCall {
  DataSource source;  ///< With its secrets.
};

/// How a Service answers.
struct ServiceOptions {
  std::string engine = "none";                       ///< What `GET /_health` names as the engine.
  std::function<std::string()> next_id = random_id;  ///< Ids of new data sources.
  Dialect dialect = Dialect::documented;             ///< Whose replies it gives.
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
  /// The reply, or what an engine has to do first.
  using Answer = std::variant<HttpResponse, QueryCall, TestCall, CursorCall, CancelCall, SchemaCall>;

  /// A service whose host runs queries and tests.
  explicit Service(std::unique_ptr<Store> store, ServiceOptions options = {})
      : registry_{std::move(store), std::move(options.next_id), options.serves},
        engine_name_{std::move(options.engine)},
        serves_{std::move(options.serves)},
        dialect_{options.dialect} {
    if (options.dialect == Dialect::opensearch) opensearch_.emplace(std::move(options.check_host));
  }

  /// A service in process, on that engine and on a registry that lives as long as it does.
  explicit Service(std::shared_ptr<Engine> engine)
      : Service(std::make_unique<MemoryStore>(),
                {.engine = engine->version(),
                 .serves = [engine](const Connector& connector) { return engine->serves(connector); }}) {
    engine_ = std::move(engine);
  }

  /// Judges a request. What needs no engine is answered at once.
  [[nodiscard]] Answer route(const HttpRequest& request) {
    const std::string_view path = path_of(request.target);
    if (opensearch_) {
      if (auto response = opensearch_->answer(request, registry_.store(), registry_.next_id()))
        return std::move(*response);
    }
    if (path == routes::sql) return only_post(request, [&] { return statement(request); });
    if (path == routes::sql_explain) return only_post(request, [&] { return query(request, true); });
    if (path == routes::sql_close) return only_post(request, [&] { return cursor(request, true); });
    if (path == routes::ppl || path == routes::ppl_explain) return only_post(request, [&] { return ppl(request); });
    if (path == routes::health) return only_get(request, [&] { return health(); });
    if (opensearch_) return detail::opensearch::no_handler(request);
    if (path == routes::connectors) return only_get(request, [&] { return reply(200, catalogue_json(serves_)); });
    if (path == routes::test) return only_post(request, [&] { return test_unsaved(request); });
    if (path == routes::data_sources) return collection(request);
    if (path.starts_with(routes::queries) && path.size() > routes::queries.size() + 1 &&
        path[routes::queries.size()] == '/')
      return running(request, path.substr(routes::queries.size() + 1));
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
    if (const auto* call = std::get_if<SchemaCall>(&answer))
      return schema_response(engine_->schema(call->source, call->wanted));
    if (const auto* call = std::get_if<CursorCall>(&answer)) return turn_page(*call);
    if (const auto* call = std::get_if<CancelCall>(&answer)) return cancelled_response(call->id, 0);
    return run(std::get<QueryCall>(answer));
  }

  /// An Error as the API sends it.
  [[nodiscard]] static HttpResponse error_response(const Error& error) {
    return reply(status_of(error), to_json(error));
  }

  /// A test's outcome as the API sends it: 200, whether it passed or not.
  [[nodiscard]] static HttpResponse test_response(const TestReport& report) { return reply(200, to_json(report)); }

  /// The page of a source's tables, or why there is none.
  [[nodiscard]] static HttpResponse schema_response(const Result<SchemaPage>& page) { return reply(200, page); }

  /// How many statements a cancellation ended; none is an error.
  [[nodiscard]] static HttpResponse cancelled_response(const std::string& id, std::uint64_t count) {
    if (count == 0)
      return error_response(
          {.kind = ErrorKind::not_found,
           .message = "no statement runs under the id " + detail::in_quotes(id) + "; it may have ended already",
           .type = "QueryNotFoundException",
           .field = "id"});
    return reply(200, detail::OrderedJson{{"queryId", id}, {"cancelled", count}});
  }

  /// A closed cursor. One that was not open is no error: what the caller wanted is so.
  [[nodiscard]] static HttpResponse closed_response() { return reply(200, detail::OrderedJson{{"succeeded", true}}); }

  /// What a page is answered with when there is no such cursor.
  [[nodiscard]] static Error no_such_cursor() {
    return {.kind = ErrorKind::not_found,
            .message =
                "there is no such cursor: each serves once, and one that is not used for a while is closed; run "
                "the statement again",
            .type = "CursorNotFoundException",
            .field = "cursor"};
  }

  /// A new id, for what a host runs under one.
  [[nodiscard]] std::string next_id() { return registry_.next_id()(); }

  /// The media type of a reply in that format. A real OpenSearch calls its texts `plain/text`.
  [[nodiscard]] std::string_view content_type(Format format) const {
    if (format == Format::jdbc) return "application/json; charset=UTF-8";
    if (dialect_ == Dialect::opensearch) return "plain/text; charset=UTF-8";
    return format == Format::csv ? "text/csv; charset=UTF-8" : "text/plain; charset=UTF-8";
  }

 private:
  template <class Json>
  static HttpResponse reply(int status, const Json& json) {
    return {status, {{"Content-Type", "application/json; charset=UTF-8"}}, detail::dump(json)};
  }

  template <class T>
  static HttpResponse reply(int status, const Result<T>& result) {
    return result ? reply(status, to_json(*result)) : error_response(result.error());
  }

  static std::string_view if_match(const HttpRequest& request) { return find_header(request.headers, "If-Match"); }

  static HttpResponse with_etag(HttpResponse response, std::string_view etag) {
    if (!etag.empty()) response.headers.emplace_back("ETag", etag_header(etag));
    return response;
  }

  static HttpResponse written(int status, const Result<Acknowledgement>& done) {
    return with_etag(reply(status, done), done ? done->etag : std::string_view{});
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
      return written(
          201, read_body(request).and_then([&](DataSource source) { return registry_.create(std::move(source)); }));
    if (request.method == "PUT")
      return written(200, read_body(request).and_then([&](DataSource source) {
        return registry_.update(std::move(source), if_match(request));
      }));
    if (request.method == "PATCH")
      return written(200,
                     detail::parse_json(request.body, "the request body")
                         .and_then(&read_named_patch)
                         .and_then([&](const NamedPatch& patch) { return registry_.patch(patch, if_match(request)); }));
    return not_allowed(request, "GET, POST, PUT, PATCH");
  }

  Answer member(const HttpRequest& request, std::string_view rest) {
    const std::string name = decode_segment(rest.substr(0, rest.find('/')));
    const std::string_view tail = rest.substr(std::min(rest.find('/'), rest.size()));
    if (tail == "/_test") return only_post(request, [&] { return test_stored(name); });
    if (tail == "/_schema") return only_get(request, [&] { return schema(request, name); });
    if (!tail.empty())
      return error_response({.kind = ErrorKind::not_found,
                             .message = "no route " + std::string{path_of(request.target)},
                             .type = "RouteNotFoundException"});
    if (request.method == "GET") {
      const auto found = registry_.get(name);
      return found ? with_etag(reply(200, to_json(*found, Secrets::mask)), found->etag) : error_response(found.error());
    }
    if (request.method == "DELETE") return reply(200, registry_.remove(name, if_match(request)));
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

  /// A statement, or the page behind a cursor.
  Answer statement(const HttpRequest& request) {
    const auto cursor = read_cursor_request(request);
    if (!cursor) return error_response(cursor.error());
    return *cursor ? Answer{CursorCall{.cursor = **cursor}} : query(request, false);
  }

  Answer query(const HttpRequest& request, bool explain) {
    auto query = read_query_request(request, Language::sql);
    if (!query) return error_response(query.error());
    if (query->id.empty()) query->id = registry_.next_id()();
    return QueryCall{std::move(*query), explain};
  }

  static Answer cursor(const HttpRequest& request, bool close) {
    const auto cursor = read_cursor_request(request);
    if (!cursor) return error_response(cursor.error());
    if (!*cursor)
      return error_response(
          invalid({{"cursor", "required", "the cursor is missing", "send {\"cursor\": \"…\"} as a page named it"}}));
    return CursorCall{**cursor, close};
  }

  static Answer ppl(const HttpRequest& request) {
    if (const auto query = read_query_request(request, Language::ppl); !query) return error_response(query.error());
    return error_response({.kind = ErrorKind::unsupported,
                           .message = "the embedded engine speaks SQL only; PPL is answered by an engine of the kind "
                                      "opensearch, an OpenSearch upstream. Send SQL to /_plugins/_sql",
                           .type = "UnsupportedOperationException"});
  }

  static Answer running(const HttpRequest& request, std::string_view id) {
    if (request.method != "DELETE") return not_allowed(request, "DELETE");
    return CancelCall{decode_segment(id)};
  }

  Answer schema(const HttpRequest& request, const std::string& name) {
    auto wanted = protocol::read_schema_request(request.target);
    if (!wanted) return error_response(wanted.error());
    auto sources = registry_.active({name});
    if (!sources) return error_response(sources.error());
    return SchemaCall{std::move(sources->front()), std::move(*wanted)};
  }

  HttpResponse run(const QueryCall& call) {
    const auto names = engine_->sources_of(call.query);
    if (!names) return error_response(names.error());
    const auto sources = sources_for(*names);
    if (!sources) return error_response(sources.error());
    if (call.explain) {
      auto plan = engine_->explain(call.query, *sources);
      if (!plan) return error_response(plan.error());
      return {200, {{"Content-Type", std::string{content_type(Format::jdbc)}}}, std::move(*plan)};
    }
    if (call.query.fetch_size > 0) return run_pages(call.query, *sources);
    HttpResponse response{200, {{"Content-Type", std::string{content_type(call.query.format)}}}, {}};
    const auto summary = engine_->run(call.query, *sources, [&](std::string_view bytes) {
      response.body += bytes;
      return true;
    });
    return summary ? response : error_response(summary.error());
  }

  /// In process nobody can wait between two pages: all are made at once and kept until they are fetched.
  HttpResponse run_pages(const Query& query, const std::vector<DataSource>& sources) {
    std::vector<std::string> pages(1), names;
    const PageSink sink{.bytes =
                            [&](std::string_view bytes) {
                              pages.back() += bytes;
                              return true;
                            },
                        .name =
                            [&] {
                              names.push_back(registry_.next_id()());
                              return names.back();
                            },
                        .turn =
                            [&] {
                              pages.emplace_back();
                              return true;
                            }};
    const auto summary = engine_->run_pages(query, sources, sink);
    if (!summary) return error_response(summary.error());
    for (std::size_t i = 0; i < names.size(); ++i)
      pages_.insert_or_assign(names[i], KeptPage{std::move(pages[i + 1]), i + 1 < names.size() ? names[i + 1] : ""});
    return page_response(std::move(pages.front()));
  }

  HttpResponse turn_page(const CursorCall& call) {
    const auto found = pages_.find(call.cursor);
    if (call.close) {
      for (std::string name = call.cursor; !name.empty();) {
        const auto node = pages_.extract(name);
        name = node.empty() ? std::string{} : node.mapped().next;
      }
      return closed_response();
    }
    if (found == pages_.end()) return error_response(no_such_cursor());
    std::string body = std::move(found->second.body);
    pages_.erase(found);
    return page_response(std::move(body));
  }

  [[nodiscard]] HttpResponse page_response(std::string body) const {
    return {200, {{"Content-Type", std::string{content_type(Format::jdbc)}}}, std::move(body)};
  }

  HttpResponse health() const {
    return reply(200, detail::OrderedJson{{"status", "ok"}, {"version", version}, {"engine", engine_name_}});
  }

  static Result<DataSource> read_body(const HttpRequest& request) {
    return detail::parse_json(request.body, "the request body").and_then([](const detail::Json& json) {
      return read_data_source(json);
    });
  }

  struct KeptPage {
    std::string body;
    std::string next;  ///< The cursor in it.
  };

  Registry registry_;
  std::string engine_name_;
  std::function<bool(const Connector&)> serves_;
  Dialect dialect_ = Dialect::documented;
  std::map<std::string, KeptPage, std::less<>> pages_;
  std::optional<OpenSearchDialect> opensearch_;
  std::shared_ptr<Engine> engine_;
};

}  // namespace datasource
