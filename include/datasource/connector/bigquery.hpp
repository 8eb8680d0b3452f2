#pragma once

#include <datasource/connector/common_fields.hpp>
#include <datasource/connector/forms.hpp>
#include <datasource/connector/typed.hpp>

#include <array>

namespace datasource {

/// How Google is signed in to.
inline constexpr std::array bigquery_authentication{
    Choice{"service_account", "Service account"},
    Choice{"token", "Access token"},
    Choice{"none", "None (an emulator)"},
};

/// Where a key is what signs in.
inline constexpr Condition bigquery_by_key{"authentication", {"service_account"}};
/// Where a token is.
inline constexpr Condition bigquery_by_token{"authentication", {"token"}};

/// The fields of connector `bigquery`.
inline constexpr std::array bigquery_fields = join(
    std::array{
        Field{.key = "project",
              .title = "Project",
              .required = true,
              .help = "Id of the project that holds the data.",
              .placeholder = "acme-analytics",
              .form = &google_project},
        Field{.key = "dataset",
              .title = "Dataset",
              .help = "The dataset whose tables are read. Leave it out for all: a table is then source.dataset.table.",
              .form = &bigquery_dataset},
        Field{.key = "location",
              .title = "Location",
              .help = "Where the data is, such as EU or us-central1. Leave it out to let BigQuery find out.",
              .placeholder = "EU"},
        Field{.key = "authentication",
              .title = "Authentication",
              .type = FieldType::choice,
              .group = FieldGroup::credentials,
              .required = true,
              .choices = bigquery_authentication,
              .target = true},
        Field{.key = "serviceAccountKey",
              .title = "Service account key",
              .type = FieldType::secret,
              .group = FieldGroup::credentials,
              .help = "The whole of the JSON file that Google Cloud made for an account with the roles BigQuery Data "
                      "Viewer and BigQuery Job User. Stored encrypted, never shown again.",
              .form = &service_account_key,
              .multiline = true,
              .only_when = &bigquery_by_key},
        Field{.key = "accessToken",
              .title = "Access token",
              .type = FieldType::secret,
              .group = FieldGroup::credentials,
              .help = "An OAuth 2.0 token; it lasts about an hour and is not renewed.",
              .only_when = &bigquery_by_token},
        Field{.key = "billingProject",
              .title = "Project that pays",
              .group = FieldGroup::advanced,
              .help = "Id of the project whose quota queries use. Leave it out for the project itself.",
              .form = &google_project},
        Field{.key = "maximumBytesBilled",
              .title = "Most bytes billed a query",
              .type = FieldType::integer,
              .group = FieldGroup::advanced,
              .minimum = 1,
              .maximum = 100'000'000'000'000,
              .help = "BigQuery refuses a query that would read more. Leave it out for no limit."},
        Field{.key = "apiUrl",
              .title = "API address",
              .type = FieldType::url,
              .group = FieldGroup::advanced,
              .help = "Of an emulator or a private endpoint. Leave it out for Google's.",
              .placeholder = "http://localhost:9050",
              .target = true},
        skip_verify_field,
    },
    http_timeout_fields);

/// What a service account needs.
inline constexpr std::array bigquery_key{std::string_view{"serviceAccountKey"}};
/// What an access token needs.
inline constexpr std::array bigquery_token{std::string_view{"accessToken"}};
/// What an emulator needs.
inline constexpr std::array bigquery_api{std::string_view{"apiUrl"}};
/// Fields that others ask for.
inline constexpr std::array bigquery_requirements{
    Requirement{"authentication", "service_account", bigquery_key},
    Requirement{"authentication", "token", bigquery_token},
    Requirement{"authentication", "none", bigquery_api},
};
/// What is meant where it is not said.
inline constexpr std::array bigquery_implications{
    Implication{"serviceAccountKey", "authentication", "service_account"},
    Implication{"accessToken", "authentication", "token"},
};

/// The JDBC driver's numbers of the ways to sign in.
inline constexpr std::array bigquery_oauth_types{Choice{"0", "service_account"}, Choice{"2", "token"}};
/// What the parameters of its endpoints speak of.
inline constexpr std::array bigquery_parameters{
    EndpointParameter{"ProjectId", "project"},
    EndpointParameter{"DefaultDataset", "dataset"},
    EndpointParameter{"Location", "location"},
    EndpointParameter{"OAuthType", "authentication", bigquery_oauth_types},
    EndpointParameter{"OAuthAccessToken", "accessToken"},
    EndpointParameter{"OAuthPvtKey", "serviceAccountKey"},
    EndpointParameter{"QuotaProjectId", "billingProject"},
    EndpointParameter{"MaximumBytesBilled", "maximumBytesBilled"},
    EndpointParameter{"Timeout", "queryTimeout", {}, 1000},
};
/// What the path of an endpoint says.
inline constexpr std::array bigquery_path{std::string_view{"dataset"}};
/// What `configuration.endpoint` may be.
inline constexpr std::array bigquery_endpoints{
    EndpointForm{.scheme = "jdbc:bigquery:",
                 .example = "jdbc:bigquery://https://www.googleapis.com/bigquery/v2:443;ProjectId=project",
                 .authority = EndpointForm::Authority::url,
                 .field = "apiUrl",
                 .parameters = bigquery_parameters,
                 .separator = ';',
                 .usual = "https://www.googleapis.com/bigquery/v2:443"},
    EndpointForm{.scheme = "bigquery:",
                 .example = "bigquery://project/dataset",
                 .authority = EndpointForm::Authority::name,
                 .field = "project",
                 .path = bigquery_path,
                 .parameters = bigquery_parameters},
};

/// As Trino's connector names them.
inline constexpr std::array bigquery_trino_properties{
    TrinoProperty{"project", "bigquery.project-id"},
    TrinoProperty{"billingProject", "bigquery.parent-project-id"},
    TrinoProperty{.field = "serviceAccountKey", .name = "bigquery.credentials-key", .base64 = true},
};
/// It signs in with a service account at Google alone, always checks the certificate, and knows no limit of cost.
inline constexpr std::array bigquery_trino_refused{std::string_view{"accessToken"}, std::string_view{"apiUrl"},
                                                   std::string_view{"maximumBytesBilled"},
                                                   std::string_view{"tlsSkipVerify"}};

/// Google BigQuery.
inline constexpr Connector bigquery{
    .id = "bigquery",
    .title = "Google BigQuery",
    .description = "Datasets of Google BigQuery.",
    .family = Family::object_store,
    .languages = sql_only,
    .fields = bigquery_fields,
    .endpoints = bigquery_endpoints,
    .requirements = bigquery_requirements,
    .implications = bigquery_implications,
    .duckdb = {.kind = DuckDbMapping::Kind::remote},
    .trino = {.connector = "bigquery",
              .properties = bigquery_trino_properties,
              .schema_field = "dataset",
              .refused = bigquery_trino_refused},
};

/// A BigQuery project, typed. `authentication`: service_account, token or none; left out it follows from what is given.
struct BigQuery {
  std::string project = {};                               ///< That holds the data.
  std::string dataset = {};                               ///< Whose tables are read; empty for all.
  std::string location = {};                              ///< Such as `EU`; empty to let BigQuery find out.
  std::string authentication = {};                        ///< Empty: it follows from what is given.
  Secret service_account_key = {};                        ///< The whole JSON file.
  Secret access_token = {};                               ///< An OAuth 2.0 token.
  std::string billing_project = {};                       ///< That pays; empty for the project itself.
  std::optional<std::int64_t> maximum_bytes_billed = {};  ///< Of one query; no limit unless given.
  std::string api_url = {};                               ///< Of an emulator; empty for Google's.
  bool tls_skip_verify = false;                           ///< Take any certificate.
  std::chrono::milliseconds connection_timeout{10'000};   ///< How long to wait for the server.
  std::chrono::milliseconds query_timeout{60'000};        ///< How long to wait for the answer to one query.

  /// The connector that it stands for.
  static constexpr const Connector& described() { return bigquery; }
  /// Its members and the fields that they are.
  template <class = void>
  static constexpr auto members() {
    return std::tuple{Member{"project", &BigQuery::project},
                      Member{"dataset", &BigQuery::dataset},
                      Member{"location", &BigQuery::location},
                      Member{"authentication", &BigQuery::authentication},
                      Member{"serviceAccountKey", &BigQuery::service_account_key},
                      Member{"accessToken", &BigQuery::access_token},
                      Member{"billingProject", &BigQuery::billing_project},
                      Member{"maximumBytesBilled", &BigQuery::maximum_bytes_billed},
                      Member{"apiUrl", &BigQuery::api_url},
                      Member{"tlsSkipVerify", &BigQuery::tls_skip_verify},
                      Member{"connectionTimeout", &BigQuery::connection_timeout},
                      Member{"queryTimeout", &BigQuery::query_timeout}};
  }
  /// As a DataSource holds it.
  template <class = void>
  operator ConnectorConfig() const {  // NOLINT(google-explicit-constructor): see typed.hpp
    return to_config(*this);
  }
  /// Reads it back, however it is said. Errors: `invalid`.
  template <class = void>
  static Result<BigQuery> from(const ConnectorConfig& config) {
    return from_config<BigQuery>(config);
  }
  friend bool operator==(const BigQuery&, const BigQuery&) = default;
};

}  // namespace datasource
