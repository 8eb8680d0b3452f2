#pragma once

#include <datasource/columnar/json_cursor.hpp>
#include <datasource/detail/json.hpp>
#include <datasource/http/message.hpp>
#include <datasource/http/url.hpp>
#include <datasource/protocol/opensearch/error_json.hpp>

#include <string>
#include <string_view>
#include <utility>

/// What the builders and readers of the query routes share.
namespace datasource::protocol::detail {

using datasource::detail::Json;
using datasource::detail::OrderedJson;

inline HttpRequest json_request(std::string_view method, std::string target, const OrderedJson& body) {
  return {
      std::string{method}, std::move(target), {{"Content-Type", "application/json"}}, datasource::detail::dump(body)};
}

/// Appends `text` to a path as one segment. Errors: `invalid`, naming `field`, for a text that cannot be one.
inline Result<std::string> with_segment(std::string_view path, std::string_view text, std::string_view field) {
  // Percent-encoding leaves dots alone, and every URL parser folds these two away.
  if (text.empty() || text == "." || text == "..") {
    return fail(invalid({{std::string{field}, text.empty() ? "required" : "name_form",
                          text.empty() ? "it is missing" : "it cannot stand in a path", "give it"}}));
  }
  return std::string{path} + '/' + encode_segment(text);
}

inline bool succeeded(const HttpResponse& response) { return response.status >= 200 && response.status <= 299; }

/// The body of a success as JSON, an object. Errors: the server's own, `malformed`.
inline Result<Json> object_of(const HttpResponse& response) {
  if (!succeeded(response)) return fail(read_error(response));
  auto json = datasource::detail::parse_json(response.body, "the reply");
  if (json && !json->is_object()) return fail(ErrorKind::malformed, "the reply is not a JSON object");
  return json;
}

/// The body of a success as it came, once it is known to be one JSON object. For replies that a person reads or whose
/// shape differs by version.
inline Result<std::string> object_text(const HttpResponse& response) {
  if (!succeeded(response)) return fail(read_error(response));
  if (datasource::detail::find_invalid_utf8(response.body) != std::string_view::npos)
    return fail(ErrorKind::malformed, "the reply is not UTF-8");
  datasource::detail::JsonCursor cursor{response.body};
  std::string_view raw;
  if (cursor.peek() != '{' || !cursor.skip(raw) || !cursor.at_end())
    return fail(ErrorKind::malformed, "the reply is not a JSON object");
  return response.body;
}

/// The text of a member of the outermost object, without a tree; empty when it is absent, no text, or the body is no
/// JSON object.
inline std::string member_text(std::string_view body, std::string_view wanted) {
  datasource::detail::JsonCursor cursor{body};
  if (!cursor.take('{') || cursor.take('}')) return {};
  do {
    std::string key;
    std::string_view raw;
    if (cursor.peek() != '"' || !cursor.string(key) || !cursor.expect(':')) return {};
    if (key == wanted && cursor.peek() == '"') {
      std::string text;
      return cursor.string(text) ? text : std::string{};
    }
    if (!cursor.skip(raw)) return {};
  } while (cursor.take(','));
  return {};
}

}  // namespace datasource::protocol::detail
