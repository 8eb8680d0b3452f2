#pragma once

#include <datasource/http/transport.hpp>
#include <datasource/transport/curl/handles.hpp>
#include <datasource/transport/curl/options.hpp>
#include <datasource/transport/curl/transfer.hpp>

#include <memory>
#include <stop_token>
#include <utility>

namespace datasource {

/// HTTP and HTTPS by libcurl. Connections are kept open and used again; replies of other machines may be compressed
/// (gzip, and brotli and zstd where libcurl has them). Redirects are not followed, so that nothing is sent to a server
/// that was not named.
///
/// Any number of threads may send at once; each has a connection of its own. Copies share their connections: give a
/// copy to each of several clients.
///
/// @par Errors
/// Each names the server and says what to do; none holds a secret.
/// - `invalid`: an option cannot be used; `field` names it.
/// - `connection`: the name does not resolve, nothing answers, TLS is not trusted, a proxy refuses, or the connection
///   broke off. `retryable` where another attempt may help.
/// - `timeout`: one of the two limits of the options. `cancelled`: the stop token, at once.
/// - `unsupported`: the reply is longer than `maximum_body`. `malformed`: what answers does not speak HTTP.
class CurlTransport {
 public:
  CurlTransport() = default;
  /// Sends nothing yet; options that cannot be used are an `invalid` error of send().
  explicit CurlTransport(CurlOptions options) : options_{std::move(options)} {}

  /// Sends and waits for the whole reply.
  Result<HttpResponse> send(const HttpRequest& request, const std::stop_token& stop) {
    if (auto problem = detail::curl::problem_of(options_, request)) return fail(std::move(*problem));
    if (stop.stop_requested()) return fail(ErrorKind::cancelled, "cancelled by the caller");
    const detail::curl::Lease lease{*pool_};
    if (!lease) return fail(ErrorKind::connection, "libcurl could not be initialised");
    detail::curl::Transfer transfer{options_, request};
    const CURLcode refused = transfer.prepare(lease.easy());
    return transfer.result(refused == CURLE_OK ? detail::curl::perform(lease, stop) : refused);
  }

 private:
  CurlOptions options_;
  std::shared_ptr<detail::curl::Pool> pool_ = std::make_shared<detail::curl::Pool>();
};

}  // namespace datasource
