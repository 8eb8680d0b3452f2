#pragma once

#include <curl/curl.h>

#include <cstddef>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

/// Ownership of libcurl's handles.
namespace datasource::detail::curl {

/// Headers of one request.
class HeaderList {
 public:
  HeaderList() = default;
  HeaderList(const HeaderList&) = delete;
  HeaderList& operator=(const HeaderList&) = delete;
  ~HeaderList() { curl_slist_free_all(list_); }

  /// False when there is no memory left.
  [[nodiscard]] bool append(const std::string& line) {
    curl_slist* longer = curl_slist_append(list_, line.c_str());
    if (longer == nullptr) return false;
    list_ = longer;
    return true;
  }
  [[nodiscard]] curl_slist* get() const { return list_; }

 private:
  curl_slist* list_ = nullptr;
};

/// One transfer at a time, and the connections that stay open for the next one.
struct Handles {
  struct FreeMulti {
    void operator()(CURLM* handle) const { curl_multi_cleanup(handle); }
  };
  struct FreeEasy {
    void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
  };

  std::unique_ptr<CURLM, FreeMulti> multi;
  std::unique_ptr<CURL, FreeEasy> easy;  // freed before the multi handle that it may be in

  [[nodiscard]] explicit operator bool() const { return multi != nullptr && easy != nullptr; }
};

/// Handles that wait for the next request. Safe from any thread.
class Pool {
 public:
  static constexpr std::size_t most_idle = 16;  ///< More are closed when they come back.
  static constexpr long connections = 4;        ///< Open ones that each keeps, for as many servers.

  /// Those used last come first, since their connection is the least likely to have been closed by the server.
  [[nodiscard]] Handles take() {
    {
      const std::lock_guard lock{mutex_};
      if (!idle_.empty()) {
        Handles handles = std::move(idle_.back());
        idle_.pop_back();
        return handles;
      }
    }
    static const CURLcode initialised = curl_global_init(CURL_GLOBAL_DEFAULT);
    if (initialised != CURLE_OK) return {};
    Handles handles;
    handles.multi.reset(curl_multi_init());
    handles.easy.reset(curl_easy_init());
    if (handles) curl_multi_setopt(handles.multi.get(), CURLMOPT_MAXCONNECTS, connections);
    return handles;
  }

  void give_back(Handles handles) {
    const std::lock_guard lock{mutex_};
    if (idle_.size() < most_idle) idle_.push_back(std::move(handles));
  }

 private:
  std::mutex mutex_;
  std::vector<Handles> idle_;
};

/// Handles of a pool for the length of one request.
class Lease {
 public:
  explicit Lease(Pool& pool) : pool_{pool}, handles_{pool.take()} {}
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;
  ~Lease() {
    if (!handles_) return;
    curl_easy_reset(handles_.easy.get());  // keeps connections, forgets what the request was and its secrets
    pool_.give_back(std::move(handles_));
  }

  [[nodiscard]] explicit operator bool() const { return static_cast<bool>(handles_); }
  [[nodiscard]] CURL* easy() const { return handles_.easy.get(); }
  [[nodiscard]] CURLM* multi() const { return handles_.multi.get(); }

 private:
  Pool& pool_;
  Handles handles_;
};

/// Carries out what the easy handle was told, on this thread. A stop, from any thread, ends it at once with
/// CURLE_ABORTED_BY_CALLBACK and closes the connection.
inline CURLcode perform(const Lease& lease, const std::stop_token& stop) {
  CURLM* multi = lease.multi();
  if (curl_multi_add_handle(multi, lease.easy()) != CURLM_OK) return CURLE_FAILED_INIT;
  CURLcode code = CURLE_ABORTED_BY_CALLBACK;
  {
    const std::stop_callback wake{stop, [multi] { curl_multi_wakeup(multi); }};
    while (!stop.stop_requested()) {
      int running = 0;
      if (curl_multi_perform(multi, &running) != CURLM_OK) {
        code = CURLE_FAILED_INIT;
        break;
      }
      if (running == 0) {
        int left = 0;
        while (const CURLMsg* message = curl_multi_info_read(multi, &left)) {
          if (message->msg == CURLMSG_DONE) code = message->data.result;
        }
        break;
      }
      // libcurl's own time-outs wake it earlier, and so does a stop.
      if (curl_multi_poll(multi, nullptr, 0, 60'000, nullptr) != CURLM_OK) {
        code = CURLE_FAILED_INIT;
        break;
      }
    }
  }
  curl_multi_remove_handle(multi, lease.easy());
  return code;
}

}  // namespace datasource::detail::curl
