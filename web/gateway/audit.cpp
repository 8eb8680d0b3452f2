#include "audit.hpp"

#include "digest.hpp"

#include <datasource/columnar/json_writer.hpp>
#include <datasource/connector/validation.hpp>
#include <datasource/http/url.hpp>
#include <datasource/protocol/opensearch/reply.hpp>
#include <datasource/protocol/opensearch/routes.hpp>

#include <boost/asio/post.hpp>
#include <spdlog/sinks/stdout_sinks.h>

#include <array>
#include <ctime>
#include <utility>

namespace datasource::gateway {
namespace {

/// `2024-01-31T10:11:12.345Z`; all but the milliseconds is made once a second.
std::string in_utc(std::chrono::system_clock::time_point now) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(now);
  thread_local std::time_t last = -1;
  thread_local std::array<char, 32> text{};
  const auto milliseconds =
      std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count() % 1000;
  if (seconds != last) {
    std::tm parts{};
    ::gmtime_r(&seconds, &parts);
    std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
    last = seconds;
  }
  return fmt::format("{}.{:03}Z", text.data(), milliseconds);
}

/// Lines that may wait for the thread: a log that is not read holds the gateway up then, and takes no memory.
constexpr std::size_t most_behind = 16'384;

/// By hand and without a tree: every write has such a line.
void append(JsonWriter& line, const AuditEntry& entry, std::string_view time, std::chrono::microseconds took,
            bool statements) {
  const auto member = [&line](std::string_view key, std::string_view text) {
    line.raw(key);
    line.string(text);
  };
  member(R"(audit {"time":)", time);
  member(R"(,"client":)", entry.client);
  member(R"(,"user":)", entry.user.empty() ? std::string_view{"-"} : std::string_view{entry.user});
  member(R"(,"action":)", entry.action);
  line.raw(R"(,"sources":[)");
  for (const std::string& source : entry.sources) member(&source == entry.sources.data() ? "" : ",", source);
  member(R"(],"outcome":)", entry.outcome);
  line.raw(fmt::format(R"(,"status":{},"durationMs":{})", entry.status, static_cast<double>(took.count()) / 1000));
  if (entry.action == "query" || entry.action == "explain") {
    line.raw(fmt::format(R"(,"rows":{})", entry.rows));
    if (!entry.cache.empty()) member(R"(,"cache":)", entry.cache);
    line.raw(fmt::format(R"(,"statement":{{"length":{},"sha256":"{}")", entry.statement.size(),
                         fingerprint(entry.statement)));
    if (statements) member(R"(,"text":)", entry.statement);
    line.raw("}");
  }
  line.raw("}");
}

}  // namespace

Audit::Audit(Options options, boost::asio::any_io_executor turn)
    : statements_{options.statements}, turn_{std::move(turn)} {
  if (!options.sink) options.sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
  log_ = std::make_shared<spdlog::logger>("audit", std::move(options.sink));
  log_->set_pattern("%v");
}

Audit::~Audit() {
  hand_over();
  writer_.join();
}

void Audit::write(AuditEntry entry) {
  if (entry.action.empty()) return;
  if (lines_.empty()) boost::asio::post(turn_, [this] { hand_over(); });
  const auto took = std::chrono::steady_clock::now() - entry.started;
  lines_.push_back({std::move(entry), std::chrono::system_clock::now(),
                    std::chrono::duration_cast<std::chrono::microseconds>(took)});
}

void Audit::hand_over() {
  if (lines_.empty()) return;
  behind_ += lines_.size();
  boost::asio::post(writer_, [this, lines = std::exchange(lines_, {})] {
    log(lines);
    behind_ -= lines.size();
    behind_.notify_all();
  });
  for (std::size_t behind = behind_; behind > most_behind; behind = behind_) behind_.wait(behind);
}

void Audit::flush() {
  hand_over();
  for (std::size_t behind = behind_; behind > 0; behind = behind_) behind_.wait(behind);
}

void Audit::log(const std::vector<Line>& lines) const {
  JsonWriter text;
  for (const Line& each : lines) {
    if (&each != lines.data()) text.raw("\n");
    append(text, each.entry, in_utc(each.time), each.took, statements_);
  }
  log_->info(text.view());
}

void describe(const HttpRequest& request, AuditEntry& entry) {
  if (request.method == "GET" || request.method == "HEAD") return;
  const std::string_view path = path_of(request.target);
  if (path == routes::sql || path == routes::ppl) {
    entry.action = "query";
    return;
  }
  if (path.starts_with(routes::queries)) {
    entry.action = "cancel";
    return;
  }
  if (path.starts_with(routes::results)) {
    entry.action = "clear";
    return;
  }
  if (!path.starts_with(routes::data_sources)) return;
  entry.action = path.ends_with("/_test")     ? "test"
                 : request.method == "POST"   ? "create"
                 : request.method == "DELETE" ? "delete"
                                              : "update";
  std::string name;
  if (!request.body.empty()) {
    name = protocol::detail::member_text(request.body, "name");
  } else if (path.size() > routes::data_sources.size()) {
    const std::string_view rest = path.substr(routes::data_sources.size() + 1);
    name = decode_segment(rest.substr(0, rest.find('/')));
  }
  if (name.empty()) return;
  if (name.size() > max_name_length) name.resize(max_name_length);
  entry.sources.clear();
  entry.sources.push_back(std::move(name));
}

}  // namespace datasource::gateway
