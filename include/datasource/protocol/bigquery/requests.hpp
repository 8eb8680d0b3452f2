#pragma once

#include <datasource/detail/json.hpp>
#include <datasource/http/message.hpp>
#include <datasource/http/url.hpp>
#include <datasource/model/error.hpp>
#include <datasource/protocol/bigquery/page.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// The requests of BigQuery's REST API, version 2, that read. Each needs `Authorization: Bearer` and goes to
/// `https://bigquery.googleapis.com` or what stands for it. @par Source "BigQuery REST reference".
namespace datasource::protocol::bigquery {

/// Where the API is, for those who do not say.
inline constexpr std::string_view default_url = "https://bigquery.googleapis.com";

/// A query in GoogleSQL.
struct Query {
  std::string project = {};                               ///< That pays for it.
  std::string text = {};                                  ///< One statement.
  std::string default_project = {};                       ///< Of `default_dataset`.
  std::string default_dataset = {};                       ///< Of tables that name none; may be empty.
  std::string location = {};                              ///< Where it runs; empty: where the data is.
  std::optional<std::int64_t> maximum_bytes_billed = {};  ///< A query that would read more is refused.
  std::chrono::milliseconds wait{2'000};                  ///< How long the reply may wait for the first rows.
  std::chrono::milliseconds limit{0};                     ///< After which BigQuery ends the job; 0: its own limit.
  std::uint32_t page_rows = 0;                            ///< Of a page, at most; 0: as many as fit its 10 MB.
};

namespace detail {

inline std::string project_path(std::string_view project) { return "/bigquery/v2/projects/" + encode_segment(project); }

inline std::string dataset_path(std::string_view project, std::string_view dataset) {
  return project_path(project) + "/datasets/" + encode_segment(dataset);
}

inline std::string table_path(std::string_view project, std::string_view dataset, std::string_view table) {
  return dataset_path(project, dataset) + "/tables/" + encode_segment(table);
}

inline void add_parameter(std::string& target, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  target += target.find('?') == std::string::npos ? '?' : '&';
  target += name;
  target += '=';
  target += encode_segment(value);
}

inline HttpRequest get(std::string target) { return {"GET", std::move(target), {{"Accept", "application/json"}}, {}}; }

inline HttpRequest post(std::string target, const datasource::detail::OrderedJson& body) {
  return {"POST",
          std::move(target),
          {{"Content-Type", "application/json"}, {"Accept", "application/json"}},
          datasource::detail::dump(body)};
}

inline datasource::detail::OrderedJson dataset_json(const Query& query) {
  return {{"projectId", query.default_project.empty() ? query.project : query.default_project},
          {"datasetId", query.default_dataset}};
}

}  // namespace detail

/// `POST …/queries` (jobs.query): runs it, and answers with the first rows when they are there in time.
inline HttpRequest query_request(const Query& query) {
  datasource::detail::OrderedJson body{{"query", query.text},
                                       {"useLegacySql", false},
                                       {"timeoutMs", query.wait.count()},
                                       {"formatOptions", {{"useInt64Timestamp", true}}}};
  if (query.page_rows > 0) body["maxResults"] = query.page_rows;
  if (!query.default_dataset.empty()) body["defaultDataset"] = detail::dataset_json(query);
  if (!query.location.empty()) body["location"] = query.location;
  if (query.maximum_bytes_billed) body["maximumBytesBilled"] = std::to_string(*query.maximum_bytes_billed);
  if (query.limit.count() > 0) body["jobTimeoutMs"] = std::to_string(query.limit.count());
  return detail::post(detail::project_path(query.project) + "/queries", body);
}

/// `POST …/jobs` (jobs.insert) with `dryRun`: BigQuery judges the statement and runs nothing, for free.
inline HttpRequest dry_run_request(const Query& query) {
  datasource::detail::OrderedJson inner{{"query", query.text}, {"useLegacySql", false}};
  if (!query.default_dataset.empty()) inner["defaultDataset"] = detail::dataset_json(query);
  if (query.maximum_bytes_billed) inner["maximumBytesBilled"] = std::to_string(*query.maximum_bytes_billed);
  datasource::detail::OrderedJson body{{"configuration", {{"dryRun", true}, {"query", std::move(inner)}}}};
  if (!query.location.empty()) body["jobReference"] = {{"projectId", query.project}, {"location", query.location}};
  return detail::post(detail::project_path(query.project) + "/jobs", body);
}

/// `GET …/queries/{job}` (jobs.getQueryResults): what follows a cursor.
/// @param wait How long the reply may wait for the query to come to its end.
inline HttpRequest results_request(const JobCursor& cursor, std::uint32_t page_rows = 0,
                                   std::chrono::milliseconds wait = std::chrono::milliseconds{10'000}) {
  std::string target = detail::project_path(cursor.project) + "/queries/" + encode_segment(cursor.job);
  detail::add_parameter(target, "location", cursor.location);
  detail::add_parameter(target, "pageToken", cursor.page_token);
  detail::add_parameter(target, "timeoutMs", std::to_string(wait.count()));
  detail::add_parameter(target, "formatOptions.useInt64Timestamp", "true");
  if (page_rows > 0) detail::add_parameter(target, "maxResults", std::to_string(page_rows));
  return detail::get(std::move(target));
}

/// `POST …/jobs/{job}/cancel` (jobs.cancel).
inline HttpRequest cancel_request(const JobCursor& cursor) {
  std::string target = detail::project_path(cursor.project) + "/jobs/" + encode_segment(cursor.job) + "/cancel";
  detail::add_parameter(target, "location", cursor.location);
  return detail::post(std::move(target), datasource::detail::OrderedJson::object());
}

/// `GET …/datasets` (datasets.list).
inline HttpRequest datasets_request(std::string_view project, std::string_view page_token = {}) {
  std::string target = detail::project_path(project) + "/datasets?maxResults=1000";
  detail::add_parameter(target, "pageToken", page_token);
  return detail::get(std::move(target));
}

/// `GET …/datasets/{dataset}/tables` (tables.list).
inline HttpRequest tables_request(std::string_view project, std::string_view dataset,
                                  std::string_view page_token = {}) {
  std::string target = detail::dataset_path(project, dataset) + "/tables?maxResults=1000";
  detail::add_parameter(target, "pageToken", page_token);
  return detail::get(std::move(target));
}

/// `GET …/tables/{table}` (tables.get), without what costs BigQuery time.
inline HttpRequest table_request(std::string_view project, std::string_view dataset, std::string_view table) {
  return detail::get(detail::table_path(project, dataset, table) + "?view=BASIC");
}

/// `GET …/tables/{table}/data` (tabledata.list): rows of a table without a query, which costs nothing.
/// @param columns Names of top-level columns; empty: all.
/// @param rows    Of a page, at most; 0: as many as fit.
inline HttpRequest table_data_request(std::string_view project, std::string_view dataset, std::string_view table,
                                      const std::vector<std::string>& columns, std::uint32_t rows,
                                      std::string_view page_token = {}) {
  std::string target = detail::table_path(project, dataset, table) + "/data?formatOptions.useInt64Timestamp=true";
  std::string selected;
  for (const std::string& column : columns) selected += (selected.empty() ? "" : ",") + column;
  detail::add_parameter(target, "selectedFields", selected);
  if (rows > 0) detail::add_parameter(target, "maxResults", std::to_string(rows));
  detail::add_parameter(target, "pageToken", page_token);
  return detail::get(std::move(target));
}

}  // namespace datasource::protocol::bigquery
