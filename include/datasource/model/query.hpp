#pragma once

#include <datasource/model/data_source.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace datasource {

/// The language of a statement: SQL or OpenSearch's PPL.
enum class Language { sql, ppl };

/// `sql` or `ppl`, as the routes spell it.
constexpr std::string_view to_string(Language language) { return language == Language::sql ? "sql" : "ppl"; }

/// The form of a statement's reply. Only `jdbc` is decoded into columns; the others come as text.
enum class Format {
  jdbc,  ///< `schema` and `datarows`, as JSON.
  csv,   ///< RFC 4180 with a header row.
  raw,   ///< As csv, with `|` between the cells.
};

/// `jdbc`, `csv` or `raw`, as the parameter `format` takes it.
constexpr std::string_view to_string(Format format) {
  return format == Format::csv ? "csv" : format == Format::raw ? "raw" : "jdbc";
}

/// A value for a `?` of a SQL statement, with the type that the server reads it as.
struct Parameter {
  /// A `boolean`.
  Parameter(bool given)
      : type{"boolean"}, value{given} {}  // NOLINT(google-explicit-constructor): `{45, "x"}` should read so
  /// An `integer`, 32 bits.
  Parameter(int given) : type{"integer"}, value{std::int64_t{given}} {}  // NOLINT(google-explicit-constructor)
  /// A `long`, 64 bits.
  Parameter(std::int64_t given) : type{"long"}, value{given} {}  // NOLINT(google-explicit-constructor)
  /// A `double`.
  Parameter(double given) : type{"double"}, value{given} {}  // NOLINT(google-explicit-constructor)
  /// A `string`.
  Parameter(const char* given) : type{"string"}, value{std::string{given}} {}  // NOLINT(google-explicit-constructor)
  /// A `string`.
  Parameter(std::string given) : type{"string"}, value{std::move(given)} {}  // NOLINT(google-explicit-constructor)
  /// A type of the caller's choice: byte, short, integer, long, float, double, boolean, date, string,
  /// keyword or text; the gateway also takes timestamp.
  Parameter(std::string type_name, PropertyValue given) : type{std::move(type_name)}, value{std::move(given)} {}

  std::string type;     ///< OpenSearch's name: `integer`, `keyword`, `date` and so on.
  PropertyValue value;  ///< A number, true or false, or text.

  friend bool operator==(const Parameter&, const Parameter&) = default;
};

/// A statement to run.
struct Query {
  Language language = Language::sql;       ///< Which route it takes.
  std::string text = {};                   ///< One statement.
  std::vector<Parameter> parameters = {};  ///< One for each `?`, in order. SQL only.
  std::uint32_t fetch_size = 0;            ///< Rows of a page; 0: one reply with all rows.
  Format format = Format::jdbc;            ///< Of the reply.
  std::string id = {};                     ///< Sent as `X-Opaque-Id`, to cancel it by; empty: the server makes one.
  /// Sent as `Cache-Control`: `no-cache` for fresh rows where a source's results are cached, `no-store` to leave no
  /// copy either, `max-age=60` for none older than a minute; empty: as the source says.
  std::string cache_control = {};
};

}  // namespace datasource
