#pragma once

#include <datasource/detail/ascii.hpp>
#include <datasource/detail/percent.hpp>
#include <datasource/http/message.hpp>
#include <datasource/http/url.hpp>
#include <datasource/model/error.hpp>

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace datasource {

/// What a Trino is told with every statement, and what its statements change: `USE` sets catalog and schema, `SET
/// SESSION` a property. Trino itself keeps none of it.
struct TrinoSession {
  std::string user = {};                      ///< Who runs statements; Trino refuses an empty one.
  std::string source = "datasource-sdk";      ///< The program, for Trino's own lists and resource groups.
  std::string catalog = {};                   ///< Of names that do not say theirs; empty: each has to.
  std::string schema = {};                    ///< The same for schemas.
  std::string time_zone = "UTC";              ///< What `current_timestamp` is told in.
  std::string client_info = {};               ///< Shown beside the query.
  std::vector<std::string> client_tags = {};  ///< For resource groups.
  std::map<std::string, std::string> properties =
      {};                                            ///< Session properties by name, such as `join_distribution_type`.
  std::map<std::string, std::string> roles = {};     ///< Role by catalog, as `SET ROLE` gave it.
  std::map<std::string, std::string> prepared = {};  ///< Statements of PREPARE, by name.

  friend bool operator==(const TrinoSession&, const TrinoSession&) = default;
};

namespace protocol {

namespace detail {

/// Values travel as in a form, where a plus is a space.
inline std::string decode_form(std::string_view text) {
  std::string plain{text};
  for (char& c : plain) c = c == '+' ? ' ' : c;
  return datasource::detail::decode_percent(plain);
}

inline std::pair<std::string, std::string> split_pair(std::string_view text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos) return {std::string{text}, {}};
  return {std::string{text.substr(0, equals)}, decode_form(text.substr(equals + 1))};
}

}  // namespace detail

/// The headers that say a session. Line breaks in them are refused by Exchange and transports.
/// @par Source Trino 476, client protocol.
inline Headers trino_session_headers(const TrinoSession& session) {
  Headers headers;
  const auto add = [&](const char* name, std::string value) {
    if (!value.empty()) headers.emplace_back(name, std::move(value));
  };
  add("X-Trino-User", session.user);
  add("X-Trino-Source", session.source);
  add("X-Trino-Catalog", session.catalog);
  add("X-Trino-Schema", session.schema);
  add("X-Trino-Time-Zone", session.time_zone);
  add("X-Trino-Client-Info", session.client_info);
  // Without it timestamps lose what is finer than milliseconds.
  add("X-Trino-Client-Capabilities", "PARAMETRIC_DATETIME");
  std::string tags;
  for (const std::string& tag : session.client_tags) tags += (tags.empty() ? "" : ",") + tag;
  add("X-Trino-Client-Tags", std::move(tags));
  for (const auto& [name, value] : session.properties) add("X-Trino-Session", name + '=' + encode_segment(value));
  for (const auto& [catalog, role] : session.roles) add("X-Trino-Role", catalog + '=' + encode_segment(role));
  for (const auto& [name, text] : session.prepared)
    add("X-Trino-Prepared-Statement", encode_segment(name) + '=' + encode_segment(text));
  return headers;
}

/// Takes over what the headers of a reply change.
/// @par Source Trino 476, client protocol.
inline void apply_trino_headers(TrinoSession& session, const Headers& headers) {
  using datasource::detail::iequals;
  for (const auto& [name, value] : headers) {
    if (iequals(name, "X-Trino-Set-Catalog")) session.catalog = detail::decode_form(value);
    if (iequals(name, "X-Trino-Set-Schema")) session.schema = detail::decode_form(value);
    if (iequals(name, "X-Trino-Set-Session")) {
      auto [key, text] = detail::split_pair(value);
      session.properties.insert_or_assign(std::move(key), std::move(text));
    }
    if (iequals(name, "X-Trino-Clear-Session")) session.properties.erase(value);
    if (iequals(name, "X-Trino-Set-Role")) {
      auto [catalog, role] = detail::split_pair(value);
      session.roles.insert_or_assign(std::move(catalog), std::move(role));
    }
    if (iequals(name, "X-Trino-Added-Prepare")) {
      auto [key, text] = detail::split_pair(value);
      session.prepared.insert_or_assign(detail::decode_form(key), std::move(text));
    }
    if (iequals(name, "X-Trino-Deallocated-Prepare")) session.prepared.erase(detail::decode_form(value));
  }
}

}  // namespace protocol
}  // namespace datasource
