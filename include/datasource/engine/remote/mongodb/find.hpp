#pragma once

#include <datasource/engine/remote/mongodb/filter.hpp>
#include <datasource/engine/remote/mongodb/handles.hpp>
#include <datasource/engine/remote/mongodb/infer.hpp>
#include <datasource/engine/remote/mongodb/json.hpp>
#include <datasource/federation/remote_table.hpp>
#include <datasource/federation/scan_request.hpp>

#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace datasource::remote::mongo {

/// What `find` is asked for one table.
struct Find {
  Document filter = {};   ///< Conditions, joined.
  Document options = {};  ///< Projection, limit, collation.
  bool texts = false;     ///< Whether texts are compared, by the simple collation.
};

/// Whether MongoDB gives exactly the rows that pass the filter.
inline bool is_exact(const RemoteTable& table, const Filter& filter) {
  const auto condition = to_condition(table, filter);
  return condition && condition->exact;
}

/// Makes it of a request. Without `compare_texts` conditions on texts are left to the engine, and so is the limit then.
inline Find plan_find(const RemoteTable& table, const ScanRequest& request, bool compare_texts = true) {
  Find find;
  std::vector<Document> conditions;
  bool complete = true;
  for (const Filter& filter : request.filters) {
    auto condition = to_condition(table, filter);
    if (!condition || (condition->texts && !compare_texts)) {
      complete = false;
      continue;
    }
    find.texts = find.texts || condition->texts;
    complete = complete && condition->exact;
    conditions.push_back(std::move(condition->document));
  }
  if (conditions.size() == 1) {
    find.filter = std::move(conditions.front());
  } else if (!conditions.empty()) {
    Array all;
    for (const Document& condition : conditions)
      all.push([&](const Document& to, const std::string& key) { to.document(key, condition); });
    find.filter.array("$and", all.document());
  }

  const Document projection;
  bool projected = true;
  bool id = request.columns.empty();  // whose presence is enough to count
  for (const std::string& column : request.columns) {
    const std::string_view field = field_of(table, column);
    if (!addressable(field)) projected = false;  // whole documents then
    if (field == "_id") {
      id = true;
    } else if (projected) {
      projection.number(field, std::int32_t{1});
    }
  }
  if (projected) {
    projection.number("_id", std::int32_t{id ? 1 : 0});
    find.options.document("projection", projection);
  }
  if (request.limit && complete && *request.limit > 0 &&
      *request.limit <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
    find.options.number("limit", static_cast<std::int64_t>(*request.limit));
  if (find.texts) {
    const Document collation;
    collation.text("locale", "simple");
    find.options.document("collation", collation);
  }
  return find;
}

/// The command that is sent, as JSON.
inline std::string to_text(const RemoteTable& table, const Find& find) {
  const Document command;
  command.text("find", table.name);
  command.document("filter", find.filter);
  bson_concat(command.get(), find.options.get());
  command.text("$db", table.schema);
  return to_json(*command.get());
}

}  // namespace datasource::remote::mongo
