#pragma once

#include <datasource/connector/common_fields.hpp>
#include <datasource/connector/typed.hpp>

#include <array>

namespace datasource {

/// The fields of connector `postgresql`.
inline constexpr std::array postgresql_fields =
    join(std::array{host_field, port_field("5432"), database_field}, credential_fields, tls_fields, pool_fields);

/// `ssl` of JDBC.
inline constexpr std::array postgresql_jdbc_ssl{Choice{"true", "require"}, Choice{"false", "disable"}};
/// libpq's modes that have another name here.
inline constexpr std::array postgresql_ssl_modes{Choice{"allow", "prefer"}};
/// What the parameters of its endpoints speak of.
inline constexpr std::array postgresql_parameters{
    EndpointParameter{"user", "username"},
    EndpointParameter{"password", "password"},
    EndpointParameter{"host", "host"},
    EndpointParameter{"hostaddr", "host"},
    EndpointParameter{"port", "port"},
    EndpointParameter{"dbname", "database"},
    EndpointParameter{"sslmode", "tls", postgresql_ssl_modes},
    EndpointParameter{"ssl", "tls", postgresql_jdbc_ssl},
    EndpointParameter{"connect_timeout", "connectionTimeout", {}, 1000},
    EndpointParameter{"connectTimeout", "connectionTimeout", {}, 1000},
    EndpointParameter{"application_name", {}},
    EndpointParameter{"ApplicationName", {}},
};
/// What `configuration.endpoint` may be.
inline constexpr std::array postgresql_endpoints{
    EndpointForm{.scheme = "jdbc:postgresql:",
                 .example = "jdbc:postgresql://host:5432/database",
                 .path = database_path,
                 .parameters = postgresql_parameters},
    EndpointForm{.scheme = "postgresql:",
                 .example = "postgresql://host:5432/database",
                 .path = database_path,
                 .parameters = postgresql_parameters},
    EndpointForm{.scheme = "postgres:",
                 .example = "postgres://host:5432/database",
                 .path = database_path,
                 .parameters = postgresql_parameters},
    EndpointForm{
        .example = "host=localhost port=5432 dbname=crm", .parameters = postgresql_parameters, .separator = ' '},
};

/// The members of DuckDB's secret, by field.
inline constexpr std::array postgresql_secret{
    EngineParameter{"host", "HOST"},         EngineParameter{"port", "PORT"},
    EngineParameter{"database", "DATABASE"}, EngineParameter{"username", "USER"},
    EngineParameter{"password", "PASSWORD"},
};
/// What goes into the text of ATTACH.
inline constexpr std::array postgresql_options{EngineParameter{"tls", "sslmode"},
                                               EngineParameter{"connectionTimeout", "connect_timeout", {}, 1000}};

/// The URL of its JDBC driver.
inline constexpr std::array postgresql_trino_urls{TrinoUrl{"jdbc:postgresql://{servers}/{database}"}};
/// What stands behind it.
inline constexpr std::array postgresql_trino_parameters{TrinoProperty{"tls", "sslmode"},
                                                        TrinoProperty{"connectionTimeout", "connectTimeout", {}, 1000}};
/// Who signs in, as Trino's connectors over JDBC name it.
inline constexpr std::array postgresql_trino_properties{TrinoProperty{"username", "connection-user"},
                                                        TrinoProperty{"password", "connection-password"}};

/// PostgreSQL 10 and later.
inline constexpr Connector postgresql{
    .id = "postgresql",
    .title = "PostgreSQL",
    .description = "PostgreSQL 10 or later, and servers that speak its protocol.",
    .family = Family::relational,
    .languages = sql_only,
    .fields = postgresql_fields,
    .endpoints = postgresql_endpoints,
    .aliases = encryption_alias,
    .duckdb = {.kind = DuckDbMapping::Kind::database,
               .extension = "postgres_scanner",
               .type = "postgres",
               .secret = postgresql_secret,
               .options = postgresql_options},
    .trino = {.connector = "postgresql",
              .url_property = "connection-url",
              .urls = postgresql_trino_urls,
              .parameters = postgresql_trino_parameters,
              .properties = postgresql_trino_properties,
              .default_schema = "public"},
};

/// A PostgreSQL connection, typed. `tls`: disable, prefer, require, verify-ca or verify-full.
struct PostgreSql {
  std::string host = {};       ///< Name or address, without scheme and port.
  std::uint16_t port = 5432;   ///< 1 to 65535.
  std::string database = {};   ///< What is connected to.
  std::string username = {};   ///< Who signs in.
  Secret password = {};        ///< What proves it.
  std::string tls = "prefer";  ///< `disable`, `prefer`, `require`, `verify-ca` or `verify-full`.
  std::chrono::milliseconds connection_timeout{10'000};  ///< How long to wait for the server.
  std::optional<std::uint16_t> max_connections = {};     ///< Most connections; the engine's own limit unless given.
  std::optional<std::chrono::milliseconds> idle_timeout =
      {};  ///< Until an unused connection is closed; the engine's own limit unless given.

  /// The connector that it stands for.
  static constexpr const Connector& described() { return postgresql; }
  /// Its members and the fields that they are.
  template <class = void>
  static constexpr auto members() {
    return std::tuple{Member{"host", &PostgreSql::host},
                      Member{"port", &PostgreSql::port},
                      Member{"database", &PostgreSql::database},
                      Member{"username", &PostgreSql::username},
                      Member{"password", &PostgreSql::password},
                      Member{"tls", &PostgreSql::tls},
                      Member{"connectionTimeout", &PostgreSql::connection_timeout},
                      Member{"maxConnections", &PostgreSql::max_connections},
                      Member{"idleTimeout", &PostgreSql::idle_timeout}};
  }
  /// As a DataSource holds it.
  template <class = void>
  operator ConnectorConfig() const {  // NOLINT(google-explicit-constructor): see typed.hpp
    return to_config(*this);
  }
  /// Reads it back, however it is said. Errors: `invalid`.
  template <class = void>
  static Result<PostgreSql> from(const ConnectorConfig& config) {
    return from_config<PostgreSql>(config);
  }
  friend bool operator==(const PostgreSql&, const PostgreSql&) = default;
};

}  // namespace datasource
