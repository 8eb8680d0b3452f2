#pragma once

#include <datasource/engine/remote/rsa_key.hpp>
#include <datasource/engine/remote/token_connection.hpp>
#include <datasource/http/transport.hpp>
#include <datasource/operation/drive.hpp>
#include <datasource/operation/exchange.hpp>
#include <datasource/protocol/bigquery/service_account.hpp>

#include <algorithm>
#include <chrono>
#include <memory>
#include <stop_token>
#include <string>
#include <utility>

namespace datasource::remote {

/// Gets access tokens for a service account: signs an assertion and exchanges it at the account's own token_uri. The
/// private key stays in this process.
template <Transport Tr>
std::shared_ptr<TokenCache> google_tokens(protocol::bigquery::ServiceAccount account, RsaKey key, Tr transport) {
  namespace api = protocol::bigquery;
  return std::make_shared<TokenCache>([account = std::move(account), key = std::move(key),
                                       transport](const std::stop_token& stop) mutable -> Result<TimedToken> {
    using namespace std::chrono;
    const auto now = duration_cast<seconds>(system_clock::now().time_since_epoch());
    auto token =
        drive(transport, Exchange<api::AccessToken>{api::token_request(account, now, key.signer()), &api::read_token},
              SystemClock{}, stop);
    if (token) {
      // Early enough for a request that is made with it to arrive.
      const auto lifetime = std::max(token->lifetime - minutes{2}, token->lifetime / 2);
      return TimedToken{std::move(token->text), steady_clock::now() + lifetime};
    }
    Error error = std::move(token.error());
    if (error.kind == ErrorKind::unauthorized) {
      error.message = "Google gives no access token to " + account.email + " (" + error.message +
                      "); check that the service account and this key of it still exist, and this machine's clock";
    } else if (error.kind == ErrorKind::malformed) {
      error.kind = ErrorKind::connection;
      error.message = "what answers at " + account.token_uri + " gives no access tokens (" + error.message +
                      "); check token_uri in properties.serviceAccountKey";
    } else if (error.kind != ErrorKind::cancelled) {
      error.message =
          "no access token: " + error.message + "; the address is token_uri in properties.serviceAccountKey";
    }
    return fail(std::move(error));
  });
}

}  // namespace datasource::remote
