// Queries a folder of Parquet, CSV or JSON files without any server: client, service and engine are one program.
//
// usage: in_process FOLDER STATEMENT      for example: in_process /srv/data 'select count(*) from files.orders'

#include <datasource/datasource.hpp>
#include <datasource/engine/duckdb.hpp>
#include <datasource/transport/memory.hpp>

#include <iostream>
#include <memory>

namespace ds = datasource;

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: in_process FOLDER STATEMENT\n";
    return 2;
  }
  ds::Client client{ds::MemoryTransport{ds::Service{std::make_unique<ds::duckdb::Engine>()}}};

  if (auto made = client.create({.name = "files", .connector = ds::Files{.path = argv[1]}}); !made) {
    std::cerr << made.error() << '\n';
    return 1;
  }
  auto result = client.sql(argv[2]);
  if (!result) {
    std::cerr << result.error() << '\n';
    return 1;
  }
  std::cout << *result;
}
