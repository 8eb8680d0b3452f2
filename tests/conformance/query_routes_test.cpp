#include <datasource/datasource.hpp>
#include <datasource/transport/recording.hpp>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>

namespace query_routes_test {

namespace ds = datasource;
using Json = nlohmann::json;

namespace {

ds::Story story(std::string_view name) {
  std::ifstream file{DATASOURCE_RECORDINGS "/opensearch-3.4.0.json"};
  const std::string text{std::istreambuf_iterator<char>{file}, {}};
  const auto stories = ds::read_recordings(text);
  REQUIRE(stories);
  const auto found =
      std::find_if(stories->begin(), stories->end(), [&](const ds::Story& each) { return each.name == name; });
  REQUIRE(found != stories->end());
  return *found;
}

/// Walks a story: the request that is built must be the next one of the recording, and its reply is what comes back.
class Walk {
 public:
  explicit Walk(std::string_view name) : story_{story(name)} {}

  const ds::HttpResponse& with(const ds::Result<ds::HttpRequest>& request) {
    REQUIRE(request);
    REQUIRE(at_ < story_.exchanges.size());
    const ds::HttpRequest& recorded = story_.exchanges[at_].request;
    INFO(story_.name << ", exchange " << at_);
    CHECK(request->method == recorded.method);
    CHECK(ds::decode_segment(request->target) == recorded.target);
    CHECK(request->body.empty() == recorded.body.empty());
    if (!recorded.body.empty()) CHECK(Json::parse(request->body) == Json::parse(recorded.body));
    return story_.exchanges[at_++].response;
  }

  /// Passes over an exchange that no builder makes, since it breaks a rule or is another API's.
  const ds::HttpResponse& skip(std::string_view path) {
    REQUIRE(at_ < story_.exchanges.size());
    REQUIRE(story_.exchanges[at_].request.target == path);
    return story_.exchanges[at_++].response;
  }

  ds::HttpResponse sql(const char* text) { return with(ds::query_request({.text = text})); }
  ds::HttpResponse ppl(const char* text) {
    return with(ds::query_request({.language = ds::Language::ppl, .text = text}));
  }

  [[nodiscard]] const ds::HttpRequest& next() const { return story_.exchanges.at(at_).request; }
  [[nodiscard]] bool finished() const { return at_ == story_.exchanges.size(); }

 private:
  ds::Story story_;
  std::size_t at_ = 0;
};

/// Statements that are in the recording, taken from there.
ds::HttpResponse as_recorded(Walk& walk) {
  const ds::HttpRequest& next = walk.next();
  const auto language = next.target.starts_with("/_plugins/_ppl") ? ds::Language::ppl : ds::Language::sql;
  return walk.with(ds::query_request({.language = language, .text = Json::parse(next.body)["query"]}));
}

std::size_t rows(const ds::HttpResponse& response) {
  const auto result = ds::protocol::read_result(response);
  if (!result) FAIL(result.error().message);
  return result->row_count();
}

ds::Error error(const ds::HttpResponse& response) {
  const auto result = ds::protocol::read_result(response);
  REQUIRE_FALSE(result);
  return result.error();
}

}  // namespace

TEST_CASE("the recorded pages are asked for and read to the end, and a cursor is closed") {
  Walk walk{"sql cursor paging"};
  const auto first = ds::protocol::read_page(
      walk.with(ds::query_request({.text = "SELECT name, age FROM people ORDER BY age", .fetch_size = 11})));
  REQUIRE(first);
  const auto second = ds::protocol::read_page(walk.with(ds::protocol::next_page_request(first->cursor)));
  REQUIRE(second);
  const auto third = ds::protocol::read_page(walk.with(ds::protocol::next_page_request(second->cursor)));
  REQUIRE(third);
  CHECK(first->rows.row_count() + second->rows.row_count() + third->rows.row_count() == 30);
  CHECK(third->cursor.empty());
  const auto other =
      ds::protocol::read_page(walk.with(ds::query_request({.text = "SELECT name FROM people", .fetch_size = 5})));
  REQUIRE(other);
  CHECK(ds::protocol::read_closed(walk.with(ds::protocol::close_request(other->cursor))).value());
  CHECK(ds::protocol::read_page(walk.with(ds::protocol::next_page_request(other->cursor))).error().kind ==
        ds::ErrorKind::not_found);
  CHECK(ds::protocol::read_page(walk.with(ds::protocol::next_page_request("garbage"))).error().message ==
        "Unsupported cursor");
  CHECK(ds::protocol::read_closed(walk.with(ds::protocol::close_request("garbage"))).error().type ==
        "UnsupportedOperationException");
  CHECK(walk.finished());
}

TEST_CASE("a client pages through the recording") {
  ds::Client client{ds::ReplayTransport{std::make_shared<const ds::Story>(story("sql cursor paging"))}};
  std::size_t total = 0;
  int pages = 0;
  for (const auto& page : client.pages("SELECT name, age FROM people ORDER BY age", 11)) {
    REQUIRE(page);
    total += page->row_count();
    ++pages;
  }
  CHECK(total == 30);
  CHECK(pages == 3);
}

TEST_CASE("every statement of the recording \"sql\" is built as it was sent and its reply is read") {
  Walk walk{"sql"};
  CHECK(error(as_recorded(walk)).message == "Memory circuit is broken.");
  CHECK(rows(walk.sql("SELECT * FROM people WHERE age = 25")) == 1);
  CHECK(rows(walk.sql("SELECT addr.city, COUNT(*) c, AVG(score) FROM people GROUP BY addr.city")) == 3);
  CHECK(rows(walk.sql("SHOW TABLES LIKE people")) == 1);
  CHECK(rows(walk.sql("DESCRIBE TABLES LIKE people")) > 0);
  const char* bios = "SELECT name, bio FROM people ORDER BY name LIMIT 3";
  CHECK(ds::protocol::read_text(walk.with(ds::query_request({.text = bios, .format = ds::Format::csv})))
            ->starts_with("name,bio\np00,\np01,\"Line \"\"1\"\""));
  CHECK(ds::protocol::read_text(walk.with(ds::query_request({.text = bios, .format = ds::Format::raw})))
            ->starts_with("name|bio\np00|\n"));
  CHECK(error(walk.skip("/_plugins/_sql?format=json")).type == "IllegalArgumentException");
  CHECK(rows(walk.skip("/_plugins/_sql?format=jdbc")) == 1);
  CHECK(error(walk.skip("/_plugins/_sql?format=viz")).kind == ds::ErrorKind::invalid);
  const auto plan = ds::protocol::read_explain(
      walk.with(ds::protocol::explain_request({.text = "SELECT name FROM people WHERE age > 30"})));
  CHECK(Json::parse(plan.value())["root"]["name"] == "ProjectOperator");
  CHECK(rows(walk.sql("SELECT 1")) == 1);
  CHECK(rows(as_recorded(walk)) == 1);
  int failures = 0;
  while (!walk.next().body.empty() && walk.next().target == "/_plugins/_sql" &&
         Json::parse(walk.next().body, nullptr, false).contains("query") &&
         !Json::parse(walk.next().body).contains("filter")) {
    CHECK_FALSE(error(as_recorded(walk)).message.empty());
    ++failures;
  }
  CHECK(failures == 4);
  CHECK(error(walk.skip("/_plugins/_sql")).message == "Failed to parse request payload");
  CHECK(error(walk.skip("/_plugins/_sql")).message == "Failed to parse request payload");
  CHECK(error(walk.skip("/_plugins/_sql")).status == 405);
  CHECK(rows(walk.skip("/_plugins/_sql")) == 1);
  CHECK(rows(walk.with(ds::query_request(
            {.text = "SELECT name FROM people WHERE age > ? ORDER BY name", .parameters = {45}}))) == 4);
  CHECK(ds::protocol::read_statistics(walk.with(ds::protocol::statistics_request(ds::Language::sql)))
            ->at("request_total") == 55);
  CHECK(ds::protocol::read_statistics(walk.skip("/_plugins/_sql/stats"))->size() == 37);
  CHECK(error(walk.skip("/people_nope")).kind == ds::ErrorKind::not_found);
  CHECK(walk.finished());
}

TEST_CASE("every statement of the recording \"ppl\" is built as it was sent and its reply is read") {
  Walk walk{"ppl"};
  for (const std::size_t count : {4U, 3U}) CHECK(rows(as_recorded(walk)) == count);
  CHECK(rows(walk.ppl("describe people")) > 0);
  CHECK(rows(walk.ppl("source=people | eval x = age * 2 | fields x | head 2")) == 2);
  const auto text = [&](const char* statement, ds::Format format) {
    return ds::protocol::read_text(
               walk.with(ds::query_request({.language = ds::Language::ppl, .text = statement, .format = format})))
        .value();
  };
  CHECK(text("source=people | fields name, bio | sort name | head 2", ds::Format::csv).starts_with("name,bio\np00,\n"));
  CHECK(text("source=people | fields name | sort name | head 2", ds::Format::raw) == "name\np00\np01");
  const auto plan = ds::protocol::read_explain(walk.with(ds::protocol::explain_request(
      {.language = ds::Language::ppl, .text = "source=people | where age > 30 | fields name"})));
  CHECK(Json::parse(plan.value())["calcite"].contains("physical"));
  CHECK(error(walk.ppl("source=people | nocommand")).type == "SyntaxCheckException");
  CHECK(error(walk.ppl("source=nope")).kind == ds::ErrorKind::not_found);
  CHECK(error(walk.skip("/_plugins/_ppl")).message == "Failed to parse request payload");
  CHECK(error(as_recorded(walk)).kind == ds::ErrorKind::server);
  CHECK(ds::protocol::read_statistics(walk.with(ds::protocol::statistics_request(ds::Language::ppl)))
            ->at("request_total") == 63);
  CHECK(ds::protocol::read_grammar(walk.with(ds::protocol::grammar_request())).error().kind ==
        ds::ErrorKind::unsupported);
  CHECK(walk.finished());
}

TEST_CASE("the recorded settings are sent, and the nested reply is read by full names") {
  Walk walk{"query settings"};
  const auto set = ds::protocol::read_settings(
      walk.with(ds::protocol::settings_request({.transient = {{"plugins.query.size_limit", "50"}}})));
  CHECK(set.value() == ds::QuerySettings{.persistent = {}, .transient = {{"plugins.query.size_limit", "50"}}});
  const auto reset = ds::protocol::read_settings(
      walk.with(ds::protocol::settings_request({.transient = {{"plugins.query.size_limit", std::nullopt}}})));
  CHECK(reset.value() == ds::QuerySettings{});
  CHECK(ds::protocol::read_settings(walk.with(ds::protocol::settings_request({.transient = {{"nope.setting", "1"}}})))
            .error()
            .kind == ds::ErrorKind::invalid);
  CHECK(ds::protocol::read_settings(
            walk.with(ds::protocol::settings_request({.persistent = {{"plugins.query.size_limit", "x"}}})))
            .error()
            .message == "Failed to parse value [x] for setting [plugins.query.size_limit]");
  CHECK(ds::protocol::read_settings(walk.skip("/_plugins/_query/settings")).error().type == "json_e_o_f_exception");
  CHECK(ds::protocol::read_settings(walk.skip("/_plugins/_query/settings")).error().kind == ds::ErrorKind::invalid);
  CHECK(ds::protocol::settings_request({}).error().field == "settings");
  CHECK(walk.finished());
}

TEST_CASE("the recorded async queries are sent, and their refusals are read") {
  Walk walk{"async query without a Spark engine"};
  walk.skip("/_plugins/_query/_datasources");
  const auto submit = [&](const char* source) {
    return ds::protocol::read_async_query(
               walk.with(ds::protocol::async_query_request({.data_source = source, .text = "SELECT 1"})))
        .error();
  };
  CHECK(submit("my_glue").message == "No cluster settings present");
  CHECK(submit("nope").type == "DataSourceNotFoundException");
  CHECK(ds::protocol::read_async_query(walk.skip("/_plugins/_async_query")).error().kind == ds::ErrorKind::invalid);
  CHECK(ds::protocol::read_async_query(walk.skip("/_plugins/_async_query")).error().kind == ds::ErrorKind::invalid);
  CHECK(ds::protocol::read_async_query_state(walk.with(ds::protocol::async_query_state_request("nope")))
            .error()
            .message == "Invalid QueryId: nope");
  CHECK(ds::protocol::read_async_query_cancelled(walk.with(ds::protocol::async_query_cancel_request("nope")))
            .error()
            .type == "AsyncQueryNotFoundException");
  CHECK(ds::protocol::read_async_query(walk.skip("/_plugins/_async_query")).error().status == 405);
  CHECK(walk.finished());
}

TEST_CASE("the recorded direct queries and resources of Prometheus are sent and read; an empty result is an error") {
  Walk walk{"direct query prometheus"};
  walk.skip("/_plugins/_query/_datasources");
  const auto ask = [&](const ds::DirectQuery& query, const char* source = "metrics") {
    return ds::protocol::read_direct_query(walk.with(ds::protocol::direct_query_request(source, query)));
  };
  CHECK(ask(ds::DirectQuery::instant("up", 1795486126)).error().type == "EmptyResultException");
  auto range = ds::DirectQuery::range("up", 1795486120, 1795486130, 5);
  range.language = "promql";
  const auto up = ask(range);
  REQUIRE(up);
  CHECK(up->type == "matrix");
  REQUIRE(up->series.size() == 1);
  CHECK(up->series[0].labels.at("job") == "prometheus");
  CHECK(up->series[0].samples.at(0).time == 1795486130);
  CHECK(up->series[0].samples.at(0).value == 1);
  CHECK(ask(ds::DirectQuery::instant("up{", 1795486126)).error().kind == ds::ErrorKind::invalid);
  CHECK(ask({.text = "up", .language = "SQL"}).error().kind == ds::ErrorKind::invalid);
  const auto direct = "/_plugins/_directquery/_query/metrics";
  CHECK(ds::protocol::read_direct_query(walk.skip(direct)).error().message == "Language type is required");
  CHECK(ds::protocol::read_direct_query(walk.skip(direct)).error().message == "Query is required");
  CHECK(ask(ds::DirectQuery::instant("up", 1), "nope").error().type == "IOException");

  const auto labels = ds::protocol::read_labels(walk.with(ds::protocol::labels_request("metrics")));
  CHECK(labels.value().size() == 22);
  CHECK(ds::protocol::read_labels(walk.with(ds::protocol::label_values_request("metrics", "job"))).value() ==
        std::vector<std::string>{"prometheus"});
  const auto metadata =
      ds::protocol::read_metadata(walk.with(ds::protocol::metadata_request("metrics", {{"limit", "2"}})));
  CHECK(metadata.value().at("prometheus_notifications_queue_length").at(0).type == "gauge");
  const auto series = ds::protocol::read_series(walk.with(ds::protocol::series_request("metrics", {"up"})));
  CHECK(series.value().at(0).at("__name__") == "up");
  CHECK(ds::protocol::read_alerts(walk.with(ds::protocol::alerts_request("metrics"))).value().empty());
  const auto groups = ds::protocol::read_rules(walk.with(ds::protocol::rules_request("metrics")));
  REQUIRE(groups);
  REQUIRE(groups->at(0).rules.size() == 2);
  CHECK(groups->at(0).interval == 60);
  CHECK(groups->at(0).rules[1].labels.at("severity") == "critical");
  CHECK(ds::protocol::read_labels(walk.skip("/_plugins/_directquery/_resources/metrics/api/v1/nope")).error().message ==
        "Invalid resource type: nope");
  CHECK(ds::protocol::read_labels(walk.with(ds::protocol::labels_request("nope"))).error().message ==
        "Data source does not exist: nope");
  CHECK(ds::protocol::read_labels(walk.skip("/_plugins/_directquery/_resources/metrics/alertmanager/api/v2/alerts"))
            .error()
            .type == "PrometheusClientException");
  CHECK(walk.finished());
}

TEST_CASE(
    "every statement of the recording \"prometheus through PPL and SQL\" is built as it was sent and its reply is "
    "read") {
  Walk walk{"prometheus through PPL and SQL"};
  walk.skip("/_plugins/_query/_datasources");
  CHECK(rows(walk.ppl("show datasources")) == 1);
  CHECK(rows(as_recorded(walk)) == 1);
  CHECK(rows(as_recorded(walk)) == 3);
  CHECK(rows(walk.ppl("describe metrics.up")) == 4);
  CHECK(rows(walk.ppl("source = metrics.up")) > 10);
  CHECK(error(as_recorded(walk)).type == "ClassCastException");
  CHECK(rows(as_recorded(walk)) == 5);
  CHECK(rows(walk.sql("select * from metrics.up")) > 10);
  const auto plan = ds::protocol::read_explain(
      walk.with(ds::protocol::explain_request({.language = ds::Language::ppl, .text = "source = metrics.up"})));
  CHECK(plan.value().find("PrometheusMetricScan") != std::string::npos);
  CHECK(rows(walk.ppl("source = metrics.nosuch_metric")) == 0);
  CHECK(error(walk.ppl("source = nosource.up")).message == "Table 'nosource.up' not found");
  CHECK(walk.finished());
}

TEST_CASE("the recorded patches are built as they were sent") {
  Walk walk{"patch"};
  const auto member = "/_plugins/_query/_datasources/p1";
  walk.skip("/_plugins/_query/_datasources");
  walk.with(ds::protocol::patch_request("p1", {.description = "two"}));
  walk.skip(member);
  walk.with(ds::protocol::patch_request("p1", {.allowed_roles = {{"b", "c"}}}));
  walk.skip(member);
  walk.with(ds::protocol::patch_request("p1", {.status = ds::Status::disabled}));
  walk.skip(member);
  walk.skip("/_plugins/_query/_datasources");  // a result index without a status, which no builder makes
  walk.skip(member);
  walk.skip("/_plugins/_query/_datasources");  // a new connector, which the server ignores
  walk.skip(member);
  CHECK(ds::protocol::read_acknowledgement(walk.with(ds::protocol::patch_request("missing", {.description = "x"})))
            .error()
            .kind == ds::ErrorKind::not_found);
  CHECK(ds::protocol::patch_request("", {.description = "no name"}).error().field == "name");
  walk.skip("/_plugins/_query/_datasources");
  CHECK(walk.finished());
}

}  // namespace query_routes_test
