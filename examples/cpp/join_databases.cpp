// Registers a PostgreSQL and a MySQL database with a gateway, tests both, and joins a table of each in one statement.
//
// usage: join_databases URL 'select … from crm.… join shop.…'
//
// The databases come from the environment, under the names that their own clients use: PGHOST, PGPORT, PGDATABASE,
// PGUSER, PGPASSWORD and MYSQL_HOST, MYSQL_PORT, MYSQL_DATABASE, MYSQL_USER, MYSQL_PASSWORD. They are registered as
// `crm` and `orders`, and removed at the end.

#include <datasource/datasource.hpp>
#include <datasource/transport/curl.hpp>

#include <charconv>
#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>

namespace ds = datasource;

namespace {

std::string setting(const char* name, const char* fallback) {
  const char* value = std::getenv(name);
  return value == nullptr ? fallback : value;
}

std::uint16_t port(const char* name, const char* fallback) {
  const std::string text = setting(name, fallback);
  std::uint16_t number = 0;  // what is no port stays 0, which the SDK refuses by name
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

int failed(const ds::Error& error) {
  std::cerr << error << '\n';
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: join_databases URL STATEMENT\n";
    return 2;
  }
  ds::Client client{ds::CurlTransport{}, {.url = argv[1]}};

  const ds::DataSource crm{.name = "crm",
                           .connector = ds::PostgreSql{.host = setting("PGHOST", "localhost"),
                                                       .port = port("PGPORT", "5432"),
                                                       .database = setting("PGDATABASE", "crm"),
                                                       .username = setting("PGUSER", "app"),
                                                       .password = ds::Secret::from_env("PGPASSWORD")},
                           .description = "Customers"};
  const ds::DataSource orders{.name = "orders",
                              .connector = ds::MySql{.host = setting("MYSQL_HOST", "localhost"),
                                                     .port = port("MYSQL_PORT", "3306"),
                                                     .database = setting("MYSQL_DATABASE", "shop"),
                                                     .username = setting("MYSQL_USER", "app"),
                                                     .password = ds::Secret::from_env("MYSQL_PASSWORD")},
                              .description = "Orders"};

  for (const ds::DataSource& source : {crm, orders}) {
    if (auto made = client.create(source); !made) return failed(made.error());
    auto report = client.test(source.name);
    if (!report) return failed(report.error());
    std::cout << source.name << ": " << *report << '\n';
  }

  auto result = client.sql(argv[2]);
  for (const ds::DataSource& source : {crm, orders}) {
    if (auto removed = client.remove(source.name); !removed) return failed(removed.error());
  }
  if (!result) return failed(result.error());
  std::cout << *result;
}
