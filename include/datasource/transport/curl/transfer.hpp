#pragma once

#include <datasource/http/message.hpp>
#include <datasource/http/url.hpp>
#include <datasource/transport/curl/errors.hpp>
#include <datasource/transport/curl/handles.hpp>
#include <datasource/transport/curl/options.hpp>
#include <datasource/version.hpp>

#include <curl/curl.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// One request and its reply through libcurl.
namespace datasource::detail::curl {

/// A target with its parameters in order, as a signature wants them.
inline std::string in_order(const std::string& target) {
  const std::size_t mark = target.find('?');
  if (mark == std::string::npos) return target;
  std::vector<std::string> parameters;
  for (std::size_t at = mark + 1; at <= target.size();) {
    const std::size_t end = std::min(target.find('&', at), target.size());
    parameters.push_back(target.substr(at, end - at));
    at = end + 1;
  }
  std::sort(parameters.begin(), parameters.end());
  std::string ordered = target.substr(0, mark);
  char separator = '?';
  for (const std::string& parameter : parameters) {
    ordered += separator + parameter;
    separator = '&';
  }
  return ordered;
}

class Transfer {
 public:
  static constexpr std::size_t most_header_bytes = std::size_t{256} << 10;

  /// @pre both outlive it
  Transfer(const CurlOptions& options, const HttpRequest& request) : options_{options}, request_{request} {}
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  /// Tells the handle everything about this request. CURLE_OK, or what it does not take. @pre outlives the transfer
  CURLcode prepare(CURL* easy) {
    easy_ = easy;
    say_what();
    say_how_far();
    say_whom_to_trust();
    say_which_way();
    say_who();
    set(CURLOPT_HTTPHEADER, headers_.get());
    return refused_;
  }

  /// The reply, once the transfer is over.
  Result<HttpResponse> result(CURLcode code) {
    if (code == CURLE_OK && !headers_whole_) code = CURLE_PARTIAL_FILE;  // which libcurl lets pass
    if (code != CURLE_OK) {
      return fail(error_of(
          easy_, {.code = code, .reason = reason_, .base = request_.base, .too_long = too_long_, .answered = answered_},
          options_));
    }
    response_.status = static_cast<int>(number_of(easy_, CURLINFO_RESPONSE_CODE));
    return std::move(response_);
  }

 private:
  template <class Value>
  void set(CURLoption option, Value value) {
    const CURLcode code = curl_easy_setopt(easy_, option, value);
    if (refused_ == CURLE_OK) refused_ = code;
  }
  void set_text(CURLoption option, const std::string& text) {
    if (!text.empty()) set(option, text.c_str());
  }
  void add_header(const std::string& line) {
    if (!headers_.append(line)) refused_ = CURLE_OUT_OF_MEMORY;
  }

  void say_what() {
    set(CURLOPT_URL, (request_.base + (options_.sign ? in_order(request_.target) : request_.target)).c_str());
    set(CURLOPT_CUSTOMREQUEST, request_.method.c_str());
    if (request_.method == "HEAD") set(CURLOPT_NOBODY, 1L);
    if (!request_.body.empty() || request_.method == "POST" || request_.method == "PUT") {
      set(CURLOPT_POSTFIELDS, request_.body.data());
      set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
      add_header("Expect:");  // a statement need not wait for "100 Continue"
      if (find_header(request_.headers, "Content-Type").empty()) add_header("Content-Type:");
    }
    // libcurl takes "name:" for a header that is to be left out, and "name;" for one without a value.
    for (const auto& [name, value] : request_.headers) {
      std::string line = name;
      add_header(value.empty() ? line.append(1, ';') : line.append(": ").append(value));
    }
    set(CURLOPT_USERAGENT, ("datasource-sdk/" + std::string{version}).c_str());
    const bool compress = options_.compress.value_or(!is_loopback(request_.base));
    set(CURLOPT_ACCEPT_ENCODING, compress ? "" : "identity");  // "": all that this libcurl can decode
  }

  void say_how_far() {
    set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options_.connect_timeout.count()));
    set(CURLOPT_TIMEOUT_MS, static_cast<long>(options_.total_timeout.count()));
    set(CURLOPT_MAXFILESIZE_LARGE, static_cast<curl_off_t>(std::min<std::uint64_t>(options_.maximum_body, INT64_MAX)));
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_TCP_KEEPALIVE, 1L);  // a server that is gone is noticed although no reply has a time limit
    set(CURLOPT_ERRORBUFFER, static_cast<char*>(reason_));
    set(CURLOPT_WRITEFUNCTION, &Transfer::on_body);
    set(CURLOPT_WRITEDATA, this);
    set(CURLOPT_HEADERFUNCTION, &Transfer::on_header);
    set(CURLOPT_HEADERDATA, this);
    set(CURLOPT_FOLLOWLOCATION, 0L);
#if LIBCURL_VERSION_NUM >= 0x075700
    set(CURLOPT_QUICK_EXIT, 1L);  // a cancelled request does not wait for the resolver
#endif
  }

  void say_whom_to_trust() {
    set_text(CURLOPT_CAINFO, options_.ca_file);
    if (!options_.verify_certificates) {
      set(CURLOPT_SSL_VERIFYPEER, 0L);
      set(CURLOPT_SSL_VERIFYHOST, 0L);
    }
    const ClientCertificate& own = options_.client_certificate;
    set_text(CURLOPT_SSLCERT, own.file);
    set_text(CURLOPT_SSLKEY, own.key_file.empty() ? own.file : own.key_file);
    set_text(CURLOPT_KEYPASSWD, own.key_password.reveal());
  }

  void say_which_way() {
#if LIBCURL_VERSION_NUM >= 0x075500
    set(CURLOPT_PROTOCOLS_STR, "http,https");
#else
    set(CURLOPT_PROTOCOLS, static_cast<long>(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
    if (options_.proxy) set(CURLOPT_PROXY, options_.proxy->c_str());
    set_text(CURLOPT_PROXYUSERNAME, options_.proxy_auth.username);
    set_text(CURLOPT_PROXYPASSWORD, options_.proxy_auth.password.reveal());
    set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  }

  void say_who() {
    if (!options_.sign) return;  // basic and bearer credentials are headers of the request
    set(CURLOPT_AWS_SIGV4, ("aws:amz:" + options_.sign->region + ':' + options_.sign->service).c_str());
    set(CURLOPT_USERNAME, options_.sign->access_key_id.c_str());
    set(CURLOPT_PASSWORD, options_.sign->secret_access_key.reveal().c_str());
    if (!options_.sign->session_token.empty())
      add_header("X-Amz-Security-Token: " + options_.sign->session_token.reveal());
  }

  static std::size_t on_body(const char* bytes, std::size_t size, std::size_t count, void* self) {
    return guarded(self, &Transfer::body, {bytes, size * count});
  }
  static std::size_t on_header(const char* bytes, std::size_t size, std::size_t count, void* self) {
    return guarded(self, &Transfer::header, {bytes, size * count});
  }
  /// No exception may pass through libcurl's frames.
  static std::size_t guarded(void* self, std::size_t (Transfer::*take)(std::string_view), std::string_view bytes) {
#if defined(__cpp_exceptions)
    try {
      return (static_cast<Transfer*>(self)->*take)(bytes);
    } catch (...) {
      return 0;  // there is no memory left
    }
#else
    return (static_cast<Transfer*>(self)->*take)(bytes);
#endif
  }

  // Both give the number of bytes taken; any other number ends the transfer.

  std::size_t body(std::string_view bytes) {
    too_long_ = bytes.size() > options_.maximum_body - response_.body.size();
    if (too_long_) return 0;
    if (response_.body.empty()) {
      curl_off_t announced = 0;
      curl_easy_getinfo(easy_, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &announced);
      // A hint: of a compressed body it is the shorter length, and a server may announce what it never sends.
      constexpr curl_off_t most_hint = curl_off_t{64} << 20;
      if (announced > 0) response_.body.reserve(static_cast<std::size_t>(std::min(announced, most_hint)));
    }
    response_.body.append(bytes);
    return bytes.size();
  }

  std::size_t header(std::string_view line) {
    header_bytes_ += line.size();
    if (header_bytes_ > most_header_bytes) return 0;
    if (line.starts_with("HTTP/")) {
      response_.headers.clear();  // the final reply's headers, not those of a 1xx before it
      answered_ = true;
      headers_whole_ = false;
    }
    if (line == "\r\n" || line == "\n") headers_whole_ = true;
    if (const auto colon = line.find(':'); colon != std::string_view::npos) {
      std::string_view value = line.substr(colon + 1);
      value.remove_prefix(std::min(value.find_first_not_of(" \t"), value.size()));
      value = value.substr(0, value.find_last_not_of(" \t\r\n") + 1);
      response_.headers.emplace_back(line.substr(0, colon), value);
    }
    return line.size();
  }

  const CurlOptions& options_;
  const HttpRequest& request_;
  CURL* easy_ = nullptr;
  CURLcode refused_ = CURLE_OK;
  HeaderList headers_;
  HttpResponse response_;
  std::size_t header_bytes_ = 0;
  bool too_long_ = false;
  bool answered_ = false;
  bool headers_whole_ = false;
  char reason_[CURL_ERROR_SIZE] = "";
};

}  // namespace datasource::detail::curl
