#pragma once

#include <datasource/http/auth.hpp>
#include <datasource/http/transport.hpp>
#include <datasource/operation/drive.hpp>
#include <datasource/operation/paging.hpp>
#include <datasource/operation/trino_query.hpp>
#include <datasource/operation/trino_statement.hpp>
#include <datasource/protocol/trino/info.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>

namespace datasource {

/// Which Trino a client speaks to, as whom, and how it begins.
struct TrinoOptions {
  std::string url = {};       ///< `http://host:port`; with credentials `https`, which Trino insists on.
  Auth auth = {};             ///< A user and a password, or a JSON Web Token as bearer; none by default.
  TrinoSession session = {};  ///< `user` is taken from `auth` when it is empty and that has one.
  TrinoResults results = {};  ///< How rows come.
};

/// The rows of one statement, page by page as they are asked for. When it is left early, the statement is ended on the
/// server by the destructor, as well as can be. @pre the client outlives it and is not moved meanwhile
template <Transport Tr>
class TrinoRows {
 public:
  /// Made by TrinoClient::pages.
  TrinoRows(Tr& transport, TrinoStatement statement, std::stop_token stop)
      : transport_{&transport}, statement_{std::move(statement)}, stop_{std::move(stop)} {}
  TrinoRows(const TrinoRows&) = delete;
  TrinoRows& operator=(const TrinoRows&) = delete;
  /// Takes the statement along.
  TrinoRows(TrinoRows&& other) noexcept
      : transport_{std::exchange(other.transport_, nullptr)},
        statement_{std::move(other.statement_)},
        stop_{std::move(other.stop_)} {}
  TrinoRows& operator=(TrinoRows&&) = delete;
  ~TrinoRows() { close(); }

  /// The next rows with what the server says beside them; nothing after the last page. A page that fails is the last.
  [[nodiscard]] std::optional<Result<TrinoPage>> next() {
    if (transport_ == nullptr || statement_.finished()) return std::nullopt;
    return drive(*transport_, Borrowed<TrinoStatement>{&statement_}, SystemClock{}, stop_);
  }

  /// Ends the statement on the server now, if it runs. There are no more pages afterwards.
  void close() {
    if (transport_ == nullptr) return;
    if (auto closing = statement_.closing()) (void)drive(*transport_, std::move(*closing), SystemClock{});
    transport_ = nullptr;
  }

  /// The statement, for its session and the place of a fault.
  [[nodiscard]] const TrinoStatement& statement() const { return statement_; }

 private:
  Tr* transport_;
  TrinoStatement statement_;
  std::stop_token stop_;
};

/// A client of a Trino, without a gateway between. Every method blocks, returns a value or an Error and takes a stop
/// token, which ends the statement on the server too. What statements such as `USE` and `SET SESSION` change is kept
/// for those that follow, so one thread at a time uses a client; several clients share a CurlTransport by copies.
template <Transport Tr>
class TrinoClient {
 public:
  /// Is told how far a statement is, with every reply.
  using Progress = std::function<void(const TrinoStats&)>;

  /// A client that sends nothing yet. A URL or credentials that cannot be used are an `invalid` error of every method.
  explicit TrinoClient(Tr transport, TrinoOptions options = {})
      : transport_{std::move(transport)},
        base_{std::move(options.url)},
        session_{std::move(options.session)},
        results_{std::move(options.results)} {
    while (base_.ends_with('/')) base_.pop_back();
    if (std::string value = authorization(options.auth); !value.empty())
      headers_.emplace_back("Authorization", std::move(value));
    if (const auto* basic = std::get_if<BasicAuth>(&options.auth); basic != nullptr && session_.user.empty())
      session_.user = basic->username;
  }

  /// All rows of a statement. Errors: `invalid` (does not parse; the message names line and column), `not_found`,
  /// `unauthorized`, `forbidden`, `connection` (also of a source behind Trino), `timeout`, `cancelled`, `server`.
  [[nodiscard]] Result<ResultSet> sql(std::string_view statement, std::stop_token stop = {}) {
    return query({.text = std::string{statement}}, std::move(stop));
  }

  /// The same with values for each `?`. Format and fetch size of the query are not looked at. Errors: as sql().
  [[nodiscard]] Result<ResultSet> query(const Query& query, std::stop_token stop = {}, const Progress& progress = {}) {
    return run(query, std::move(stop), progress).map([](TrinoOutcome&& outcome) { return std::move(outcome.rows); });
  }

  /// Runs a statement that is no query, such as CREATE TABLE or INSERT; gives the number of rows that it changed, 0
  /// where Trino names none. Errors: as sql().
  [[nodiscard]] Result<std::uint64_t> execute(std::string_view statement, std::stop_token stop = {}) {
    return run({.text = std::string{statement}}, std::move(stop), {}).map([](const TrinoOutcome& outcome) {
      return outcome.update_count.value_or(0);
    });
  }

  /// The same with everything that Trino says beside the rows. Errors: as sql().
  [[nodiscard]] Result<TrinoOutcome> run(const Query& query, std::stop_token stop = {}, const Progress& progress = {}) {
    TrinoQuery all{statement_of(query, progress)};
    auto outcome = drive(transport_, Borrowed<TrinoQuery>{&all}, SystemClock{}, std::move(stop));
    if (outcome) session_ = all.statement().session();
    return outcome;
  }

  /// The rows of a statement as they come; see TrinoRows. Nothing is sent before the first page is asked for. The
  /// session is not changed by it.
  [[nodiscard]] TrinoRows<Tr> pages(const Query& query, std::stop_token stop = {}, const Progress& progress = {}) {
    return TrinoRows<Tr>{transport_, statement_of(query, progress), std::move(stop)};
  }

  /// What statements are run with, as the last ones left it.
  [[nodiscard]] TrinoSession& session() { return session_; }

  /// The server's version, such as `476`. Needs no credentials. Errors: `connection`, `malformed`.
  [[nodiscard]] Result<std::string> version(std::stop_token stop = {}) {
    Exchange exchange{protocol::trino_info_request(), &protocol::read_trino_version};
    exchange.address(base_, headers_);
    exchange.share(budget_);
    return drive(transport_, std::move(exchange), SystemClock{}, std::move(stop));
  }

 private:
  TrinoStatement statement_of(const Query& query, const Progress& progress) {
    TrinoStatement statement{protocol::trino_statement_text(query.text, query.parameters), session_, results_};
    statement.address(base_, headers_);
    statement.share(budget_);
    if (progress) statement.watch([progress](const TrinoPage& page) { progress(page.stats); });
    return statement;
  }

  Tr transport_;
  std::string base_;
  Headers headers_;
  TrinoSession session_;
  TrinoResults results_;
  std::shared_ptr<RetryBudget> budget_ = std::make_shared<RetryBudget>();
};

}  // namespace datasource
