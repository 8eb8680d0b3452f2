#pragma once

#include <datasource/connector/common_fields.hpp>
#include <datasource/connector/typed.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <string>

namespace datasource {

/// The values of `authentication`.
inline constexpr std::array opensearch_auth_types{
    Choice{"none", "None"},
    Choice{"basic", "User name and password"},
    Choice{"token", "Token"},
    Choice{"sigv4", "AWS signature, version 4"},
};
/// The values of `service`.
inline constexpr std::array opensearch_services{
    Choice{"es", "OpenSearch Service"},
    Choice{"aoss", "OpenSearch Serverless"},
};

/// Where a password is what signs in.
inline constexpr Condition opensearch_by_password{"authentication", {"basic"}};
/// Where a token is.
inline constexpr Condition opensearch_by_token{"authentication", {"token"}};
/// Where a signature is.
inline constexpr Condition opensearch_by_signature{"authentication", {"sigv4"}};

/// The fields of connector `opensearch`.
inline constexpr std::array opensearch_fields =
    join(std::array{Field{.key = "url",
                          .title = "URL",
                          .type = FieldType::url,
                          .required = true,
                          .help = "Address of the cluster.",
                          .placeholder = "https://localhost:9200",
                          .target = true},
                    Field{.key = "authentication",
                          .title = "Authentication",
                          .type = FieldType::choice,
                          .group = FieldGroup::credentials,
                          .choices = opensearch_auth_types,
                          .help = "Left out it follows from the credentials that are given, and is none without any.",
                          .target = true},
                    only_when(opensearch_by_password, optional_username_field),
                    only_when(opensearch_by_password, password_field),
                    Field{.key = "token",
                          .title = "Token",
                          .type = FieldType::secret,
                          .group = FieldGroup::credentials,
                          .help = "Sent as Authorization: Bearer.",
                          .only_when = &opensearch_by_token},
                    Field{.key = "region",
                          .title = "AWS region",
                          .group = FieldGroup::credentials,
                          .help = "Where the cluster is, for a signature.",
                          .placeholder = "us-east-1",
                          .only_when = &opensearch_by_signature,
                          .target = true},
                    Field{.key = "service",
                          .title = "AWS service",
                          .type = FieldType::choice,
                          .group = FieldGroup::credentials,
                          .fallback = "es",
                          .choices = opensearch_services,
                          .help = "What a signature is for.",
                          .only_when = &opensearch_by_signature,
                          .target = true},
                    Field{.key = "accessKey",
                          .title = "AWS access key",
                          .group = FieldGroup::credentials,
                          .help = "Signs requests to Amazon OpenSearch Service.",
                          .only_when = &opensearch_by_signature,
                          .target = true},
                    Field{.key = "secretKey",
                          .title = "AWS secret key",
                          .type = FieldType::secret,
                          .group = FieldGroup::credentials,
                          .help = "Stored encrypted, never shown again.",
                          .only_when = &opensearch_by_signature},
                    Field{.key = "sessionToken",
                          .title = "AWS session token",
                          .type = FieldType::secret,
                          .group = FieldGroup::credentials,
                          .help = "Only with temporary credentials.",
                          .only_when = &opensearch_by_signature},
                    Field{.key = "arrayFields",
                          .title = "Fields that hold lists",
                          .group = FieldGroup::advanced,
                          .help = "Names with commas between them. They become columns of JSON arrays. Lists that the "
                                  "first documents of an index have are found without it.",
                          .placeholder = "tags,lines"},
                    Field{.key = "maxConnections",
                          .title = "Most connections",
                          .type = FieldType::integer,
                          .group = FieldGroup::advanced,
                          .fallback = "4",
                          .minimum = 1,
                          .maximum = 32,
                          .help = "How many parts of an index are read at once."},
                    skip_verify_field},
         http_timeout_fields);

/// What basic authentication needs.
inline constexpr std::array opensearch_basic{std::string_view{"username"}, std::string_view{"password"}};
/// What a token needs.
inline constexpr std::array opensearch_token{std::string_view{"token"}};
/// What a signature needs.
inline constexpr std::array opensearch_sigv4{std::string_view{"region"}, std::string_view{"accessKey"},
                                             std::string_view{"secretKey"}};
/// Fields that others ask for.
inline constexpr std::array opensearch_requirements{
    Requirement{"authentication", "basic", opensearch_basic},
    Requirement{"authentication", "token", opensearch_token},
    Requirement{"authentication", "sigv4", opensearch_sigv4},
};
/// What is meant where it is not said.
inline constexpr std::array opensearch_implications{
    Implication{"username", "authentication", "basic"},
    Implication{"password", "authentication", "basic"},
    Implication{"token", "authentication", "token"},
    Implication{"accessKey", "authentication", "sigv4"},
};

/// What `configuration.endpoint` may be.
inline constexpr std::array opensearch_endpoints{
    EndpointForm{
        .scheme = "http:", .example = "http://host:9200", .authority = EndpointForm::Authority::url, .field = "url"},
    EndpointForm{
        .scheme = "https:", .example = "https://host:9200", .authority = EndpointForm::Authority::url, .field = "url"},
};

/// The languages of connector `opensearch`.
inline constexpr std::array opensearch_languages{Language::sql, Language::ppl};

/// How Trino's connector signs in.
inline constexpr std::array opensearch_trino_security{Choice{"none", ""}, Choice{"basic", "PASSWORD"},
                                                      Choice{"sigv4", "AWS"}};
/// What it calls the services.
inline constexpr std::array opensearch_trino_services{Choice{"es", ""}, Choice{"aoss", "SERVERLESS"}};
/// As Trino's connector names them.
inline constexpr std::array opensearch_trino_properties{
    TrinoProperty{.field = "url", .name = "opensearch.host", .part = TrinoPart::host},
    TrinoProperty{.field = "url", .name = "opensearch.port", .part = TrinoPart::port},
    TrinoProperty{.field = "url", .name = "opensearch.tls.enabled", .part = TrinoPart::tls},
    TrinoProperty{"authentication", "opensearch.security", opensearch_trino_security},
    TrinoProperty{"username", "opensearch.auth.user"},
    TrinoProperty{"password", "opensearch.auth.password"},
    TrinoProperty{"region", "opensearch.aws.region"},
    TrinoProperty{"service", "opensearch.aws.deployment-type", opensearch_trino_services},
    TrinoProperty{"accessKey", "opensearch.aws.access-key"},
    TrinoProperty{"secretKey", "opensearch.aws.secret-key"},
    TrinoProperty{"connectionTimeout", "opensearch.connect-timeout", {}, 1, "ms"},
    TrinoProperty{"queryTimeout", "opensearch.request-timeout", {}, 1, "ms"},
};
/// The URL is what is asked, not the addresses that the nodes have among themselves.
inline constexpr std::array opensearch_trino_constants{TrinoConstant{"opensearch.ignore-publish-address", "true"}};
/// It holds a table about the nodes.
inline constexpr std::array opensearch_trino_schemas{std::string_view{"system"}};
/// It finds lists by a mapping's `_meta` alone, and always checks the certificate.
inline constexpr std::array opensearch_trino_refused{std::string_view{"token"}, std::string_view{"sessionToken"},
                                                     std::string_view{"arrayFields"},
                                                     std::string_view{"tlsSkipVerify"}};

/// OpenSearch 2.4 and later. An OpenSearch that registers one means itself by it, and takes no properties.
inline constexpr Connector opensearch_connector{
    .id = "opensearch",
    .title = "OpenSearch",
    .description = "The indexes, aliases and data streams of an OpenSearch of version 2.4 or later.",
    .family = Family::document,
    .languages = opensearch_languages,
    .fields = opensearch_fields,
    .endpoints = opensearch_endpoints,
    .requirements = opensearch_requirements,
    .implications = opensearch_implications,
    .duckdb = {.kind = DuckDbMapping::Kind::remote},
    .opensearch = {.registered = true},
    .trino = {.connector = "opensearch",
              .properties = opensearch_trino_properties,
              .constants = opensearch_trino_constants,
              .default_schema = "default",
              .system_schemas = opensearch_trino_schemas,
              .refused = opensearch_trino_refused,
              .fixed_schemas = true},
};

/// An OpenSearch, typed. `authentication`: none, basic, token or sigv4; left out it follows from what is given.
struct OpenSearch {
  std::string url = {};                                  ///< Such as `https://localhost:9200`.
  std::string authentication = {};                       ///< Empty: it follows from what is given.
  std::string username = {};                             ///< Who signs in.
  Secret password = {};                                  ///< What proves it.
  Secret token = {};                                     ///< What authenticates, where nothing else does.
  std::string region = {};                               ///< Of a signature.
  std::string service = "es";                            ///< `es`, or `aoss` for a serverless collection.
  std::string access_key = {};                           ///< Empty without a signature.
  Secret secret_key = {};                                ///< Belongs to the access key.
  Secret session_token = {};                             ///< Of temporary credentials.
  std::string array_fields = {};                         ///< Fields that hold lists, with commas between them.
  std::uint32_t max_connections = 4;                     ///< How many parts of an index are read at once.
  bool tls_skip_verify = false;                          ///< Take any certificate.
  std::chrono::milliseconds connection_timeout{10'000};  ///< How long to wait for the server.
  std::chrono::milliseconds query_timeout{60'000};       ///< How long to wait for the answer to one request.

  /// The connector that it stands for.
  static constexpr const Connector& described() { return opensearch_connector; }
  /// Its members and the fields that they are.
  template <class = void>
  static constexpr auto members() {
    return std::tuple{Member{"url", &OpenSearch::url},
                      Member{"authentication", &OpenSearch::authentication},
                      Member{"username", &OpenSearch::username},
                      Member{"password", &OpenSearch::password},
                      Member{"token", &OpenSearch::token},
                      Member{"region", &OpenSearch::region},
                      Member{"service", &OpenSearch::service},
                      Member{"accessKey", &OpenSearch::access_key},
                      Member{"secretKey", &OpenSearch::secret_key},
                      Member{"sessionToken", &OpenSearch::session_token},
                      Member{"arrayFields", &OpenSearch::array_fields},
                      Member{"maxConnections", &OpenSearch::max_connections},
                      Member{"tlsSkipVerify", &OpenSearch::tls_skip_verify},
                      Member{"connectionTimeout", &OpenSearch::connection_timeout},
                      Member{"queryTimeout", &OpenSearch::query_timeout}};
  }
  /// As a DataSource holds it.
  template <class = void>
  operator ConnectorConfig() const {  // NOLINT(google-explicit-constructor): see typed.hpp
    return to_config(*this);
  }
  /// Reads it back, however it is said. Errors: `invalid`.
  template <class = void>
  static Result<OpenSearch> from(const ConnectorConfig& config) {
    return from_config<OpenSearch>(config);
  }
  friend bool operator==(const OpenSearch&, const OpenSearch&) = default;
};

}  // namespace datasource
