#pragma once

#include <datasource/detail/ascii.hpp>
#include <datasource/engine/remote/influxdb_pages.hpp>
#include <datasource/engine/remote/influxdb_scan.hpp>
#include <datasource/engine/remote/influxdb_tables.hpp>
#include <datasource/federation/remote_source.hpp>
#include <datasource/http/message.hpp>
#include <datasource/model/error.hpp>
#include <datasource/protocol/influxdb/cells.hpp>
#include <datasource/protocol/influxdb/csv_rows.hpp>
#include <datasource/protocol/influxdb/json_rows.hpp>
#include <datasource/protocol/influxdb/reading_only.hpp>
#include <datasource/protocol/influxdb/reply.hpp>
#include <datasource/protocol/influxdb/requests.hpp>

#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Texts in InfluxDB's own languages.
namespace datasource::remote {

/// A native query's request, and the version whose form its reply has.
struct InfluxNative {
  HttpRequest request = {};                  ///< Not addressed yet.
  InfluxVersion format = InfluxVersion::v1;  ///< `v1`: results in JSON, `v2`: CSV, `v3`: JSON lines.
};

/// The request for a text. Errors: `invalid` for one that may do more than read.
inline Result<InfluxNative> influx_native(const InfluxTarget& target, std::string_view text) {
  const auto refused = [](const std::string& problem) {
    return fail(Error{.kind = ErrorKind::invalid, .message = problem, .status = 400, .field = "query"});
  };
  const std::string first = influx::detail::first_word(text);
  const bool influxql = target.version == InfluxVersion::v1 ||
                        (target.version == InfluxVersion::v2 && (first == "select" || first == "show"));
  if (influxql) {
    if (const std::string problem = influx::influxql_problem(text); !problem.empty()) return refused(problem);
    const std::string& database = target.version == InfluxVersion::v1 ? target.database : target.bucket;
    return InfluxNative{influx::influxql_request(database, target.retention_policy, text), InfluxVersion::v1};
  }
  if (target.version == InfluxVersion::v2) {
    if (const std::string problem = influx::flux_problem(text); !problem.empty()) return refused(problem);
    return InfluxNative{influx::flux_request(target.organization, text), InfluxVersion::v2};
  }
  if (const std::string problem = influx::sql_problem(text); !problem.empty()) return refused(problem);
  return InfluxNative{influx::sql_request(target.database, text), InfluxVersion::v3};
}

/// Reads the reply of a native query: its columns first, then its rows. Rows of several measurements have the column
/// `name`. Errors: the server's own, `malformed`.
inline Result<NativeResult> read_native(InfluxVersion format, const std::string& body) {
  influx::CellShape shape;
  std::string name_column;
  std::string error;
  if (format == InfluxVersion::v1) {
    auto read = influx::read_results(body, shape);
    if (!read) return fail(std::move(read.error()));
    error = std::move(read->error);
    if (read->several_names) name_column = "name";
  } else if (format == InfluxVersion::v2) {
    auto read = influx::read_csv(body, shape);
    if (!read) return fail(std::move(read.error()));
    error = std::move(*read);
  } else if (auto read = influx::read_lines(body, shape); !read) {
    return fail(std::move(read.error()));
  }
  if (!error.empty()) return fail(influx::statement_error(std::move(error)));
  std::vector<influx::CellColumn> columns = shape.columns();
  const auto named = [&](const influx::CellColumn& column) { return column.name == name_column; };
  if (!name_column.empty() && std::none_of(columns.begin(), columns.end(), named))
    columns.insert(columns.begin(), {.name = name_column});
  auto cells = detail::read_cells(format, body, columns, name_column);
  if (!cells) return fail(std::move(cells.error()));
  NativeResult result;
  std::set<std::string> taken;  // SQL tells no case apart
  for (const influx::CellColumn& column : columns) {
    std::string name = column.name;
    for (int i = 1; !taken.insert(datasource::detail::to_lower(std::string_view{name})).second; ++i)
      name = column.name + '_' + std::to_string(i);
    result.columns.push_back({.name = std::move(name), .type = column.type});
  }
  result.rows = std::make_unique<InfluxRows>(std::move(*cells));
  return result;
}

}  // namespace datasource::remote
