#pragma once

#include <datasource/connector/common_fields.hpp>
#include <datasource/connector/typed.hpp>

#include <array>

namespace datasource {

/// The versions of its API.
inline constexpr std::array influxdb_versions{
    Choice{"1", "1.x: database, InfluxQL"},
    Choice{"2", "2.x: organization and bucket, Flux and InfluxQL"},
    Choice{"3", "3.x: database, SQL"},
};

/// Of version 1.
inline constexpr Condition influxdb_of_1{"version", {"1"}};
/// Of version 2.
inline constexpr Condition influxdb_of_2{"version", {"2"}};
/// Of the versions that have databases.
inline constexpr Condition influxdb_of_1_and_3{"version", {"1", "3"}};
/// Of the versions that have tokens.
inline constexpr Condition influxdb_of_2_and_3{"version", {"2", "3"}};

/// The fields of connector `influxdb`.
inline constexpr std::array influxdb_fields = join(
    std::array{
        Field{.key = "url",
              .title = "URL",
              .type = FieldType::url,
              .required = true,
              .help = "Address of the server.",
              .placeholder = "http://localhost:8086",
              .target = true},
        Field{.key = "version",
              .title = "Version",
              .type = FieldType::choice,
              .fallback = "2",
              .choices = influxdb_versions,
              .help = "The server's version says which of the fields below it needs."},
        Field{.key = "database",
              .title = "Database",
              .help = "The database that is read.",
              .only_when = &influxdb_of_1_and_3},
        Field{.key = "retentionPolicy",
              .title = "Retention policy",
              .group = FieldGroup::advanced,
              .help = "Leave it out for the database's default.",
              .only_when = &influxdb_of_1},
        Field{.key = "organization",
              .title = "Organization",
              .help = "The organization that has the bucket.",
              .only_when = &influxdb_of_2},
        Field{.key = "bucket", .title = "Bucket", .help = "The bucket that is read.", .only_when = &influxdb_of_2},
        only_when(influxdb_of_1, optional_username_field),
        only_when(influxdb_of_1, password_field),
        Field{.key = "token",
              .title = "Token",
              .type = FieldType::secret,
              .group = FieldGroup::credentials,
              .help = "One that may only read is enough and is best.",
              .only_when = &influxdb_of_2_and_3},
        skip_verify_field,
    },
    http_timeout_fields);

/// What versions 1 and 3 need.
inline constexpr std::array influxdb_v1{std::string_view{"database"}};
/// What version 2 needs.
inline constexpr std::array influxdb_v2{std::string_view{"organization"}, std::string_view{"bucket"},
                                        std::string_view{"token"}};
/// What a password needs.
inline constexpr std::array influxdb_username{std::string_view{"username"}};
/// Fields that others ask for.
inline constexpr std::array influxdb_requirements{
    Requirement{"version", "1", influxdb_v1},
    Requirement{"version", "2", influxdb_v2},
    Requirement{"version", "3", influxdb_v1},
    Requirement{"password", any_value, influxdb_username},
};

/// What the parameters of its endpoints speak of.
inline constexpr std::array influxdb_parameters{
    EndpointParameter{"db", "database"},        EndpointParameter{"database", "database"},
    EndpointParameter{"rp", "retentionPolicy"}, EndpointParameter{"org", "organization"},
    EndpointParameter{"bucket", "bucket"},      EndpointParameter{"token", "token"},
    EndpointParameter{"u", "username"},         EndpointParameter{"p", "password"},
};
/// What `configuration.endpoint` may be.
inline constexpr std::array influxdb_endpoints{
    EndpointForm{.scheme = "http:",
                 .example = "http://host:8086",
                 .authority = EndpointForm::Authority::url,
                 .field = "url",
                 .parameters = influxdb_parameters},
    EndpointForm{.scheme = "https:",
                 .example = "https://host:8086",
                 .authority = EndpointForm::Authority::url,
                 .field = "url",
                 .parameters = influxdb_parameters},
};

/// InfluxDB 1.x, 2.x and 3.x.
inline constexpr Connector influxdb{
    .id = "influxdb",
    .title = "InfluxDB",
    .description = "InfluxDB of versions 1, 2 and 3, on premises and in the cloud.",
    .family = Family::time_series,
    .languages = sql_only,
    .fields = influxdb_fields,
    .endpoints = influxdb_endpoints,
    .requirements = influxdb_requirements,
    .duckdb = {.kind = DuckDbMapping::Kind::remote},
};

/// An InfluxDB, typed. `version`: 1 (with `database`), 2 (with `organization`, `bucket`, `token`) or 3 (with
/// `database`).
struct InfluxDb {
  std::string url = {};                                  ///< Such as `http://localhost:8086`.
  std::string version = "2";                             ///< `1`, `2` or `3`.
  std::string database = {};                             ///< Versions 1 and 3.
  std::string retention_policy = {};                     ///< Version 1; empty for the default.
  std::string organization = {};                         ///< Version 2.
  std::string bucket = {};                               ///< Version 2.
  std::string username = {};                             ///< Who signs in.
  Secret password = {};                                  ///< What proves it.
  Secret token = {};                                     ///< What authenticates, where nothing else does.
  bool tls_skip_verify = false;                          ///< Take any certificate.
  std::chrono::milliseconds connection_timeout{10'000};  ///< How long to wait for the server.
  std::chrono::milliseconds query_timeout{60'000};       ///< How long to wait for the answer to one query.

  /// The connector that it stands for.
  static constexpr const Connector& described() { return influxdb; }
  /// Its members and the fields that they are.
  template <class = void>
  static constexpr auto members() {
    return std::tuple{Member{"url", &InfluxDb::url},
                      Member{"version", &InfluxDb::version},
                      Member{"database", &InfluxDb::database},
                      Member{"retentionPolicy", &InfluxDb::retention_policy},
                      Member{"organization", &InfluxDb::organization},
                      Member{"bucket", &InfluxDb::bucket},
                      Member{"username", &InfluxDb::username},
                      Member{"password", &InfluxDb::password},
                      Member{"token", &InfluxDb::token},
                      Member{"tlsSkipVerify", &InfluxDb::tls_skip_verify},
                      Member{"connectionTimeout", &InfluxDb::connection_timeout},
                      Member{"queryTimeout", &InfluxDb::query_timeout}};
  }
  /// As a DataSource holds it.
  template <class = void>
  operator ConnectorConfig() const {  // NOLINT(google-explicit-constructor): see typed.hpp
    return to_config(*this);
  }
  /// Reads it back, however it is said. Errors: `invalid`.
  template <class = void>
  static Result<InfluxDb> from(const ConnectorConfig& config) {
    return from_config<InfluxDb>(config);
  }
  friend bool operator==(const InfluxDb&, const InfluxDb&) = default;
};

}  // namespace datasource
