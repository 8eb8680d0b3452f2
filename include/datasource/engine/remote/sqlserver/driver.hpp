#pragma once

#include <datasource/connector/settings.hpp>
#include <datasource/engine/remote/odbc/connection_string.hpp>
#include <datasource/engine/remote/odbc/handles.hpp>
#include <datasource/model/error.hpp>

#include <sql.h>
#include <sqlext.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Which ODBC driver reaches SQL Server, and what it is told.
namespace datasource::remote::sqlserver {

/// A setting, or nothing.
inline std::string setting(const Settings& settings, std::string_view key) {
  const auto found = settings.find(key);
  return found == settings.end() ? std::string{} : found->second;
}

/// A driver of this machine.
struct Driver {
  /// Whose it is; they take different words.
  enum class Kind { microsoft, freetds };
  Kind kind = Kind::freetds;  ///< Whose it is.
  std::string name = {};      ///< As the driver manager knows it.
  friend bool operator==(const Driver&, const Driver&) = default;
};

/// The best of the names: Microsoft's newest, else FreeTDS. Errors: `unsupported`, naming what to install.
inline Result<Driver> choose_driver(const std::vector<std::string>& names) {
  for (const std::string_view wanted : {"ODBC Driver 18 for SQL Server", "ODBC Driver 17 for SQL Server"}) {
    for (const std::string& name : names) {
      if (name == wanted) return Driver{Driver::Kind::microsoft, name};
    }
  }
  for (const std::string& name : names) {
    if (name.find("FreeTDS") != std::string::npos) return Driver{Driver::Kind::freetds, name};
  }
  return fail({.kind = ErrorKind::unsupported,
               .message = "this machine has no ODBC driver for SQL Server; install FreeTDS (Debian: tdsodbc) or "
                          "Microsoft's msodbcsql18",
               .status = 501,
               .type = "UnsupportedOperationException"});
}

/// The drivers that this machine's driver manager knows.
inline std::vector<std::string> installed_drivers() {
  std::vector<std::string> names;
  SQLWCHAR name[256], attributes[1024];
  SQLSMALLINT length = 0, ignored = 0;
  for (SQLUSMALLINT direction = SQL_FETCH_FIRST;
       SQL_SUCCEEDED(SQLDriversW(odbc::environment(), direction, name, 256, &length, attributes, 1024, &ignored));
       direction = SQL_FETCH_NEXT) {
    std::string text;
    odbc::append_narrow(text, name, static_cast<std::size_t>(length));
    names.push_back(std::move(text));
  }
  return names;
}

/// `host:port`, or `host\instance`, for people.
inline std::string server_text(const Settings& settings) {
  const std::string host = setting(settings, "host"), instance = setting(settings, "instance");
  if (!instance.empty()) return host + '\\' + instance;
  return (host.find(':') == std::string::npos ? host : '[' + host + ']') + ':' + setting(settings, "port");
}

/// Whether FreeTDS needs a section of its configuration file: the connection string has no word for the authorities
/// that are trusted.
inline bool needs_section(const Driver& driver, const Settings& settings) {
  return driver.kind == Driver::Kind::freetds && setting(settings, "encrypt") == "true" &&
         setting(settings, "trustServerCertificate") != "true";
}

/// That section's name.
inline std::string section_name(const Settings& settings) {
  std::string name = "datasource";
  for (const char c : server_text(settings)) {
    name += '-';
    name += std::to_string(static_cast<unsigned char>(c));
  }
  return name;
}

/// That section. @pre host and instance are of their fields' forms: without line breaks
inline std::string section_text(const Settings& settings) {
  const std::string instance = setting(settings, "instance");
  return '[' + section_name(settings) + "]\n  host = " + setting(settings, "host") + '\n' +
         (instance.empty() ? "  port = " + setting(settings, "port") : "  instance = " + instance) +
         "\n  tds version = 7.4\n  client charset = UTF-8\n  encryption = require\n  ca file = system\n"
         "  check certificate hostname = yes\n";
}

/// Adds the section to a file in memory that FreeTDS is told to read.
inline void provide_section(const Settings& settings) {
  static std::mutex mutex;
  static std::set<std::string> provided;
  static int file = -1;
  const std::scoped_lock lock{mutex};
  if (file < 0) {
    file = memfd_create("freetds.conf", MFD_CLOEXEC);
    if (file < 0) return;
    setenv("FREETDSCONF", ("/proc/self/fd/" + std::to_string(file)).c_str(), 1);
  }
  if (!provided.insert(section_name(settings)).second) return;
  const std::string text = section_text(settings);
  [[maybe_unused]] const auto written = write(file, text.data(), text.size());
}

/// What the driver is told; holds the password. Errors: `unsupported` for what the driver cannot.
inline Result<std::string> connection_string(const Driver& driver, const Settings& settings) {
  const std::string host = setting(settings, "host"), port = setting(settings, "port");
  const std::string instance = setting(settings, "instance"), encrypt = setting(settings, "encrypt");
  const bool trusting = setting(settings, "trustServerCertificate") == "true";
  using Braces = odbc::ConnectionString::Braces;
  odbc::ConnectionString text{driver.kind == Driver::Kind::freetds ? Braces::verbatim : Braces::doubled};
  text.add("Driver", driver.name);
  if (driver.kind == Driver::Kind::microsoft) {
    if (encrypt == "strict" && driver.name.find("17") != std::string::npos)
      return fail(ErrorKind::unsupported,
                  "encrypt \"strict\" needs Microsoft's ODBC Driver 18 for SQL Server; install msodbcsql18 or set "
                  "properties.encrypt to \"true\"");
    text.add("Server", instance.empty() ? "tcp:" + host + ',' + port : host + '\\' + instance)
        .add("Encrypt", encrypt == "strict"  ? "strict"
                        : encrypt == "false" ? "no"
                                             : "yes")
        .add("TrustServerCertificate", trusting ? "yes" : "no");
  } else {
    if (encrypt == "strict")
      return fail(ErrorKind::unsupported,
                  "encrypt \"strict\" (TDS 8.0) is more than FreeTDS can; install Microsoft's msodbcsql18 or set "
                  "properties.encrypt to \"true\"");
    if (needs_section(driver, settings)) {
      text.add("Servername", section_name(settings));
    } else {
      text.add("Server", instance.empty() ? host : host + '\\' + instance);
      if (instance.empty()) text.add("Port", port);
      text.add("TDS_Version", "7.4").add("ClientCharset", "UTF-8");
      // The sign-in is encrypted with either; with `request` what follows is not, unless the server asks for it.
      text.add("Encryption", encrypt == "false" ? "request" : "require");
    }
  }
  text.add("Database", setting(settings, "database"))
      .add("UID", setting(settings, "username"))
      .add("PWD", setting(settings, "password"))
      .add("APP", "datasource")
      .add("ApplicationIntent", "ReadOnly");
  if (!text.impossible().empty())
    return fail(ErrorKind::unsupported,
                (text.impossible() == "PWD"   ? std::string{"the password"}
                 : text.impossible() == "UID" ? std::string{"the user name"}
                                              : std::string{"the database's name"}) +
                    " has the characters }; which FreeTDS cannot be told; choose another or install Microsoft's "
                    "msodbcsql18");
  return text.text();
}

}  // namespace datasource::remote::sqlserver
