#pragma once

#include <string>
#include <string_view>

namespace datasource::duckdb {

/// `text` as an SQL string literal. Standard quotes know no backslash: the quote is the only character to double.
inline std::string literal(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'') quoted += '\'';
    if (c != '\0') quoted += c;
  }
  return quoted += '\'';
}

/// `name` as a quoted SQL identifier.
inline std::string identifier(std::string_view name) {
  std::string quoted = "\"";
  for (const char c : name) {
    if (c == '"') quoted += '"';
    if (c != '\0') quoted += c;
  }
  return quoted += '"';
}

}  // namespace datasource::duckdb
