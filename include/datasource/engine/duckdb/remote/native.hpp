#pragma once

#include <datasource/detail/ascii.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace datasource::duckdb {

/// A query in a source's own language, in a statement.
struct NativeQuery {
  std::string source = {};  ///< As written, unquoted.
  std::string table = {};   ///< What stands in its place in the text: `source.system.table`.
  std::string text = {};    ///< In the source's language.
};

/// A statement whose native queries are tables.
struct NativeStatement {
  std::string text = {};
  std::vector<NativeQuery> queries = {};
};

/// The schema that native queries are in.
inline constexpr std::string_view native_schema = "system";

namespace detail {

/// Reads SQL's tokens, as far as is needed to tell text in strings, names and comments from the rest.
class SqlScanner {
 public:
  explicit SqlScanner(std::string_view text) : text_{text} {}

  [[nodiscard]] std::size_t at() const { return at_; }
  [[nodiscard]] bool done() const { return at_ >= text_.size(); }
  void move_to(std::size_t at) { at_ = at; }

  /// Skips white space and comments.
  void skip_space() {
    while (!done()) {
      const char c = text_[at_];
      if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v') {
        ++at_;
      } else if (rest().starts_with("--")) {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (rest().starts_with("/*")) {
        skip_comment();
      } else {
        return;
      }
    }
  }

  /// Skips one token: a string, a name, a word, or a character.
  void skip_token() {
    const char c = text_[at_];
    if (c == '\'' || c == '"') {
      (void)quoted(c);
    } else if (c == '$') {
      skip_dollars();
    } else if (is_word(c)) {
      const std::string_view word = bare_word();
      // An escape string knows backslashes.
      if (word.size() == 1 && datasource::detail::to_lower(word[0]) == 'e' && !done() && text_[at_] == '\'')
        skip_escape_string();
    } else {
      ++at_;
    }
  }

  /// Takes a word, in any case.
  bool word(std::string_view expected) {
    skip_space();
    const std::size_t before = at_;
    if (!done() && is_word(text_[at_]) && datasource::detail::iequals(bare_word(), expected)) return true;
    at_ = before;
    return false;
  }

  bool symbol(std::string_view expected) {
    skip_space();
    if (!rest().starts_with(expected)) return false;
    at_ += expected.size();
    return true;
  }

  /// Takes a name, quoted or not.
  std::optional<std::string> name() {
    skip_space();
    if (done()) return std::nullopt;
    if (text_[at_] == '"') return quoted('"');
    if (!is_word(text_[at_]) || datasource::detail::is_digit(text_[at_])) return std::nullopt;
    return std::string{bare_word()};
  }

  /// Takes a string literal.
  std::optional<std::string> string() {
    skip_space();
    if (done()) return std::nullopt;
    if (text_[at_] == '\'') return quoted('\'');
    if (text_[at_] != '$') return std::nullopt;
    const std::size_t begin = at_;
    const std::size_t tag = tag_size();
    if (tag == 0) return std::nullopt;
    skip_dollars();
    if (at_ - begin < 2 * tag) return std::nullopt;
    return std::string{text_.substr(begin + tag, at_ - begin - 2 * tag)};
  }

 private:
  [[nodiscard]] std::string_view rest() const { return text_.substr(std::min(at_, text_.size())); }

  static bool is_word(char c) {
    return datasource::detail::is_alpha(c) || datasource::detail::is_digit(c) || c == '_' ||
           static_cast<unsigned char>(c) >= 0x80;
  }

  std::string_view bare_word() {
    const std::size_t begin = at_;
    while (!done() && is_word(text_[at_])) ++at_;
    return text_.substr(begin, at_ - begin);
  }

  /// A text in quotes that are doubled in it; nothing when it does not end.
  std::optional<std::string> quoted(char quote) {
    std::string value;
    for (++at_; !done(); ++at_) {
      if (text_[at_] == quote) {
        if (at_ + 1 >= text_.size() || text_[at_ + 1] != quote) {
          ++at_;
          return value;
        }
        ++at_;
      }
      value += text_[at_];
    }
    return std::nullopt;
  }

  void skip_escape_string() {
    for (++at_; !done(); ++at_) {
      if (text_[at_] == '\\') {
        ++at_;
      } else if (text_[at_] == '\'') {
        ++at_;
        return;
      }
    }
  }

  void skip_comment() {
    int depth = 0;
    while (!done()) {
      if (rest().starts_with("/*")) {
        ++depth;
        at_ += 2;
      } else if (rest().starts_with("*/")) {
        at_ += 2;
        if (--depth == 0) return;
      } else {
        ++at_;
      }
    }
  }

  /// The size of `$tag$` here; 0 when there is none.
  [[nodiscard]] std::size_t tag_size() const {
    std::size_t end = at_ + 1;
    while (end < text_.size() && is_word(text_[end])) ++end;
    const bool number = end > at_ + 1 && datasource::detail::is_digit(text_[at_ + 1]);
    return end < text_.size() && text_[end] == '$' && !number ? end + 1 - at_ : 0;
  }

  void skip_dollars() {
    const std::size_t size = tag_size();
    if (size == 0) {
      ++at_;
      return;
    }
    const std::string_view tag = text_.substr(at_, size);
    const std::size_t end = text_.find(tag, at_ + size);
    at_ = end == std::string_view::npos ? text_.size() : end + size;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

/// `TABLE(source.system.query(query => '…'))` from here on.
inline std::optional<NativeQuery> take_native(SqlScanner& scanner) {
  NativeQuery query;
  if (!scanner.word("table") || !scanner.symbol("(")) return std::nullopt;
  auto source = scanner.name();
  if (!source || !scanner.symbol(".") || !scanner.word(native_schema) || !scanner.symbol(".") ||
      !scanner.word("query") || !scanner.symbol("(")) {
    return std::nullopt;
  }
  query.source = std::move(*source);
  if (scanner.word("query") && !scanner.symbol("=>") && !scanner.symbol(":=")) return std::nullopt;
  auto text = scanner.string();
  if (!text || !scanner.symbol(")") || !scanner.symbol(")")) return std::nullopt;
  query.text = std::move(*text);
  return query;
}

}  // namespace detail

/// Puts a table in the place of every `TABLE(source.system.query(query => '…'))`, the spelling of Trino, for a parser
/// that does not know it. All else stays as it is, to the byte. O(length).
inline NativeStatement take_native_queries(std::string_view text) {
  NativeStatement statement;
  std::size_t copied = 0;
  detail::SqlScanner scanner{text};
  for (scanner.skip_space(); !scanner.done(); scanner.skip_space()) {
    const std::size_t begin = scanner.at();
    auto query = detail::take_native(scanner);
    if (!query) {
      scanner.move_to(begin);
      scanner.skip_token();
      continue;
    }
    query->table = "query:" + std::to_string(statement.queries.size() + 1);
    statement.text += text.substr(copied, begin - copied);
    std::string name = "\"";
    for (const char c : query->source) name.append(c == '"' ? 2 : 1, c);
    statement.text += name + "\"." + std::string{native_schema} + ".\"" + query->table + "\"";
    copied = scanner.at();
    statement.queries.push_back(std::move(*query));
  }
  statement.text += text.substr(copied);
  return statement;
}

}  // namespace datasource::duckdb
