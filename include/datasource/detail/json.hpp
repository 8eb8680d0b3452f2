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

/// Parses a small body. `what` names it in the error: "the request body".
inline Result<Json> parse_json(std::string_view text, std::string_view what) {
  int depth = 0;
  bool too_deep = false;
  const auto watch = [&](int level, Json::parse_event_t, Json&) {
    depth = level;
    too_deep = too_deep || level > max_json_depth;
    return !too_deep;
  };
  Json json = Json::parse(text, watch, false);
  if (too_deep)
    return fail(ErrorKind::malformed,
                std::string{what} + " nests deeper than " + std::to_string(max_json_depth) + " levels");
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
