#pragma once

#include <datasource/connector/common_fields.hpp>
#include <datasource/connector/typed.hpp>

#include <array>

namespace datasource {

/// The fields of connector `mysql`.
inline constexpr std::array mysql_fields =
    join(std::array{host_field, port_field("3306"), database_field}, credential_fields, tls_fields, pool_fields);

/// The words of MySQL's and of MariaDB's drivers.
inline constexpr std::array mysql_ssl_modes{
    Choice{"disabled", "disable"},
    Choice{"preferred", "prefer"},
    Choice{"required", "require"},
    Choice{"verify_ca", "verify-ca"},
    Choice{"verify_identity", "verify-full"},
    Choice{"trust", "require"},
};
/// `useSSL` of JDBC.
inline constexpr std::array mysql_use_ssl{Choice{"true", "require"}, Choice{"false", "disable"}};
/// What the parameters of its endpoints speak of.
inline constexpr std::array mysql_parameters{
    EndpointParameter{"user", "username"},
    EndpointParameter{"password", "password"},
    EndpointParameter{"sslMode", "tls", mysql_ssl_modes},
    EndpointParameter{"ssl-mode", "tls", mysql_ssl_modes},
    EndpointParameter{"useSSL", "tls", mysql_use_ssl},
    EndpointParameter{"connectTimeout", "connectionTimeout"},
    EndpointParameter{"connect-timeout", "connectionTimeout"},
    EndpointParameter{"useUnicode", {}},
    EndpointParameter{"characterEncoding", {}},
    EndpointParameter{"allowPublicKeyRetrieval", {}},
};
/// What `configuration.endpoint` may be.
inline constexpr std::array mysql_endpoints{
    EndpointForm{.scheme = "jdbc:mysql:",
                 .example = "jdbc:mysql://host:3306/database",
                 .path = database_path,
                 .parameters = mysql_parameters},
    EndpointForm{.scheme = "jdbc:mariadb:",
                 .example = "jdbc:mariadb://host:3306/database",
                 .path = database_path,
                 .parameters = mysql_parameters},
    EndpointForm{.scheme = "mysql:",
                 .example = "mysql://host:3306/database",
                 .path = database_path,
                 .parameters = mysql_parameters},
    EndpointForm{.scheme = "mariadb:",
                 .example = "mariadb://host:3306/database",
                 .path = database_path,
                 .parameters = mysql_parameters},
};

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

/// How MySQL's JDBC driver names the TLS modes.
inline constexpr std::array mysql_trino_tls{Choice{"disable", "DISABLED"}, Choice{"prefer", "PREFERRED"},
                                            Choice{"require", "REQUIRED"}, Choice{"verify-ca", "VERIFY_CA"},
                                            Choice{"verify-full", "VERIFY_IDENTITY"}};
/// The URL of that driver; Trino wants it without a database.
inline constexpr std::array mysql_trino_urls{TrinoUrl{"jdbc:mysql://{servers}"}};
/// What stands behind it.
inline constexpr std::array mysql_trino_parameters{TrinoProperty{"tls", "sslMode", mysql_trino_tls},
                                                   TrinoProperty{"connectionTimeout", "connectTimeout"}};
/// Who signs in.
inline constexpr std::array mysql_trino_properties{TrinoProperty{"username", "connection-user"},
                                                   TrinoProperty{"password", "connection-password"}};

/// MySQL 5.7 and later, MariaDB 10.3 and later.
inline constexpr Connector mysql{
    .id = "mysql",
    .title = "MySQL",
    .description = "MySQL 5.7 or later, and MariaDB 10.3 or later.",
    .family = Family::relational,
    .languages = sql_only,
    .fields = mysql_fields,
    .endpoints = mysql_endpoints,
    .aliases = encryption_alias,
    .duckdb = {.kind = DuckDbMapping::Kind::database,
               .extension = "mysql_scanner",
               .type = "mysql",
               .secret = mysql_secret,
               .options = mysql_options,
               .system_schemas = mysql_system_schemas},
    .trino = {.connector = "mysql",
              .url_property = "connection-url",
              .urls = mysql_trino_urls,
              .parameters = mysql_trino_parameters,
              .properties = mysql_trino_properties,
              .schema_field = "database",
              .system_schemas = mysql_system_schemas},
};

/// A MySQL or MariaDB connection, typed. `tls`: disable, prefer, require, verify-ca or verify-full.
struct MySql {
  std::string host = {};       ///< Name or address, without scheme and port.
  std::uint16_t port = 3306;   ///< 1 to 65535.
  std::string database = {};   ///< What is connected to.
  std::string username = {};   ///< Who signs in.
  Secret password = {};        ///< What proves it.
  std::string tls = "prefer";  ///< `disable`, `prefer`, `require`, `verify-ca` or `verify-full`.
  std::chrono::milliseconds connection_timeout{10'000};  ///< How long to wait for the server.
  std::optional<std::uint16_t> max_connections = {};     ///< Most connections; the engine's own limit unless given.
  std::optional<std::chrono::milliseconds> idle_timeout =
      {};  ///< Until an unused connection is closed; the engine's own limit unless given.

  /// The connector that it stands for.
  static constexpr const Connector& described() { return mysql; }
  /// Its members and the fields that they are.
  template <class = void>
  static constexpr auto members() {
    return std::tuple{Member{"host", &MySql::host},
                      Member{"port", &MySql::port},
                      Member{"database", &MySql::database},
                      Member{"username", &MySql::username},
                      Member{"password", &MySql::password},
                      Member{"tls", &MySql::tls},
                      Member{"connectionTimeout", &MySql::connection_timeout},
                      Member{"maxConnections", &MySql::max_connections},
                      Member{"idleTimeout", &MySql::idle_timeout}};
  }
  /// As a DataSource holds it.
  template <class = void>
  operator ConnectorConfig() const {  // NOLINT(google-explicit-constructor): see typed.hpp
    return to_config(*this);
  }
  /// Reads it back, however it is said. Errors: `invalid`.
  template <class = void>
  static Result<MySql> from(const ConnectorConfig& config) {
    return from_config<MySql>(config);
  }
  friend bool operator==(const MySql&, const MySql&) = default;
};

}  // namespace datasource
