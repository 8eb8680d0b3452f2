#pragma once

#include <datasource/connector/common_fields.hpp>
#include <datasource/connector/forms.hpp>
#include <datasource/connector/typed.hpp>

#include <array>

namespace datasource {

/// What of the connection is encrypted.
inline constexpr std::array sqlserver_encryption{
    Choice{"true", "All that is sent"},
    Choice{"strict", "All that is sent, from the first byte (TDS 8.0)"},
    Choice{"false", "Only the sign-in"},
};
/// What agrees with `encryption: true`.
inline constexpr std::array sqlserver_encrypted{std::string_view{"true"}, std::string_view{"strict"}};
/// What agrees with `encryption: false`.
inline constexpr std::array sqlserver_plain{std::string_view{"false"}};
/// What the documents' `encryption` means here.
inline constexpr std::array sqlserver_encryption_values{AliasValue{"true", "true", sqlserver_encrypted},
                                                        AliasValue{"false", "false", sqlserver_plain}};
/// The documents' `encryption: true`.
inline constexpr std::array sqlserver_aliases{Alias{"encryption", "encrypt", sqlserver_encryption_values}};

/// The fields of connector `sqlserver`.
inline constexpr std::array sqlserver_fields = join(
    std::array{host_field, port_field("1433"),
               Field{.key = "instance",
                     .title = "Instance",
                     .help = "Name of an instance on that host. Leave it out for the default instance and where the "
                             "port says which it is.",
                     .placeholder = "SQLEXPRESS",
                     .form = &instance_name,
                     .target = true},
               database_field},
    credential_fields,
    std::array{
        Field{.key = "encrypt",
              .title = "Encryption",
              .type = FieldType::choice,
              .group = FieldGroup::advanced,
              .fallback = "true",
              .choices = sqlserver_encryption,
              .help = "What of the connection is encrypted.",
              .target = true},
        Field{.key = "trustServerCertificate",
              .title = "Trust any certificate",
              .type = FieldType::boolean,
              .group = FieldGroup::advanced,
              .fallback = "false",
              .help = "For servers with a certificate of their own making, on a network that you trust.",
              .target = true},
    },
    pool_fields);

/// The drivers' words for the encryption.
inline constexpr std::array sqlserver_encrypt_words{
    Choice{"mandatory", "true"}, Choice{"yes", "true"},  Choice{"optional", "false"}, Choice{"no", "false"},
    Choice{"disable", "false"},  Choice{"true", "true"}, Choice{"false", "false"},    Choice{"strict", "strict"}};
/// The drivers' words for yes and no.
inline constexpr std::array sqlserver_yes_no{Choice{"true", "true"}, Choice{"yes", "true"}, Choice{"false", "false"},
                                             Choice{"no", "false"}};
/// What the parameters of its endpoints speak of.
inline constexpr std::array sqlserver_parameters{
    EndpointParameter{"serverName", "host"},
    EndpointParameter{"server", "host"},
    EndpointParameter{"portNumber", "port"},
    EndpointParameter{"port", "port"},
    EndpointParameter{"instanceName", "instance"},
    EndpointParameter{"databaseName", "database"},
    EndpointParameter{"database", "database"},
    EndpointParameter{"user", "username"},
    EndpointParameter{"userName", "username"},
    EndpointParameter{"user id", "username"},
    EndpointParameter{"password", "password"},
    EndpointParameter{"encrypt", "encrypt", sqlserver_encrypt_words},
    EndpointParameter{"trustServerCertificate", "trustServerCertificate", sqlserver_yes_no},
    EndpointParameter{"loginTimeout", "connectionTimeout", {}, 1000},
    EndpointParameter{"dial timeout", "connectionTimeout", {}, 1000},
    EndpointParameter{"connection timeout", "connectionTimeout", {}, 1000},
    EndpointParameter{"applicationName", {}},
    EndpointParameter{"app name", {}},
    EndpointParameter{"applicationIntent", {}},
};
/// What the path of an endpoint says.
inline constexpr std::array sqlserver_path{std::string_view{"instance"}};
/// What `configuration.endpoint` may be.
inline constexpr std::array sqlserver_endpoints{
    EndpointForm{.scheme = "jdbc:sqlserver:",
                 .example = "jdbc:sqlserver://host:1433;databaseName=database;encrypt=true",
                 .parameters = sqlserver_parameters,
                 .separator = ';',
                 .instance = "instance"},
    EndpointForm{.scheme = "sqlserver:",
                 .example = "sqlserver://host:1433?database=database&encrypt=true",
                 .path = sqlserver_path,
                 .parameters = sqlserver_parameters},
    EndpointForm{.scheme = "mssql:",
                 .example = "mssql://host:1433/database",
                 .path = database_path,
                 .parameters = sqlserver_parameters},
};

/// The URL of its JDBC driver; an instance is found by its name instead of a port.
inline constexpr std::array sqlserver_trino_urls{TrinoUrl{"jdbc:sqlserver://{servers}[;instanceName={instance}]"}};
/// What stands behind it.
inline constexpr std::array sqlserver_trino_parameters{
    TrinoProperty{"database", "databaseName"}, TrinoProperty{"encrypt", "encrypt"},
    TrinoProperty{"trustServerCertificate", "trustServerCertificate"},
    TrinoProperty{"connectionTimeout", "loginTimeout", {}, 1000}};
/// Who signs in.
inline constexpr std::array sqlserver_trino_properties{TrinoProperty{"username", "connection-user"},
                                                       TrinoProperty{"password", "connection-password"}};
/// Schemas that are not shown.
inline constexpr std::array sqlserver_trino_schemas{std::string_view{"sys"}};

/// Microsoft SQL Server 2016 and later, and Azure SQL.
inline constexpr Connector sqlserver{
    .id = "sqlserver",
    .title = "SQL Server",
    .description = "Microsoft SQL Server 2016 or later, and Azure SQL.",
    .family = Family::relational,
    .languages = sql_only,
    .fields = sqlserver_fields,
    .endpoints = sqlserver_endpoints,
    .aliases = sqlserver_aliases,
    .duckdb = {.kind = DuckDbMapping::Kind::remote},
    .trino = {.connector = "sqlserver",
              .url_property = "connection-url",
              .urls = sqlserver_trino_urls,
              .separator = ';',
              .parameters = sqlserver_trino_parameters,
              .properties = sqlserver_trino_properties,
              .default_schema = "dbo",
              .system_schemas = sqlserver_trino_schemas},
};

/// A SQL Server connection, typed. `encrypt`: true, strict or false.
struct SqlServer {
  std::string host = {};                                 ///< Name or address, without scheme and port.
  std::uint16_t port = 1433;                             ///< 1 to 65535.
  std::string instance = {};                             ///< Of several on one host; empty for the default.
  std::string database = {};                             ///< What is connected to.
  std::string username = {};                             ///< Who signs in.
  Secret password = {};                                  ///< What proves it.
  std::string encrypt = "true";                          ///< `true`, `strict` or `false`.
  bool trust_server_certificate = false;                 ///< Take any certificate.
  std::chrono::milliseconds connection_timeout{10'000};  ///< How long to wait for the server.
  std::optional<std::uint16_t> max_connections = {};     ///< Most connections; the engine's own limit unless given.
  std::optional<std::chrono::milliseconds> idle_timeout =
      {};  ///< Until an unused connection is closed; the engine's own limit unless given.

  /// The connector that it stands for.
  static constexpr const Connector& described() { return sqlserver; }
  /// Its members and the fields that they are.
  template <class = void>
  static constexpr auto members() {
    return std::tuple{Member{"host", &SqlServer::host},
                      Member{"port", &SqlServer::port},
                      Member{"instance", &SqlServer::instance},
                      Member{"database", &SqlServer::database},
                      Member{"username", &SqlServer::username},
                      Member{"password", &SqlServer::password},
                      Member{"encrypt", &SqlServer::encrypt},
                      Member{"trustServerCertificate", &SqlServer::trust_server_certificate},
                      Member{"connectionTimeout", &SqlServer::connection_timeout},
                      Member{"maxConnections", &SqlServer::max_connections},
                      Member{"idleTimeout", &SqlServer::idle_timeout}};
  }
  /// As a DataSource holds it.
  template <class = void>
  operator ConnectorConfig() const {  // NOLINT(google-explicit-constructor): see typed.hpp
    return to_config(*this);
  }
  /// Reads it back, however it is said. Errors: `invalid`.
  template <class = void>
  static Result<SqlServer> from(const ConnectorConfig& config) {
    return from_config<SqlServer>(config);
  }
  friend bool operator==(const SqlServer&, const SqlServer&) = default;
};

}  // namespace datasource
