#pragma once

#include <datasource/connector/catalogue.hpp>
#include <datasource/engine/trino/catalog.hpp>
#include <datasource/engine/trino/rewrite.hpp>
#include <datasource/model/error.hpp>
#include <datasource/protocol/trino/error.hpp>

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace datasource::trino {

namespace detail {

inline void replace_all(std::string& text, std::string_view what, std::string_view with) {
  if (what.size() < 3) return;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size()))
    text.replace(at, what.size(), with);
}

/// The first fault that Guice lists, without its numbers, classes and legends.
inline std::string first_fault(std::string_view message) {
  std::size_t at = message.find("1) ");
  std::string text{at == std::string_view::npos ? message : message.substr(at + 3)};
  if (text.starts_with("Error: ")) text.erase(0, 7);
  if (text.starts_with('[')) text.erase(0, std::min(text.find("]: "), text.size() - 3) + 3);
  for (const std::string_view end : {"\n", " (for class ", " in order to call "})
    text.erase(std::min(text.find(end), text.size()));
  return text;
}

}  // namespace detail

/// How a message begins that speaks of Trino itself and of no source.
inline constexpr std::string_view trino_away = "Trino cannot be reached: ";

/// What kept Trino itself from answering, apart from what it answers: no source is the cause, and who asks this API is
/// not who signs in there.
inline Error of_server(Error error) {
  if (error.kind == ErrorKind::connection && error.status == 0) {
    error.kind = ErrorKind::server;
    error.status = 503;
    error.type = "EngineUnavailableException";
    error.message.insert(0, trino_away);
    error.retryable = true;
  } else if (error.kind == ErrorKind::unauthorized && error.status == 401) {
    error.kind = ErrorKind::server;
    error.status = 502;
    error.type = "EngineUnavailableException";
  }
  return error;
}

/// Removes a plan's secrets from a text and calls its catalog by the source's name.
inline std::string presentable(std::string text, std::span<const CatalogPlan> plans) {
  for (const CatalogPlan& plan : plans) {
    for (const std::string& secret : plan.secrets) detail::replace_all(text, secret, masked_secret);
    detail::replace_all(text, plan.name, plan.source);
  }
  return text;
}

/// Trino's refusal of a catalog, against the field that caused it: the one behind the property that the message names,
/// else the endpoint.
inline Error catalog_error(const Error& refused, const CatalogPlan& plan) {
  if (refused.kind == ErrorKind::cancelled || refused.kind == ErrorKind::timeout || refused.status >= 500 ||
      refused.status == 401 || refused.status == 403) {
    if (refused.type != "GENERIC_INTERNAL_ERROR") return refused;
  }
  const std::string message = presentable(detail::first_fault(refused.message), {&plan, 1});
  const TrinoMapping& mapping = plan.connector->trino;
  std::string path = "connector";
  std::size_t longest = 0;  // `s3.region` is not `hive.s3.region`: the longest name that is found is meant
  const std::string_view told = std::string_view{message}.substr(0, message.find(" Did you mean"));
  const auto consider = [&](std::string_view property, std::string_view key) {
    const Field* field = plan.connector->field(key);
    const bool named = told.find('\'' + std::string{property} + '\'') != std::string_view::npos ||
                       told.find(' ' + std::string{property} + ':') != std::string_view::npos;
    if (field == nullptr || !named || property.size() <= longest) return;
    longest = property.size();
    path = field->path();
  };
  for (const auto list : {mapping.properties, mapping.parameters}) {
    for (const TrinoProperty& property : list) consider(property.name, property.field);
  }
  const bool about_url = !mapping.url_property.empty() && (message.find(mapping.url_property) != std::string::npos ||
                                                           message.find("URL") != std::string::npos);
  if (longest == 0 && about_url) path = "configuration.endpoint";
  return invalid({{path, "trino_refused", "Trino does not take it: " + message, "change it and try again"}});
}

/// A statement's failure in the user's terms: places in the text that the user wrote, sources by their names.
inline Error present(const Error& error, const std::optional<TrinoLocation>& location, const Rewritten& statement,
                     std::span<const CatalogPlan> plans, int lines_before = 0) {
  Error told = error;
  if (location) {
    const std::string head = "line " + std::to_string(location->line) + ':' + std::to_string(location->column) + ": ";
    const TrinoLocation place = original_place(statement, {location->line - lines_before, location->column});
    if (told.message.starts_with(head))
      told.message.replace(0, head.size(),
                           "line " + std::to_string(place.line) + ':' + std::to_string(place.column) + ": ");
  }
  told.message = presentable(std::move(told.message), plans);
  if (told.type == "SYNTAX_ERROR") told.type = "SQLParseException";
  return told;
}

/// What kept a source from being reached, with the check of a connection test that it belongs to.
struct AccessFailure {
  std::string_view check = {};  ///< `resolve`, `connect`, `tls`, `authenticate`.
  std::string message = {};     ///< With what to do.
};

/// Reads the words of drivers in Trino's message; nothing when it is about something else, such as Trino itself.
inline std::optional<AccessFailure> access_failure(std::string_view message, const CatalogPlan& plan) {
  if (message.starts_with(trino_away)) return std::nullopt;
  struct Pattern {
    std::string_view text;
    std::string_view check;
    std::string_view advice;
  };
  constexpr Pattern patterns[] = {
      {"password authentication failed", "authenticate", "check the user name and the password"},
      {"no password was provided", "authenticate", "give the password"},
      {"Access denied for user", "authenticate", "check the user name and the password"},
      {"Login failed for user", "authenticate", "check the user name and the password"},
      {"401 Unauthorized", "authenticate", "check the user name and the password"},
      {"does not exist", "authenticate", "check the database's name and the user's rights"},
      {"Unknown database", "authenticate", "check the database's name and the user's rights"},
      {"does not support SSL", "tls", "choose another TLS mode, or have the server offer TLS"},
      {"setting up the SSL", "tls", "check that the port is this system's, and its TLS"},
      {"SSLHandshake", "tls", "check that Trino trusts the certificate"},
      {"PKIX path", "tls", "check that Trino trusts the certificate"},
      {"UnknownHost", "resolve", "check the host's name"},
      {"refused", "connect", "check that the server runs there and that the port is right"},
      {"timed out", "connect", "check the host, the port and firewalls between"},
      {"Could not create connection", "connect", "check host, port, user name and password; the driver tells no more"},
      {"connection attempt failed", "connect", "check the host's name and the network; the driver tells no more"},
      {"Communications link failure", "connect", "check that the server runs there and that the port is right"},
      {"Failed to list location", "connect", "check bucket, endpoint, region and keys; Trino tells no more"},
      {"Error reading metrics", "connect", "check the URL, its sign-in and the network; Trino tells no more"},
  };
  for (const Pattern& pattern : patterns) {
    if (message.find(pattern.text) == std::string_view::npos) continue;
    std::string text = presentable(std::string{message}, {&plan, 1});
    for (const char* what : {"schemas", "tables"}) {
      const std::string head = std::string{"Error listing "} + what + " for catalog " + plan.source + ": ";
      if (text.starts_with(head)) text.erase(0, head.size());
    }
    while (text.ends_with('.')) text.pop_back();
    return AccessFailure{pattern.check, text + "; " + std::string{pattern.advice}};
  }
  return std::nullopt;
}

}  // namespace datasource::trino
