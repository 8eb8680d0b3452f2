#pragma once

#include <datasource/client/client.hpp>
#include <datasource/http/auth.hpp>
#include <datasource/http/message.hpp>
#include <datasource/service/service.hpp>
#include <datasource/service/upstream.hpp>
#include <datasource/transport/curl.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>

namespace datasource::gateway {

/// The OpenSearch beside the gateway. Its requests run on threads of their own, so that the gateway goes on serving.
class Upstream {
 public:
  struct Options {
    std::string url = {};      ///< `http://host:port`.
    Auth auth = {};            ///< For callers who bring no credentials.
    bool pass_callers = true;  ///< Whether a caller's Authorization is for the OpenSearch and not for the gateway.
    std::chrono::milliseconds timeout{60'000};
    std::function<bool(const Connector&)> serves = {};  ///< What the gateway's own engines read.
    std::size_t threads = 8;                            ///< Requests at a time; others wait for their turn.
  };

  explicit Upstream(Options options);
  ~Upstream();
  Upstream(const Upstream&) = delete;
  Upstream& operator=(const Upstream&) = delete;

  /// What is to be done there about a request; nothing when the gateway answers it.
  [[nodiscard]] std::optional<UpstreamCall> judge(const HttpRequest& request, Service& service) const;

  /// Does it.
  /// @param own For a list: the gateway's own sources, as its service answered.
  [[nodiscard]] boost::asio::awaitable<HttpResponse> answer(UpstreamCall call, HttpRequest request, HttpResponse own);

  /// Ends what is under way.
  void stop();

 private:
  HttpResponse carry_out(const UpstreamCall& call, const HttpRequest& request, HttpResponse own);
  HttpResponse pass(const HttpRequest& request, Auth auth);

  Options options_;
  CurlTransport transport_;
  std::stop_source stop_;
  boost::asio::thread_pool threads_;  // last: its threads use the rest
};

}  // namespace datasource::gateway
