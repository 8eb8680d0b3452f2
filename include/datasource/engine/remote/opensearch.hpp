#pragma once

#include <datasource/connector/opensearch.hpp>
#include <datasource/engine/remote/http_source.hpp>
#include <datasource/engine/remote/opensearch_native.hpp>
#include <datasource/engine/remote/opensearch_scan.hpp>
#include <datasource/federation/remote_source.hpp>
#include <datasource/protocol/opensearch/search/conditions.hpp>
#include <datasource/protocol/opensearch/search/mapping.hpp>
#include <datasource/protocol/opensearch/search/replies.hpp>
#include <datasource/protocol/opensearch/search/requests.hpp>
#include <datasource/transport/curl.hpp>

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace datasource::remote {

/// The indexes, aliases and data streams of an OpenSearch, each a table of schema `default`. A pattern (`logs-*`) or
/// several names with commas between them are a table too, and not listed. What the columns are: protocol::search's
/// table_of. A document of which a column of one value has several is an error, never a cut value.
template <Transport Tr>
class OpenSearchSource final : public RemoteSource {
 public:
  /// The one schema, named as Trino names it.
  static constexpr std::string_view schema = "default";

  /// Does no I/O.
  /// @param arrays  Fields that hold lists, beside those that documents show.
  /// @param readers Parts of an index that are read at once, at most.
  OpenSearchSource(HttpServer server, Tr transport, os::ArrayPaths arrays = {}, std::uint32_t readers = 4)
      : connection_{std::move(server), std::move(transport)}, arrays_{std::move(arrays)}, readers_{readers} {}

  [[nodiscard]] std::string default_schema() const override { return std::string{schema}; }

  [[nodiscard]] Result<std::vector<RemoteTable>> tables(std::stop_token stop) override {
    return connection_.run(
        Exchange<std::vector<RemoteTable>>{
            os::names_request(), [](const HttpResponse& response) { return os::read_names(response, schema); }},
        std::move(stop));
  }

  [[nodiscard]] Result<RemoteTable> describe(std::string_view in, std::string_view name,
                                             std::stop_token stop) override {
    if (in != schema || name.empty() || name.front() == '_') return missing(in, name);
    const std::string index{name};
    auto mappings =
        connection_.run(Exchange<datasource::detail::Json>{os::mapping_request(index), os::read_mappings}, stop);
    if (!mappings) {
      if (mappings.error().kind == ErrorKind::not_found) return missing(in, name);
      return fail(std::move(mappings.error()));
    }
    if (mappings->empty()) return missing(in, name);
    auto arrays = connection_.run(
        reading<os::ArrayPaths>(os::sample_request(index, sampled_documents), os::read_sample), std::move(stop));
    if (!arrays) return fail(std::move(arrays.error()));
    arrays->add_all(arrays_);
    const bool one = mappings->size() == 1 && mappings->begin().key() == index;
    auto table = os::table_of(*mappings, *arrays, one);
    if (!table) return fail(std::move(table.error()));
    RemoteTable described{.schema = std::string{schema}, .name = index, .kind = one ? "table" : "view"};
    for (const os::SearchColumn& column : table->columns) described.columns.push_back(column.column);
    const std::lock_guard lock{mutex_};
    known_.insert_or_assign(index, std::make_shared<const os::SearchTable>(std::move(*table)));
    return described;
  }

  [[nodiscard]] bool applies(const RemoteTable& table, const Filter& filter) const override {
    const auto known = find(table.name);
    if (!known) return false;
    const auto condition = os::condition_of(*known, filter);
    return condition && condition->exact;
  }

  [[nodiscard]] Result<std::unique_ptr<RemoteScan>> scan(const RemoteTable& table, const ScanRequest& request,
                                                         std::stop_token stop) override {
    if (!find(table.name)) {
      if (auto described = describe(table.schema, table.name, std::move(stop)); !described)
        return fail(std::move(described.error()));
    }
    const auto known = find(table.name);
    constexpr std::uint64_t unlimited = std::numeric_limits<std::uint64_t>::max();
    const std::uint64_t limit = request.limit.value_or(unlimited);
    if (request.columns.empty()) {
      return std::make_unique<CountScan<Tr>>(
          connection_, os::count_request(table.name, os::query_of(*known, request.filters)), limit);
    }
    SearchWork work{
        .index = table.name, .search = os::search_json(*known, request), .limit = limit, .readers = readers_};
    for (const std::string& name : request.columns) {
      const os::SearchColumn* column = known->column(name);
      if (column == nullptr)
        return fail(ErrorKind::not_found, "index \"" + table.name + "\" has no column \"" + name + '"');
      work.columns.push_back(*column);
    }
    return std::make_unique<OpenSearchScan<Tr>>(connection_, std::move(work));
  }

  [[nodiscard]] std::string request_text(const RemoteTable& table, const ScanRequest& request) const override {
    const auto known = find(table.name);
    if (!known) return "GET /" + table.name + "/_search";
    if (request.columns.empty()) {
      return "GET /" + table.name + "/_count " +
             datasource::detail::dump(datasource::detail::Json{{"query", os::query_of(*known, request.filters)}});
    }
    datasource::detail::OrderedJson search = os::search_json(*known, request);
    if (request.limit) search["size"] = *request.limit;
    return "GET /" + table.name + "/_search " + datasource::detail::dump(search);
  }

  [[nodiscard]] std::string_view native_language() const override { return "query DSL"; }

  /// A search body with the member `index`; see native_search.
  [[nodiscard]] Result<NativeResult> query(std::string_view text, std::stop_token stop) override {
    return native_search(connection_, text, std::move(stop));
  }

  [[nodiscard]] Address address() const override { return connection_.server().address(); }

  [[nodiscard]] std::vector<RemoteCheck> checks() override {
    const HttpServer& server = connection_.server();
    std::vector<RemoteCheck> checks;
    const auto sign_in = [this](std::stop_token stop) -> Result<std::string> {
      const auto info = who(std::move(stop));
      if (!info) return fail(info.error());
      return std::string{connection_.server().signs_in ? "the credentials are accepted" : "no credentials are needed"};
    };
    if (server.encrypted()) checks.push_back(tls_check(sign_in, server.verified));
    checks.push_back({"authenticate", "Sign in", sign_in});
    checks.push_back(
        {"version", "Read the version", [this](std::stop_token stop) { return version(std::move(stop)); }});
    checks.push_back({"tables", "List indexes", [this](std::stop_token stop) -> Result<std::string> {
                        const auto all = tables(std::move(stop));
                        if (!all) return fail(all.error());
                        return amount_of_tables(all->size());
                      }});
    return checks;
  }

 private:
  /// Enough to see which fields are lists, and read in a moment.
  static constexpr std::uint64_t sampled_documents = 100;

  Result<os::ServerInfo> who(std::stop_token stop) {
    return connection_.run(Exchange<os::ServerInfo>{os::info_request(), os::read_info}, std::move(stop));
  }

  Result<std::string> version(std::stop_token stop) {
    const auto info = who(std::move(stop));
    if (!info) return fail(info.error());
    const HttpServer& server = connection_.server();
    if (info->distribution != "opensearch") {
      return fail(ErrorKind::unsupported,
                  "what answers at " + server.url + " is no OpenSearch but " +
                      (info->distribution.empty() ? "perhaps an Elasticsearch" : info->distribution) + " of version " +
                      info->version + "; check " + server.url_field);
    }
    if (info->version.starts_with("1.") || info->version.starts_with("2.0.") || info->version.starts_with("2.1.") ||
        info->version.starts_with("2.2.") || info->version.starts_with("2.3.")) {
      return fail(ErrorKind::unsupported, "OpenSearch " + info->version +
                                              " keeps no point in time, which reading an index needs; use version "
                                              "2.4 or later");
    }
    return "OpenSearch " + info->version + ", cluster " + info->cluster;
  }

  [[nodiscard]] tl::unexpected<Error> missing(std::string_view in, std::string_view name) const {
    const HttpServer& server = connection_.server();
    return fail(ErrorKind::not_found,
                server.system + " at " + server.url + " has no index, alias or data stream \"" + std::string{name} +
                    '"' + (in == schema ? "" : "; all are in the schema \"" + std::string{schema} + '"'));
  }

  [[nodiscard]] std::shared_ptr<const os::SearchTable> find(const std::string& name) const {
    const std::lock_guard lock{mutex_};
    const auto found = known_.find(name);
    return found == known_.end() ? nullptr : found->second;
  }

  HttpConnection<Tr> connection_;
  os::ArrayPaths arrays_;
  std::uint32_t readers_;
  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<const os::SearchTable>> known_;
};

/// Opens the OpenSearch that the settings say. No I/O.
/// @param settings Of connector `opensearch`, checked.
inline Result<std::unique_ptr<RemoteSource>> open_opensearch(const Settings& settings) {
  HttpServer server = HttpServer::of(opensearch_connector, settings, "url");
  CurlOptions options = curl_options(settings);
  options.advice_on_length = "ask for fewer columns";
  const std::string type = setting(settings, "authentication");
  if (type == "basic") {
    server.sign_in(BasicAuth{setting(settings, "username"), setting(settings, "password")});
  } else if (type == "token") {
    server.sign_in(BearerAuth{setting(settings, "token")});
  } else if (type == "sigv4") {
    server.signs_in = true;
    options.sign = AwsSigV4{.region = setting(settings, "region"),
                            .service = setting(settings, "service"),
                            .access_key_id = setting(settings, "accessKey"),
                            .secret_access_key = setting(settings, "secretKey"),
                            .session_token = setting(settings, "sessionToken")};
  }
  os::ArrayPaths arrays;
  const std::string named = setting(settings, "arrayFields");
  for (std::size_t at = 0; at < named.size();) {
    const std::size_t end = std::min(named.find(',', at), named.size());
    std::string field = named.substr(at, end - at);
    field.erase(0, field.find_first_not_of(' '));
    field.erase(field.find_last_not_of(' ') + 1);
    if (!field.empty()) arrays.add(std::move(field));
    at = end + 1;
  }
  const auto readers = datasource::detail::whole_number(setting(settings, "maxConnections")).value_or(4);
  return std::make_unique<OpenSearchSource<CurlTransport>>(std::move(server), CurlTransport{std::move(options)},
                                                           std::move(arrays), static_cast<std::uint32_t>(readers));
}

}  // namespace datasource::remote
