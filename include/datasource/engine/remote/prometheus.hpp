#pragma once

#include <datasource/connector/prometheus.hpp>
#include <datasource/engine/remote/http_source.hpp>
#include <datasource/engine/remote/prometheus_filters.hpp>
#include <datasource/engine/remote/prometheus_scan.hpp>
#include <datasource/federation/remote_source.hpp>
#include <datasource/operation/exchange.hpp>
#include <datasource/protocol/prometheus/columns.hpp>
#include <datasource/protocol/prometheus/promql.hpp>
#include <datasource/protocol/prometheus/query_text.hpp>
#include <datasource/protocol/prometheus/reply.hpp>
#include <datasource/protocol/prometheus/requests.hpp>
#include <datasource/protocol/prometheus/samples.hpp>
#include <datasource/transport/curl.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace datasource::remote {

/// Milliseconds since 1970 (UTC), now.
using NowFunction = std::function<std::int64_t()>;

/// What this machine's clock says.
inline NowFunction system_now() {
  return [] {
    using namespace std::chrono;
    return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
  };
}

/// The metrics of a Prometheus, each a table of schema `metrics` with the columns `timestamp`, `value` and one for each
/// label; a metric of native histograms also has `histogram`. Rows are the samples as they were scraped, not values at
/// steps. All samples that the server keeps are in the table: a statement that gives no first time reads back to the
/// oldest. One that gives no last time reads up to ten minutes from now, which leaves clocks room to differ.
template <Transport Tr>
class PrometheusSource final : public RemoteSource {
 public:
  /// The one schema.
  static constexpr std::string_view schema = "metrics";

  /// Does no I/O.
  PrometheusSource(HttpServer server, Tr transport, NowFunction now = system_now())
      : connection_{std::move(server), std::move(transport)}, now_{std::move(now)} {}

  [[nodiscard]] std::string default_schema() const override { return std::string{schema}; }

  [[nodiscard]] Result<std::vector<RemoteTable>> tables(std::stop_token stop) override {
    auto names = ask<std::vector<std::string>>(prom::metrics_request(), prom::read_names, stop);
    if (!names) return fail(std::move(names.error()));
    std::sort(names->begin(), names->end());
    std::vector<RemoteTable> tables;
    tables.reserve(names->size());
    for (std::string& name : *names) tables.push_back({.schema = std::string{schema}, .name = std::move(name)});
    return tables;
  }

  [[nodiscard]] Result<RemoteTable> describe(std::string_view in, std::string_view table,
                                             std::stop_token stop) override {
    const auto missing = [&] {
      return fail(ErrorKind::not_found,
                  connection_.server().system + " at " + connection_.server().url + " has no metric \"" +
                      std::string{table} + "\"" +
                      (in == schema ? "" : "; its metrics are in the schema \"" + std::string{schema} + '"'));
    };
    if (in != schema || table.empty()) return missing();
    auto labels =
        ask<std::vector<std::string>>(prom::labels_request(prom::selector(table, {})), prom::read_names, stop);
    if (!labels) return fail(std::move(labels.error()));
    if (labels->empty()) return missing();
    labels->erase(std::remove(labels->begin(), labels->end(), "__name__"), labels->end());
    const auto metadata = ask<prom::Metadata>(prom::metadata_request(std::string{table}), prom::read_metadata, stop);
    if (!metadata) return fail(metadata.error());
    const bool histograms = metadata->type == "histogram" || metadata->type == "gaugehistogram";
    return RemoteTable{.schema = std::string{schema},
                       .name = std::string{table},
                       .columns = remote_columns(prom::sample_columns(std::move(*labels), histograms))};
  }

  [[nodiscard]] bool applies(const RemoteTable& table, const Filter& filter) const override {
    return selects_exactly(table, filter);
  }

  [[nodiscard]] Result<std::unique_ptr<RemoteScan>> scan(const RemoteTable& table, const ScanRequest& request,
                                                         std::stop_token) override {
    std::vector<prom::SampleColumn> columns;
    for (const std::string& name : request.columns) {
      const auto found = std::find_if(table.columns.begin(), table.columns.end(),
                                      [&](const RemoteColumn& column) { return column.name == name; });
      if (found == table.columns.end())
        return fail(ErrorKind::not_found, "the metric \"" + table.name + "\" has no column \"" + name + '"');
      columns.push_back(prom::sample_column(found->name, found->type));
    }
    SampleSelection selection = select_samples(table, request.filters);
    const std::int64_t first = selection.from ? day : day / 24;
    bound(selection);
    return std::make_unique<PrometheusScan<Tr>>(connection_, std::move(selection), std::move(columns), first,
                                                request.limit);
  }

  [[nodiscard]] std::string request_text(const RemoteTable& table, const ScanRequest& request) const override {
    SampleSelection selection = select_samples(table, request.filters);
    std::string text = selection.selector;
    if (selection.none) return text + ", no samples";
    text += selection.from ? " from " + prom::time_text(std::clamp(*selection.from, oldest, latest)) : "";
    if (selection.to < std::numeric_limits<std::int64_t>::max())
      text += " to " + prom::time_text(std::clamp(selection.to, oldest, latest));
    if (request.limit) text += ", at most " + std::to_string(*request.limit) + " samples";
    return text;
  }

  [[nodiscard]] std::string_view native_language() const override { return "PromQL"; }

  /// An expression, evaluated now; or `{"query": "…", "time": …}` at a time, or `{"query": "…", "start": …, "end": …,
  /// "step": …}` at every step of a range. See protocol::prometheus::query_text.
  [[nodiscard]] Result<NativeResult> query(std::string_view text, std::stop_token stop) override {
    auto request = prom::query_text(text);
    if (!request) return fail(std::move(request.error()));
    auto samples = ask<prom::Samples>(std::move(*request), prom::read_samples, stop);
    if (!samples) return fail(std::move(samples.error()));
    std::vector<prom::SampleColumn> columns = prom::columns_of(*samples);
    std::vector<RemoteColumn> described = remote_columns(columns);
    return NativeResult{std::move(described),
                        std::make_unique<SampleScan>(prom::SampleRows{std::move(*samples), std::move(columns),
                                                                      std::numeric_limits<std::int64_t>::min()})};
  }

  [[nodiscard]] Address address() const override { return connection_.server().address(); }

  [[nodiscard]] std::vector<RemoteCheck> checks() override {
    const HttpServer& server = connection_.server();
    std::vector<RemoteCheck> checks;
    const auto sign_in = [this](std::stop_token stop) -> Result<std::string> {
      const auto one = ask<prom::Samples>(prom::query_request("vector(1)"), prom::read_samples, stop);
      if (!one) return fail(one.error());
      return std::string{connection_.server().signs_in ? "the credentials are accepted" : "no credentials are needed"};
    };
    if (server.encrypted()) checks.push_back(tls_check(sign_in, server.verified));
    checks.push_back({"authenticate", "Sign in", sign_in});
    checks.push_back({"version", "Read the version", [this](std::stop_token stop) -> Result<std::string> {
                        const auto version = ask<std::string>(prom::version_request(), prom::read_version, stop);
                        if (!version) return fail(version.error());
                        return version->empty() ? std::string{"Prometheus, of a version that it does not tell"}
                                                : "Prometheus " + *version;
                      }});
    checks.push_back({"tables", "List tables", [this](std::stop_token stop) -> Result<std::string> {
                        const auto all = tables(stop);
                        if (!all) return fail(all.error());
                        return amount_of_tables(all->size());
                      }});
    return checks;
  }

 private:
  static constexpr std::int64_t day = 86'400'000;
  static constexpr std::int64_t oldest = -2'208'988'800'000;  // 1900: durations end at 292 years
  static constexpr std::int64_t latest = 6'311'433'600'000;   // 2170
  static constexpr std::int64_t margin = 600'000;             // how far this machine's clock may be behind

  template <class T>
  Result<T> ask(HttpRequest request, typename Exchange<T>::Reader read, std::stop_token stop) {
    return connection_.run(Exchange<T>{std::move(request), read}, std::move(stop));
  }

  static std::vector<RemoteColumn> remote_columns(const std::vector<prom::SampleColumn>& columns) {
    std::vector<RemoteColumn> described;
    for (const prom::SampleColumn& column : columns) {
      described.push_back(
          {.name = column.name, .type = column.type(), .nullable = column.kind != prom::SampleColumn::Kind::timestamp});
    }
    return described;
  }

  void bound(SampleSelection& selection) const {
    if (selection.to == std::numeric_limits<std::int64_t>::max())
      selection.to = std::max(now_(), selection.from.value_or(0)) + margin;
    selection.to = std::clamp(selection.to, oldest, latest);
    selection.from = std::clamp(selection.from.value_or(0), oldest, latest);
  }

  HttpConnection<Tr> connection_;
  NowFunction now_;
};

/// Opens the Prometheus that the settings say. No I/O.
/// @param settings Of connector `prometheus`, checked.
inline Result<std::unique_ptr<RemoteSource>> open_prometheus(const Settings& settings) {
  HttpServer server = HttpServer::of(datasource::prometheus, settings, "prometheus.uri");
  CurlOptions options = curl_options(settings);
  const std::string type = setting(settings, "prometheus.auth.type");
  if (type == "basicauth") {
    server.sign_in(
        BasicAuth{setting(settings, "prometheus.auth.username"), setting(settings, "prometheus.auth.password")});
  } else if (type == "bearer") {
    server.sign_in(BearerAuth{setting(settings, "prometheus.auth.token")});
  } else if (type == "awssigv4") {
    server.signs_in = true;
    options.sign = AwsSigV4{.region = setting(settings, "prometheus.auth.region"),
                            .service = "aps",
                            .access_key_id = setting(settings, "prometheus.auth.access_key"),
                            .secret_access_key = setting(settings, "prometheus.auth.secret_key")};
  }
  return std::make_unique<PrometheusSource<CurlTransport>>(std::move(server), CurlTransport{std::move(options)});
}

}  // namespace datasource::remote
