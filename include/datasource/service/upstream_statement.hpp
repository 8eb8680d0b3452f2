#pragma once

#include <datasource/detail/ascii.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace datasource {

/// What a statement names, as far as can be told without parsing it.
struct StatementNames {
  bool reads = false;                        ///< Whether it has a FROM, or describes tables.
  std::vector<std::string> qualifiers = {};  ///< The first parts of names with dots that stand where tables may.
};

namespace detail {

/// Takes the tokens of a statement: words, quoted names, and single characters. Texts and comments are left out.
class StatementTokens {
 public:
  struct Token {
    std::string text;
    bool name = false;  ///< A word or a quoted name.
    bool quoted = false;
  };

  explicit StatementTokens(std::string_view text) : text_{text} {}

  /// False at the end.
  bool next(Token& token) {
    skip();
    if (at_ >= text_.size()) return false;
    const char c = text_[at_];
    token = {};
    if (c == '"' || c == '`') {
      token.name = token.quoted = true;
      ++at_;
      while (at_ < text_.size()) {
        if (text_[at_] == c && (at_ + 1 >= text_.size() || text_[at_ + 1] != c)) break;
        if (text_[at_] == c) ++at_;
        token.text += text_[at_++];
      }
      ++at_;
    } else if (is_word(c)) {
      token.name = true;
      while (at_ < text_.size() && is_word(text_[at_])) token.text += text_[at_++];
    } else {
      token.text = c;
      ++at_;
    }
    return true;
  }

 private:
  static bool is_word(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '@' ||
           static_cast<unsigned char>(c) >= 0x80;
  }

  void skip() {
    while (at_ < text_.size()) {
      const std::string_view rest = text_.substr(at_);
      if (rest.starts_with("--")) {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (rest.starts_with("/*")) {
        const std::size_t end = text_.find("*/", at_ + 2);
        at_ = end == std::string_view::npos ? text_.size() : end + 2;
      } else if (rest[0] == '\'') {
        at_ = std::min(text_.find('\'', at_ + 1), text_.size() - 1) + 1;  // a doubled quote begins the rest of the text
      } else if (static_cast<unsigned char>(rest[0]) <= ' ') {
        ++at_;
      } else {
        return;
      }
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace detail

/// The names of a statement. O(length).
inline StatementNames names_of(std::string_view statement) {
  detail::StatementTokens tokens{statement};
  detail::StatementTokens::Token token;
  StatementNames names;
  bool at_table = false, first = true;
  std::string candidate;
  bool has_candidate = false;
  while (tokens.next(token)) {
    if (has_candidate && token.text == "." && !token.name) names.qualifiers.push_back(candidate);
    has_candidate = at_table && token.name;
    if (has_candidate) candidate = token.text;
    const auto is = [&](std::string_view word) { return !token.quoted && detail::iequals(token.text, word); };
    if (is("from") || (first && (is("describe") || is("show")))) names.reads = true;
    at_table = is("from") || is("join") || is(",") || (at_table && (is("(") || is("table") || is("lateral")));
    first = false;
  }
  return names;
}

}  // namespace datasource
