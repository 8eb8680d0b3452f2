// Requests one after the other, to a service of either dialect: `METHOD target`, a line feed and a body that ends with
// the next line feed.
#include "fuzz.hpp"

#include <datasource/datasource.hpp>
#include <datasource/service/service.hpp>

#include <memory>
#include <string>

namespace ds = datasource;

int fuzz::service(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input{data, size};
  const auto dialect = input.below(2) == 0 ? ds::Dialect::documented : ds::Dialect::opensearch;
  ds::Service service{std::make_unique<ds::MemoryStore>(), {.dialect = dialect}};
  for (int requests = 0; !input.empty() && requests < 32; ++requests) {
    const std::string_view head = input.line();
    const std::string_view method = head.substr(0, head.find(' '));
    const std::string_view target = head.substr(method.size() == head.size() ? head.size() : method.size() + 1);
    const ds::HttpResponse response = service.handle(
        {std::string{method}, std::string{target}, {{"Content-Type", "application/json"}}, std::string{input.line()}});
    FUZZ_CHECK(response.status >= 200 && response.status <= 599);
    FUZZ_CHECK(response.body.empty() || nlohmann::json::accept(response.body));
    FUZZ_CHECK(response.status < 400 || response.body.empty() || !ds::read_error(response).message.empty());
  }
  return 0;
}
