#pragma once

#include <datasource/detail/ascii.hpp>

#include <cstddef>
#include <string>
#include <string_view>

/// Names and texts in the languages of InfluxDB, so that none of them ends where it should not.
namespace datasource::protocol::influxdb {

namespace detail {

inline std::string escaped(std::string_view text, char quote) {
  std::string out{quote};
  for (const char c : text) {
    if (c == quote || c == '\\') out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
  return out += quote;
}

inline std::string doubled(std::string_view text, char quote) {
  std::string out{quote};
  for (const char c : text) {
    if (c == quote) out += quote;
    out += c;
  }
  return out += quote;
}

}  // namespace detail

/// A name in InfluxQL: `"cpu"`.
inline std::string influxql_name(std::string_view name) { return detail::escaped(name, '"'); }
/// A text in InfluxQL: `'a'`.
inline std::string influxql_text(std::string_view text) { return detail::escaped(text, '\''); }

/// A text in Flux: `"a"`. No `${` begins an interpolation in it.
inline std::string flux_text(std::string_view text) {
  std::string out{'"'};
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"' || c == '\\' || (c == '$' && i + 1 < text.size() && text[i + 1] == '{')) out += '\\';
    switch (c) {
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      default: out += c;
    }
  }
  return out += '"';
}

/// A name in SQL: `"cpu"`.
inline std::string sql_name(std::string_view name) { return detail::doubled(name, '"'); }
/// A text in SQL: `'a'`.
inline std::string sql_text(std::string_view text) { return detail::doubled(text, '\''); }

/// A regular expression between slashes, of InfluxQL and Flux, for texts that begin with this one.
inline std::string prefix_pattern(std::string_view text) {
  std::string out = "/^";
  constexpr std::string_view hex = "0123456789abcdef";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || c == '/') {  // a slash would end it, and not every version takes one that is escaped
      out += "\\x";
      out += hex[byte >> 4];
      out += hex[byte & 15];
    } else {
      if (std::string_view{R"(\.+*?()|[]{}^$)"}.find(c) != std::string_view::npos) out += '\\';
      out += c;
    }
  }
  return out += '/';
}

}  // namespace datasource::protocol::influxdb
