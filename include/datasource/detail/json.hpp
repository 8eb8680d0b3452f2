#pragma once

#include <datasource/model/error.hpp>

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>

namespace datasource::detail {

using Json = nlohmann::json;
/// Keeps members in the order in which they were added: replies read as the documents print them.
using OrderedJson = nlohmann::ordered_json;

/// Bodies of requests nest little; deeper text is refused before it costs a stack.
inline constexpr int max_json_depth = 32;

/// Whether text that is JSON, as far as it is, nests deeper than that.
inline bool nests_too_deep(std::string_view text) {
  int depth = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c == '\\') {
        ++i;
      } else if (c == '"') {
        quoted = false;
      }
    } else if (c == '"') {
      quoted = true;
    } else if (c == '{' || c == '[') {
      if (++depth > max_json_depth) return true;
    } else if (c == '}' || c == ']') {
      --depth;
    }
  }
  return false;
}

/// Parses a small body. `what` names it in the error: "the request body".
inline Result<Json> parse_json(std::string_view text, std::string_view what) {
  if (nests_too_deep(text))
    return fail(ErrorKind::malformed,
                std::string{what} + " nests deeper than " + std::to_string(max_json_depth) + " levels");
  Json json = Json::parse(text, nullptr, false);
  if (json.is_discarded()) return fail(ErrorKind::malformed, std::string{what} + " is not JSON");
  return json;
}

/// The text of a member, or nothing when it is absent or no string.
inline std::string text_or_empty(const Json& object, std::string_view key) {
  if (!object.is_object()) return {};
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->template get<std::string>() : std::string{};
}

/// Serialized without throwing: bytes that are not UTF-8 become U+FFFD.
template <class AnyJson>
std::string dump(const AnyJson& json) {
  return json.dump(-1, ' ', false, AnyJson::error_handler_t::replace);
}

}  // namespace datasource::detail
