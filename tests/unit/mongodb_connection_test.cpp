#include "../support/listener.hpp"

#include <datasource/engine/remote/mongodb.hpp>

#include <catch2/catch.hpp>

#include <chrono>
#include <memory>
#include <stop_token>
#include <string>
#include <thread>

namespace mongodb_connection_test {

namespace ds = datasource;
namespace mongo = datasource::remote::mongo;

namespace {

ds::Settings settings(std::initializer_list<std::pair<const std::string, std::string>> others = {}) {
  ds::Settings all{{"host", "127.0.0.1"},  {"port", "1"},          {"database", "shop"},
                   {"username", "reader"}, {"password", "s3cret"}, {"connectionTimeout", "1000"}};
  for (const auto& [key, value] : others) all.insert_or_assign(key, value);
  return all;
}

ds::Error failure(const ds::Settings& from, const std::stop_token& stop = {}) {
  auto source = ds::remote::open_mongodb(from);
  REQUIRE(source.has_value());
  const auto tables = (*source)->tables(stop);
  REQUIRE_FALSE(tables.has_value());
  CHECK(tables.error().message.find("s3cret") == std::string::npos);
  return tables.error();
}

std::string told(std::uint32_t domain, std::uint32_t code, const char* message) {
  bson_error_t error;
  bson_set_error(&error, domain, code, "%s", message);
  const mongo::Link link;
  return mongo::to_error(error, link, settings()).message;
}

}  // namespace

TEST_CASE("servers are named with their ports") {
  const auto servers = [](const char* host) { return mongo::servers_text(settings({{"host", host}})); };
  CHECK(servers("db") == "db:1");
  CHECK(servers("db:27018") == "db:27018");
  CHECK(servers("a,b:27018,[::1],[::1]:5") == "a:1,b:27018,[::1]:1,[::1]:5");
  const auto address = [](const char* host) {
    return (*ds::remote::open_mongodb(settings({{"host", host}})))->address();
  };
  CHECK(address("[::1]:5").host == "::1");
  CHECK(address("[::1]:5").port == "5");
  CHECK(address("a,b").host.empty());
}

TEST_CASE("settings reach the client, and no character of a password is read as a part of the URI") {
  ds::Settings all = settings({{"password", "p@:/?#&%"},
                               {"authSource", "users"},
                               {"authMechanism", "SCRAM-SHA-256"},
                               {"replicaSet", "rs0"},
                               {"readPreference", "secondaryPreferred"},
                               {"tls", "require"}});
  mongo::initialise();
  const auto made = mongo::to_uri(all);
  REQUIRE(made.has_value());
  mongoc_uri_t* const uri = made->get();
  CHECK(std::string{mongoc_uri_get_password(uri)} == "p@:/?#&%");
  CHECK(std::string{mongoc_uri_get_username(uri)} == "reader");
  CHECK(std::string{mongoc_uri_get_auth_source(uri)} == "users");
  CHECK(std::string{mongoc_uri_get_auth_mechanism(uri)} == "SCRAM-SHA-256");
  CHECK(std::string{mongoc_uri_get_replica_set(uri)} == "rs0");
  CHECK(mongoc_uri_get_tls(uri));
  CHECK(mongoc_read_prefs_get_mode(mongoc_uri_get_read_prefs_t(uri)) == MONGOC_READ_SECONDARY_PREFERRED);
  CHECK_FALSE(mongoc_uri_get_tls(mongo::to_uri(settings())->get()));
  CHECK(std::string{mongoc_uri_get_auth_source(mongo::to_uri(settings())->get())} == "shop");
}

TEST_CASE("TLS is off unless it is asked for or the host is an SRV name") {
  CHECK(mongo::tls_mode(settings()) == "disable");
  CHECK(mongo::tls_mode(settings({{"srv", "true"}})) == "verify-full");
  CHECK(mongo::tls_mode(settings({{"srv", "true"}, {"tls", "disable"}})) == "disable");
}

TEST_CASE("a port where nobody listens is told from one where something else does") {
  CHECK_THAT(failure(settings()).message, Catch::Contains("127.0.0.1:1 refused the connection"));
  const tests::Listener other{true};
  CHECK_THAT(failure(settings({{"port", other.port()}})).message,
             Catch::Contains("what answers at 127.0.0.1:" + other.port() + " is not MongoDB"));
  CHECK_THAT(failure(settings({{"port", other.port()}, {"tls", "verify-full"}})).message,
             Catch::Contains("TLS with 127.0.0.1:" + other.port() + " failed"));
}

TEST_CASE("a host that has no address is named") {
  CHECK_THAT(failure(settings({{"host", "no.such.host.invalid"}})).message,
             Catch::Contains("\"no.such.host.invalid\" is not known"));
}

TEST_CASE("a stop ends a wait for a server that says nothing") {
  const tests::Listener silent{false};
  std::stop_source stop;
  std::thread stopper{[&] {
    std::this_thread::sleep_for(std::chrono::milliseconds{100});
    stop.request_stop();
  }};
  const ds::Error error =
      failure(settings({{"port", silent.port()}, {"connectionTimeout", "600000"}}), stop.get_token());
  stopper.join();
  CHECK(error.kind == ds::ErrorKind::cancelled);
}

TEST_CASE("a server that says nothing is given up after the time-out") {
  const tests::Listener silent{false};
  const ds::Error error = failure(settings({{"port", silent.port()}, {"connectionTimeout", "300"}}));
  CHECK_THAT(error.message, Catch::Contains("is not MongoDB") || Catch::Contains("did not answer"));
}

TEST_CASE("a source has no more connections than it may") {
  const mongo::Clients clients{settings({{"maxConnections", "1"}, {"connectionTimeout", "20"}})};
  {
    const auto first = mongo::Lease::take(clients, {});
    REQUIRE(first.has_value());
    const auto second = mongo::Lease::take(clients, {});
    REQUIRE_FALSE(second.has_value());
    CHECK_THAT(second.error().message, Catch::Contains("properties.maxConnections"));
  }
  CHECK(mongo::Lease::take(clients, {}).has_value());
}

TEST_CASE("what MongoDB refuses says what to do") {
  CHECK_THAT(told(MONGOC_ERROR_CLIENT, MONGOC_ERROR_CLIENT_AUTHENTICATE, "Authentication failed."),
             Catch::Contains("did not let user \"reader\" in") && Catch::Contains("authSource"));
  CHECK_THAT(told(MONGOC_ERROR_SERVER, 18, "Authentication failed."), Catch::Contains("did not let user"));
  CHECK_THAT(told(MONGOC_ERROR_SERVER, 13, "not authorized on shop to execute command"), Catch::Contains("role read"));
  CHECK_THAT(told(MONGOC_ERROR_PROTOCOL, MONGOC_ERROR_PROTOCOL_BAD_WIRE_VERSION, "wire"), Catch::Contains("too old"));
  CHECK(told(MONGOC_ERROR_SERVER, 40324, "Unrecognized pipeline stage name: '$x'") ==
        "MongoDB: Unrecognized pipeline stage name: '$x'");
}

}  // namespace mongodb_connection_test
