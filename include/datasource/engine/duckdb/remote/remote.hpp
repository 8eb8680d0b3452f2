#pragma once

#include <datasource/connector/connector.hpp>
#include <datasource/connector/settings.hpp>
#include <datasource/detail/ascii.hpp>
#include <datasource/federation/remote_opener.hpp>
#include <datasource/federation/remote_source.hpp>
#include <datasource/model/error.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace datasource::duckdb {

/// Stops what is under way at remote systems, from any thread.
class Interruption {
 public:
  /// What is begun from here on is not stopped by an earlier stop.
  void renew() {
    const std::scoped_lock lock{mutex_};
    if (source_.stop_requested()) source_ = {};
  }
  void stop() {
    const std::scoped_lock lock{mutex_};
    source_.request_stop();
  }
  [[nodiscard]] std::stop_token token() const {
    const std::scoped_lock lock{mutex_};
    return source_.get_token();
  }

 private:
  mutable std::mutex mutex_;
  std::stop_source source_;
};

/// The reader of one data source, shared by the instances that hold it. It remembers what tables look like.
class Remote {
 public:
  Remote(std::unique_ptr<RemoteSource> source, std::shared_ptr<const Interruption> interruption)
      : source_{std::move(source)}, interruption_{std::move(interruption)} {}

  [[nodiscard]] std::string default_schema() const { return source_->default_schema(); }
  [[nodiscard]] std::stop_token stop_token() const { return interruption_->token(); }

  [[nodiscard]] Result<std::vector<RemoteTable>> tables() {
    const std::scoped_lock lock{mutex_};
    return source_->tables(stop_token());
  }

  /// A table as it was at most `age` ago.
  [[nodiscard]] Result<RemoteTable> describe(const std::string& schema, const std::string& table,
                                             std::chrono::milliseconds age) {
    const std::scoped_lock lock{mutex_};
    const auto now = std::chrono::steady_clock::now();
    const auto known = known_.find({schema, table});
    if (known != known_.end() && now - known->second.seen < age) return known->second.table;
    auto described = source_->describe(schema, table, stop_token());
    if (!described) return described;
    if (known_.size() >= most_known) known_.clear();
    known_.insert_or_assign({schema, table}, Known{*described, now});
    return described;
  }

  [[nodiscard]] Result<std::unique_ptr<RemoteScan>> scan(const RemoteTable& table, const ScanRequest& request) {
    const std::scoped_lock lock{mutex_};
    return source_->scan(table, request, stop_token());
  }

  [[nodiscard]] Result<NativeResult> query(std::string_view text) {
    const std::scoped_lock lock{mutex_};
    return source_->query(text, stop_token());
  }

  [[nodiscard]] bool applies(const RemoteTable& table, const Filter& filter) const {
    const std::scoped_lock lock{mutex_};
    return source_->applies(table, filter);
  }

  [[nodiscard]] std::string request_text(const RemoteTable& table, const ScanRequest& request) const {
    const std::scoped_lock lock{mutex_};
    return source_->request_text(table, request);
  }

  /// For a connection test, which nothing else runs beside.
  [[nodiscard]] RemoteSource& source() { return *source_; }

 private:
  static constexpr std::size_t most_known = 1000;
  struct Known {
    RemoteTable table;
    std::chrono::steady_clock::time_point seen;
  };

  mutable std::mutex mutex_;
  std::unique_ptr<RemoteSource> source_;
  std::shared_ptr<const Interruption> interruption_;
  std::map<std::pair<std::string, std::string>, Known> known_;
};

/// The readers that were used last: they hold connections and access tokens.
class Remotes {
 public:
  explicit Remotes(std::vector<RemoteOpener> openers) : openers_{std::move(openers)} {}

  [[nodiscard]] bool reads(const Connector& connector) const {
    return std::ranges::find(openers_, connector.id, &RemoteOpener::connector) != openers_.end();
  }

  /// Errors: `unsupported` without an opener for the connector; the opener's.
  [[nodiscard]] Result<std::shared_ptr<Remote>> get(const Connector& connector, const Settings& settings) {
    const auto known = std::ranges::find_if(
        entries_, [&](const Entry& each) { return each.connector == connector.id && each.settings == settings; });
    if (known != entries_.end()) {
      entries_.splice(entries_.begin(), entries_, known);
      return entries_.front().remote;
    }
    const auto opener = std::ranges::find(openers_, connector.id, &RemoteOpener::connector);
    if (opener == openers_.end()) {
      return fail({.kind = ErrorKind::unsupported,
                   .message = "this engine was built without a reader for " + std::string{connector.title},
                   .status = 501});
    }
    auto source = opener->open(settings);
    if (!source) return fail(std::move(source.error()));
    if (entries_.size() >= capacity) entries_.pop_back();
    entries_.push_front(
        {std::string{connector.id}, settings, std::make_shared<Remote>(std::move(*source), interruption_)});
    return entries_.front().remote;
  }

  [[nodiscard]] Interruption& interruption() { return *interruption_; }

 private:
  static constexpr std::size_t capacity = 64;
  struct Entry {
    std::string connector;
    Settings settings;
    std::shared_ptr<Remote> remote;
  };

  std::vector<RemoteOpener> openers_;
  std::list<Entry> entries_;
  std::shared_ptr<Interruption> interruption_ = std::make_shared<Interruption>();
};

}  // namespace datasource::duckdb
