#pragma once

#include <datasource/connector/common_fields.hpp>
#include <datasource/connector/forms.hpp>
#include <datasource/connector/typed.hpp>

#include <array>

namespace datasource {

/// TLS modes.
inline constexpr std::array mongodb_tls_modes{
    Choice{"disable", "Off"},
    Choice{"require", "Required, certificate not checked"},
    Choice{"verify-full", "Required, authority and host name checked"},
};
/// What agrees with `encryption: false`.
inline constexpr std::array mongodb_when_plain{std::string_view{"disable"}};
/// What the documents' `encryption` means here.
inline constexpr std::array mongodb_encryption{AliasValue{"true", "verify-full", tls_when_encrypted},
                                               AliasValue{"false", "disable", mongodb_when_plain}};
/// The documents' `encryption: true`.
inline constexpr std::array mongodb_aliases{Alias{"encryption", "tls", mongodb_encryption}};

/// How a user proves who it is.
inline constexpr std::array mongodb_mechanisms{Choice{"SCRAM-SHA-256", "SCRAM-SHA-256"},
                                               Choice{"SCRAM-SHA-1", "SCRAM-SHA-1"}, Choice{"PLAIN", "PLAIN (LDAP)"}};
/// Which members are read from.
inline constexpr std::array mongodb_preferences{
    Choice{"primary", "The primary"},   Choice{"primaryPreferred", "The primary, else a secondary"},
    Choice{"secondary", "A secondary"}, Choice{"secondaryPreferred", "A secondary, else the primary"},
    Choice{"nearest", "The nearest"},
};

/// The fields of connector `mongodb`.
inline constexpr std::array mongodb_fields = join(
    std::array{
        Field{.key = "host",
              .title = "Host",
              .required = true,
              .help = "Name or address of the server; of a replica set its members, with commas between them.",
              .placeholder = "localhost",
              .form = &host_list,
              .target = true},
        port_field("27017"),
        Field{.key = "database",
              .title = "Database",
              .help = "The database whose collections are the tables. Leave it out for all: a table is then "
                      "source.database.collection."},
        Field{.key = "srv",
              .title = "Host is an SRV name",
              .type = FieldType::boolean,
              .fallback = "false",
              .help = "As in mongodb+srv: DNS says which servers there are.",
              .target = true},
        optional_username_field,
        password_field,
        Field{.key = "authSource",
              .title = "Authentication database",
              .group = FieldGroup::credentials,
              .help = "Where the user is defined. Leave it out for the database itself, or admin without one."},
        Field{.key = "authMechanism",
              .title = "Authentication mechanism",
              .type = FieldType::choice,
              .group = FieldGroup::advanced,
              .choices = mongodb_mechanisms,
              .help = "Leave it out to let client and server agree on one.",
              .target = true},
        Field{.key = "replicaSet",
              .title = "Replica set",
              .group = FieldGroup::advanced,
              .help = "Name of the replica set, where the servers are one."},
        Field{.key = "readPreference",
              .title = "Read from",
              .type = FieldType::choice,
              .group = FieldGroup::advanced,
              .fallback = "primary",
              .choices = mongodb_preferences},
        Field{.key = "directConnection",
              .title = "This server only",
              .type = FieldType::boolean,
              .group = FieldGroup::advanced,
              .fallback = "false",
              .help = "Do not look for the other members of the server's replica set."},
        Field{.key = "tls",
              .title = "TLS",
              .type = FieldType::choice,
              .group = FieldGroup::advanced,
              .choices = mongodb_tls_modes,
              .help = "How the connection is encrypted. Left out it is off, but verify-full with an SRV name, as "
                      "MongoDB has it.",
              .target = true},
        Field{.key = "sampleSize",
              .title = "Documents to sample",
              .type = FieldType::integer,
              .group = FieldGroup::advanced,
              .fallback = "1000",
              .minimum = 1,
              .maximum = 1'000'000,
              .help = "How many documents of a collection say what its columns are: half of them are its first, half "
                      "its last. Fields that none of them has are no columns."},
    },
    pool_fields);

/// What a password needs.
inline constexpr std::array mongodb_username{std::string_view{"username"}};
/// What a user name needs.
inline constexpr std::array mongodb_password{std::string_view{"password"}};
/// Fields that others ask for.
inline constexpr std::array mongodb_requirements{
    Requirement{"username", any_value, mongodb_password},
    Requirement{"password", any_value, mongodb_username},
};

/// `tls=true` of a URL.
inline constexpr std::array mongodb_tls_words{Choice{"true", "verify-full"}, Choice{"false", "disable"}};
/// What the parameters of its endpoints speak of.
inline constexpr std::array mongodb_parameters{
    EndpointParameter{"authSource", "authSource"},
    EndpointParameter{"authMechanism", "authMechanism"},
    EndpointParameter{"replicaSet", "replicaSet"},
    EndpointParameter{"readPreference", "readPreference"},
    EndpointParameter{"directConnection", "directConnection"},
    EndpointParameter{"tls", "tls", mongodb_tls_words},
    EndpointParameter{"ssl", "tls", mongodb_tls_words},
    EndpointParameter{"connectTimeoutMS", "connectionTimeout"},
    EndpointParameter{"maxPoolSize", "maxConnections"},
    EndpointParameter{"maxIdleTimeMS", "idleTimeout"},
    EndpointParameter{"retryWrites", {}},
    EndpointParameter{"retryReads", {}},
    EndpointParameter{"w", {}},
    EndpointParameter{"appName", {}},
};
/// What `configuration.endpoint` may be.
inline constexpr std::array mongodb_endpoints{
    EndpointForm{.scheme = "mongodb:",
                 .example = "mongodb://host:27017/database",
                 .authority = EndpointForm::Authority::hosts,
                 .path = database_path,
                 .parameters = mongodb_parameters},
    EndpointForm{.scheme = "mongodb+srv:",
                 .example = "mongodb+srv://cluster.example.net/database",
                 .path = database_path,
                 .parameters = mongodb_parameters,
                 .implies = {"srv", "true"}},
};

/// The driver's URL.
inline constexpr std::array mongodb_trino_urls{
    TrinoUrl{"mongodb+srv://[{username}:{password}@]{host}/", "srv", "true"},
    TrinoUrl{"mongodb://[{username}:{password}@]{servers}/"},
};
/// TLS as the URL says it.
inline constexpr std::array mongodb_trino_tls{Choice{"disable", "false"}, Choice{"require", "true"},
                                              Choice{"verify-full", "true"}};
/// What stands behind it.
inline constexpr std::array mongodb_trino_parameters{
    TrinoProperty{"authSource", "authSource"},
    TrinoProperty{"authMechanism", "authMechanism"},
    TrinoProperty{"replicaSet", "replicaSet"},
    TrinoProperty{"readPreference", "readPreference"},
    TrinoProperty{"directConnection", "directConnection"},
    TrinoProperty{"tls", "tls", mongodb_trino_tls},
    TrinoProperty{"connectionTimeout", "connectTimeoutMS"},
    TrinoProperty{"maxConnections", "maxPoolSize"},
    TrinoProperty{"idleTimeout", "maxIdleTimeMS"},
};
/// Databases that are not shown.
inline constexpr std::array mongodb_trino_schemas{std::string_view{"admin"}, std::string_view{"config"},
                                                  std::string_view{"local"}};

/// MongoDB 4.4 and later.
inline constexpr Connector mongodb{
    .id = "mongodb",
    .title = "MongoDB",
    .description = "MongoDB 4.4 or later, one server, a replica set or Atlas.",
    .family = Family::document,
    .languages = sql_only,
    .fields = mongodb_fields,
    .endpoints = mongodb_endpoints,
    .aliases = mongodb_aliases,
    .requirements = mongodb_requirements,
    .duckdb = {.kind = DuckDbMapping::Kind::remote},
    .trino = {.connector = "mongodb",
              .url_property = "mongodb.connection-url",
              .urls = mongodb_trino_urls,
              .parameters = mongodb_trino_parameters,
              .schema_field = "database",
              .system_schemas = mongodb_trino_schemas},
};

/// A MongoDB connection, typed. `host`: one, or several with commas between them; `tls`: disable, require or
/// verify-full.
struct MongoDb {
  std::string host = {};            ///< One, or several with commas between them.
  std::uint16_t port = 27017;       ///< 1 to 65535.
  std::string database = {};        ///< Whose collections are read; empty for all.
  bool srv = false;                 ///< The host is an SRV name.
  std::string username = {};        ///< Who signs in.
  Secret password = {};             ///< What proves it.
  std::string auth_source = {};     ///< Where the user is defined.
  std::string auth_mechanism = {};  ///< Empty to let both sides agree.
  std::string replica_set = {};     ///< Name of the set.
  std::string read_preference =
      "primary";                    ///< `primary`, `primaryPreferred`, `secondary`, `secondaryPreferred` or `nearest`.
  bool direct_connection = false;   ///< This server only.
  std::string tls = {};             ///< `disable`, `require` or `verify-full`; empty as MongoDB has it.
  std::int32_t sample_size = 1000;  ///< Documents that say what a collection's columns are: 1 to 1,000,000.
  std::chrono::milliseconds connection_timeout{10'000};  ///< How long to wait for the server.
  std::optional<std::uint16_t> max_connections = {};     ///< Most connections; the engine's own limit unless given.
  std::optional<std::chrono::milliseconds> idle_timeout =
      {};  ///< Until an unused connection is closed; the engine's own limit unless given.

  /// The connector that it stands for.
  static constexpr const Connector& described() { return mongodb; }
  /// Its members and the fields that they are.
  template <class = void>
  static constexpr auto members() {
    return std::tuple{Member{"host", &MongoDb::host},
                      Member{"port", &MongoDb::port},
                      Member{"database", &MongoDb::database},
                      Member{"srv", &MongoDb::srv},
                      Member{"username", &MongoDb::username},
                      Member{"password", &MongoDb::password},
                      Member{"authSource", &MongoDb::auth_source},
                      Member{"authMechanism", &MongoDb::auth_mechanism},
                      Member{"replicaSet", &MongoDb::replica_set},
                      Member{"readPreference", &MongoDb::read_preference},
                      Member{"directConnection", &MongoDb::direct_connection},
                      Member{"tls", &MongoDb::tls},
                      Member{"sampleSize", &MongoDb::sample_size},
                      Member{"connectionTimeout", &MongoDb::connection_timeout},
                      Member{"maxConnections", &MongoDb::max_connections},
                      Member{"idleTimeout", &MongoDb::idle_timeout}};
  }
  /// As a DataSource holds it.
  template <class = void>
  operator ConnectorConfig() const {  // NOLINT(google-explicit-constructor): see typed.hpp
    return to_config(*this);
  }
  /// Reads it back, however it is said. Errors: `invalid`.
  template <class = void>
  static Result<MongoDb> from(const ConnectorConfig& config) {
    return from_config<MongoDb>(config);
  }
  friend bool operator==(const MongoDb&, const MongoDb&) = default;
};

}  // namespace datasource
