#pragma once

#include <datasource/http/message.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/thread_pool.hpp>
#include <spdlog/common.h>
#include <spdlog/logger.h>

#include <atomic>
#include <chrono>
#include <cstddef>
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
/// its text, which may hold personal data, only when asked for. Lines are made and written on a thread of its own,
/// those of one turn of the event loop at once.
class Audit {
 public:
  struct Options {
    bool statements = false;     ///< Write the text of statements.
    spdlog::sink_ptr sink = {};  ///< Where to; empty: standard error.
  };

  /// @param turn The event loop's, from which alone the log is written.
  Audit(Options options, boost::asio::any_io_executor turn);
  Audit(const Audit&) = delete;
  Audit& operator=(const Audit&) = delete;
  /// What was written is in the log then.
  ~Audit();

  /// Waits only while the log is far behind.
  void write(AuditEntry entry);
  /// Returns when all that was written so far is in the log.
  void flush();

 private:
  struct Line {
    AuditEntry entry;
    std::chrono::system_clock::time_point time;
    std::chrono::microseconds took;
  };

  void hand_over();
  void log(const std::vector<Line>& lines) const;

  std::shared_ptr<spdlog::logger> log_;
  bool statements_;
  boost::asio::any_io_executor turn_;
  std::vector<Line> lines_;              ///< Of this turn.
  std::atomic<std::size_t> behind_ = 0;  ///< Lines that the thread has and has not written.
  boost::asio::thread_pool writer_{1};
};

/// What a request that no engine saw was about: its action, if it is one to be audited, and the source's name.
void describe(const HttpRequest& request, AuditEntry& entry);

}  // namespace datasource::gateway
