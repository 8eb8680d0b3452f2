#pragma once

#include <datasource/connector/catalogue.hpp>
#include <datasource/connector/opensearch_rules.hpp>
#include <datasource/model/data_source.hpp>
#include <datasource/service/opensearch/replies.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What the bodies of create, update and patch say. The real server reads a body as a stream, so its first fault in the
/// order of the members is the one that is told.
namespace datasource::detail::opensearch {

/// Members that were not given, or given as null, are empty optionals.
struct Body {
  std::optional<std::string> name = {};
  std::optional<std::string> description = {};
  const Connector* connector = nullptr;
  std::optional<std::vector<std::string>> allowed_roles = {};
  std::optional<GivenProperties> properties = {};
  bool has_result_index = false;  ///< Given, be it as null.
  std::optional<std::string> result_index = {};
  bool has_status = false;
  std::optional<Status> status = {};
};

inline std::string_view token_of(const OrderedJson& json) {
  switch (json.type()) {
    case OrderedJson::value_t::object: return "START_OBJECT";
    case OrderedJson::value_t::array: return "START_ARRAY";
    case OrderedJson::value_t::string: return "VALUE_STRING";
    case OrderedJson::value_t::boolean: return "VALUE_BOOLEAN";
    case OrderedJson::value_t::null: return "VALUE_NULL";
    default: return "VALUE_NUMBER";
  }
}

/// Tells whether text ended too early or holds what JSON does not, and how deep it nests. Keeps nothing.
class SyntaxCheck : public nlohmann::json_sax<OrderedJson> {
 public:
  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool start_object(std::size_t) override { return ++depth <= max_json_depth; }
  bool key(string_t&) override { return true; }
  bool end_object() override { return --depth >= 0; }
  bool start_array(std::size_t) override { return ++depth <= max_json_depth; }
  bool end_array() override { return --depth >= 0; }
  bool parse_error(std::size_t at, const std::string&, const nlohmann::detail::exception&) override {
    position = at;
    return false;
  }
  int depth = 0;
  std::size_t position = 0;  ///< Of the fault, in bytes from 1; one past the end where the text ended too early.
};

/// The body's JSON, its members in their order. The texts of a Java parser's errors are not imitated; their types are.
inline Or<OrderedJson> parse_body(const std::string& text) {
  if (text.empty()) return refuse(rest_error(400, "parse_exception", "request body is required"));
  SyntaxCheck check;
  if (!OrderedJson::sax_parse(text, &check)) {
    if (check.depth > max_json_depth)
      return refuse(rest_error(400, "json_parse_exception",
                               "the body nests deeper than " + std::to_string(max_json_depth) + " levels"));
    if (check.position > text.size()) return refuse(rest_error(400, "json_e_o_f_exception", "Unexpected end-of-input"));
    return refuse(
        rest_error(400, "json_parse_exception", "the body is not JSON at byte " + std::to_string(check.position)));
  }
  return OrderedJson::parse(text, nullptr, false);
}

/// @param top_level Whether it is the body itself, of which the position is known.
inline Or<void> expect_object(const OrderedJson& json, bool top_level) {
  if (json.is_object()) return {};
  OrderedJson more = OrderedJson::object();
  if (top_level) more = {{"line", 1}, {"col", 1}};
  return refuse(rest_error(
      400, "parsing_exception",
      "Failed to parse object: expecting token of type [START_OBJECT] but found [" + std::string{token_of(json)} + "]",
      more));
}

inline HttpResponse no_text(std::string_view token) {
  return rest_error(500, "illegal_state_exception", "Can't get text on a " + std::string{token});
}

/// Text, or the text of a number or a boolean; nothing for null.
inline Or<std::optional<std::string>> text_or_null(const OrderedJson& json) {
  if (json.is_structured()) return refuse(no_text(token_of(json)));
  if (json.is_null()) return std::optional<std::string>{};
  return json.is_string() ? json.get<std::string>() : dump(json);
}

inline Or<std::vector<std::string>> read_roles(const OrderedJson& json) {
  // The real server reads on to the next array's end without looking for its start.
  if (!json.is_array()) return refuse(no_text("END_OBJECT"));
  std::vector<std::string> roles;
  for (const OrderedJson& each : json) {
    auto role = text_or_null(each);
    if (!role) return refuse(std::move(role.error()));
    if (!*role) return refuse(no_text("VALUE_NULL"));
    roles.push_back(std::move(**role));
  }
  return roles;
}

inline Or<GivenProperties> read_properties(const OrderedJson& json) {
  if (auto object = expect_object(json, false); !object) return refuse(std::move(object.error()));
  GivenProperties properties;
  for (const auto& [key, value] : json.items()) {
    auto text = text_or_null(value);
    if (!text) return refuse(std::move(text.error()));
    properties.insert_or_assign(key, std::move(*text));
  }
  return properties;
}

/// The connector of that name among those of the real server.
inline const Connector* find_opensearch_connector(std::string_view name) {
  const Connector* connector = find_connector(name);
  return connector != nullptr && connector->in_opensearch() ? connector : nullptr;
}

inline Or<void> read_member(Body& body, const std::string& key, const OrderedJson& value, bool patch) {
  if (key == "allowedRoles") return read_roles(value).map([&](auto roles) { body.allowed_roles = std::move(roles); });
  if (key == "properties")
    return read_properties(value).map([&](auto properties) { body.properties = std::move(properties); });
  if (key == "connector" && patch) return {};  // A patch never changes it, and does not look at it.
  std::optional<std::string>* plain = key == "name"          ? &body.name
                                      : key == "description" ? &body.description
                                      : key == "resultIndex" ? &body.result_index
                                                             : nullptr;
  if (plain == nullptr && key != "connector" && key != "status")
    return refuse(illegal_argument("Unknown field: " + key));
  auto text = text_or_null(value);
  if (!text) return refuse(std::move(text.error()));
  if (plain != nullptr) {
    body.has_result_index = body.has_result_index || key == "resultIndex";
    *plain = std::move(*text);
  } else if (key == "connector") {
    body.connector = *text ? find_opensearch_connector(**text) : nullptr;
    if (*text && body.connector == nullptr)
      return refuse(illegal_argument("No DataSourceType with name " + **text + " found"));
  } else {
    body.has_status = true;
    body.status = *text ? parse_status(**text) : std::nullopt;
    if (!body.status || body.status == Status::error)
      return refuse(illegal_argument("No DataSourceStatus with text " + text->value_or("null") + " found"));
  }
  return {};
}

/// Reads what a write's body says, whichever write it is.
inline Or<Body> read_body(const std::string& text, bool patch) {
  auto json = parse_body(text);
  if (!json) return refuse(std::move(json.error()));
  if (auto object = expect_object(*json, true); !object) return refuse(std::move(object.error()));
  Body body;
  for (const auto& [key, value] : json->items()) {
    if (auto read = read_member(body, key, value, patch); !read) return refuse(std::move(read.error()));
  }
  return body;
}

}  // namespace datasource::detail::opensearch
