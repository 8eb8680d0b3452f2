#pragma once

#include <datasource/connector/connector.hpp>
#include <datasource/connector/typed.hpp>

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

  /// The connector that it stands for.
  static constexpr const Connector& described() { return sqlite; }
  /// Its members and the fields that they are.
  template <class = void>
  static constexpr auto members() {
    return std::tuple{Member{"path", &Sqlite::path}};
  }
  /// As a DataSource holds it.
  template <class = void>
  operator ConnectorConfig() const {  // NOLINT(google-explicit-constructor): see typed.hpp
    return to_config(*this);
  }
  /// Reads it back, however it is said. Errors: `invalid`.
  template <class = void>
  static Result<Sqlite> from(const ConnectorConfig& config) {
    return from_config<Sqlite>(config);
  }
  friend bool operator==(const Sqlite&, const Sqlite&) = default;
};

}  // namespace datasource
