#pragma once

#include <datasource/client/bigquery.hpp>
#include <datasource/engine/remote/sql_rows.hpp>
#include <datasource/engine/remote/token_connection.hpp>
#include <datasource/federation/remote_source.hpp>
#include <datasource/http/transport.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace datasource::remote {

/// The rows of one BigQuery table or query.
template <Transport Tr>
class BigQueryScan final : public RemoteScan {
 public:
  using Pages = operations::bigquery::Pages;

  /// @param otherwise What reads the same rows when the first request is forbidden; may be empty.
  BigQueryScan(TokenConnection<Tr> connection, Pages pages, SqlRows rows, std::function<Pages()> otherwise = {})
      : connection_{std::move(connection)},
        pages_{std::move(pages)},
        rows_{std::move(rows)},
        otherwise_{std::move(otherwise)} {}

  [[nodiscard]] Result<std::optional<ResultSet>> next(std::stop_token stop) override {
    while (true) {
      if (auto batch = rows_.next()) return batch;
      if (rows_.satisfied() || pages_.finished()) return std::nullopt;
      auto page = connection_.page(pages_, stop);
      if (!page && page.error().kind == ErrorKind::forbidden && otherwise_) {
        pages_ = std::exchange(otherwise_, {})();
        continue;
      }
      if (!page) return fail(std::move(page.error()));
      otherwise_ = {};
      if (auto taken = rows_.add(std::move(page->rows)); !taken) return fail(std::move(taken.error()));
    }
  }

 private:
  TokenConnection<Tr> connection_;
  Pages pages_;
  SqlRows rows_;
  std::function<Pages()> otherwise_;
};

}  // namespace datasource::remote
