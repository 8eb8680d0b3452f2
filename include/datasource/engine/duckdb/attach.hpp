#pragma once

#include <datasource/connector/settings.hpp>
#include <datasource/detail/ascii.hpp>
#include <datasource/engine/duckdb/files.hpp>
#include <datasource/engine/duckdb/quote.hpp>
#include <datasource/engine/duckdb/statement.hpp>
#include <datasource/model/data_source.hpp>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace datasource::duckdb {

/// How a source becomes a catalog of a DuckDB instance. Two equal plans make equal catalogs, so a plan is a cache key.
struct AttachPlan {
  std::string source = {};
  const Connector* connector = nullptr;
  Settings settings = {};
  std::vector<std::string> statements = {};  ///< Run in this order. They hold credentials: never shown.
  std::vector<std::string> files = {};       ///< What the catalog reads on this machine.

  friend bool operator==(const AttachPlan& a, const AttachPlan& b) {
    return a.source == b.source && a.statements == b.statements;
  }
};

namespace detail {

inline std::string setting_or_empty(const Settings& settings, std::string_view key) {
  const auto found = settings.find(key);
  return found == settings.end() ? std::string{} : found->second;
}

/// A setting's value as the engine spells it; empty when it is not set.
inline std::string engine_value(const Settings& settings, const EngineParameter& parameter) {
  std::string value = setting_or_empty(settings, parameter.field);
  for (const Choice& choice : parameter.translate) {
    if (choice.value == value) return std::string{choice.title};
  }
  if (parameter.divisor > 1 && !value.empty()) {
    const std::int64_t number = std::stoll(value);  // a checked integer
    value = std::to_string((number + parameter.divisor - 1) / parameter.divisor);
  }
  return value;
}

/// `key=value` pairs with the values quoted as libpq reads them.
inline std::string option_text(const Settings& settings, std::span<const EngineParameter> parameters) {
  std::string text;
  for (const EngineParameter& parameter : parameters) {
    const std::string value = engine_value(settings, parameter);
    if (value.empty()) continue;
    if (!text.empty()) text += ' ';
    text += std::string{parameter.name} + '=';
    const bool plain = std::ranges::all_of(value, [](char c) {
      return datasource::detail::is_alpha(c) || datasource::detail::is_digit(c) || c == '-' || c == '_';
    });
    if (plain) {
      text += value;
      continue;
    }
    text += '\'';
    for (const char c : value) {
      if (c == '\'' || c == '\\') text += '\\';
      text += c;
    }
    text += '\'';
  }
  return text;
}

inline void plan_database(AttachPlan& plan) {
  const DuckDbMapping& mapping = plan.connector->duckdb;
  const std::string secret = identifier("datasource:" + plan.source);
  std::string create = "CREATE TEMPORARY SECRET " + secret + " (TYPE " + std::string{mapping.type};
  for (const EngineParameter& parameter : mapping.secret) {
    const std::string value = engine_value(plan.settings, parameter);
    if (!value.empty()) create += ", " + std::string{parameter.name} + ' ' + literal(value);
  }
  plan.statements.push_back(create + ")");
  plan.statements.push_back("ATTACH " + literal(option_text(plan.settings, mapping.options)) + " AS " +
                            identifier(plan.source) + " (TYPE " + std::string{mapping.type} + ", SECRET " + secret +
                            ", READ_ONLY)");
}

inline void plan_file(AttachPlan& plan) {
  const std::string path = setting_or_empty(plan.settings, "path");
  plan.statements.push_back("ATTACH " + literal(path) + " AS " + identifier(plan.source) + " (TYPE " +
                            std::string{plan.connector->duckdb.type} + ", READ_ONLY)");
  for (const char* companion : {"", "-wal", "-shm", "-journal"}) plan.files.push_back(path + companion);
}

/// A path as DuckDB's readers take it: what would be a pattern stands in brackets and means itself.
inline std::string without_pattern(std::string_view path) {
  std::string plain;
  for (const char c : path) plain += c == '*' || c == '?' || c == '[' ? std::string{'[', c, ']'} : std::string{c};
  return plain;
}

inline std::string view_of(const AttachPlan& plan, const FileTable& table) {
  std::string files;
  for (const std::string& file : table.files) files += (files.empty() ? "" : ", ") + literal(without_pattern(file));
  return "CREATE VIEW " + identifier(plan.source) + "." + identifier("main") + "." + identifier(table.name) +
         " AS SELECT * FROM read_" + std::string{to_string(table.format)} + "([" + files + "]" +
         (table.files.size() > 1 ? ", union_by_name = true" : "") + ")";
}

/// Views of those tables only that are asked for: making a view opens its files.
inline Result<void> plan_views(AttachPlan& plan, std::span<const TableName> wanted) {
  auto tables = file_tables(plan.settings);
  if (!tables) return fail(tables.error());
  plan.statements.push_back("ATTACH ':memory:' AS " + identifier(plan.source));
  for (const TableName& name : wanted) {
    using datasource::detail::iequals;
    if (!iequals(name.source, plan.source)) continue;
    const auto found =
        std::ranges::find_if(*tables, [&](const FileTable& table) { return iequals(table.name, name.table); });
    if (found == tables->end() || (!name.schema.empty() && !iequals(name.schema, "main"))) {
      std::string known;
      for (std::size_t i = 0; i < tables->size() && i < 20; ++i)
        known += (known.empty() ? "" : ", ") + (*tables)[i].name;
      return fail({.kind = ErrorKind::not_found,
                   .message = plan.source + " has no table \"" + (name.schema.empty() ? "" : name.schema + ".") +
                              name.table + "\"" +
                              (known.empty() ? "; no data files were found in it" : "; it has " + known),
                   .status = 404,
                   .type = "TableNotFoundException"});
    }
    std::string view = view_of(plan, *found);
    if (std::ranges::find(plan.statements, view) != plan.statements.end()) continue;
    plan.statements.push_back(std::move(view));
    for (const std::string& file : found->files) {
      plan.files.push_back(file);
      if (std::string plain = without_pattern(file); plain != file) plan.files.push_back(std::move(plain));
    }
  }
  return {};
}

}  // namespace detail

/// Derives the plan from the catalogue alone. `wanted` are the tables that will be read. Errors: `invalid` (the source
/// breaks a rule), `unsupported` (this engine cannot reach the connector), `connection` and `not_found` (files).
inline Result<AttachPlan> plan_attach(const DataSource& source, std::span<const TableName> wanted) {
  const Connector* connector = find_connector(source.connector.id);
  if (connector == nullptr || connector->duckdb.kind == DuckDbMapping::Kind::none) {
    return fail(
        {.kind = ErrorKind::unsupported,
         .message = "this engine cannot read " + source.name + ", whose connector is \"" + source.connector.id + "\"",
         .status = 501});
  }
  auto violations = validate(source);
  if (!violations.empty()) return fail(invalid(std::move(violations)));
  AttachPlan plan{.source = source.name,
                  .connector = connector,
                  .settings = resolve_settings(source.connector, *connector).settings};
  switch (connector->duckdb.kind) {
    case DuckDbMapping::Kind::database: detail::plan_database(plan); break;
    case DuckDbMapping::Kind::file: detail::plan_file(plan); break;
    case DuckDbMapping::Kind::views:
      if (auto planned = detail::plan_views(plan, wanted); !planned) return fail(planned.error());
      break;
    case DuckDbMapping::Kind::none: break;
  }
  return plan;
}

}  // namespace datasource::duckdb
