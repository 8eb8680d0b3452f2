#pragma once

#include <datasource/connector/catalogue.hpp>
#include <datasource/connector/settings.hpp>
#include <datasource/detail/ascii.hpp>
#include <datasource/engine/duckdb/files.hpp>
#include <datasource/engine/duckdb/objects.hpp>
#include <datasource/engine/duckdb/quote.hpp>
#include <datasource/engine/duckdb/remote/native.hpp>
#include <datasource/engine/duckdb/remote/remote.hpp>
#include <datasource/engine/duckdb/remote/scan.hpp>
#include <datasource/engine/duckdb/statement.hpp>
#include <datasource/model/data_source.hpp>

#include <functional>
#include <memory>
#include <optional>
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
  std::shared_ptr<Remote> remote = {};       ///< Reads the tables of a source that is fetched.

  /// Statements hold all that matters of the settings, but for a source that is fetched.
  friend bool operator==(const AttachPlan& a, const AttachPlan& b) {
    return a.source == b.source && a.statements == b.statements &&
           (a.connector->duckdb.kind != DuckDbMapping::Kind::remote || a.settings == b.settings);
  }
};

/// The values of a plan that no message may hold.
inline std::vector<std::string> secrets_of(const AttachPlan& plan) {
  std::vector<std::string> secrets;
  if (plan.connector == nullptr) return secrets;
  for (const Field& field : plan.connector->fields) {
    const auto value = plan.settings.find(field.key);
    if (field.secret() && value != plan.settings.end()) secrets.push_back(value->second);
  }
  return secrets;
}

/// Finds the tables that a plan's files make. @pre the statements before its views are in the plan
using ListTables = std::function<Result<std::vector<FileTable>>(const AttachPlan&)>;

/// Of files on this machine; objects need an engine that can reach them.
inline Result<std::vector<FileTable>> list_local_tables(const AttachPlan& plan) { return file_tables(plan.settings); }

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

/// The start of CREATE SECRET, with all that the catalogue maps.
inline std::string secret_text(const AttachPlan& plan, const std::string& name) {
  std::string create = "CREATE TEMPORARY SECRET " + name + " (TYPE " + std::string{plan.connector->duckdb.type};
  for (const EngineParameter& parameter : plan.connector->duckdb.secret) {
    const std::string value = engine_value(plan.settings, parameter);
    if (!value.empty()) create += ", " + std::string{parameter.name} + ' ' + literal(value);
  }
  return create;
}

/// What DuckDB's pools of connections are told before ATTACH. A source that says nothing has DuckDB's own values, which
/// another source of the same instance may have changed.
struct PoolSettings {
  std::string_view type;
  std::string_view most_connections;
  std::string_view acquire_mode;  ///< `wait` holds to the limit, the default does not.
  std::string_view idle_timeout;
};
inline constexpr PoolSettings pools[] = {
    {"postgres", "pg_pool_max_connections", "pg_pool_acquire_mode", "pg_pool_idle_timeout_millis"},
    {"mysql", "mysql_pool_size", "mysql_pool_acquire_mode", "mysql_pool_connection_idle_timeout_millis"},
};

inline void plan_pool(AttachPlan& plan) {
  const auto pool = std::ranges::find(pools, plan.connector->duckdb.type, &PoolSettings::type);
  if (pool == std::end(pools)) return;
  const auto set = [&](std::string_view name, const std::string& value) {
    plan.statements.push_back(value.empty() ? "RESET GLOBAL " + std::string{name}
                                            : "SET GLOBAL " + std::string{name} + " = " + value);
  };
  const std::string most = setting_or_empty(plan.settings, "maxConnections");
  set(pool->most_connections, most);
  set(pool->acquire_mode, most.empty() ? "" : "'wait'");
  set(pool->idle_timeout, setting_or_empty(plan.settings, "idleTimeout"));
}

inline void plan_database(AttachPlan& plan) {
  const DuckDbMapping& mapping = plan.connector->duckdb;
  plan_pool(plan);
  const std::string secret = identifier("datasource:" + plan.source);
  plan.statements.push_back(secret_text(plan, secret) + ")");
  plan.statements.push_back("ATTACH " + literal(option_text(plan.settings, mapping.options)) + " AS " +
                            identifier(plan.source) + " (TYPE " + std::string{mapping.type} + ", SECRET " + secret +
                            ", READ_ONLY)");
}

/// How long a store may take to answer, and the secret for its objects.
inline void plan_object_store(AttachPlan& plan) {
  const ObjectStore store = ObjectStore::of(plan.settings);
  const std::string timeout =
      engine_value(plan.settings, {.field = "connectionTimeout", .name = "http_timeout", .divisor = 1000});
  if (!timeout.empty()) plan.statements.push_back("SET GLOBAL http_timeout = " + timeout);
  std::string create = secret_text(plan, identifier("datasource:" + plan.source));
  if (!store.address.empty()) create += ", ENDPOINT " + literal(store.address);
  create += store.tls ? ", USE_SSL true" : ", USE_SSL false";
  plan.statements.push_back(create + ", SCOPE " + literal(store.root()) + ")");
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
inline Result<void> plan_views(AttachPlan& plan, std::span<const TableName> wanted, const ListTables& list) {
  auto tables = list(plan);
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

/// Views of the tables that are asked for, and of native queries; each is read by a table function.
inline void plan_remote(AttachPlan& plan, std::span<const TableName> wanted, std::span<const NativeQuery> natives) {
  using datasource::detail::iequals;
  plan.statements.push_back("ATTACH ':memory:' AS " + identifier(plan.source));
  const auto add = [&](std::string_view schema, std::string_view name, const std::string& rows) {
    const std::string path = identifier(plan.source) + "." + identifier(schema);
    const std::string make_schema = "CREATE SCHEMA IF NOT EXISTS " + path;
    std::string view = "CREATE VIEW " + path + "." + identifier(name) + " AS SELECT * FROM " + rows;
    if (std::ranges::find(plan.statements, view) != plan.statements.end()) return;
    if (std::ranges::find(plan.statements, make_schema) == plan.statements.end())
      plan.statements.push_back(make_schema);
    plan.statements.push_back(std::move(view));
  };
  for (const NativeQuery& native : natives) {
    if (!iequals(native.source, plan.source)) continue;
    add(native_schema, native.table,
        std::string{native_function} + "(" + literal(plan.source) + ", " + literal(native.text) + ")");
  }
  for (const TableName& name : wanted) {
    if (!iequals(name.source, plan.source)) continue;
    const bool native = iequals(name.schema, native_schema) &&
                        std::ranges::find(natives, name.table, &NativeQuery::table) != natives.end();
    if (native) continue;
    // Names of views are told apart without regard to case, so two spellings are one view.
    const auto same = [&](const TableName& other) {
      return iequals(other.source, name.source) && iequals(other.schema, name.schema) &&
             iequals(other.table, name.table);
    };
    if (&*std::ranges::find_if(wanted, same) != &name) continue;
    add(name.schema.empty() ? "main" : name.schema, name.table,
        std::string{scan_function} + "(" + literal(plan.source) + ", " + literal(name.schema) + ", " +
            literal(name.table) + ")");
  }
}

/// DuckDB picks a secret by what an object's name begins with, so two sources of the same objects must have the same.
inline std::optional<Error> ambiguous_secret(const std::vector<AttachPlan>& plans) {
  const auto is_store = [](const AttachPlan& plan) {
    return plan.connector->duckdb.kind == DuckDbMapping::Kind::objects;
  };
  for (std::size_t i = 0; i < plans.size(); ++i) {
    for (std::size_t j = i + 1; j < plans.size(); ++j) {
      if (!is_store(plans[i]) || !is_store(plans[j])) continue;
      const std::string a = ObjectStore::of(plans[i].settings).root(), b = ObjectStore::of(plans[j].settings).root();
      if (!a.starts_with(b) && !b.starts_with(a)) continue;
      Settings one = plans[i].settings, other = plans[j].settings;
      for (const char* key : {"prefix", "format"}) one.erase(key), other.erase(key);
      if (one == other) continue;
      return Error{.kind = ErrorKind::unsupported,
                   .message = plans[i].source + " and " + plans[j].source +
                              " are the same bucket with other keys or another store, which one statement cannot "
                              "tell apart; query them one after the other",
                   .status = 400};
    }
  }
  return std::nullopt;
}

}  // namespace detail

/// Derives the plan from the catalogue alone. `wanted` are the tables that will be read, and `list` finds those of
/// files. Errors: `invalid` (the source breaks a rule), `unsupported` (this engine cannot reach the connector),
/// `connection` and `not_found` (files).
inline Result<AttachPlan> plan_attach(const DataSource& source, std::span<const TableName> wanted,
                                      const ListTables& list = &list_local_tables,
                                      std::span<const NativeQuery> natives = {}) {
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
    case DuckDbMapping::Kind::objects:
      detail::plan_object_store(plan);
      if (wanted.empty()) break;
      [[fallthrough]];
    case DuckDbMapping::Kind::views:
      if (auto planned = detail::plan_views(plan, wanted, list); !planned) return fail(planned.error());
      break;
    case DuckDbMapping::Kind::remote: detail::plan_remote(plan, wanted, natives); break;
    case DuckDbMapping::Kind::none: break;
  }
  return plan;
}

}  // namespace datasource::duckdb
