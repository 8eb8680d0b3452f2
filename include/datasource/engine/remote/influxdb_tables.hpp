#pragma once

#include <datasource/detail/ascii.hpp>
#include <datasource/federation/remote_table.hpp>
#include <datasource/model/error.hpp>
#include <datasource/model/type.hpp>
#include <datasource/protocol/influxdb/cells.hpp>
#include <datasource/protocol/influxdb/csv_rows.hpp>
#include <datasource/protocol/influxdb/json_rows.hpp>
#include <datasource/protocol/influxdb/reply.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What measurements look like as tables.
namespace datasource::remote {

namespace influx = datasource::protocol::influxdb;

/// The versions of the API, as the setting `version` has them.
enum class InfluxVersion { v1 = 1, v2 = 2, v3 = 3 };

/// A column of a measurement: `time`, a tag (text of type `keyword`) or a field (any other type).
struct InfluxColumn {
  /// What it is.
  enum class Kind { time, tag, field };
  std::string name = {};    ///< In statements.
  Kind kind = Kind::field;  ///< What it is.
  std::string key = {};     ///< The server's name for it.
  Type type = Type::text;   ///< Of its values.
};

namespace detail {

inline constexpr std::string_view tag_prefix = "tag:";
inline constexpr std::string_view field_prefix = "field:";

}  // namespace detail

/// The column that a table's description has, by its name and type alone; see influx_table.
inline InfluxColumn influx_column(const RemoteColumn& column) {
  using Kind = InfluxColumn::Kind;
  if (column.type == Type::timestamp) return {column.name, Kind::time, "time", Type::timestamp};
  const Kind kind = column.type == Type::keyword ? Kind::tag : Kind::field;
  const std::string_view prefix = kind == Kind::tag ? detail::tag_prefix : detail::field_prefix;
  std::string_view key = column.name;
  while (key.starts_with(prefix)) key.remove_prefix(prefix.size());
  return {column.name, kind, std::string{key}, column.type};
}

/// A measurement as a table: `time`, then tags and fields by name. A column with the name of one before it, in any
/// case, becomes `tag:` or `field:` and its name.
inline RemoteTable influx_table(std::string schema, std::string name, std::vector<std::string> tags,
                                const std::map<std::string, Type>& fields) {
  RemoteTable table{.schema = std::move(schema), .name = std::move(name)};
  table.columns.push_back({.name = "time", .type = Type::timestamp, .nullable = false});
  std::set<std::string> taken{"time"};
  const auto add = [&](std::string column, Type type, std::string_view prefix) {
    while (!taken.insert(datasource::detail::to_lower(std::string_view{column})).second) column.insert(0, prefix);
    table.columns.push_back({.name = std::move(column), .type = type});
  };
  std::sort(tags.begin(), tags.end());
  for (std::string& tag : tags) add(std::move(tag), Type::keyword, detail::tag_prefix);
  for (const auto& [field, type] : fields) add(field, type, detail::field_prefix);
  return table;
}

namespace detail {

/// Reads a body of rows into columns whose types are known. Errors: the server's own, `malformed`.
inline Result<influx::CellBatches> read_cells(InfluxVersion version, const std::string& body,
                                              std::vector<influx::CellColumn> columns,
                                              std::string_view name_column = {}) {
  influx::CellBatches cells{std::move(columns)};
  std::string error;
  if (version == InfluxVersion::v1) {
    auto read = influx::read_results(body, cells, name_column);
    if (!read) return fail(std::move(read.error()));
    error = std::move(read->error);
  } else if (version == InfluxVersion::v2) {
    auto read = influx::read_csv(body, cells);
    if (!read) return fail(std::move(read.error()));
    error = std::move(*read);
  } else if (auto read = influx::read_lines(body, cells); !read) {
    return fail(std::move(read.error()));
  }
  if (!error.empty()) return fail(influx::statement_error(std::move(error)));
  return cells;
}

/// Rows of texts; an absent value is an empty text. For replies that describe something.
inline Result<std::vector<std::vector<std::string>>> read_texts(InfluxVersion version, const std::string& body,
                                                                const std::vector<std::string>& names,
                                                                std::string_view name_column = {}) {
  std::vector<influx::CellColumn> columns;
  for (const std::string& name : names) columns.push_back({.name = name});
  auto cells = read_cells(version, body, std::move(columns), name_column);
  if (!cells) return fail(std::move(cells.error()));
  std::vector<std::vector<std::string>> rows;
  while (const auto batch = cells->next()) {
    for (std::size_t row = 0; row < batch->rows; ++row) {
      auto& texts = rows.emplace_back();
      for (const Column& column : batch->columns) texts.emplace_back((*column.values_as<TextValues>())[row]);
    }
  }
  return rows;
}

/// A sink for Flux that tells fields and their types: each table has a type of its own.
class FieldTypes {
 public:
  std::size_t column(std::string_view name) { return name == "_field" ? 0 : name == "_value" ? 1 : 2; }
  bool cell(std::size_t place, const influx::Cell& cell) {
    if (place == 0) field_ = cell.text;
    if (place == 1) kind_ = cell.kind;
    return true;
  }
  bool end_row() {
    using Kind = influx::Cell::Kind;
    const Type type = kind_ == Kind::boolean   ? Type::boolean
                      : kind_ == Kind::integer ? Type::int64
                      : kind_ == Kind::real    ? Type::float64
                                               : Type::text;
    if (!field_.empty()) types.insert_or_assign(field_, type);
    return true;
  }
  [[nodiscard]] std::string problem() const { return {}; }

  std::map<std::string, Type> types;

 private:
  std::string field_;
  influx::Cell::Kind kind_ = influx::Cell::Kind::text;
};

/// The type of a field by version 1's name of it.
inline Type field_type(std::string_view name) {
  return name == "float"      ? Type::float64
         : name == "integer"  ? Type::int64
         : name == "unsigned" ? Type::uint64
         : name == "boolean"  ? Type::boolean
                              : Type::text;
}

/// Where shards disagree, InfluxQL reads the first of these that there is.
inline int precedence(Type type) {
  return type == Type::float64 ? 0 : type == Type::int64 ? 1 : type == Type::uint64 ? 2 : type == Type::text ? 3 : 4;
}

/// The type of a column by version 3's name of it; a tag is a dictionary.
inline std::optional<Type> column_type(std::string_view name) {
  if (name.starts_with("Dictionary")) return Type::keyword;
  if (name.starts_with("Timestamp")) return Type::timestamp;
  if (name == "Float64") return Type::float64;
  if (name == "Int64") return Type::int64;
  if (name == "UInt64") return Type::uint64;
  if (name == "Boolean") return Type::boolean;
  if (name.starts_with("Utf8") || name == "LargeUtf8") return Type::text;
  return std::nullopt;
}

}  // namespace detail

/// Reads version 1's reply to `SHOW TAG KEYS …; SHOW FIELD KEYS …`: no columns when there is no such measurement.
inline Result<RemoteTable> read_influxql_table(const std::string& body, std::string schema, std::string name) {
  const auto rows = detail::read_texts(InfluxVersion::v1, body, {"tagKey", "fieldKey", "fieldType"});
  if (!rows) return fail(rows.error());
  std::vector<std::string> tags;
  std::map<std::string, Type> fields;
  for (const auto& row : *rows) {
    if (!row[0].empty()) tags.push_back(row[0]);
    if (row[1].empty()) continue;
    const Type type = detail::field_type(row[2]);
    const auto [known, is_new] = fields.try_emplace(row[1], type);
    if (!is_new && detail::precedence(type) < detail::precedence(known->second)) known->second = type;
  }
  if (fields.empty()) return RemoteTable{};
  return influx_table(std::move(schema), std::move(name), std::move(tags), fields);
}

/// Reads version 2's replies to the questions for tag keys and for the last value of each field.
inline Result<RemoteTable> read_flux_table(const std::string& tags_body, const std::string& fields_body,
                                           std::string schema, std::string name) {
  const auto rows = detail::read_texts(InfluxVersion::v2, tags_body, {"_value"});
  if (!rows) return fail(rows.error());
  std::vector<std::string> tags;
  for (const auto& row : *rows) {
    if (!row[0].empty() && !row[0].starts_with('_')) tags.push_back(row[0]);
  }
  detail::FieldTypes fields;
  const auto error = influx::read_csv(fields_body, fields);
  if (!error) return fail(error.error());
  if (!error->empty()) return fail(influx::statement_error(*error));
  if (fields.types.empty()) return RemoteTable{};
  return influx_table(std::move(schema), std::move(name), std::move(tags), fields.types);
}

/// Reads version 3's rows of information_schema.columns. A column of a type that no measurement has is left out.
inline Result<RemoteTable> read_sql_table(const std::string& body, std::string schema, std::string name) {
  const auto rows = detail::read_texts(InfluxVersion::v3, body, {"column_name", "data_type"});
  if (!rows) return fail(rows.error());
  std::vector<std::string> tags;
  std::map<std::string, Type> fields;
  for (const auto& row : *rows) {
    const auto type = detail::column_type(row[1]);
    if (!type || *type == Type::timestamp) continue;
    if (*type == Type::keyword) {
      tags.push_back(row[0]);
    } else {
      fields.emplace(row[0], *type);
    }
  }
  if (rows->empty()) return RemoteTable{};
  return influx_table(std::move(schema), std::move(name), std::move(tags), fields);
}

}  // namespace datasource::remote
