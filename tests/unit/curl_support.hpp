#pragma once

#include "../support/fault_server.hpp"

#include <datasource/datasource.hpp>
#include <datasource/transport/curl.hpp>

#include <catch2/catch.hpp>

#include <cstdlib>
#include <stop_token>
#include <string>
#include <utility>

namespace tests {

namespace ds = datasource;

/// The tests' servers are reached directly, whatever the machine's environment says.
inline const bool without_proxy = [] {
  for (const char* name :
       {"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"})
    unsetenv(name);
  return true;
}();

inline ds::HttpRequest get(std::string base, std::string target = "/") {
  return {"GET", std::move(target), {}, {}, std::move(base)};
}

inline ds::Result<ds::HttpResponse> send(ds::CurlTransport& transport, const ds::HttpRequest& request) {
  return transport.send(request, std::stop_token{});
}

/// The error of a request that must not get a reply.
inline ds::Error error_of(ds::CurlTransport transport, const ds::HttpRequest& request) {
  const auto response = send(transport, request);
  REQUIRE_FALSE(response);
  return response.error();
}

inline bool mentions(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// A port of this machine on which nothing listens.
inline std::uint16_t closed_port() {
  asio::io_context io;
  asio::ip::tcp::acceptor acceptor{io, {asio::ip::address_v4::loopback(), 0}};
  return acceptor.local_endpoint().port();
}

}  // namespace tests
