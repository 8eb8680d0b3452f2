// FreeTDS against listeners that are no SQL Server: what it is told and what its failures mean. No SQL Server can be
// had from a package registry, so what one answers is untested.

#include "../support/listener.hpp"

#include <datasource/engine/remote/sqlserver.hpp>

#include <catch2/catch.hpp>

#include <string>

namespace odbc_driver_test {

namespace ds = datasource;
namespace remote = datasource::remote;

namespace {

bool has_freetds() {
  const auto driver = remote::sqlserver::choose_driver(remote::sqlserver::installed_drivers());
  if (driver && driver->kind == remote::sqlserver::Driver::Kind::freetds) return true;
  WARN("skipped: FreeTDS's ODBC driver is not installed (Debian: tdsodbc), or Microsoft's is");
  return false;
}

ds::Error failure(const std::string& host, const std::string& port, const char* trusting = "true") {
  auto source = remote::open_sqlserver({{"host", host},
                                        {"port", port},
                                        {"database", "shop"},
                                        {"username", "reader"},
                                        {"password", "s3cret}Port={1;"},
                                        {"encrypt", "true"},
                                        {"trustServerCertificate", trusting},
                                        {"connectionTimeout", "1000"}});
  REQUIRE(source.has_value());
  const auto tables = (*source)->tables({});
  REQUIRE_FALSE(tables.has_value());
  CHECK(tables.error().message.find("s3cret") == std::string::npos);
  return tables.error();
}

}  // namespace

TEST_CASE("a port where nobody listens is told from one where something else does") {
  if (!has_freetds()) return;
  CHECK_THAT(failure("127.0.0.1", "1").message, Catch::Contains("127.0.0.1:1 refused the connection"));
  const tests::Listener other{true};
  CHECK_THAT(failure("127.0.0.1", other.port()).message,
             Catch::Contains("what answers at 127.0.0.1:" + other.port() + " is not SQL Server"));
  CHECK(other.taken() > 0);
}

TEST_CASE("a server whose certificate is to be checked is reached at its own address") {
  if (!has_freetds()) return;
  const tests::Listener one{true}, two{true};
  failure("127.0.0.1", one.port(), "false");
  failure("127.0.0.1", two.port(), "false");
  CHECK(one.taken() > 0);
  CHECK(two.taken() > 0);
}

TEST_CASE("a server that says nothing is given up after the time-out") {
  if (!has_freetds()) return;
  const tests::Listener silent{false};
  const ds::Error error = failure("127.0.0.1", silent.port());
  CHECK(error.kind == ds::ErrorKind::timeout);
  CHECK_THAT(error.message, Catch::Contains("did not answer in 1000 ms"));
}

TEST_CASE("a host that has no address is named") {
  if (!has_freetds()) return;
  CHECK_THAT(failure("no.such.host.invalid", "1433").message, Catch::Contains("\"no.such.host.invalid\" is not known"));
}

}  // namespace odbc_driver_test
