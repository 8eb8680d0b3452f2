#include <datasource/engine/remote/opensearch.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace curl_opensearch_scan_test {

namespace ds = datasource;
namespace os = datasource::protocol::search;
using ds::detail::Json;

namespace {

/// A cluster of one index of 2500 documents in three shards, as far as a scan looks.
struct Cluster {
  struct State {
    std::mutex mutex;
    std::vector<std::string> targets;
    bool knows_page_order = true;
    std::uint64_t window = 10'000;
    int scrolled = 0;
  };
  std::shared_ptr<State> state = std::make_shared<State>();

  static ds::HttpResponse reply(const Json& json, int status = 200) {
    return {.status = status, .headers = {}, .body = json.dump()};
  }
  static ds::HttpResponse refuse(const std::string& reason) {
    return reply({{"error", {{"root_cause", {{{"type", "x"}, {"reason", reason}}}}, {"reason", "all shards failed"}}}},
                 400);
  }
  static Json hit(int number) {
    return {{"_id", std::to_string(number)}, {"fields", {{"n", {number}}}}, {"sort", {number}}};
  }

  ds::Result<ds::HttpResponse> send(const ds::HttpRequest& request, const std::stop_token&) {
    const std::lock_guard lock{state->mutex};
    state->targets.push_back(request.method + ' ' + request.target);
    const Json body = request.body.empty() ? Json{} : Json::parse(request.body);
    if (request.target == "/i/_mapping")
      return reply({{"i", {{"mappings", {{"properties", {{"n", {{"type", "integer"}}}}}}}}}});
    if (request.target.find("point_in_time?") != std::string::npos)
      return reply({{"pit_id", "p"}, {"_shards", {{"total", 3}}}});
    if (request.method == "DELETE") return reply(Json::object());
    if (request.target.find("filter_path") != std::string::npos) return reply(Json::object());
    if (request.target.starts_with("/i/_count")) return reply({{"count", 2500}});
    if (request.target.find("scroll") != std::string::npos) return scroll();
    if (!state->knows_page_order) return refuse("No mapping found for [_shard_doc] in order to sort on");
    const auto size = body["size"].get<std::uint64_t>();
    if (size > state->window)
      return refuse("Result window is too large, from + size must be less than or equal to: [" +
                    std::to_string(state->window) + "] but was [" + std::to_string(size) + "].");
    const int shard = body.contains("slice") ? body["slice"]["id"].get<int>() : 0;
    const int shards = body.contains("slice") ? body["slice"]["max"].get<int>() : 1;
    Json hits = Json::array();
    for (int n = body.contains("search_after") ? body["search_after"][0].get<int>() + 1 : 0; n < 2500; ++n) {
      if (hits.size() == size) break;
      if (n % shards == shard) hits.push_back(hit(n));
    }
    return reply({{"hits", {{"hits", hits}}}});
  }

  ds::HttpResponse scroll() {
    Json hits = Json::array();
    for (int n = 0; n < 1000 && state->scrolled < 2500; ++n) hits.push_back(hit(state->scrolled++));
    return reply({{"_scroll_id", "s"}, {"hits", {{"hits", hits}}}});
  }

  [[nodiscard]] std::ptrdiff_t asked(const std::string& target) const {
    return std::count(state->targets.begin(), state->targets.end(), target);
  }
};

struct Opened {
  Cluster cluster = {};
  ds::remote::OpenSearchSource<Cluster> source{{.system = "OpenSearch", .url = "http://db1"}, cluster};
  ds::RemoteTable table = source.describe("default", "i", {}).value();

  std::unique_ptr<ds::RemoteScan> scan(std::vector<std::string> columns, std::optional<std::uint64_t> limit = {}) {
    return std::move(source.scan(table, {"default", "i", std::move(columns), {}, limit}, {}).value());
  }
};

/// The numbers of all batches, in order.
std::vector<std::int32_t> numbers(ds::RemoteScan& scan) {
  std::vector<std::int32_t> all;
  while (auto batch = scan.next({}).value()) {
    const auto* values = batch->columns().at(0).values_as<std::vector<std::int32_t>>();
    all.insert(all.end(), values->begin(), values->end());
  }
  std::sort(all.begin(), all.end());
  return all;
}

std::vector<std::int32_t> every_number() {
  std::vector<std::int32_t> all(2500);
  for (std::int32_t n = 0; n < 2500; ++n) all[static_cast<std::size_t>(n)] = n;
  return all;
}

}  // namespace

TEST_CASE("the shards of an index are read side by side, each document once, and the point in time is ended") {
  Opened opened;
  auto scan = opened.scan({"n"});
  CHECK(numbers(*scan) == every_number());
  scan.reset();
  CHECK(opened.cluster.asked("DELETE /_search/point_in_time") == 1);
}

TEST_CASE("an index that gives few documents at once is asked for fewer") {
  Opened opened;
  opened.cluster.state->window = 300;
  CHECK(numbers(*opened.scan({"n"})) == every_number());
}

TEST_CASE("a server that cannot order pages of a point in time is read by one scroll") {
  Opened opened;
  opened.cluster.state->knows_page_order = false;
  CHECK(numbers(*opened.scan({"n"})) == every_number());
  CHECK(opened.cluster.asked("DELETE /_search/scroll") == 1);
}

TEST_CASE("a limit asks for no more, and a scan without columns for the number alone") {
  Opened opened;
  CHECK(numbers(*opened.scan({"n"}, 7)).size() == 7);
  auto counted = opened.scan({});
  std::size_t rows = 0;
  while (auto batch = counted->next({}).value()) rows += batch->row_count();
  CHECK(rows == 2500);
}

TEST_CASE("a scan that is given up half way ends its readers and the point in time") {
  Opened opened;
  auto scan = opened.scan({"n"});
  REQUIRE(scan->next({}).value());
  std::stop_source stop;
  stop.request_stop();
  scan.reset();
  CHECK(opened.cluster.asked("DELETE /_search/point_in_time") == 1);
  auto stopped = opened.scan({"n"});
  CHECK(stopped->next(stop.get_token()).error().kind == ds::ErrorKind::cancelled);
}

}  // namespace curl_opensearch_scan_test
