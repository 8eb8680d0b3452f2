#pragma once

#include <datasource/http/message.hpp>
#include <datasource/model/error.hpp>

#include <concepts>
#include <stop_token>

namespace datasource {

/// What carries a request to a server and a reply back. A reply of any status is a value, redirects
/// included; an Error of kind `connection`, `timeout` or `cancelled` says that there was none. An error of the
/// connection that is `retryable` lets the operation try again. Bring your own by having this one function.
template <class T>
concept Transport = requires(T& transport, const HttpRequest& request, std::stop_token stop) {
  { transport.send(request, stop) } -> std::same_as<Result<HttpResponse>>;
};

}  // namespace datasource
