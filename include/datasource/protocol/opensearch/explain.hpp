#pragma once

#include <datasource/protocol/opensearch/query_json.hpp>
#include <datasource/protocol/opensearch/reply.hpp>

#include <string>
#include <utility>

namespace datasource::protocol {

/// `POST /_plugins/_sql/_explain` or `_ppl/_explain`: how the server would run the statement. Format and fetch size
/// play no part.
inline HttpRequest explain_request(Query query) {
  query.format = Format::jdbc;
  query.fetch_size = 0;
  HttpRequest request = query_request(query);
  request.target += "/_explain";
  return request;
}

/// The plan as JSON text, an object: `{"root": {"name", "description", "children"}}` of the V2 engine, `{"calcite":
/// {"logical", "physical"}}` of the Calcite engine. Errors: the server's own; `malformed`. Source: OpenSearch 3.4.0,
/// recordings "sql", "ppl".
inline Result<std::string> read_explain(const HttpResponse& response) { return detail::object_text(response); }

}  // namespace datasource::protocol
