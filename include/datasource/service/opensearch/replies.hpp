#pragma once

#include <datasource/detail/json.hpp>
#include <datasource/http/message.hpp>

#include <tl/expected.hpp>

#include <string>
#include <string_view>
#include <utility>

/// The replies of an OpenSearch with the SQL plugin, version 3.4.0, as recorded.
namespace datasource::detail::opensearch {

/// A value, or the reply that refuses the request.
template <class T>
using Or = tl::expected<T, HttpResponse>;

inline constexpr std::string_view json_type = "application/json; charset=UTF-8";
/// What the plugin says of its own errors, though they are JSON.
inline constexpr std::string_view text_type = "text/plain; charset=UTF-8";

/// A body as the plugin prints it: indented by two.
inline std::string pretty(const OrderedJson& json) {
  return json.dump(2, ' ', false, OrderedJson::error_handler_t::replace);
}

inline HttpResponse reply(int status, std::string_view content_type, std::string body) {
  return {status, {{"Content-Type", std::string{content_type}}}, std::move(body)};
}

/// Create's and update's reply: one JSON string.
inline HttpResponse message(int status, const std::string& text) {
  return reply(status, json_type, dump(OrderedJson(text)));
}

/// An error of the plugin: `{"status","error":{"type","reason","details"}}`. Its reason follows from the status.
inline HttpResponse plugin_error(int status, std::string_view type, std::string details) {
  const std::string_view reason = status == 400 ? "Invalid Request" : "There was internal problem at backend";
  OrderedJson error = OrderedJson::object();
  error["type"] = type;
  error["reason"] = reason;
  error["details"] = std::move(details);
  OrderedJson body = OrderedJson::object();
  body["status"] = status;
  body["error"] = std::move(error);
  return reply(status, text_type, pretty(body));
}

/// An error of the REST layer, which reads bodies: `{"error":{"root_cause":[…],"type","reason",…},"status"}`. `more`
/// are members of its own.
inline HttpResponse rest_error(int status, std::string_view type, const std::string& reason,
                               const OrderedJson& more = OrderedJson::object()) {
  OrderedJson cause = OrderedJson::object();
  cause["type"] = type;
  cause["reason"] = reason;
  for (const auto& [key, value] : more.items()) cause[key] = value;
  OrderedJson error = OrderedJson::object();
  error["root_cause"] = OrderedJson::array();
  error["root_cause"].push_back(cause);
  for (const auto& [key, value] : cause.items()) error[key] = value;
  OrderedJson body = OrderedJson::object();
  body["error"] = std::move(error);
  body["status"] = status;
  return reply(status, json_type, dump(body));
}

inline HttpResponse illegal_argument(const std::string& reason) {
  return rest_error(400, "illegal_argument_exception", reason);
}

inline HttpResponse no_handler(const HttpRequest& request) {
  OrderedJson body = OrderedJson::object();
  body["error"] = "no handler found for uri [" + request.target + "] and method [" + request.method + "]";
  return reply(400, json_type, dump(body));
}

/// `allowed` as the header has it: `GET,DELETE`.
inline HttpResponse wrong_method(const HttpRequest& request, std::string_view allowed) {
  std::string names;
  for (const char c : allowed) names += c == ',' ? ", " : std::string(1, c);
  OrderedJson body = OrderedJson::object();
  body["error"] = "Incorrect HTTP method for uri [" + request.target + "] and method [" + request.method +
                  "], allowed: [" + names + "]";
  body["status"] = 405;
  HttpResponse response = reply(405, json_type, dump(body));
  response.headers.emplace_back("Allow", std::string{allowed});
  return response;
}

inline HttpResponse unsupported_content_type(std::string_view given) {
  OrderedJson body = OrderedJson::object();
  body["error"] = given.empty() ? std::string{"Content-Type header is missing"}
                                : "Content-Type header [" + std::string{given} + "] is not supported";
  body["status"] = 406;
  return reply(406, json_type, dump(body));
}

/// 406 where a body's type is missing or none that is read here. The real server also reads YAML, CBOR and Smile.
inline Or<void> check_content_type(const HttpRequest& request) {
  if (request.body.empty()) return {};
  const std::string_view given = find_header(request.headers, "Content-Type");
  std::string_view type = given.substr(0, given.find(';'));
  while (type.ends_with(' ')) type.remove_suffix(1);
  if (iequals(type, "application/json")) return {};
  return tl::unexpected<HttpResponse>{unsupported_content_type(given)};
}

/// The refusal in the form that a function returning Or<T> can return.
inline tl::unexpected<HttpResponse> refuse(HttpResponse response) {
  return tl::unexpected<HttpResponse>{std::move(response)};
}

}  // namespace datasource::detail::opensearch
