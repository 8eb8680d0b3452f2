#pragma once

#include <datasource/detail/utf8.hpp>
#include <datasource/engine/remote/mongodb/handles.hpp>

#include <charconv>
#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>

/// BSON as relaxed extended JSON, without spaces. Source: MongoDB Extended JSON (v2), relaxed format.
namespace datasource::remote::mongo {

/// Appends a JSON string. Bytes that are no UTF-8 become U+FFFD, since JSON cannot hold them.
inline void append_json_string(std::string& out, std::string_view text) {
  constexpr std::string_view hex = "0123456789abcdef";
  std::string mended;
  for (std::size_t bad = datasource::detail::find_invalid_utf8(text); bad != std::string_view::npos;
       bad = datasource::detail::find_invalid_utf8(text)) {
    mended.append(text.substr(0, bad)).append("\xEF\xBF\xBD");
    text.remove_prefix(bad + 1);
  }
  if (!mended.empty()) text = mended.append(text);
  out += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out.append({'\\', c});
    } else if (c == '\n') {
      out += "\\n";
    } else if (byte < 0x20) {
      out.append("\\u00").append({hex[byte >> 4], hex[byte & 15]});
    } else {
      out += c;
    }
  }
  out += '"';
}

/// Levels of nesting that are written; MongoDB itself takes 100.
inline constexpr int most_levels = 200;

/// Appends the value as JSON.
inline void append_json(std::string& out, const bson_iter_t& at, int level = 0);

namespace detail {

template <class Number>
void append_number(std::string& out, Number value) {
  char digits[32];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
}

inline void append_members(std::string& out, const bson_iter_t& at, bool keys, int level) {
  if (level > most_levels) return append_json_string(out, "nested too deep");
  out += keys ? '{' : '[';
  if (auto members = members_of(at)) {
    const char* separator = "";
    while (bson_iter_next(&*members)) {
      out += separator;
      separator = ",";
      if (keys) {
        append_json_string(out, key_of(*members));
        out += ':';
      }
      append_json(out, *members, level + 1);
    }
  }
  out += keys ? '}' : ']';
}

/// What has a notation of its own in extended JSON, by libbson.
inline void append_special(std::string& out, const bson_iter_t& at) {
  const Document wrapped;
  bson_append_iter(wrapped.get(), "v", 1, &at);
  std::size_t length = 0;
  char* const json = bson_as_relaxed_extended_json(wrapped.get(), &length);
  std::string_view text{json == nullptr ? "{ \"v\" : null }" : json};
  // `{ "v" : … }`
  text.remove_prefix(std::string_view{"{ \"v\" : "}.size());
  text.remove_suffix(2);
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') quoted = !quoted;
    if (quoted && text[i] == '\\' && i + 1 < text.size()) out += text[i++];
    if (quoted || text[i] != ' ') out += text[i];
  }
  bson_free(json);
}

}  // namespace detail

inline void append_json(std::string& out, const bson_iter_t& at, int level) {
  switch (bson_iter_type(&at)) {
    case BSON_TYPE_UTF8: return append_json_string(out, text_of(at));
    case BSON_TYPE_INT32: return detail::append_number(out, bson_iter_int32(&at));
    case BSON_TYPE_INT64: return detail::append_number(out, bson_iter_int64(&at));
    case BSON_TYPE_BOOL: out += bson_iter_bool(&at) ? "true" : "false"; return;
    case BSON_TYPE_NULL: out += "null"; return;
    case BSON_TYPE_DOCUMENT: return detail::append_members(out, at, true, level);
    case BSON_TYPE_ARRAY: return detail::append_members(out, at, false, level);
    case BSON_TYPE_DOUBLE: {
      const double value = bson_iter_double(&at);
      if (!std::isfinite(value)) return detail::append_special(out, at);
      const std::size_t begin = out.size();
      detail::append_number(out, value);
      if (out.find_first_of(".e", begin) == std::string::npos) out += ".0";  // a double stays one
      return;
    }
    default: return detail::append_special(out, at);
  }
}

/// The whole document as JSON.
inline std::string to_json(const bson_t& document) {
  std::string out = "{";
  bson_iter_t at;
  if (bson_iter_init(&at, &document)) {
    while (bson_iter_next(&at)) {
      if (out.size() > 1) out += ',';
      append_json_string(out, key_of(at));
      out += ':';
      append_json(out, at);
    }
  }
  return out + '}';
}

}  // namespace datasource::remote::mongo
