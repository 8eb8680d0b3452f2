#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace datasource::gateway {

/// Looks host names up on threads of their own: a resolver may take half a minute, and nobody but the one who asked
/// waits for it.
class HostNames {
 public:
  /// What keeps each host from being reached; empty when nothing does.
  using Problems = std::map<std::string, std::string, std::less<>>;
  /// Blocks until it knows what keeps a host from being reached.
  using Resolve = std::function<std::string(const std::string& host)>;

  /// @param resolve The system's resolver unless told.
  explicit HostNames(boost::asio::any_io_executor executor, Resolve resolve = &system_problem);
  HostNames(const HostNames&) = delete;
  HostNames& operator=(const HostNames&) = delete;
  /// Waits for no resolver: what one still finds is dropped.
  ~HostNames();

  /// Looks them up, a bounded number of requests' at a time.
  [[nodiscard]] boost::asio::awaitable<Problems> look_up(std::vector<std::string> hosts);

  /// Whom `problem_of` answers from: the request that is about to be judged.
  void remember(Problems problems) { known_ = std::move(problems); }
  /// Empty too for a host that was not looked up.
  [[nodiscard]] std::string problem_of(const std::string& host) const;

  /// `db1: Name or service not known`, or empty.
  [[nodiscard]] static std::string system_problem(const std::string& host);

 private:
  struct Life;

  boost::asio::any_io_executor executor_;
  Resolve resolve_;
  boost::asio::steady_timer turn_;
  std::size_t under_way_ = 0;
  Problems known_;
  std::shared_ptr<Life> life_;
};

}  // namespace datasource::gateway
