// How long a client takes to turn a data source into the request that creates it, every rule checked, against
// nlohmann/json reading and writing the body of that request and nothing else.

#include <datasource/connector/postgresql.hpp>
#include <datasource/protocol/opensearch/data_sources.hpp>

#include <benchmark/benchmark.h>
#include <nlohmann/json.hpp>

#include <string>

namespace {

datasource::DataSource source() {
  return {.name = "crm",
          .connector = datasource::PostgreSql{.host = "db1.example.org",
                                              .port = 5433,
                                              .database = "crm",
                                              .username = "app",
                                              .password = datasource::Secret{"correct horse battery staple"}},
          .description = "Customers and what they ordered",
          .allowed_roles = {"analyst", "auditor"}};
}

void datasource_create_request(benchmark::State& state) {
  const auto given = source();
  bool built = true;
  for (auto _ : state) {
    const auto request = datasource::protocol::create_request(given);
    built = built && request.has_value();
    benchmark::DoNotOptimize(&request);
  }
  if (!built) state.SkipWithError("the request was not built");
}

void nlohmann_parse_and_dump(benchmark::State& state) {
  const auto request = datasource::protocol::create_request(source());
  if (!request) return state.SkipWithError("the request was not built");
  for (auto _ : state) {
    const std::string body = nlohmann::json::parse(request->body).dump();
    benchmark::DoNotOptimize(&body);
  }
}

}  // namespace

BENCHMARK(datasource_create_request)->Unit(benchmark::kMicrosecond);
BENCHMARK(nlohmann_parse_and_dump)->Unit(benchmark::kMicrosecond);
BENCHMARK_MAIN();
