#pragma once

#include <datasource/model/error.hpp>
#include <datasource/transport/curl/options.hpp>

#include <curl/curl.h>

#include <cerrno>
#include <chrono>
#include <initializer_list>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

/// What libcurl reports, in words that say what to do.
namespace datasource::detail::curl {

/// How a request ended without a whole reply.
struct Ending {
  CURLcode code = CURLE_OK;
  std::string_view reason = {};  ///< libcurl's own words; empty when it has none.
  std::string_view base = {};    ///< Of the request; holds no secret.
  bool too_long = false;         ///< Ended here, at the limit of the body.
  bool answered = false;         ///< Whether a status line had arrived.
};

inline long number_of(CURL* easy, CURLINFO info) {
  long number = 0;
  return curl_easy_getinfo(easy, info, &number) == CURLE_OK ? number : 0;
}

inline bool says(std::string_view reason, std::initializer_list<std::string_view> any) {
  for (const std::string_view part : any) {
    if (reason.find(part) != std::string_view::npos) return true;
  }
  return false;
}

/// Nothing that a second attempt would change.
inline Error final_error(ErrorKind kind, std::string message) { return {.kind = kind, .message = std::move(message)}; }

inline Error passing_error(std::string message) {
  return {.kind = ErrorKind::connection, .message = std::move(message), .retryable = true};
}

/// A certificate whose issuer has the name of a trusted authority and another key, such as an authority that was made
/// anew. OpenSSL reports it as a fault of encoding.
inline bool signed_by_namesake(const Ending& ending) {
  return ending.code == CURLE_SSL_CONNECT_ERROR && says(ending.reason, {"asn1 encoding routines"});
}

inline Error untrusted(CURL* easy, const Ending& ending, const CurlOptions& options, const std::string& server) {
  const std::string certificate = "the certificate of " + server + ' ';
  // OpenSSL's X509_V_ERR_…; other TLS libraries leave it 0 and tell in their reason.
  constexpr long unknown_issuer = 20;
  switch (signed_by_namesake(ending) ? unknown_issuer : number_of(easy, CURLINFO_SSL_VERIFYRESULT)) {
    case 10: return final_error(ErrorKind::connection, certificate + "has expired; it has to be renewed on the server");
    case 9:
      return final_error(ErrorKind::connection,
                         certificate + "is not valid yet; check the clocks of this machine and of the server");
    case 2:
    case 18:
    case 19:
    case unknown_issuer:
    case 21:
      return final_error(ErrorKind::connection,
                         certificate + "is not signed by a trusted authority; " + options.advice_on_trust);
    default: break;
  }
  if (says(ending.reason, {"subject name", "does not match", "hostname"}))
    return final_error(ErrorKind::connection,
                       certificate + "was issued for another name; use the name that it was issued for in the url");
  return final_error(ErrorKind::connection, certificate + "is not trusted: " + std::string{ending.reason});
}

inline Error late(CURL* easy, const CurlOptions& options, const std::string& server) {
  curl_off_t connected = 0;  // microseconds until the request could be sent; 0 when it never could
  curl_easy_getinfo(easy, CURLINFO_PRETRANSFER_TIME_T, &connected);
  const bool total =
      connected > 0 || (options.total_timeout.count() > 0 && options.total_timeout < options.connect_timeout);
  const std::string limit = std::to_string((total ? options.total_timeout : options.connect_timeout).count()) + " ms";
  return {.kind = ErrorKind::timeout,
          .message = connected > 0 ? "no complete reply from " + server + " within " + limit
                                   : "no connection to " + server + " within " + limit,
          .retryable = true};
}

/// TLS that failed for another reason than the server's certificate.
inline Error tls_failed(const Ending& ending, const std::string& server) {
  const std::string reason{ending.reason};
  if (says(reason, {"wrong version number", "packet length too long", "record layer failure", "unknown protocol"}))
    return final_error(ErrorKind::connection, "what answers at " + server + " does not speak TLS; try http:// instead");
  const std::string message = "no TLS connection with " + server + ": " + reason;
  return says(reason, {" alert "}) ? final_error(ErrorKind::connection, message) : passing_error(message);
}

inline bool wants_certificate(std::string_view reason) {
  return says(reason,
              {"alert certificate required", "alert bad certificate", "alert unknown ca", "alert certificate unknown",
               "alert decrypt error", "alert certificate expired", "alert certificate revoked"});
}

inline Error broken_off(const Ending& ending, const std::string& server) {
  if (ending.answered) return passing_error("the connection to " + server + " broke off in the middle of the reply");
  std::string message = server + " ended the connection without a reply";
  if (!ending.reason.empty()) message += ": " + std::string{ending.reason};
  return passing_error(std::move(message));
}

inline Error not_connected(CURL* easy, const Ending& ending, const std::string& server) {
  switch (const auto why = static_cast<int>(number_of(easy, CURLINFO_OS_ERRNO))) {
    case 0: return passing_error(server + " cannot be reached: " + std::string{ending.reason});
    case ECONNREFUSED:
      return passing_error("nothing answers at " + server +
                           ": connection refused; check host and port, and that the server is running");
    default: return passing_error(server + " cannot be reached: " + std::generic_category().message(why));
  }
}

/// The Error for a request that ended without a whole reply. @pre `ending.code != CURLE_OK`
inline Error error_of(CURL* easy, const Ending& ending, const CurlOptions& options) {
  const std::string server{ending.base};
  if (ending.too_long || ending.code == CURLE_FILESIZE_EXCEEDED)
    return final_error(ErrorKind::unsupported, "the reply of " + server + " is longer than " +
                                                   std::to_string(options.maximum_body) + " bytes; " +
                                                   options.advice_on_length);
  if (const long refused = number_of(easy, CURLINFO_HTTP_CONNECTCODE); refused >= 400 && !ending.answered)
    return final_error(ErrorKind::connection,
                       "the proxy refused the connection to " + server + " with status " + std::to_string(refused) +
                           (refused == 407 ? "; give credentials as CurlOptions::proxy_auth" : ""));
  if (wants_certificate(ending.reason))
    return final_error(ErrorKind::connection,
                       options.client_certificate.file.empty()
                           ? server + " asks for a client certificate; give one as CurlOptions::client_certificate"
                           : server + " does not accept the certificate of CurlOptions::client_certificate");
  if (signed_by_namesake(ending)) return untrusted(easy, ending, options, server);
  switch (ending.code) {
    case CURLE_ABORTED_BY_CALLBACK: return final_error(ErrorKind::cancelled, "cancelled by the caller");
    case CURLE_OPERATION_TIMEDOUT: return late(easy, options, server);
    case CURLE_COULDNT_RESOLVE_HOST:
      return passing_error("the name in " + server + " cannot be resolved; check its spelling and this machine's DNS");
    case CURLE_COULDNT_RESOLVE_PROXY:
      return passing_error("the name of the proxy cannot be resolved; check CurlOptions::proxy or the environment");
    case CURLE_COULDNT_CONNECT: return not_connected(easy, ending, server);
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_ISSUER_ERROR: return untrusted(easy, ending, options, server);
    case CURLE_SSL_CONNECT_ERROR: return tls_failed(ending, server);
    case CURLE_SSL_CACERT_BADFILE: return option_error("ca_file", options.ca_file + " is no file of PEM certificates");
    case CURLE_SSL_CERTPROBLEM:
      return option_error(
          "client_certificate",
          options.client_certificate.file + " and its key cannot be used; both have to be PEM and belong together");
    case CURLE_PARTIAL_FILE:
    case CURLE_GOT_NOTHING:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM: return broken_off(ending, server);
    case CURLE_BAD_CONTENT_ENCODING:
      return final_error(ErrorKind::malformed, "the reply of " + server + " cannot be decompressed");
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_WEIRD_SERVER_REPLY:
      return final_error(ErrorKind::malformed, "what answers at " + server + " does not speak HTTP");
    case CURLE_WRITE_ERROR:  // taken by none of the callbacks
      return final_error(ErrorKind::unsupported,
                         "the reply of " + server + " has too many headers, or there is no memory left for it");
    case CURLE_URL_MALFORMAT: return option_error("url", server + " is not a URL that can be used");
    default:
      return passing_error(
          "no reply from " + server + ": " +
          std::string{ending.reason.empty() ? std::string_view{curl_easy_strerror(ending.code)} : ending.reason});
  }
}

}  // namespace datasource::detail::curl
