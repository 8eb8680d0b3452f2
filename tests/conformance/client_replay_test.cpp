// Every recorded exchange, through a client: what the server said is what the caller reads. The builders of the query
// routes are held against the same recordings in query_routes_test.cpp.

#include <datasource/datasource.hpp>
#include <datasource/transport/recording.hpp>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace client_replay_test {

namespace ds = datasource;
using Json = nlohmann::json;

namespace {

std::vector<ds::Story> stories() {
  std::ifstream file{DATASOURCE_RECORDINGS "/opensearch-3.4.0.json"};
  const std::string text{std::istreambuf_iterator<char>{file}, {}};
  auto read = ds::read_recordings(text);
  REQUIRE(read);
  return std::move(*read);
}

// ---- What a client reads, and what the body says, in one form to compare

Json summary(const ds::DataSource& source) {
  Json json = Json::parse(json_text(source, ds::Secrets::reveal));
  json["connector"] = ds::detail::to_lower(std::string_view{source.connector.id});
  return json;
}
Json summary(const std::vector<ds::DataSource>& sources) {
  Json all = Json::array();
  for (const ds::DataSource& each : sources) all.push_back(summary(each));
  return all;
}
Json summary(const ds::Acknowledgement& acknowledged) { return {acknowledged.name, acknowledged.message}; }
Json summary(const std::string& text) { return text; }
Json summary(bool flag) { return flag; }
Json summary(const ds::ResultSet& rows) {
  Json names = Json::array();
  for (const ds::Column& column : rows.columns()) names.push_back(column.name);
  return {names, rows.row_count()};
}
Json summary(const ds::Page& page) { return {summary(page.rows), page.cursor}; }
Json summary(const ds::Statistics& statistics) { return Json(statistics); }
Json summary(const ds::QuerySettings& settings) {
  Json json = Json::object();
  for (const auto& [name, value] : settings.persistent) json["persistent." + name] = value.value_or("null");
  for (const auto& [name, value] : settings.transient) json["transient." + name] = value.value_or("null");
  return json;
}
Json summary(const ds::DirectQueryResult& result) {
  Json series = Json::array();
  for (const ds::Series& each : result.series) series.push_back({each.labels, each.samples.size()});
  return {result.id, result.session, result.type, series};
}
Json summary(const std::vector<std::string>& labels) { return labels; }
Json summary(const std::vector<ds::Labels>& series) { return series; }
Json summary(const ds::Metadata& metadata) {
  Json json = Json::object();
  for (const auto& [metric, entries] : metadata) json[metric] = entries.size();
  return json;
}
Json summary(const std::vector<ds::Alert>& alerts) { return alerts.size(); }
Json summary(const std::vector<ds::RuleGroup>& groups) {
  Json json = Json::array();
  for (const ds::RuleGroup& each : groups) json.push_back({each.name, each.rules.size()});
  return json;
}
Json summary(const ds::AsyncQueryTicket& ticket) { return ticket.id; }
Json summary(const ds::AsyncQueryState& state) { return state.message; }

Json source_in(const Json& body) {
  Json source = body;
  source["connector"] = ds::detail::to_lower(std::string_view{body["connector"].get_ref<const std::string&>()});
  return source;
}
Json sources_in(const Json& body) {
  Json all = Json::array();
  for (const Json& each : body) all.push_back(source_in(each));
  return all;
}
Json acknowledgement_in(const Json& body) {
  if (body.is_discarded()) return {"", ""};  // of a delete, which says nothing
  const std::string text = body;
  return {text.substr(text.rfind(' ') + 1), text};
}
Json rows_in(const Json& body) {
  Json names = Json::array();
  for (const Json& column : body["schema"]) {
    const std::string alias = column.value("alias", "");
    names.push_back(alias.empty() ? column["name"].get<std::string>() : alias);
  }
  return {names, body["datarows"].size()};
}
Json page_in(const Json& body) { return {rows_in(body), body.value("cursor", "")}; }
Json settings_in(const Json& body) {
  Json all = Json::object();
  for (const char* group : {"persistent", "transient"}) {
    if (body[group].empty()) continue;
    const Json flat = Json{{group, body[group]}}.flatten();
    for (const auto& [pointer, value] : flat.items()) {
      std::string name = pointer.substr(1);
      std::replace(name.begin(), name.end(), '/', '.');
      all[name] = value;
    }
  }
  return all;
}
Json direct_in(const Json& body) {
  const Json& metrics = body["results"]["metrics"];
  Json series = Json::array();
  for (const Json& each : metrics["result"]) series.push_back({each["metric"], each["values"].size()});
  return {body["queryId"], body["sessionId"], metrics["resultType"], series};
}
Json data_in(const Json& body) { return body["data"]; }
Json metadata_in(const Json& body) {
  Json json = Json::object();
  for (const auto& [metric, entries] : body["data"].items()) json[metric] = entries.size();
  return json;
}
Json alerts_in(const Json& body) { return body["data"]["alerts"].size(); }
Json rules_in(const Json& body) {
  Json json = Json::array();
  for (const Json& each : body["data"]["groups"]) json.push_back({each["name"], each["rules"].size()});
  return json;
}

// ---- Which operation reads the reply of which request

using Replay = ds::Client<ds::ReplayTransport>;

/// What a client read, or its error; and what it should have read.
struct Reading {
  std::optional<Json> value;
  ds::Error error;
  Json expected;
};

/// The request goes as it was recorded, since many of these are what no builder makes.
template <class T>
Reading read(Replay& client, const ds::RecordedExchange& exchange, ds::Result<T> (*reader)(const ds::HttpResponse&),
             Json (*expect)(const Json&)) {
  Reading reading;
  auto result = client.run(ds::Exchange<T>{exchange.request, reader, {.attempts = 1}});
  if (result) {
    reading.value = summary(*result);
    const Json body = Json::parse(exchange.response.body, nullptr, false);
    reading.expected = expect == nullptr ? Json(exchange.response.body) : expect(body);
  } else {
    reading.error = std::move(result.error());
  }
  return reading;
}

bool has(const Json& body, const char* member) { return body.is_object() && body.contains(member); }

std::optional<Reading> through(Replay& client, const ds::RecordedExchange& exchange) {
  namespace protocol = ds::protocol;
  const auto& [method, target, headers, sent, base] = exchange.request;
  const std::string path{ds::path_of(target)};
  const auto under = [&](std::string_view prefix) { return path.starts_with(prefix); };
  if (path == ds::routes::data_sources && method == "GET")
    return read(client, exchange, &protocol::read_list, &sources_in);
  if (under(ds::routes::data_sources) && method == "GET")
    return read(client, exchange, &protocol::read_one, &source_in);
  if (under(ds::routes::data_sources))
    return read(client, exchange, &protocol::read_acknowledgement, &acknowledgement_in);
  if (path == ds::routes::settings || path == "/_cluster/settings")
    return read(client, exchange, &protocol::read_settings, &settings_in);
  if (under(ds::routes::direct_query)) return read(client, exchange, &protocol::read_direct_query, &direct_in);
  if (under(ds::routes::direct_resources)) {
    if (path.ends_with("/metadata")) return read(client, exchange, &protocol::read_metadata, &metadata_in);
    if (path.ends_with("/series")) return read(client, exchange, &protocol::read_series, &data_in);
    if (path.ends_with("/alerts")) return read(client, exchange, &protocol::read_alerts, &alerts_in);
    if (path.ends_with("/rules")) return read(client, exchange, &protocol::read_rules, &rules_in);
    return read(client, exchange, &protocol::read_labels, &data_in);
  }
  if (under(ds::routes::async_query)) {
    if (method == "POST") return read(client, exchange, &protocol::read_async_query, nullptr);
    if (method == "DELETE") return read(client, exchange, &protocol::read_async_query_cancelled, nullptr);
    return read(client, exchange, &protocol::read_async_query_state, nullptr);
  }
  if (under(ds::routes::sql_explain) || under(ds::routes::ppl_explain))
    return read(client, exchange, &protocol::read_explain, nullptr);
  if (path == ds::routes::sql_close)
    return read(client, exchange, &protocol::read_closed, [](const Json& body) { return body["succeeded"]; });
  if (path.ends_with("/stats"))
    return read(client, exchange, &protocol::read_statistics, [](const Json& body) { return body; });
  if (under(ds::routes::sql) || under(ds::routes::ppl)) {
    const Json body = Json::parse(sent, nullptr, false);
    if (target.ends_with("format=csv") || target.ends_with("format=raw"))
      return read(client, exchange, &protocol::read_text, nullptr);
    if (has(body, "cursor") || has(body, "fetch_size")) return read(client, exchange, &protocol::read_page, &page_in);
    return read(client, exchange, &protocol::read_result, &rows_in);
  }
  // Clean-up between two statements; an API that the SDK does not have.
  if (path == "/people_nope") return read(client, exchange, &protocol::read_acknowledgement, &acknowledgement_in);
  return std::nullopt;
}

/// An error has to say what the body says: status, type and the more telling one of its texts.
void check_error(const ds::Error& error, const ds::HttpResponse& response) {
  CHECK(error.status == response.status);
  const Json body = Json::parse(response.body, nullptr, false);
  if (!has(body, "error")) {
    CHECK(error.message == response.body.substr(0, 2000));  // YAML and plain text
  } else if (body["error"].is_string()) {
    CHECK(error.message == body["error"].get<std::string>());
  } else {
    CHECK(error.type == body["error"]["type"].get<std::string>());
    CHECK(error.message == body["error"].value("details", body["error"]["reason"].get<std::string>()));
  }
}

}  // namespace

TEST_CASE("every recorded exchange is read by a client as its body says") {
  std::size_t all = 0, values = 0, errors = 0, empty = 0;
  for (ds::Story& told : stories()) {
    const auto story = std::make_shared<const ds::Story>(std::move(told));
    all += story->exchanges.size();
    for (std::size_t i = 0; i < story->exchanges.size(); ++i) {
      const ds::RecordedExchange& exchange = story->exchanges[i];
      INFO(story->name << " #" << i << ": " << exchange.request.method << ' ' << exchange.request.target << ' '
                       << exchange.request.body);
      // A story asks the same twice and gets another answer, which the replay gives in order; here each stands for
      // itself.
      Replay client{
          ds::ReplayTransport{std::make_shared<const ds::Story>(ds::Story{story->name, story->server, {exchange}})}};
      const auto reading = through(client, exchange);
      REQUIRE(reading);  // else there is no operation for it
      if (reading->value) {
        CHECK(exchange.response.status < 300);
        CHECK(*reading->value == reading->expected);
        ++values;
      } else if (exchange.response.status < 300) {
        CHECK(reading->error.type == "EmptyResultException");  // a success in which the server hides a failure
        ++empty;
      } else {
        check_error(reading->error, exchange.response);
        ++errors;
      }
    }
  }
  CHECK(all == 214);
  CHECK(values == 113);
  CHECK(empty == 3);
  CHECK(errors == 98);
  CHECK(values + empty + errors == all);
}

TEST_CASE("a whole story is replayed in order and used up") {
  for (ds::Story& told : stories()) {
    const auto story = std::make_shared<const ds::Story>(std::move(told));
    ds::ReplayTransport transport{story};
    INFO(story->name);
    for (const ds::RecordedExchange& exchange : story->exchanges) {
      const auto reply = transport.send(exchange.request, {});
      REQUIRE(reply);
      CHECK(reply->status == exchange.response.status);
      CHECK(reply->body == exchange.response.body);
    }
    CHECK(transport.unused() == 0);
    CHECK(transport.send(story->exchanges.front().request, {}).error().kind == ds::ErrorKind::unsupported);
  }
}

// ---- What the client's own methods send

namespace {

/// Gives the recorded reply to whatever is sent, and keeps that.
struct Capture {
  ds::HttpResponse reply;
  std::shared_ptr<std::vector<ds::HttpRequest>> sent = std::make_shared<std::vector<ds::HttpRequest>>();

  ds::Result<ds::HttpResponse> send(const ds::HttpRequest& request, const std::stop_token&) {
    sent->push_back(request);
    return reply;
  }
};

std::optional<std::string> segment_of(std::string_view target) {
  if (!target.starts_with(ds::routes::data_sources) || target.size() <= ds::routes::data_sources.size())
    return std::nullopt;
  target.remove_prefix(ds::routes::data_sources.size() + 1);
  if (target.find('/') != std::string_view::npos) return std::nullopt;
  return ds::decode_segment(target);
}

std::optional<ds::DataSourcePatch> patch_in(const Json& body) {
  ds::DataSourcePatch patch;
  for (const auto& [key, value] : body.items()) {
    if (key == "description") {
      patch.description = value;
    } else if (key == "allowedRoles") {
      patch.allowed_roles = value.get<std::vector<std::string>>();
    } else if (key == "status") {
      patch.status = value == "ACTIVE" ? ds::Status::active : ds::Status::disabled;
    } else if (key == "properties") {
      for (const auto& [name, text] : value.items()) patch.properties[name] = text.get<std::string>();
    } else if (key != "name") {
      return std::nullopt;  // a connector, which a patch does not have; a result index alone, which takes two exchanges
    }
  }
  return patch;
}

/// Calls the method that makes this request. Nothing when there is none: the body is no data source, or the route none.
std::optional<ds::Result<void>> call(ds::Client<Capture>& client, const ds::HttpRequest& request) {
  const auto done = [](auto result) -> ds::Result<void> { return result.map([](const auto&) {}); };
  const auto name = segment_of(request.target);
  if (request.target == ds::routes::data_sources && request.method == "GET") return done(client.list());
  if (name && request.method == "GET") return done(client.get(*name));
  if (name && request.method == "DELETE") return done(client.remove(*name));
  if (request.target != ds::routes::data_sources) return std::nullopt;
  const Json body = Json::parse(request.body, nullptr, false);
  if (!body.is_object()) return std::nullopt;
  if (request.method == "PATCH") {
    const auto patch = patch_in(body);
    if (!patch) return std::nullopt;
    return done(client.patch(body.value("name", ""), *patch));
  }
  const auto source = ds::detail::parse_json(request.body, "the body").and_then([](const auto& json) {
    return ds::read_data_source(json);
  });
  if (!source) return std::nullopt;
  if (request.method == "POST") return done(client.create(*source));
  if (request.method == "PUT") return done(client.update(*source));
  return std::nullopt;
}

/// Whether two bodies ask for the same: what is written out as its default says no more than what is left out, and the
/// server takes a property's number for its text.
void check_same(const std::string& sent, const std::string& recorded, bool whole_source) {
  if (recorded.empty()) {
    CHECK(sent.empty());
    return;
  }
  Json ours = Json::parse(sent), theirs = Json::parse(recorded);
  if (whole_source) {
    for (Json* each : {&ours, &theirs}) {
      (*each)["connector"] = ds::detail::to_lower(std::string_view{(*each)["connector"].get_ref<const std::string&>()});
      each->emplace("description", "");
      each->emplace("allowedRoles", Json::array());
      each->emplace("properties", Json::object());
      each->emplace("status", "ACTIVE");
      for (auto& property : (*each)["properties"]) {
        if (!property.is_string()) property = property.dump();
      }
    }
  }
  CHECK(ours == theirs);
}

}  // namespace

TEST_CASE("the client's methods send what was recorded, and refuse by themselves only what the server refused") {
  int sent = 0, refused = 0, stricter = 0, not_made = 0;
  for (const ds::Story& story : stories()) {
    for (std::size_t i = 0; i < story.exchanges.size(); ++i) {
      const auto& [request, response] = story.exchanges[i];
      if (!request.target.starts_with(ds::routes::data_sources)) continue;
      INFO(story.name << " #" << i << ": " << request.method << ' ' << request.target << ' ' << request.body);
      const Capture capture{response};
      ds::Client client{capture, {.dialect = ds::Dialect::opensearch}};
      const auto called = call(client, request);
      if (!called) {
        ++not_made;
      } else if (!capture.sent->empty()) {
        const ds::HttpRequest& ours = capture.sent->front();
        CHECK(ours.method == request.method);
        CHECK(ds::decode_segment(ours.target) == ds::decode_segment(request.target));
        check_same(ours.body, request.body, request.method == "POST" || request.method == "PUT");
        ++sent;
      } else {
        CHECK(called->error().kind == ds::ErrorKind::invalid);
        CHECK_FALSE(called->error().violations.empty());
        ++(response.status < 300 ? stricter : refused);
      }
    }
  }
  CHECK(sent == 82);
  CHECK(refused == 26);
  CHECK(stricter == 0);
  CHECK(not_made == 15);  // bodies that are no data source, routes and methods that the API does not have
}

}  // namespace client_replay_test
