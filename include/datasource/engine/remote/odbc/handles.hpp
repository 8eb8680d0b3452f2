#pragma once

#include <datasource/detail/utf8.hpp>

#include <sql.h>
#include <sqlext.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// ODBC's handles with an owner, and its texts as UTF-8. Source: "ODBC Programmer's Reference", 3.8.
namespace datasource::remote::odbc {

static_assert(sizeof(SQLWCHAR) == 2, "the driver manager's wide characters are UTF-16");

/// UTF-16 for UTF-8. What is no UTF-8 becomes U+FFFD.
inline std::vector<SQLWCHAR> to_wide(std::string_view text) {
  std::vector<SQLWCHAR> wide;
  wide.reserve(text.size() + 1);
  while (!text.empty()) {
    const auto lead = static_cast<unsigned char>(text.front());
    const std::size_t length = lead < 0x80 ? 1 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    std::uint32_t scalar = 0xFFFD;
    if (lead < 0x80) {
      scalar = lead;
    } else if (text.size() >= length &&
               datasource::detail::find_invalid_utf8(text.substr(0, length)) == std::string_view::npos) {
      scalar = lead & (0x7FU >> length);
      for (std::size_t i = 1; i < length; ++i) scalar = scalar << 6 | (static_cast<unsigned char>(text[i]) & 0x3FU);
    } else {
      text.remove_prefix(1);
      wide.push_back(0xFFFD);
      continue;
    }
    text.remove_prefix(length);
    if (scalar >= 0x10000) {
      wide.push_back(static_cast<SQLWCHAR>(0xD800 + ((scalar - 0x10000) >> 10)));
      wide.push_back(static_cast<SQLWCHAR>(0xDC00 + (scalar & 0x3FF)));
    } else {
      wide.push_back(static_cast<SQLWCHAR>(scalar));
    }
  }
  wide.push_back(0);
  return wide;
}

/// UTF-8 for UTF-16. Halves of a pair that stand alone become U+FFFD.
inline void append_narrow(std::string& out, const SQLWCHAR* text, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i) {
    std::uint32_t unit = text[i];
    if (unit < 0x80) {
      out += static_cast<char>(unit);
      continue;
    }
    if (unit >= 0xD800 && unit <= 0xDFFF) {
      const std::uint32_t next = i + 1 < size ? text[i + 1] : 0U;
      if (unit <= 0xDBFF && next >= 0xDC00 && next <= 0xDFFF) {
        unit = 0x10000 + ((unit - 0xD800) << 10) + (next - 0xDC00);
        ++i;
      } else {
        unit = 0xFFFD;
      }
    }
    datasource::detail::append_utf8(out, unit);
  }
}

/// What a driver says went wrong, in its own words.
struct Diagnostic {
  std::string state = {};    ///< SQLSTATE, five characters.
  SQLINTEGER native = 0;     ///< The system's own number.
  std::string message = {};  ///< Without the names of the driver and its vendor in brackets.
};

/// All diagnostics of a handle, the most important first.
inline std::vector<Diagnostic> diagnostics(SQLSMALLINT type, SQLHANDLE handle) {
  std::vector<Diagnostic> all;
  for (SQLSMALLINT number = 1; number <= 8; ++number) {
    SQLWCHAR state[6] = {};
    SQLWCHAR text[2048];
    SQLINTEGER native = 0;
    SQLSMALLINT length = 0;
    const SQLRETURN found =
        SQLGetDiagRecW(type, handle, number, state, &native, text, static_cast<SQLSMALLINT>(std::size(text)), &length);
    if (!SQL_SUCCEEDED(found)) break;
    Diagnostic each{.native = native};
    append_narrow(each.state, state, 5);
    append_narrow(each.message, text, std::min<std::size_t>(static_cast<std::size_t>(length), std::size(text) - 1));
    while (each.message.starts_with('[')) {
      const std::size_t end = each.message.find(']');
      if (end == std::string::npos) break;
      each.message.erase(0, end + 1);
    }
    all.push_back(std::move(each));
  }
  return all;
}

/// One handle.
template <SQLSMALLINT type>
class Handle {
 public:
  Handle() = default;
  /// Of that parent. Empty when there is none to be had.
  explicit Handle(SQLHANDLE parent) { SQLAllocHandle(type, parent, &handle_); }
  /// Moves; the other is empty then.
  Handle(Handle&& other) noexcept : handle_{std::exchange(other.handle_, nullptr)} {}
  /// Exchanges them.
  Handle& operator=(Handle&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  ~Handle() {
    if (handle_ != nullptr) SQLFreeHandle(type, handle_);
  }

  /// For ODBC.
  [[nodiscard]] SQLHANDLE get() const { return handle_; }
  /// What the last call with it says.
  [[nodiscard]] std::vector<Diagnostic> said() const { return diagnostics(type, handle_); }

 private:
  SQLHANDLE handle_ = nullptr;
};

/// The driver manager of this process.
inline SQLHANDLE environment() {
  static const SQLHANDLE shared = [] {
    SQLHANDLE made = nullptr;
    SQLAllocHandle(SQL_HANDLE_ENV, nullptr, &made);
    SQLSetEnvAttr(made, SQL_ATTR_ODBC_VERSION, reinterpret_cast<SQLPOINTER>(SQL_OV_ODBC3), 0);
    return made;
  }();
  return shared;
}

/// A statement.
using Statement = Handle<SQL_HANDLE_STMT>;

/// A connection that is ended with its owner.
class Connection {
 public:
  Connection() : handle_{environment()} {}
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() {
    if (!connected_) return;
    SQLEndTran(SQL_HANDLE_DBC, handle_.get(), SQL_ROLLBACK);
    SQLDisconnect(handle_.get());
  }

  /// Connects; waits at most `limit` seconds for the sign-in. What went wrong otherwise.
  [[nodiscard]] std::vector<Diagnostic> connect(std::string_view text, std::size_t limit) {
    SQLSetConnectAttrW(handle_.get(), SQL_ATTR_LOGIN_TIMEOUT, reinterpret_cast<SQLPOINTER>(limit), SQL_IS_UINTEGER);
    std::vector<SQLWCHAR> wide = to_wide(text);
    const SQLRETURN done =
        SQLDriverConnectW(handle_.get(), nullptr, wide.data(), SQL_NTS, nullptr, 0, nullptr, SQL_DRIVER_NOPROMPT);
    std::fill(wide.begin(), wide.end(), SQLWCHAR{0});  // it held the password
    connected_ = SQL_SUCCEEDED(done);
    if (connected_) return {};
    auto said = handle_.said();
    if (said.empty()) said.push_back({.state = "08001", .message = "the driver did not say why"});
    return said;
  }

  /// Every statement in a transaction that is rolled back at its end: what only reads loses nothing by it.
  void keep_nothing() {
    SQLSetConnectAttrW(handle_.get(), SQL_ATTR_AUTOCOMMIT, reinterpret_cast<SQLPOINTER>(SQL_AUTOCOMMIT_OFF),
                       SQL_IS_UINTEGER);
  }
  /// Ends the transaction, if there is one.
  void roll_back() { SQLEndTran(SQL_HANDLE_DBC, handle_.get(), SQL_ROLLBACK); }

  /// For ODBC.
  [[nodiscard]] SQLHANDLE get() const { return handle_.get(); }

 private:
  Handle<SQL_HANDLE_DBC> handle_;
  bool connected_ = false;
};

}  // namespace datasource::remote::odbc
