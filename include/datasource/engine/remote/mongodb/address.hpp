#pragma once

#include <datasource/connector/settings.hpp>
#include <datasource/engine/remote/mongodb/handles.hpp>
#include <datasource/model/error.hpp>

#include <mongoc/mongoc.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

/// A connector's settings as libmongoc takes them.
namespace datasource::remote::mongo {

/// A setting, or nothing.
inline std::string setting(const Settings& settings, std::string_view key) {
  const auto found = settings.find(key);
  return found == settings.end() ? std::string{} : found->second;
}

/// A setting that is a number. @pre it is one, as its field's type says
inline std::int64_t number(const Settings& settings, std::string_view key, std::int64_t fallback) {
  const std::string text = setting(settings, key);
  std::int64_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9' || value > 1'000'000'000'000) return fallback;
    value = value * 10 + (c - '0');
  }
  return text.empty() ? fallback : value;
}

/// Whether the connection is encrypted: off unless it is asked for or the host is an SRV name.
inline std::string tls_mode(const Settings& settings) {
  const std::string mode = setting(settings, "tls");
  if (!mode.empty()) return mode;
  return setting(settings, "srv") == "true" ? "verify-full" : "disable";
}

/// The servers, as people know them: `db1:27017,db2:27017`.
inline std::string servers_text(const Settings& settings) {
  const std::string host = setting(settings, "host");
  if (setting(settings, "srv") == "true") return host;
  const std::string port = setting(settings, "port");
  std::string text;
  for (std::size_t at = 0; at <= host.size();) {
    const std::size_t end = std::min(host.find(',', at), host.size());
    std::string each = host.substr(at, end - at);
    // IPv6 addresses stand in brackets, as the field's form says.
    const std::size_t bracket = each.rfind(']');
    if (each.find(':', bracket == std::string::npos ? 0 : bracket) == std::string::npos) each += ':' + port;
    text += (text.empty() ? "" : ",") + each;
    at = end + 1;
  }
  return text;
}

/// What libmongoc connects with. Errors: `invalid`, without the password.
inline Result<Owned<mongoc_uri_t>> to_uri(const Settings& settings) {
  const bool srv = setting(settings, "srv") == "true";
  bson_error_t error;
  Owned<mongoc_uri_t> uri{mongoc_uri_new_with_error(
      ((srv ? "mongodb+srv://" : "mongodb://") + servers_text(settings) + "/").c_str(), &error)};
  if (!uri) return fail(ErrorKind::invalid, std::string{"MongoDB's client does not take the host: "} + error.message);
  mongoc_uri_t* const made = uri.get();
  const auto text = [&](const char* option, std::string_view key) {
    if (const std::string value = setting(settings, key); !value.empty())
      mongoc_uri_set_option_as_utf8(made, option, value.c_str());
  };
  const std::string username = setting(settings, "username");
  const std::string database = setting(settings, "database");
  if (!username.empty()) {
    mongoc_uri_set_username(made, username.c_str());
    mongoc_uri_set_password(made, setting(settings, "password").c_str());
    const std::string mechanism = setting(settings, "authMechanism");
    if (!mechanism.empty()) mongoc_uri_set_auth_mechanism(made, mechanism.c_str());
    std::string source = setting(settings, "authSource");
    if (source.empty()) source = mechanism == "PLAIN" ? "$external" : database.empty() ? "admin" : database;
    mongoc_uri_set_auth_source(made, source.c_str());
  }
  text(MONGOC_URI_REPLICASET, "replicaSet");
  if (setting(settings, "directConnection") == "true")
    mongoc_uri_set_option_as_bool(made, MONGOC_URI_DIRECTCONNECTION, true);
  if (const std::string preference = setting(settings, "readPreference"); !preference.empty()) {
    const mongoc_read_mode_t mode = preference == "primaryPreferred"     ? MONGOC_READ_PRIMARY_PREFERRED
                                    : preference == "secondary"          ? MONGOC_READ_SECONDARY
                                    : preference == "secondaryPreferred" ? MONGOC_READ_SECONDARY_PREFERRED
                                    : preference == "nearest"            ? MONGOC_READ_NEAREST
                                                                         : MONGOC_READ_PRIMARY;
    mongoc_read_prefs_t* const preferences = mongoc_read_prefs_new(mode);
    mongoc_uri_set_read_prefs_t(made, preferences);
    mongoc_read_prefs_destroy(preferences);
  }
  const auto limit = static_cast<std::int32_t>(number(settings, "connectionTimeout", 10'000));
  mongoc_uri_set_option_as_int32(made, MONGOC_URI_CONNECTTIMEOUTMS, limit);
  mongoc_uri_set_option_as_int32(made, MONGOC_URI_SERVERSELECTIONTIMEOUTMS, limit);
  mongoc_uri_set_option_as_bool(made, MONGOC_URI_TLS, tls_mode(settings) != "disable");
  mongoc_uri_set_option_as_bool(made, MONGOC_URI_RETRYREADS, true);
  mongoc_uri_set_appname(made, "datasource");
  return uri;
}

}  // namespace datasource::remote::mongo
