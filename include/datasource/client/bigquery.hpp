#pragma once

#include <datasource/http/polling.hpp>
#include <datasource/operation/exchange.hpp>
#include <datasource/operation/job_pages.hpp>
#include <datasource/protocol/bigquery/catalogue_json.hpp>
#include <datasource/protocol/bigquery/page.hpp>
#include <datasource/protocol/bigquery/requests.hpp>
#include <datasource/protocol/bigquery/service_account.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What a program asks of Google BigQuery, each ready to be driven, over any transport and in a browser too:
///
///     auto rows = operations::bigquery::query({.project = "acme", .text = "SELECT 1"});
///     rows.address("https://bigquery.googleapis.com", {{"Authorization", "Bearer " + token}});
///     while (!rows.finished()) auto page = drive(transport, Borrowed<decltype(rows)>{&rows}, SystemClock{});
namespace datasource::operations::bigquery {

namespace api = protocol::bigquery;

/// The rows of a query or of a table, page by page.
using Pages = JobPages<api::Page, api::JobCursor>;

/// Runs a query; see JobPages. It is cancelled on the server when it is given up. Errors: the server's own, such as
/// `invalid` with what is wrong with the statement; those of read_page.
inline Pages query(const api::Query& query, PollPolicy policy = {.limit = std::chrono::milliseconds{0}}) {
  const std::uint32_t rows = query.page_rows;
  // Longer looks mean fewer of them; none may outlast a transport that allows no more than the query's own limit.
  constexpr std::chrono::milliseconds long_look{10'000};
  const auto look = query.limit.count() > 0 ? std::min(long_look, query.limit / 2) : long_look;
  return {Pages::PageExchange{api::query_request(query), &api::read_page},
          [rows, look](const api::JobCursor& cursor) {
            return Pages::PageExchange{api::results_request(cursor, rows, look), &api::read_page};
          },
          [](const api::JobCursor& cursor) {
            return Exchange<bool>{api::cancel_request(cursor), &api::read_cancelled};
          },
          policy};
}

/// The rows of a table, without a query and for free; see tabledata.list. Errors: the server's own, such as `forbidden`
/// for a table with row-level security, which only a query reads.
/// @param fields    Columns of the table, in its order; all columns of a row are read for `columns` without names.
/// @param page_rows Of a page, at most; 0: as many as fit.
inline Pages table_data(std::string project, std::string dataset, std::string table, std::vector<api::Field> fields,
                        std::uint32_t page_rows) {
  const auto wanted = std::make_shared<const std::vector<api::Field>>(std::move(fields));
  const auto request = [=](std::string_view page_token) {
    std::vector<std::string> names;
    for (const api::Field& field : *wanted) names.push_back(field.name);
    return Pages::PageExchange{
        api::table_data_request(project, dataset, table, names, page_rows, page_token),
        [wanted](const HttpResponse& response) { return api::read_table_page(response, *wanted); }};
  };
  return {request({}), [request](const api::JobCursor& cursor) { return request(cursor.page_token); }, nullptr};
}

/// What BigQuery says of a statement without running it. Errors: `invalid` with what is wrong with it.
inline Exchange<api::DryRun> dry_run(const api::Query& query) {
  return {api::dry_run_request(query), &api::read_dry_run};
}
/// One page of a project's datasets.
inline Exchange<api::NamePage> datasets(std::string_view project, std::string_view page_token = {}) {
  return {api::datasets_request(project, page_token), &api::read_datasets};
}
/// One page of a dataset's tables. Errors: `not_found`.
inline Exchange<api::NamePage> tables(std::string_view project, std::string_view dataset,
                                      std::string_view page_token = {}) {
  return {api::tables_request(project, dataset, page_token), &api::read_tables};
}
/// A table's columns. Errors: `not_found`.
inline Exchange<api::TableDescription> table(std::string_view project, std::string_view dataset,
                                             std::string_view name) {
  return {api::table_request(project, dataset, name), &api::read_table};
}

}  // namespace datasource::operations::bigquery
