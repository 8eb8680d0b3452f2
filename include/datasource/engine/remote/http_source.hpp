#pragma once

#include <datasource/connector/connector.hpp>
#include <datasource/connector/settings.hpp>
#include <datasource/federation/remote_source.hpp>
#include <datasource/http/auth.hpp>
#include <datasource/http/retry_budget.hpp>
#include <datasource/http/transport.hpp>
#include <datasource/http/url.hpp>
#include <datasource/model/error.hpp>
#include <datasource/model/secret.hpp>
#include <datasource/operation/drive.hpp>
#include <datasource/operation/paging.hpp>
#include <datasource/transport/curl/options.hpp>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What the readers of systems that are asked over HTTP have in common.
namespace datasource::remote {

/// A setting's text; empty when it is not set.
inline std::string setting(const Settings& settings, std::string_view key) {
  const auto found = settings.find(key);
  return found == settings.end() ? std::string{} : found->second;
}

/// A setting in milliseconds. @pre it is checked, or not set
inline std::chrono::milliseconds duration_setting(const Settings& settings, std::string_view key,
                                                  std::chrono::milliseconds fallback) {
  const std::string text = setting(settings, key);
  std::int64_t count = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), count);
  return problem == std::errc{} && end == text.data() + text.size() ? std::chrono::milliseconds{count} : fallback;
}

/// How the settings `tlsSkipVerify`, `connectionTimeout` and `queryTimeout` want a server to be reached.
inline CurlOptions curl_options(const Settings& settings) {
  CurlOptions options;
  options.connect_timeout = duration_setting(settings, "connectionTimeout", options.connect_timeout);
  options.total_timeout = duration_setting(settings, "queryTimeout", std::chrono::milliseconds{60'000});
  options.maximum_body = std::size_t{256} << 20;
  options.verify_certificates = setting(settings, "tlsSkipVerify") != "true";
  options.advice_on_trust = "let this machine trust that authority, or set properties.tlsSkipVerify to true";
  options.advice_on_length = "narrow the query: a shorter time, fewer columns, a LIMIT";
  return options;
}

/// The server of one source.
struct HttpServer {
  std::string system = {};           ///< For people: `Prometheus`.
  std::string url = {};              ///< `http://host:port`, with a path where the system has one.
  Headers headers = {};              ///< Of every request, such as Authorization.
  std::vector<Secret> secrets = {};  ///< What no message may hold.
  std::string url_field = {};        ///< What a person changes when the URL is wrong: `properties.url`.
  bool signs_in = false;             ///< Whether credentials are sent.
  bool verified = true;              ///< Whether its certificate is checked.

  /// @param connector Whose settings they are: tells which are secret.
  static HttpServer of(const Connector& connector, const Settings& settings, std::string_view url_key) {
    HttpServer server{.system = std::string{connector.title}, .url = setting(settings, url_key)};
    while (server.url.ends_with('/')) server.url.pop_back();
    server.verified = setting(settings, "tlsSkipVerify") != "true";
    const Field* field = connector.field(url_key);
    server.url_field = field == nullptr ? std::string{url_key} : field->path();
    for (const Field& each : connector.fields) {
      if (each.secret()) server.secrets.emplace_back(setting(settings, each.key));
    }
    return server;
  }

  /// Adds an Authorization header, or nothing for no authentication.
  void sign_in(const Auth& auth) {
    std::string value = authorization(auth);
    if (value.empty()) return;
    secrets.emplace_back(value.substr(value.find(' ') + 1));
    headers.emplace_back("Authorization", std::move(value));
    signs_in = true;
  }

  /// Whether it is reached by TLS.
  [[nodiscard]] bool encrypted() const { return url.starts_with("https:"); }

  /// Host and port of the URL; the port is the scheme's own where the URL has none.
  [[nodiscard]] RemoteSource::Address address() const {
    const UrlParts parts = parts_of_url(url);
    return {std::string{without_brackets(parts.host)}, std::string{parts.port}, url_field};
  }

  /// The Error for people who know the source's settings, and without its secrets.
  [[nodiscard]] Error explain(Error error) const {
    switch (error.kind) {
      case ErrorKind::unauthorized:
        error.message = system + " at " + url +
                        (signs_in ? " does not accept the credentials; check the source's user name, password or token"
                                  : " asks for credentials; give the source a user name and password, or a token");
        break;
      case ErrorKind::forbidden:
        error.message =
            system + " at " + url + " does not allow it" + (error.message.empty() ? "" : ": " + error.message);
        break;
      case ErrorKind::malformed:
        error.kind = ErrorKind::connection;
        error.message = "what answers at " + url + " does not speak the protocol of " + system + " (" + error.message +
                        "); check " + url_field;
        break;
      case ErrorKind::connection:
        // Where there was no reply and nothing is said yet of what to do: another program may listen there.
        if (error.status == 0 && error.message.find("; ") == std::string::npos)
          error.message += "; check " + url_field + " and that " + system + " answers there";
        break;
      case ErrorKind::server: error.message = system + " at " + url + ": " + error.message; break;
      default: break;
    }
    for (const Secret& secret : secrets) {
      constexpr std::size_t least = 4;  // shorter ones stand in many words
      const std::string& text = secret.reveal();
      if (text.size() < least) continue;
      for (std::size_t at = 0; (at = error.message.find(text, at)) != std::string::npos; at += masked_secret.size())
        error.message.replace(at, text.size(), masked_secret);
    }
    return error;
  }
};

/// A refusal of what a field of the source says, with the field to check. @param field Its path.
inline Error against(Error error, std::string_view field) {
  while (error.message.ends_with('.')) error.message.pop_back();
  error.message.append("; check ").append(field);
  error.field = field;
  return error;
}

/// A connection to one server: runs operations over a transport. Copies share what the transport's copies share; each
/// thread has a copy of its own.
template <Transport Tr>
class HttpConnection {
 public:
  /// Does no I/O.
  HttpConnection(HttpServer server, Tr transport)
      : server_{std::make_shared<const HttpServer>(std::move(server))}, transport_{std::move(transport)} {}

  /// Where it leads.
  [[nodiscard]] const HttpServer& server() const { return *server_; }

  /// Addresses and carries out an operation. Errors: its own, as HttpServer::explain has them.
  template <class Operation>
  Result<typename Operation::value_type> run(Operation operation, std::stop_token stop) {
    operation.address(server_->url, server_->headers);
    operation.share(budget_);
    auto result = drive(transport_, std::move(operation), SystemClock{}, std::move(stop));
    if (!result) return fail(server_->explain(std::move(result.error())));
    return result;
  }

  /// Addresses a paging, once, before the first `page`.
  template <class Page>
  void begin(Paging<Page>& paging) {
    paging.address(server_->url, server_->headers);
    paging.share(budget_);
  }

  /// The next page of a paging that was begun. Errors: as of `run`.
  template <class Page>
  Result<Page> page(Paging<Page>& paging, std::stop_token stop) {
    auto result = drive(transport_, Borrowed<Paging<Page>>{&paging}, SystemClock{}, std::move(stop));
    if (!result) return fail(server_->explain(std::move(result.error())));
    return result;
  }

 private:
  std::shared_ptr<const HttpServer> server_;
  std::shared_ptr<RetryBudget> budget_ = std::make_shared<RetryBudget>();
  Tr transport_;
};

/// The check `tls` of a server that is reached by TLS: whatever it answers, it was trusted.
/// @param ask Asks the server anything.
inline RemoteCheck tls_check(std::function<Result<std::string>(std::stop_token)> ask, bool verified) {
  return {"tls", "Negotiate TLS", [ask = std::move(ask), verified](std::stop_token stop) -> Result<std::string> {
            const auto answer = ask(std::move(stop));
            if (!answer && answer.error().status == 0) return fail(answer.error());
            return std::string{verified ? "encrypted, and the certificate is trusted"
                                        : "encrypted, and the certificate is not checked"};
          }};
}

/// `1 table`, `2 tables`.
inline std::string amount_of_tables(std::size_t count) {
  return std::to_string(count) + (count == 1 ? " table" : " tables");
}

}  // namespace datasource::remote
