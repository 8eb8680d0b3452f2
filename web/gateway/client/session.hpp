#pragma once

#include <datasource/client/client.hpp>
#include <datasource/transport/curl.hpp>

#include <string>

namespace datasource::gateway {

/// Exit codes of the commands that talk to a gateway, as people's scripts may rely on them.
inline constexpr int exit_done = 0;
inline constexpr int exit_failed = 1;       ///< The gateway refused or failed, or a connection test did not pass.
inline constexpr int exit_misused = 2;      ///< An option or a file cannot be used, or what it says breaks a rule.
inline constexpr int exit_unreachable = 3;  ///< There is no answer from the gateway.

/// What all of those commands share.
struct SessionOptions {
  std::string url = {};      ///< Empty: DATASOURCE_URL, or this machine's default gateway.
  std::string ca_file = {};  ///< PEM of the authority that the gateway's certificate is checked against.
  bool json = false;         ///< For machines: the API's JSON.
};

/// A client of the gateway that the options and the environment name.
class Session {
 public:
  explicit Session(const SessionOptions& options);

  [[nodiscard]] Client<CurlTransport>& client() noexcept { return client_; }
  [[nodiscard]] bool json() const noexcept { return json_; }

  /// Says on standard error what went wrong, each broken rule on a line of its own, and gives the exit code for it.
  [[nodiscard]] static int report(const Error& error);
  /// The same for something on this side of the wire.
  [[nodiscard]] static int misuse(const std::string& message);

 private:
  Client<CurlTransport> client_;
  bool json_;
};

}  // namespace datasource::gateway
