#pragma once

#include <datasource/client/snowflake.hpp>
#include <datasource/connector/snowflake.hpp>
#include <datasource/detail/ascii.hpp>
#include <datasource/engine/remote/paged_scan.hpp>
#include <datasource/engine/remote/rsa_key.hpp>
#include <datasource/engine/remote/snowflake_catalog.hpp>
#include <datasource/engine/remote/sql_rows.hpp>
#include <datasource/engine/remote/token_connection.hpp>
#include <datasource/federation/remote_source.hpp>
#include <datasource/federation/sql_text.hpp>
#include <datasource/protocol/snowflake/read_only.hpp>
#include <datasource/transport/curl.hpp>

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace datasource::remote {

/// The tables of a Snowflake database: `schema.table`. A scan is a statement of the SQL API.
///
/// Names are matched exactly, else in any case, as unquoted names are in Snowflake. Of columns whose names differ in
/// case alone the first one is read.
template <Transport Tr>
class SnowflakeSource final : public RemoteSource {
 public:
  /// Does no I/O.
  /// @param session Where statements run; its database is the one that is read.
  SnowflakeSource(TokenConnection<Tr> connection, TokenConnection<Tr> anonymous, snowflake_api::Session session,
                  std::chrono::milliseconds limit)
      : connection_{std::move(connection)},
        anonymous_{std::move(anonymous)},
        session_{std::move(session)},
        database_{snowflake_api::stored_name(session_.database)},
        limit_{limit} {}

  [[nodiscard]] std::string default_schema() const override {
    return session_.schema.empty() ? "PUBLIC" : snowflake_api::stored_name(session_.schema);
  }

  [[nodiscard]] Result<std::vector<RemoteTable>> tables(std::stop_token stop) override {
    auto rows = all_rows(snowflake_tables_statement(database_), stop);
    if (!rows && rows.error().kind == ErrorKind::not_found)
      return fail(against(std::move(rows.error()), "properties.database"));
    if (!rows) return fail(std::move(rows.error()));
    return snowflake_tables(*rows);
  }

  [[nodiscard]] Result<RemoteTable> describe(std::string_view schema, std::string_view table,
                                             std::stop_token stop) override {
    const auto statement = snowflake_columns_statement(database_, schema, table);
    auto described = snowflake_table({}, schema, table);
    if (statement) {
      auto rows = all_rows(*statement, stop);
      if (!rows) return fail(std::move(rows.error()));
      described = snowflake_table(*rows, schema, table);
    }
    if (!described)
      return fail(ErrorKind::not_found, "the database " + database_ + " of Snowflake has no table " +
                                            std::string{schema} + '.' + std::string{table} + " that the role may read");
    if (known_.size() >= most_known) known_.clear();
    RemoteTable remote = described->table;
    known_.insert_or_assign({remote.schema, remote.name}, std::move(described->columns));
    return remote;
  }

  [[nodiscard]] bool applies(const RemoteTable& table, const Filter& filter) const override {
    const auto* columns = find(table);
    const SqlColumn* column = columns == nullptr ? nullptr : find_column(*columns, filter.column);
    return column != nullptr && filter_is_exact(snowflake_sql, *column, filter);
  }

  [[nodiscard]] Result<std::unique_ptr<RemoteScan>> scan(const RemoteTable& table, const ScanRequest& request,
                                                         std::stop_token stop) override {
    if (find(table) == nullptr) {
      if (auto described = describe(table.schema, table.name, stop); !described)
        return fail(std::move(described.error()));
    }
    return std::make_unique<Scan>(connection_, begin(request_text(table, request)), SqlRows{request});
  }

  [[nodiscard]] std::string request_text(const RemoteTable& table, const ScanRequest& request) const override {
    const std::string_view names[] = {database_, table.schema, table.name};
    const std::string name = qualified_name(snowflake_sql, names);
    const auto* columns = find(table);
    return columns == nullptr ? "SELECT … FROM " + name : select_text(snowflake_sql, name, *columns, request);
  }

  [[nodiscard]] std::string_view native_language() const override { return "Snowflake SQL"; }

  /// One SELECT, WITH, SHOW or DESCRIBE; see protocol::snowflake::check_reading.
  [[nodiscard]] Result<NativeResult> query(std::string_view text, std::stop_token stop) override {
    if (auto reads = snowflake_api::check_reading(text); !reads) return fail(std::move(reads.error()));
    auto pages = begin(std::string{text});
    auto first = connection_.page(pages, stop);
    if (!first) return fail(std::move(first.error()));
    NativeResult result{.columns = snowflake_result_columns(*first->columns)};
    SqlRows rows;
    if (auto taken = rows.add(std::move(first->rows)); !taken) return fail(std::move(taken.error()));
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
            auto pages = begin("SELECT 1");
            const auto page = anonymous_.page(pages, stop);
            if (!page) return fail(page.error());
            return std::string{};
          },
          server.verified));
    }
    checks.push_back({"authenticate", "Sign in", [this](std::stop_token stop) -> Result<std::string> {
                        const auto rows = all_rows("SELECT CURRENT_USER(), CURRENT_ROLE()", stop);
                        if (!rows) return fail(rows.error());
                        const std::string user = text_at(*rows, 0), role = text_at(*rows, 1);
                        return "the credentials are accepted" + (user.empty() ? "" : ", user " + user) +
                               (role.empty() ? "" : ", role " + role);
                      }});
    checks.push_back({"version", "Read the version", [this](std::stop_token stop) -> Result<std::string> {
                        const auto rows = all_rows("SELECT CURRENT_VERSION()", stop);
                        if (!rows) return fail(rows.error());
                        return "Snowflake " + text_at(*rows, 0);
                      }});
    checks.push_back({"tables", "List tables", [this](std::stop_token stop) -> Result<std::string> {
                        const auto all = tables(stop);
                        if (!all) return fail(all.error());
                        if (auto missing = missing_schema(*all, stop)) return fail(std::move(*missing));
                        return amount_of_tables(all->size());
                      }});
    return checks;
  }

 private:
  using Scan = PagedScan<Tr, snowflake_ops::Pages>;
  static constexpr std::size_t most_known = 1000;

  /// Why names without a schema cannot be read: the schema of the settings is not there. That of a user who set none
  /// need not be.
  std::optional<Error> missing_schema(const std::vector<RemoteTable>& all, const std::stop_token& stop) {
    const std::string schema = default_schema();
    const auto in_it = [&](const RemoteTable& table) { return table.schema == schema; };
    if (schema == "PUBLIC" || std::any_of(all.begin(), all.end(), in_it)) return std::nullopt;
    const auto statement = snowflake_schema_statement(database_, schema);
    const auto found = statement ? all_rows(*statement, stop) : Result<std::vector<ResultSet>>{};
    if (!found) return found.error();
    if (!text_at(*found, 0).empty()) return std::nullopt;
    return against({.kind = ErrorKind::not_found,
                    .message = "the database " + database_ + " has no schema " + schema + " that the role may use",
                    .status = 404},
                   "properties.schema");
  }

  static std::string text_at(const std::vector<ResultSet>& pages, std::size_t column) {
    if (pages.empty() || pages.front().row_count() == 0 || pages.front().columns().size() <= column) return {};
    const auto* texts = pages.front().columns()[column].values_as<TextValues>();
    return texts == nullptr ? std::string{} : std::string{(*texts)[0]};
  }

  [[nodiscard]] const std::vector<SqlColumn>* find(const RemoteTable& table) const {
    const auto found = known_.find({table.schema, table.name});
    return found == known_.end() ? nullptr : &found->second;
  }

  /// Snowflake ends a statement at the limit; should it not, this side does a little later.
  [[nodiscard]] snowflake_ops::Pages begin(std::string text) const {
    return snowflake_ops::query(
        {.text = std::move(text),
         .session = session_,
         .limit = std::max(std::chrono::seconds{1}, std::chrono::ceil<std::chrono::seconds>(limit_))},
        {.first_delay = std::chrono::milliseconds{50}, .limit = limit_});
  }

  Result<std::vector<ResultSet>> all_rows(std::string text, const std::stop_token& stop) {
    auto pages = begin(std::move(text));
    std::vector<ResultSet> rows;
    while (!pages.finished()) {
      auto page = connection_.page(pages, stop);
      if (!page) return fail(std::move(page.error()));
      rows.push_back(std::move(page->rows));
    }
    return rows;
  }

  TokenConnection<Tr> connection_;
  TokenConnection<Tr> anonymous_;
  snowflake_api::Session session_;
  std::string database_;
  std::chrono::milliseconds limit_;
  std::map<std::pair<std::string, std::string>, std::vector<SqlColumn>> known_;
};

/// Opens the Snowflake that the settings say. No I/O.
/// @param settings Of connector `snowflake`, checked.
/// Errors: `invalid` for a private key that is none.
inline Result<std::unique_ptr<RemoteSource>> open_snowflake(const Settings& settings) {
  HttpServer server = HttpServer::of(datasource::snowflake, settings, "accountUrl");
  const std::string account = setting(settings, "account");
  if (server.url.empty()) {
    server.url = snowflake_api::account_url(account);
    server.url_field = "properties.account";
  }
  const CurlTransport transport{curl_options(settings)};
  TokenConnection<CurlTransport> anonymous{server, transport, nullptr, {}};

  std::shared_ptr<TokenCache> tokens;
  std::string_view token_type = "OAUTH";
  std::string refused = "check properties.token";
  if (const std::string authentication = setting(settings, "authentication"); authentication == "keypair") {
    token_type = "KEYPAIR_JWT";
    refused =
        "check the account, the user name, and that the user's RSA_PUBLIC_KEY in Snowflake belongs to "
        "properties.privateKey";
    auto key = RsaKey::read(setting(settings, "privateKey"), setting(settings, "privateKeyPassphrase"),
                            "properties.privateKey");
    if (!key) return fail(std::move(key.error()));
    auto fingerprint = key->fingerprint();
    if (!fingerprint) return fail(std::move(fingerprint.error()));
    tokens = std::make_shared<TokenCache>([account, user = setting(settings, "username"),
                                           fingerprint = std::move(*fingerprint),
                                           key = std::move(*key)](const std::stop_token&) -> Result<TimedToken> {
      using namespace std::chrono;
      const auto now = duration_cast<seconds>(system_clock::now().time_since_epoch());
      auto token = snowflake_api::key_pair_token(account, user, fingerprint, now, key.signer());
      if (!token) return fail(std::move(token.error()));
      return TimedToken{std::move(*token), steady_clock::now() + snowflake_api::key_pair_lifetime - minutes{5}};
    });
  } else {
    if (authentication == "pat") token_type = "PROGRAMMATIC_ACCESS_TOKEN";
    tokens = fixed_token(setting(settings, "token"));
  }
  server.headers.emplace_back(snowflake_api::token_type_header, token_type);
  server.signs_in = true;
  TokenConnection<CurlTransport> connection{std::move(server), transport, std::move(tokens), std::move(refused)};
  return std::make_unique<SnowflakeSource<CurlTransport>>(
      std::move(connection), std::move(anonymous),
      snowflake_api::Session{.database = setting(settings, "database"),
                             .schema = setting(settings, "schema"),
                             .warehouse = setting(settings, "warehouse"),
                             .role = setting(settings, "role")},
      duration_setting(settings, "queryTimeout", std::chrono::milliseconds{60'000}));
}

}  // namespace datasource::remote
