#pragma once

#include <datasource/detail/ascii.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

namespace datasource::duckdb::detail {

/// Table functions that make rows of their arguments alone.
inline constexpr std::string_view allowed_table_functions[] = {"range",      "generate_series", "unnest",   "repeat",
                                                               "repeat_row", "json_each",       "json_tree"};

inline bool is_allowed_table_function(std::string_view name) {
  return std::ranges::any_of(allowed_table_functions,
                             [&](std::string_view each) { return datasource::detail::iequals(each, name); });
}

inline std::string allowed_table_functions_text() {
  std::string text;
  for (const std::string_view each : allowed_table_functions) text += (text.empty() ? "" : ", ") + std::string{each};
  return text;
}

/// Functions that a value needs no access for, although their names begin like refused ones.
inline constexpr std::string_view allowed_functions[] = {"pg_typeof", "pg_size_pretty"};

struct FunctionRule {
  std::string_view name;  ///< Whole, or a beginning when it ends in `*`.
  std::string_view why;
};

/// Scalar functions, aggregates and macros that reach outside the statement's data. Every function that DuckDB 1.5.5
/// lists was looked at; the families that grow are refused by the beginning of their names.
inline constexpr FunctionRule refused_functions[] = {
    {"getenv*", "it reads the server's environment"},
    {"current_setting", "it reads the server's settings"},
    {"getvariable", "it reads the session's variables"},
    {"write_log", "it writes to the server's log"},
    {"parse_duckdb_log_message", "it belongs to the engine's own log"},
    {"json_serialize_plan", "it plans a statement that is hidden in a string"},
    {"json_execute*", "it runs a statement that is hidden in a string"},
    {"query", "it runs a statement that is hidden in a string"},
    {"query_table", "it reads a table whose name is hidden in a string"},
    {"nextval", "it changes a sequence"},
    {"currval", "it reads a sequence by a name in a string"},
    {"sleep*", "it only holds the server up"},
    {"get_block_size", "it reads the engine's catalogue"},
    {"in_search_path", "it reads the engine's catalogue"},
    {"col_description", "it reads the engine's catalogue"},
    {"obj_description", "it reads the engine's catalogue"},
    {"shobj_description", "it reads the engine's catalogue"},
    {"format_pg_type", "it reads the engine's catalogue"},
    {"map_to_pg_oid", "it reads the engine's catalogue"},
    {"has_*", "it reads the engine's catalogue"},
    {"inet_*", "it reads the server's addresses"},
    {"pg_*", "it reads the engine's catalogue"},
    {"duckdb_*", "it reads the engine's catalogue"},
    {"pragma_*", "it reads the engine's settings"},
    {"read_*", "it reads files"},
    {"sniff_*", "it reads files"},
    {"parquet_*", "it reads files"},
    {"glob", "it lists files"},
    {"which_secret", "it reads the engine's secrets"},
    {"postgres_*", "it reaches a server past the registered sources"},
    {"mysql_*", "it reaches a server past the registered sources"},
    {"sqlite_*", "it reaches a file past the registered sources"},
    {"odbc_*", "it reaches a server past the registered sources"},
    {"http_*", "it reaches a server past the registered sources"},
    {"load_*", "it changes the engine"},
    {"checkpoint", "it changes the engine"},
    {"force_checkpoint", "it changes the engine"},
    {"stats", "it shows the engine's inside"},
    {"vector_type", "it shows the engine's inside"},
    {"finalize", "it reads raw aggregate states"},
    {"combine", "it reads raw aggregate states"},
    {"variant_bytes_to_variant", "it reads raw engine memory formats"},
    {"variant_to_parquet_variant", "it reads raw engine memory formats"},
    {"__internal*", "it belongs to the engine's inside"},
};

/// Why a function is refused; nothing when it may be called.
inline std::optional<std::string_view> function_refusal(std::string_view name) {
  using datasource::detail::iequals;
  if (std::ranges::any_of(allowed_functions, [&](std::string_view each) { return iequals(each, name); }))
    return std::nullopt;
  for (const FunctionRule& rule : refused_functions) {
    const bool prefix = rule.name.ends_with('*');
    const std::string_view refused = prefix ? rule.name.substr(0, rule.name.size() - 1) : rule.name;
    if (iequals(refused, prefix ? name.substr(0, refused.size()) : name)) return rule.why;
  }
  return std::nullopt;
}

/// Functions, and key words that read like columns, whose value depends on when or for whom a statement runs: those
/// that DuckDB 1.5.5 lists as other than CONSISTENT, and macros over them. `age` of one argument counts from today,
/// which DuckDB does not say of it.
inline constexpr std::string_view changing_functions[] = {"age",
                                                          "ago",
                                                          "clock_timestamp",
                                                          "current_catalog",
                                                          "current_connection_id",
                                                          "current_database",
                                                          "current_date",
                                                          "current_localtime",
                                                          "current_localtimestamp",
                                                          "current_query",
                                                          "current_query_id",
                                                          "current_role",
                                                          "current_schema",
                                                          "current_schemas",
                                                          "current_time",
                                                          "current_timestamp",
                                                          "current_transaction_id",
                                                          "current_user",
                                                          "error",
                                                          "gen_random_uuid",
                                                          "get_current_time",
                                                          "get_current_timestamp",
                                                          "localtime",
                                                          "localtimestamp",
                                                          "now",
                                                          "random",
                                                          "session_user",
                                                          "setseed",
                                                          "today",
                                                          "transaction_timestamp",
                                                          "txid_current",
                                                          "user",
                                                          "uuid",
                                                          "uuidv4",
                                                          "uuidv7"};

/// Whether a function, or a key word, may give another value when the statement runs again over the same data.
inline bool is_changing(std::string_view name) {
  return std::ranges::any_of(changing_functions,
                             [&](std::string_view each) { return datasource::detail::iequals(each, name); });
}

/// Schemas that hold a system's own catalogue, in every database. PostgreSQL keeps all names that begin with `pg_` for
/// itself.
inline bool is_system_schema(std::string_view name) {
  return datasource::detail::iequals(name, "information_schema") ||
         datasource::detail::iequals(name.substr(0, 3), "pg_");
}

}  // namespace datasource::duckdb::detail
