#pragma once

#include <datasource/columnar/append.hpp>
#include <datasource/columnar/result_set.hpp>
#include <datasource/operation/step.hpp>
#include <datasource/operation/trino_statement.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace datasource {

/// What came of a statement on a Trino.
struct TrinoOutcome {
  ResultSet rows = {};                             ///< All of them.
  std::string id = {};                             ///< Of the query, as Trino's own pages show it.
  std::string update_type = {};                    ///< Such as `CREATE TABLE`; empty for queries.
  std::optional<std::uint64_t> update_count = {};  ///< Rows that were changed, where Trino names a number.
  std::vector<std::string> warnings = {};          ///< In Trino's words.
  TrinoStats stats = {};                           ///< As of the last reply.
};

/// A statement on a Trino whose rows are wanted as one result. A stop, and rows that are too many for one, end it on
/// the server.
class TrinoQuery {
 public:
  /// What it gives.
  using value_type = TrinoOutcome;

  /// @param statement Not begun; addressed or not.
  explicit TrinoQuery(TrinoStatement statement) : statement_{std::move(statement)} {}

  /// See Exchange::address.
  void address(const std::string& base, const Headers& headers) { statement_.address(base, headers); }
  /// See Exchange::share.
  void share(std::shared_ptr<RetryBudget> budget) { statement_.share(std::move(budget)); }
  /// See TrinoStatement::watch.
  void watch(TrinoStatement::Progress progress) { statement_.watch(std::move(progress)); }

  /// The statement, for its session and the place of a fault.
  [[nodiscard]] const TrinoStatement& statement() const { return statement_; }

  /// The first step.
  [[nodiscard]] Step<TrinoOutcome> start() { return after(statement_.start()); }
  /// The step after `event`; see Exchange::resume.
  [[nodiscard]] Step<TrinoOutcome> resume(Event event) { return after(statement_.resume(std::move(event))); }

 private:
  Step<TrinoOutcome> after(Step<TrinoPage> step) {
    while (true) {
      if (auto* send = std::get_if<Send>(&step)) return std::move(*send);
      if (auto* wait = std::get_if<Wait>(&step)) return *wait;
      if (auto* unpack = std::get_if<Unpack>(&step)) return *unpack;
      auto& page = std::get<Done<TrinoPage>>(step).result;
      if (!page) return Done<TrinoOutcome>{fail(std::move(page.error()))};
      if (!take(std::move(*page))) {
        step = statement_.give_up(
            {.kind = ErrorKind::unsupported, .message = "the result is too long for one piece; read it page by page"});
      } else if (statement_.finished()) {
        return Done<TrinoOutcome>{std::move(outcome_)};
      } else {
        step = statement_.start();
      }
    }
  }

  bool take(TrinoPage page) {
    outcome_.id = std::move(page.id);
    outcome_.update_type = std::move(page.update_type);
    if (page.update_count) outcome_.update_count = page.update_count;
    outcome_.warnings = std::move(page.warnings);
    outcome_.stats = std::move(page.stats);
    return page.rows.columns().empty() || append(outcome_.rows, std::move(page.rows));
  }

  TrinoStatement statement_;
  TrinoOutcome outcome_;
};

}  // namespace datasource
