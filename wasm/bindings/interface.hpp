#pragma once

// The C interface that each WebAssembly module has. Texts are UTF-8; a text that a function gives lies at `ds_text()`,
// `ds_text_size()` bytes long, until the next call. Pointers that JavaScript holds are addresses in the module's
// memory. See src/module.ts for the other side.
//
// It defines functions, so one source file of a module includes it, and one that defines `wasm::read_call`: the
// operations that the module has.

#include "kept.hpp"
#include "operation.hpp"
#include "session.hpp"

#include <datasource/columnar/csv_writer.hpp>
#include <datasource/columnar/jdbc_writer.hpp>
#include <datasource/detail/json.hpp>

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace datasource::wasm {

/// Makes an operation of a call, see begin_call.
inline std::unique_ptr<Operation> read_call(const Result<Session>& session, std::string_view text);

}  // namespace datasource::wasm

#define DS_EXPORT(name) extern "C" __attribute__((export_name(#name), used))

namespace {

using namespace datasource;

/// A longer body and its columns would not fit the four gigabytes of a module's memory.
constexpr std::size_t max_body = std::size_t{1} << 30;

std::string& text() {
  static std::string last;
  return last;
}

Headers read_headers(std::string_view json) {
  Headers headers;
  const auto pairs = detail::parse_json(json, "the headers");
  if (!pairs || !pairs->is_array()) return headers;
  for (const detail::Json& pair : *pairs) {
    if (pair.is_array() && pair.size() == 2 && pair[0].is_string() && pair[1].is_string()) {
      headers.emplace_back(pair[0].get<std::string>(), pair[1].get<std::string>());
    }
  }
  return headers;
}

}  // namespace

DS_EXPORT(ds_text) const char* ds_text() { return text().data(); }
DS_EXPORT(ds_text_size) std::size_t ds_text_size() { return text().size(); }

/// Memory for an argument; null when there is none left.
DS_EXPORT(ds_allocate) void* ds_allocate(std::size_t size) { return std::malloc(size == 0 ? 1 : size); }
DS_EXPORT(ds_free) void ds_free(void* memory) { std::free(memory); }

/// Gives the memory of a long text back.
DS_EXPORT(ds_text_free) void ds_text_free() { text() = {}; }

/// Makes a client of its options, see read_session; what is wrong with them is the error of each of its operations.
DS_EXPORT(ds_session) Result<wasm::Session>* ds_session(const char* options, std::size_t size) {
  return new Result<wasm::Session>{wasm::read_session({options, size})};
}
/// Operations that are under way go on.
DS_EXPORT(ds_session_free) void ds_session_free(Result<wasm::Session>* session) { delete session; }

/// Makes an operation of a call, see read_call; `ds_operation_free` ends it.
DS_EXPORT(ds_operation)
wasm::Operation* ds_operation(const Result<wasm::Session>* session, const char* call, std::size_t size) {
  return wasm::read_call(*session, {call, size}).release();
}
DS_EXPORT(ds_operation_free) void ds_operation_free(wasm::Operation* operation) { delete operation; }

/// The operation that gives back what this one holds open on the server; null when there is nothing.
DS_EXPORT(ds_closing) wasm::Operation* ds_closing(wasm::Operation* operation) { return operation->closing().release(); }

/// Gives the first step. Pages are started once for each page.
DS_EXPORT(ds_start) void ds_start(wasm::Operation* operation) {
  operation->body.clear();
  text() = operation->start();
}

/// Expects a body of about that size.
DS_EXPORT(ds_body_expect) void ds_body_expect(wasm::Operation* operation, std::size_t size) {
  operation->body.clear();
  if (size <= max_body) operation->body.reserve(size);
}

/// Where the next `size` bytes of the body go; null when the body is too long.
DS_EXPORT(ds_body_extend) char* ds_body_extend(wasm::Operation* operation, std::size_t size) {
  std::string& body = operation->body;
  const std::size_t before = body.size();
  if (size > max_body - before) return nullptr;
  // JavaScript writes all of it: zeros would be a pass over memory more. libc++ has this for its own use.
  body.__resize_default_init(before + size);
  return body.data() + before;
}

/// Each of these tells the operation what happened and gives the next step. A reply's body is the one that has arrived.
DS_EXPORT(ds_reply) void ds_reply(wasm::Operation* operation, int status, const char* headers, std::size_t size) {
  text() = operation->resume(HttpResponse{status, read_headers({headers, size}), std::exchange(operation->body, {})});
}

/// `kind` is ErrorKind's name.
DS_EXPORT(ds_failure)
void ds_failure(wasm::Operation* operation, const char* kind, std::size_t kind_size, const char* message,
                std::size_t size) {
  operation->body = {};
  const ErrorKind known = detail::parse_kind({kind, kind_size}).value_or(ErrorKind::connection);
  text() = operation->resume(
      Failure{{.kind = known, .message = std::string{message, size}, .retryable = known == ErrorKind::connection}});
}
DS_EXPORT(ds_elapsed) void ds_elapsed(wasm::Operation* operation) { text() = operation->resume(Elapsed{}); }
DS_EXPORT(ds_cancelled) void ds_cancelled(wasm::Operation* operation) {
  operation->body = {};
  text() = operation->resume(Cancelled{});
}

/// Ends a value that an operation gave.
DS_EXPORT(ds_release) void ds_release(wasm::Kept* value) { delete value; }

/// Gives a result as CSV, see write_csv.
DS_EXPORT(ds_csv) void ds_csv(const wasm::Kept* result, char separator, bool guard_formulas) {
  text() = write_csv(static_cast<const wasm::KeptOf<ResultSet>*>(result)->value, {separator, guard_formulas});
}
/// Gives a result as a server sends it, see write_jdbc.
DS_EXPORT(ds_jdbc) void ds_jdbc(const wasm::Kept* result) {
  text() = write_jdbc(static_cast<const wasm::KeptOf<ResultSet>*>(result)->value);
}
