#pragma once

#include <datasource/detail/ascii.hpp>
#include <datasource/model/error.hpp>

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>

namespace datasource::protocol::snowflake {

namespace detail {

/// Words that no statement which only reads needs outside of quotes. As names they can stand in double quotes.
inline constexpr std::string_view writing_words[] = {
    "ALTER",   "BEGIN",    "CALL",   "COMMIT",   "COPY",   "CREATE",  "DECLARE",   "DELETE", "DROP",
    "EXECUTE", "GRANT",    "INSERT", "INTO",     "MERGE",  "NEXTVAL", "PROCEDURE", "PUT",    "REMOVE",
    "REVOKE",  "ROLLBACK", "SET",    "TRUNCATE", "UNDROP", "UNSET",   "UPDATE",    "USE"};

/// Finds the words of a statement that stand outside of strings, quoted names and comments.
class WordReader {
 public:
  explicit WordReader(std::string_view text) : text_{text} {}

  /// The next word in upper case, `;` for one, or empty at the end. Empty with `broken()` where something is not
  /// closed.
  std::string next() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (datasource::detail::is_alpha(c) || c == '_' || static_cast<unsigned char>(c) >= 0x80) return word();
      if (c == ';') {
        ++at_;
        return ";";
      }
      if (starts("--") || starts("//")) {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (starts("/*")) {
        skip_past("*/", 2);
      } else if (starts("$$")) {
        skip_past("$$", 2);
      } else if (c == '\'') {
        skip_string();
      } else if (c == '"') {
        skip_past("\"", 1);
      } else if (datasource::detail::is_digit(c)) {
        number();
      } else {
        ++at_;
      }
    }
    return {};
  }

  [[nodiscard]] bool broken() const { return broken_; }

 private:
  [[nodiscard]] bool starts(std::string_view with) const { return text_.substr(at_).starts_with(with); }

  static bool part_of_word(char c) {
    return datasource::detail::is_alpha(c) || datasource::detail::is_digit(c) || c == '_' || c == '$' ||
           static_cast<unsigned char>(c) >= 0x80;
  }

  std::string word() {
    const std::size_t start = at_;
    while (at_ < text_.size() && part_of_word(text_[at_])) ++at_;
    return datasource::detail::to_upper(text_.substr(start, at_ - start));
  }

  /// Digits alone: what follows them may be a word.
  void number() {
    while (at_ < text_.size() && datasource::detail::is_digit(text_[at_])) ++at_;
  }

  void skip_past(std::string_view end, std::size_t opening) {
    const std::size_t found = text_.find(end, at_ + opening);
    broken_ = broken_ || found == std::string_view::npos;
    at_ = found == std::string_view::npos ? text_.size() : found + end.size();
  }

  /// A doubled quote ends one string and begins the next, which comes to the same.
  void skip_string() {
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] == '\\') {
        ++at_;
      } else if (text_[at_] == '\'') {
        ++at_;
        return;
      }
    }
    broken_ = true;
    at_ = text_.size();
  }

  std::string_view text_;
  std::size_t at_ = 0;
  bool broken_ = false;
};

}  // namespace detail

/// Whether a text is one statement that only reads, as far as can be told without Snowflake: SELECT, WITH, SHOW or
/// DESCRIBE, with no word of a statement that writes outside of strings, quoted names and comments, and no system
/// function. It refuses more than it must. A role that may only read is what keeps functions of an account's own from
/// writing.
/// Errors: `unsupported`, with the word at fault and what to do.
inline Result<void> check_reading(std::string_view text) {
  const auto refuse = [](const std::string& why) {
    return fail(ErrorKind::unsupported, "only a statement that reads may run here: " + why);
  };
  detail::WordReader reader{text};
  const std::string first = reader.next();
  constexpr std::string_view allowed[] = {"SELECT", "WITH", "SHOW", "DESCRIBE", "DESC"};
  if (std::find(std::begin(allowed), std::end(allowed), first) == std::end(allowed))
    return refuse("begin it with SELECT, WITH, SHOW or DESCRIBE");
  for (std::string word = reader.next(); !word.empty(); word = reader.next()) {
    if (word == ";") {
      if (!reader.next().empty() || reader.broken()) return refuse("there is more than one statement");
      break;
    }
    if (word.starts_with("SYSTEM$")) return refuse("system functions such as " + word + " are not allowed");
    if (std::find(std::begin(detail::writing_words), std::end(detail::writing_words), word) !=
        std::end(detail::writing_words))
      return refuse(word + " is not allowed; write it in double quotes where it is a name");
  }
  if (reader.broken()) return refuse("a string, a quoted name or a comment is not closed");
  return {};
}

}  // namespace datasource::protocol::snowflake
