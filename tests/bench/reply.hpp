#pragma once

#include <cstddef>
#include <string>
#include <utility>

namespace bench {

/// Rows of the reply that is decoded: about 20 MB as compact JSON.
inline constexpr int rows = 220'000;

/// A reply to a statement in the JDBC format: a long that is no exact double, an integer, a double, a text, a timestamp
/// and a boolean that is null in every third row. `pretty`: with the white space that OpenSearch writes.
inline std::string reply(bool pretty) {
  std::string body;
  const auto add = [&](const auto&... parts) { ((body += parts), ...); };
  /// A new line, so many levels deep.
  const auto line = [&](std::size_t depth) {
    if (pretty) body.append(1, '\n').append(2 * depth, ' ');
  };
  const auto member = [&](const char* name) { add('"', name, pretty ? "\": " : "\":"); };

  body += '{';
  line(1);
  member("schema");
  body += '[';
  const char* comma = "";
  for (const auto& [name, type] : {std::pair{"id", "long"},
                                   {"n", "integer"},
                                   {"amount", "double"},
                                   {"name", "keyword"},
                                   {"at", "timestamp"},
                                   {"ok", "boolean"}}) {
    body += std::exchange(comma, ",");
    line(2);
    body += '{';
    line(3);
    member("name");
    add('"', name, "\",");
    line(3);
    member("type");
    add('"', type, '"');
    line(2);
    body += '}';
  }
  line(1);
  body += "],";
  line(1);
  member("datarows");
  body += '[';
  for (int i = 0; i < rows; ++i) {
    if (i > 0) body += ',';
    line(2);
    body += '[';
    line(3);
    add(std::to_string(9007199254740993LL + i), ',');
    line(3);
    add(std::to_string(i % 1000), ',');
    line(3);
    add(std::to_string(i * 0.37), ',');
    line(3);
    add("\"Customer number ", std::to_string(i), "\",");
    line(3);
    add("\"2024-02-29 12:34:56.789\",");
    line(3);
    body += i % 3 == 0 ? "null" : "true";
    line(2);
    body += ']';
  }
  line(1);
  body += "],";
  for (const char* name : {"total", "size"}) {
    line(1);
    member(name);
    add(std::to_string(rows), ',');
  }
  line(1);
  member("status");
  body += "200";
  line(0);
  return body + '}';
}

}  // namespace bench
