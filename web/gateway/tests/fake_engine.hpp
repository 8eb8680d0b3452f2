#pragma once

#include <datasource/service/engine.hpp>

#include <unistd.h>

#include <condition_variable>
#include <csignal>
#include <cstdlib>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace datasource::gateway {

/// An engine whose statements say how it is to behave. `from a.x, b.y` reads the sources a and b.
class FakeEngine final : public Engine {
 public:
  explicit FakeEngine(std::string id = "fake") : id_{std::move(id)} {}

  [[nodiscard]] std::string version() const override { return id_ + " 1"; }

  [[nodiscard]] Result<std::vector<std::string>> sources_of(const Query& query) override {
    if (query.text == "nonsense")
      return fail({.kind = ErrorKind::invalid, .message = "this is no statement", .type = "SyntaxCheckException"});
    std::vector<std::string> names;
    if (!query.text.starts_with("from ")) return names;
    for (std::size_t at = 3; at != std::string::npos; at = query.text.find(',', at + 1)) {
      const std::size_t begin = query.text.find_first_not_of(' ', at + 1);
      names.push_back(query.text.substr(begin, query.text.find_first_of(".,", begin) - begin));
    }
    return names;
  }

  [[nodiscard]] Result<QuerySummary> run(const Query& query, std::span<const DataSource> sources,
                                         const Sink& sink) override {
    if (query.text == "crash") std::raise(SIGKILL);
    if (query.text == "wait") return wait();
    if (query.text == "stubborn") {
      for (;;) ::pause();
    }
    if (query.text == "environment") return environment(sink);
    if (query.text == "process") return write(sink, std::to_string(::getpid()));
    if (query.text == "broken") {
      sink(R"({"schema":[)");
      return fail(ErrorKind::connection, "the database went away");
    }
    if (query.text == "endless") {
      const std::string part(64 * 1024, 'x');
      while (sink(part)) {
      }
      return fail(ErrorKind::cancelled, "the query was cancelled");
    }
    if (query.text == "large") {
      const std::string part(100'000, 'x');
      for (int i = 0; i < 100; ++i) sink(part);
      return QuerySummary{.rows = 100};
    }
    std::string names;
    for (const DataSource& source : sources)
      names += source.name + '=' + source.connector.credentials.password.reveal();
    return write(sink, names);
  }

  /// Three pages, or with "crash" none after the first.
  [[nodiscard]] Result<QuerySummary> run_pages(const Query& query, std::span<const DataSource> /*sources*/,
                                               const PageSink& sink) override {
    for (int page = 1; page < 3; ++page) {
      sink.bytes("{\"page\":" + std::to_string(page) + ",\"cursor\":\"" + sink.name() + "\"}");
      if (!sink.turn()) return QuerySummary{.rows = 1};
      if (query.text == "crash later") std::raise(SIGKILL);
      if (query.text == "wait later") return wait();
    }
    sink.bytes(R"({"page":3})");
    return QuerySummary{.rows = 3};
  }

  [[nodiscard]] Result<std::string> explain(const Query& query, std::span<const DataSource> /*sources*/) override {
    return R"({"root":{"name":")" + query.text + R"(","description":{"engine":")" + id_ + R"("},"children":[]}})";
  }

  [[nodiscard]] Result<SchemaPage> schema(const DataSource& source, const SchemaRequest& wanted) override {
    if (source.name == "down") return fail(ErrorKind::connection, "it does not answer");
    return SchemaPage{.source = source.name, .tables = {{wanted.schema, "orders", "table", {}, ""}}, .total = 1};
  }

  [[nodiscard]] Result<void> admit(const DataSource& source) override {
    if (source.name == "unwanted")
      return fail(invalid({{"properties.host", "refused", "the server does not take it", "use another one"}}));
    return {};
  }

  /// The server knew one source too many.
  [[nodiscard]] Result<Drift> reconcile(std::span<const DataSource> sources,
                                        std::span<const DataSource> others) override {
    Drift drift{.dropped = {"stray"}};
    for (const DataSource& source : sources) drift.missing.push_back(source.name);
    for (const DataSource& source : others) drift.refused.push_back("left alone: " + source.name);
    return drift;
  }

  [[nodiscard]] TestReport test(const DataSource& source) override {
    return {.name = source.name, .connector = source.connector.id, .passed = true, .message = id_};
  }

  void interrupt() {
    {
      const std::lock_guard lock{mutex_};
      interrupted_ = true;
    }
    changed_.notify_all();
  }

 private:
  static Result<QuerySummary> write(const Sink& sink, const std::string& text) {
    sink('"' + text + '"');
    return QuerySummary{.rows = 1};
  }

  static Result<QuerySummary> environment(const Sink& sink) {
    std::string names;
    for (char** entry = environ; *entry != nullptr; ++entry)
      names += std::string{*entry}.substr(0, std::string{*entry}.find('=')) + ' ';
    return write(sink, names);
  }

  Result<QuerySummary> wait() {
    std::unique_lock lock{mutex_};
    interrupted_ = false;
    changed_.wait(lock, [this] { return interrupted_; });
    return fail(ErrorKind::cancelled, "the query was cancelled");
  }

  std::string id_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool interrupted_ = false;
};

}  // namespace datasource::gateway
