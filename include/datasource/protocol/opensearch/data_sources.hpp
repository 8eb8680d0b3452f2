#pragma once

#include <datasource/connector/credentials.hpp>
#include <datasource/connector/validation.hpp>
#include <datasource/http/message.hpp>
#include <datasource/http/precondition.hpp>
#include <datasource/protocol/dialect.hpp>
#include <datasource/protocol/opensearch/acknowledgement_json.hpp>
#include <datasource/protocol/opensearch/data_source_json.hpp>
#include <datasource/protocol/opensearch/error_json.hpp>
#include <datasource/protocol/opensearch/routes.hpp>
#include <datasource/protocol/opensearch/test_report_json.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Requests and replies of the Data Source API, in both dialects. No I/O.
namespace datasource::protocol {

namespace detail {

using datasource::detail::in_quotes;
using datasource::detail::Json;

inline Result<HttpRequest> named(std::string_view method, std::string_view name, std::string_view suffix = {}) {
  if (name.empty()) return fail(invalid({{"name", "required", "the name is missing", "give a name"}}));
  // Percent-encoding leaves dots alone, and every URL parser folds these two away.
  if (name == "." || name == "..")
    return fail(invalid({{"name", "name_form", in_quotes(name) + " is not a name", "give a name"}}));
  return HttpRequest{std::string{method}, routes::data_source(name) + std::string{suffix}, {}, {}};
}

/// Bodies that break a rule are not sent: the server would refuse them in the same words. Credentials in an endpoint
/// are sent as credentials.
inline Result<HttpRequest> with_body(std::string_view method, std::string_view target, DataSource source,
                                     Dialect dialect) {
  if (auto violations = validate(source, rules_of(dialect)); !violations.empty())
    return fail(invalid(std::move(violations)));
  source.connector = with_credentials_apart(std::move(source.connector));
  source.etag.clear();
  return HttpRequest{std::string{method},
                     std::string{target},
                     {{"Content-Type", "application/json"}},
                     dialect == Dialect::opensearch ? datasource::detail::dump(to_opensearch_json(source))
                                                    : json_text(source, Secrets::reveal)};
}

/// For what the documented API has and an OpenSearch has not.
inline Result<HttpRequest> documented_only(Dialect dialect, std::string_view what, Result<HttpRequest> request) {
  if (dialect == Dialect::documented) return request;
  return fail({.kind = ErrorKind::unsupported,
               .message = "an OpenSearch has no " + std::string{what} + "; a gateway in the documented dialect has"});
}

/// An OpenSearch would take no notice of the version and write all the same.
inline Result<HttpRequest> expecting(const IfMatch& expected, Dialect dialect, Result<HttpRequest> request) {
  request = with_precondition(std::move(request), expected);
  return expected.etag.empty() ? request : documented_only(dialect, "versions of data sources", std::move(request));
}

template <class T>
Result<T> read(const HttpResponse& response, Result<T> (*decode)(const Json&)) {
  if (response.status < 200 || response.status > 299) return fail(read_error(response));
  return datasource::detail::parse_json(response.body, "the reply").and_then(decode);
}

}  // namespace detail

/// Errors of the builders: `invalid`, before anything is sent; `unsupported` for what the dialect has no route for.
inline Result<HttpRequest> create_request(const DataSource& source, Dialect dialect = Dialect::documented) {
  return detail::with_body("POST", routes::data_sources, source, dialect);
}
/// Replaces everything, secrets included: an OpenSearch keeps none, and so takes no mask.
inline Result<HttpRequest> update_request(const DataSource& source, Dialect dialect = Dialect::documented,
                                          const IfMatch& expected = {}) {
  return detail::expecting(expected, dialect, detail::with_body("PUT", routes::data_sources, source, dialect));
}
/// Asks for all sources.
inline Result<HttpRequest> list_request() { return HttpRequest{"GET", std::string{routes::data_sources}, {}, {}}; }
/// Asks for one source. Errors: `invalid` for a text that cannot be a name, as for the two that follow.
inline Result<HttpRequest> get_request(std::string_view name) { return detail::named("GET", name); }
/// Removes a source.
inline Result<HttpRequest> delete_request(std::string_view name, Dialect dialect = Dialect::documented,
                                          const IfMatch& expected = {}) {
  return detail::expecting(expected, dialect, detail::named("DELETE", name));
}
/// Tests a stored source.
inline Result<HttpRequest> test_request(std::string_view name, Dialect dialect = Dialect::documented) {
  return detail::documented_only(dialect, "connection test", detail::named("POST", name, "/_test"));
}
/// Tests a source that need not be stored.
inline Result<HttpRequest> test_request(const DataSource& source, Dialect dialect = Dialect::documented) {
  return detail::documented_only(dialect, "connection test",
                                 detail::with_body("POST", routes::test, source, Dialect::documented));
}
/// The catalogue of the server.
inline Result<HttpRequest> connectors_request(Dialect dialect = Dialect::documented) {
  return detail::documented_only(dialect, "catalogue of connectors",
                                 HttpRequest{"GET", std::string{routes::connectors}, {}, {}});
}

/// Errors of the readers: the server's own for a status other than 2xx; `malformed`.
/// An acknowledgement holds what the server said: an OpenSearch tells name and message of a create or an update, and
/// nothing of a delete.
inline Result<Acknowledgement> read_acknowledgement(const HttpResponse& response) {
  if (response.status == 204 && response.body.empty()) return Acknowledgement{};
  return detail::read(response, &datasource::read_acknowledgement);
}
/// A source, its secrets masked or left out. Errors: the server's own; `malformed`.
inline Result<DataSource> read_one(const HttpResponse& response) {
  return detail::read(response, &datasource::read_data_source_reply);
}
/// What a test found; a test that failed is a report too. Errors: the server's own; `malformed`.
inline Result<TestReport> read_test(const HttpResponse& response) {
  return detail::read(response, &datasource::read_test_report);
}

/// In the server's order: by name, but for a real OpenSearch, which has none.
inline Result<std::vector<DataSource>> read_list(const HttpResponse& response) {
  return detail::read<std::vector<DataSource>>(
      response, [](const detail::Json& json) -> Result<std::vector<DataSource>> {
        if (!json.is_array()) return fail(ErrorKind::malformed, "the reply is not a list of data sources");
        std::vector<DataSource> sources;
        for (const detail::Json& each : json) {
          auto source = read_data_source_reply(each);
          if (!source)
            return fail(ErrorKind::malformed, "a data source of the reply cannot be read: " + source.error().message);
          sources.push_back(std::move(*source));
        }
        return sources;
      });
}

/// The server's catalogue as JSON text: an array of connectors.
inline Result<std::string> read_connectors(const HttpResponse& response) {
  return detail::read<std::string>(response, [](const detail::Json& json) -> Result<std::string> {
    if (!json.is_array()) return fail(ErrorKind::malformed, "the reply is not a catalogue");
    return datasource::detail::dump(json);
  });
}

}  // namespace datasource::protocol
