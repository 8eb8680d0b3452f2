#include "client/session.hpp"

#include "environment.hpp"

#include <cstdio>
#include <cstdlib>
#include <utility>

namespace datasource::gateway {
namespace {

std::string url_of(const SessionOptions& options) {
  if (!options.url.empty()) return options.url;
  const char* variable = std::getenv("DATASOURCE_URL");
  return variable != nullptr && *variable != '\0' ? variable : "http://127.0.0.1:8480";
}

Auth auth_from_environment() {
  auto token = take_from_environment("DATASOURCE_TOKEN");
  if (!token || token->empty()) return {};
  return BearerAuth{Secret{std::move(*token)}};
}

}  // namespace

Session::Session(const SessionOptions& options)
    : client_{CurlTransport{{.ca_file = options.ca_file}}, {.url = url_of(options), .auth = auth_from_environment()}},
      json_{options.json} {}

int Session::report(const Error& error) {
  if (error.violations.size() > 1) {
    std::fprintf(stderr, "datasource: %zu rules are broken:\n", error.violations.size());
    for (const Violation& violation : error.violations) std::fprintf(stderr, "  %s\n", to_string(violation).c_str());
  } else {
    std::fprintf(stderr, "datasource: %s\n", error.message.c_str());
  }
  const bool unanswered =
      error.status == 0 && (error.kind == ErrorKind::connection || error.kind == ErrorKind::timeout);
  if (unanswered) return exit_unreachable;
  return (error.status == 0 && error.kind == ErrorKind::invalid) || !error.violations.empty() ? exit_misused
                                                                                              : exit_failed;
}

int Session::misuse(const std::string& message) {
  std::fprintf(stderr, "datasource: %s\n", message.c_str());
  return exit_misused;
}

}  // namespace datasource::gateway
