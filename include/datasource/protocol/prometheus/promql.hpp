#pragma once

#include <datasource/detail/ascii.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// Texts in Prometheus' query language. Source: prometheus.io/docs/prometheus/latest/querying/basics.
namespace datasource::protocol::prometheus {

/// A string of PromQL, in double quotes, that stands for exactly this text.
inline std::string string_literal(std::string_view text) {
  constexpr std::string_view hex = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20 || byte == 0x7F) {
      out += "\\x";
      out += hex[byte >> 4];
      out += hex[byte & 15];
    } else {
      out += c;
    }
  }
  return out += '"';
}

/// A regular expression (RE2) that exactly this text matches.
inline std::string literal_pattern(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (std::string_view{R"(\.+*?()|[]{}^$)"}.find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

/// Whether a label's name, or a metric's when `metric`, is one that every version takes unquoted.
inline bool plain_name(std::string_view name, bool metric = false) {
  if (name.empty() || datasource::detail::is_digit(name.front())) return false;
  for (const char c : name) {
    if (!datasource::detail::is_alpha(c) && !datasource::detail::is_digit(c) && c != '_' && !(metric && c == ':'))
      return false;
  }
  return true;
}

/// A condition on one label. A label that a series lacks is an empty text.
struct Matcher {
  std::string label = {};  ///< Its name.
  std::string op = "=";    ///< `=`, `!=`, `=~` or `!~`.
  std::string value = {};  ///< A text, or for the last two a regular expression for the whole of it.

  friend bool operator==(const Matcher&, const Matcher&) = default;
};

/// The selector of a metric's series: `up{job="node"}`. A name that is not plain stands among the matchers.
inline std::string selector(std::string_view metric, const std::vector<Matcher>& matchers) {
  const bool plain = plain_name(metric, true);
  std::string inner = plain ? std::string{} : "__name__=" + string_literal(metric);
  for (const Matcher& matcher : matchers) {
    if (!inner.empty()) inner += ',';
    inner += plain_name(matcher.label) ? matcher.label : string_literal(matcher.label);
    inner += matcher.op + string_literal(matcher.value);
  }
  std::string text = plain ? std::string{metric} : std::string{};
  if (!inner.empty()) text.append("{").append(inner).append("}");
  return text;
}

/// `selector[1500ms]`: all samples of that long, of which the evaluation's time is the end.
inline std::string range_selector(std::string_view selector, std::int64_t milliseconds) {
  return std::string{selector} + '[' + std::to_string(milliseconds) + "ms]";
}

/// How many samples that are, as an expression; its result is empty when there is none.
inline std::string sample_count(std::string_view selector, std::int64_t milliseconds) {
  return "sum(count_over_time(" + range_selector(selector, milliseconds) + "))";
}

}  // namespace datasource::protocol::prometheus
