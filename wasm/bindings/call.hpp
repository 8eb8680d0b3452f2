#pragma once

#include "decode.hpp"
#include "health.hpp"
#include "operation.hpp"

#include <datasource/client/operations.hpp>
#include <datasource/http/auth.hpp>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>

namespace datasource::wasm {

inline bool is_token(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

/// `{"username", "password"}`, `{"token"}` or nothing.
inline Result<Auth> read_auth(const detail::Json& call) {
  const auto found = call.find("auth");
  if (found == call.end() || found->is_null()) return Auth{};
  const std::string username = detail::text_or_empty(*found, "username");
  const std::string token = detail::text_or_empty(*found, "token");
  if (!token.empty()) {
    if (!is_token(token))
      return fail(invalid(
          {{"auth.token", "token_form", "it holds characters that a header cannot carry", "give the token alone"}}));
    return BearerAuth{token};
  }
  if (username.empty())
    return fail(invalid({{"auth", "required", "it names no caller", "give username and password, or token"}}));
  return BasicAuth{username, detail::text_or_empty(*found, "password")};
}

inline Result<std::string> read_base(const detail::Json& call) {
  std::string base = detail::text_or_empty(call, "url");
  if (base.empty())
    return fail(invalid({{"url", "required", "the server's URL is missing", "write it as http://host:port"}}));
  while (base.ends_with('/')) base.pop_back();
  return base;
}

/// Reads `{"operation", "url", "auth"?, "name"?, "source"?, "text"?}`; what is wrong with it is the operation's error.
inline std::unique_ptr<Operation> read_call(std::string_view text) {
  const auto call = detail::parse_json(text, "the call");
  if (!call) return make_failed(call.error());
  const auto base = read_base(*call);
  if (!base) return make_failed(base.error());
  const auto auth = read_auth(*call);
  if (!auth) return make_failed(auth.error());
  Headers headers;
  if (std::string value = authorization(*auth); !value.empty()) headers.emplace_back("Authorization", std::move(value));

  const auto ready = [&](auto exchange) { return make_operation(std::move(exchange), *base, headers); };
  const auto with_source = [&](auto begin) {
    const auto given = call->find("source");
    const auto source = read_data_source(given == call->end() ? detail::Json{} : *given);
    return source ? ready(begin(*source)) : make_failed(source.error());
  };
  const std::string operation = detail::text_or_empty(*call, "operation");
  const std::string name = detail::text_or_empty(*call, "name");

  if (operation == "health") return ready(health());
  if (operation == "list") return ready(operations::list());
  if (operation == "get") return ready(operations::get(name));
  if (operation == "create") return with_source(operations::create);
  if (operation == "update") return with_source(operations::update);
  if (operation == "delete") return ready(operations::remove(name));
  if (operation == "test") return ready(operations::test(name));
  if (operation == "test_source") return with_source([](const DataSource& source) { return operations::test(source); });
  if (operation == "connectors") return ready(operations::connectors());
  if (operation == "sql") {
    const Query query{.language = Language::sql, .text = detail::text_or_empty(*call, "text")};
    return ready(Exchange<ResultSet>{query_request(query), &decode_result});
  }
  return make_failed(
      {.kind = ErrorKind::unsupported, .message = "there is no operation of the name \"" + operation + '"'});
}

}  // namespace datasource::wasm
