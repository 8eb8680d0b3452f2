#include <datasource/datasource.hpp>
#include <datasource/transport/memory.hpp>
#include <datasource/transport/recording.hpp>

#include <catch2/catch.hpp>

#include <memory>
#include <string>

namespace recording_test {

namespace ds = datasource;

namespace {

ds::DataSource crm(const char* password) {
  return {.name = "crm",
          .connector = ds::PostgreSql{.host = "db1", .database = "crm", .username = "app", .password = password}};
}

/// A create and a read, recorded from a service in process and written down.
std::string recorded() {
  const auto story = std::make_shared<ds::Story>(ds::Story{.name = "crm", .server = "in process"});
  ds::Client client{
      ds::RecordingTransport{ds::MemoryTransport{ds::Service{std::make_unique<ds::MemoryStore>()}}, story},
      {.auth = ds::BearerAuth{"t0ken"}}};
  REQUIRE(client.create(crm("p4ss")));
  REQUIRE(client.get("crm"));
  return ds::write_recordings({*story});
}

}  // namespace

TEST_CASE("what was recorded replays without the server") {
  const auto stories = ds::read_recordings(recorded());
  REQUIRE(stories);
  REQUIRE(stories->size() == 1);
  const auto story = std::make_shared<const ds::Story>(stories->front());
  CHECK(story->server == "in process");
  ds::Client client{ds::ReplayTransport{story}, {.url = "http://anywhere"}};
  REQUIRE(client.create(crm("another")));
  CHECK(client.get("crm")->name == "crm");
}

TEST_CASE("a recording holds no secret") {
  const std::string text = recorded();
  CHECK(text.find("p4ss") == std::string::npos);
  CHECK(text.find("t0ken") == std::string::npos);
  CHECK(text.find("******") != std::string::npos);
}

TEST_CASE("secrets are masked whatever form they have, and what is no secret stays") {
  const ds::Story story{"any",
                        "any",
                        {{{"POST",
                           "/",
                           {{"Proxy-Authorization", "s3cret"}, {"X-Api-Key", "s3cret"}, {"X-Kept", "kept"}},
                           R"({"a": [{"API_KEY": "s3cret", "pin": {"passwd": 5312}}], "secret": true, "token": null})",
                           {}},
                          {200, {{"Set-Cookie", "s3cret"}}, R"({"auth": {"private_key": "s3cret"}, "n": 1})"}}}};
  const std::string text = ds::write_recordings({story});
  CHECK(text.find("s3cret") == std::string::npos);
  CHECK(text.find("5312") == std::string::npos);
  const auto read = ds::read_recordings(text);
  REQUIRE(read);
  const auto& [request, response] = read->at(0).exchanges.at(0);
  CHECK(ds::find_header(request.headers, "X-Kept") == "kept");
  CHECK(request.body == R"({"a":[{"API_KEY":"******","pin":{"passwd":"******"}}],"secret":true,"token":null})");
  CHECK(response.body == R"({"auth":{"private_key":"******"},"n":1})");
}

TEST_CASE("a replay names the request that it has no reply to, and does not give a reply twice") {
  const auto stories = ds::read_recordings(recorded());
  REQUIRE(stories);
  ds::Client client{ds::ReplayTransport{std::make_shared<const ds::Story>(stories->front())}};
  CHECK(client.get("crm"));
  const auto error = client.get("crm").error();
  CHECK(error.kind == ds::ErrorKind::unsupported);
  CHECK(error.message == "the recording \"crm\" has no further reply to GET /_plugins/_query/_datasources/crm");
}

TEST_CASE("a recording that is none is malformed") {
  for (const char* text : {"", "{}", "[1]", "[{\"exchanges\":[{}]}]",
                           "[{\"exchanges\":[{\"request\":{},\"response\":{\"status\":\"200\"}}]}]"}) {
    INFO(text);
    CHECK(ds::read_recordings(text).error().kind == ds::ErrorKind::malformed);
  }
  CHECK(ds::read_recordings("[]")->empty());
}

}  // namespace recording_test
