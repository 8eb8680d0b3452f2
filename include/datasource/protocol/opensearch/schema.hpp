#pragma once

#include <datasource/http/url.hpp>
#include <datasource/protocol/opensearch/data_sources.hpp>
#include <datasource/protocol/opensearch/schema_json.hpp>

#include <charconv>
#include <string>
#include <string_view>
#include <utility>

/// What a source holds: `GET …/{name}/_schema`. A route of this project's gateway.
namespace datasource::protocol {

/// Errors: `invalid` for a name that cannot stand in a path.
inline Result<HttpRequest> schema_request(std::string_view name, const SchemaRequest& wanted) {
  return detail::named("GET", name, "/_schema").map([&](HttpRequest request) {
    request.target += "?size=" + std::to_string(wanted.size);
    for (const auto& [key, value] :
         {std::pair{"schema", &wanted.schema}, std::pair{"table", &wanted.table}, std::pair{"after", &wanted.after}}) {
      if (!value->empty()) request.target += std::string{"&"} + key + '=' + encode_segment(*value);
    }
    return request;
  });
}

/// The server's side. Errors: `invalid` for a parameter that is not known or out of range.
inline Result<SchemaRequest> read_schema_request(std::string_view target) {
  SchemaRequest wanted;
  for (const auto& [key, value] : query_parameters(target)) {
    if (key == "schema") {
      wanted.schema = value;
    } else if (key == "table") {
      wanted.table = value;
    } else if (key == "after") {
      wanted.after = value;
    } else if (key == "size") {
      const auto [end, problem] = std::from_chars(value.data(), value.data() + value.size(), wanted.size);
      if (problem != std::errc{} || end != value.data() + value.size() || wanted.size < 1 ||
          wanted.size > SchemaRequest::most)
        return fail(invalid({{"size", "number_range", datasource::detail::in_quotes(value) + " is out of range",
                              "use 1 to " + std::to_string(SchemaRequest::most)}}));
    } else {
      return fail(
          invalid({{key, "unknown_parameter", "there is no such parameter", "use schema, table, size or after"}}));
    }
  }
  return wanted;
}

/// Errors: the server's own; `malformed`.
inline Result<SchemaPage> read_schema(const HttpResponse& response) {
  return detail::read(response, &datasource::read_schema_page);
}

}  // namespace datasource::protocol
