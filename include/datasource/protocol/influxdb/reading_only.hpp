#pragma once

#include <datasource/detail/ascii.hpp>

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>

/// Whether a text in one of InfluxDB's languages can do anything but read. In doubt it can: a text is refused when it
/// might be read in more than one way.
namespace datasource::protocol::influxdb {

namespace detail {

inline bool is_word(char c) { return datasource::detail::is_alpha(c) || datasource::detail::is_digit(c) || c == '_'; }

/// Calls `found` with each word of the text, in lower case, and where it ends; stops at its first false.
template <class Found>
bool for_words(std::string_view text, Found&& found) {
  for (std::size_t at = 0; at < text.size();) {
    if (!is_word(text[at])) {
      ++at;
      continue;
    }
    const std::size_t begin = at;
    while (at < text.size() && is_word(text[at])) ++at;
    if (!found(datasource::detail::to_lower(text.substr(begin, at - begin)), at)) return false;
  }
  return true;
}

inline std::string first_word(std::string_view text) {
  std::string word;
  for_words(text, [&](std::string each, std::size_t end) {
    const std::string_view before = text.substr(0, end - each.size());
    if (before.find_first_not_of(" \t\r\n(") == std::string_view::npos) word = std::move(each);
    return false;
  });
  return word;
}

inline bool one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

inline std::string_view trimmed(std::string_view text) {
  while (!text.empty() && std::string_view{" \t\r\n;"}.find(text.back()) != std::string_view::npos)
    text.remove_suffix(1);
  return text;
}

/// The text with what stands in quotes taken out; empty when a quote is not closed. A backslash takes the next
/// character as it is.
inline std::string outside_quotes(std::string_view text) {
  std::string out;
  char quote = '\0';
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quote == '\0') {
      out += c;
      if (c == '"' || c == '\'') quote = c;
    } else if (c == '\\') {
      ++i;
    } else if (c == quote) {
      out += c;
      quote = '\0';
    }
  }
  return quote == '\0' ? out : std::string{};
}

}  // namespace detail

/// What keeps a text from being one statement of InfluxQL that only reads, for people; empty when it is one.
inline std::string influxql_problem(std::string_view text) {
  text = detail::trimmed(text);
  if (!detail::one_of(detail::first_word(text), {"select", "show", "explain"}))
    return "only SELECT, SHOW and EXPLAIN are run; write one of them";
  const auto suspicious = [](std::string_view part) {
    return part.find(';') != std::string_view::npos ||
           !detail::for_words(part, [](const std::string& word, std::size_t) { return word != "into"; });
  };
  if (!suspicious(text)) return {};
  // A regular expression or a comment may hold a quote that is none, and so hide the rest.
  const std::string outside = detail::outside_quotes(text);
  const bool clear =
      !outside.empty() && outside.find('/') == std::string::npos && outside.find("--") == std::string::npos;
  if (clear && !suspicious(outside)) return {};
  return clear ? "INTO and a second statement are not run; leave them out"
               : "the word INTO or a semicolon stands in a text with a slash or a comment, which may hide a second "
                 "statement; leave one of the two out";
}

/// What keeps a text from being Flux that only reads, for people; empty when it is. Packages are those that reach
/// nothing but the server's own data.
inline std::string flux_problem(std::string_view text) {
  std::string problem;
  detail::for_words(text, [&](const std::string& word, std::size_t end) {
    std::string_view rest = text.substr(end);
    rest.remove_prefix(std::min(rest.find_first_not_of(" \t\r\n"), rest.size()));
    if (word == "to" && !rest.starts_with(':')) {
      problem = "the function to() writes; the word \"to\" may stand in a query only as the name of an argument";
    } else if (word == "import") {
      while (!rest.empty() && detail::is_word(rest.front())) rest.remove_prefix(1);  // another name for it
      rest.remove_prefix(std::min(rest.find_first_not_of(" \t\r\n"), rest.size()));
      const std::string_view name = rest.substr(std::min<std::size_t>(1, rest.size()));
      if (!rest.starts_with('"') ||
          !detail::one_of(name.substr(0, name.find('"')),
                          {"array", "date", "dict", "experimental/aggregate", "experimental/query", "generate",
                           "influxdata/influxdb/schema", "interpolate", "join", "json", "math", "regexp", "sampledata",
                           "strings", "system", "timezone", "types"}))
        problem =
            "the package may reach more than the server's data; import only such as strings, math, date, regexp, "
            "join, array, types and influxdata/influxdb/schema";
    }
    return problem.empty();
  });
  return problem;
}

/// What keeps a text from being SQL that only reads, for people; empty when it does.
inline std::string sql_problem(std::string_view text) {
  if (!detail::one_of(detail::first_word(text), {"select", "with", "show", "explain", "describe", "values"}))
    return "only SELECT, WITH, SHOW, EXPLAIN, DESCRIBE and VALUES are run; write one of them";
  return {};
}

}  // namespace datasource::protocol::influxdb
