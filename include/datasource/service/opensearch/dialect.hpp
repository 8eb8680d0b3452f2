#pragma once

#include <datasource/http/message.hpp>
#include <datasource/http/url.hpp>
#include <datasource/model/data_source.hpp>
#include <datasource/protocol/opensearch/error_json.hpp>
#include <datasource/protocol/opensearch/routes.hpp>
#include <datasource/service/opensearch/rules.hpp>
#include <datasource/service/opensearch/settings.hpp>
#include <datasource/service/store.hpp>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace datasource {

/// What keeps a host from being reached, in a resolver's words (`db1: Name or service not known`); empty when nothing
/// does.
using HostCheck = detail::opensearch::HostCheck;

/// The service's half of dialect `opensearch`: data sources and the cluster settings that govern them, answered as
/// OpenSearch 3.4.0 with its SQL plugin does. Differences, each on purpose: lists are ordered by name, bodies are JSON
/// only, a create named `@opensearch` is refused rather than said to have happened, and the texts of a Java parser's
/// errors are not imitated.
///
/// Source: recordings of OpenSearch 3.4.0.
class OpenSearchDialect {
 public:
  /// @param check_host Empty: every host can be reached.
  explicit OpenSearchDialect(HostCheck check_host = {}) : check_host_{std::move(check_host)} {}

  /// The reply to a request of this dialect; nothing for a route that is none of its own.
  /// @param next_id Gives the ids that the store keeps; no reply of this dialect shows them.
  [[nodiscard]] std::optional<HttpResponse> answer(const HttpRequest& request, Store& store,
                                                   const std::function<std::string()>& next_id) {
    const std::string_view path = path_of(request.target);
    if (path == detail::opensearch::cluster_settings_route) return settings_.answer(request);
    if (path == routes::ppl) return disabled_query(request, store);
    if (!path.starts_with(routes::data_sources)) return std::nullopt;
    std::string_view rest = path.substr(routes::data_sources.size());
    if (rest == "/") rest = {};
    const bool member = rest.size() > 1 && rest.front() == '/' && rest.find('/', 1) == std::string_view::npos;
    if (!member && !rest.empty()) return std::nullopt;
    const std::string_view allowed = member ? "GET,DELETE" : "GET,POST,PUT,PATCH";
    if (!allows(allowed, request.method)) return detail::opensearch::wrong_method(request, allowed);
    if (auto type = detail::opensearch::check_content_type(request); !type) return std::move(type.error());
    if (!settings_.enabled())
      return plugin_error(400, "OpenSearchStatusException", "plugins.query.datasources.enabled setting is false");
    if (member) return answer_member(request.method, decode_segment(rest.substr(1)), store);
    if (request.method == "GET") return list(store);
    if (request.method == "PATCH") return patch(request, store);
    return write(request, store, next_id);
  }

  /// The hosts that the answer to a create, an update or a patch depends on.
  [[nodiscard]] static std::vector<std::string> hosts_of(const HttpRequest& request, Store& store) {
    std::vector<std::string> hosts;
    if (request.body.empty() || !path_of(request.target).starts_with(routes::data_sources)) return hosts;
    const auto body = detail::opensearch::read_body(request.body, request.method == "PATCH");
    if (!body) return hosts;
    const Connector* connector = body->connector;
    GivenProperties properties;
    if (request.method == "PATCH") {
      const auto found = store.find(body->name.value_or(""));
      if (!found || !*found) return hosts;
      connector = find_connector((*found)->connector.id);
      for (const auto& [key, value] : (*found)->connector.properties)
        properties.insert_or_assign(key, detail::as_text(value));
    }
    for (const auto& [key, value] : body->properties.value_or(GivenProperties{}))
      properties.insert_or_assign(key, value);
    if (connector == nullptr) return hosts;
    (void)detail::opensearch::property_refusals(*connector, properties, [&hosts](const std::string& host) {
      hosts.push_back(host);
      return std::string{};
    });
    return hosts;
  }

 private:
  template <class T>
  using Or = detail::opensearch::Or<T>;
  using Body = detail::opensearch::Body;
  using GivenProperties = detail::opensearch::GivenProperties;

  static constexpr std::string_view default_name = detail::opensearch::own_name;

  static HttpResponse plugin_error(int status, std::string_view type, std::string details) {
    return detail::opensearch::plugin_error(status, type, std::move(details));
  }

  static bool allows(std::string_view methods, std::string_view method) {
    while (!methods.empty()) {
      const std::size_t end = std::min(methods.find(','), methods.size());
      if (methods.substr(0, end) == method) return true;
      methods.remove_prefix(std::min(end + 1, methods.size()));
    }
    return false;
  }

  static HttpResponse store_failed(const Error& error) {
    return plugin_error(status_of(error), "RuntimeException", error.message);
  }

  static HttpResponse not_allowed(std::string_view action) {
    return plugin_error(400, "ActionRequestValidationException",
                        "Validation Failed: 1: Not allowed to " + std::string{action} +
                            " datasource with name : " + std::string{default_name} + ";");
  }

  /// Reads and changes word it differently.
  static HttpResponse missing(const std::string& name, bool read) {
    return plugin_error(
        404, "DataSourceNotFoundException",
        read ? "DataSource with name " + name + " doesn't exist." : "Datasource with name: " + name + " doesn't exist");
  }

  static detail::OrderedJson to_json(const DataSource& source) {
    const Connector* described = find_connector(source.connector.id);
    detail::OrderedJson properties = detail::OrderedJson::object();
    for (const auto& [key, value] : source.connector.properties) {
      const Field* field = described == nullptr ? nullptr : described->field(key);
      if (detail::opensearch::confidential(key) || (field != nullptr && field->secret())) continue;
      properties[key] = detail::as_text(value);
    }
    detail::OrderedJson json = detail::OrderedJson::object();
    json["name"] = source.name;
    json["description"] = source.description;
    json["connector"] = detail::to_upper(source.connector.id);
    json["allowedRoles"] = source.allowed_roles;
    json["properties"] = std::move(properties);
    json["resultIndex"] = source.result_index;
    json["status"] = to_string(source.status);
    return json;
  }

  static HttpResponse read_reply(const detail::OrderedJson& json) {
    return detail::opensearch::reply(200, detail::opensearch::json_type, detail::opensearch::pretty(json));
  }

  static HttpResponse list(Store& store) {
    const auto sources = store.list();
    if (!sources) return store_failed(sources.error());
    detail::OrderedJson json = detail::OrderedJson::array();
    for (const SourcePtr& source : *sources) json.push_back(to_json(*source));
    return read_reply(json);
  }

  static HttpResponse answer_member(std::string_view method, const std::string& name, Store& store) {
    const bool read = method == "GET";
    if (name == default_name) return not_allowed(read ? "fetch" : "delete");
    const auto found = store.find(name);
    if (!found) return store_failed(found.error());
    if (!*found) return missing(name, read);
    if (read) return read_reply(to_json(**found));
    if (const auto removed = store.remove(name); !removed) return store_failed(removed.error());
    return detail::opensearch::reply(204, detail::opensearch::json_type, {});
  }

  /// Create and update.
  HttpResponse write(const HttpRequest& request, Store& store, const std::function<std::string()>& next_id) {
    const bool create = request.method == "POST";
    auto read = detail::opensearch::read_body(request.body, false);
    if (!read) return std::move(read.error());
    Body& body = *read;
    if (auto checked = detail::opensearch::check_body(body); !checked) return std::move(checked.error());
    if (*body.name == default_name) return not_allowed(create ? "create" : "update");
    if (create) {
      const auto all = store.list();
      if (!all) return store_failed(all.error());
      if (static_cast<std::int64_t>(all->size()) >= settings_.limit()) {
        return plugin_error(400, "IllegalStateException",
                            "domain concurrent datasources can not exceed " + std::to_string(settings_.limit()));
      }
    }
    GivenProperties properties = std::move(body.properties).value_or(GivenProperties{});
    if (auto checked = detail::opensearch::check_properties(*body.connector, properties, check_host_); !checked)
      return std::move(checked.error());
    const auto found = store.find(*body.name);
    if (!found) return store_failed(found.error());
    if (create && *found)
      return plugin_error(400, "IllegalArgumentException", "A datasource already exists with name: " + *body.name);
    if (!create && !*found) return missing(*body.name, false);
    DataSource source{.name = *body.name, .connector = {.id = std::string{body.connector->id}}};
    source.description = body.description.value_or("");
    source.connector.properties = stored(properties);
    source.allowed_roles = std::move(body.allowed_roles).value_or(std::vector<std::string>{});
    source.result_index = body.result_index.value_or(detail::opensearch::default_result_index(source.name));
    source.status = body.status.value_or(Status::active);
    source.id = create ? next_id() : (*found)->id;
    source.etag = detail::next_etag(source.id, create ? std::string_view{} : (*found)->etag);
    if (const auto put = store.put(source); !put) return store_failed(put.error());
    return create ? detail::opensearch::message(201, "Created DataSource with name " + source.name)
                  : detail::opensearch::message(200, "Updated DataSource with name " + source.name);
  }

  /// Merges properties and replaces what else is given. As on the real server the connector never changes, a result
  /// index is taken unchecked, and one that comes without a status makes the source ACTIVE.
  HttpResponse patch(const HttpRequest& request, Store& store) {
    auto read = detail::opensearch::read_body(request.body, true);
    if (!read) return std::move(read.error());
    Body& body = *read;
    if (body.name.value_or("").empty()) return detail::opensearch::illegal_argument("Name is a required field.");
    if (*body.name == default_name) return not_allowed("update");
    const auto found = store.find(*body.name);
    if (!found) return store_failed(found.error());
    if (!*found) return missing(*body.name, true);
    DataSource source = **found;
    GivenProperties properties;
    for (const auto& [key, value] : source.connector.properties)
      properties.insert_or_assign(key, detail::as_text(value));
    for (auto& [key, value] : std::move(body.properties).value_or(GivenProperties{}))
      properties.insert_or_assign(key, value);
    if (body.description) source.description = std::move(*body.description);
    if (body.allowed_roles) source.allowed_roles = std::move(*body.allowed_roles);
    if (body.has_result_index)
      source.result_index = body.result_index.value_or(detail::opensearch::default_result_index(source.name));
    if (body.has_result_index || body.has_status) source.status = body.status.value_or(Status::active);
    if (const Connector* connector = find_connector(source.connector.id)) {
      if (auto checked = detail::opensearch::check_properties(*connector, properties, check_host_); !checked)
        return std::move(checked.error());
    }
    source.connector.properties = stored(properties);
    source.etag = detail::next_etag(source.id, source.etag);
    if (const auto put = store.put(source); !put) return store_failed(put.error());
    return detail::opensearch::message(200, "Updated DataSource with name " + source.name);
  }

  /// A property that was given as null says nothing.
  static Properties stored(const GivenProperties& properties) {
    Properties kept;
    for (const auto& [key, value] : properties) {
      if (value) kept.insert_or_assign(key, *value);
    }
    return kept;
  }

  /// A PPL query that starts at a disabled source is refused by the registry, before any engine sees it.
  static std::optional<HttpResponse> disabled_query(const HttpRequest& request, Store& store) {
    const auto body = detail::parse_json(request.body, "the request body");
    const std::string query = body ? detail::text_or_empty(*body, "query") : std::string{};
    const auto found = store.find(source_of(query));
    if (!found || !*found || (*found)->status != Status::disabled) return std::nullopt;
    detail::OrderedJson error = detail::OrderedJson::object();
    error["reason"] = "Invalid Query";
    error["details"] = "Datasource " + (*found)->name + " is disabled.";
    error["type"] = "DatasourceDisabledException";
    return detail::opensearch::reply(400, detail::opensearch::text_type,
                                     detail::opensearch::pretty({{"error", std::move(error)}, {"status", 400}}));
  }

  /// `dis` of `source = dis.up | …`; empty when the query does not start so.
  static std::string source_of(std::string_view query) {
    const auto skip_blanks = [&] { query.remove_prefix(std::min(query.find_first_not_of(" \t\r\n"), query.size())); };
    skip_blanks();
    if (!detail::iequals(query.substr(0, 6), "source")) return {};
    query.remove_prefix(6);
    skip_blanks();
    if (!query.starts_with('=')) return {};
    query.remove_prefix(1);
    skip_blanks();
    return std::string{query.substr(0, query.find_first_of(". \t\r\n|"))};
  }

  detail::opensearch::ClusterSettings settings_;
  HostCheck check_host_;
};

}  // namespace datasource
