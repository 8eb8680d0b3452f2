// Joins the two sample sources of a gateway and prints the rows.
//
// usage: quick_start [URL]      a gateway started by `make run`; http://127.0.0.1:8480 unless given

#include <datasource/datasource.hpp>
#include <datasource/transport/curl.hpp>

#include <iostream>

namespace ds = datasource;

int main(int argc, char** argv) {
  ds::Client client{ds::CurlTransport{}, {.url = argc > 1 ? argv[1] : "http://127.0.0.1:8480"}};

  auto result = client.sql(R"(select c.country, count(*) as orders, round(sum(o.amount), 2) as revenue
                              from shop.orders o join shop.customers c on c.id = o.customer_id
                              group by c.country order by revenue desc)");
  if (!result) {
    std::cerr << result.error() << '\n';
    return 1;
  }
  std::cout << *result;  // an aligned table; or typed rows:
  for (auto [country, orders] : result->rows<std::string_view, std::int64_t>()) {
    if (orders > 1000) std::cout << country << " has more than a thousand orders\n";
  }
}
