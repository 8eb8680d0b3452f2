#pragma once

#include <datasource/detail/ascii.hpp>
#include <datasource/detail/utf8.hpp>

#include <string_view>

namespace datasource::duckdb {

namespace detail {

/// A recursive-descent check of RFC 8259 that keeps nothing.
class JsonTextCheck {
 public:
  explicit JsonTextCheck(std::string_view text) : at_{text.data()}, end_{text.data() + text.size()} {}

  bool whole() { return value(0) && (skip_space(), at_ == end_); }

 private:
  static constexpr int max_depth = 60;  // the reply adds levels of its own, and readers allow 64

  bool value(int depth) {
    skip_space();
    if (at_ == end_ || depth > max_depth) return false;
    switch (*at_) {
      case '{': return members(depth, '}', true);
      case '[': return members(depth, ']', false);
      case '"': return string();
      case 't': return word("true");
      case 'f': return word("false");
      case 'n': return word("null");
      default: return number();
    }
  }

  bool members(int depth, char close, bool keyed) {
    ++at_;
    skip_space();
    if (take(close)) return true;
    do {
      if (keyed) {
        skip_space();
        if (at_ == end_ || *at_ != '"' || !string()) return false;
        skip_space();
        if (!take(':')) return false;
      }
      if (!value(depth + 1)) return false;
      skip_space();
    } while (take(','));
    return take(close);
  }

  bool string() {
    for (++at_; at_ != end_; ++at_) {
      if (*at_ == '"') return ++at_, true;
      if (static_cast<unsigned char>(*at_) < 0x20) return false;
      if (*at_ != '\\') continue;
      if (++at_ == end_) return false;
      if (*at_ == 'u') {
        for (int i = 0; i < 4; ++i) {
          if (++at_ == end_ || !is_hex(*at_)) return false;
        }
      } else if (std::string_view{"\"\\/bfnrt"}.find(*at_) == std::string_view::npos) {
        return false;
      }
    }
    return false;
  }

  bool number() {
    take('-');
    if (take('0')) {
      if (at_ != end_ && datasource::detail::is_digit(*at_)) return false;
    } else if (!digits()) {
      return false;
    }
    if (take('.') && !digits()) return false;
    if (take('e') || take('E')) {
      if (!take('+')) take('-');
      return digits();
    }
    return true;
  }

  bool digits() {
    const char* const begin = at_;
    while (at_ != end_ && datasource::detail::is_digit(*at_)) ++at_;
    return at_ != begin;
  }

  bool word(std::string_view expected) {
    if (std::string_view{at_, static_cast<std::size_t>(end_ - at_)}.substr(0, expected.size()) != expected)
      return false;
    at_ += expected.size();
    return true;
  }

  bool take(char c) {
    if (at_ == end_ || *at_ != c) return false;
    ++at_;
    return true;
  }

  void skip_space() {
    while (at_ != end_ && (*at_ == ' ' || *at_ == '\t' || *at_ == '\n' || *at_ == '\r')) ++at_;
  }

  static bool is_hex(char c) {
    const char lower = datasource::detail::to_lower(c);
    return datasource::detail::is_digit(c) || (lower >= 'a' && lower <= 'f');
  }

  const char* at_;
  const char* end_;
};

}  // namespace detail

/// Whether `text` is one JSON value that can stand in a reply as it is. O(n).
inline bool is_json_text(std::string_view text) {
  return datasource::detail::find_invalid_utf8(text) == std::string_view::npos && detail::JsonTextCheck{text}.whole();
}

}  // namespace datasource::duckdb
