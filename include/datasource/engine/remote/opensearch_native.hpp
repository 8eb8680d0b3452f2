#pragma once

#include <datasource/engine/remote/http_source.hpp>
#include <datasource/engine/remote/opensearch_scan.hpp>
#include <datasource/federation/remote_source.hpp>
#include <datasource/protocol/opensearch/search/native.hpp>

#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>

namespace datasource::remote {

/// Rows that are there.
class GivenRows final : public RemoteScan {
 public:
  /// @param rows All there are, given at once.
  explicit GivenRows(ResultSet rows) : rows_{std::move(rows)} {}

  [[nodiscard]] Result<std::optional<ResultSet>> next(std::stop_token) override {
    return std::exchange(rows_, std::nullopt);
  }

 private:
  std::optional<ResultSet> rows_;
};

/// Runs a search that a person wrote; see os::native_search. One without `size` gives all documents that match, page by
/// page. Errors: `invalid`; those of reaching the server.
template <Transport Tr>
Result<NativeResult> native_search(HttpConnection<Tr>& connection, std::string_view text, std::stop_token stop) {
  auto search = os::read_native_search(text);
  if (!search) return fail(std::move(search.error()));
  NativeResult result;
  for (const os::SearchColumn& column : search->columns) result.columns.push_back(column.column);
  if (search->paged) {
    result.rows = std::make_unique<OpenSearchScan<Tr>>(
        connection, SearchWork{.index = std::move(search->index),
                               .search = std::move(search->body),
                               .columns = std::move(search->columns),
                               .limit = search->size.value_or(std::numeric_limits<std::uint64_t>::max())});
    return result;
  }
  auto body = connection.run(reading<std::string>(os::native_request(*search), os::read_page_body), std::move(stop));
  if (!body) return fail(std::move(body.error()));
  auto rows =
      search->aggregates ? os::read_aggregations(*body, search->columns) : os::read_hit_rows(*body, search->columns);
  if (!rows) return fail(connection.server().explain(std::move(rows.error())));
  result.rows = std::make_unique<GivenRows>(std::move(*rows));
  return result;
}

}  // namespace datasource::remote
