#pragma once

#include <datasource/detail/ascii.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

/// Native T-SQL: one statement that only reads.
namespace datasource::remote::sqlserver {

namespace detail {

/// Words that stand in no statement that only reads the database at hand; as names they are written in brackets.
inline constexpr std::string_view refused_words[] = {
    "alter",      "backup",  "begin",   "bulk",      "checkpoint",  "close",     "commit",         "conversation",
    "create",     "dbcc",    "receive", "send",      "setuser",     "signature", "trigger",        "deallocate",
    "declare",    "delete",  "deny",    "drop",      "exec",        "execute",   "fetch",          "go",
    "goto",       "grant",   "insert",  "into",      "kill",        "merge",     "opendatasource", "openquery",
    "openrowset", "openxml", "print",   "raiserror", "reconfigure", "restore",   "revert",         "revoke",
    "rollback",   "save",    "set",     "shutdown",  "throw",       "truncate",  "update",         "updatetext",
    "use",        "waitfor", "while",   "writetext"};

}  // namespace detail

/// What is wrong with a native statement: empty when it is one SELECT, with or without WITH. Conservative: what it
/// refuses may be harmless.
inline std::string native_problem(std::string_view sql) {
  const auto is_word = [](char c) {
    return datasource::detail::is_alpha(c) || datasource::detail::is_digit(c) || c == '_' || c == '@' || c == '#' ||
           c == '$' || static_cast<unsigned char>(c) >= 0x80;
  };
  bool first = true, ended = false;
  std::string before;
  for (std::size_t i = 0; i < sql.size();) {
    const char c = sql[i];
    if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
      ++i;
      continue;
    }
    if (sql.substr(i, 2) == "--") {
      i = std::min(sql.find('\n', i), sql.size());
      continue;
    }
    if (sql.substr(i, 2) == "/*") {
      int depth = 0;  // T-SQL's comments nest
      do {
        const std::string_view two = sql.substr(i, 2);
        if (two.size() < 2) return "a comment does not end";
        depth += two == "/*" ? 1 : two == "*/" ? -1 : 0;
        i += two == "/*" || two == "*/" ? 2 : 1;
      } while (depth > 0);
      continue;
    }
    if (ended) return "it has more than one statement; write one SELECT";
    if (c == ';') {
      ended = true;
      ++i;
      continue;
    }
    if (c == '\'' || c == '"' || c == '[') {
      if (first) return "it does not begin with SELECT or WITH";
      const char close = c == '[' ? ']' : c;
      for (++i;; ++i) {
        i = sql.find(close, i);
        if (i == std::string_view::npos) return "a quote is not closed";
        if (i + 1 < sql.size() && sql[i + 1] == close) {
          ++i;  // twice stands for itself
          continue;
        }
        break;
      }
      ++i;
      before.clear();
      continue;
    }
    if (!is_word(c)) {
      if (first && c != '(') return "it does not begin with SELECT or WITH";
      ++i;
      before.assign(1, c);
      continue;
    }
    const std::size_t begin = i;
    while (i < sql.size() && is_word(sql[i])) ++i;
    std::string word = datasource::detail::to_lower(sql.substr(begin, i - begin));
    if (first && word != "select" && word != "with") return "it does not begin with SELECT or WITH";
    first = false;
    // T-SQL takes `1INTO x` for a number and a word.
    const bool glued = !datasource::detail::is_alpha(word.front()) && word.front() != '_' && word.front() != '@';
    for (const std::string_view refused : detail::refused_words) {
      if (word == refused || (glued && word.find(refused) != std::string::npos))
        return "it has the word " + datasource::detail::to_upper(refused) +
               ", which no statement has that only reads; a name that is spelt so is written in brackets";
    }
    if (word == "for" && before == "value") return "NEXT VALUE FOR changes the sequence";
    before = std::move(word);
  }
  return first ? "it is empty" : "";
}

}  // namespace datasource::remote::sqlserver
