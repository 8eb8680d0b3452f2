#include <datasource/datasource.hpp>
#include <datasource/transport/curl.hpp>

#include <iostream>

namespace ds = datasource;

int main(int argc, char** argv) {
  if (argc != 3) return std::cerr << "usage: quick_start URL /path/to/targets.csv\n", 2;
  ds::Client client{ds::CurlTransport{}, {.url = argv[1]}};
  if (auto sources = client.list()) std::cout << sources->size() << " sources are there\n";
  auto made = client.create({.name = "targets", .connector = ds::Files{.path = argv[2]}});
  if (!made) return std::cerr << made.error() << '\n', 1;
  if (auto report = client.test("targets")) std::cout << *report << '\n';
  auto rows = client.sql(R"(select t.country, t.target, count(*) as orders from targets.targets t
                            join shop.customers c on c.country = t.country
                            join shop.orders o on o.customer_id = c.id group by all order by orders desc)");
  if (rows) std::cout << *rows;  // an aligned table; for typed values: rows->rows<std::string_view, std::int64_t>()
  auto removed = client.remove("targets");
  if (!rows || !removed) return std::cerr << (rows ? removed.error() : rows.error()) << '\n', 1;
}
