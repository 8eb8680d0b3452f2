#pragma once

#include <datasource/detail/json.hpp>
#include <datasource/http/auth.hpp>
#include <datasource/http/message.hpp>
#include <datasource/http/retry_budget.hpp>
#include <datasource/model/error.hpp>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace datasource::wasm {

/// What the operations of one client have in common.
struct Session {
  std::string base;
  Headers headers;
  std::shared_ptr<RetryBudget> budget = std::make_shared<RetryBudget>();
};

inline bool is_token(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

/// `{"username", "password"}`, `{"token"}` or nothing.
inline Result<Auth> read_auth(const detail::Json& options) {
  const auto found = options.find("auth");
  if (found == options.end() || found->is_null()) return Auth{};
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

/// Reads `{"url", "auth"?}`; what is wrong with it is the error of every operation of the client.
inline Result<Session> read_session(std::string_view text) {
  const auto options = detail::parse_json(text, "the client's options");
  if (!options) return fail(options.error());
  Session session{.base = detail::text_or_empty(*options, "url")};
  if (session.base.empty())
    return fail(invalid({{"url", "required", "the server's URL is missing", "write it as http://host:port"}}));
  while (session.base.ends_with('/')) session.base.pop_back();
  const auto auth = read_auth(*options);
  if (!auth) return fail(auth.error());
  if (std::string value = authorization(*auth); !value.empty())
    session.headers.emplace_back("Authorization", std::move(value));
  return session;
}

}  // namespace datasource::wasm
