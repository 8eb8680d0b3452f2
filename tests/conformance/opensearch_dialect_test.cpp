#include <datasource/protocol/opensearch/data_sources.hpp>
#include <datasource/service/service.hpp>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace opensearch_dialect_test {

namespace ds = datasource;
using Json = nlohmann::json;

namespace {

struct Exchange {
  ds::HttpRequest request;
  ds::HttpResponse response;
};

ds::Headers headers_of(const Json& json) {
  ds::Headers headers;
  for (const auto& [name, value] : json.items()) headers.emplace_back(name, value.get<std::string>());
  return headers;
}

std::string body_of(const Json& json) { return json.is_string() ? json.get<std::string>() : std::string{}; }

/// Every recorded story, its exchanges in order.
std::map<std::string, std::vector<Exchange>> stories() {
  std::ifstream file{DATASOURCE_RECORDINGS "/opensearch-3.4.0.json"};
  REQUIRE(file);
  std::map<std::string, std::vector<Exchange>> all;
  for (const Json& story : Json::parse(file)) {
    for (const Json& each : story["exchanges"]) {
      const Json& request = each["request"];
      const Json& response = each["response"];
      all[story["story"]].push_back(
          {{request["method"], request["path"], headers_of(request["headers"]), body_of(request["body"])},
           {response["status"], headers_of(response["headers"]), body_of(response["body"])}});
    }
  }
  return all;
}

/// The stories that are about the registry; in the others only the exchanges that are.
bool is_about_data_sources(const std::string& story, const Exchange& exchange) {
  if (story == "disabled source") return true;
  const std::string& target = exchange.request.target;
  return target.starts_with(ds::routes::data_sources) || target == "/_cluster/settings";
}

/// What is not compared, and why. An empty list of members: nothing of it is.
struct Exception {
  std::string body;
  std::vector<std::string> uncompared;  ///< Members of `error` and of its root cause.
};
const std::vector<Exception> exceptions{
    // YAML: the service takes JSON only and answers 406; a parser for another notation of the same bodies is not worth
    // its weight.
    {"name: x", {}},
    // The text is that of Java's JSON parser, with positions.
    {R"({"name":)", {"reason"}},
    {R"({"name": "x1", "connector": "prometheus", "properties": {"prometheus.uri": "http://127.0.0.1:9090"}, "allowedRoles": "admin"})",
     {"reason"}},
};

const Exception* exception_of(const Exchange& exchange) {
  const auto found = std::find_if(exceptions.begin(), exceptions.end(), [&](const Exception& each) {
    // The truncated body was recorded with or without a blank at its end.
    return exchange.request.body == each.body || exchange.request.body == each.body + " ";
  });
  return found == exceptions.end() ? nullptr : &*found;
}

/// Lists and the names in "Missing [a, b]" come from hash sets: their order says nothing.
Json without_order(Json json) {
  if (json.is_array())
    std::sort(json.begin(), json.end(), [](const Json& a, const Json& b) { return a["name"] < b["name"]; });
  if (!json.is_object() || !json.contains("error") || !json["error"].is_object() || !json["error"].contains("details"))
    return json;
  std::string details = json["error"]["details"];
  const auto open = details.find('['), close = details.find(']');
  if (!details.starts_with("Missing [") || close == std::string::npos) return json;
  std::vector<std::string> names;
  for (std::size_t at = open + 1; at < close;) {
    const std::size_t end = std::min(details.find(", ", at), close);
    names.push_back(details.substr(at, end - at));
    at = end + 2;
  }
  std::sort(names.begin(), names.end());
  std::string sorted;
  for (const std::string& name : names) sorted += (sorted.empty() ? "" : ", ") + name;
  json["error"]["details"] = details.substr(0, open + 1) + sorted + details.substr(close);
  return json;
}

Json comparable(const std::string& body, const Exception* exception) {
  if (body.empty()) return {};
  Json json = without_order(Json::parse(body));
  if (exception == nullptr) return json;
  for (const std::string& member : exception->uncompared) {
    json["error"].erase(member);
    for (Json& cause : json["error"]["root_cause"]) cause.erase(member);
  }
  return json;
}

ds::Service opensearch() {
  return ds::Service{std::make_unique<ds::MemoryStore>(),
                     {.dialect = ds::Dialect::opensearch,
                      // The machine of the recordings knew no host of that name.
                      .check_host = [](const std::string& host) {
                        return host == "h" ? "h: Name or service not known" : std::string{};
                      }}};
}

/// What a client makes of a reply, in one line.
std::string decoded(const Exchange& exchange, const ds::HttpResponse& response) {
  if (response.status >= 400) {
    const ds::Error error = ds::read_error(response);
    std::string message = error.message;
    std::sort(message.begin(), message.end());  // of the names in "Missing [a, b]"
    return std::string{to_string(error.kind)} + ' ' + error.type + ' ' + message;
  }
  if (exchange.request.method != "GET") {
    const auto acknowledged = ds::protocol::read_acknowledgement(response);
    REQUIRE(acknowledged);
    return acknowledged->name + ": " + acknowledged->message;
  }
  std::vector<ds::DataSource> sources;
  if (exchange.request.target == ds::routes::data_sources) {
    const auto list = ds::protocol::read_list(response);
    REQUIRE(list);
    sources = *list;
  } else {
    const auto one = ds::protocol::read_one(response);
    REQUIRE(one);
    sources.push_back(*one);
  }
  std::sort(sources.begin(), sources.end(),
            [](const ds::DataSource& a, const ds::DataSource& b) { return a.name < b.name; });
  std::string text;
  for (const ds::DataSource& source : sources) {
    CHECK(source.id.empty());
    CHECK(ds::find_connector(source.connector.id) != nullptr);
    text += json_text(source, ds::Secrets::reveal) + '\n';
  }
  return text;
}

}  // namespace

TEST_CASE("in dialect opensearch the service answers every recorded data-source exchange as the real server did") {
  int compared = 0, left_out = 0;
  for (const auto& [story, exchanges] : stories()) {
    ds::Service service = opensearch();
    for (std::size_t i = 0; i < exchanges.size(); ++i) {
      const Exchange& exchange = exchanges[i];
      if (!is_about_data_sources(story, exchange)) continue;
      INFO(story << " #" << i << ": " << exchange.request.method << ' ' << exchange.request.target << ' '
                 << exchange.request.body);
      const ds::HttpResponse answer = service.handle(exchange.request);
      const Exception* exception = exception_of(exchange);
      if (exception != nullptr && exception->uncompared.empty()) {
        ++left_out;
        continue;
      }
      CHECK(answer.status == exchange.response.status);
      for (const char* header : {"content-type", "allow"})
        CHECK(ds::find_header(answer.headers, header) == ds::find_header(exchange.response.headers, header));
      CHECK(comparable(answer.body, exception) == comparable(exchange.response.body, exception));
      ++compared;
    }
  }
  CHECK(compared == 127);
  CHECK(left_out == 1);
}

TEST_CASE("a client reads the same out of the recorded replies and the service's") {
  for (const auto& [story, exchanges] : stories()) {
    ds::Service service = opensearch();
    for (const Exchange& exchange : exchanges) {
      if (!is_about_data_sources(story, exchange)) continue;
      const ds::HttpResponse answer = service.handle(exchange.request);
      if (exception_of(exchange) != nullptr || exchange.request.target == "/_cluster/settings") continue;
      INFO(story << ": " << exchange.request.method << ' ' << exchange.request.target << ' ' << exchange.request.body);
      CHECK(decoded(exchange, answer) == decoded(exchange, exchange.response));
    }
  }
}

}  // namespace opensearch_dialect_test
