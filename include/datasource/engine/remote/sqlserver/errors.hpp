#pragma once

#include <datasource/connector/settings.hpp>
#include <datasource/engine/remote/odbc/handles.hpp>
#include <datasource/engine/remote/sqlserver/driver.hpp>
#include <datasource/model/error.hpp>

#include <algorithm>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What SQL Server and its drivers report, in words that say what to do.
namespace datasource::remote::sqlserver {

namespace detail {

/// Numbers of SQL Server's errors. Source: `sys.messages`.
enum Number : SQLINTEGER {
  permission_denied = 229,
  column_permission_denied = 230,
  no_object = 208,
  no_column = 207,
  cannot_open_database = 4060,
  not_in_database = 916,
  login_failed = 18456,
  login_untrusted = 18452,
  login_disabled = 18470,
  password_expired = 18487,
  password_must_change = 18488,
  // FreeTDS's own. Source: FreeTDS 1.3, `tds_client_msg`.
  freetds_refused = 20009,
  freetds_host_unknown = 20013,
  freetds_closed = 20017,
};

inline Error made(ErrorKind kind, std::string message, int status, std::string type, bool again = false) {
  return {.kind = kind, .message = std::move(message), .status = status, .type = std::move(type), .retryable = again};
}

inline bool any_says(const std::vector<odbc::Diagnostic>& said, std::initializer_list<std::string_view> words) {
  for (const odbc::Diagnostic& each : said) {
    for (const std::string_view word : words) {
      if (each.message.find(word) != std::string::npos) return true;
    }
  }
  return false;
}

}  // namespace detail

/// An error of any call. Holds no secret: the drivers repeat no connection string.
inline Error to_error(const std::vector<odbc::Diagnostic>& said, const Settings& settings) {
  using namespace detail;
  const std::string server = "SQL Server at " + server_text(settings);
  const std::string user = '"' + setting(settings, "username") + '"';
  const std::string database = '"' + setting(settings, "database") + '"';
  for (const odbc::Diagnostic& each : said) {
    switch (each.native) {
      case cannot_open_database:
      case not_in_database:
        return made(ErrorKind::connection,
                    server + " has no database " + database + " that user " + user +
                        " may use; check the name and the user's rights",
                    502, "ConnectionException");
      case permission_denied:
      case column_permission_denied:
        return made(ErrorKind::unauthorized,
                    server + ": " + each.message + "; make user " + user + " a member of db_datareader", 502,
                    "DataSourceAuthenticationException");
      case no_object:
      case no_column: return made(ErrorKind::not_found, server + ": " + each.message, 404, "NotFoundException");
      default: break;
    }
  }
  for (const odbc::Diagnostic& each : said) {
    // 4060 comes with 18456, so that is looked for later.
    if (each.native != login_failed && each.native != login_untrusted && each.native != login_disabled &&
        each.native != password_expired && each.native != password_must_change)
      continue;
    return made(ErrorKind::unauthorized,
                server + " did not let user " + user +
                    " in; check the user name, the password and that this user may connect to " + database,
                502, "DataSourceAuthenticationException");
  }
  const odbc::Diagnostic first = said.empty() ? odbc::Diagnostic{} : said.front();
  if (first.state == "IM002" || any_says(said, {"Can't open lib", "specified driver could not be"}))
    return made(ErrorKind::unsupported,
                "the ODBC driver for SQL Server could not be loaded; install FreeTDS (Debian: tdsodbc) or Microsoft's "
                "msodbcsql18",
                501, "UnsupportedOperationException");
  if (first.state == "HYT00" || first.state == "HYT01" || any_says(said, {"timed out", "Timeout expired"}))
    return made(ErrorKind::timeout,
                server_text(settings) + " did not answer in " + setting(settings, "connectionTimeout") +
                    " ms; check the host, the port and firewalls between",
                504, "TimeoutException", true);
  if (any_says(said, {"certificate", "Certificate", "SSL", "TLS", "ncryption"}))
    return made(ErrorKind::connection,
                "TLS with " + server_text(settings) +
                    " failed; check that the server's certificate is trusted and names this host, or set "
                    "properties.trustServerCertificate on a network that you trust",
                502, "ConnectionException");
  const auto has = [&](SQLINTEGER number) {
    return std::any_of(said.begin(), said.end(), [&](const odbc::Diagnostic& each) { return each.native == number; });
  };
  if (has(freetds_host_unknown) || any_says(said, {"Server name not found", "Name or service not known"}))
    return made(ErrorKind::connection,
                "the host name \"" + setting(settings, "host") +
                    "\" is not known; check its spelling and the name "
                    "server",
                502, "ConnectionException");
  if (has(freetds_refused))
    return made(ErrorKind::connection,
                server_text(settings) +
                    " refused the connection; check that SQL Server runs there and accepts TCP connections, and that "
                    "the port is right",
                502, "ConnectionException", true);
  if (has(freetds_closed))
    return made(ErrorKind::connection,
                "what answers at " + server_text(settings) +
                    " is not SQL Server, or does not take the encryption; check the port, properties.encrypt and the "
                    "connector",
                502, "ConnectionException");
  if (first.state.starts_with("08"))
    return made(ErrorKind::connection,
                "no SQL Server could be reached at " + server_text(settings) +
                    "; check the host and the port, that SQL Server runs there and accepts TCP connections, and the "
                    "encryption",
                502, "ConnectionException", true);
  const bool fault = first.state.starts_with("42") || first.state.starts_with("22") || first.state.starts_with("37");
  return made(fault ? ErrorKind::invalid : ErrorKind::server, "SQL Server: " + first.message, fault ? 400 : 502,
              fault ? "QueryException" : "ConnectionException");
}

}  // namespace datasource::remote::sqlserver
