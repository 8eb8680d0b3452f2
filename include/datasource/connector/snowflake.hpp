#pragma once

#include <datasource/connector/common_fields.hpp>
#include <datasource/connector/forms.hpp>
#include <datasource/connector/typed.hpp>

#include <array>

namespace datasource {

/// How Snowflake is signed in to.
inline constexpr std::array snowflake_authentication{
    Choice{"keypair", "Key pair"},
    Choice{"pat", "Programmatic access token"},
    Choice{"oauth", "OAuth token"},
};

/// Where a key is what signs in.
inline constexpr Condition snowflake_by_key{"authentication", {"keypair"}};
/// Where a token is.
inline constexpr Condition snowflake_by_token{"authentication", {"pat", "oauth"}};

/// The fields of connector `snowflake`.
inline constexpr std::array snowflake_fields = join(
    std::array{
        Field{.key = "account",
              .title = "Account",
              .required = true,
              .help = "The account identifier: organization and account name with a hyphen between them.",
              .placeholder = "acme-prod",
              .form = &snowflake_account,
              .target = true},
        Field{.key = "warehouse",
              .title = "Warehouse",
              .help = "What runs the queries. Leave it out for the user's default.",
              .placeholder = "COMPUTE_WH"},
        Field{.key = "database",
              .title = "Database",
              .required = true,
              .help =
                  "The database whose tables are read. Names are upper-cased, as in SQL, unless they stand in double "
                  "quotes."},
        Field{.key = "schema", .title = "Schema", .fallback = "PUBLIC", .help = "The schema of names without one."},
        Field{.key = "role",
              .title = "Role",
              .help = "One that may only read is best. Leave it out for the user's default."},
        optional_username_field,
        Field{.key = "authentication",
              .title = "Authentication",
              .type = FieldType::choice,
              .group = FieldGroup::credentials,
              .required = true,
              .choices = snowflake_authentication,
              .target = true},
        Field{.key = "privateKey",
              .title = "Private key",
              .type = FieldType::secret,
              .group = FieldGroup::credentials,
              .help = "The whole of the .p8 file. Stored encrypted, never shown again.",
              .form = &private_key,
              .multiline = true,
              .only_when = &snowflake_by_key},
        Field{.key = "privateKeyPassphrase",
              .title = "Passphrase of the private key",
              .type = FieldType::secret,
              .group = FieldGroup::credentials,
              .help = "Only where the key is encrypted.",
              .only_when = &snowflake_by_key},
        Field{.key = "token",
              .title = "Token",
              .type = FieldType::secret,
              .group = FieldGroup::credentials,
              .help = "Stored encrypted, never shown again.",
              .only_when = &snowflake_by_token},
        Field{.key = "accountUrl",
              .title = "Account address",
              .type = FieldType::url,
              .group = FieldGroup::advanced,
              .help = "Of a private link or an emulator. Leave it out for https://<account>.snowflakecomputing.com.",
              .placeholder = "https://acme-prod.privatelink.snowflakecomputing.com",
              .target = true},
        skip_verify_field,
    },
    http_timeout_fields);

/// What a key pair needs.
inline constexpr std::array snowflake_key{std::string_view{"username"}, std::string_view{"privateKey"}};
/// What a token needs.
inline constexpr std::array snowflake_token{std::string_view{"token"}};
/// What a passphrase needs.
inline constexpr std::array snowflake_private_key{std::string_view{"privateKey"}};
/// Fields that others ask for.
inline constexpr std::array snowflake_requirements{
    Requirement{"authentication", "keypair", snowflake_key},
    Requirement{"authentication", "pat", snowflake_token},
    Requirement{"authentication", "oauth", snowflake_token},
    Requirement{"privateKeyPassphrase", any_value, snowflake_private_key},
};
/// What is meant where it is not said.
inline constexpr std::array snowflake_implications{
    Implication{"privateKey", "authentication", "keypair"},
    Implication{"token", "authentication", "pat"},
};

/// The drivers' names of the ways to sign in.
inline constexpr std::array snowflake_authenticators{
    Choice{"SNOWFLAKE_JWT", "keypair"}, Choice{"PROGRAMMATIC_ACCESS_TOKEN", "pat"}, Choice{"OAUTH", "oauth"}};
/// What the parameters of its endpoints speak of.
inline constexpr std::array snowflake_parameters{
    EndpointParameter{"db", "database"},
    EndpointParameter{"database", "database"},
    EndpointParameter{"schema", "schema"},
    EndpointParameter{"warehouse", "warehouse"},
    EndpointParameter{"role", "role"},
    EndpointParameter{"user", "username"},
    EndpointParameter{"account", "account"},
    EndpointParameter{"token", "token"},
    EndpointParameter{"authenticator", "authentication", snowflake_authenticators},
    EndpointParameter{"loginTimeout", "connectionTimeout", {}, 1000},
    EndpointParameter{"queryTimeout", "queryTimeout", {}, 1000},
    EndpointParameter{"application", {}},
};
/// What the path of an endpoint says.
inline constexpr std::array snowflake_path{std::string_view{"database"}, std::string_view{"schema"}};
/// What `configuration.endpoint` may be.
inline constexpr std::array snowflake_endpoints{
    EndpointForm{.scheme = "jdbc:snowflake:",
                 .example = "jdbc:snowflake://account.snowflakecomputing.com/?db=database&warehouse=warehouse",
                 .authority = EndpointForm::Authority::name,
                 .field = "account",
                 .parameters = snowflake_parameters,
                 .ending = ".snowflakecomputing.com"},
    EndpointForm{.scheme = "snowflake:",
                 .example = "snowflake://account/database/schema?warehouse=warehouse",
                 .authority = EndpointForm::Authority::name,
                 .field = "account",
                 .path = snowflake_path,
                 .parameters = snowflake_parameters,
                 .ending = ".snowflakecomputing.com"},
};

/// The URL of its JDBC driver.
inline constexpr std::array snowflake_trino_urls{
    TrinoUrl{"jdbc:snowflake://{account}.snowflakecomputing.com/", "accountUrl", ""},
    TrinoUrl{"jdbc:snowflake://{accountUrl}/"},
};
/// A programmatic access token takes the place of a password; the driver finds a key by itself.
inline constexpr std::array snowflake_trino_authenticators{Choice{"keypair", ""}, Choice{"pat", ""},
                                                           Choice{"oauth", "OAUTH"}};
/// What stands behind it: the driver reads a private key as the base64 of its file.
inline constexpr std::array snowflake_trino_parameters{
    TrinoProperty{"schema", "schema"},
    TrinoProperty{"authentication", "authenticator", snowflake_trino_authenticators},
    TrinoProperty{.field = "privateKey", .name = "private_key_base64", .base64 = true},
    TrinoProperty{"privateKeyPassphrase", "private_key_pwd"},
    TrinoProperty{"connectionTimeout", "loginTimeout", {}, 1000},
};
/// As Trino's connector names them.
inline constexpr std::array snowflake_trino_properties{
    TrinoProperty{"username", "connection-user"},  TrinoProperty{"token", "connection-password"},
    TrinoProperty{"account", "snowflake.account"}, TrinoProperty{"database", "snowflake.database"},
    TrinoProperty{"role", "snowflake.role"},       TrinoProperty{"warehouse", "snowflake.warehouse"},
};
/// It always checks the certificate.
inline constexpr std::array snowflake_trino_refused{std::string_view{"tlsSkipVerify"}};

/// Snowflake, by what its SQL API takes: key pairs and tokens, no passwords.
inline constexpr Connector snowflake{
    .id = "snowflake",
    .title = "Snowflake",
    .description = "A database of a Snowflake account.",
    .family = Family::object_store,
    .languages = sql_only,
    .fields = snowflake_fields,
    .endpoints = snowflake_endpoints,
    .requirements = snowflake_requirements,
    .implications = snowflake_implications,
    .duckdb = {.kind = DuckDbMapping::Kind::remote},
    .trino = {.connector = "snowflake",
              .url_property = "connection-url",
              .urls = snowflake_trino_urls,
              .parameters = snowflake_trino_parameters,
              .properties = snowflake_trino_properties,
              .default_schema = "public",
              .refused = snowflake_trino_refused},
};

/// A Snowflake database, typed. `authentication`: keypair, pat or oauth; left out it follows from what is given.
struct Snowflake {
  std::string account = {};                              ///< Such as `acme-prod`.
  std::string warehouse = {};                            ///< What runs the queries; empty for the user's default.
  std::string database = {};                             ///< What is connected to.
  std::string schema = "PUBLIC";                         ///< Of names without one.
  std::string role = {};                                 ///< Empty for the user's default.
  std::string username = {};                             ///< Who signs in.
  std::string authentication = {};                       ///< Empty: it follows from what is given.
  Secret private_key = {};                               ///< The whole .p8 file.
  Secret private_key_passphrase = {};                    ///< Of an encrypted key.
  Secret token = {};                                     ///< What authenticates, where nothing else does.
  std::string account_url = {};                          ///< Of a private link; empty for the public address.
  bool tls_skip_verify = false;                          ///< Take any certificate.
  std::chrono::milliseconds connection_timeout{10'000};  ///< How long to wait for the server.
  std::chrono::milliseconds query_timeout{60'000};       ///< How long to wait for the answer to one query.

  /// The connector that it stands for.
  static constexpr const Connector& described() { return snowflake; }
  /// Its members and the fields that they are.
  template <class = void>
  static constexpr auto members() {
    return std::tuple{Member{"account", &Snowflake::account},
                      Member{"warehouse", &Snowflake::warehouse},
                      Member{"database", &Snowflake::database},
                      Member{"schema", &Snowflake::schema},
                      Member{"role", &Snowflake::role},
                      Member{"username", &Snowflake::username},
                      Member{"authentication", &Snowflake::authentication},
                      Member{"privateKey", &Snowflake::private_key},
                      Member{"privateKeyPassphrase", &Snowflake::private_key_passphrase},
                      Member{"token", &Snowflake::token},
                      Member{"accountUrl", &Snowflake::account_url},
                      Member{"tlsSkipVerify", &Snowflake::tls_skip_verify},
                      Member{"connectionTimeout", &Snowflake::connection_timeout},
                      Member{"queryTimeout", &Snowflake::query_timeout}};
  }
  /// As a DataSource holds it.
  template <class = void>
  operator ConnectorConfig() const {  // NOLINT(google-explicit-constructor): see typed.hpp
    return to_config(*this);
  }
  /// Reads it back, however it is said. Errors: `invalid`.
  template <class = void>
  static Result<Snowflake> from(const ConnectorConfig& config) {
    return from_config<Snowflake>(config);
  }
  friend bool operator==(const Snowflake&, const Snowflake&) = default;
};

}  // namespace datasource
