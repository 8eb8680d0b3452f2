#pragma once

#include <datasource/http/transport.hpp>
#include <datasource/version.hpp>

#include <curl/curl.h>

#include <chrono>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>

namespace datasource {

struct CurlOptions {
  std::chrono::milliseconds connect_timeout{10'000};
  std::chrono::milliseconds total_timeout{0};  ///< 0: no limit but the server's.
  std::string ca_file = {};  ///< PEM; empty: the system's authorities. Certificates are always checked.
};

/// HTTP and HTTPS by libcurl: one handle, kept alive between requests. One thread at a time; the stop token may be used
/// from any.
class CurlTransport {
 public:
  explicit CurlTransport(CurlOptions options = {}) : options_{std::move(options)}, handle_{curl_easy_init()} {}

  Result<HttpResponse> send(const HttpRequest& request, const std::stop_token& stop) {
    CURL* curl = handle_.get();
    if (curl == nullptr) return fail(ErrorKind::connection, "libcurl could not be initialised");
    if (request.base.empty())
      return fail(invalid(
          {{"url", "required", "the client has no server", "give ClientOptions a url such as http://127.0.0.1:8480"}}));
    curl_easy_reset(curl);

    HttpResponse response;
    char reason[CURL_ERROR_SIZE] = "";
    const std::string url = request.base + request.target;
    HeaderList headers;
    for (const auto& [name, value] : request.headers) headers.append(name + ": " + value);
    headers.append("Expect:");  // a body of a few hundred bytes need not wait for "100 Continue"

    curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request.method.c_str());
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.get());
    curl_easy_setopt(curl, CURLOPT_USERAGENT, user_agent().c_str());
    curl_easy_setopt(curl, CURLOPT_ACCEPT_ENCODING, "");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, reason);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options_.connect_timeout.count()));
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(options_.total_timeout.count()));
    if (!options_.ca_file.empty()) curl_easy_setopt(curl, CURLOPT_CAINFO, options_.ca_file.c_str());
    if (!request.body.empty()) {
      curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request.body.data());
      curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    } else if (request.method == "POST" || request.method == "PUT") {
      curl_easy_setopt(curl, CURLOPT_POSTFIELDS, "");
    }
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &CurlTransport::on_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &response.body);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, &CurlTransport::on_header);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, &response.headers);
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, &CurlTransport::on_progress);
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &stop);

    const CURLcode code = curl_easy_perform(curl);
    if (code != CURLE_OK) return fail(error(code, reason, request.base));
    long status = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    response.status = static_cast<int>(status);
    return response;
  }

 private:
  class HeaderList {
   public:
    HeaderList() = default;
    HeaderList(const HeaderList&) = delete;
    HeaderList& operator=(const HeaderList&) = delete;
    ~HeaderList() { curl_slist_free_all(list_); }
    void append(const std::string& line) {
      if (curl_slist* longer = curl_slist_append(list_, line.c_str())) list_ = longer;
    }
    [[nodiscard]] curl_slist* get() const { return list_; }

   private:
    curl_slist* list_ = nullptr;
  };

  struct Cleanup {
    void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
  };

  static const std::string& user_agent() {
    static const std::string agent = "datasource-sdk/" + std::string{version};
    return agent;
  }

  static std::size_t on_body(const char* bytes, std::size_t size, std::size_t count, void* body) {
    static_cast<std::string*>(body)->append(bytes, size * count);
    return size * count;
  }

  static std::size_t on_header(const char* bytes, std::size_t size, std::size_t count, void* headers) {
    std::string_view line{bytes, size * count};
    auto& all = *static_cast<Headers*>(headers);
    if (line.starts_with("HTTP/")) all.clear();  // the final reply's headers, not those of a 1xx before it
    if (const auto colon = line.find(':'); colon != std::string_view::npos) {
      std::string_view value = line.substr(colon + 1);
      value.remove_prefix(std::min(value.find_first_not_of(" \t"), value.size()));
      value = value.substr(0, value.find_last_not_of(" \t\r\n") + 1);
      all.emplace_back(line.substr(0, colon), value);
    }
    return size * count;
  }

  static int on_progress(void* stop, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    return static_cast<const std::stop_token*>(stop)->stop_requested() ? 1 : 0;
  }

  static Error error(CURLcode code, std::string_view reason, const std::string& base) {
    if (code == CURLE_ABORTED_BY_CALLBACK) return {.kind = ErrorKind::cancelled, .message = "cancelled by the caller"};
    const bool late = code == CURLE_OPERATION_TIMEDOUT;
    const bool certificate = code == CURLE_PEER_FAILED_VERIFICATION;
    return {.kind = late ? ErrorKind::timeout : ErrorKind::connection,
            .message = "no reply from " + base + ": " +
                       std::string{reason.empty() ? std::string_view{curl_easy_strerror(code)} : reason},
            .retryable = !certificate};
  }

  CurlOptions options_;
  std::unique_ptr<CURL, Cleanup> handle_;
};

}  // namespace datasource
