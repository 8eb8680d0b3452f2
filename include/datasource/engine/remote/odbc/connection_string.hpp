#pragma once

#include <string>
#include <string_view>

namespace datasource::remote::odbc {

/// `Key={value};Key={value};`. A value in braces is taken as it is, with `}` written twice, so nothing in it is read as
/// another key. Source: SQLDriverConnect, "Comments".
class ConnectionString {
 public:
  /// Adds a key. Bytes of zero, which would end the text, are left out; so are keys without a value.
  ConnectionString& add(std::string_view key, std::string_view value) {
    if (value.empty()) return *this;
    text_.append(key).append("={");
    for (const char c : value) {
      if (c == '\0') continue;
      text_ += c;
      if (c == '}') text_ += c;
    }
    text_ += "};";
    return *this;
  }

  /// The whole; it may hold a password.
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
};

}  // namespace datasource::remote::odbc
