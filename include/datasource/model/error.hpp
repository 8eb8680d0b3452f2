#pragma once

#include <datasource/model/violation.hpp>

#include <tl/expected.hpp>

#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace datasource {

/// What went wrong, in the terms a caller acts on.
enum class ErrorKind {
  invalid,       ///< The request breaks a rule; `violations` or `details` say which. Sending it again does not help.
  not_found,     ///< No data source, table or column of that name.
  conflict,      ///< The name is taken; or, of status 412, the source is not the version that IfMatch names.
  unauthorized,  ///< Credentials are missing or wrong.
  forbidden,     ///< The caller may not do this.
  disabled,      ///< The data source is DISABLED.
  unsupported,   ///< Nothing here can do it; `message` names what could.
  timeout,       ///< It took longer than its limit.
  cancelled,     ///< The caller stopped it.
  connection,    ///< No complete exchange with the server took place.
  server,        ///< The server failed.
  malformed,     ///< The reply is not what the protocol says; `message` has the byte offset.
};

/// The kind's stable name for programs: `invalid`, `not_found`, …
constexpr std::string_view to_string(ErrorKind kind) {
  constexpr std::string_view names[] = {"invalid",   "not_found",  "conflict",    "unauthorized",
                                        "forbidden", "disabled",   "unsupported", "timeout",
                                        "cancelled", "connection", "server",      "malformed"};
  return names[static_cast<std::size_t>(kind)];
}

/// An error as a value. No exception leaves the SDK.
struct Error {
  ErrorKind kind = ErrorKind::server;      ///< What a caller decides by.
  std::string message = {};                ///< Plain words, complete without the other members.
  int status = 0;                          ///< The HTTP status, 0 when there was no reply.
  std::string type = {};                   ///< The server's own name for it, such as `DataSourceNotFoundException`.
  std::string field = {};                  ///< The field at fault when there is exactly one.
  bool retryable = false;                  ///< Whether the same request may succeed later.
  std::vector<Violation> violations = {};  ///< Every broken rule, of kind `invalid`.

  friend bool operator==(const Error&, const Error&) = default;
};

/// Writes the message.
inline std::ostream& operator<<(std::ostream& out, const Error& error) { return out << error.message; }

/// A value or an Error.
template <class T>
using Result = tl::expected<T, Error>;

/// An Error in the form that a function returning Result<T> can return.
inline tl::unexpected<Error> fail(ErrorKind kind, std::string message) {
  return tl::unexpected<Error>{Error{.kind = kind, .message = std::move(message)}};
}
/// The same for an Error that is there already.
inline tl::unexpected<Error> fail(Error error) { return tl::unexpected<Error>{std::move(error)}; }

/// One Error for all broken rules of a data source. @pre `!violations.empty()`
inline Error invalid(std::vector<Violation> violations) {
  Error error{.kind = ErrorKind::invalid, .status = 400, .type = "ValidationException"};
  for (const Violation& violation : violations) {
    if (!error.message.empty()) error.message += '\n';
    error.message += to_string(violation);
  }
  if (violations.size() == 1) error.field = violations.front().field;
  error.violations = std::move(violations);
  return error;
}

}  // namespace datasource
