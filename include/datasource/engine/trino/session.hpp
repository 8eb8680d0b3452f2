#pragma once

#include <datasource/engine/trino/catalog.hpp>
#include <datasource/engine/trino/errors.hpp>
#include <datasource/engine/trino/options.hpp>
#include <datasource/http/transport.hpp>
#include <datasource/model/error.hpp>
#include <datasource/operation/drive.hpp>
#include <datasource/operation/paging.hpp>
#include <datasource/operation/trino_statement.hpp>

#include <memory>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace datasource::trino {

/// The engine's own conversation with a Trino: statements of its making, and catalogs that are made when they are first
/// needed. One thread at a time.
template <Transport Tr>
class Session {
 public:
  /// A row of texts; an empty one for a null, and for what is no text.
  using Row = std::vector<std::string>;

  /// Sends nothing yet.
  Session(Tr transport, const TrinoOptions& options)
      : transport_{std::move(transport)}, base_{options.url}, session_{options.session}, results_{options.results} {
    while (base_.ends_with('/')) base_.pop_back();
    if (std::string value = authorization(options.auth); !value.empty())
      headers_.emplace_back("Authorization", std::move(value));
    if (const auto* basic = std::get_if<BasicAuth>(&options.auth); basic != nullptr && session_.user.empty())
      session_.user = basic->username;
    if (session_.user.empty()) session_.user = "datasource";
  }

  /// A statement that is ready to be driven.
  [[nodiscard]] TrinoStatement statement(Result<std::string> text) const { return prepared(std::move(text), session_); }

  /// The next page of a statement.
  [[nodiscard]] Result<TrinoPage> next(TrinoStatement& statement, const std::stop_token& stop) {
    auto page = drive(transport_, Borrowed<TrinoStatement>{&statement}, SystemClock{}, stop);
    if (!page) return fail(of_server(std::move(page.error())));
    return page;
  }

  /// Ends a statement on the server, as well as can be.
  void close(TrinoStatement& statement) {
    if (auto closing = statement.closing()) (void)drive(transport_, std::move(*closing), SystemClock{});
  }

  /// All rows of a short answer, as texts.
  [[nodiscard]] Result<std::vector<Row>> rows(TrinoStatement statement, const std::stop_token& stop,
                                              std::optional<TrinoLocation>* place = nullptr) {
    std::vector<Row> rows;
    while (!statement.finished()) {
      const auto page = next(statement, stop);
      if (!page) {
        if (place != nullptr) *place = statement.location();
        return fail(page.error());
      }
      for (std::size_t row = 0; row < page->rows.row_count(); ++row) {
        Row& cells = rows.emplace_back();
        for (const Column& column : page->rows.columns()) {
          const auto* texts = column.values_as<TextValues>();
          cells.emplace_back(texts == nullptr ? std::string_view{} : (*texts)[row]);
        }
      }
    }
    return rows;
  }
  /// The same for a statement of the engine's own.
  [[nodiscard]] Result<std::vector<Row>> rows(const std::string& text, const std::stop_token& stop) {
    return rows(statement(text), stop);
  }

  /// Makes a plan's catalog where it is not there. Errors: `invalid` against the field that Trino refuses; those of
  /// reaching it.
  [[nodiscard]] Result<void> provide(const CatalogPlan& plan, const std::stop_token& stop) {
    if (known_.contains(plan.name)) return {};
    // Trino keeps the text of each statement for whoever may see them; that of a prepared one travels beside it.
    TrinoSession session = session_;
    session.prepared = {{"make_catalog", plan.statement}};
    const auto made = rows(prepared(std::string{"EXECUTE make_catalog"}, std::move(session)), stop);
    if (!made) return fail(catalog_error(made.error(), plan));
    known_.insert(plan.name);
    return {};
  }

  /// Drops a catalog, if it is there.
  [[nodiscard]] Result<void> drop(const std::string& name, const std::stop_token& stop) {
    known_.erase(name);
    const auto dropped = rows("DROP CATALOG IF EXISTS " + detail::quoted_name(name), stop);
    if (!dropped) return fail(dropped.error());
    return {};
  }

  /// Forgets which catalogs there are: the server has forgotten some.
  void forget() { known_.clear(); }

  /// The catalogs whose names begin so.
  [[nodiscard]] Result<std::vector<std::string>> catalogs(const std::string& prefix, const std::stop_token& stop) {
    const auto all = rows("SHOW CATALOGS", stop);
    if (!all) return fail(all.error());
    std::vector<std::string> names;
    for (const Row& row : *all) {
      if (!row.empty() && row.front().starts_with(prefix)) names.push_back(row.front());
    }
    return names;
  }

 private:
  [[nodiscard]] TrinoStatement prepared(Result<std::string> text, TrinoSession session) const {
    TrinoStatement statement{std::move(text), std::move(session), results_};
    statement.address(base_, headers_);
    statement.share(budget_);
    return statement;
  }

  Tr transport_;
  std::string base_;
  Headers headers_;
  TrinoSession session_;
  TrinoResults results_;
  std::shared_ptr<RetryBudget> budget_ = std::make_shared<RetryBudget>();
  std::set<std::string, std::less<>> known_;
};

}  // namespace datasource::trino
