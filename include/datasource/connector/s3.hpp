#pragma once

#include <datasource/connector/common_fields.hpp>
#include <datasource/connector/forms.hpp>
#include <datasource/connector/typed.hpp>

#include <array>

namespace datasource {

/// The values of `format`.
inline constexpr std::array object_formats{
    Choice{"auto", "By file extension"},
    Choice{"parquet", "Parquet"},
    Choice{"csv", "CSV"},
    Choice{"json", "JSON, one object a line or an array"},
};

/// The fields of connector `s3`.
inline constexpr std::array s3_fields = join(
    std::array{
        Field{.key = "bucket",
              .title = "Bucket",
              .required = true,
              .help = "The bucket that holds the data.",
              .placeholder = "lake",
              .form = &bucket_name},
        Field{.key = "prefix",
              .title = "Path in the bucket",
              .help = "A file or a folder. A file is one table; in a folder each data file, and each folder of data "
                      "files, is one table. Leave it out for the whole bucket.",
              .placeholder = "sales/orders",
              .form = &object_prefix},
        Field{.key = "region",
              .title = "Region",
              .fallback = "us-east-1",
              .help = "The bucket's AWS region; stores beside AWS mostly take any.",
              .form = &region_name,
              .target = true},
        Field{.key = "format",
              .title = "Format",
              .type = FieldType::choice,
              .fallback = "auto",
              .choices = object_formats,
              .help = "What the files are. Files of other formats are passed over."},
        Field{.key = "accessKey",
              .title = "Access key",
              .group = FieldGroup::credentials,
              .place = FieldPlace::username,
              .help = "Leave both keys out for a public bucket.",
              .also = FieldPlace::property,
              .target = true},
        Field{.key = "secretKey",
              .title = "Secret key",
              .type = FieldType::secret,
              .group = FieldGroup::credentials,
              .place = FieldPlace::password,
              .help = "Stored encrypted, never shown again.",
              .also = FieldPlace::property},
        Field{.key = "sessionToken",
              .title = "Session token",
              .type = FieldType::secret,
              .group = FieldGroup::credentials,
              .help = "Only with temporary credentials."},
        Field{.key = "endpoint",
              .title = "Endpoint",
              .type = FieldType::url,
              .group = FieldGroup::advanced,
              .help = "Address of a store that speaks the S3 API, such as MinIO. Leave it out for AWS.",
              .placeholder = "http://localhost:9000",
              .target = true},
        Field{.key = "pathStyle",
              .title = "Bucket in the path",
              .type = FieldType::boolean,
              .group = FieldGroup::advanced,
              .fallback = "false",
              .help = "Name the bucket in the path of the URL and not in its host, as most stores beside AWS need it."},
    },
    timeout_fields);

/// What an access key needs.
inline constexpr std::array s3_secret_key{std::string_view{"secretKey"}};
/// What a secret key needs.
inline constexpr std::array s3_access_key{std::string_view{"accessKey"}};
/// What a session token needs.
inline constexpr std::array s3_both_keys{std::string_view{"accessKey"}, std::string_view{"secretKey"}};
/// Fields that others ask for.
inline constexpr std::array s3_requirements{
    Requirement{"accessKey", any_value, s3_secret_key},
    Requirement{"secretKey", any_value, s3_access_key},
    Requirement{"sessionToken", any_value, s3_both_keys},
};

/// Where DuckDB puts the bucket, by the field `pathStyle`.
inline constexpr std::array s3_url_styles{Choice{"true", "path"}, Choice{"false", "vhost"}};
/// The fields that DuckDB's secret takes.
inline constexpr std::array s3_secret{
    EngineParameter{"accessKey", "KEY_ID"},
    EngineParameter{"secretKey", "SECRET"},
    EngineParameter{"sessionToken", "SESSION_TOKEN"},
    EngineParameter{"region", "REGION"},
    EngineParameter{"pathStyle", "URL_STYLE", s3_url_styles},
};
/// What the path of an endpoint says.
inline constexpr std::array s3_path{std::string_view{"prefix"}};
/// What `configuration.endpoint` may be.
inline constexpr std::array s3_endpoints{
    EndpointForm{.scheme = "s3:",
                 .example = "s3://bucket/path",
                 .authority = EndpointForm::Authority::name,
                 .field = "bucket",
                 .path = s3_path},
    EndpointForm{.scheme = "s3a:",
                 .example = "s3a://bucket/path",
                 .authority = EndpointForm::Authority::name,
                 .field = "bucket",
                 .path = s3_path},
};

/// As Trino's file system names them.
inline constexpr std::array s3_trino_properties{
    TrinoProperty{"region", "s3.region"},
    TrinoProperty{"endpoint", "s3.endpoint"},
    TrinoProperty{"accessKey", "s3.aws-access-key"},
    TrinoProperty{"secretKey", "s3.aws-secret-key"},
    TrinoProperty{"pathStyle", "s3.path-style-access"},
};
/// Trino finds tables in a metastore; the one that needs no server is files in the bucket itself.
inline constexpr std::array s3_trino_urls{TrinoUrl{"s3://{bucket}/[{prefix}]"}};
/// What makes it so.
inline constexpr std::array s3_trino_constants{TrinoConstant{"hive.metastore", "file"},
                                               TrinoConstant{"fs.native-s3.enabled", "true"},
                                               TrinoConstant{"hive.recursive-directories", "true"}};
/// It takes no temporary credentials.
inline constexpr std::array s3_trino_refused{std::string_view{"sessionToken"}};

/// Parquet, CSV and JSON files on Amazon S3 or a store with its API.
inline constexpr Connector s3{
    .id = "s3",
    .title = "Amazon S3",
    .description = "Parquet, CSV and JSON files on Amazon S3, MinIO and other stores with the S3 API.",
    .family = Family::object_store,
    .languages = sql_only,
    .fields = s3_fields,
    .endpoints = s3_endpoints,
    .requirements = s3_requirements,
    .duckdb = {.kind = DuckDbMapping::Kind::objects, .extension = "httpfs", .type = "s3", .secret = s3_secret},
    .trino = {.connector = "hive",
              .url_property = "hive.metastore.catalog.dir",
              .urls = s3_trino_urls,
              .properties = s3_trino_properties,
              .constants = s3_trino_constants,
              .default_schema = "default",
              .refused = s3_trino_refused},
};

/// Files on S3, typed. `format`: auto, parquet, csv or json; `endpoint`: a store beside AWS, such as
/// `http://localhost:9000`.
struct S3 {
  std::string bucket = {};                               ///< What holds the data.
  std::string prefix = {};                               ///< A file or a folder in it; empty for all.
  std::string region = "us-east-1";                      ///< Such as `us-east-1`.
  std::string format = "auto";                           ///< `auto`, `parquet`, `csv` or `json`.
  std::string access_key = {};                           ///< Empty without a signature.
  Secret secret_key = {};                                ///< Belongs to the access key.
  Secret session_token = {};                             ///< Of temporary credentials.
  std::string endpoint = {};                             ///< Of a store beside AWS; empty for AWS's own.
  bool path_style = false;                               ///< The bucket in the path, not in the host.
  std::chrono::milliseconds connection_timeout{10'000};  ///< How long to wait for the server.

  /// The connector that it stands for.
  static constexpr const Connector& described() { return s3; }
  /// Its members and the fields that they are.
  template <class = void>
  static constexpr auto members() {
    return std::tuple{Member{"bucket", &S3::bucket},
                      Member{"prefix", &S3::prefix},
                      Member{"region", &S3::region},
                      Member{"format", &S3::format},
                      Member{"accessKey", &S3::access_key},
                      Member{"secretKey", &S3::secret_key},
                      Member{"sessionToken", &S3::session_token},
                      Member{"endpoint", &S3::endpoint},
                      Member{"pathStyle", &S3::path_style},
                      Member{"connectionTimeout", &S3::connection_timeout}};
  }
  /// As a DataSource holds it.
  template <class = void>
  operator ConnectorConfig() const {  // NOLINT(google-explicit-constructor): see typed.hpp
    return to_config(*this);
  }
  /// Reads it back, however it is said. Errors: `invalid`.
  template <class = void>
  static Result<S3> from(const ConnectorConfig& config) {
    return from_config<S3>(config);
  }
  friend bool operator==(const S3&, const S3&) = default;
};

}  // namespace datasource
