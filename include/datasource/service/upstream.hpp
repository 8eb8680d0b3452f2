#pragma once

#include <datasource/connector/catalogue.hpp>
#include <datasource/detail/ascii.hpp>
#include <datasource/detail/json.hpp>
#include <datasource/http/message.hpp>
#include <datasource/http/url.hpp>
#include <datasource/model/data_source.hpp>
#include <datasource/protocol/opensearch/data_source_json.hpp>
#include <datasource/protocol/opensearch/patch.hpp>
#include <datasource/protocol/opensearch/query_json.hpp>
#include <datasource/protocol/opensearch/routes.hpp>
#include <datasource/service/upstream_statement.hpp>

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace datasource {

/// What a service that has an OpenSearch beside it leaves to that one.
struct UpstreamCall {
  /// What is to be done there.
  enum class Kind {
    pass,    ///< Send the request as it came, and its reply back.
    list,    ///< Add its sources to the service's own.
    read,    ///< Give the source of that name.
    create,  ///< Register `source`, and wait until it shows.
    update,  ///< Replace `source`, and wait until it shows.
    patch,   ///< Change the source of that name by `changes`, and wait until it shows.
    remove,  ///< Remove the source of that name, and wait until it is gone.
    refuse,  ///< Nothing: `refusal` says why.
  };
  Kind kind = Kind::pass;        ///< What is to be done.
  std::string name = {};         ///< Of the source, where one is meant.
  DataSource source = {};        ///< What is created or replaced.
  DataSourcePatch changes = {};  ///< What is changed.
  Error refusal = {};            ///< Why nothing is done.
};

/// Which requests an OpenSearch beside the service answers: those about its own data sources and indexes, and those
/// that only it understands. A source is looked for here first.
class UpstreamRules {
 public:
  /// @param has    Whether the service has a source of that name, in any case.
  /// @param serves Whether the service's own engine reads sources of a connector.
  UpstreamRules(std::function<bool(const std::string&)> has, std::function<bool(const Connector&)> serves)
      : has_{std::move(has)}, serves_{std::move(serves)} {}

  /// What to do there; nothing when the service answers by itself.
  [[nodiscard]] std::optional<UpstreamCall> judge(const HttpRequest& request) const {
    const std::string_view path = path_of(request.target);
    // On the way there the dots of a path would be folded, and lead out of what is passed on.
    const std::string decoded = '/' + decode_segment(path) + '/';
    const bool folds = decoded.find("/./") != std::string::npos || decoded.find("/../") != std::string::npos;
    if (folds) return std::nullopt;
    if (is_below(path, routes::async_query) || is_below(path, routes::direct_query) ||
        is_below(path, routes::direct_resources) || is_below(path, routes::ppl) || path == routes::settings ||
        path == "/_plugins/_sql/stats")
      return UpstreamCall{};
    if (path == routes::sql || path == routes::sql_explain || path == routes::sql_close) return statement(request);
    if (path == routes::data_sources) return collection(request);
    if (!is_below(path, routes::data_sources)) return std::nullopt;
    return member(request, path.substr(routes::data_sources.size() + 1));
  }

 private:
  using Kind = UpstreamCall::Kind;

  static bool is_below(std::string_view path, std::string_view route) {
    return path == route || (path.starts_with(route) && path[route.size()] == '/');
  }

  static UpstreamCall refused(Error error) { return {.kind = Kind::refuse, .refusal = std::move(error)}; }

  /// A statement over any of the service's sources is its own; a cursor of its own is 32 hexadecimal digits.
  [[nodiscard]] std::optional<UpstreamCall> statement(const HttpRequest& request) const {
    const auto json = detail::parse_json(request.body, "the request body");
    if (!json || !json->is_object()) return std::nullopt;
    const std::string cursor = detail::text_or_empty(*json, "cursor");
    if (!cursor.empty()) {
      const bool own = cursor.size() == 32 && cursor.find_first_not_of("0123456789abcdef") == std::string::npos;
      return own ? std::nullopt : std::optional{UpstreamCall{}};
    }
    const StatementNames names = names_of(detail::text_or_empty(*json, "query"));
    const bool own = std::any_of(names.qualifiers.begin(), names.qualifiers.end(), has_);
    return names.reads && !own ? std::optional{UpstreamCall{}} : std::nullopt;
  }

  [[nodiscard]] std::optional<UpstreamCall> collection(const HttpRequest& request) const {
    if (request.method == "GET") return UpstreamCall{.kind = Kind::list};
    if (request.method != "POST" && request.method != "PUT" && request.method != "PATCH") return std::nullopt;
    auto json = detail::parse_json(request.body, "the request body");
    if (!json || !json->is_object()) return std::nullopt;
    const std::string name = detail::text_or_empty(*json, "name");
    const std::string engine = detail::text_or_empty(*json, "engine");
    if (request.method == "PATCH") {
      if (name.empty() || has_(name)) return std::nullopt;
      json->erase("engine");
      auto patch = read_named_patch(*json);
      if (!patch) return std::nullopt;
      return UpstreamCall{.kind = Kind::patch, .name = name, .changes = std::move(patch->changes)};
    }
    const bool creates = request.method == "POST";
    if (!creates && (name.empty() || has_(name))) return std::nullopt;
    const Connector* connector = find_connector(detail::text_or_empty(*json, "connector"));
    if (creates && !is_for_upstream(connector, engine)) return std::nullopt;
    if (creates && has_(name)) {
      return refused({.kind = ErrorKind::conflict,
                      .message = "there is a data source named \"" + name + "\" here already; choose another name",
                      .field = "name"});
    }
    json->erase("engine");
    auto source = read_data_source(*json);
    if (!source) return refused(std::move(source.error()));
    return UpstreamCall{.kind = creates ? Kind::create : Kind::update, .name = name, .source = std::move(*source)};
  }

  [[nodiscard]] bool is_for_upstream(const Connector* connector, std::string_view engine) const {
    if (connector == nullptr || !connector->in_opensearch()) return false;
    return detail::iequals(engine, "opensearch") || !serves_(*connector);
  }

  [[nodiscard]] std::optional<UpstreamCall> member(const HttpRequest& request, std::string_view rest) const {
    std::string name = decode_segment(rest.substr(0, rest.find('/')));
    // What begins with an underscore is a route of the service.
    if (name.empty() || name.front() == '_' || has_(name)) return std::nullopt;
    if (rest.find('/') != std::string_view::npos) {
      return refused({.kind = ErrorKind::unsupported,
                      .message = "\"" + name +
                                 "\" is not registered here, and an OpenSearch has no such route for "
                                 "the sources that it registers"});
    }
    if (request.method == "GET") return UpstreamCall{.kind = Kind::read, .name = std::move(name)};
    if (request.method == "DELETE") return UpstreamCall{.kind = Kind::remove, .name = std::move(name)};
    return std::nullopt;
  }

  std::function<bool(const std::string&)> has_;
  std::function<bool(const Connector&)> serves_;
};

}  // namespace datasource
