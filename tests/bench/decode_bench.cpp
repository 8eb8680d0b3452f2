// How fast a JDBC reply becomes columns, against two well-known parsers that do the same work on the same bytes in the
// same run: simdjson's on-demand reader and nlohmann/json's tree.

#include "reply.hpp"

#include <datasource/columnar/jdbc_reader.hpp>

#include <benchmark/benchmark.h>
#include <nlohmann/json.hpp>
#include <simdjson.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace {

const std::string& body_of(const benchmark::State& state) {
  static const std::string bodies[] = {bench::reply(false), bench::reply(true)};
  return bodies[state.range(0)];
}

/// The columns that the peers fill: the same buffers as the SDK's. They are told the schema and the number of rows,
/// which the SDK reads and estimates, and do not check that a row ends where it should.
struct PlainColumns {
  std::vector<std::int64_t> id;
  std::vector<std::int32_t> n;
  std::vector<double> amount;
  std::string names;
  std::vector<std::uint32_t> name_ends;
  std::string times;
  std::vector<std::uint32_t> time_ends;
  std::vector<std::uint8_t> ok;
  std::vector<std::uint8_t> ok_valid;

  PlainColumns() {
    id.reserve(bench::rows);
    n.reserve(bench::rows);
    amount.reserve(bench::rows);
    names.reserve(std::size_t{bench::rows} * 24);
    name_ends.reserve(bench::rows);
    times.reserve(std::size_t{bench::rows} * 24);
    time_ends.reserve(bench::rows);
    ok.reserve(bench::rows);
    ok_valid.reserve(bench::rows);
  }

  void add(std::int64_t id_value, std::int32_t n_value, double amount_value, std::string_view name,
           std::string_view time) {
    id.push_back(id_value);
    n.push_back(n_value);
    amount.push_back(amount_value);
    names += name;
    name_ends.push_back(static_cast<std::uint32_t>(names.size()));
    times += time;
    time_ends.push_back(static_cast<std::uint32_t>(times.size()));
  }
  void add_ok(bool valid, bool value) {
    ok.push_back(value ? 1 : 0);
    ok_valid.push_back(valid ? 1 : 0);
  }
};

void finish(benchmark::State& state, bool whole) {
  if (!whole) state.SkipWithError("the reply was not decoded");
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) *
                          static_cast<std::int64_t>(body_of(state).size()));
}

void datasource_columns(benchmark::State& state) {
  const std::string& body = body_of(state);
  bool whole = true;
  for (auto _ : state) {
    const auto result = datasource::read_jdbc(body);
    whole = whole && result && result->row_count() == bench::rows;
    benchmark::DoNotOptimize(&result);
  }
  finish(state, whole);
}

void nlohmann_tree(benchmark::State& state) {
  const std::string& body = body_of(state);
  bool whole = true;
  for (auto _ : state) {
    PlainColumns columns;
    const auto document = nlohmann::json::parse(body);
    for (const auto& row : document["datarows"]) {
      columns.add(row[0].get<std::int64_t>(), row[1].get<std::int32_t>(), row[2].get<double>(),
                  row[3].get_ref<const std::string&>(), row[4].get_ref<const std::string&>());
      columns.add_ok(!row[5].is_null(), row[5].is_boolean() && row[5].get<bool>());
    }
    whole = whole && columns.ok.size() == bench::rows;
    benchmark::DoNotOptimize(&columns);
  }
  finish(state, whole);
}

void simdjson_on_demand(benchmark::State& state) {
  // The padding that it asks for is there, so it need not copy; its parser is kept, as its documentation advises.
  const simdjson::padded_string body{body_of(state)};
  simdjson::ondemand::parser parser;
  bool whole = true;
  for (auto _ : state) {
    PlainColumns columns;
    auto document = parser.iterate(body);
    for (auto row : document["datarows"].get_array()) {
      auto cell = row.get_array().begin();
      const std::int64_t id = (*cell).get_int64();
      const std::int64_t n = (*++cell).get_int64();
      const double amount = (*++cell).get_double();
      const std::string_view name = (*++cell).get_string();
      const std::string_view time = (*++cell).get_string();
      columns.add(id, static_cast<std::int32_t>(n), amount, name, time);
      auto last = *++cell;
      if (last.is_null()) {
        columns.add_ok(false, false);
      } else {
        columns.add_ok(true, last.get_bool());
      }
      ++cell;
    }
    whole = whole && columns.ok.size() == bench::rows;
    benchmark::DoNotOptimize(&columns);
  }
  finish(state, whole);
}

}  // namespace

// Argument 0: compact, 1: pretty.
BENCHMARK(datasource_columns)->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond);
BENCHMARK(simdjson_on_demand)->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond);
BENCHMARK(nlohmann_tree)->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond);
BENCHMARK_MAIN();
