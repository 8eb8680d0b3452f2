#pragma once

#include <datasource/engine/remote/sql_rows.hpp>
#include <datasource/engine/remote/token_connection.hpp>
#include <datasource/federation/remote_source.hpp>
#include <datasource/http/transport.hpp>

#include <functional>
#include <optional>
#include <stop_token>
#include <utility>

namespace datasource::remote {

/// Rows that come in pages: of a JobPages, over a connection of its own.
template <Transport Tr, class Pages>
class PagedScan final : public RemoteScan {
 public:
  /// @param rows      What of the pages is wanted.
  /// @param otherwise Makes what reads the same rows when the first page is forbidden; may be empty.
  PagedScan(TokenConnection<Tr> connection, Pages pages, SqlRows rows, std::function<Pages()> otherwise = {})
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
