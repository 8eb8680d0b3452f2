#pragma once

#include <datasource/connector/connector.hpp>

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

/// The fields of connectors `s3glue` and `security_lake`.
inline constexpr std::array glue_fields{
    Field{.key = "glue.auth.type",
          .title = "Authentication",
          .type = FieldType::choice,
          .required = true,
          .choices = glue_auth_types},
    Field{.key = "glue.auth.role_arn",
          .title = "Role",
          .required = true,
          .help = "ARN of the role that may read the Glue catalog and the data.",
          .placeholder = "arn:aws:iam::123456789012:role/GlueRole"},
    Field{.key = "glue.indexstore.opensearch.uri",
          .title = "Index store",
          .required = true,
          .help = "Address of the OpenSearch that keeps indexes and results.",
          .placeholder = "http://localhost:9200"},
    Field{.key = "glue.indexstore.opensearch.auth",
          .title = "Index store's authentication",
          .type = FieldType::choice,
          .required = true,
          .choices = glue_store_auth_types},
    Field{.key = "glue.indexstore.opensearch.auth.username", .title = "User name", .group = FieldGroup::credentials},
    Field{.key = "glue.indexstore.opensearch.auth.password",
          .title = "Password",
          .type = FieldType::secret,
          .group = FieldGroup::credentials},
    Field{.key = "glue.indexstore.opensearch.region",
          .title = "AWS region",
          .group = FieldGroup::credentials,
          .placeholder = "us-east-1"},
    Field{.key = "glue.iceberg.enabled",
          .title = "Iceberg tables",
          .type = FieldType::boolean,
          .group = FieldGroup::advanced},
    Field{.key = "glue.lakeformation.enabled",
          .title = "Lake Formation",
          .type = FieldType::boolean,
          .group = FieldGroup::advanced,
          .help = "Needs Iceberg tables and a session tag."},
    Field{
        .key = "glue.lakeformation.session_tag", .title = "Lake Formation session tag", .group = FieldGroup::advanced},
};

/// What basic authentication at the index store needs.
inline constexpr std::array glue_basic{std::string_view{"glue.indexstore.opensearch.auth.username"},
                                       std::string_view{"glue.indexstore.opensearch.auth.password"}};
/// What a signature at the index store needs.
inline constexpr std::array glue_sigv4{std::string_view{"glue.indexstore.opensearch.region"}};
/// Fields that others ask for.
inline constexpr std::array glue_requirements{
    Requirement{"glue.indexstore.opensearch.auth", "basicauth", glue_basic},
    Requirement{"glue.indexstore.opensearch.auth", "awssigv4", glue_sigv4},
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
    .opensearch = {.registered = true, .fields = glue_fields, .requirements = glue_requirements},
};

/// Amazon Security Lake, as OpenSearch registers it: Glue with Iceberg and Lake Formation always on, and so a session
/// tag always needed.
inline constexpr Connector security_lake{
    .id = "security_lake",
    .title = "Amazon Security Lake",
    .description = "Security data that Amazon Security Lake keeps on Amazon S3.",
    .family = Family::object_store,
    .languages = sql_only,
    .fields = glue_fields,
    .requirements = glue_requirements,
    .opensearch = {.registered = true, .fields = glue_fields, .requirements = glue_requirements},
};

}  // namespace datasource
