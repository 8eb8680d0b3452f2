#pragma once

#include <datasource/columnar/json_cursor.hpp>
#include <datasource/detail/json.hpp>
#include <datasource/http/message.hpp>
#include <datasource/model/error.hpp>
#include <datasource/protocol/bigquery/error_json.hpp>
#include <datasource/protocol/bigquery/field.hpp>

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace datasource::protocol::bigquery {

/// A dataset, or a table of one.
struct Name {
  std::string id = {};    ///< Without project and dataset.
  std::string type = {};  ///< Of tables: `TABLE`, `VIEW`, `MATERIALIZED_VIEW`, `EXTERNAL`, `SNAPSHOT`.

  friend bool operator==(const Name&, const Name&) = default;
};

/// Some names, and what asks for those that follow.
struct NamePage {
  std::vector<Name> names = {};  ///< In BigQuery's order.
  std::string cursor = {};       ///< The page token; empty on the last page.
};

/// A table as tables.get describes it.
struct TableDescription {
  std::string type = {};           ///< See Name.
  std::vector<Field> fields = {};  ///< Its columns.
};

/// What a dry run tells of a statement.
struct DryRun {
  std::string statement_type = {};  ///< `SELECT`, `INSERT`, `SCRIPT`, …; empty when it is not told.
  std::vector<Field> fields = {};   ///< What its rows would hold.
};

namespace detail {

using datasource::detail::JsonCursor;

inline Result<Json> object_of(const HttpResponse& response) {
  if (response.status < 200 || response.status > 299) return fail(bigquery::read_error(response));
  auto json = datasource::detail::parse_json(response.body, "the reply");
  if (json && !json->is_object()) return fail(ErrorKind::malformed, "the reply is not a JSON object");
  return json;
}

inline Result<NamePage> names_of(const HttpResponse& response, const char* list, const char* kind,
                                 const char* reference, const char* id) {
  const auto json = object_of(response);
  if (!json) return fail(json.error());
  // A list that is empty is left out, so the kind is what tells the reply from any other JSON.
  const std::string told = datasource::detail::text_or_empty(*json, "kind");
  const auto entries = json->find(list);
  if (told != kind && (entries == json->end() || !entries->is_array()))
    return fail(ErrorKind::malformed, std::string{"the reply is no "} + kind);
  NamePage page{.cursor = datasource::detail::text_or_empty(*json, "nextPageToken")};
  if (entries == json->end() || !entries->is_array()) return page;
  for (const Json& entry : *entries) {
    const auto found = entry.is_object() ? entry.find(reference) : entry.end();
    if (!entry.is_object() || found == entry.end())
      return fail(ErrorKind::malformed, "an entry of the list has no name");
    page.names.push_back(
        {datasource::detail::text_or_empty(*found, id), datasource::detail::text_or_empty(entry, "type")});
  }
  return page;
}

/// Walks along members of nested objects and reads the schema that the last one is. False when there is none.
inline bool find_schema(JsonCursor& cursor, std::span<const std::string_view> path, std::vector<Field>& fields) {
  if (path.empty()) return read_schema(cursor, fields);
  if (!cursor.expect('{') || cursor.take('}')) return false;
  std::string key;
  do {
    std::string_view raw;
    key.clear();
    if (cursor.peek() != '"' || !cursor.string(key) || !cursor.expect(':')) return false;
    if (key == path.front() && cursor.peek() == '{') return find_schema(cursor, path.subspan(1), fields);
    if (!cursor.skip(raw)) return false;
  } while (cursor.take(','));
  return false;
}

}  // namespace detail

/// The reply of datasets.list. Errors: the server's own; `malformed`.
inline Result<NamePage> read_datasets(const HttpResponse& response) {
  return detail::names_of(response, "datasets", "bigquery#datasetList", "datasetReference", "datasetId");
}

/// The reply of tables.list. Errors: the server's own; `malformed`.
inline Result<NamePage> read_tables(const HttpResponse& response) {
  return detail::names_of(response, "tables", "bigquery#tableList", "tableReference", "tableId");
}

/// The reply of tables.get. Errors: the server's own; `malformed`.
inline Result<TableDescription> read_table(const HttpResponse& response) {
  if (response.status < 200 || response.status > 299) return fail(bigquery::read_error(response));
  datasource::detail::JsonCursor check{response.body};
  std::string_view raw;
  if (check.peek() != '{' || !check.skip(raw) || !check.at_end())
    return fail(ErrorKind::malformed, "the reply is not a JSON object");
  TableDescription table;
  datasource::detail::JsonCursor cursor{response.body};
  cursor.take('{');
  std::string key;
  if (cursor.peek() == '}') return table;
  do {
    key.clear();
    cursor.peek();
    cursor.string(key);
    cursor.expect(':');
    if (key == "type" && cursor.peek() == '"') {
      table.type.clear();
      cursor.string(table.type);
    } else if (key == "schema" && cursor.peek() == '{') {
      if (!detail::read_schema(cursor, table.fields)) return fail(ErrorKind::malformed, "the table: " + cursor.fault());
    } else {
      cursor.skip(raw);
    }
  } while (cursor.take(','));
  return table;
}

/// The reply of a dry run. Errors: the server's own, which say what is wrong with the statement; `malformed`.
inline Result<DryRun> read_dry_run(const HttpResponse& response) {
  if (response.status < 200 || response.status > 299) return fail(bigquery::read_error(response));
  const auto json = detail::Json::parse(response.body, nullptr, false);
  const detail::Json* at = &json;
  for (const char* const name : {"statistics", "query", "statementType"}) {
    if (!at->is_object() || !at->contains(name))
      return fail(ErrorKind::malformed, "the reply tells no type of statement");
    at = &(*at)[name];
  }
  DryRun dry{.statement_type = at->is_string() ? at->get<std::string>() : std::string{}};
  constexpr std::string_view path[] = {"statistics", "query", "schema"};
  datasource::detail::JsonCursor cursor{response.body};
  detail::find_schema(cursor, path, dry.fields);
  return dry;
}

/// The reply of jobs.cancel. Errors: the server's own.
inline Result<bool> read_cancelled(const HttpResponse& response) {
  if (response.status < 200 || response.status > 299) return fail(bigquery::read_error(response));
  return true;
}

}  // namespace datasource::protocol::bigquery
