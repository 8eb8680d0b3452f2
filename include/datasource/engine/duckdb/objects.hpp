#pragma once

#include <datasource/connector/settings.hpp>
#include <datasource/engine/duckdb/errors.hpp>
#include <datasource/engine/duckdb/files.hpp>
#include <datasource/engine/duckdb/handles.hpp>
#include <datasource/engine/duckdb/quote.hpp>
#include <datasource/model/error.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace datasource::duckdb {

/// Where the objects of an `s3` source are.
struct ObjectStore {
  std::string bucket = {};
  std::string prefix = {};   ///< Without a slash at its end; empty: the whole bucket.
  std::string address = {};  ///< `host[:port]` of a store with the S3 API; empty: AWS.
  bool tls = true;

  [[nodiscard]] static ObjectStore of(const Settings& settings) {
    const auto setting = [&](std::string_view key) {
      const auto found = settings.find(key);
      return found == settings.end() ? std::string{} : found->second;
    };
    ObjectStore store{.bucket = setting("bucket"), .prefix = setting("prefix"), .address = setting("endpoint")};
    while (store.prefix.ends_with('/')) store.prefix.pop_back();
    if (const std::size_t scheme = store.address.find("://"); scheme != std::string::npos) {
      store.tls = !store.address.starts_with("http://");
      store.address.erase(0, scheme + 3);
    }
    while (store.address.ends_with('/')) store.address.pop_back();
    return store;
  }

  /// `s3://bucket` or `s3://bucket/prefix`: what DuckDB's secret holds for.
  [[nodiscard]] std::string root() const { return "s3://" + bucket + (prefix.empty() ? std::string{} : '/' + prefix); }

  /// The name and the port that a connection goes to.
  [[nodiscard]] std::pair<std::string, std::string> host_and_port(const Settings& settings) const {
    const auto setting = [&](std::string_view key) {
      const auto found = settings.find(key);
      return found == settings.end() ? std::string{} : found->second;
    };
    std::string host = address.empty() ? "s3." + setting("region") + ".amazonaws.com" : address;
    std::string port = tls ? "443" : "80";
    const std::size_t bracket = host.find(']');
    const std::size_t colon = host.find(':', bracket == std::string::npos ? 0 : bracket);
    if (colon != std::string::npos) {
      port = host.substr(colon + 1);
      host.erase(colon);
    }
    if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
    if (setting("pathStyle") != "true") host = bucket + '.' + host;
    return {std::move(host), std::move(port)};
  }
};

/// Lists the data files of a source and makes tables of them. A prefix that names one object is one table; else it is a
/// folder. @param connection One that knows the source's secret.
inline Outcome<std::vector<FileTable>> list_objects(const Connection& connection, const Settings& settings) {
  constexpr std::size_t most_objects = 100'000;
  const ObjectStore store = ObjectStore::of(settings);
  const auto format = settings.find("format");
  const std::string_view setting = format == settings.end() ? std::string_view{} : std::string_view{format->second};
  const auto glob = [&](const std::string& pattern) {
    return connection.rows("SELECT file FROM glob(" + literal(pattern) + ") ORDER BY file LIMIT " +
                           std::to_string(most_objects));
  };
  const std::string root = store.root() + '/';
  const auto found = glob(root + "**");
  if (!found) return tl::unexpected<Failure>{found.error()};
  std::vector<std::string> below;
  for (const auto& row : *found) {
    if (row[0] && row[0]->starts_with(root)) below.push_back(row[0]->substr(root.size()));
  }
  if (!below.empty() || store.prefix.empty())
    return detail::tables_of(below, setting, [&](const std::string& path) { return root + path; });
  const std::string name = store.prefix.substr(store.prefix.rfind('/') + 1);
  const auto single = detail::format_of(name, setting);
  if (!single) return std::vector<FileTable>{};
  const auto object = glob(store.root());
  if (!object) return tl::unexpected<Failure>{object.error()};
  if (object->empty()) return std::vector<FileTable>{};
  return std::vector<FileTable>{{detail::table_name_of(name), *single, {store.root()}}};
}

/// What a store's answer says of the access to it; nothing when the message is about something else.
inline std::optional<Error> object_error(std::string_view message, const std::string& source,
                                         const Settings& settings) {
  const ObjectStore store = ObjectStore::of(settings);
  const auto [host, port] = store.host_and_port(settings);
  const auto says = [&](std::string_view text) { return message.find(text) != std::string_view::npos; };
  const auto error = [&](ErrorKind kind, const std::string& text, std::string field = {}) {
    Error told{.kind = kind,
               .message = source + ": " + text,
               .status = 502,
               .type = "ConnectionException",
               .field = std::move(field)};
    if (kind == ErrorKind::unauthorized) told.type = "DataSourceAuthenticationException";
    if (kind == ErrorKind::timeout) told.status = 504;
    told.retryable = kind == ErrorKind::timeout || says("Could not connect");
    return told;
  };
  const std::string where = host + ':' + port;
  if (says("Could not resolve"))
    return error(ErrorKind::connection,
                 "the host name \"" + host + "\" is not known; check the endpoint and its spelling",
                 "properties.endpoint");
  if (says("Could not connect"))
    return error(ErrorKind::connection, where + " refused the connection; check the endpoint", "properties.endpoint");
  if (says("Timeout was reached") || says("timed out"))
    return error(ErrorKind::timeout, where + " did not answer in time; check the endpoint and firewalls between");
  if (says("NoSuchBucket"))
    return error(ErrorKind::connection,
                 "the store at " + where + " has no bucket \"" + store.bucket + "\"; check its name and the region",
                 "properties.bucket");
  if (says("PermanentRedirect") || says("AuthorizationHeaderMalformed") || says("HTTP 301"))
    return error(ErrorKind::connection,
                 "the bucket \"" + store.bucket + "\" is in another region; set properties.region",
                 "properties.region");
  if (says("HTTP 403") || says("HTTP 401") || says("AccessDenied") || says("InvalidAccessKeyId") ||
      says("SignatureDoesNotMatch"))
    return error(ErrorKind::unauthorized, "the store at " + where + " did not let these keys read the bucket \"" +
                                              store.bucket + "\"; check both keys and that they may list and read it");
  if (says("SSL") || says("certificate"))
    return error(
        ErrorKind::connection,
        "TLS with " + where + " failed; check that its certificate is trusted, or write the endpoint with http://",
        "properties.endpoint");
  return std::nullopt;
}

}  // namespace datasource::duckdb
