#pragma once

#include "inputs.hpp"
#include "operation.hpp"
#include "session.hpp"
#include "value_json.hpp"

#include <datasource/detail/json.hpp>
#include <datasource/http/polling.hpp>
#include <datasource/model/data_source.hpp>
#include <datasource/model/error.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace datasource::wasm {

using Started = std::unique_ptr<Operation>;

/// A call of one operation: its arguments, and the client that makes it.
struct Call {
  const Json& arguments;
  const Session& session;

  [[nodiscard]] const Json& operator[](std::string_view key) const { return member(arguments, key); }
  [[nodiscard]] std::string text(std::string_view key) const { return detail::text_or_empty(arguments, key); }
  [[nodiscard]] std::string name() const { return text("name"); }
  [[nodiscard]] IfMatch expected() const { return {.etag = text("ifMatch")}; }
  [[nodiscard]] PollPolicy poll(PollPolicy policy = {}) const { return read_poll((*this)["poll"], policy); }

  template <class Op, class Then = AsItIs>
  [[nodiscard]] Started run(Op operation, Then then = {}) const {
    return make_operation(session, std::move(operation), std::move(then));
  }
  /// Runs what `begin` makes of an argument that may be wrong.
  template <class T, class Begin>
  [[nodiscard]] Started with(const Result<T>& argument, const Begin& begin) const {
    if (!argument) return std::make_unique<FailedOperation>(argument.error());
    return run(begin(*argument));
  }
  [[nodiscard]] Result<DataSource> source() const { return read_data_source((*this)["source"]); }
};

inline Result<JsonText> as_json(std::string&& text) { return JsonText{std::move(text)}; }
inline Result<PlainText> as_text(std::string&& text) { return PlainText{std::move(text)}; }

/// An operation by the name that JavaScript calls it.
struct NamedOperation {
  std::string_view name;
  Started (*begin)(const Call&);
};

/// Reads `{"operation", …}`, where the members besides are the operation's arguments; what is wrong with it is the
/// operation's error.
/// @param operations Those that there are.
template <class Operations>
Started begin_call(const Operations& operations, const Result<Session>& session, std::string_view text) {
  if (!session) return std::make_unique<FailedOperation>(session.error());
  const auto arguments = detail::parse_json(text, "the call");
  if (!arguments) return std::make_unique<FailedOperation>(arguments.error());
  const std::string name = detail::text_or_empty(*arguments, "operation");
  for (const NamedOperation& each : operations) {
    if (each.name == name) return each.begin({*arguments, *session});
  }
  return std::make_unique<FailedOperation>(
      Error{.kind = ErrorKind::unsupported, .message = "there is no operation of the name \"" + name + '"'});
}

}  // namespace datasource::wasm
