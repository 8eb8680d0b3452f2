#include "audit.hpp"

#include "digest.hpp"

#include <datasource/columnar/json_writer.hpp>
#include <datasource/connector/validation.hpp>
#include <datasource/http/url.hpp>
#include <datasource/protocol/opensearch/reply.hpp>
#include <datasource/protocol/opensearch/routes.hpp>

#include <spdlog/sinks/stdout_sinks.h>

#include <array>
#include <ctime>
#include <utility>

namespace datasource::gateway {
namespace {

/// `2024-01-31T10:11:12.345Z`; all but the milliseconds is made once a second.
std::string now_in_utc() {
  const auto now = std::chrono::system_clock::now();
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

}  // namespace

Audit::Audit(Options options) : statements_{options.statements} {
  if (!options.sink) options.sink = std::make_shared<spdlog::sinks::stderr_sink_st>();
  log_ = std::make_shared<spdlog::logger>("audit", std::move(options.sink));
  log_->set_pattern("audit %v");
}

void Audit::write(const AuditEntry& entry) const {
  if (entry.action.empty()) return;
  const auto microseconds =
      std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - entry.started).count();
  // By hand and without a tree: every write has such a line.
  JsonWriter line;
  const auto member = [&line](std::string_view key, std::string_view text) {
    line.raw(key);
    line.string(text);
  };
  member(R"({"time":)", now_in_utc());
  member(R"(,"client":)", entry.client);
  member(R"(,"user":)", entry.user.empty() ? std::string_view{"-"} : std::string_view{entry.user});
  member(R"(,"action":)", entry.action);
  line.raw(R"(,"sources":[)");
  for (const std::string& source : entry.sources) member(&source == entry.sources.data() ? "" : ",", source);
  member(R"(],"outcome":)", entry.outcome);
  line.raw(fmt::format(R"(,"status":{},"durationMs":{})", entry.status, static_cast<double>(microseconds) / 1000));
  if (entry.action == "query" || entry.action == "explain") {
    line.raw(fmt::format(R"(,"rows":{})", entry.rows));
    if (!entry.cache.empty()) member(R"(,"cache":)", entry.cache);
    line.raw(fmt::format(R"(,"statement":{{"length":{},"sha256":"{}")", entry.statement.size(),
                         fingerprint(entry.statement)));
    if (statements_) member(R"(,"text":)", entry.statement);
    line.raw("}");
  }
  line.raw("}");
  log_->info(line.view());
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
  if (!name.empty()) entry.sources = {name.substr(0, max_name_length)};
}

}  // namespace datasource::gateway
