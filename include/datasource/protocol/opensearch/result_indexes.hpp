#pragma once

#include <datasource/detail/json.hpp>
#include <datasource/protocol/opensearch/reply.hpp>
#include <datasource/protocol/opensearch/routes.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace datasource {

/// What a result index keeps: replies that are given again.
struct ResultIndex {
  std::string name = {};      ///< As sources name it.
  std::uint64_t results = 0;  ///< Replies in it.
  std::uint64_t bytes = 0;    ///< What they take.

  friend bool operator==(const ResultIndex&, const ResultIndex&) = default;
};

/// The API's JSON of a result index.
inline detail::OrderedJson to_json(const ResultIndex& index) {
  return {{"resultIndex", index.name}, {"results", index.results}, {"bytes", index.bytes}};
}

/// The result cache: `GET /_plugins/_query/_results` and `DELETE …/_results/{resultIndex}`. Routes of this project's
/// gateway.
namespace protocol {

/// All result indexes that keep something.
inline HttpRequest result_indexes_request() { return {"GET", std::string{routes::results}, {}, {}}; }

/// Empties a result index. Errors: `invalid` for what cannot stand in a path.
inline Result<HttpRequest> clear_results_request(std::string_view index) {
  return detail::with_segment(routes::results, index, "resultIndex").map([](std::string target) {
    return HttpRequest{"DELETE", std::move(target), {}, {}};
  });
}

namespace detail {

inline Result<ResultIndex> read_result_index(const Json& json) {
  ResultIndex index{.name = datasource::detail::text_or_empty(json, "resultIndex")};
  for (const auto& [key, member] :
       {std::pair{"results", &ResultIndex::results}, std::pair{"bytes", &ResultIndex::bytes}}) {
    if (const auto found = json.find(key); found != json.end() && found->is_number_unsigned())
      index.*member = found->template get<std::uint64_t>();
  }
  if (index.name.empty()) return fail(ErrorKind::malformed, "the reply names no result index");
  return index;
}

}  // namespace detail

/// What was in a result index that is empty now. Errors: the server's own; `malformed`.
inline Result<ResultIndex> read_cleared_results(const HttpResponse& response) {
  return detail::object_of(response).and_then(&detail::read_result_index);
}

/// Errors: the server's own; `malformed`.
inline Result<std::vector<ResultIndex>> read_result_indexes(const HttpResponse& response) {
  const auto json = detail::object_of(response);
  if (!json) return fail(json.error());
  const auto all = json->find("resultIndexes");
  if (all == json->end() || !all->is_array()) return fail(ErrorKind::malformed, "the reply lists no result indexes");
  std::vector<ResultIndex> indexes;
  for (const detail::Json& each : *all) {
    auto index = each.is_object() ? detail::read_result_index(each) : fail(ErrorKind::malformed, "no result index");
    if (!index) return fail(index.error());
    indexes.push_back(std::move(*index));
  }
  return indexes;
}

}  // namespace protocol

}  // namespace datasource
