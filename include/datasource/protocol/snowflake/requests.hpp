#pragma once

#include <datasource/detail/ascii.hpp>
#include <datasource/detail/json.hpp>
#include <datasource/http/message.hpp>
#include <datasource/http/url.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

/// The requests of Snowflake's SQL API, version 2. Each goes to `https://<account>.snowflakecomputing.com` and needs
/// `Authorization: Bearer` and, of keys and programmatic tokens, the header that says what kind of token it is.
/// @par Source "Snowflake SQL API reference".
namespace datasource::protocol::snowflake {

/// The header that says what kind of token is sent.
inline constexpr std::string_view token_type_header = "X-Snowflake-Authorization-Token-Type";

/// Where a statement runs. Names as statements spell them: upper-cased unless they stand in double quotes.
struct Session {
  std::string database = {};   ///< Empty: the user's default, as in all of these.
  std::string schema = {};     ///< Of tables that name none.
  std::string warehouse = {};  ///< What does the work.
  std::string role = {};       ///< What the statement may do.
};

/// A statement whose rows are fetched.
struct Statement {
  std::string text = {};           ///< One statement.
  Session session = {};            ///< Where it runs.
  std::chrono::seconds limit{60};  ///< After which Snowflake ends it; 0: its own limit.
};

/// A name as Snowflake holds it, of a name as a statement spells it: `orders` is ORDERS, and `"orders"` is orders.
inline std::string stored_name(std::string_view spelled) {
  if (spelled.size() < 2 || spelled.front() != '"' || spelled.back() != '"')
    return datasource::detail::to_upper(spelled);
  std::string name;
  for (std::size_t i = 1; i + 1 < spelled.size(); ++i) {
    if (spelled[i] == '"' && i + 2 < spelled.size() && spelled[i + 1] == '"') ++i;
    name += spelled[i];
  }
  return name;
}

/// `POST /api/v2/statements`. Asynchronous: the reply names the statement, so that it can be ended.
inline HttpRequest statement_request(const Statement& statement) {
  datasource::detail::OrderedJson body{{"statement", statement.text}};
  if (statement.limit.count() > 0) body["timeout"] = statement.limit.count();
  const auto add = [&](const char* key, const std::string& name) {
    if (!name.empty()) body[key] = stored_name(name);
  };
  add("database", statement.session.database);
  add("schema", statement.session.schema);
  add("warehouse", statement.session.warehouse);
  add("role", statement.session.role);
  body["parameters"] = {{"MULTI_STATEMENT_COUNT", "1"}, {"TIMEZONE", "UTC"}, {"BINARY_OUTPUT_FORMAT", "HEX"}};
  return {"POST",
          "/api/v2/statements?async=true&nullable=true",
          {{"Content-Type", "application/json"}, {"Accept", "application/json"}},
          datasource::detail::dump(body)};
}

/// `GET /api/v2/statements/{handle}[?partition=n]`: how far it is and its first rows, or a further part of them.
/// @param partition From 0.
inline HttpRequest partition_request(std::string_view handle, std::uint64_t partition) {
  std::string target = "/api/v2/statements/" + encode_segment(handle);
  if (partition > 0) target += "?partition=" + std::to_string(partition);
  return {"GET", std::move(target), {{"Accept", "application/json"}}, {}};
}

/// `POST /api/v2/statements/{handle}/cancel`.
inline HttpRequest cancel_request(std::string_view handle) {
  return {"POST", "/api/v2/statements/" + encode_segment(handle) + "/cancel", {{"Accept", "application/json"}}, {}};
}

}  // namespace datasource::protocol::snowflake
