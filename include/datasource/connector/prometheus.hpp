#pragma once

#include <datasource/connector/connector.hpp>

#include <array>

namespace datasource {

/// The values of `prometheus.auth.type`.
inline constexpr std::array prometheus_auth_types{
    Choice{"basicauth", "User name and password"},
    Choice{"awssigv4", "AWS signature, version 4"},
};

/// The fields of connector `prometheus`.
inline constexpr std::array prometheus_fields{
    Field{.key = "prometheus.uri",
          .title = "URI",
          .required = true,
          .help = "Address of the server.",
          .placeholder = "http://localhost:9090"},
    Field{.key = "prometheus.auth.type",
          .title = "Authentication",
          .type = FieldType::choice,
          .group = FieldGroup::credentials,
          .choices = prometheus_auth_types,
          .help = "Leave it out for a server without authentication."},
    Field{.key = "prometheus.auth.username", .title = "User name", .group = FieldGroup::credentials},
    Field{.key = "prometheus.auth.password",
          .title = "Password",
          .type = FieldType::secret,
          .group = FieldGroup::credentials},
    Field{.key = "prometheus.auth.region",
          .title = "AWS region",
          .group = FieldGroup::credentials,
          .placeholder = "us-east-1"},
    Field{.key = "prometheus.auth.access_key",
          .title = "AWS access key",
          .type = FieldType::secret,
          .group = FieldGroup::credentials},
    Field{.key = "prometheus.auth.secret_key",
          .title = "AWS secret key",
          .type = FieldType::secret,
          .group = FieldGroup::credentials},
    Field{.key = "alertmanager.uri",
          .title = "Alertmanager URI",
          .group = FieldGroup::advanced,
          .placeholder = "http://localhost:9093"},
    Field{.key = "alertmanager.auth.type",
          .title = "Alertmanager authentication",
          .type = FieldType::choice,
          .group = FieldGroup::advanced,
          .choices = prometheus_auth_types},
    Field{.key = "alertmanager.auth.username", .title = "Alertmanager user name", .group = FieldGroup::advanced},
    Field{.key = "alertmanager.auth.password",
          .title = "Alertmanager password",
          .type = FieldType::secret,
          .group = FieldGroup::advanced},
};

/// What basic authentication needs.
inline constexpr std::array prometheus_basic{std::string_view{"prometheus.auth.username"},
                                             std::string_view{"prometheus.auth.password"}};
/// What a signature needs.
inline constexpr std::array prometheus_sigv4{std::string_view{"prometheus.auth.region"},
                                             std::string_view{"prometheus.auth.access_key"},
                                             std::string_view{"prometheus.auth.secret_key"}};
/// Fields that others ask for.
inline constexpr std::array prometheus_requirements{
    Requirement{"prometheus.auth.type", "basicauth", prometheus_basic},
    Requirement{"prometheus.auth.type", "awssigv4", prometheus_sigv4},
};

/// The languages of connector `prometheus`.
inline constexpr std::array prometheus_languages{Language::ppl, Language::sql};

/// Prometheus, as OpenSearch registers it.
inline constexpr Connector prometheus{
    .id = "prometheus",
    .title = "Prometheus",
    .description = "Prometheus, and servers with its HTTP API.",
    .family = Family::time_series,
    .languages = prometheus_languages,
    .fields = prometheus_fields,
    .requirements = prometheus_requirements,
    .opensearch = {.registered = true, .fields = prometheus_fields, .requirements = prometheus_requirements},
};

}  // namespace datasource
