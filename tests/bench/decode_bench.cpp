// How fast a JDBC reply becomes columns, against two well-known parsers doing the same work on the same bytes in the
// same run: nlohmann/json's tree and simdjson's on-demand reader. Prints bytes per second for each; the ratios follow.

#include <datasource/columnar/jdbc_reader.hpp>

#include <benchmark/benchmark.h>
#include <nlohmann/json.hpp>
#include <simdjson.h>

#include <cstdint>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace {

constexpr int rows = 200'000;

/// 200,000 rows of a long, an integer, a double, a keyword, a timestamp and a boolean.
const std::string& reply(bool pretty) {
  static std::map<bool, std::string> bodies;
  std::string& body = bodies[pretty];
  if (!body.empty()) return body;
  const char* cell = pretty ? ",\n      " : ",";
  body =
      R"({"schema":[{"name":"id","type":"long"},{"name":"n","type":"integer"},{"name":"amount","type":"double"},{"name":"name","type":"keyword"},{"name":"at","type":"timestamp"},{"name":"ok","type":"boolean"}],"datarows":[)";
  for (int i = 0; i < rows; ++i) {
    body += i == 0 ? "" : ",";
    body += pretty ? "\n    [\n      " : "[";
    body += std::to_string(9007199254740993LL + i) + cell + std::to_string(i % 1000) + cell + std::to_string(i * 0.37) +
            cell;
    body += "\"Customer number " + std::to_string(i) + "\"" + cell + R"("2024-02-29 12:34:56.789")" + cell +
            (i % 3 == 0 ? "null" : "true");
    body += pretty ? "\n    ]" : "]";
  }
  body += R"(],"total":200000,"size":200000,"status":200})";
  body.reserve(body.size() + simdjson::SIMDJSON_PADDING);
  return body;
}

/// The columns that the peers fill: the same buffers as the SDK's, without its checks of types and lengths.
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

void count_bytes(benchmark::State& state, const std::string& body) {
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) * static_cast<std::int64_t>(body.size()));
}

void datasource_columns(benchmark::State& state) {
  const std::string& body = reply(state.range(0) != 0);
  for (auto _ : state) {
    auto result = datasource::read_jdbc(body);
    if (!result || result->row_count() != rows) state.SkipWithError("not decoded");
    benchmark::DoNotOptimize(result);
  }
  count_bytes(state, body);
}

void nlohmann_tree(benchmark::State& state) {
  const std::string& body = reply(state.range(0) != 0);
  for (auto _ : state) {
    PlainColumns columns;
    for (const auto& row : nlohmann::json::parse(body)["datarows"]) {
      columns.add(row[0].get<std::int64_t>(), row[1].get<std::int32_t>(), row[2].get<double>(),
                  row[3].get_ref<const std::string&>(), row[4].get_ref<const std::string&>());
      columns.add_ok(!row[5].is_null(), row[5].is_boolean() && row[5].get<bool>());
    }
    benchmark::DoNotOptimize(columns);
  }
  count_bytes(state, body);
}

void simdjson_on_demand(benchmark::State& state) {
  const std::string& body = reply(state.range(0) != 0);
  simdjson::ondemand::parser parser;
  for (auto _ : state) {
    PlainColumns columns;
    auto document = parser.iterate(body.data(), body.size(), body.capacity());
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
    benchmark::DoNotOptimize(columns);
  }
  count_bytes(state, body);
}

/// The console's table, and the speeds by name for the ratios.
class Reporter : public benchmark::ConsoleReporter {
 public:
  std::map<std::string, double> speeds;
  void ReportRuns(const std::vector<Run>& runs) override {
    ConsoleReporter::ReportRuns(runs);
    for (const Run& run : runs) {
      if (const auto found = run.counters.find("bytes_per_second");
          found != run.counters.end() && run.run_type == Run::RT_Iteration) {
        speeds[run.benchmark_name()] = std::max(speeds[run.benchmark_name()], double{found->second});
      }
    }
  }
};

}  // namespace

BENCHMARK(datasource_columns)->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond);
BENCHMARK(nlohmann_tree)->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond);
BENCHMARK(simdjson_on_demand)->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond);

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  Reporter reporter;
  benchmark::RunSpecifiedBenchmarks(&reporter);
  for (const char* form : {"/0", "/1"}) {
    const double own = reporter.speeds[std::string{"datasource_columns"} + form];
    for (const char* peer : {"nlohmann_tree", "simdjson_on_demand"}) {
      if (const double other = reporter.speeds[std::string{peer} + form]; own > 0 && other > 0) {
        std::cout << (form[1] == '0' ? "compact: " : "pretty:  ") << own / other << "x " << peer << '\n';
      }
    }
  }
}
