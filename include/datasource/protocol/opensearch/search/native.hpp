#pragma once

#include <datasource/columnar/result_set.hpp>
#include <datasource/detail/json.hpp>
#include <datasource/protocol/opensearch/search/hits.hpp>
#include <datasource/protocol/opensearch/search/requests.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// A search that a person wrote, as a table.
namespace datasource::protocol::search {

/// What a text asks for.
struct NativeSearch {
  std::string index = {};                     ///< Or an alias, a data stream, a pattern.
  datasource::detail::OrderedJson body = {};  ///< As `_search` takes it.
  std::vector<SearchColumn> columns = {};     ///< Of the rows.
  std::optional<std::uint64_t> size = {};     ///< Documents that are wanted; nothing: all.
  bool paged = false;                         ///< Whether pages are read until there are no more.
  bool aggregates = false;                    ///< Whether it is about aggregations, not documents.
};

namespace detail {

/// A problem with a search's text.
inline tl::unexpected<Error> native_problem(std::string message) {
  message +=
      R"(; write {"index": "orders", "query": {"term": {"status": "open"}}}, and beside them any other member of a search body)";
  return fail(Error{.kind = ErrorKind::invalid, .message = std::move(message), .status = 400, .field = "query"});
}

inline SearchColumn native_column(std::string_view name, Type type, Place place) {
  return {.column = {.name = std::string{name}, .type = type},
          .place = place,
          .path = std::string{name},
          .asked = std::string{name}};
}

}  // namespace detail

/// Reads a search: a JSON object with the member `index` (a name, a pattern, or several with commas between them) and
/// else what the body of `_search` may have.
///
/// The rows are the documents: `_index`, `_id`, `_score` and `_source` (JSON), and `fields`, `highlight`, `sort` (JSON)
/// where the search asks for them. Without `size` they are all documents that match. With `aggs` and no `size` there is
/// one row, with a column of JSON for each aggregation. Errors: `invalid`.
inline Result<NativeSearch> read_native_search(std::string_view text) {
  using datasource::detail::OrderedJson;
  // The tree keeps the order of members, which matters to whoever reads it in an error of the server.
  const auto checked = datasource::detail::parse_json(text, "the query");
  if (!checked) return detail::native_problem(checked.error().message);
  if (!checked->is_object()) return detail::native_problem("the query is not a JSON object");
  OrderedJson body = OrderedJson::parse(text, nullptr, false);
  NativeSearch search;
  const auto index = body.find("index");
  if (index == body.end() || !index->is_string() || index->get<std::string>().empty())
    return detail::native_problem("the query does not say which \"index\" to search");
  search.index = index->get<std::string>();
  if (search.index.front() == '_') return detail::native_problem("no index has a name that begins with _");
  body.erase("index");
  for (const char* reserved : {"pit", "slice", "search_after"}) {
    if (body.contains(reserved))
      return detail::native_problem("\"" + std::string{reserved} + "\" is what reads pages, and is set here");
  }
  if (const auto size = body.find("size"); size != body.end()) {
    if (!size->is_number_unsigned()) return detail::native_problem("\"size\" is not a whole number");
    search.size = size->get<std::uint64_t>();
  }
  const char* const aggregations = body.contains("aggs") ? "aggs" : "aggregations";
  search.aggregates = body.contains(aggregations) && search.size.value_or(0) == 0;
  if (search.aggregates) {
    if (!body[aggregations].is_object() || body[aggregations].empty())
      return detail::native_problem("\"" + std::string{aggregations} + "\" names no aggregation");
    for (const auto& [name, aggregation] : body[aggregations].items())
      search.columns.push_back(detail::native_column(name, Type::object, Place::source));
    body["size"] = 0;
    search.body = std::move(body);
    return search;
  }
  const bool from = body.contains("from") || body.contains("collapse") || body.contains("rescore");
  search.paged = !from && (!search.size || *search.size > most_documents);
  search.columns = {detail::native_column("_index", Type::keyword, Place::index),
                    detail::native_column("_id", Type::keyword, Place::id),
                    detail::native_column("_score", Type::float64, Place::score),
                    detail::native_column("_source", Type::object, Place::document)};
  if (body.contains("fields") || body.contains("docvalue_fields") || body.contains("script_fields"))
    search.columns.push_back(detail::native_column("fields", Type::object, Place::all_fields));
  if (body.contains("highlight"))
    search.columns.push_back(detail::native_column("highlight", Type::object, Place::highlight));
  if (search.paged) {
    body.erase("size");
    // The order of pages is no order by score, and a server then leaves scores out.
    if (!body.contains("track_scores")) body["track_scores"] = true;
  }
  search.body = std::move(body);
  return search;
}

/// Asks for a search that is no pages.
inline HttpRequest native_request(const NativeSearch& search) {
  return protocol::detail::json_request(
      "POST", detail::index_path(search.index, "/_search?allow_partial_search_results=false"), search.body);
}

/// The documents of a search that is no pages. Errors: as of read_hits.
inline Result<ResultSet> read_hit_rows(std::string_view body, const std::vector<SearchColumn>& columns) {
  auto page = read_hits(body, columns);
  if (!page) return fail(std::move(page.error()));
  return std::move(page->rows);
}

/// The aggregations of a search, as one row. Errors: `malformed`; `server`, when a part of the index did not answer.
inline Result<ResultSet> read_aggregations(std::string_view body, const std::vector<SearchColumn>& columns) {
  // {"timed_out":…,"_shards":…,"aggregations":{"name":…}}: the row of a document that holds them.
  datasource::detail::JsonCursor cursor{body};
  std::string_view found{"{}"};
  bool more = cursor.take('{');
  while (more) {
    std::string name;
    std::string_view raw;
    if (!cursor.string(name) || !cursor.expect(':') || !cursor.skip(raw)) break;
    if (name == "aggregations") found = raw;
    if (name == "timed_out" && raw == "true")
      return fail(ErrorKind::server, "the cluster did not finish in time; try again, or narrow the query");
    more = cursor.take(',');
  }
  std::string row{R"({"hits":{"hits":[{"_source":)"};
  row.append(found).append("}]}}");
  return read_hit_rows(row, columns);
}

}  // namespace datasource::protocol::search
