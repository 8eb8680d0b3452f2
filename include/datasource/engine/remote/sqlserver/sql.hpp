#pragma once

#include <datasource/engine/remote/sqlserver/types.hpp>
#include <datasource/federation/scan_request.hpp>
#include <datasource/federation/sql_text.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// The statements that SQL Server is asked.
namespace datasource::remote::sqlserver {

/// Tables and views that the user may see: schema, name, `U` or `V`.
inline constexpr std::string_view tables_query =
    "SELECT s.name, o.name, o.type FROM sys.objects AS o JOIN sys.schemas AS s ON s.schema_id = o.schema_id "
    "WHERE o.type IN ('U', 'V') AND o.is_ms_shipped = 0 ORDER BY s.name, o.name";

/// The columns of one: schema, table, `U` or `V`, column, type, precision, scale, nullable. Names match as the
/// database's collation has it.
inline std::string columns_query(std::string_view schema, std::string_view table) {
  const auto text = [](std::string_view name) { return text_literal(transact_sql, name).value_or("N''"); };
  return "SELECT s.name, o.name, o.type, c.name, CASE WHEN c.system_type_id = 240 THEN u.name ELSE "
         "TYPE_NAME(c.system_type_id) END, c.precision, c.scale, c.is_nullable FROM sys.objects AS o JOIN sys.schemas "
         "AS "
         "s ON s.schema_id = o.schema_id JOIN sys.columns AS c ON c.object_id = o.object_id JOIN sys.types AS u ON "
         "u.user_type_id = c.user_type_id WHERE o.type IN ('U', 'V') AND s.name = " +
         text(schema) + " AND o.name = " + text(table) + " ORDER BY c.column_id";
}

/// A condition in T-SQL.
struct Condition {
  std::string text = {};  ///< `[age] > 5`
  bool exact = true;      ///< Whether the rows that it gives are those that pass.
};

namespace detail {

inline bool is_guid(const FilterValue& value) {
  const auto* text = std::get_if<std::string>(&value);
  if (text == nullptr || text->size() != 36) return false;
  for (std::size_t i = 0; i < text->size(); ++i) {
    const char c = (*text)[i];
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? c != '-' : !(datasource::detail::is_digit(c) || (c >= 'A' && c <= 'F'))) return false;
  }
  return true;
}

/// `datetime` is read to the millisecond and compared to a third of one, so what is asked of it is asked of a few
/// milliseconds more.
inline std::optional<Condition> coarse_condition(const SqlColumn& column, const Filter& filter) {
  constexpr std::int64_t slack = 4'000;
  const auto* micros = filter.values.size() == 1 ? std::get_if<std::int64_t>(&filter.values.front()) : nullptr;
  if (micros == nullptr || *micros > 253'402'300'799'999'999 || *micros < -62'135'596'800'000'000) return std::nullopt;
  const auto bound = [&](FilterKind kind, std::int64_t value) {
    return filter_text(transact_sql, column, {filter.column, kind, {value}});
  };
  const bool below = filter.kind == FilterKind::less || filter.kind == FilterKind::less_equal;
  const bool above = filter.kind == FilterKind::greater || filter.kind == FilterKind::greater_equal;
  if (!below && !above && filter.kind != FilterKind::equal) return std::nullopt;
  const auto most = bound(FilterKind::less_equal, *micros + slack);
  const auto least = bound(FilterKind::greater_equal, *micros - slack);
  if (!most || !least) return std::nullopt;
  return Condition{below ? *most : above ? *least : *least + " AND " + *most, false};
}

}  // namespace detail

/// The filter in T-SQL; nothing when it cannot be said without losing rows.
inline std::optional<Condition> to_condition(const Column& column, const Filter& filter) {
  const SqlColumn& compared = column.compared;
  const bool null_check = filter.kind == FilterKind::is_null || filter.kind == FilterKind::is_not_null;
  if (column.coarse && !null_check) return detail::coarse_condition(compared, filter);
  if (column.guid && !null_check &&
      (filter.kind == FilterKind::prefix || !std::all_of(filter.values.begin(), filter.values.end(), detail::is_guid)))
    return std::nullopt;
  auto text = filter_text(transact_sql, compared, filter);
  if (!text) return std::nullopt;
  if (filter.kind == FilterKind::prefix) {
    // By code points: some languages hold two letters for one, which no pattern with the first alone matches.
    const std::string name = quoted_name(transact_sql, compared.name);
    text = name + " COLLATE Latin1_General_100_BIN2" + text->substr(name.size());
  }
  return Condition{std::move(*text), filter_is_exact(transact_sql, compared, filter)};
}

/// The column of that name, or null.
inline const Column* find_column(const std::vector<Column>& columns, std::string_view name) {
  const auto found =
      std::find_if(columns.begin(), columns.end(), [&](const Column& column) { return column.shape.name == name; });
  return found == columns.end() ? nullptr : &*found;
}

/// The statement that reads what is asked for: its columns in order, or the number of rows when it asks for none.
/// Filters that cannot be said are left out, and so is the limit then.
inline std::string select(std::string_view schema, std::string_view table, const std::vector<Column>& columns,
                          const ScanRequest& request) {
  std::string conditions;
  bool exact = true;
  for (const Filter& filter : request.filters) {
    const Column* column = find_column(columns, filter.column);
    const auto condition = column == nullptr ? std::nullopt : to_condition(*column, filter);
    exact = exact && condition && condition->exact;
    if (condition) conditions += (conditions.empty() ? " WHERE " : " AND ") + condition->text;
  }
  std::string text = "SELECT ";
  if (request.columns.empty()) {
    text += "COUNT_BIG(*)";
  } else if (request.limit && exact) {
    text += "TOP (" + std::to_string(*request.limit) + ") ";
  }
  for (std::size_t i = 0; i < request.columns.size(); ++i) {
    const Column* column = find_column(columns, request.columns[i]);
    text +=
        (i == 0 ? "" : ", ") + (column == nullptr ? quoted_name(transact_sql, request.columns[i]) : column->expression);
  }
  const std::string_view names[] = {schema, table};
  return text + " FROM " + qualified_name(transact_sql, names) + conditions;
}

}  // namespace datasource::remote::sqlserver
