#pragma once

#include <datasource/detail/ascii.hpp>
#include <datasource/detail/json.hpp>
#include <datasource/engine/trino/catalog.hpp>
#include <datasource/engine/trino/lexer.hpp>
#include <datasource/model/error.hpp>

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace datasource::trino {

/// Asks Trino what a statement reads and writes. A line break, so that places keep their columns.
inline constexpr std::string_view io_plan_question = "EXPLAIN (TYPE IO, FORMAT JSON)\n";

namespace detail {

/// The text at a place of a plan; empty where there is none.
inline std::string plan_text(const datasource::detail::Json& json, const char* place) {
  const datasource::detail::Json::json_pointer pointer{place};
  return json.contains(pointer) && json.at(pointer).is_string() ? json.at(pointer).get<std::string>() : std::string{};
}

/// Whether a table is asked for one value of a column, as Trino's plan has it.
inline bool asks_one_value(const datasource::detail::Json& input, std::string_view column) {
  const datasource::detail::Json::json_pointer columns{"/constraint/columnConstraints"};
  if (!input.contains(columns)) return false;
  for (const datasource::detail::Json& each : input.at(columns)) {
    if (plan_text(each, "/columnName") != column) continue;
    const std::string low = plan_text(each, "/domain/ranges/0/low/value");
    const bool one_range = plan_text(each, "/domain/ranges/1/low/value").empty();
    return one_range && !low.empty() && low == plan_text(each, "/domain/ranges/0/high/value");
  }
  return false;
}

}  // namespace detail

/// The authoritative gate: what Trino itself, having planned the statement, says that it reads. A statement that is no
/// query, or that reads anything but the catalogs of `plans`, is refused; so are an answer that is not understood and a
/// question that Trino would answer wrongly without a word.
/// @param answer The one cell of the answer to EXPLAIN (TYPE IO, FORMAT JSON).
/// @par Source Trino 476.
inline std::optional<Error> read_io_plan(std::string_view answer, std::span<const CatalogPlan> plans) {
  using datasource::detail::iequals;
  using datasource::detail::Json;
  using datasource::detail::text_or_empty;
  const Json json = Json::parse(answer, nullptr, false);
  const auto inputs = json.is_object() ? json.find("inputTableColumnInfos") : json.end();
  // Of a statement that is no query, Trino repeats the text instead.
  if (inputs == json.end() || !inputs->is_array()) return detail::refusal("only SELECT is allowed");
  if (const auto output = json.find("outputTable"); output != json.end() && !output->is_null())
    return detail::refusal("only SELECT is allowed, and this statement writes");
  for (const Json& input : *inputs) {
    const auto table = input.is_object() ? input.find("table") : input.end();
    if (table == input.end()) return detail::refusal("what this statement reads cannot be told");
    const std::string catalog = text_or_empty(*table, "catalog");
    const auto name = table->find("schemaTable");
    const std::string schema = name == table->end() ? std::string{} : text_or_empty(*name, "schema");
    const auto plan =
        std::find_if(plans.begin(), plans.end(), [&](const CatalogPlan& each) { return each.name == catalog; });
    if (plan == plans.end())
      return detail::refusal("the statement reads from the catalog " + catalog +
                             ", which is none of its data sources; write source.table or source.schema.table");
    if (iequals(schema, "information_schema"))
      return detail::refusal("information_schema is not allowed; select from the source's own tables");
    if (const std::string_view column = plan->connector->trino.range_column;
        !column.empty() && detail::asks_one_value(input, column)) {
      const std::string what{column};
      return invalid({{"query", "range_missing", "Trino finds no row of " + plan->source + " by one value of " + what,
                       "write a range: " + what + " >= … AND " + what + " < …"}});
    }
    // A part of the statement that the source itself answers has the schema `_generated`.
    const bool own = schema == "_generated" || plan->only_schema.empty() || iequals(schema, plan->only_schema);
    if (!own)
      return detail::refusal(plan->source + " is registered for " + plan->only_schema + ", and " + schema +
                             " is beside it");
  }
  return std::nullopt;
}

}  // namespace datasource::trino
