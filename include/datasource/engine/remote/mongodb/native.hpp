#pragma once

#include <datasource/engine/remote/mongodb/handles.hpp>
#include <datasource/model/error.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

/// Native queries: one aggregation, which must only read.
namespace datasource::remote::mongo {

/// An aggregation as `{"aggregate": "orders", "pipeline": […]}` says it.
struct Aggregation {
  std::string database = {};    ///< `$db`; empty: the connector's.
  std::string collection = {};  ///< What it reads.
  Document pipeline = {};       ///< The stages, as an array's members.
  Document options = {};        ///< `let`, `hint`, `collation`, `maxTimeMS`, `allowDiskUse`, `comment`.
};

namespace detail {

inline constexpr std::string_view native_form =
    R"(write {"aggregate": "collection", "pipeline": [{"$match": {…}}, …]} in MongoDB's extended JSON)";

/// Stages that read the collection and others of its database, and nothing else.
inline constexpr std::string_view reading_stages[] = {
    "$addFields", "$bucket",      "$bucketAuto",  "$count",  "$densify",         "$facet",
    "$fill",      "$geoNear",     "$graphLookup", "$group",  "$limit",           "$lookup",
    "$match",     "$project",     "$rankFusion",  "$redact", "$replaceRoot",     "$replaceWith",
    "$sample",    "$search",      "$searchMeta",  "$set",    "$setWindowFields", "$skip",
    "$sort",      "$sortByCount", "$unionWith",   "$unset",  "$unwind",          "$vectorSearch"};

/// What writes or runs a program of somebody's on the server, wherever it stands.
inline constexpr std::string_view refused_anywhere[] = {"$out", "$merge", "$where", "$function", "$accumulator"};

/// The first key that is refused, at any depth; empty when there is none.
inline std::string_view refused_key(bson_iter_t& members, int level = 0) {
  while (bson_iter_next(&members)) {
    const std::string_view key = key_of(members);
    for (const std::string_view refused : refused_anywhere) {
      if (key == refused) return refused;
    }
    if (BSON_ITER_HOLDS_CODE(&members) || BSON_ITER_HOLDS_CODEWSCOPE(&members)) return "JavaScript";
    if (!BSON_ITER_HOLDS_DOCUMENT(&members) && !BSON_ITER_HOLDS_ARRAY(&members)) continue;
    if (level > 100) return "more than 100 levels";
    if (auto inner = members_of(members)) {
      if (const auto found = refused_key(*inner, level + 1); !found.empty()) return found;
    }
  }
  return {};
}

inline tl::unexpected<Error> not_native(std::string message) {
  return fail({.kind = ErrorKind::invalid, .message = std::move(message), .status = 400, .type = "QueryException"});
}

/// The one stage of a member of the pipeline, checked. Empty when it is fine.
inline std::string stage_problem(const bson_iter_t& member) {
  if (!BSON_ITER_HOLDS_DOCUMENT(&member)) return "a stage of the pipeline is no object";
  auto stage = members_of(member);
  if (!stage || !bson_iter_next(&*stage)) return "a stage of the pipeline is empty";
  const std::string name{key_of(*stage)};
  for (const std::string_view refused : refused_anywhere) {
    if (name == refused) return "the pipeline may not contain " + name + ": a query only reads, and runs no JavaScript";
  }
  if (std::find(std::begin(reading_stages), std::end(reading_stages), name) == std::end(reading_stages))
    return "the stage \"" + name + "\" is not among those that a query may have";
  if (bson_iter_next(&*stage)) return "a stage of the pipeline has more than one member";
  return {};
}

}  // namespace detail

/// Reads and checks a native query. Errors: `invalid`, with the rule and the form.
inline Result<Aggregation> parse_aggregation(std::string_view text) {
  std::string problem;
  const auto command = parse_json(text, problem);
  if (!command)
    return detail::not_native("this is not extended JSON (" + problem + "); " + std::string{detail::native_form});
  Aggregation query;
  bool pipeline = false;
  bson_iter_t at;
  bson_iter_init(&at, command->get());
  while (bson_iter_next(&at)) {
    const std::string key{key_of(at)};
    if (key == "aggregate") {
      if (BSON_ITER_HOLDS_UTF8(&at)) query.collection = text_of(at);
    } else if (key == "pipeline") {
      pipeline = BSON_ITER_HOLDS_ARRAY(&at);
      auto stages = pipeline ? members_of(at) : Place{};
      while (stages && bson_iter_next(&*stages)) {
        if (const std::string wrong = detail::stage_problem(*stages); !wrong.empty()) return detail::not_native(wrong);
        bson_append_iter(query.pipeline.get(), nullptr, 0, &*stages);
      }
    } else if (key == "$db") {
      if (BSON_ITER_HOLDS_UTF8(&at)) query.database = text_of(at);
    } else if (key == "let" || key == "hint" || key == "collation" || key == "maxTimeMS" || key == "allowDiskUse" ||
               key == "comment") {
      bson_append_iter(query.options.get(), nullptr, 0, &at);
    } else if (key != "cursor") {  // which every aggregation in MongoDB's shell form has
      return detail::not_native("a native query has no member \"" + key + "\"; " + std::string{detail::native_form});
    }
  }
  if (query.collection.empty() || query.collection.find('\0') != std::string::npos || !pipeline)
    return detail::not_native(std::string{"the collection or the pipeline is missing; "} +
                              std::string{detail::native_form});
  bson_iter_init(&at, command->get());
  if (const std::string_view refused = detail::refused_key(at); !refused.empty())
    return detail::not_native("the pipeline may not contain " + std::string{refused} +
                              ": a query only reads, and runs no JavaScript");
  return query;
}

}  // namespace datasource::remote::mongo
