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

/// The authoritative gate: what Trino itself, having planned the statement, says that it reads. A statement that is no
/// query, or that reads anything but the catalogs of `plans`, is refused; so is an answer that is not understood.
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
    // A part of the statement that the source itself answers has the schema `_generated`.
    const bool own = schema == "_generated" || plan->only_schema.empty() || iequals(schema, plan->only_schema);
    if (!own)
      return detail::refusal(plan->source + " is registered for " + plan->only_schema + ", and " + schema +
                             " is beside it");
  }
  return std::nullopt;
}

}  // namespace datasource::trino
