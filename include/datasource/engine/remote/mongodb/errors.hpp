#pragma once

#include <datasource/connector/settings.hpp>
#include <datasource/engine/remote/mongodb/address.hpp>
#include <datasource/engine/remote/mongodb/stream.hpp>
#include <datasource/model/error.hpp>

#include <mongoc/mongoc.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

/// What libmongoc and MongoDB report, in words that say what to do.
namespace datasource::remote::mongo {

/// Numbers of MongoDB's errors. Source: MongoDB 7, `error_codes.yml`.
enum class ServerCode : std::uint32_t {
  unauthorized = 13,
  authentication_failed = 18,
  namespace_not_found = 26,
  cursor_not_found = 43,
  max_time_expired = 50,
  option_not_supported_on_view = 167,
  not_authenticated = 8000,  ///< Of Atlas.
};

/// Whether the server said this one.
inline bool is(const bson_error_t& error, ServerCode code) {
  return error.domain == MONGOC_ERROR_SERVER && error.code == static_cast<std::uint32_t>(code);
}

namespace detail {

inline Error unreachable(std::string message, bool again) {
  return {.kind = ErrorKind::connection,
          .message = std::move(message),
          .status = 502,
          .type = "ConnectionException",
          .retryable = again};
}

inline Error refused(std::string message) {
  return {.kind = ErrorKind::unauthorized,
          .message = std::move(message),
          .status = 502,
          .type = "DataSourceAuthenticationException"};
}

inline Error late(std::string message) {
  return {.kind = ErrorKind::timeout,
          .message = std::move(message),
          .status = 504,
          .type = "TimeoutException",
          .retryable = true};
}

/// Of an attempt to connect that failed before MongoDB said anything.
inline Error not_connected(const bson_error_t& error, const Link& link, const Settings& settings) {
  const std::string server = servers_text(settings);
  const std::string host = setting(settings, "host");
  switch (link.reached) {
    case Reached::nothing:
      if (setting(settings, "srv") == "true")
        return unreachable(
            "the DNS has no servers for \"" + host + "\"; check the name, and that it is an SRV name (properties.srv)",
            false);
      break;
    case Reached::host_unknown:
      return unreachable("the host name \"" + host + "\" is not known; check its spelling and the name server", false);
    case Reached::no_route:
      return unreachable("there is no route to " + host + "; check the address and the network", false);
    case Reached::refused:
      return unreachable(server + " refused the connection; check that MongoDB runs there and that the port is right",
                         true);
    case Reached::timed_out:
      return late(server + " did not answer in " + std::to_string(link.limit.count()) +
                  " ms; check the host, the port and firewalls between");
    case Reached::no_tls:
      return unreachable("TLS with " + server + " failed with the mode \"" + tls_mode(settings) +
                             "\"; check that the server offers TLS and that its certificate is trusted, or choose "
                             "another mode",
                         false);
    case Reached::connected: break;
  }
  if (std::string_view{error.message}.find("No servers") == std::string_view::npos || link.reached == Reached::nothing)
    return unreachable("what answers at " + server +
                           " is not MongoDB, or takes only connections with TLS; check the port, properties.tls and "
                           "the connector",
                       false);
  return unreachable(
      "no member of the replica set at " + server + " is one to read from; check replicaSet and readPreference", true);
}

}  // namespace detail

/// An error of any call. Holds no secret: passwords are in none of libmongoc's messages.
inline Error to_error(const bson_error_t& error, const Link& link, const Settings& settings) {
  if (link.interrupt.raised())
    return {.kind = ErrorKind::cancelled, .message = "it was stopped", .type = "CancelledException"};
  const std::string server = servers_text(settings);
  const std::string said = error.message;
  const auto sign_in = [&] {
    const std::string user = setting(settings, "username");
    const std::string source = setting(settings, "authSource");
    return detail::refused("MongoDB at " + server + " did not let user \"" + user +
                           "\" in; check the user name, the password and " +
                           (source.empty() ? "authSource, the database where the user is defined"
                                           : "that \"" + source + "\" is where the user is defined"));
  };
  switch (error.domain) {
    case MONGOC_ERROR_SERVER_SELECTION:
      if (said.find("Authentication failed") != std::string::npos) return sign_in();
      return detail::not_connected(error, link, settings);
    case MONGOC_ERROR_CLIENT:
      if (error.code == MONGOC_ERROR_CLIENT_AUTHENTICATE) return sign_in();
      break;
    case MONGOC_ERROR_SASL:
    case MONGOC_ERROR_SCRAM: return sign_in();
    case MONGOC_ERROR_STREAM:
      if (error.code == MONGOC_ERROR_STREAM_NAME_RESOLUTION || error.code == MONGOC_ERROR_STREAM_CONNECT ||
          error.code == MONGOC_ERROR_STREAM_NOT_ESTABLISHED)
        return detail::not_connected(error, link, settings);
      return detail::unreachable("MongoDB at " + server + " closed the connection; try again", true);
    case MONGOC_ERROR_PROTOCOL:
      if (error.code == MONGOC_ERROR_PROTOCOL_BAD_WIRE_VERSION)
        return detail::unreachable("MongoDB at " + server + " is too old; version 4.4 or later is needed", false);
      break;
    case MONGOC_ERROR_SERVER:
      switch (static_cast<ServerCode>(error.code)) {
        case ServerCode::authentication_failed:
        case ServerCode::not_authenticated: return sign_in();
        case ServerCode::unauthorized:
          return detail::refused("MongoDB at " + server + " does not allow " +
                                 (setting(settings, "username").empty()
                                      ? "it without a user; give credentials"
                                      : "it to user \"" + setting(settings, "username") +
                                            "\"; give that user the role read on the database") +
                                 ": " + said);
        case ServerCode::max_time_expired: return detail::late("MongoDB ended it, for it took too long: " + said);
        default:
          return {.kind = ErrorKind::invalid, .message = "MongoDB: " + said, .status = 400, .type = "QueryException"};
      }
    default: break;
  }
  return {.kind = ErrorKind::server,
          .message = "MongoDB at " + server + ": " + said,
          .status = 502,
          .type = "ConnectionException"};
}

}  // namespace datasource::remote::mongo
