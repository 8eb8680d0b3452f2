#pragma once

#include <datasource/connector/validation.hpp>
#include <datasource/detail/object_writer.hpp>
#include <datasource/http/message.hpp>
#include <datasource/protocol/dialect.hpp>
#include <datasource/protocol/opensearch/data_source_json.hpp>
#include <datasource/protocol/opensearch/data_source_text.hpp>
#include <datasource/protocol/opensearch/query_json.hpp>
#include <datasource/protocol/opensearch/routes.hpp>
#include <datasource/protocol/opensearch/schema.hpp>
#include <datasource/protocol/opensearch/source_health.hpp>
#include <datasource/service/calls.hpp>
#include <datasource/service/engine.hpp>
#include <datasource/service/engine_choice.hpp>
#include <datasource/service/engine_list.hpp>
#include <datasource/service/health_book.hpp>
#include <datasource/service/kept_pages.hpp>
#include <datasource/service/opensearch/dialect.hpp>
#include <datasource/service/options.hpp>
#include <datasource/service/registry.hpp>
#include <datasource/service/replies.hpp>
#include <datasource/service/result_cache.hpp>
#include <datasource/service/upstream_statement.hpp>
#include <datasource/service/watched_store.hpp>
#include <datasource/version.hpp>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace datasource {

/// The server's side of the Data Source API, without I/O of its own: it judges a request, keeps the registry through a
/// Store and says what an engine has to do. A gateway carries that out over processes and sockets; `handle()` does it
/// in place, for tests and for programs that need no server.
///
/// It answers in the dialect of its options. One thread at a time.
class Service : public ServiceReplies {
 public:
  /// The reply, or what an engine has to do first.
  using Answer = std::variant<HttpResponse, QueryCall, TestCall, CursorCall, CancelCall, SchemaCall, ResultsCall,
                              MetricsCall, EnginesCall, AdmitCall>;

  /// A service whose host runs queries and tests.
  explicit Service(std::unique_ptr<Store> store, ServiceOptions options = {})
      : health_{options.health
                    ? std::move(options.health)
                    : std::make_shared<HealthBook>(std::make_unique<MemoryHealthStore>(), HealthBook::Options{})},
        registry_{std::make_unique<WatchedStore>(std::move(store), watch(health_, std::move(options.changed))),
                  std::move(options.next_id), std::move(options.engines), std::move(options.offers_too)},
        dialect_{options.dialect} {
    if (options.dialect == Dialect::opensearch) opensearch_.emplace(std::move(options.check_host));
  }

  /// A service in process, on that engine and on a registry that lives as long as it does.
  explicit Service(std::shared_ptr<Engine> engine) : Service(std::vector<std::shared_ptr<Engine>>{std::move(engine)}) {}

  /// The same on several engines, the default first: each statement runs on the one that choose_engine() names.
  /// @pre not empty, and their ids differ
  explicit Service(std::vector<std::shared_ptr<Engine>> engines)
      : Service(std::make_unique<MemoryStore>(), {.engines = infos_of(engines)}) {
    in_process_ = std::move(engines);
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
    if (path == routes::metrics) return only_get(request, [] { return MetricsCall{}; });
    if (opensearch_) return detail::opensearch::no_handler(request);
    if (path == routes::connectors) return only_get(request, [&] { return connectors(); });
    if (path == routes::engines) return only_get(request, [] { return EnginesCall{}; });
    if (path == routes::test) return only_post(request, [&] { return test_unsaved(request); });
    if (path == routes::data_sources) return collection(request);
    if (path == routes::sources_health) return only_get(request, [&] { return sources_health(); });
    if (path == routes::results) return only_get(request, [] { return ResultsCall{}; });
    if (path.starts_with(routes::results) && path.size() > routes::results.size() + 1 &&
        path[routes::results.size()] == '/')
      return clear_results(request, path.substr(routes::results.size() + 1));
    if (path.starts_with(routes::queries) && path.size() > routes::queries.size() + 1 &&
        path[routes::queries.size()] == '/')
      return running(request, path.substr(routes::queries.size() + 1));
    if (path.starts_with(routes::data_sources) && path[routes::data_sources.size()] == '/') {
      return member(request, path.substr(routes::data_sources.size() + 1));
    }
    return error_response(
        {.kind = ErrorKind::not_found, .message = "no route " + std::string{path}, .type = "RouteNotFoundException"});
  }

  /// The hosts that the answer to a request depends on, in dialect `opensearch`: each is asked of
  /// ServiceOptions::check_host, which must know at once, while to look a name up takes time. Some may not be asked
  /// for.
  [[nodiscard]] std::vector<std::string> hosts_of(const HttpRequest& request) {
    return opensearch_ ? opensearch_->hosts_of(request, registry_.store()) : std::vector<std::string>{};
  }

  /// The registered sources behind the names that a statement uses, each ACTIVE, secrets included. Names match exactly,
  /// or else in any case, as SQL has it. Errors: `not_found`, `disabled`.
  [[nodiscard]] Result<std::vector<DataSource>> sources_for(const std::vector<std::string>& names) {
    return registry_.active(names);
  }

  /// The registered ACTIVE sources that a statement seems to name, for an EngineSearch: what is wrong with one is told
  /// when an engine names it. None where there is only one engine to choose.
  [[nodiscard]] std::vector<DataSource> sources_seen_in(std::string_view statement) {
    std::vector<DataSource> seen;
    if (engines().size() == 1) return seen;
    for (const std::string& name : datasource::names_of(statement).qualifiers) {
      auto found = registry_.active({name});
      if (found) seen.push_back(std::move(found->front()));
    }
    return seen;
  }

  /// All registered sources, secrets included, by name. Errors: the store's.
  [[nodiscard]] Result<std::vector<SourcePtr>> sources() { return registry_.list(); }

  /// The whole exchange in process. Without an engine of its own a query or a test is answered 501.
  [[nodiscard]] HttpResponse handle(const HttpRequest& request) {
    Answer answer = route(request);
    if (auto* response = std::get_if<HttpResponse>(&answer)) return std::move(*response);
    if (const auto* call = std::get_if<ResultsCall>(&answer))
      return call->index.empty() ? results_response({}) : cleared_response({.name = call->index});
    if (std::holds_alternative<EnginesCall>(answer)) return engines_response(engine_statuses(engines()));
    if (std::holds_alternative<MetricsCall>(answer))
      return error_response(
          {.kind = ErrorKind::unsupported, .message = "a service in process counts nothing; a gateway does"});
    if (in_process_.empty())
      return error_response({.kind = ErrorKind::unsupported,
                             .message = "this service has no engine; give it one, such as datasource::duckdb::Engine"});
    if (const auto* call = std::get_if<CursorCall>(&answer)) return turn_page(*call);
    if (const auto* call = std::get_if<CancelCall>(&answer)) return cancelled_response(call->id, 0);
    if (const auto* call = std::get_if<QueryCall>(&answer)) return run(*call);
    if (const auto* call = std::get_if<TestCall>(&answer))
      return on_engine_of(call->source, [&](Engine& engine) { return test(engine, *call); });
    if (const auto* call = std::get_if<SchemaCall>(&answer))
      return on_engine_of(call->source,
                          [&](Engine& engine) { return schema_response(engine.schema(call->source, call->wanted)); });
    const auto& call = std::get<AdmitCall>(answer);
    return on_engine_of(call.source, [&](Engine& engine) {
      const auto taken = engine.admit(call.source);
      return taken ? admitted(call) : error_response(taken.error());
    });
  }

  /// Writes a source that the engine has taken; judged anew, since time has passed.
  [[nodiscard]] HttpResponse admitted(const AdmitCall& call) { return carry_out(call.request); }

  /// The engines behind the service, the default first.
  [[nodiscard]] std::span<const EngineInfo> engines() const { return registry_.engines(); }

  /// How sources are and were. The host records there what it learns.
  [[nodiscard]] HealthBook& source_health() const { return *health_; }

  /// A new id, for what a host runs under one.
  [[nodiscard]] std::string next_id() { return registry_.next_id()(); }

  /// The media type of a reply in that format. A real OpenSearch calls its texts `plain/text`.
  [[nodiscard]] std::string_view content_type(Format format) const {
    if (format == Format::jdbc) return "application/json; charset=UTF-8";
    if (dialect_ == Dialect::opensearch) return "plain/text; charset=UTF-8";
    return format == Format::csv ? "text/csv; charset=UTF-8" : "text/plain; charset=UTF-8";
  }

 private:
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

  /// Writes change what is known of a source's health before a host hears of them.
  static WatchedStore::Watch watch(std::shared_ptr<HealthBook> health, WatchedStore::Watch then) {
    return [health = std::move(health), then = std::move(then)](std::string_view name, SourceChange change) {
      if (change == SourceChange::removed) {
        health->forget(name);
      } else {
        health->renew(name);
      }
      if (then) then(name, change);
    };
  }

  HttpResponse sources_health() {
    const auto sources = registry_.list();
    if (!sources) return error_response(sources.error());
    HealthSummary summary;
    for (const SourcePtr& source : *sources) summary.sources.push_back(health_->summary(*source));
    return reply(200, to_json(summary));
  }

  HttpResponse source_health(const HttpRequest& request, const std::string& name) {
    const auto wanted = protocol::read_probes_wanted(request.target);
    if (!wanted) return error_response(wanted.error());
    const auto health =
        registry_.get(name).and_then([&](const SourcePtr& source) { return health_->history(*source, *wanted); });
    return health ? reply(200, to_json_with_probes(*health)) : error_response(health.error());
  }

  static Answer clear_results(const HttpRequest& request, std::string_view index) {
    if (request.method != "DELETE") return not_allowed(request, "DELETE");
    return ResultsCall{decode_segment(index)};
  }

  /// In process a test and a statement are all that tells how a source is.
  HttpResponse test(Engine& engine, const TestCall& call) {
    const TestReport report = engine.test(call.source);
    if (call.stored) (void)health_->record(call.source.name, outcome_of(report, ProbeCause::test));
    return test_response(report);
  }

  Answer collection(const HttpRequest& request) {
    if (request.method == "GET") return list();
    if (request.method == "POST" || request.method == "PUT" || request.method == "PATCH") return write(request);
    return not_allowed(request, "GET, POST, PUT, PATCH");
  }

  Answer write(const HttpRequest& request) {
    const auto admits = [](const EngineInfo& engine) { return engine.admits; };
    if (std::none_of(engines().begin(), engines().end(), admits)) return carry_out(request);
    auto checked = change<DataSource>(
        request, [&](DataSource source) { return registry_.creatable(std::move(source)); },
        [&](DataSource source) { return registry_.updatable(std::move(source), if_match(request)); },
        [&](const NamedPatch& patch) { return registry_.patchable(patch, if_match(request)); });
    if (!checked) return error_response(checked.error());
    const auto engine = choose_engine(engines(), {&*checked, 1});
    if (!engine || !engines()[*engine].admits) return carry_out(request);
    return AdmitCall{std::move(*checked), request};
  }

  HttpResponse carry_out(const HttpRequest& request) {
    return written(request.method == "POST" ? 201 : 200,
                   change<Acknowledgement>(
                       request, [&](DataSource source) { return registry_.create(std::move(source)); },
                       [&](DataSource source) { return registry_.update(std::move(source), if_match(request)); },
                       [&](const NamedPatch& patch) { return registry_.patch(patch, if_match(request)); }));
  }

  /// What a request to write asks for, by its method.
  template <class T, class Create, class Update, class Patch>
  static Result<T> change(const HttpRequest& request, Create&& create, Update&& update, Patch&& patch) {
    if (request.method == "PATCH")
      return detail::parse_json(request.body, "the request body").and_then(&read_named_patch).and_then(patch);
    auto source = read_data_source_text(request.body);
    return request.method == "POST" ? std::move(source).and_then(create) : std::move(source).and_then(update);
  }

  Answer member(const HttpRequest& request, std::string_view rest) {
    const std::string name = decode_segment(rest.substr(0, rest.find('/')));
    const std::string_view tail = rest.substr(std::min(rest.find('/'), rest.size()));
    if (tail == "/_test") return only_post(request, [&] { return test_stored(name); });
    if (tail == "/_health") return only_get(request, [&] { return source_health(request, name); });
    if (tail == "/_schema") return only_get(request, [&] { return schema(request, name); });
    if (!tail.empty())
      return error_response({.kind = ErrorKind::not_found,
                             .message = "no route " + std::string{path_of(request.target)},
                             .type = "RouteNotFoundException"});
    if (request.method == "GET") {
      const auto found = registry_.get(name);
      return found ? with_etag(text_reply(200, json_text(*health_->shown(*found), Secrets::mask)), (*found)->etag)
                   : error_response(found.error());
    }
    if (request.method == "DELETE") return reply(200, registry_.remove(name, if_match(request)));
    return not_allowed(request, "GET, DELETE");
  }

  HttpResponse list() {
    const auto sources = registry_.list();
    if (!sources) return error_response(sources.error());
    JsonWriter json;
    detail::write_array(json, *sources,
                        [&](const SourcePtr& source) { write_json(json, *health_->shown(source), Secrets::mask); });
    return text_reply(200, std::string{json.view()});
  }

  Answer test_stored(const std::string& name) {
    const auto source = registry_.get(name);
    if (!source) return error_response(source.error());
    return TestCall{**source, true};
  }

  Answer test_unsaved(const HttpRequest& request) {
    auto source = read_data_source_text(request.body).and_then([&](DataSource given) {
      return registry_.complete(std::move(given));
    });
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
    return QueryCall{std::move(*query), explain, read_cache_control(find_header(request.headers, "Cache-Control"))};
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

  static std::vector<EngineInfo> infos_of(const std::vector<std::shared_ptr<Engine>>& engines) {
    std::vector<EngineInfo> infos;
    for (const std::shared_ptr<Engine>& engine : engines)
      infos.push_back({.id = engine->id(),
                       .version = engine->version(),
                       .serves = [engine](const Connector& connector) { return engine->serves(connector); },
                       .admits = true});
    return infos;
  }

  template <class Action>
  HttpResponse on_engine_of(const DataSource& source, Action action) {
    const auto engine = choose_engine(engines(), {&source, 1});
    return engine ? action(*in_process_[*engine]) : error_response(engine.error());
  }

  HttpResponse run(const QueryCall& call) {
    EngineSearch search{engines(), sources_seen_in(call.query.text)};
    for (;;) {
      const std::size_t asked = search.asked();
      const auto names = in_process_[asked]->sources_of(call.query);
      if (!names) {
        if (auto error = search.misread(names.error())) return error_response(*error);
        continue;
      }
      const auto sources = sources_for(*names);
      if (!sources) return error_response(sources.error());
      const auto here = search.reads(*sources);
      if (!here) return error_response(here.error());
      if (*here) return run_on(asked, call, *sources);
    }
  }

  HttpResponse run_on(std::size_t place, const QueryCall& call, const std::vector<DataSource>& sources) {
    Engine& engine = *in_process_[place];
    HttpResponse response = text_response(call.query.format, {});
    response.headers.emplace_back(std::string{engine_header}, engines()[place].id);
    const auto with_body = [&](Result<std::string> body) {
      if (!body) return error_response(body.error());
      response.body = std::move(*body);
      return response;
    };
    if (call.explain) return with_body(engine.explain(call.query, sources));
    if (call.query.fetch_size > 0) return with_body(pages_.run(engine, call.query, sources, registry_.next_id()));
    const auto summary = engine.run(call.query, sources, [&](std::string_view bytes) {
      response.body += bytes;
      return true;
    });
    (void)health_->statement_ended(names_of(sources), summary ? nullptr : &summary.error());
    return summary ? response : error_response(summary.error());
  }

  static std::vector<std::string> names_of(const std::vector<DataSource>& sources) {
    std::vector<std::string> names;
    for (const DataSource& source : sources) names.push_back(source.name);
    return names;
  }

  HttpResponse turn_page(const CursorCall& call) {
    if (call.close) {
      pages_.close(call.cursor);
      return closed_response();
    }
    auto body = pages_.take(call.cursor);
    return body ? text_response(Format::jdbc, std::move(*body)) : error_response(no_such_cursor());
  }

  /// What an engine wrote.
  [[nodiscard]] HttpResponse text_response(Format format, std::string body) const {
    return {200, {{"Content-Type", std::string{content_type(format)}}}, std::move(body)};
  }

  HttpResponse connectors() const {
    return reply(200, connectors_json(engines(), [&](const Connector& each) { return registry_.offers(each); }));
  }

  HttpResponse health() const {
    return reply(200,
                 detail::OrderedJson{{"status", "ok"}, {"version", version}, {"engine", engines().front().version}});
  }

  std::shared_ptr<HealthBook> health_;
  Registry registry_;
  Dialect dialect_ = Dialect::documented;
  KeptPages pages_;
  std::optional<OpenSearchDialect> opensearch_;
  std::vector<std::shared_ptr<Engine>> in_process_;  ///< As engines(); empty: a host has them.
};

}  // namespace datasource
