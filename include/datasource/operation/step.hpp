#pragma once

#include <datasource/http/message.hpp>
#include <datasource/model/error.hpp>

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
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

/// Do this: undo the compression of these bytes, Zstandard, then resume with Unpacked, or with Failure where that
/// cannot be done. Only a TrinoStatement whose TrinoResults have no function for it asks this.
struct Unpack {
  std::string_view packed;  ///< They stay where they are until the operation is resumed.
  std::size_t size;         ///< How many bytes they unpack to.
};

/// There is nothing left to do.
template <class T>
struct Done {
  Result<T> result;  ///< The operation's.
};

/// What an operation asks of its caller.
template <class T>
using Step = std::variant<Send, Wait, Unpack, Done<T>>;

/// No complete exchange took place.
struct Failure {
  Error error;  ///< `connection`, `timeout` or what the transport says.
};
/// The time of a Wait is over.
struct Elapsed {};
/// What the bytes of an Unpack unpacked to.
struct Unpacked {
  std::string bytes;  ///< All of them.
};
/// The caller wants the operation to end.
struct Cancelled {};

/// What the caller tells an operation.
using Event = std::variant<HttpResponse, Failure, Elapsed, Unpacked, Cancelled>;

}  // namespace datasource
