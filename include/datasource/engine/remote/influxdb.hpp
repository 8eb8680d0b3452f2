#pragma once

#include <datasource/connector/influxdb.hpp>
#include <datasource/engine/remote/http_source.hpp>
#include <datasource/engine/remote/influxdb_filters.hpp>
#include <datasource/engine/remote/influxdb_native.hpp>
#include <datasource/engine/remote/influxdb_pages.hpp>
#include <datasource/engine/remote/influxdb_scan.hpp>
#include <datasource/engine/remote/influxdb_tables.hpp>
#include <datasource/federation/remote_source.hpp>
#include <datasource/operation/exchange.hpp>
#include <datasource/protocol/influxdb/reply.hpp>
#include <datasource/protocol/influxdb/requests.hpp>
#include <datasource/protocol/influxdb/statements.hpp>
#include <datasource/transport/curl.hpp>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace datasource::remote {

/// The measurements of an InfluxDB, each a table of `time`, tags and fields. A row is a point: all fields of one time
/// and one set of tags. Times are cut to microseconds.
///
/// The schema is the database (version 1; the retention policy is the one of the settings, or the default; measurements
/// of the others are in schemas of their names), the bucket (version 2), or `iox` (version 3).
template <Transport Tr>
class InfluxSource final : public RemoteSource {
 public:
  /// Does no I/O.
  InfluxSource(HttpServer server, InfluxTarget target, Tr transport)
      : connection_{std::move(server), std::move(transport)}, target_{std::move(target)} {}

  [[nodiscard]] std::string default_schema() const override {
    return target_.version == InfluxVersion::v1   ? target_.database
           : target_.version == InfluxVersion::v2 ? target_.bucket
                                                  : "iox";
  }

  [[nodiscard]] Result<std::vector<RemoteTable>> tables(std::stop_token stop) override {
    auto tables = target_.version == InfluxVersion::v1 ? influxql_tables(stop) : other_tables(stop);
    if (!tables) return tables;
    std::sort(tables->begin(), tables->end(), [](const RemoteTable& a, const RemoteTable& b) {
      return std::tie(a.schema, a.name) < std::tie(b.schema, b.name);
    });
    return tables;
  }

  [[nodiscard]] Result<RemoteTable> describe(std::string_view schema, std::string_view table,
                                             std::stop_token stop) override {
    auto described = described_table(std::string{schema}, std::string{table}, stop);
    if (!described) return described;
    if (described->columns.empty()) {
      return fail(ErrorKind::not_found, connection_.server().system + " at " + connection_.server().url +
                                            " has no measurement \"" + std::string{table} + "\" in \"" +
                                            std::string{schema} + '"');
    }
    return described;
  }

  [[nodiscard]] bool applies(const RemoteTable& table, const Filter& filter) const override {
    InfluxSelection selection;
    return take_filter(selection, target_.version, table, filter);
  }

  [[nodiscard]] Result<std::unique_ptr<RemoteScan>> scan(const RemoteTable& table, const ScanRequest& request,
                                                         std::stop_token) override {
    std::vector<InfluxColumn> columns;
    std::vector<std::size_t> output;
    for (const std::string& name : request.columns) {
      const auto found = std::find_if(table.columns.begin(), table.columns.end(),
                                      [&](const RemoteColumn& column) { return column.name == name; });
      if (found == table.columns.end())
        return fail(ErrorKind::not_found, "the measurement \"" + table.name + "\" has no column \"" + name + '"');
      const InfluxColumn column = influx_column(*found);
      if (column.kind == InfluxColumn::Kind::time) {
        output.push_back(0);
        continue;
      }
      const auto same = [&](const InfluxColumn& one) { return one.name == column.name; };
      const auto known = std::find_if(columns.begin(), columns.end(), same);
      output.push_back(static_cast<std::size_t>(known - columns.begin()) + 1);
      if (known == columns.end()) columns.push_back(column);
    }
    return std::make_unique<InfluxScan<Tr>>(
        connection_,
        InfluxPages{target_, table, std::move(columns), select_rows(target_.version, table, request.filters)},
        std::move(output), request.limit);
  }

  [[nodiscard]] std::string request_text(const RemoteTable& table, const ScanRequest& request) const override {
    std::vector<InfluxColumn> columns;
    for (const RemoteColumn& column : table.columns) {
      const bool wanted =
          std::find(request.columns.begin(), request.columns.end(), column.name) != request.columns.end();
      if (wanted && column.type != Type::timestamp) columns.push_back(influx_column(column));
    }
    return InfluxPages{target_, table, std::move(columns), select_rows(target_.version, table, request.filters)}
        .statement(std::nullopt, request.limit);
  }

  [[nodiscard]] std::string_view native_language() const override {
    return target_.version == InfluxVersion::v1 ? "InfluxQL" : target_.version == InfluxVersion::v2 ? "Flux" : "SQL";
  }

  /// InfluxQL on version 1, Flux (or, of a text that begins with SELECT or SHOW, InfluxQL) on version 2, SQL on 3. A
  /// text that may write is refused.
  [[nodiscard]] Result<NativeResult> query(std::string_view text, std::stop_token stop) override {
    auto native = influx_native(target_, text);
    if (!native) return fail(std::move(native.error()));
    const auto body = connection_.run(Exchange<std::string>{std::move(native->request), influx::read_body}, stop);
    if (!body) return fail(body.error());
    auto result = read_native(native->format, *body);
    if (!result) return fail(connection_.server().explain(std::move(result.error())));
    return result;
  }

  [[nodiscard]] Address address() const override { return connection_.server().address(); }

  [[nodiscard]] std::vector<RemoteCheck> checks() override {
    const HttpServer& server = connection_.server();
    std::vector<RemoteCheck> checks;
    const auto version = [this](std::stop_token stop) {
      return connection_.run(Exchange<std::string>{influx::ping_request(), influx::read_version}, stop);
    };
    if (server.encrypted()) checks.push_back(tls_check(version, server.verified));
    checks.push_back(
        {"authenticate", "Sign in", [this, version](std::stop_token stop) -> Result<std::string> {
           const auto found = version(stop);
           if (!found) return fail(found.error());
           if (auto other = other_version(*found)) return fail(std::move(*other));
           const auto body = connection_.run(Exchange<std::string>{first_question(), influx::read_body}, stop);
           if (!body) return fail(of_place(body.error()));
           const auto rows = detail::read_texts(target_.version, *body, {});
           if (!rows) return fail(of_place(connection_.server().explain(rows.error())));
           return (connection_.server().signs_in ? "the credentials are accepted, " : "no credentials are needed, ") +
                  place();
         }});
    checks.push_back({"version", "Read the version", [version](std::stop_token stop) -> Result<std::string> {
                        const auto found = version(stop);
                        if (!found) return fail(found.error());
                        return "InfluxDB " + *found;
                      }});
    checks.push_back({"tables", "List tables", [this](std::stop_token stop) -> Result<std::string> {
                        const auto all = tables(stop);
                        if (!all) return fail(all.error());
                        return amount_of_tables(all->size());
                      }});
    return checks;
  }

 private:
  [[nodiscard]] Result<std::string> ask(HttpRequest request, std::stop_token stop) {
    return connection_.run(Exchange<std::string>{std::move(request), influx::read_body}, std::move(stop));
  }
  [[nodiscard]] HttpRequest influxql(std::string_view statement) const {
    return influx::influxql_request(target_.database, target_.retention_policy, statement);
  }
  [[nodiscard]] HttpRequest flux(std::string_view rest) const {
    return influx::flux_request(target_.organization,
                                "from(bucket: " + influx::flux_text(target_.bucket) +
                                    ")\n  |> range(start: " + detail::nanosecond_text(detail::first_nanosecond) +
                                    ", stop: " + detail::nanosecond_text(detail::last_nanosecond) + ")\n" +
                                    std::string{rest});
  }
  [[nodiscard]] HttpRequest sql(std::string_view statement) const {
    return influx::sql_request(target_.database, statement);
  }

  /// Something small that needs the credentials and the database.
  [[nodiscard]] HttpRequest first_question() const {
    switch (target_.version) {
      case InfluxVersion::v1: return influxql("SHOW RETENTION POLICIES");
      case InfluxVersion::v2: return flux("  |> limit(n: 1)\n  |> keep(columns: [\"_measurement\"])\n  |> limit(n: 1)");
      case InfluxVersion::v3: break;
    }
    return sql("SELECT 1");
  }

  [[nodiscard]] std::string place() const {
    return target_.version == InfluxVersion::v2 ? "bucket " + target_.bucket : "database " + target_.database;
  }

  /// The server's words that something of the settings is not there, with the field that names it.
  [[nodiscard]] Error of_place(Error error) const {
    if (error.kind != ErrorKind::not_found) return error;
    const auto says = [&](std::string_view words) { return error.message.find(words) != std::string::npos; };
    return against(std::move(error), says("retention policy")               ? "properties.retentionPolicy"
                                     : says("organization")                 ? "properties.organization"
                                     : target_.version == InfluxVersion::v2 ? "properties.bucket"
                                                                            : "properties.database");
  }

  /// What to do when the server is of another version than the source says.
  [[nodiscard]] std::optional<Error> other_version(const std::string& found) const {
    const int wanted = static_cast<int>(target_.version);
    const int major = found.front() - '0';
    // Version 3 in the cloud tells no such number.
    if (found.size() < 2 || found[1] != '.' || major == wanted || major < 1 || major > 3) return std::nullopt;
    return Error{.kind = ErrorKind::invalid,
                 .message = "the server is InfluxDB " + found + ", and the source says version " +
                            std::to_string(wanted) + "; set properties.version to " + std::to_string(major),
                 .status = 400,
                 .field = "properties.version"};
  }

  Result<std::vector<RemoteTable>> influxql_tables(std::stop_token stop) {
    auto body = ask(influxql("SHOW RETENTION POLICIES"), stop);
    if (!body) return fail(std::move(body.error()));
    const auto policies = detail::read_texts(InfluxVersion::v1, *body, {"name", "default"});
    if (!policies) return fail(connection_.server().explain(policies.error()));
    std::vector<RemoteTable> tables;
    const auto add = [&](std::string_view statement, const std::string& schema,
                         std::string_view name_column) -> std::optional<Error> {
      const auto reply = ask(influxql(statement), stop);
      if (!reply) return reply.error();
      const auto names = detail::read_texts(InfluxVersion::v1, *reply, {"name"}, name_column);
      if (!names) return connection_.server().explain(names.error());
      for (const auto& name : *names) tables.push_back({.schema = schema, .name = name[0]});
      return std::nullopt;
    };
    // The list of measurements is of the whole database. Which of them a policy has, only its rows tell.
    if (policies->size() <= 1) {
      if (auto problem = add("SHOW MEASUREMENTS", target_.database, {})) return fail(std::move(*problem));
      return tables;
    }
    for (const auto& policy : *policies) {
      const bool own = target_.retention_policy.empty() ? policy[1] == "true" : policy[0] == target_.retention_policy;
      if (!own && policy[0] == target_.database) continue;  // its name is taken
      if (auto problem = add("SELECT * FROM " + influx::influxql_name(policy[0]) + "./.*/ LIMIT 1",
                             own ? target_.database : policy[0], "name"))
        return fail(std::move(*problem));
    }
    return tables;
  }

  Result<std::vector<RemoteTable>> other_tables(std::stop_token stop) {
    const bool is_flux = target_.version == InfluxVersion::v2;
    const auto body = ask(is_flux ? flux("  |> keep(columns: [\"_measurement\"])\n  |> group()\n"
                                         "  |> distinct(column: \"_measurement\")")
                                  : sql("SELECT table_name FROM information_schema.tables WHERE table_schema = 'iox'"),
                          stop);
    if (!body) return fail(body.error());
    const auto names = detail::read_texts(target_.version, *body, {is_flux ? "_value" : "table_name"});
    if (!names) return fail(connection_.server().explain(names.error()));
    std::vector<RemoteTable> tables;
    for (const auto& name : *names) tables.push_back({.schema = default_schema(), .name = name[0]});
    return tables;
  }

  /// What a reader found wrong with a reply, in the words for people; what `ask` gives has them already.
  Result<RemoteTable> explained(Result<RemoteTable> table) const {
    if (!table) return fail(connection_.server().explain(std::move(table.error())));
    return table;
  }

  /// Without columns when there is no such measurement.
  Result<RemoteTable> described_table(std::string schema, std::string table, std::stop_token stop) {
    if (target_.version == InfluxVersion::v1) {
      const std::string from = (schema == target_.database ? std::string{} : influx::influxql_name(schema) + '.') +
                               influx::influxql_name(table);
      const auto body = ask(influxql("SHOW TAG KEYS FROM " + from + "; SHOW FIELD KEYS FROM " + from), stop);
      if (!body) return fail(body.error());
      return explained(read_influxql_table(*body, std::move(schema), std::move(table)));
    }
    if (schema != default_schema()) return RemoteTable{};
    if (target_.version == InfluxVersion::v2) {
      const std::string filter = "  |> filter(fn: (r) => r[\"_measurement\"] == " + influx::flux_text(table) + ")\n";
      const auto tags = ask(flux(filter + "  |> keys()\n  |> keep(columns: [\"_value\"])\n  |> distinct()"), stop);
      if (!tags) return fail(tags.error());
      const auto fields = ask(
          flux(filter + "  |> last()\n  |> keep(columns: [\"_field\", \"_value\"])\n  |> group(columns: [\"_field\"])"),
          stop);
      if (!fields) return fail(fields.error());
      return explained(read_flux_table(*tags, *fields, std::move(schema), std::move(table)));
    }
    const auto body = ask(sql("SELECT column_name, data_type FROM information_schema.columns WHERE table_schema = " +
                              influx::sql_text(schema) + " AND table_name = " + influx::sql_text(table)),
                          stop);
    if (!body) return fail(body.error());
    return explained(read_sql_table(*body, std::move(schema), std::move(table)));
  }

  HttpConnection<Tr> connection_;
  InfluxTarget target_;
};

/// Opens the InfluxDB that the settings say. No I/O.
/// @param settings Of connector `influxdb`, checked.
inline Result<std::unique_ptr<RemoteSource>> open_influxdb(const Settings& settings) {
  HttpServer server = HttpServer::of(datasource::influxdb, settings, "url");
  const std::string version = setting(settings, "version");
  InfluxTarget target{.version = version == "1"   ? InfluxVersion::v1
                                 : version == "3" ? InfluxVersion::v3
                                                  : InfluxVersion::v2,
                      .database = setting(settings, "database"),
                      .retention_policy = setting(settings, "retentionPolicy"),
                      .organization = setting(settings, "organization"),
                      .bucket = setting(settings, "bucket")};
  const std::string token = setting(settings, "token");
  if (const std::string username = setting(settings, "username"); token.empty() && !username.empty()) {
    server.sign_in(BasicAuth{username, setting(settings, "password")});
  } else if (!token.empty() && target.version == InfluxVersion::v3) {
    server.sign_in(BearerAuth{token});
  } else if (!token.empty()) {
    server.headers.emplace_back("Authorization", "Token " + token);
    server.signs_in = true;
  }
  return std::make_unique<InfluxSource<CurlTransport>>(std::move(server), std::move(target),
                                                       CurlTransport{curl_options(settings)});
}

}  // namespace datasource::remote
