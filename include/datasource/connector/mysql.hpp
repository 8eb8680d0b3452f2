#pragma once

#include <datasource/connector/common_fields.hpp>
#include <datasource/model/data_source.hpp>

#include <array>

namespace datasource {

/// The fields of connector `mysql`.
inline constexpr std::array mysql_fields = join(
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
              .fallback = "3306",
              .minimum = 1,
              .maximum = 65535},
        Field{.key = "database", .title = "Database", .required = true, .help = "The database to connect to."},
    },
    credential_fields, tls_fields, timeout_fields);

/// What its endpoint may begin with.
inline constexpr std::array mysql_schemes{std::string_view{"jdbc:mysql:"}, std::string_view{"jdbc:mariadb:"},
                                          std::string_view{"mysql:"}, std::string_view{"mariadb:"}};

/// The members of DuckDB's secret, by field.
inline constexpr std::array mysql_secret{
    EngineParameter{"host", "HOST"},         EngineParameter{"port", "PORT"},
    EngineParameter{"database", "DATABASE"}, EngineParameter{"username", "USER"},
    EngineParameter{"password", "PASSWORD"},
};
/// How DuckDB's extension names the TLS modes.
inline constexpr std::array mysql_tls{Choice{"disable", "disabled"}, Choice{"prefer", "preferred"},
                                      Choice{"require", "required"}, Choice{"verify-ca", "verify_ca"},
                                      Choice{"verify-full", "verify_identity"}};
/// What goes into the text of ATTACH.
inline constexpr std::array mysql_options{EngineParameter{"tls", "ssl_mode", mysql_tls}};
/// Schemas that are not shown.
inline constexpr std::array mysql_system_schemas{std::string_view{"mysql"}, std::string_view{"performance_schema"},
                                                 std::string_view{"sys"}};

/// MySQL 5.7 and later, MariaDB 10.3 and later. Endpoint: jdbc:mysql://host[:port]/database, jdbc:mariadb://… or
/// mysql://…
inline constexpr Connector mysql{
    .id = "mysql",
    .title = "MySQL",
    .description = "MySQL 5.7 or later, and MariaDB 10.3 or later.",
    .family = Family::relational,
    .languages = sql_only,
    .fields = mysql_fields,
    .endpoint = {mysql_schemes},
    .aliases = encryption_alias,
    .duckdb = {.kind = DuckDbMapping::Kind::database,
               .extension = "mysql_scanner",
               .type = "mysql",
               .secret = mysql_secret,
               .options = mysql_options,
               .system_schemas = mysql_system_schemas},
};

/// A MySQL or MariaDB connection, typed. `tls`: disable, prefer, require, verify-ca or verify-full.
struct MySql {
  std::string host = {};       ///< A name or an address.
  std::uint16_t port = 3306;   ///< 1 to 65535.
  std::string database = {};   ///< The database to connect to.
  std::string username = {};   ///< Of the server.
  Secret password = {};        ///< Of that user.
  std::string tls = "prefer";  ///< `disable`, `prefer`, `require`, `verify-ca` or `verify-full`.

  /// As a DataSource holds it.
  operator ConnectorConfig() const {  // NOLINT(google-explicit-constructor): `.connector = MySql{…}` should read so
    return {.id = std::string{mysql.id},
            .properties = {{"host", host}, {"port", std::int64_t{port}}, {"database", database}, {"tls", tls}},
            .endpoint = {},
            .credentials = {username, password}};
  }
};

}  // namespace datasource
