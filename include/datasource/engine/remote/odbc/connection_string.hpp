#pragma once

#include <datasource/detail/ascii.hpp>

#include <string>
#include <string_view>

namespace datasource::remote::odbc {

/// `Key=value;Key={value};`. A value in braces is taken as it is, so nothing in it is read as another key; plain words
/// stand without them, since some drivers take the braces for a part of a number. Source: SQLDriverConnect, "Comments".
class ConnectionString {
 public:
  /// How a driver reads `}` in braces.
  enum class Braces {
    doubled,   ///< Twice for once, as ODBC has it.
    verbatim,  ///< As it is, up to `};`, as FreeTDS has it: tried with FreeTDS 1.3.17.
  };
  /// An empty one.
  explicit ConnectionString(Braces braces = Braces::doubled) : braces_{braces} {}

  /// Adds a key. Bytes of zero, which would end the text, are left out; so are keys without a value.
  ConnectionString& add(std::string_view key, std::string_view value) {
    if (value.empty()) return *this;
    text_.append(key).append("=");
    if (is_plain(value)) {
      text_.append(value).append(";");
      return *this;
    }
    if (braces_ == Braces::verbatim && value.find("};") != std::string_view::npos && impossible_.empty())
      impossible_ = key;
    text_ += '{';
    for (const char c : value) {
      if (c == '\0') continue;
      text_ += c;
      if (c == '}' && braces_ == Braces::doubled) text_ += c;
    }
    text_ += "};";
    return *this;
  }

  /// The whole; it may hold a password.
  [[nodiscard]] const std::string& text() const { return text_; }
  /// The key whose value cannot be told to the driver; empty when all can.
  [[nodiscard]] const std::string& impossible() const { return impossible_; }

 private:
  static bool is_plain(std::string_view value) {
    for (const char c : value) {
      const bool plain = datasource::detail::is_alpha(c) || datasource::detail::is_digit(c) ||
                         std::string_view{"._-:,\\"}.find(c) != std::string_view::npos;
      if (!plain) return false;
    }
    return true;
  }

  Braces braces_;
  std::string text_;
  std::string impossible_;
};

}  // namespace datasource::remote::odbc
