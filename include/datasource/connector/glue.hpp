#pragma once

#include <datasource/connector/common_fields.hpp>
#include <datasource/connector/typed.hpp>

#include <array>

namespace datasource {

/// The values of `glue.auth.type`.
inline constexpr std::array glue_auth_types{Choice{"iam_role", "IAM role"}};
/// The values of `glue.indexstore.opensearch.auth`.
inline constexpr std::array glue_store_auth_types{
    Choice{"noauth", "None"},
    Choice{"basicauth", "User name and password"},
    Choice{"awssigv4", "AWS signature, version 4"},
};

/// Where a password is what signs in to the index store.
inline constexpr Condition glue_by_password{"glue.indexstore.opensearch.auth", {"basicauth"}};
/// Where a signature is.
inline constexpr Condition glue_by_signature{"glue.indexstore.opensearch.auth", {"awssigv4"}};
/// Where Lake Formation says who may read what.
inline constexpr Condition glue_with_lake_formation{"glue.lakeformation.enabled", {"true"}};

/// What Glue and Security Lake share.
inline constexpr std::array glue_common_fields{
    Field{.key = "glue.auth.type",
          .title = "Authentication",
          .type = FieldType::choice,
          .required = true,
          .choices = glue_auth_types,
          .help = "How Glue is signed in to."},
    Field{.key = "glue.auth.role_arn",
          .title = "Role",
          .required = true,
          .help = "ARN of the role that may read the Glue catalog and the data.",
          .placeholder = "arn:aws:iam::123456789012:role/GlueRole"},
    Field{.key = "glue.indexstore.opensearch.uri",
          .title = "Index store",
          .type = FieldType::url,
          .required = true,
          .help = "Address of the OpenSearch that keeps indexes and results.",
          .placeholder = "http://localhost:9200",
          .target = true},
    Field{.key = "glue.indexstore.opensearch.auth",
          .title = "Index store's authentication",
          .type = FieldType::choice,
          .required = true,
          .choices = glue_store_auth_types,
          .help = "How the index store is signed in to.",
          .target = true},
    Field{.key = "glue.indexstore.opensearch.auth.username",
          .title = "User name",
          .group = FieldGroup::credentials,
          .only_when = &glue_by_password,
          .also = FieldPlace::username,
          .target = true},
    Field{.key = "glue.indexstore.opensearch.auth.password",
          .title = "Password",
          .type = FieldType::secret,
          .group = FieldGroup::credentials,
          .help = "Stored encrypted, never shown again.",
          .only_when = &glue_by_password,
          .also = FieldPlace::password},
    Field{.key = "glue.indexstore.opensearch.region",
          .title = "AWS region",
          .group = FieldGroup::credentials,
          .placeholder = "us-east-1",
          .only_when = &glue_by_signature},
    Field{.key = "glue.iceberg.enabled",
          .title = "Iceberg tables",
          .type = FieldType::boolean,
          .group = FieldGroup::advanced},
    Field{.key = "glue.lakeformation.enabled",
          .title = "Lake Formation",
          .type = FieldType::boolean,
          .group = FieldGroup::advanced,
          .help = "Needs Iceberg tables and a session tag."},
};
/// The fields of connector `s3glue`.
inline constexpr std::array glue_fields =
    join(glue_common_fields, std::array{Field{.key = "glue.lakeformation.session_tag",
                                              .title = "Lake Formation session tag",
                                              .group = FieldGroup::advanced,
                                              .only_when = &glue_with_lake_formation}});
/// The fields of connector `security_lake`.
inline constexpr std::array security_lake_fields =
    join(glue_common_fields, std::array{Field{.key = "glue.lakeformation.session_tag",
                                              .title = "Lake Formation session tag",
                                              .required = true,
                                              .help = "The tag that Lake Formation grants access by."}});

/// What basic authentication at the index store needs.
inline constexpr std::array glue_basic{std::string_view{"glue.indexstore.opensearch.auth.username"},
                                       std::string_view{"glue.indexstore.opensearch.auth.password"}};
/// What a signature at the index store needs.
inline constexpr std::array glue_sigv4{std::string_view{"glue.indexstore.opensearch.region"}};
/// What Lake Formation needs.
inline constexpr std::array glue_lake_formation{std::string_view{"glue.iceberg.enabled"},
                                                std::string_view{"glue.lakeformation.session_tag"}};
/// Those that an OpenSearch checks along the fields come first.
inline constexpr std::array glue_requirements{
    Requirement{"glue.indexstore.opensearch.auth", "basicauth", glue_basic},
    Requirement{"glue.indexstore.opensearch.auth", "awssigv4", glue_sigv4},
    Requirement{"glue.lakeformation.enabled", "true", glue_lake_formation},
};

/// Amazon S3 through the Glue catalog, as OpenSearch registers it.
inline constexpr Connector s3glue{
    .id = "s3glue",
    .title = "Amazon S3",
    .description = "Data on Amazon S3 that the AWS Glue catalog describes.",
    .family = Family::object_store,
    .languages = sql_only,
    .fields = glue_fields,
    .requirements = glue_requirements,
    .opensearch = {.registered = true, .fields = glue_fields, .requirements = std::span{glue_requirements}.first<2>()},
};

/// Amazon Security Lake, as OpenSearch registers it: Glue with Iceberg and Lake Formation always on, and so a session
/// tag always needed.
inline constexpr Connector security_lake{
    .id = "security_lake",
    .title = "Amazon Security Lake",
    .description = "Security data that Amazon Security Lake keeps on Amazon S3.",
    .family = Family::object_store,
    .languages = sql_only,
    .fields = security_lake_fields,
    .requirements = std::span{glue_requirements}.first<2>(),
    .opensearch = {.registered = true, .fields = glue_fields, .requirements = std::span{glue_requirements}.first<2>()},
};

/// Data that Glue describes, typed. `auth`: iam_role; `index_store_auth`: noauth, basicauth or awssigv4.
struct S3Glue {
  std::string auth = {};              ///< `iam_role`.
  std::string role_arn = {};          ///< That may read the catalog and the data.
  std::string index_store = {};       ///< Address of the OpenSearch that keeps results.
  std::string index_store_auth = {};  ///< `noauth`, `basicauth` or `awssigv4`.
  std::string username = {};          ///< Who signs in.
  Secret password = {};               ///< What proves it.
  std::string region = {};            ///< Such as `us-east-1`.
  bool iceberg = false;               ///< Iceberg tables.
  bool lake_formation = false;        ///< Needs Iceberg and a session tag.
  std::string session_tag = {};       ///< That Lake Formation grants access by.

  /// The connector that it stands for.
  static constexpr const Connector& described() { return s3glue; }
  /// Its members and the fields that they are.
  template <class = void>
  static constexpr auto members() {
    return std::tuple{Member{"glue.auth.type", &S3Glue::auth},
                      Member{"glue.auth.role_arn", &S3Glue::role_arn},
                      Member{"glue.indexstore.opensearch.uri", &S3Glue::index_store},
                      Member{"glue.indexstore.opensearch.auth", &S3Glue::index_store_auth},
                      Member{"glue.indexstore.opensearch.auth.username", &S3Glue::username},
                      Member{"glue.indexstore.opensearch.auth.password", &S3Glue::password},
                      Member{"glue.indexstore.opensearch.region", &S3Glue::region},
                      Member{"glue.iceberg.enabled", &S3Glue::iceberg},
                      Member{"glue.lakeformation.enabled", &S3Glue::lake_formation},
                      Member{"glue.lakeformation.session_tag", &S3Glue::session_tag}};
  }
  /// As a DataSource holds it.
  template <class = void>
  operator ConnectorConfig() const {  // NOLINT(google-explicit-constructor): see typed.hpp
    return to_config(*this);
  }
  /// Reads it back, however it is said. Errors: `invalid`.
  template <class = void>
  static Result<S3Glue> from(const ConnectorConfig& config) {
    return from_config<S3Glue>(config);
  }
  friend bool operator==(const S3Glue&, const S3Glue&) = default;
};

/// A Security Lake, typed; as S3Glue, Iceberg and Lake Formation being on.
struct SecurityLake {
  std::string auth = {};                    ///< `iam_role`.
  std::string role_arn = {};                ///< That may read the catalog and the data.
  std::string index_store = {};             ///< Address of the OpenSearch that keeps results.
  std::string index_store_auth = {};        ///< `noauth`, `basicauth` or `awssigv4`.
  std::string username = {};                ///< Who signs in.
  Secret password = {};                     ///< What proves it.
  std::string region = {};                  ///< Such as `us-east-1`.
  std::optional<bool> iceberg = {};         ///< Iceberg tables.
  std::optional<bool> lake_formation = {};  ///< Needs Iceberg and a session tag.
  std::string session_tag = {};             ///< That Lake Formation grants access by.

  /// The connector that it stands for.
  static constexpr const Connector& described() { return security_lake; }
  /// Its members and the fields that they are.
  template <class = void>
  static constexpr auto members() {
    return std::tuple{Member{"glue.auth.type", &SecurityLake::auth},
                      Member{"glue.auth.role_arn", &SecurityLake::role_arn},
                      Member{"glue.indexstore.opensearch.uri", &SecurityLake::index_store},
                      Member{"glue.indexstore.opensearch.auth", &SecurityLake::index_store_auth},
                      Member{"glue.indexstore.opensearch.auth.username", &SecurityLake::username},
                      Member{"glue.indexstore.opensearch.auth.password", &SecurityLake::password},
                      Member{"glue.indexstore.opensearch.region", &SecurityLake::region},
                      Member{"glue.iceberg.enabled", &SecurityLake::iceberg},
                      Member{"glue.lakeformation.enabled", &SecurityLake::lake_formation},
                      Member{"glue.lakeformation.session_tag", &SecurityLake::session_tag}};
  }
  /// As a DataSource holds it.
  template <class = void>
  operator ConnectorConfig() const {  // NOLINT(google-explicit-constructor): see typed.hpp
    return to_config(*this);
  }
  /// Reads it back, however it is said. Errors: `invalid`.
  template <class = void>
  static Result<SecurityLake> from(const ConnectorConfig& config) {
    return from_config<SecurityLake>(config);
  }
  friend bool operator==(const SecurityLake&, const SecurityLake&) = default;
};

}  // namespace datasource
