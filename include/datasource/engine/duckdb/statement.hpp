#pragma once

#include <datasource/connector/validation.hpp>
#include <datasource/detail/ascii.hpp>
#include <datasource/detail/json.hpp>
#include <datasource/engine/duckdb/function_rules.hpp>
#include <datasource/model/error.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace datasource::duckdb {

/// A table that a statement names.
struct TableName {
  std::string source = {};
  std::string schema = {};  ///< Empty in `source.table`.
  std::string table = {};
  std::uint64_t position = 0;  ///< Where it stands in the text, in bytes.
};

/// What a statement that may run reads.
struct StatementTables {
  std::vector<TableName> tables = {};  ///< In order of appearance.
  std::size_t parameters = 0;          ///< Values that it waits for.
  bool repeatable = true;              ///< Whether it gives the same rows over the same data whenever it runs.

  /// The sources, as written, each once, in order of appearance. DuckDB folds case, so `crm` and `CRM` are one.
  [[nodiscard]] std::vector<std::string> sources() const {
    std::vector<std::string> names;
    for (const TableName& table : tables) {
      const auto same = [&](const std::string& name) { return datasource::detail::iequals(name, table.source); };
      if (std::ranges::none_of(names, same)) names.push_back(table.source);
    }
    return names;
  }
};

namespace detail {

using datasource::detail::iequals;
using datasource::detail::Json;
using datasource::detail::text_or_empty;

inline Error refusal(std::string message) {
  return {.kind = ErrorKind::forbidden,
          .message = std::move(message),
          .status = 403,
          .type = "StatementNotAllowedException"};
}

inline Error parse_error(std::string message) {
  return {.kind = ErrorKind::invalid, .message = std::move(message), .status = 400, .type = "SQLParseException"};
}

/// Applies the confinement rules to the syntax tree that DuckDB's json_serialize_sql gives. What is not known is
/// refused: a later DuckDB with a new kind of node fails closed. User text stands only in values, never in keys, so a
/// key can be trusted.
class StatementWalk {
 public:
  Result<StatementTables> run(const Json& root) {
    if (const auto error = read_root(root)) return fail(*error);
    std::ranges::stable_sort(tables_.tables, {}, &TableName::position);
    return std::move(tables_);
  }

 private:
  using Verdict = std::optional<Error>;
  using Scope = std::vector<std::string>;

  static constexpr int max_depth = 3000;

  Verdict read_root(const Json& root) {
    const auto statements = root.find("statements");
    if (statements == root.end() || !statements->is_array()) return parse_error("the statement could not be read");
    if (statements->empty()) return parse_error("the statement is empty; send one SELECT");
    if (statements->size() > 1)
      return refusal("only one statement is allowed, and this text holds " + std::to_string(statements->size()) +
                     "; send them one by one");
    const Json& statement = statements->front();
    if (auto error = count_parameters(statement)) return error;
    const auto node = statement.find("node");
    if (node == statement.end() || !node->is_object()) return parse_error("the statement could not be read");
    return visit(*node, {}, 0);
  }

  /// Parameters have numbers, from 1 on, each of which is used.
  Verdict count_parameters(const Json& statement) {
    for (const Json& parameter : statement.value("named_param_map", Json::array())) {
      const std::string name = text_or_empty(parameter, "key");
      if (name.empty() || name.size() > 4 || name.find_first_not_of("0123456789") != std::string::npos)
        return parse_error("the parameter $" + name + " has a name; write ? or $1, $2 and so on");
      ++tables_.parameters;
      highest_ = std::max(highest_, std::stoul(name));
    }
    if (highest_ != tables_.parameters)
      return parse_error("the statement has a parameter $" + std::to_string(highest_) + " but not all before it");
    return std::nullopt;
  }

  /// Every value of the tree comes through here.
  Verdict visit(const Json& value, const Scope& scope, int depth) {
    if (depth > max_depth) return refusal("the statement nests too deeply; simplify it");
    if (value.is_array()) {
      for (const Json& element : value) {
        if (auto error = visit(element, scope, depth + 1)) return error;
      }
      return std::nullopt;
    }
    if (!value.is_object()) return std::nullopt;
    if (const auto kind = value.find("class"); kind != value.end() && kind->is_string())
      return visit_expression(value, kind->get_ref<const std::string&>(), scope, depth);
    if (const auto type = value.find("type"); type != value.end() && type->is_string())
      return visit_typed(value, type->get_ref<const std::string&>(), scope, depth);
    if (value.contains("type_info")) return visit_logical_type(value, scope, depth);
    if (value.contains("sample_size")) tables_.repeatable = false;
    return visit_members(value, scope, depth);
  }

  Verdict visit_members(const Json& object, const Scope& scope, int depth) {
    for (const Json& member : object) {
      if (auto error = visit(member, scope, depth + 1)) return error;
    }
    return std::nullopt;
  }

  Verdict visit_typed(const Json& object, std::string_view type, const Scope& scope, int depth) {
    constexpr std::string_view harmless[] = {"EMPTY",
                                             "JOIN",
                                             "SUBQUERY",
                                             "EXPRESSION_LIST",
                                             "LIMIT_MODIFIER",
                                             "LIMIT_PERCENT_MODIFIER",
                                             "DISTINCT_MODIFIER",
                                             "ORDER_MODIFIER",
                                             "ORDER_DEFAULT",
                                             "ASCENDING",
                                             "DESCENDING"};
    if (type == "SELECT_NODE" || type == "SET_OPERATION_NODE" || type == "RECURSIVE_CTE_NODE" || type == "CTE_NODE")
      return visit_query(object, type, scope, depth);
    if (type == "BASE_TABLE") return visit_table(object, scope);
    if (type == "TABLE_FUNCTION") return visit_table_function(object, scope, depth);
    if (type == "PIVOT") return visit_pivot(object, scope, depth);
    if (type == "SHOW_REF")
      return refusal("DESCRIBE, SHOW and SUMMARIZE are not allowed; select from the source's tables");
    if (std::ranges::find(harmless, type) != std::end(harmless)) return visit_members(object, scope, depth);
    return refusal("the statement uses a construct that is not allowed (" + std::string{type} +
                   "); write it as a plain SELECT");
  }

  /// A query sees the names of its WITH clause, in order: each common table expression sees the earlier ones.
  Verdict visit_query(const Json& node, std::string_view type, const Scope& outer, int depth) {
    Scope scope = outer;
    if (const auto map = node.find("cte_map"); map != node.end() && map->is_object()) {
      for (const Json& entry : map->value("map", Json::array())) {
        if (auto error = visit_members(entry, scope, depth + 1)) return error;
        scope.push_back(text_or_empty(entry, "key"));
      }
    }
    const std::string own_name = text_or_empty(node, "cte_name");
    for (const auto& [key, member] : node.items()) {
      if (key == "cte_map") continue;
      const bool sees_itself =
          (type == "RECURSIVE_CTE_NODE" && key == "right") || (type == "CTE_NODE" && key == "child");
      if (sees_itself) scope.push_back(own_name);
      if (auto error = visit(member, scope, depth + 1)) return error;
      if (sees_itself) scope.pop_back();
    }
    return std::nullopt;
  }

  Verdict visit_table(const Json& table, const Scope& scope) {
    const std::string catalog = text_or_empty(table, "catalog_name");
    const std::string schema = text_or_empty(table, "schema_name");
    const std::string name = text_or_empty(table, "table_name");
    if (const auto sample = table.find("sample"); sample != table.end() && !sample->is_null())
      tables_.repeatable = false;
    if (const auto at = table.find("at_clause"); at != table.end() && !at->is_null())
      return refusal("AT (VERSION or TIMESTAMP) is not allowed; read the table as it is");
    if (catalog.empty() && schema.empty()) {
      if (std::ranges::any_of(scope, [&](const std::string& known) { return iequals(known, name); }))
        return std::nullopt;
      return refusal("\"" + name +
                     "\" does not say which data source it is in; write source.table or source.schema.table (files and "
                     "URLs cannot be read by name)");
    }
    TableName found = catalog.empty() ? TableName{schema, {}, name, 0} : TableName{catalog, schema, name, 0};
    found.position = table.value("query_location", std::uint64_t{0});
    if (iequals(found.source, "information_schema") || iequals(found.source, "pg_catalog") ||
        is_system_schema(found.schema)) {
      return refusal(
          "system catalogues such as information_schema and pg_catalog are not allowed; select from the source's own "
          "tables");
    }
    for (const std::string_view reserved : reserved_names) {
      if (iequals(found.source, reserved))
        return refusal("\"" + found.source + "\" is the SQL engine's own; write source.table with a registered source");
    }
    tables_.tables.push_back(std::move(found));
    return std::nullopt;
  }

  Verdict visit_table_function(const Json& reference, const Scope& scope, int depth) {
    const auto function = reference.find("function");
    const std::string name = function == reference.end() ? std::string{} : text_or_empty(*function, "function_name");
    if (!is_allowed_table_function(name) || !is_builtin_schema(*function)) {
      return refusal("the table function " + name + " is not allowed; allowed are " + allowed_table_functions_text() +
                     ", and tables of registered sources");
    }
    return visit_members(reference, scope, depth);
  }

  Verdict visit_pivot(const Json& pivot, const Scope& scope, int depth) {
    for (const Json& column : pivot.value("pivots", Json::array())) {
      if (!text_or_empty(column, "pivot_enum").empty())
        return refusal("PIVOT over a named type is not allowed; list the values after IN");
    }
    return visit_members(pivot, scope, depth);
  }

  Verdict visit_expression(const Json& expression, std::string_view kind, const Scope& scope, int depth) {
    constexpr std::string_view harmless[] = {
        "BETWEEN",     "CASE",    "CAST",       "COLLATE",  "COLUMN_REF",           "COMPARISON",
        "CONJUNCTION", "LAMBDA",  "LAMBDA_REF", "OPERATOR", "POSITIONAL_REFERENCE", "STAR",
        "SUBQUERY",    "DEFAULT", "TYPE"};
    if (kind == "CONSTANT" || kind == "PARAMETER") return std::nullopt;
    if (kind == "COLUMN_REF") note_column(expression);
    if (kind == "FUNCTION" || kind == "WINDOW") {
      const std::string name = text_or_empty(expression, "function_name");
      if (const auto why = function_refusal(name))
        return refusal("the function " + name + " is not allowed: " + std::string{*why} + "; leave it out");
      if (!is_builtin_schema(expression))
        return refusal("the function " + name +
                       " is called through a schema, which is not allowed; call it by its bare name");
      if (is_changing(name) && !(iequals(name, "age") && expression.value("children", Json::array()).size() > 1))
        tables_.repeatable = false;
      if (expression.value("export_state", false))
        return refusal("EXPORT_STATE is not allowed; select the aggregate's value");
      return visit_members(expression, scope, depth);
    }
    if (std::ranges::find(harmless, kind) != std::end(harmless)) return visit_members(expression, scope, depth);
    return refusal("the statement uses an expression that is not allowed (" + std::string{kind} +
                   "); write it another way");
  }

  /// `current_date` without brackets reads like a column, and may be one: then the statement is not cached either.
  void note_column(const Json& reference) {
    const Json names = reference.value("column_names", Json::array());
    if (names.size() == 1 && names.front().is_string() && is_changing(names.front().get_ref<const std::string&>()))
      tables_.repeatable = false;
  }

  /// A type may name a user-defined one by a path, and that path would be a way into a catalogue.
  Verdict visit_logical_type(const Json& type, const Scope& scope, int depth) {
    if (depth > max_depth) return refusal("the statement nests too deeply; simplify it");
    if (type.is_object() && type.contains("class")) return visit(type, scope, depth + 1);
    if (type.is_object() && (!text_or_empty(type, "catalog").empty() || !text_or_empty(type, "schema").empty())) {
      return refusal("a type named by a path is not allowed; use one of SQL's types");
    }
    for (const Json& member : type) {
      if (!member.is_array() && !member.is_object()) continue;
      if (auto error = visit_logical_type(member, scope, depth + 1)) return error;
    }
    return std::nullopt;
  }

  static bool is_builtin_schema(const Json& function) {
    const std::string schema = text_or_empty(function, "schema");
    return text_or_empty(function, "catalog").empty() && (schema.empty() || schema == "main");
  }

  StatementTables tables_;
  std::size_t highest_ = 0;  ///< Number of a parameter.
};

/// A parser's answer that it could not read the text, in its own words and with the position.
inline Error parser_refusal(const Json& root) {
  const std::string message = text_or_empty(root, "error_message");
  if (text_or_empty(root, "error_type") == "not implemented") {
    return refusal(
        "only SELECT (also VALUES, FROM, WITH) is allowed; for PIVOT list the values after IN and put it in brackets "
        "after FROM");
  }
  const std::string position = text_or_empty(root, "position");
  const bool hyphen = message.ends_with("at or near \"-\"");
  return parse_error(message + (position.empty() ? "" : " (position " + position + ")") +
                     (hyphen ? "; a name with a hyphen is quoted: \"my-source\".table" : ""));
}

}  // namespace detail

/// Decides whether a statement may run, from the JSON that DuckDB's json_serialize_sql makes of it, and says which
/// tables it reads. A pure function. O(length). Errors: `invalid` (does not parse), `forbidden` (a rule; the message
/// names it and the fix).
inline Result<StatementTables> check_statement(std::string_view serialized) {
  const detail::Json root = detail::Json::parse(serialized, nullptr, false);
  if (root.is_discarded() || !root.is_object()) return fail(detail::parse_error("the statement could not be read"));
  if (root.value("error", true)) return fail(detail::parser_refusal(root));
  return detail::StatementWalk{}.run(root);
}

}  // namespace datasource::duckdb
