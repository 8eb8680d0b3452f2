#pragma once

#include <datasource/detail/json.hpp>
#include <datasource/http/message.hpp>
#include <datasource/model/error.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// The replies of Prometheus' HTTP API that are small, and its errors.
/// Source: prometheus.io/docs/prometheus/latest/querying/api.
namespace datasource::protocol::prometheus {

/// The server's error. `invalid` is an expression that is none, or cannot be evaluated (`type` is then `execution`),
/// in the server's own words; `malformed` is a reply that no Prometheus gives. @pre the status is no success
inline Error read_error(const HttpResponse& response) {
  Error error{.status = response.status};
  const auto json = datasource::detail::parse_json(response.body, "the error");
  error.type = json ? datasource::detail::text_or_empty(*json, "errorType") : std::string{};
  if (!error.type.empty()) {
    error.message = datasource::detail::text_or_empty(*json, "error");
    error.kind = error.type == "bad_data" || error.type == "execution" ? ErrorKind::invalid
                 : error.type == "timeout" || error.type == "canceled" ? ErrorKind::timeout
                 : error.type == "not_found"                           ? ErrorKind::not_found
                 : response.status == 401                              ? ErrorKind::unauthorized
                 : response.status == 403                              ? ErrorKind::forbidden
                                                                       : ErrorKind::server;
    error.retryable = error.type == "unavailable";
    return error;
  }
  const std::string status = "status " + std::to_string(response.status);
  error.message = "it answers with " + status;
  switch (response.status) {
    case 401: error.kind = ErrorKind::unauthorized; break;
    case 403:
      error.kind = ErrorKind::forbidden;
      error.message = status;
      break;
    default: error.kind = response.status >= 500 ? ErrorKind::server : ErrorKind::malformed;
  }
  error.retryable = response.status == 429 || response.status >= 502;
  return error;
}

namespace detail {

/// The member `data` of a small reply. Errors: the server's own, `malformed`.
inline Result<datasource::detail::Json> data_of(const HttpResponse& response) {
  if (response.status < 200 || response.status > 299) return fail(prometheus::read_error(response));
  auto json = datasource::detail::parse_json(response.body, "the reply");
  if (!json) return fail(std::move(json.error()));
  if (datasource::detail::text_or_empty(*json, "status") != "success" || !json->contains("data"))
    return fail(ErrorKind::malformed, "the reply does not say status and data");
  return std::move((*json)["data"]);
}

}  // namespace detail

/// A list of names, in the server's order, which is theirs. Errors: the server's own, `malformed`.
inline Result<std::vector<std::string>> read_names(const HttpResponse& response) {
  const auto data = detail::data_of(response);
  if (!data) return fail(data.error());
  std::vector<std::string> names;
  if (data->is_null()) return names;
  if (!data->is_array()) return fail(ErrorKind::malformed, "the reply is no list of names");
  for (const auto& each : *data) {
    if (!each.is_string()) return fail(ErrorKind::malformed, "the reply is no list of names");
    names.push_back(each.get<std::string>());
  }
  return names;
}

/// What is known of a metric.
struct Metadata {
  std::string type = {};  ///< `counter`, `gauge`, `histogram`, `gaugehistogram`, `summary`, …; empty: not known.
  std::string help = {};  ///< For people.
  std::string unit = {};  ///< Such as `seconds`.
};

/// The first of the metadata that targets gave of the metric that was asked for; empty when none did, or the server
/// keeps none. Errors: the server's own, `malformed`.
inline Result<Metadata> read_metadata(const HttpResponse& response) {
  if (response.status == 404) return Metadata{};
  const auto data = detail::data_of(response);
  if (!data) return fail(data.error());
  if (!data->is_object() || data->empty() || !data->begin()->is_array() || data->begin()->empty()) return Metadata{};
  const auto& first = data->begin()->front();
  return Metadata{datasource::detail::text_or_empty(first, "type"), datasource::detail::text_or_empty(first, "help"),
                  datasource::detail::text_or_empty(first, "unit")};
}

/// The version, such as `2.42.0`; empty when the server does not tell it. Errors: the server's own, `malformed`.
inline Result<std::string> read_version(const HttpResponse& response) {
  if (response.status == 404) return std::string{};
  const auto data = detail::data_of(response);
  if (!data) return fail(data.error());
  const std::string version = datasource::detail::text_or_empty(*data, "version");
  return version.substr(0, version.find('+'));
}

}  // namespace datasource::protocol::prometheus
