#pragma once

#include <datasource/federation/remote_table.hpp>
#include <datasource/protocol/opensearch/reply.hpp>
#include <datasource/protocol/opensearch/search/sample.hpp>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What an OpenSearch answers to what reading an index asks. Source: OpenSearch 3.4.0.
namespace datasource::protocol::search {

/// The error of a search. The server puts what is wrong with a query below "all shards failed".
/// @pre `response.status` is no success
inline Error read_search_error(const HttpResponse& response) {
  Error error = read_error(response);
  const auto json = datasource::detail::parse_json(response.body, "the error");
  if (!json || !json->is_object()) return error;
  const auto body = json->find("error");
  if (body == json->end() || !body->is_object()) return error;
  const auto causes = body->find("root_cause");
  if (causes == body->end() || !causes->is_array() || causes->empty()) return error;
  const std::string reason = datasource::detail::text_or_empty(causes->front(), "reason");
  const std::string type = datasource::detail::text_or_empty(causes->front(), "type");
  if (type == "search_context_missing_exception") {
    error.kind = ErrorKind::timeout;
    error.message = "the cluster no longer keeps what the search reads from: it was left waiting for longer than " +
                    std::string{"10 minutes, or a node went away; run the statement again"};
  } else if (!reason.empty()) {
    error.message = reason;
  }
  if (!type.empty()) error.type = type;
  return error;
}

namespace detail {

/// The body of a success as JSON, an object. Errors: the server's own, `malformed`.
inline Result<datasource::detail::Json> search_object(const HttpResponse& response) {
  if (!protocol::detail::succeeded(response)) return fail(read_search_error(response));
  return protocol::detail::object_of(response);
}

}  // namespace detail

/// Who answers.
struct ServerInfo {
  std::string distribution = {};  ///< `opensearch`; empty for a server that is none.
  std::string version = {};       ///< Such as `3.4.0`.
  std::string cluster = {};       ///< The cluster's name.
};

/// Reads the reply of info_request. Errors: the server's own; `malformed`.
inline Result<ServerInfo> read_info(const HttpResponse& response) {
  const auto json = detail::search_object(response);
  if (!json) return fail(json.error());
  const auto version = json->find("version");
  if (version == json->end() || !version->is_object()) return fail(ErrorKind::malformed, "the reply names no version");
  ServerInfo info{.distribution = datasource::detail::text_or_empty(*version, "distribution"),
                  .version = datasource::detail::text_or_empty(*version, "number"),
                  .cluster = datasource::detail::text_or_empty(*json, "cluster_name")};
  // A setting for old clients has the server call itself 7.10.2 and leave the distribution out.
  if (info.distribution.empty() && datasource::detail::text_or_empty(*json, "tagline").starts_with("The OpenSearch"))
    info.distribution = "opensearch";
  return info;
}

/// Reads the reply of names_request: indexes are tables, aliases and data streams views. Those whose name begins with a
/// dot are the server's own and are left out. Errors: the server's own; `malformed`.
inline Result<std::vector<RemoteTable>> read_names(const HttpResponse& response, std::string_view schema) {
  const auto json = detail::search_object(response);
  if (!json) return fail(json.error());
  std::vector<RemoteTable> tables;
  for (const auto& [member, kind] : {std::pair{"indices", "table"}, {"aliases", "view"}, {"data_streams", "view"}}) {
    const auto found = json->find(member);
    if (found == json->end() || !found->is_array()) continue;
    for (const auto& each : *found) {
      std::string name = datasource::detail::text_or_empty(each, "name");
      if (name.empty() || name.starts_with('.')) continue;
      tables.push_back({.schema = std::string{schema}, .name = std::move(name), .kind = kind});
    }
  }
  std::sort(tables.begin(), tables.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return tables;
}

/// Reads the reply of mapping_request: an object with a member for each index. Errors: the server's own; `malformed`.
inline Result<datasource::detail::Json> read_mappings(const HttpResponse& response) {
  return detail::search_object(response);
}

/// Reads the reply of sample_request. Errors: the server's own; `malformed`.
inline Result<ArrayPaths> read_sample(const HttpResponse& response) {
  if (!protocol::detail::succeeded(response)) return fail(read_search_error(response));
  ArrayPaths arrays;
  datasource::detail::JsonCursor cursor{response.body};
  const auto malformed = [&] {
    return fail(ErrorKind::malformed, "a sample of the documents is not as expected: " + cursor.fault() + " at byte " +
                                          std::to_string(cursor.fault_offset()));
  };
  // {"hits":{"hits":[{"_source":{…}},…]}}, or {} without documents
  std::string name;
  for (const std::string_view expected : {"hits", "hits"}) {
    name.clear();
    if (!cursor.expect('{')) return malformed();
    if (cursor.take('}')) return arrays;
    if (!cursor.string(name) || !cursor.expect(':')) return malformed();
    if (name != expected) return fail(ErrorKind::malformed, "a sample of the documents has no hits");
  }
  if (!cursor.expect('[')) return malformed();
  if (cursor.take(']')) return arrays;
  do {
    std::string_view raw;
    name.clear();
    if (!cursor.expect('{')) return malformed();
    if (cursor.take('}')) continue;
    if (!cursor.string(name) || !cursor.expect(':') || !cursor.skip(raw) || !cursor.expect('}')) return malformed();
    if (auto sampled = arrays.sample(raw); !sampled) return fail(std::move(sampled.error()));
  } while (cursor.take(','));
  return arrays;
}

/// What a server keeps for the pages of a search.
struct PointInTime {
  std::string id = {};       ///< Names it.
  std::uint32_t shards = 1;  ///< What the index is made of, and thereby how many slices cost nothing.
};

/// Reads the reply of open_request. Errors: the server's own; `malformed`.
inline Result<PointInTime> read_opened(const HttpResponse& response) {
  const auto json = detail::search_object(response);
  if (!json) return fail(json.error());
  PointInTime opened{.id = datasource::detail::text_or_empty(*json, "pit_id")};
  if (opened.id.empty()) return fail(ErrorKind::malformed, "the reply names no point in time");
  if (const auto shards = json->find("_shards"); shards != json->end() && shards->is_object()) {
    const auto total = shards->find("total");
    if (total != shards->end() && total->is_number_unsigned())
      opened.shards = static_cast<std::uint32_t>(std::clamp<std::uint64_t>(total->get<std::uint64_t>(), 1, 1024));
  }
  return opened;
}

/// Reads the reply of count_request. Errors: the server's own; `malformed`; `server`, when a shard could not count.
inline Result<std::uint64_t> read_count(const HttpResponse& response) {
  const auto json = detail::search_object(response);
  if (!json) return fail(json.error());
  const auto count = json->find("count");
  if (count == json->end() || !count->is_number_unsigned()) return fail(ErrorKind::malformed, "the reply has no count");
  const auto shards = json->find("_shards");
  if (shards != json->end() && shards->is_object() && shards->value("failed", 0) > 0)
    return fail(ErrorKind::server, "a part of the index did not answer; try again, or look at the cluster's health");
  return count->get<std::uint64_t>();
}

/// Reads the reply of page_request and keeps it as it is: HitReader makes columns of it. Errors: the server's own.
inline Result<std::string> read_page_body(const HttpResponse& response) {
  if (!protocol::detail::succeeded(response)) return fail(read_search_error(response));
  return response.body;
}

/// How many documents an index gives at once, where that is what an error is about; 0 otherwise. The setting is
/// `index.max_result_window`.
inline std::uint64_t allowed_window(const Error& error) {
  constexpr std::string_view words = "must be less than or equal to: [";
  const std::size_t at = error.message.find(words);
  if (error.status != 400 || at == std::string::npos) return 0;
  std::uint64_t documents = 0;
  const char* const first = error.message.data() + at + words.size();
  (void)std::from_chars(first, error.message.data() + error.message.size(), documents);
  return documents;
}

/// Whether a page failed because the server does not know the order of pages, as those before 3.3.
inline bool lacks_page_order(const Error& error) {
  return error.status == 400 && error.message.find("[_shard_doc]") != std::string::npos;
}

/// Reads the reply of close_request, of which nothing is wanted.
inline Result<bool> read_closed_pit(const HttpResponse& response) { return protocol::detail::succeeded(response); }

}  // namespace datasource::protocol::search
