#pragma once

#include <datasource/connector/common_fields.hpp>
#include <datasource/connector/typed.hpp>

#include <array>

namespace datasource {

/// The values of `prometheus.auth.type`.
inline constexpr std::array prometheus_auth_types{
    Choice{"basicauth", "User name and password"},
    Choice{"bearer", "Token"},
    Choice{"awssigv4", "AWS signature, version 4"},
};
/// How an Alertmanager is signed in to.
inline constexpr std::array alertmanager_auth_types{
    Choice{"basicauth", "User name and password"},
};

/// Where a password is what signs in.
inline constexpr Condition prometheus_by_password{"prometheus.auth.type", {"basicauth"}};
/// Where a token is.
inline constexpr Condition prometheus_by_token{"prometheus.auth.type", {"bearer"}};
/// Where a signature is.
inline constexpr Condition prometheus_by_signature{"prometheus.auth.type", {"awssigv4"}};
/// Where a password is what signs in to an Alertmanager.
inline constexpr Condition alertmanager_by_password{"alertmanager.auth.type", {"basicauth"}};

/// Those that an OpenSearch knows.
inline constexpr std::array prometheus_server_fields{
    Field{.key = "prometheus.uri",
          .title = "URL",
          .type = FieldType::url,
          .required = true,
          .help = "Address of the server.",
          .placeholder = "http://localhost:9090",
          .target = true},
    Field{.key = "prometheus.auth.type",
          .title = "Authentication",
          .type = FieldType::choice,
          .group = FieldGroup::credentials,
          .choices = prometheus_auth_types,
          .help = "Leave it out for a server without authentication. An OpenSearch takes no token.",
          .target = true},
    Field{.key = "prometheus.auth.username",
          .title = "User name",
          .group = FieldGroup::credentials,
          .only_when = &prometheus_by_password,
          .also = FieldPlace::username,
          .target = true},
    Field{.key = "prometheus.auth.password",
          .title = "Password",
          .type = FieldType::secret,
          .group = FieldGroup::credentials,
          .help = "Stored encrypted, never shown again.",
          .only_when = &prometheus_by_password,
          .also = FieldPlace::password},
    Field{.key = "prometheus.auth.region",
          .title = "AWS region",
          .group = FieldGroup::credentials,
          .placeholder = "us-east-1",
          .only_when = &prometheus_by_signature,
          .target = true},
    Field{.key = "prometheus.auth.access_key",
          .title = "AWS access key",
          .type = FieldType::secret,
          .group = FieldGroup::credentials,
          .only_when = &prometheus_by_signature},
    Field{.key = "prometheus.auth.secret_key",
          .title = "AWS secret key",
          .type = FieldType::secret,
          .group = FieldGroup::credentials,
          .only_when = &prometheus_by_signature},
    Field{.key = "alertmanager.uri",
          .title = "Alertmanager URL",
          .type = FieldType::url,
          .group = FieldGroup::advanced,
          .help = "Where alerts and silences are read from.",
          .placeholder = "http://localhost:9093",
          .target = true},
    Field{.key = "alertmanager.auth.type",
          .title = "Alertmanager authentication",
          .type = FieldType::choice,
          .group = FieldGroup::advanced,
          .choices = alertmanager_auth_types},
    Field{.key = "alertmanager.auth.username",
          .title = "Alertmanager user name",
          .group = FieldGroup::advanced,
          .only_when = &alertmanager_by_password},
    Field{.key = "alertmanager.auth.password",
          .title = "Alertmanager password",
          .type = FieldType::secret,
          .group = FieldGroup::advanced,
          .only_when = &alertmanager_by_password},
};
/// The fields of connector `prometheus`.
inline constexpr std::array prometheus_fields = join(prometheus_server_fields,
                                                     std::array{
                                                         Field{.key = "prometheus.auth.token",
                                                               .title = "Token",
                                                               .type = FieldType::secret,
                                                               .group = FieldGroup::credentials,
                                                               .help = "Sent as Authorization: Bearer.",
                                                               .only_when = &prometheus_by_token},
                                                         skip_verify_field,
                                                     },
                                                     http_timeout_fields);

/// What basic authentication needs.
inline constexpr std::array prometheus_basic{std::string_view{"prometheus.auth.username"},
                                             std::string_view{"prometheus.auth.password"}};
/// What a signature needs.
inline constexpr std::array prometheus_sigv4{std::string_view{"prometheus.auth.region"},
                                             std::string_view{"prometheus.auth.access_key"},
                                             std::string_view{"prometheus.auth.secret_key"}};
/// What a token needs.
inline constexpr std::array prometheus_bearer{std::string_view{"prometheus.auth.token"}};
/// What an Alertmanager needs.
inline constexpr std::array alertmanager_basic{std::string_view{"alertmanager.auth.username"},
                                               std::string_view{"alertmanager.auth.password"}};
/// Those that an OpenSearch checks come first.
inline constexpr std::array prometheus_requirements{
    Requirement{"prometheus.auth.type", "basicauth", prometheus_basic},
    Requirement{"prometheus.auth.type", "awssigv4", prometheus_sigv4},
    Requirement{"prometheus.auth.type", "bearer", prometheus_bearer},
    Requirement{"alertmanager.auth.type", "basicauth", alertmanager_basic},
};
/// What is meant where it is not said.
inline constexpr std::array prometheus_implications{
    Implication{"prometheus.auth.username", "prometheus.auth.type", "basicauth"},
    Implication{"prometheus.auth.token", "prometheus.auth.type", "bearer"},
    Implication{"prometheus.auth.access_key", "prometheus.auth.type", "awssigv4"},
    Implication{"alertmanager.auth.username", "alertmanager.auth.type", "basicauth"},
};

/// What `configuration.endpoint` may be.
inline constexpr std::array prometheus_endpoints{
    EndpointForm{.scheme = "http:",
                 .example = "http://host:9090",
                 .authority = EndpointForm::Authority::url,
                 .field = "prometheus.uri"},
    EndpointForm{.scheme = "https:",
                 .example = "https://host:9090",
                 .authority = EndpointForm::Authority::url,
                 .field = "prometheus.uri"},
};

/// The languages of connector `prometheus`.
inline constexpr std::array prometheus_languages{Language::ppl, Language::sql};

/// As Trino's connector names them.
inline constexpr std::array prometheus_trino_properties{
    TrinoProperty{"prometheus.uri", "prometheus.uri"},
    TrinoProperty{"prometheus.auth.username", "prometheus.auth.user"},
    TrinoProperty{"prometheus.auth.password", "prometheus.auth.password"},
    TrinoProperty{"queryTimeout", "prometheus.read-timeout", {}, 1, "ms"},
};
/// It reads tokens from files of its own machine, and signs nothing.
inline constexpr std::array prometheus_trino_refused{
    std::string_view{"prometheus.auth.token"}, std::string_view{"prometheus.auth.access_key"},
    std::string_view{"prometheus.auth.secret_key"}, std::string_view{"tlsSkipVerify"}};

/// Prometheus 2.26 and later. The keys are OpenSearch's, so that one source can be registered with both.
inline constexpr Connector prometheus{
    .id = "prometheus",
    .title = "Prometheus",
    .description = "Prometheus, and servers with its HTTP API, such as Thanos, Mimir and VictoriaMetrics.",
    .family = Family::time_series,
    .languages = prometheus_languages,
    .fields = prometheus_fields,
    .endpoints = prometheus_endpoints,
    .requirements = prometheus_requirements,
    .implications = prometheus_implications,
    .duckdb = {.kind = DuckDbMapping::Kind::remote},
    .opensearch = {.registered = true,
                   .fields = prometheus_server_fields,
                   .requirements = std::span{prometheus_requirements}.first<2>()},
    .trino = {.connector = "prometheus",
              .properties = prometheus_trino_properties,
              .default_schema = "default",
              .refused = prometheus_trino_refused,
              .fixed_schemas = true,
              .range_column = "timestamp"},
};

/// A Prometheus, typed. `auth`: basicauth, bearer or awssigv4; left out it follows from what is given.
struct Prometheus {
  std::string url = {};                                  ///< Such as `http://localhost:9090`.
  std::string auth = {};                                 ///< Empty: it follows from what is given.
  std::string username = {};                             ///< Who signs in.
  Secret password = {};                                  ///< What proves it.
  Secret token = {};                                     ///< What authenticates, where nothing else does.
  std::string region = {};                               ///< Of a signature.
  Secret access_key = {};                                ///< Empty without a signature.
  Secret secret_key = {};                                ///< Belongs to the access key.
  std::string alertmanager_url = {};                     ///< Where alerts are read from.
  std::string alertmanager_auth = {};                    ///< `basicauth`, or empty.
  std::string alertmanager_username = {};                ///< Who signs in there.
  Secret alertmanager_password = {};                     ///< What proves it there.
  bool tls_skip_verify = false;                          ///< Take any certificate.
  std::chrono::milliseconds connection_timeout{10'000};  ///< How long to wait for the server.
  std::chrono::milliseconds query_timeout{60'000};       ///< How long to wait for the answer to one query.

  /// The connector that it stands for.
  static constexpr const Connector& described() { return prometheus; }
  /// Its members and the fields that they are.
  template <class = void>
  static constexpr auto members() {
    return std::tuple{Member{"prometheus.uri", &Prometheus::url},
                      Member{"prometheus.auth.type", &Prometheus::auth},
                      Member{"prometheus.auth.username", &Prometheus::username},
                      Member{"prometheus.auth.password", &Prometheus::password},
                      Member{"prometheus.auth.token", &Prometheus::token},
                      Member{"prometheus.auth.region", &Prometheus::region},
                      Member{"prometheus.auth.access_key", &Prometheus::access_key},
                      Member{"prometheus.auth.secret_key", &Prometheus::secret_key},
                      Member{"alertmanager.uri", &Prometheus::alertmanager_url},
                      Member{"alertmanager.auth.type", &Prometheus::alertmanager_auth},
                      Member{"alertmanager.auth.username", &Prometheus::alertmanager_username},
                      Member{"alertmanager.auth.password", &Prometheus::alertmanager_password},
                      Member{"tlsSkipVerify", &Prometheus::tls_skip_verify},
                      Member{"connectionTimeout", &Prometheus::connection_timeout},
                      Member{"queryTimeout", &Prometheus::query_timeout}};
  }
  /// As a DataSource holds it.
  template <class = void>
  operator ConnectorConfig() const {  // NOLINT(google-explicit-constructor): see typed.hpp
    return to_config(*this);
  }
  /// Reads it back, however it is said. Errors: `invalid`.
  template <class = void>
  static Result<Prometheus> from(const ConnectorConfig& config) {
    return from_config<Prometheus>(config);
  }
  friend bool operator==(const Prometheus&, const Prometheus&) = default;
};

}  // namespace datasource
