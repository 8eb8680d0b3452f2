#pragma once

#include <datasource/federation/scan_request.hpp>
#include <datasource/http/message.hpp>
#include <datasource/protocol/opensearch/reply.hpp>
#include <datasource/protocol/opensearch/search/conditions.hpp>
#include <datasource/protocol/opensearch/search/field.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

/// What reading an index asks an OpenSearch. Source: OpenSearch 3.4.0.
namespace datasource::protocol::search {

/// How long a server keeps what a search reads from, counted anew with every page.
inline constexpr std::string_view keep_alive = "10m";
/// Documents of a page at most: what an index gives at once by default.
inline constexpr std::uint64_t most_documents = 10'000;

/// Which of several readers of an index this one is. Slices along shards cost the server nothing.
struct Slice {
  std::uint32_t id = 0;     ///< From 0.
  std::uint32_t count = 1;  ///< How many there are; 1 for one that reads all.
};

namespace detail {

/// `/index/_what`; an index, an alias, a data stream, or several with commas or `*`.
inline std::string index_path(std::string_view index, std::string_view what) {
  return '/' + encode_segment(index) + what.data();
}

}  // namespace detail

/// Asks the server who it is.
inline HttpRequest info_request() { return {.method = "GET", .target = "/"}; }

/// Asks for the names of all indexes, aliases and data streams that are open and not hidden.
inline HttpRequest names_request() { return {.method = "GET", .target = "/_resolve/index/*?expand_wildcards=open"}; }

/// Asks for the fields of an index.
inline HttpRequest mapping_request(std::string_view index) {
  return {.method = "GET", .target = detail::index_path(index, "/_mapping")};
}

/// Asks for some documents, to see which fields hold lists.
inline HttpRequest sample_request(std::string_view index, std::uint64_t documents) {
  return protocol::detail::json_request("POST", detail::index_path(index, "/_search?filter_path=hits.hits._source"),
                                        {{"size", documents}, {"sort", {"_doc"}}, {"track_total_hits", false}});
}

/// Asks the server to keep an index as it is now.
inline HttpRequest open_request(std::string_view index) {
  return {.method = "POST",
          .target = detail::index_path(index, "/_search/point_in_time?allow_partial_pit_creation=false&keep_alive=") +
                    std::string{keep_alive}};
}

/// Lets the server forget what `open_request` had it keep.
inline HttpRequest close_request(std::string_view pit) {
  return protocol::detail::json_request("DELETE", "/_search/point_in_time", {{"pit_id", {pit}}});
}

/// Begins to read an index in pages as servers before 3.3 do it, which cannot order a point in time without gaps.
inline HttpRequest scroll_request(std::string_view index, datasource::detail::OrderedJson search,
                                  std::uint64_t documents) {
  search["size"] = documents;
  search["track_total_hits"] = false;
  if (!search.contains("sort")) search["sort"] = {"_doc"};
  return protocol::detail::json_request(
      "POST",
      detail::index_path(index, "/_search?allow_partial_search_results=false&scroll=") + std::string{keep_alive},
      search);
}

/// Asks for the page after.
inline HttpRequest next_scroll_request(std::string_view scroll) {
  return protocol::detail::json_request("POST", "/_search/scroll", {{"scroll", keep_alive}, {"scroll_id", scroll}});
}

/// Lets the server forget what `scroll_request` had it keep.
inline HttpRequest close_scroll_request(std::string_view scroll) {
  return protocol::detail::json_request("DELETE", "/_search/scroll", {{"scroll_id", {scroll}}});
}

/// Asks how many documents pass.
inline HttpRequest count_request(std::string_view index, const datasource::detail::Json& query) {
  return protocol::detail::json_request("POST", detail::index_path(index, "/_count"), {{"query", query}});
}

/// What a search gives of each document: the columns that are asked for and no others.
inline datasource::detail::OrderedJson wanted_json(const SearchTable& table, const std::vector<std::string>& columns) {
  using Json = datasource::detail::OrderedJson;
  Json source = Json::array(), fields = Json::array();
  for (const std::string& name : columns) {
    const SearchColumn* column = table.column(name);
    if (column == nullptr) continue;
    if (column->place == Place::source) source.push_back(column->path);
    if (column->place != Place::fields) continue;
    if (column->format.empty()) {
      fields.push_back(column->asked);
    } else {
      fields.push_back({{"field", column->asked}, {"format", column->format}});
    }
  }
  Json body = Json::object();
  if (source.empty()) {
    body["_source"] = false;
  } else {
    body["_source"] = std::move(source);
  }
  if (!fields.empty()) body["fields"] = std::move(fields);
  return body;
}

/// The search of a scan, without what makes it pages.
inline datasource::detail::OrderedJson search_json(const SearchTable& table, const ScanRequest& request) {
  datasource::detail::OrderedJson body = wanted_json(table, request.columns);
  body["query"] = query_of(table, request.filters);
  return body;
}

/// Asks for one page.
/// @param search What is searched and given.
/// @param pit    What `open_request` gave.
/// @param after  The `sort` of the last document before, as it came; empty at the start.
inline HttpRequest page_request(datasource::detail::OrderedJson search, std::string_view pit, std::string_view after,
                                Slice slice, std::uint64_t documents) {
  search["size"] = documents;
  search["track_total_hits"] = false;
  if (!search.contains("sort")) search["sort"] = {{{"_shard_doc", "asc"}}};
  search["pit"] = {{"id", pit}, {"keep_alive", keep_alive}};
  if (slice.count > 1) search["slice"] = {{"id", slice.id}, {"max", slice.count}};
  HttpRequest request = protocol::detail::json_request("POST", "/_search?allow_partial_search_results=false", search);
  // The server's own text: a number keeps all its digits.
  if (!after.empty()) request.body.replace(request.body.size() - 1, 1, ",\"search_after\":" + std::string{after} + '}');
  return request;
}

}  // namespace datasource::protocol::search
