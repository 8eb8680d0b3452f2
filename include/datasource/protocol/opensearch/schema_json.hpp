#pragma once

#include <datasource/detail/json.hpp>
#include <datasource/model/schema.hpp>

#include <cstdint>
#include <string>
#include <utility>

namespace datasource {

/// The API's JSON of a page of a source's tables; `next` and `problem` only where there are any.
inline detail::OrderedJson to_json(const SchemaPage& page) {
  detail::OrderedJson tables = detail::OrderedJson::array();
  for (const TableDescription& table : page.tables) {
    detail::OrderedJson columns = detail::OrderedJson::array();
    for (const ColumnDescription& column : table.columns)
      columns.push_back({{"name", column.name}, {"type", to_string(column.type)}, {"nullable", column.nullable}});
    detail::OrderedJson json{
        {"schema", table.schema}, {"name", table.name}, {"type", table.kind}, {"columns", std::move(columns)}};
    if (!table.problem.empty()) json["problem"] = table.problem;
    tables.push_back(std::move(json));
  }
  detail::OrderedJson json{{"name", page.source}};
  json["schemas"] = page.schemas;
  json["total"] = page.total;
  json["tables"] = std::move(tables);
  if (!page.next.empty()) json["next"] = page.next;
  return json;
}

/// Reads it back; members that are absent stay empty. Errors: `malformed`.
inline Result<SchemaPage> read_schema_page(const detail::Json& json) {
  const auto tables = json.is_object() ? json.find("tables") : json.end();
  if (tables == json.end() || !tables->is_array())
    return fail(ErrorKind::malformed, "the reply does not list the tables of a data source");
  SchemaPage page{.source = detail::text_or_empty(json, "name"), .next = detail::text_or_empty(json, "next")};
  if (const auto total = json.find("total"); total != json.end() && total->is_number_unsigned())
    page.total = total->get<std::uint64_t>();
  if (const auto schemas = json.find("schemas"); schemas != json.end() && schemas->is_array()) {
    for (const detail::Json& each : *schemas) {
      if (each.is_string()) page.schemas.push_back(each.get<std::string>());
    }
  }
  for (const detail::Json& each : *tables) {
    TableDescription table{.schema = detail::text_or_empty(each, "schema"),
                           .name = detail::text_or_empty(each, "name"),
                           .kind = detail::text_or_empty(each, "type"),
                           .problem = detail::text_or_empty(each, "problem")};
    if (const auto columns = each.find("columns"); columns != each.end() && columns->is_array()) {
      for (const detail::Json& column : *columns) {
        const auto nullable = column.find("nullable");
        table.columns.push_back(
            {.name = detail::text_or_empty(column, "name"),
             .type = parse_type(detail::text_or_empty(column, "type")),
             .nullable = nullable == column.end() || !nullable->is_boolean() || nullable->get<bool>()});
      }
    }
    page.tables.push_back(std::move(table));
  }
  return page;
}

}  // namespace datasource
