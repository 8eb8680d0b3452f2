// Runs a statement on a Trino, without a gateway between, and prints its rows as CSV.
//
// usage: trino URL USER STATEMENT      for example: trino http://127.0.0.1:8080 ada 'select * from tpch.tiny.nation'
//
// TRINO_PASSWORD is the user's password, where Trino asks for one.

#include <datasource/client/trino.hpp>
#include <datasource/columnar/csv_writer.hpp>
#include <datasource/transport/curl.hpp>

#include <cstdlib>
#include <iostream>
#include <utility>

namespace ds = datasource;

int main(int argc, char** argv) {
  if (argc != 4) {
    std::cerr << "usage: trino URL USER STATEMENT\n";
    return 2;
  }
  ds::TrinoOptions options{.url = argv[1], .session = {.user = argv[2]}};
  if (const char* password = std::getenv("TRINO_PASSWORD")) options.auth = ds::BasicAuth{argv[2], password};
  ds::TrinoClient client{ds::CurlTransport{}, std::move(options)};

  const auto progress = [](const ds::TrinoStats& stats) {
    std::cerr << stats.state << ' ' << stats.progress << " %\n";
  };
  const auto rows = client.query({.text = argv[3]}, {}, progress);
  if (!rows) {
    std::cerr << rows.error() << '\n';
    return 1;
  }
  std::cout << ds::write_csv(*rows) << '\n';
}
