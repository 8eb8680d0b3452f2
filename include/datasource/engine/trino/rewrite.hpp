#pragma once

#include <datasource/detail/ascii.hpp>
#include <datasource/engine/trino/catalog.hpp>
#include <datasource/engine/trino/statement.hpp>
#include <datasource/model/error.hpp>
#include <datasource/protocol/trino/error.hpp>

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace datasource::trino {

/// A statement with catalogs in place of sources, and the way back for whoever is told a place in it.
struct Rewritten {
  /// Bytes of the statement that another text stands for.
  struct Edit {
    std::size_t begin;  ///< In the original, in bytes.
    std::size_t end;    ///< Behind its last byte there.
    std::string text;   ///< What stands there now.
  };
  std::string original = {};     ///< As the user wrote it.
  std::string text = {};         ///< As Trino gets it.
  std::vector<Edit> edits = {};  ///< In order.
};

namespace detail {

inline std::string quoted_name(std::string_view name) {
  std::string quoted = "\"";
  for (const char c : name) quoted.append(c == '"' ? 2 : 1, c);
  return quoted + '"';
}

/// Bytes before a place. Lines end with `\n`, `\r` or both; a column counts characters.
inline std::size_t offset_of(std::string_view text, TrinoLocation place) {
  std::size_t at = 0;
  for (int line = 1; line < place.line && at < text.size(); ++line) {
    at = text.find_first_of("\r\n", at);
    if (at == std::string_view::npos) return text.size();
    at += text.substr(at, 2) == "\r\n" ? 2 : 1;
  }
  for (int column = 1; column < place.column && at < text.size(); ++column) {
    ++at;
    while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) ++at;
  }
  return std::min(at, text.size());
}

inline TrinoLocation place_of(std::string_view text, std::size_t offset) {
  TrinoLocation place{1, 1};
  for (std::size_t at = 0; at < std::min(offset, text.size()); ++at) {
    const char c = text[at];
    if (c == '\n' || (c == '\r' && text.substr(at + 1, 1) != "\n")) {
      ++place.line;
      place.column = 1;
    } else if (c != '\r' && (static_cast<unsigned char>(c) & 0xC0) != 0x80) {
      ++place.column;
    }
  }
  return place;
}

}  // namespace detail

/// Puts catalogs in place of sources, and schemas where they are left out. @pre each source of the names has a plan
/// Errors: `invalid` where a schema has to be named, `forbidden` for one that is not to be read.
inline Result<Rewritten> rewrite(std::string_view statement, const StatementNames& names,
                                 std::span<const CatalogPlan> plans) {
  using datasource::detail::iequals;
  Rewritten result{.original = std::string{statement}};
  std::vector<const SourceName*> all;
  for (const auto* list : {&names.tables, &names.columns}) {
    for (const SourceName& name : *list) all.push_back(&name);
  }
  std::sort(all.begin(), all.end(), [](const SourceName* a, const SourceName* b) { return a->begin < b->begin; });
  std::size_t at = 0;
  for (const SourceName* name : all) {
    const auto plan = std::find_if(plans.begin(), plans.end(),
                                   [&](const CatalogPlan& each) { return iequals(each.source, name->source); });
    const std::string schema = name->schema.empty() ? plan->default_schema : name->schema;
    std::string text = plan->name;
    if (name->function) {
      text += ".system.query";
    } else {
      if (schema.empty())
        return fail(invalid(
            {{"query", "schema_missing",
              name->source + '.' + name->table + " does not say its schema, and " + name->source + " has no usual one",
              "write " + name->source + ".schema." + name->table}}));
      const bool system =
          std::any_of(plan->connector->trino.system_schemas.begin(), plan->connector->trino.system_schemas.end(),
                      [&](std::string_view each) { return iequals(each, schema); });
      if (system)
        return fail(detail::refusal("the schema " + schema + " of " + plan->source + " is " +
                                    std::string{plan->connector->title} +
                                    "'s own and not allowed; select from your own tables"));
      if (!plan->only_schema.empty() && !iequals(plan->only_schema, schema))
        return fail(detail::refusal(plan->source + " is registered for " + plan->only_schema + ", and " + schema +
                                    " is beside it; register a source for that one"));
      text += '.' + detail::quoted_name(schema) + '.' + detail::quoted_name(name->table);
    }
    result.text += statement.substr(at, name->begin - at);
    result.text += text;
    at = name->end;
    result.edits.push_back({name->begin, name->end, std::move(text)});
  }
  result.text += statement.substr(at);
  while (!result.text.empty() && std::string_view{"; \t\r\n"}.find(result.text.back()) != std::string_view::npos)
    result.text.pop_back();
  return result;
}

/// A place in what Trino got as a place in what the user wrote.
inline TrinoLocation original_place(const Rewritten& statement, TrinoLocation place) {
  const std::size_t found = detail::offset_of(statement.text, place);
  std::size_t grown = 0, before = 0;  // of the text so far: bytes in the new one and in the original
  for (const Rewritten::Edit& edit : statement.edits) {
    const std::size_t begin = edit.begin + grown - before;
    if (found < begin) break;
    if (found < begin + edit.text.size()) return detail::place_of(statement.original, edit.begin);
    grown += edit.text.size();
    before += edit.end - edit.begin;
  }
  return detail::place_of(statement.original, found + before - grown);
}

}  // namespace datasource::trino
