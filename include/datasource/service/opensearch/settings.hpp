#pragma once

#include <datasource/service/opensearch/body.hpp>

#include <array>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace datasource::detail::opensearch {

inline constexpr std::string_view cluster_settings_route = "/_cluster/settings";
inline constexpr std::string_view limit_setting = "plugins.query.datasources.limit";
inline constexpr std::string_view enabled_setting = "plugins.query.datasources.enabled";

/// The cluster settings that govern data sources, kept as text, as the real server keeps them. They last as long as the
/// service.
class ClusterSettings {
 public:
  /// Most data sources that there may be.
  [[nodiscard]] std::int64_t limit() const {
    const std::string* text = current(limit_setting);
    return text == nullptr ? 20 : whole_number(*text).value_or(20);
  }

  /// False: every request about data sources is refused.
  [[nodiscard]] bool enabled() const {
    const std::string* text = current(enabled_setting);
    return text == nullptr || *text == "true";
  }

  /// `PUT` and `GET /_cluster/settings`.
  [[nodiscard]] HttpResponse answer(const HttpRequest& request) {
    if (request.method == "GET")
      return reply(200, json_type,
                   dump(OrderedJson{{"persistent", nested(persistent_)}, {"transient", nested(transient_)}}));
    if (request.method != "PUT") return wrong_method(request, "GET,PUT");
    if (auto type = check_content_type(request); !type) return std::move(type.error());
    auto body = parse_body(request.body);
    if (!body) return std::move(body.error());
    if (auto object = expect_object(*body, true); !object) return std::move(object.error());
    Values changes[2];
    for (const auto& [scope, settings] : body->items()) {
      if (scope != "persistent" && scope != "transient") return illegal_argument("unknown field [" + scope + "]");
      if (auto read = flatten(settings, scope, "", changes[scope == "transient" ? 1 : 0]); !read)
        return std::move(read.error());
    }
    if (changes[0].empty() && changes[1].empty()) {
      return rest_error(400, "action_request_validation_exception", "Validation Failed: 1: no settings to update;");
    }
    apply(changes[0], persistent_);
    apply(changes[1], transient_);
    return reply(
        200, json_type,
        dump(OrderedJson{{"acknowledged", true}, {"persistent", told(changes[0])}, {"transient", told(changes[1])}}));
  }

 private:
  using Values = std::map<std::string, std::optional<std::string>, std::less<>>;

  /// A setting for a time goes before one for good.
  [[nodiscard]] const std::string* current(std::string_view key) const {
    for (const Values* values : {&transient_, &persistent_}) {
      if (const auto found = values->find(key); found != values->end()) return &*found->second;
    }
    return nullptr;
  }

  /// Reads `{"a.b": 1}` and `{"a": {"b": 1}}` alike; null takes a setting back.
  static Or<void> flatten(const OrderedJson& json, const std::string& scope, const std::string& prefix, Values& into) {
    if (auto object = expect_object(json, false); !object) return object;
    for (const auto& [name, value] : json.items()) {
      const std::string key = prefix + name;
      if (value.is_object()) {
        if (auto read = flatten(value, scope, key + '.', into); !read) return read;
        continue;
      }
      if (key != limit_setting && key != enabled_setting)
        return refuse(
            illegal_argument(std::string{scope}.append(" setting [").append(key).append("], not recognized")));
      auto text = text_or_null(value);
      if (!text) return refuse(std::move(text.error()));
      if (*text && key == limit_setting && !whole_number(**text))
        return refuse(illegal_argument("Failed to parse value [" + **text + "] for setting [" + key + "]"));
      if (*text && key == enabled_setting && **text != "true" && **text != "false") {
        return refuse(
            illegal_argument("Failed to parse value [" + **text + "] as only [true] or [false] are allowed."));
      }
      into.insert_or_assign(key, std::move(*text));
    }
    return {};
  }

  static void apply(const Values& changes, Values& values) {
    for (const auto& [key, value] : changes) {
      if (value) {
        values.insert_or_assign(key, value);
      } else {
        values.erase(key);
      }
    }
  }

  static OrderedJson nested(const Values& values) {
    OrderedJson json = OrderedJson::object();
    for (const auto& [key, value] : values) {
      OrderedJson* at = &json;
      std::size_t begin = 0;
      for (std::size_t dot = key.find('.'); dot != std::string::npos; begin = dot + 1, dot = key.find('.', begin))
        at = &(*at)[key.substr(begin, dot - begin)];
      (*at)[key.substr(begin)] = *value;
    }
    return json;
  }

  /// What a change set, without what it took back.
  static OrderedJson told(const Values& changes) {
    Values set;
    apply(changes, set);
    return nested(set);
  }

  Values persistent_;
  Values transient_;
};

}  // namespace datasource::detail::opensearch
