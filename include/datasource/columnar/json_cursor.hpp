#pragma once

#include <datasource/detail/ascii.hpp>
#include <datasource/detail/bytes16.hpp>
#include <datasource/detail/utf8.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace datasource::detail {

/// What a cursor and its users say of a string's bytes.
inline constexpr const char* not_utf8 = "it is not UTF-8";

/// A strict RFC 8259 reader that moves once over a body and builds no tree.
/// Every function returns false at the first fault, after `fail()` noted what and where; nothing is read past the end.
class JsonCursor {
 public:
  static constexpr int max_depth = 64;

  explicit JsonCursor(std::string_view body) : begin_{body.data()}, at_{body.data()}, end_{body.data() + body.size()} {}

  [[nodiscard]] std::size_t offset() const { return static_cast<std::size_t>(at_ - begin_); }
  [[nodiscard]] std::size_t remaining() const { return static_cast<std::size_t>(end_ - at_); }
  /// The next byte, and the way to go on elsewhere in the body.
  [[nodiscard]] const char* position() const { return at_; }
  void move_to(const char* position) { at_ = position; }
  void seek(std::size_t offset) { at_ = begin_ + offset; }
  /// Goes back to `offset` as if nothing had been wrong.
  void retry(std::size_t offset) {
    seek(offset);
    fault_.clear();
  }
  /// Goes on at the same offset of a body that has moved or become longer.
  void rebase(std::string_view body) {
    at_ = body.data() + offset();
    begin_ = body.data();
    end_ = body.data() + body.size();
  }
  [[nodiscard]] const std::string& fault() const { return fault_; }
  [[nodiscard]] std::size_t fault_offset() const { return fault_offset_; }
  [[nodiscard]] bool at_end() {
    skip_space();
    return at_ == end_;
  }

  bool fail(std::string what) { return fail_at(std::move(what), offset()); }
  bool fail_at(std::string what, std::size_t where) {
    if (fault_.empty()) {
      fault_ = std::move(what);
      fault_offset_ = where;
    }
    return false;
  }

  /// The next byte that is no white space, without taking it; 0 at the end.
  char peek() {
    skip_space();
    return at_ < end_ ? *at_ : '\0';
  }

  /// Takes `c` when it is next.
  bool take(char c) {
    if (peek() != c || at_ == end_) return false;
    ++at_;
    return true;
  }

  bool expect(char c) { return take(c) || fail(std::string{"expected '"} + c + "'"); }

  /// Takes a literal such as `null`. @pre the first byte is already known to match
  bool literal(std::string_view word) {
    if (static_cast<std::size_t>(end_ - at_) < word.size() || std::memcmp(at_, word.data(), word.size()) != 0)
      return fail("not a JSON value");
    at_ += word.size();
    return true;
  }

  /// Takes a string and appends its text to `out`.
  bool string(std::string& out) {
    if (!expect('"')) return false;
    while (true) {
      const char* run = at_;
      at_ = find_special(at_);
      const std::string_view text{run, static_cast<std::size_t>(at_ - run)};
      if (const std::size_t bad = find_invalid_utf8(text); bad != std::string_view::npos)
        return fail_at(not_utf8, static_cast<std::size_t>(run - begin_) + bad);
      out += text;
      if (at_ == end_) return fail("a string is not closed");
      const char c = *at_++;
      if (c == '"') return true;
      if (c != '\\') return fail_at("a control character stands in a string", offset() - 1);
      if (!escape(out)) return false;
    }
  }

  /// Takes a number and gives its text.
  bool number(std::string_view& token) {
    const char* start = at_;
    if (at_ < end_ && *at_ == '-') ++at_;
    if (at_ < end_ && *at_ == '0') {
      ++at_;
    } else if (!digits()) {
      return fail("not a JSON value");
    }
    if (at_ < end_ && *at_ == '.') {
      ++at_;
      if (!digits()) return fail("a number has no digits after its point");
    }
    if (at_ < end_ && (*at_ == 'e' || *at_ == 'E')) {
      ++at_;
      if (at_ < end_ && (*at_ == '+' || *at_ == '-')) ++at_;
      if (!digits()) return fail("a number has no digits in its exponent");
    }
    token = {start, static_cast<std::size_t>(at_ - start)};
    return true;
  }

  /// Takes any value and gives its bytes as they stand. O(bytes), no recursion.
  bool skip(std::string_view& raw) {
    peek();
    const char* start = at_;
    // One bit a level: 1 for an object. 64 levels fit a word.
    std::uint64_t kinds = 0;
    int depth = 0;
    while (true) {
      const char c = peek();
      if (c == '{' || c == '[') {
        if (depth == max_depth) return fail("it nests deeper than 64 levels");
        ++at_;
        kinds = kinds << 1 | (c == '{' ? 1U : 0U);
        ++depth;
        if (!take(c == '{' ? '}' : ']')) {
          if (c == '{' && !key()) return false;
          continue;
        }
        kinds >>= 1;
        --depth;
      } else if (!scalar()) {
        return false;
      }
      while (depth > 0 && !take(',')) {
        if (!expect((kinds & 1) != 0 ? '}' : ']')) return false;
        kinds >>= 1;
        --depth;
      }
      if (depth == 0) {
        raw = {start, static_cast<std::size_t>(at_ - start)};
        return true;
      }
      if ((kinds & 1) != 0 && !key()) return false;
    }
  }

 private:
  void skip_space() {
    if (at_ == end_ || static_cast<unsigned char>(*at_) > ' ') return;
    skip_spaces();
  }

  void skip_spaces() {
    while (end_ - at_ >= Bytes16::size) {
      const int visible = Bytes16{at_}.first_visible();
      at_ += visible;
      if (visible < Bytes16::size) return;
    }
    while (at_ < end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t')) ++at_;
  }

  bool digits() {
    const char* start = at_;
    while (at_ < end_ && is_digit(*at_)) ++at_;
    return at_ != start;
  }

  bool key() {
    scratch_.clear();
    return string(scratch_) && expect(':');
  }

  bool scalar() {
    switch (peek()) {
      case '"': scratch_.clear(); return string(scratch_);
      case 't': return literal("true");
      case 'f': return literal("false");
      case 'n': return literal("null");
      default: {
        std::string_view token;
        return number(token);
      }
    }
  }

  /// The first byte from `at` on that ends a run of plain text: a quote, a backslash or a control character.
  [[nodiscard]] const char* find_special(const char* at) const {
    while (end_ - at >= Bytes16::size) {
      const int special = Bytes16{at}.first_special();
      at += special;
      if (special < Bytes16::size) return at;
    }
    while (at < end_ && *at != '"' && *at != '\\' && static_cast<unsigned char>(*at) >= 0x20) ++at;
    return at;
  }

  bool hex4(std::uint32_t& value) {
    value = 0;
    if (end_ - at_ < 4) return fail("a \\u escape is cut off");
    for (int i = 0; i < 4; ++i) {
      const char c = to_lower(*at_++);
      if (is_digit(c)) {
        value = value * 16 + static_cast<std::uint32_t>(c - '0');
      } else if (c >= 'a' && c <= 'f') {
        value = value * 16 + static_cast<std::uint32_t>(c - 'a' + 10);
      } else {
        return fail_at("a \\u escape holds no hexadecimal digit", offset() - 1);
      }
    }
    return true;
  }

  bool escape(std::string& out) {
    if (at_ == end_) return fail("a string is not closed");
    switch (*at_++) {
      case '"': out += '"'; return true;
      case '\\': out += '\\'; return true;
      case '/': out += '/'; return true;
      case 'b': out += '\b'; return true;
      case 'f': out += '\f'; return true;
      case 'n': out += '\n'; return true;
      case 'r': out += '\r'; return true;
      case 't': out += '\t'; return true;
      case 'u': break;
      default: return fail_at("an escape is not known", offset() - 1);
    }
    std::uint32_t unit = 0;
    if (!hex4(unit)) return false;
    if (unit >= 0xDC00 && unit <= 0xDFFF) return fail("a \\u escape is half a surrogate pair");
    if (unit >= 0xD800 && unit <= 0xDBFF) {
      std::uint32_t low = 0;
      if (end_ - at_ < 2 || at_[0] != '\\' || at_[1] != 'u') return fail("a \\u escape is half a surrogate pair");
      at_ += 2;
      if (!hex4(low)) return false;
      if (low < 0xDC00 || low > 0xDFFF) return fail("a \\u escape is half a surrogate pair");
      unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
    }
    append_utf8(out, unit);
    return true;
  }

  const char* begin_;
  const char* at_;
  const char* end_;
  std::string scratch_;
  std::string fault_;
  std::size_t fault_offset_ = 0;
};

}  // namespace datasource::detail
