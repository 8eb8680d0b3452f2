#pragma once

#include <datasource/http/polling.hpp>
#include <datasource/operation/exchange.hpp>
#include <datasource/operation/job_pages.hpp>
#include <datasource/protocol/snowflake/key_pair.hpp>
#include <datasource/protocol/snowflake/page.hpp>
#include <datasource/protocol/snowflake/requests.hpp>

#include <chrono>
#include <utility>

/// What a program asks of Snowflake, ready to be driven, over any transport and in a browser too:
///
///     auto rows = operations::snowflake::query({.text = "SELECT 1"});
///     rows.address(protocol::snowflake::account_url("acme-prod"),
///                  {{"Authorization", "Bearer " + token}, {"X-Snowflake-Authorization-Token-Type", "OAUTH"}});
///     while (!rows.finished()) auto page = drive(transport, Borrowed<decltype(rows)>{&rows}, SystemClock{});
namespace datasource::operations::snowflake {

namespace api = protocol::snowflake;

/// The rows of a statement, partition by partition.
using Pages = JobPages<api::Page, api::StatementCursor>;

/// Runs a statement; see JobPages. It is cancelled on the server when it is given up. Errors: the server's own, such as
/// `invalid` with what is wrong with the statement; those of read_page.
inline Pages query(const api::Statement& statement, PollPolicy policy = {.first_delay = std::chrono::milliseconds{50},
                                                                         .limit = std::chrono::milliseconds{0}}) {
  return {Pages::PageExchange{api::statement_request(statement), &api::read_page},
          [](const api::StatementCursor& cursor) {
            auto request = api::partition_request(cursor.handle, cursor.partition);
            if (!cursor.columns) return Pages::PageExchange{std::move(request), &api::read_page};
            return Pages::PageExchange{std::move(request), [cursor](const HttpResponse& response) {
                                         return api::read_partition(response, cursor);
                                       }};
          },
          [](const api::StatementCursor& cursor) {
            return Exchange<bool>{api::cancel_request(cursor.handle), &api::read_cancelled};
          },
          policy};
}

}  // namespace datasource::operations::snowflake
