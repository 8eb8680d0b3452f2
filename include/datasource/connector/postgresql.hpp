#pragma once

#include <datasource/connector/common_fields.hpp>
#include <datasource/model/data_source.hpp>

#include <array>

namespace datasource {

/// The fields of connector `postgresql`.
inline constexpr std::array postgresql_fields = join(
    std::array{
        Field{.key = "host",
              .title = "Host",
              .type = FieldType::host,
              .required = true,
              .help = "Name or address of the server.",
              .placeholder = "localhost"},
        Field{.key = "port",
              .title = "Port",
              .type = FieldType::port,
              .fallback = "5432",
              .minimum = 1,
              .maximum = 65535},
        Field{.key = "database", .title = "Database", .required = true, .help = "The database to connect to."},
    },
    credential_fields, tls_fields, timeout_fields);

/// What its endpoint may begin with.
inline constexpr std::array postgresql_schemes{std::string_view{"jdbc:postgresql:"}, std::string_view{"postgresql:"},
                                               std::string_view{"postgres:"}};

/// The members of DuckDB's secret, by field.
inline constexpr std::array postgresql_secret{
    EngineParameter{"host", "HOST"},         EngineParameter{"port", "PORT"},
    EngineParameter{"database", "DATABASE"}, EngineParameter{"username", "USER"},
    EngineParameter{"password", "PASSWORD"},
};
/// What goes into the text of ATTACH.
inline constexpr std::array postgresql_options{EngineParameter{"tls", "sslmode"},
                                               EngineParameter{"connectionTimeout", "connect_timeout", {}, 1000}};

/// PostgreSQL 10 and later. Endpoint: jdbc:postgresql://host[:port]/database or postgresql://…
inline constexpr Connector postgresql{
    .id = "postgresql",
    .title = "PostgreSQL",
    .description = "PostgreSQL 10 or later, and servers that speak its protocol.",
    .family = Family::relational,
    .languages = sql_only,
    .fields = postgresql_fields,
    .endpoint = {postgresql_schemes},
    .aliases = encryption_alias,
    .duckdb = {.kind = DuckDbMapping::Kind::database,
               .extension = "postgres_scanner",
               .type = "postgres",
               .secret = postgresql_secret,
               .options = postgresql_options},
};

/// A PostgreSQL connection, typed. `tls`: disable, prefer, require, verify-ca or verify-full.
struct PostgreSql {
  std::string host = {};       ///< A name or an address.
  std::uint16_t port = 5432;   ///< 1 to 65535.
  std::string database = {};   ///< One database; its schemas are the middle part of a table's name.
  std::string username = {};   ///< A role that may log in.
  Secret password = {};        ///< Of that role.
  std::string tls = "prefer";  ///< `disable`, `prefer`, `require`, `verify-ca` or `verify-full`.

  /// As a DataSource holds it.
  operator ConnectorConfig()
      const {  // NOLINT(google-explicit-constructor): `.connector = PostgreSql{…}` should read so
    return {.id = std::string{postgresql.id},
            .properties = {{"host", host}, {"port", std::int64_t{port}}, {"database", database}, {"tls", tls}},
            .endpoint = {},
            .credentials = {username, password}};
  }
};

}  // namespace datasource
