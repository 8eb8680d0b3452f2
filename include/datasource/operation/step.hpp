#pragma once

#include <datasource/http/message.hpp>
#include <datasource/model/error.hpp>

#include <chrono>
#include <variant>

namespace datasource {

/// Do this: send the request, then resume with the reply or with what went wrong.
struct Send {
  HttpRequest request;  ///< Addressed and complete.
};

/// Do this: wait, then resume with Elapsed.
struct Wait {
  /// What follows: the same request again after a failure, or another question about something that is not ready yet.
  enum class Until { retry, poll };
  std::chrono::milliseconds duration;  ///< 0 or more.
  Until until = Until::retry;          ///< What the time is for.
};

/// There is nothing left to do.
template <class T>
struct Done {
  Result<T> result;  ///< The operation's.
};

/// What an operation asks of its caller.
template <class T>
using Step = std::variant<Send, Wait, Done<T>>;

/// No complete exchange took place.
struct Failure {
  Error error;  ///< `connection`, `timeout` or what the transport says.
};
/// The time of a Wait is over.
struct Elapsed {};
/// The caller wants the operation to end.
struct Cancelled {};

/// What the caller tells an operation.
using Event = std::variant<HttpResponse, Failure, Elapsed, Cancelled>;

}  // namespace datasource
