#pragma once

#include <datasource/connector/connector.hpp>
#include <datasource/model/data_source.hpp>

#include <array>

namespace datasource {

inline constexpr std::array file_formats{
    Choice{"auto", "By file extension"},
    Choice{"parquet", "Parquet"},
    Choice{"csv", "CSV"},
    Choice{"json", "JSON, one object a line or an array"},
};

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
          .choices = file_formats},
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
  std::string path = {};
  std::string format = "auto";

  operator ConnectorConfig() const {  // NOLINT(google-explicit-constructor): `.connector = Files{…}` should read so
    return {.id = std::string{files.id},
            .properties = {{"path", path}, {"format", format}},
            .endpoint = {},
            .credentials = {}};
  }
};

}  // namespace datasource
