#pragma once

#include <datasource/connector/connector.hpp>
#include <datasource/connector/typed.hpp>

#include <array>

namespace datasource {

/// The values of `format`.
inline constexpr std::array file_formats{
    Choice{"auto", "By file extension"},
    Choice{"parquet", "Parquet"},
    Choice{"csv", "CSV"},
    Choice{"json", "JSON, one object a line or an array"},
};

/// The fields of connector `files`.
inline constexpr std::array files_fields{
    Field{.key = "path",
          .title = "File or folder",
          .type = FieldType::path,
          .required = true,
          .help = "Absolute path on the machine that runs the gateway. A file is one table; in a folder each data "
                  "file, and each folder of data files, is one table.",
          .placeholder = "/srv/data/events"},
    Field{.key = "format",
          .title = "Format",
          .type = FieldType::choice,
          .group = FieldGroup::advanced,
          .fallback = "auto",
          .choices = file_formats,
          .help = "What the files are. In a folder, files of other formats are passed over."},
};

/// Parquet, CSV and JSON files. Tables are `source.table`, a table being named as its file without the extension.
inline constexpr Connector files{
    .id = "files",
    .title = "Files",
    .description = "Parquet, CSV and JSON files beside the gateway.",
    .family = Family::files,
    .languages = sql_only,
    .fields = files_fields,
    .duckdb = {.kind = DuckDbMapping::Kind::views},
};

/// Data files, typed. `path` is absolute; `format`: auto, parquet, csv or json.
struct Files {
  std::string path = {};        ///< Absolute, of a file or a folder, on the machine of the engine.
  std::string format = "auto";  ///< `auto`, `parquet`, `csv` or `json`.

  /// The connector that it stands for.
  static constexpr const Connector& described() { return datasource::files; }
  /// Its members and the fields that they are.
  template <class = void>
  static constexpr auto members() {
    return std::tuple{Member{"path", &Files::path}, Member{"format", &Files::format}};
  }
  /// As a DataSource holds it.
  template <class = void>
  operator ConnectorConfig() const {  // NOLINT(google-explicit-constructor): see typed.hpp
    return to_config(*this);
  }
  /// Reads it back, however it is said. Errors: `invalid`.
  template <class = void>
  static Result<Files> from(const ConnectorConfig& config) {
    return from_config<Files>(config);
  }
  friend bool operator==(const Files&, const Files&) = default;
};

}  // namespace datasource
