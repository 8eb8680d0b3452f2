#pragma once

#include <datasource/client/bigquery.hpp>
#include <datasource/connector/bigquery.hpp>
#include <datasource/engine/remote/google_token.hpp>
#include <datasource/engine/remote/paged_scan.hpp>
#include <datasource/engine/remote/rsa_key.hpp>
#include <datasource/engine/remote/sql_rows.hpp>
#include <datasource/engine/remote/token_connection.hpp>
#include <datasource/federation/remote_source.hpp>
#include <datasource/federation/sql_text.hpp>
#include <datasource/transport/curl.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace datasource::remote {

namespace bigquery_ops = operations::bigquery;
namespace bigquery_api = protocol::bigquery;

/// What is read of BigQuery, and who pays.
struct BigQueryScope {
  std::string project = {};                               ///< That holds the data.
  std::string dataset = {};                               ///< Empty: all of the project's.
  std::string billing_project = {};                       ///< Never empty.
  std::string location = {};                              ///< Empty: where the data is.
  std::optional<std::int64_t> maximum_bytes_billed = {};  ///< Of one query.
  std::chrono::milliseconds limit{60'000};                ///< Of one query.
};

/// The tables of a BigQuery project: `dataset.table`. A scan is a query in GoogleSQL; a scan without filters reads the
/// table's rows directly (tabledata.list), which costs nothing.
template <Transport Tr>
class BigQuerySource final : public RemoteSource {
 public:
  /// Does no I/O.
  BigQuerySource(TokenConnection<Tr> connection, TokenConnection<Tr> anonymous, BigQueryScope scope)
      : connection_{std::move(connection)}, anonymous_{std::move(anonymous)}, scope_{std::move(scope)} {}

  [[nodiscard]] std::string default_schema() const override {
    return scope_.dataset.empty() ? "default" : scope_.dataset;
  }

  [[nodiscard]] Result<std::vector<RemoteTable>> tables(std::stop_token stop) override {
    std::vector<std::string> datasets;
    if (!scope_.dataset.empty()) {
      datasets.push_back(scope_.dataset);
    } else {
      auto names =
          all_names([&](const std::string& page) { return bigquery_ops::datasets(scope_.project, page); }, stop);
      if (!names) return fail(of_place(std::move(names.error())));
      for (bigquery_api::Name& name : *names) datasets.push_back(std::move(name.id));
    }
    std::vector<RemoteTable> tables;
    for (const std::string& dataset : datasets) {
      auto names =
          all_names([&](const std::string& page) { return bigquery_ops::tables(scope_.project, dataset, page); }, stop);
      if (!names) return fail(of_place(std::move(names.error())));
      for (bigquery_api::Name& name : *names)
        tables.push_back({.schema = dataset, .name = std::move(name.id), .kind = kind_of(name.type)});
    }
    std::sort(tables.begin(), tables.end(), [](const RemoteTable& a, const RemoteTable& b) {
      return std::tie(a.schema, a.name) < std::tie(b.schema, b.name);
    });
    return tables;
  }

  [[nodiscard]] Result<RemoteTable> describe(std::string_view schema, std::string_view table,
                                             std::stop_token stop) override {
    if (scope_.dataset.empty() && schema == "default")
      return fail(ErrorKind::not_found, "the source reads all datasets of the project " + scope_.project +
                                            "; write source.dataset.table, or set properties.dataset");
    if (!scope_.dataset.empty() && schema != scope_.dataset)
      return fail(ErrorKind::not_found,
                  "the source reads the dataset " + scope_.dataset + ", not " + std::string{schema});
    auto described = connection_.run(bigquery_ops::table(scope_.project, schema, table), stop);
    if (!described) return fail(std::move(described.error()));
    RemoteTable remote{
        .schema = std::string{schema}, .name = std::string{table}, .kind = kind_of(described->type), .columns = {}};
    Known known{.is_table = described->type == "TABLE"};
    for (const bigquery_api::Field& field : described->fields) {
      remote.columns.push_back(bigquery_api::remote_column(field));
      known.columns.push_back(bigquery_api::sql_column(field));
    }
    known.fields = std::move(described->fields);
    if (known_.size() >= most_known) known_.clear();
    known_.insert_or_assign({remote.schema, remote.name}, std::move(known));
    return remote;
  }

  [[nodiscard]] bool applies(const RemoteTable& table, const Filter& filter) const override {
    const Known* known = find(table);
    const SqlColumn* column = known == nullptr ? nullptr : find_column(known->columns, filter.column);
    return column != nullptr && filter_is_exact(google_sql, *column, filter);
  }

  [[nodiscard]] Result<std::unique_ptr<RemoteScan>> scan(const RemoteTable& table, const ScanRequest& request,
                                                         std::stop_token stop) override {
    if (find(table) == nullptr) {
      if (auto described = describe(table.schema, table.name, stop); !described)
        return fail(std::move(described.error()));
    }
    const Known& known = *find(table);
    const auto as_query = [query = query_of(statement(table, known, request))] {
      return bigquery_ops::query(query, {.limit = query.limit});
    };
    if (!reads_directly(known, request)) return std::make_unique<Scan>(connection_, as_query(), SqlRows{request});
    std::vector<bigquery_api::Field> fields;
    for (const bigquery_api::Field& field : known.fields) {
      if (std::find(request.columns.begin(), request.columns.end(), field.name) != request.columns.end())
        fields.push_back(field);
    }
    const std::uint64_t rows = std::min<std::uint64_t>(request.limit.value_or(page_rows), page_rows);
    return std::make_unique<Scan>(connection_,
                                  bigquery_ops::table_data(scope_.project, table.schema, table.name, std::move(fields),
                                                           static_cast<std::uint32_t>(rows)),
                                  SqlRows{request}, as_query);
  }

  [[nodiscard]] std::string request_text(const RemoteTable& table, const ScanRequest& request) const override {
    const Known* known = find(table);
    if (known == nullptr) return "SELECT … FROM " + name_of(table);
    if (!reads_directly(*known, request)) return statement(table, *known, request);
    std::string text = "tabledata.list " + name_of(table) + ": ";
    for (std::size_t i = 0; i < request.columns.size(); ++i) text += (i > 0 ? ", " : "") + request.columns[i];
    return text + (request.limit ? ", at most " + std::to_string(*request.limit) + " rows" : "");
  }

  [[nodiscard]] std::string_view native_language() const override { return "GoogleSQL"; }

  /// BigQuery itself judges the statement before it runs: what it does not call a SELECT is refused.
  [[nodiscard]] Result<NativeResult> query(std::string_view text, std::stop_token stop) override {
    const bigquery_api::Query query = query_of(std::string{text});
    auto dry = connection_.run(bigquery_ops::dry_run(query), stop);
    if (!dry) return fail(std::move(dry.error()));
    if (dry->statement_type != "SELECT") {
      return fail(ErrorKind::unsupported,
                  "only a statement that reads may run here, one SELECT; BigQuery calls this one " +
                      (dry->statement_type.empty() ? std::string{"nothing"} : dry->statement_type));
    }
    auto pages = bigquery_ops::query(query, {.limit = query.limit});
    SqlRows rows;
    std::vector<bigquery_api::Field> fields = std::move(dry->fields);
    if (fields.empty()) {
      auto first = connection_.page(pages, stop);
      if (!first) return fail(std::move(first.error()));
      fields = std::move(first->fields);
      if (auto taken = rows.add(std::move(first->rows)); !taken) return fail(std::move(taken.error()));
    }
    NativeResult result;
    for (const bigquery_api::Field& field : fields) result.columns.push_back(bigquery_api::remote_column(field));
    result.rows = std::make_unique<Scan>(connection_, std::move(pages), std::move(rows));
    return result;
  }

  [[nodiscard]] Address address() const override { return connection_.server().address(); }

  [[nodiscard]] std::vector<RemoteCheck> checks() override {
    std::vector<RemoteCheck> checks;
    const HttpServer& server = connection_.server();
    if (server.encrypted()) {
      checks.push_back(tls_check(
          [this](std::stop_token stop) -> Result<std::string> {
            const auto names = anonymous_.run(bigquery_ops::datasets(scope_.project), stop);
            if (!names) return fail(names.error());
            return std::string{};
          },
          server.verified));
    }
    checks.push_back({"authenticate", "Sign in", [this](std::stop_token stop) -> Result<std::string> {
                        const auto needed = connection_.sign_in(stop);
                        if (!needed) return fail(needed.error());
                        const auto judged = connection_.run(bigquery_ops::dry_run(query_of("SELECT 1")), stop);
                        if (!judged) return fail(of_place(judged.error()));
                        return (*needed ? "the credentials are accepted" : "no credentials are needed") +
                               std::string{", and queries may run in the project "} + scope_.billing_project;
                      }});
    checks.push_back({"version", "Read the version", [](std::stop_token) -> Result<std::string> {
                        return std::string{"Google BigQuery, REST API version 2"};
                      }});
    checks.push_back({"tables", "List tables", [this](std::stop_token stop) -> Result<std::string> {
                        const auto all = tables(stop);
                        if (!all) return fail(all.error());
                        return amount_of_tables(all->size());
                      }});
    return checks;
  }

 private:
  using Scan = PagedScan<Tr, bigquery_ops::Pages>;

  /// A query's page is a batch.
  static constexpr std::uint32_t page_rows = 50'000;
  static constexpr std::size_t most_known = 1000;

  /// What a table's description does not say of its columns.
  struct Known {
    std::vector<bigquery_api::Field> fields = {};
    std::vector<SqlColumn> columns = {};
    bool is_table = false;
  };

  static std::string kind_of(std::string_view type) {
    return type == "VIEW" || type == "MATERIALIZED_VIEW" ? "view" : "table";
  }

  static bool reads_directly(const Known& known, const ScanRequest& request) {
    return known.is_table && request.filters.empty() && !request.columns.empty();
  }

  [[nodiscard]] const Known* find(const RemoteTable& table) const {
    const auto found = known_.find({table.schema, table.name});
    return found == known_.end() ? nullptr : &found->second;
  }

  [[nodiscard]] std::string name_of(const RemoteTable& table) const {
    const std::string_view names[] = {scope_.project, table.schema, table.name};
    return qualified_name(google_sql, names);
  }

  [[nodiscard]] std::string statement(const RemoteTable& table, const Known& known, const ScanRequest& request) const {
    return select_text(google_sql, name_of(table), known.columns, request);
  }

  [[nodiscard]] bigquery_api::Query query_of(std::string text) const {
    return {.project = scope_.billing_project,
            .text = std::move(text),
            .default_project = scope_.project,
            .default_dataset = scope_.dataset,
            .location = scope_.location,
            .maximum_bytes_billed = scope_.maximum_bytes_billed,
            .wait = std::min(std::chrono::milliseconds{2'000}, scope_.limit / 2),
            .limit = scope_.limit,
            .page_rows = page_rows};
  }

  /// A refusal of a project or a dataset, with the field that names it.
  [[nodiscard]] Error of_place(Error error) const {
    if (error.kind != ErrorKind::forbidden && error.kind != ErrorKind::not_found) return error;
    const auto says = [&](std::string_view words) { return error.message.find(words) != std::string::npos; };
    const bool pays = scope_.billing_project != scope_.project && says(scope_.billing_project);
    const bool dataset = !scope_.dataset.empty() && says("Dataset ");
    return against(std::move(error), dataset ? "properties.dataset"
                                     : pays  ? "properties.billingProject"
                                             : "properties.project");
  }

  template <class Ask>
  Result<std::vector<bigquery_api::Name>> all_names(const Ask& ask, const std::stop_token& stop) {
    std::vector<bigquery_api::Name> names;
    std::string page;
    do {
      auto some = connection_.run(ask(page), stop);
      if (!some) return fail(std::move(some.error()));
      std::move(some->names.begin(), some->names.end(), std::back_inserter(names));
      page = std::move(some->cursor);
    } while (!page.empty());
    return names;
  }

  TokenConnection<Tr> connection_;
  TokenConnection<Tr> anonymous_;
  BigQueryScope scope_;
  std::map<std::pair<std::string, std::string>, Known> known_;
};

/// Opens the BigQuery that the settings say. No I/O.
/// @param settings Of connector `bigquery`, checked.
/// Errors: `invalid` for a service account's key that is none.
inline Result<std::unique_ptr<RemoteSource>> open_bigquery(const Settings& settings) {
  HttpServer server = HttpServer::of(datasource::bigquery, settings, "apiUrl");
  if (constexpr std::string_view version = "/bigquery/v2"; server.url.ends_with(version))
    server.url.resize(server.url.size() - version.size());
  if (server.url.empty()) server.url = bigquery_api::default_url;
  CurlOptions options = curl_options(settings);
  BigQueryScope scope{.project = setting(settings, "project"),
                      .dataset = setting(settings, "dataset"),
                      .billing_project = setting(settings, "billingProject"),
                      .location = setting(settings, "location"),
                      .limit = options.total_timeout};
  if (scope.billing_project.empty()) scope.billing_project = scope.project;
  if (settings.contains("maximumBytesBilled"))
    scope.maximum_bytes_billed = duration_setting(settings, "maximumBytesBilled", std::chrono::milliseconds{0}).count();

  const CurlTransport transport{std::move(options)};
  std::shared_ptr<TokenCache> tokens;
  std::string refused = "set properties.authentication";
  const std::string authentication = setting(settings, "authentication");
  if (authentication == "token") {
    tokens = fixed_token(setting(settings, "accessToken"));
    refused = "an access token lasts about an hour: set properties.accessToken to a new one";
  } else if (authentication == "service_account") {
    auto account = bigquery_api::read_service_account(setting(settings, "serviceAccountKey"));
    if (!account) return fail(std::move(account.error()));
    auto key = RsaKey::read(account->private_key, {}, "properties.serviceAccountKey");
    if (!key) return fail(std::move(key.error()));
    server.secrets.push_back(account->private_key);
    tokens = google_tokens(std::move(*account), std::move(*key), transport);
    refused = "check properties.serviceAccountKey";
  }
  server.signs_in = tokens != nullptr;
  TokenConnection<CurlTransport> connection{server, transport, std::move(tokens), std::move(refused)};
  TokenConnection<CurlTransport> anonymous{std::move(server), transport, nullptr, {}};
  return std::make_unique<BigQuerySource<CurlTransport>>(std::move(connection), std::move(anonymous), std::move(scope));
}

}  // namespace datasource::remote
