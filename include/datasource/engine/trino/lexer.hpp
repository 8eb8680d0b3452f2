#pragma once

#include <datasource/detail/ascii.hpp>
#include <datasource/detail/utf8.hpp>
#include <datasource/model/error.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace datasource::trino {

/// A piece of a statement, as Trino's own grammar divides it.
struct Token {
  /// What it is.
  enum class Kind { word, quoted, text, number, parameter, symbol };
  Kind kind = Kind::symbol;  ///< Of words, also keywords.
  std::size_t begin = 0;     ///< In the statement, in bytes.
  std::size_t end = 0;       ///< Behind its last byte.
  std::string value = {};    ///< Words as written; quoted names without quotes; symbols as they are; of others nothing.

  /// Whether it is that keyword, in any case.
  [[nodiscard]] bool is(std::string_view word) const {
    return kind == Kind::word && datasource::detail::iequals(value, word);
  }
  /// Whether it is that character.
  [[nodiscard]] bool is(char c) const { return kind == Kind::symbol && value.size() == 1 && value[0] == c; }
  /// Whether it may name something.
  [[nodiscard]] bool name() const { return kind == Kind::word || kind == Kind::quoted; }
};

namespace detail {

inline Error refusal(std::string message) {
  return {.kind = ErrorKind::forbidden,
          .message = std::move(message),
          .status = 403,
          .type = "StatementNotAllowedException"};
}

inline Error parse_error(std::string message) {
  return {.kind = ErrorKind::invalid, .message = std::move(message), .status = 400, .type = "SQLParseException"};
}

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_{text} {}

  Result<std::vector<Token>> run() {
    if (text_.find('\0') != std::string_view::npos)
      return fail(parse_error("the statement holds a NUL character; remove it"));
    if (datasource::detail::find_invalid_utf8(text_) != std::string_view::npos)
      return fail(parse_error("the statement is not UTF-8"));
    while (skip_blank()) {
      if (auto error = take()) return fail(std::move(*error));
    }
    if (unclosed_comment_) return fail(parse_error("a comment is not closed; end it with */"));
    return std::move(tokens_);
  }

 private:
  using Kind = Token::Kind;

  static bool begins_word(char c) { return datasource::detail::is_alpha(c) || c == '_'; }
  static bool continues_word(char c) { return begins_word(c) || datasource::detail::is_digit(c); }

  /// White space and comments; these do not nest in Trino.
  bool skip_blank() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
        ++at_;
      } else if (text_.substr(at_, 2) == "--") {
        while (at_ < text_.size() && text_[at_] != '\n' && text_[at_] != '\r') ++at_;
      } else if (text_.substr(at_, 2) == "/*") {
        const std::size_t end = text_.find("*/", at_ + 2);
        unclosed_comment_ = end == std::string_view::npos;
        at_ = unclosed_comment_ ? text_.size() : end + 2;
      } else {
        return true;
      }
    }
    return false;
  }

  std::optional<Error> take() {
    const char c = text_[at_];
    const std::size_t begin = at_;
    if (begins_word(c)) {
      while (at_ < text_.size() && continues_word(text_[at_])) ++at_;
      // U&'…' and U&"…" spell characters by number: a name that is not what it looks like.
      if (at_ - begin == 1 && (c == 'U' || c == 'u') && text_.substr(at_, 1) == "&")
        return refusal("U& texts and names are not allowed; write the characters themselves");
      add(Kind::word, begin, std::string{text_.substr(begin, at_ - begin)});
    } else if (c == '"' || c == '\'') {
      std::string value;
      ++at_;
      while (true) {
        const std::size_t quote = text_.find(c, at_);
        if (quote == std::string_view::npos)
          return parse_error(c == '"' ? "a quoted name is not closed; end it with \""
                                      : "a text is not closed; end it with '");
        value += text_.substr(at_, quote - at_);
        at_ = quote + 1;
        if (text_.substr(at_, 1) != std::string_view{&c, 1}) break;
        value += c;
        ++at_;
      }
      if (c == '\'') value.clear();
      add(c == '"' ? Kind::quoted : Kind::text, begin, std::move(value));
    } else if (datasource::detail::is_digit(c)) {
      take_number();
      add(Kind::number, begin, {});
    } else if (c == '?') {
      ++at_;
      add(Kind::parameter, begin, {});
    } else if (c == '`' || static_cast<unsigned char>(c) >= 0x80) {
      return parse_error("a name with other characters than letters, digits and _ is quoted: \"my-source\".table");
    } else {
      ++at_;
      add(Kind::symbol, begin, std::string{c});
    }
    return std::nullopt;
  }

  /// `1.from t` is the number `1.` and the word FROM.
  void take_number() {
    const auto digits = [&] {
      while (at_ < text_.size() && (datasource::detail::is_digit(text_[at_]) || text_[at_] == '_')) ++at_;
    };
    const auto exponent = [&] {
      const std::size_t sign = at_ + 1 < text_.size() && (text_[at_ + 1] == '+' || text_[at_ + 1] == '-') ? 1 : 0;
      const bool is_one = at_ < text_.size() && datasource::detail::to_lower(text_[at_]) == 'e' &&
                          at_ + 1 + sign < text_.size() && datasource::detail::is_digit(text_[at_ + 1 + sign]);
      if (!is_one) return;
      at_ += 1 + sign;
      digits();
    };
    const char second = at_ + 1 < text_.size() ? datasource::detail::to_lower(text_[at_ + 1]) : ' ';
    if (text_[at_] == '0' && (second == 'x' || second == 'o' || second == 'b')) {
      while (at_ < text_.size() && continues_word(text_[at_])) ++at_;
      return;
    }
    digits();
    if (at_ < text_.size() && text_[at_] == '.') {
      ++at_;
      digits();
    }
    exponent();
  }

  void add(Kind kind, std::size_t begin, std::string value) { tokens_.push_back({kind, begin, at_, std::move(value)}); }

  std::string_view text_;
  std::size_t at_ = 0;
  bool unclosed_comment_ = false;
  std::vector<Token> tokens_;
};

}  // namespace detail

/// Divides a statement into tokens, without comments. O(length). Errors: `invalid` for what is not closed, `forbidden`
/// for names that are spelled by numbers.
inline Result<std::vector<Token>> tokens_of(std::string_view text) { return detail::Lexer{text}.run(); }

}  // namespace datasource::trino
