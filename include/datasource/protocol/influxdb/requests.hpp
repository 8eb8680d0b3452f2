#pragma once

#include <datasource/detail/json.hpp>
#include <datasource/http/message.hpp>
#include <datasource/http/url.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// The requests of InfluxDB's HTTP APIs. Sources: docs.influxdata.com/influxdb/v1/tools/api, …/v2/api,
/// …/influxdb3/core/api.
namespace datasource::protocol::influxdb {

/// Asks any version which one it is. The reply is one for read_version.
inline HttpRequest ping_request() { return {"GET", "/ping", {}, {}, {}}; }

/// Runs InfluxQL on version 1, or on 2 for a bucket that has a database's name. The reply, in chunks, so that no limit
/// of the server cuts it, with times in nanoseconds since 1970, is one for read_results.
/// @param database         May be empty for statements that name theirs.
/// @param retention_policy Empty: the database's default.
inline HttpRequest influxql_request(std::string_view database, std::string_view retention_policy,
                                    std::string_view statement) {
  std::string form = "epoch=ns&chunked=true";
  const auto add = [&](std::string_view name, std::string_view value) {
    if (!value.empty()) form.append("&").append(name).append("=").append(encode_segment(value));
  };
  add("db", database);
  add("rp", retention_policy);
  add("q", statement);
  constexpr std::size_t longest_query = 4000;
  if (form.size() > longest_query)
    return {"POST", "/query", {{"Content-Type", "application/x-www-form-urlencoded"}}, std::move(form), {}};
  return {"GET", "/query?" + form, {}, {}, {}};
}

/// Runs Flux on version 2. The reply is one for read_csv.
inline HttpRequest flux_request(std::string_view organization, std::string_view script) {
  datasource::detail::OrderedJson body = {
      {"query", script}, {"type", "flux"}, {"dialect", {{"annotations", {"datatype", "group", "default"}}}}};
  return {"POST",
          "/api/v2/query?org=" + encode_segment(organization),
          {{"Content-Type", "application/json"}, {"Accept", "application/csv"}},
          datasource::detail::dump(body),
          {}};
}

/// Runs SQL on version 3. The reply is one for read_lines.
inline HttpRequest sql_request(std::string_view database, std::string_view statement) {
  datasource::detail::OrderedJson body = {{"db", database}, {"q", statement}, {"format", "jsonl"}};
  return {"POST", "/api/v3/query_sql", {{"Content-Type", "application/json"}}, datasource::detail::dump(body), {}};
}

}  // namespace datasource::protocol::influxdb
