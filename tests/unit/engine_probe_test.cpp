#include "engine_support.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <array>
#include <fstream>
#include <thread>

namespace engine_probe_test {

using namespace engine_tests;

namespace {

/// A listener on a free port. It says `greeting` to whoever connects, or nothing.
class Listener {
 public:
  explicit Listener(std::string greeting) : socket_{socket(AF_INET, SOCK_STREAM, 0)} {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    REQUIRE(listen(socket_, 8) == 0);
    socklen_t size = sizeof address;
    getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    if (!greeting.empty()) {
      thread_ = std::thread{[this, greeting = std::move(greeting)] {
        for (int peer = accept(socket_, nullptr, nullptr); peer >= 0; peer = accept(socket_, nullptr, nullptr)) {
          (void)send(peer, greeting.data(), greeting.size(), MSG_NOSIGNAL);
          std::array<char, 64> ignored{};
          (void)recv(peer, ignored.data(), ignored.size(), 0);
          close(peer);
        }
      }};
    }
  }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  ~Listener() {
    shutdown(socket_, SHUT_RDWR);
    if (thread_.joinable()) thread_.join();
    close(socket_);
  }

  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  int socket_;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

/// A port where nothing listens: it was free a moment ago.
std::uint16_t closed_port() { return Listener{""}.port(); }

ds::DataSource postgresql(std::uint16_t port, const std::string& host = "127.0.0.1") {
  ds::DataSource source{
      .name = "crm",
      .connector =
          ds::PostgreSql{.host = host, .port = port, .database = "crm", .username = "app", .password = "s3cret-word"}};
  source.connector.properties["connectionTimeout"] = std::int64_t{300};
  return source;
}

ds::DataSource mysql(std::uint16_t port) {
  ds::DataSource source{
      .name = "shop",
      .connector = ds::MySql{
          .host = "127.0.0.1", .port = port, .database = "shop", .username = "app", .password = "s3cret-word"}};
  source.connector.properties["connectionTimeout"] = std::int64_t{300};
  return source;
}

/// The report, after what holds for every one.
ds::TestReport tested(const ds::DataSource& source) {
  ds::duckdb::Engine engine;
  ds::TestReport report = engine.test(source);
  CHECK(report.name == source.name);
  CHECK(report.connector == source.connector.id);
  CHECK_FALSE(report.message.empty());
  bool failed = false;
  for (const ds::Check& check : report.checks) {
    INFO(check.name << ": " << check.message);
    CHECK((check.status == ds::CheckStatus::skipped) == failed);
    CHECK(check.message.find("s3cret-word") == std::string::npos);
    failed = failed || check.status == ds::CheckStatus::failed;
  }
  CHECK(report.passed == !failed);
  return report;
}

const ds::Check& failed_check(const ds::TestReport& report) {
  const auto found = std::ranges::find(report.checks, ds::CheckStatus::failed, &ds::Check::status);
  REQUIRE(found != report.checks.end());
  return *found;
}

void fails(const ds::DataSource& source, const std::string& check, const std::string& says) {
  const auto report = tested(source);
  INFO(report.message);
  CHECK(report.checks.size() == 6);
  CHECK(failed_check(report).name == check);
  CHECK(report.message.find(says) != std::string::npos);
}

}  // namespace

TEST_CASE("A connection test tells a host that is not known") {
  fails(postgresql(5432, "no-such-host.invalid"), "resolve", "\"no-such-host.invalid\" is not known");
}

TEST_CASE("A connection test tells a port that refuses") {
  fails(postgresql(closed_port()), "connect", "refused the connection");
  fails(mysql(closed_port()), "connect", "refused the connection");
}

TEST_CASE("A connection test tells a server of another kind") {
  const Listener web{"HTTP/1.1 400 Bad Request\r\n\r\n"};
  fails(postgresql(web.port()), "connect", "is not PostgreSQL");
  fails(mysql(web.port()), "connect", "is not MySQL");
  const Listener maria{
      std::string{"J\0\0\0\x0a"
                  "5.5.5-10.11.19-MariaDB\0",
                  29}};
  fails(postgresql(maria.port()), "connect", "is not PostgreSQL");
}

TEST_CASE("A connection test of a server that says nothing ends with the time-out") {
  const Listener silent{""};
  const auto begin = std::chrono::steady_clock::now();
  fails(postgresql(silent.port()), "connect", "is not PostgreSQL");
  fails(mysql(silent.port()), "connect", "is not MySQL");
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds{30});
}

TEST_CASE("A query of a server that says nothing ends with the time-out too") {
  const Listener silent{""};
  const std::vector<ds::DataSource> sources{mysql(silent.port())};
  const auto reply = ask("select * from shop.t", sources);
  REQUIRE_FALSE(reply.has_value());
  CHECK(reply.error().message.find("is not MySQL") != std::string::npos);
}

TEST_CASE("A query of a database that cannot be reached says so in plain words") {
  const std::vector<ds::DataSource> sources{postgresql(closed_port())};
  const auto reply = ask("select * from crm.t", sources);
  REQUIRE_FALSE(reply.has_value());
  CHECK(reply.error().kind == ds::ErrorKind::connection);
  CHECK(reply.error().status == 502);
  CHECK(reply.error().retryable);
  CHECK(reply.error().message.starts_with("crm: 127.0.0.1:"));
}

TEST_CASE("What databases say of a failed sign-in is understood") {
  using ds::duckdb::access_problem;
  using ds::duckdb::AccessProblem;
  CHECK(access_problem(R"(FATAL:  password authentication failed for user "app")") == AccessProblem::wrong_password);
  CHECK(access_problem(R"(FATAL:  no pg_hba.conf entry for host "10.0.0.1")") == AccessProblem::wrong_password);
  CHECK(access_problem(R"(FATAL:  database "nope" does not exist)") == AccessProblem::no_such_database);
  CHECK(access_problem("Access denied for user 'app'@'%' to database 'nope'") == AccessProblem::no_such_database);
  CHECK(access_problem("Access denied for user 'app'@'localhost' (using password: YES)") ==
        AccessProblem::wrong_password);
  CHECK(access_problem("Unknown database 'nope'") == AccessProblem::no_such_database);
  CHECK(access_problem("server does not support SSL, but SSL was required") == AccessProblem::tls_refused);
  CHECK(access_problem("TLS/SSL error: SSL is required, but the server does not support it") ==
        AccessProblem::tls_refused);
  CHECK(access_problem("FATAL:  sorry, too many clients already") == AccessProblem::too_many_connections);
  CHECK(access_problem("server closed the connection unexpectedly") == AccessProblem::connection_lost);
  CHECK_FALSE(access_problem("relation \"x\" does not exist").has_value());
}

TEST_CASE("A connection test of an SQLite file opens it and counts its tables") {
  const TemporaryFolder folder;
  const std::string path = folder.file("shop.db");
  prepare({"LOAD '" + ds::duckdb::default_extension_directory() + "/sqlite_scanner.duckdb_extension'",
           "ATTACH '" + path + "' AS s (TYPE sqlite)", "CREATE TABLE s.a (i INTEGER)", "CREATE TABLE s.b (i INTEGER)"});
  const auto report = tested({.name = "shop", .connector = ds::Sqlite{.path = path}});
  CHECK(report.passed);
  CHECK(report.message == "SQLite, 2 tables");
  REQUIRE(report.checks.size() == 2);
  CHECK(report.checks[0].name == "open");
  CHECK(report.checks[1].name == "tables");
}

TEST_CASE("A connection test tells a file that is missing or no database, and makes none") {
  const TemporaryFolder folder;
  const auto missing = tested({.name = "shop", .connector = ds::Sqlite{.path = folder.file("none.db")}});
  CHECK(missing.message.find("there is no file") != std::string::npos);
  CHECK_FALSE(std::filesystem::exists(folder.file("none.db")));
  std::ofstream{folder.file("text.db")} << std::string(4096, 'x');
  const auto text = tested({.name = "shop", .connector = ds::Sqlite{.path = folder.file("text.db")}});
  CHECK_FALSE(text.passed);
  CHECK(text.message.find("is not a database of SQLite") != std::string::npos);
}

TEST_CASE("A connection test of files reads every table") {
  const TemporaryFolder folder;
  const ds::DataSource source{.name = "events", .connector = ds::Files{.path = folder.path()}};
  CHECK(tested(source).message.find("no data files") != std::string::npos);
  prepare({"COPY (SELECT 1 AS i) TO '" + folder.file("clicks.parquet") + "'"});
  CHECK(tested(source).message == "1 table: clicks");
  std::ofstream{folder.file("broken.parquet")} << "not parquet";
  const auto report = tested(source);
  CHECK_FALSE(report.passed);
  CHECK(failed_check(report).name == "tables");
  CHECK(report.message.find("broken.parquet") != std::string::npos);
}

TEST_CASE("A connection test of a source that breaks a rule names the field") {
  const auto report =
      tested({.name = "crm", .connector = ds::PostgreSql{.host = "db1", .database = "", .username = "app"}});
  CHECK_FALSE(report.passed);
  CHECK(report.message.find("properties.database") != std::string::npos);
}

}  // namespace engine_probe_test
