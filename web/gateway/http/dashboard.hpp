#pragma once

#include "http/reply.hpp"

#include <datasource/http/message.hpp>

#include <sys/stat.h>

#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace datasource::gateway {

/// The dashboard's files, kept in memory. Only what was found in the folder can be asked for, so no path leads out of
/// it. A dashboard that is built anew while the gateway runs is noticed by its `index.html`.
class Dashboard {
 public:
  explicit Dashboard(std::filesystem::path folder);

  /// Answers any path that is not the API's. A path without a file extension is a page of the dashboard: `index.html`.
  [[nodiscard]] Reply answer(const HttpRequest& request);

  [[nodiscard]] bool built() const { return !assets_.empty(); }

 private:
  struct Asset {
    std::string_view type;
    std::string etag;
    bool compressible = false;
    bool immutable = false;  ///< Its name holds a hash of its content.
    std::shared_ptr<const std::string> plain;
    std::shared_ptr<const std::string> compressed = {};  ///< Made when first asked for; empty when it does not pay.
  };
  using Assets = std::map<std::string, Asset, std::less<>>;

  void refresh();
  [[nodiscard]] static Assets load(const std::filesystem::path& folder);
  [[nodiscard]] static Reply serve(Asset& asset, const HttpRequest& request);

  std::filesystem::path folder_;
  struct stat index_ {};
  std::chrono::steady_clock::time_point loaded_{};
  Assets assets_;
};

}  // namespace datasource::gateway
