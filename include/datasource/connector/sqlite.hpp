#pragma once

#include <datasource/connector/connector.hpp>
#include <datasource/model/data_source.hpp>

#include <array>

namespace datasource {

/// The fields of connector `sqlite`.
inline constexpr std::array sqlite_fields{
    Field{.key = "path",
          .title = "Database file",
          .type = FieldType::path,
          .required = true,
          .help = "Absolute path of the file on the machine that runs the gateway. It is opened read-only.",
          .placeholder = "/srv/data/shop.db"},
};

/// An SQLite 3 database file. Tables are `source.table`.
inline constexpr Connector sqlite{
    .id = "sqlite",
    .title = "SQLite",
    .description = "An SQLite 3 database file beside the gateway.",
    .family = Family::files,
    .languages = sql_only,
    .fields = sqlite_fields,
    .duckdb = {.kind = DuckDbMapping::Kind::file, .extension = "sqlite_scanner", .type = "sqlite"},
};

/// An SQLite file, typed. `path` is absolute.
struct Sqlite {
  std::string path = {};  ///< Absolute, of a database file on the machine of the engine.

  /// As a DataSource holds it.
  operator ConnectorConfig() const {  // NOLINT(google-explicit-constructor): `.connector = Sqlite{…}` should read so
    return {.id = std::string{sqlite.id}, .properties = {{"path", path}}, .endpoint = {}, .credentials = {}};
  }
};

}  // namespace datasource
