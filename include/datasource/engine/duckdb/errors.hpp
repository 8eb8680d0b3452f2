#pragma once

#include <datasource/connector/connector.hpp>
#include <datasource/connector/settings.hpp>
#include <datasource/engine/duckdb/handles.hpp>
#include <datasource/model/error.hpp>
#include <datasource/model/secret.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace datasource::duckdb {

/// Why a system could not be reached or entered.
enum class AccessProblem {
  host_unknown,
  refused,
  timed_out,
  no_route,
  wrong_password,
  no_such_database,
  tls_refused,
  wrong_system,
  too_many_connections,
  connection_lost
};

namespace detail {

struct AccessPattern {
  std::string_view text;
  AccessProblem problem;
};

/// Words of libpq, PostgreSQL, MariaDB's client and MySQL servers. The more special come first.
inline constexpr AccessPattern access_patterns[] = {
    {"could not translate host name", AccessProblem::host_unknown},
    {"Unknown server host", AccessProblem::host_unknown},
    {"Unknown MySQL server host", AccessProblem::host_unknown},
    {"does not support SSL", AccessProblem::tls_refused},
    {"TLS/SSL error", AccessProblem::tls_refused},
    {"SSL connection error", AccessProblem::tls_refused},
    {"certificate verify failed", AccessProblem::tls_refused},
    {"root certificate file", AccessProblem::tls_refused},
    {"server certificate", AccessProblem::tls_refused},
    {"no pg_hba.conf entry", AccessProblem::wrong_password},
    {"password authentication failed", AccessProblem::wrong_password},
    {"no password supplied", AccessProblem::wrong_password},
    {"' to database '", AccessProblem::no_such_database},
    {"Unknown database", AccessProblem::no_such_database},
    {"permission denied for database", AccessProblem::wrong_password},
    {"Access denied for user", AccessProblem::wrong_password},
    {"invalid response to SSL negotiation", AccessProblem::wrong_system},
    {"expected authentication request", AccessProblem::wrong_system},
    {"Bad handshake", AccessProblem::wrong_system},
    {"protocol mismatch", AccessProblem::wrong_system},
    {"too many clients", AccessProblem::too_many_connections},
    {"too many connections", AccessProblem::too_many_connections},
    {"Too many connections", AccessProblem::too_many_connections},
    {"remaining connection slots", AccessProblem::too_many_connections},
    {"Connection refused", AccessProblem::refused},
    {"(111)", AccessProblem::refused},
    {"No route to host", AccessProblem::no_route},
    {"Network is unreachable", AccessProblem::no_route},
    {"timeout expired", AccessProblem::timed_out},
    {"timed out", AccessProblem::timed_out},
    {"Can't connect to", AccessProblem::refused},
    {"server closed the connection", AccessProblem::connection_lost},
    {"terminating connection", AccessProblem::connection_lost},
    {"connection to server was lost", AccessProblem::connection_lost},
    {"no connection to the server", AccessProblem::connection_lost},
    {"server has gone away", AccessProblem::connection_lost},
    {"Lost connection", AccessProblem::connection_lost},
};

}  // namespace detail

/// What a database's message says of the access to it; nothing when it is about something else.
inline std::optional<AccessProblem> access_problem(std::string_view message) {
  if (message.find("database \"") != std::string_view::npos && message.find("FATAL") != std::string_view::npos &&
      message.find("does not exist") != std::string_view::npos) {
    return AccessProblem::no_such_database;
  }
  for (const detail::AccessPattern& pattern : detail::access_patterns) {
    if (message.find(pattern.text) != std::string_view::npos) return pattern.problem;
  }
  return std::nullopt;
}

/// Whether a failure may come from tables that have changed since they were looked at.
inline bool may_be_outdated(const Failure& failure) {
  if (failure.type == DUCKDB_ERROR_CATALOG || failure.type == DUCKDB_ERROR_BINDER) return true;
  for (const std::string_view text : {"does not exist", "doesn't exist", "Unknown column"}) {
    if (failure.message.find(text) != std::string::npos) return true;
  }
  return false;
}

/// What has to run where a field says that the server is: a field that may be left out is for those who have a server
/// with the same API.
inline std::string expected_there(const Connector& connector, std::string_view field) {
  const auto optional_url = [&](const Field& each) {
    return each.type == FieldType::url && !each.required && each.path() == field;
  };
  const bool same_api = std::any_of(connector.fields.begin(), connector.fields.end(), optional_url);
  return (same_api ? "a server with the API of " : "") + std::string{connector.title};
}

/// The problem in plain words with what to do, such as `127.0.0.1:5433 refused the connection; …`. Holds no secret.
/// @param field The path of the field that says where the server is; empty where host and port do.
inline std::string describe(AccessProblem problem, const Connector& connector, const Settings& settings,
                            std::string_view field = {}) {
  const auto setting = [&](std::string_view key) {
    const auto found = settings.find(key);
    return found == settings.end() ? std::string{} : found->second;
  };
  const std::string title{connector.title};
  const std::string host = setting("host");
  const std::string server = (host.find(':') == std::string::npos ? host : "[" + host + "]") + ":" + setting("port");
  const auto place = [&](std::string_view otherwise) { return std::string{field.empty() ? otherwise : field}; };
  switch (problem) {
    case AccessProblem::host_unknown:
      return "the host name \"" + host + "\" is not known; check " + place("its spelling") + " and the name server";
    case AccessProblem::refused:
      return server + " refused the connection; check " +
             (field.empty() ? "that " + title + " runs there and that the port is right"
                            : place({}) + " and that " + expected_there(connector, field) + " runs there");
    case AccessProblem::timed_out:
      return server + " did not answer in " + setting("connectionTimeout") + " ms; check " +
             place("the host, the port") + " and firewalls between";
    case AccessProblem::no_route:
      return "there is no route to " + host + "; check " + place("the address") + " and the network";
    case AccessProblem::wrong_password:
      return title + " at " + server + " did not let user \"" + setting("username") +
             "\" in; check the user name, the password and that this user may connect to \"" + setting("database") +
             "\" from here";
    case AccessProblem::no_such_database:
      return title + " at " + server + " has no database \"" + setting("database") + "\" that user \"" +
             setting("username") + "\" may use; check the name and the user's rights";
    case AccessProblem::tls_refused:
      return "TLS with " + server + " failed with the mode \"" + setting("tls") +
             "\"; check that the server offers TLS and that its certificate is trusted, or choose another mode";
    case AccessProblem::wrong_system:
      return "what answers at " + server + " is not " + title + "; check the port and the connector";
    case AccessProblem::too_many_connections:
      return title + " at " + server + " takes no more connections now; try again later or raise its limit";
    case AccessProblem::connection_lost: return title + " at " + server + " closed the connection; try again";
  }
  return {};
}

/// The same as an error. @param field As of `describe`.
inline Error access_error(AccessProblem problem, const std::string& source, const Connector& connector,
                          const Settings& settings, std::string_view field = {}) {
  Error error{.kind = ErrorKind::connection,
              .message = source + ": " + describe(problem, connector, settings, field),
              .status = 502,
              .type = "ConnectionException",
              .field = std::string{field}};
  switch (problem) {
    case AccessProblem::wrong_password:
      error.kind = ErrorKind::unauthorized;  // at the source, not at this API: so the status stays 502
      error.type = "DataSourceAuthenticationException";
      break;
    case AccessProblem::timed_out:
      error.kind = ErrorKind::timeout;
      error.status = 504;
      error.type = "TimeoutException";
      error.retryable = true;
      break;
    case AccessProblem::too_many_connections:
    case AccessProblem::connection_lost:
    case AccessProblem::refused: error.retryable = true; break;
    default: break;
  }
  return error;
}

/// Removes what must not be shown: the secrets themselves, and quoted connection strings that name one.
inline std::string scrub(std::string message, const std::vector<std::string>& secrets) {
  for (const std::string& secret : secrets) {
    if (secret.size() < 3) continue;
    for (std::size_t at = message.find(secret); at != std::string::npos;
         at = message.find(secret, at + masked_secret.size()))
      message.replace(at, secret.size(), masked_secret);
  }
  for (const std::string_view key : {"password=", "passwd=", "PASSWORD "}) {
    for (std::size_t at = message.find(key); at != std::string::npos; at = message.find(key, at + key.size())) {
      const std::size_t begin = at + key.size();
      std::size_t end = begin;
      const bool quoted = begin < message.size() && message[begin] == '\'';
      if (quoted) ++end;
      while (end < message.size() &&
             (quoted ? message[end] != '\'' : message[end] != ' ' && message[end] != '"' && message[end] != '\n'))
        end += quoted && message[end] == '\\' ? 2 : 1;
      message.replace(begin, std::min(end + (quoted ? 1 : 0), message.size()) - begin, masked_secret);
    }
  }
  return message;
}

/// A failed statement as an Error: DuckDB's words without its name for them, scrubbed.
inline Error statement_error(const Failure& failure, const std::vector<std::string>& secrets) {
  std::string message = scrub(failure.message, secrets);
  while (!message.empty() && message.back() == '\n') message.pop_back();
  Error error{.message = std::move(message)};
  switch (failure.type) {
    case DUCKDB_ERROR_PARSER:
    case DUCKDB_ERROR_SYNTAX:
      error.kind = ErrorKind::invalid;
      error.type = "SQLParseException";
      break;
    case DUCKDB_ERROR_CATALOG:
      error.kind = ErrorKind::not_found;
      error.type = "TableNotFoundException";
      break;
    case DUCKDB_ERROR_BINDER:
    case DUCKDB_ERROR_EXPRESSION:
    case DUCKDB_ERROR_MISMATCH_TYPE:
    case DUCKDB_ERROR_INVALID_TYPE:
    case DUCKDB_ERROR_PARAMETER_NOT_RESOLVED:
    case DUCKDB_ERROR_PARAMETER_NOT_ALLOWED:
      error.kind = ErrorKind::invalid;
      error.type = "SemanticCheckException";
      break;
    case DUCKDB_ERROR_OUT_OF_RANGE:
    case DUCKDB_ERROR_CONVERSION:
    case DUCKDB_ERROR_DIVIDE_BY_ZERO:
    case DUCKDB_ERROR_DECIMAL:
    case DUCKDB_ERROR_INVALID_INPUT:
      error.kind = ErrorKind::invalid;
      error.type = "ExpressionEvaluationException";
      break;
    case DUCKDB_ERROR_NOT_IMPLEMENTED:
      error.kind = ErrorKind::unsupported;
      error.status = 400;
      break;
    case DUCKDB_ERROR_PERMISSION:
      error.kind = ErrorKind::forbidden;
      error.type = "StatementNotAllowedException";
      break;
    case DUCKDB_ERROR_INTERRUPT:
      error.kind = ErrorKind::cancelled;
      error.message = "the statement was cancelled";
      break;
    case DUCKDB_ERROR_OUT_OF_MEMORY:
      error.kind = ErrorKind::server;
      error.type = "OutOfMemoryException";
      error.message =
          "the statement needs more memory than one may have; read fewer rows or columns, or aggregate earlier";
      break;
    case DUCKDB_ERROR_INTERNAL:
    case DUCKDB_ERROR_FATAL:
      error.kind = ErrorKind::server;
      error.message = "the engine failed on this statement; it starts anew for the next one";
      break;
    default: error.kind = ErrorKind::server; break;
  }
  return error;
}

/// Why a statement could not be prepared. The C API gives no type here, but DuckDB's message begins with it.
inline Failure prepare_failure(const Prepared& prepared) {
  const char* text = duckdb_prepare_error(prepared.get());
  const std::string message = text == nullptr ? "" : text;
  struct Head {
    std::string_view text;
    duckdb_error_type type;
  };
  constexpr Head heads[] = {{"Parser Error", DUCKDB_ERROR_PARSER},
                            {"Syntax Error", DUCKDB_ERROR_SYNTAX},
                            {"Catalog Error", DUCKDB_ERROR_CATALOG},
                            {"Binder Error", DUCKDB_ERROR_BINDER},
                            {"Permission Error", DUCKDB_ERROR_PERMISSION},
                            {"IO Error", DUCKDB_ERROR_IO},
                            {"Not implemented Error", DUCKDB_ERROR_NOT_IMPLEMENTED},
                            {"Conversion Error", DUCKDB_ERROR_CONVERSION},
                            {"Out of Range Error", DUCKDB_ERROR_OUT_OF_RANGE},
                            {"Invalid Input Error", DUCKDB_ERROR_INVALID_INPUT},
                            {"INTERNAL Error", DUCKDB_ERROR_INTERNAL},
                            {"FATAL Error", DUCKDB_ERROR_FATAL},
                            {"INTERRUPT Error", DUCKDB_ERROR_INTERRUPT},
                            {"Out of Memory Error", DUCKDB_ERROR_OUT_OF_MEMORY}};
  for (const Head& head : heads) {
    if (message.starts_with(head.text)) return {head.type, message};
  }
  return {DUCKDB_ERROR_INVALID, message};
}

}  // namespace datasource::duckdb
