#pragma once

#include <datasource/http/message.hpp>

#include <spdlog/common.h>
#include <spdlog/logger.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace datasource::gateway {

/// What somebody did. Holds nothing confidential.
struct AuditEntry {
  std::string client = {};
  std::string user = {};
  std::string action = {};  ///< `create`, `update`, `delete`, `test`, `schema`, `query`, `explain`, `page`, `cancel` or
                            ///< `clear`; empty: not audited.
  std::vector<std::string> sources = {};
  std::string statement = {};
  int status = 0;
  std::string outcome = {};  ///< `ok`, or the error's type or kind.
  std::uint64_t rows = 0;
  std::string cache = {};  ///< `hit`, `miss` or `bypass`; empty where the sources ask for no result cache.
  std::chrono::steady_clock::time_point started = std::chrono::steady_clock::now();
};

/// The audit log: one line of JSON for every write, test and query. Of a statement it has the length and a fingerprint;
/// its text, which may hold personal data, only when asked for.
class Audit {
 public:
  struct Options {
    bool statements = false;     ///< Write the text of statements.
    spdlog::sink_ptr sink = {};  ///< Where to; empty: standard error.
  };

  explicit Audit(Options options);

  void write(const AuditEntry& entry) const;

 private:
  std::shared_ptr<spdlog::logger> log_;
  bool statements_;
};

/// What a request that no engine saw was about: its action, if it is one to be audited, and the source's name.
void describe(const HttpRequest& request, AuditEntry& entry);

}  // namespace datasource::gateway
