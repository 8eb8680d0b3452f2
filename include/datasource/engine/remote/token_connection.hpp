#pragma once

#include <datasource/engine/remote/http_source.hpp>
#include <datasource/http/transport.hpp>
#include <datasource/model/error.hpp>
#include <datasource/model/secret.hpp>
#include <datasource/operation/drive.hpp>
#include <datasource/operation/paging.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>

namespace datasource::remote {

/// What authenticates for a while.
struct TimedToken {
  Secret text = {};                                       ///< Sent as `Authorization: Bearer`.
  std::chrono::steady_clock::time_point renewed_at = {};  ///< From then on another one is asked for.
};

/// Gets a token that is used again until it has to be renewed. Any number of threads may ask; one of them gets it.
class TokenCache {
 public:
  /// Makes a new token. Its errors are told as they are: complete, and without secrets.
  using Make = std::function<Result<TimedToken>(const std::stop_token&)>;

  /// @param make Called with the cache locked, for each token once.
  explicit TokenCache(Make make) : make_{std::move(make)} {}

  /// The token for now. Errors: as `make` has them.
  Result<Secret> get(const std::stop_token& stop) {
    const std::lock_guard lock{mutex_};
    if (!token_ || std::chrono::steady_clock::now() >= token_->renewed_at) {
      auto made = make_(stop);
      if (!made) return fail(std::move(made.error()));
      token_ = std::move(*made);
    }
    return token_->text;
  }

  /// Forgets a token that the server did not take.
  void forget(const Secret& refused) {
    const std::lock_guard lock{mutex_};
    if (token_ && token_->text == refused) token_.reset();
  }

 private:
  Make make_;
  std::mutex mutex_;
  std::optional<TimedToken> token_;
};

/// A token that is given and not renewed.
inline std::shared_ptr<TokenCache> fixed_token(Secret token) {
  return std::make_shared<TokenCache>([token = std::move(token)](const std::stop_token&) -> Result<TimedToken> {
    return TimedToken{token, std::chrono::steady_clock::time_point::max()};
  });
}

/// A connection to a server that takes tokens which expire. Copies share the token and what the transport's copies
/// share; each thread has a copy of its own.
template <Transport Tr>
class TokenConnection {
 public:
  /// Does no I/O.
  /// @param tokens   Null: no authentication.
  /// @param refused  What a person is told when the server takes no token that is got this way.
  TokenConnection(HttpServer server, Tr transport, std::shared_ptr<TokenCache> tokens, std::string refused)
      : server_{std::make_shared<const HttpServer>(std::move(server))},
        transport_{std::move(transport)},
        tokens_{std::move(tokens)},
        refused_{std::move(refused)} {}

  /// Where it leads.
  [[nodiscard]] const HttpServer& server() const { return *server_; }

  /// Gets a token where one is needed. Errors: as the cache has them.
  Result<bool> sign_in(const std::stop_token& stop) {
    if (!tokens_) return false;
    const auto token = tokens_->get(stop);
    if (!token) return fail(token.error());
    return true;
  }

  /// Addresses and carries out an operation. Errors: its own, in words for people who know the source's settings, and
  /// without secrets; as the cache has them.
  template <class Operation>
  Result<typename Operation::value_type> run(Operation operation, const std::stop_token& stop) {
    return page(operation, stop);
  }

  /// The next value of an operation that is kept, such as a JobPages. Errors: as of `run`.
  template <class Operation>
  Result<typename Operation::value_type> page(Operation& operation, const std::stop_token& stop) {
    Headers headers = server_->headers;
    Secret token;
    if (tokens_) {
      auto got = tokens_->get(stop);
      if (!got) return fail(std::move(got.error()));
      token = std::move(*got);
      headers.emplace_back("Authorization", "Bearer " + token.reveal());
    }
    operation.address(server_->url, headers);
    operation.share(budget_);
    return told(drive(transport_, Borrowed<Operation>{&operation}, SystemClock{}, stop), token);
  }

 private:
  template <class T>
  Result<T> told(Result<T> result, const Secret& token) {
    if (result) return result;
    Error error = std::move(result.error());
    if (error.kind == ErrorKind::unauthorized) {
      if (tokens_) tokens_->forget(token);
      const std::string words = error.message;
      error = server_->explain(std::move(error));
      error.message = server_->system + " at " + server_->url +
                      (tokens_ ? " does not accept the credentials (" + words + "); " + refused_
                               : " asks for credentials; " + refused_);
    } else {
      error = server_->explain(std::move(error));
    }
    return fail(masked(std::move(error), token));
  }

  static Error masked(Error error, const Secret& token) {
    const std::string& text = token.reveal();
    if (text.empty()) return error;
    for (std::size_t at = 0; (at = error.message.find(text, at)) != std::string::npos; at += masked_secret.size())
      error.message.replace(at, text.size(), masked_secret);
    return error;
  }

  std::shared_ptr<const HttpServer> server_;
  std::shared_ptr<RetryBudget> budget_ = std::make_shared<RetryBudget>();
  Tr transport_;
  std::shared_ptr<TokenCache> tokens_;
  std::string refused_;
};

}  // namespace datasource::remote
