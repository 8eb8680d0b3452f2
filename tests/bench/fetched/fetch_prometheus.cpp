// Samples of a Prometheus to columns: our reader, and libcurl with simdjson asking for all of them at once.
//
// usage: fetch_prometheus URL METRIC LABEL FROM TO TURNS      FROM, TO: milliseconds since 1970, both included

#include "turns.hpp"

#include <datasource/engine/remote/prometheus.hpp>

#include <curl/curl.h>
#include <simdjson.h>

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace {

namespace ds = datasource;

struct Asked {
  std::string url = {};
  std::string metric = {};
  std::string label = {};
  std::int64_t from = 0;
  std::int64_t to = 0;
};

std::vector<ds::ResultSet> read_own(const Asked& asked) {
  const auto source = ds::remote::open_prometheus({{"prometheus.uri", asked.url}}).value();
  auto rows = bench::read_all(*source, asked.metric,
                              {.columns = {"timestamp", "value", asked.label},
                               .filters = {{"timestamp", ds::FilterKind::greater_equal, {asked.from * 1000}},
                                           {"timestamp", ds::FilterKind::less_equal, {asked.to * 1000}}}});
  if (!rows) {
    std::fprintf(stderr, "%s\n", rows.error().message.c_str());
    std::exit(1);
  }
  return std::move(*rows);
}

std::string get(const std::string& url) {
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> easy{curl_easy_init(), curl_easy_cleanup};
  std::string body;
  curl_easy_setopt(easy.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(easy.get(), CURLOPT_FAILONERROR, 1L);
  curl_easy_setopt(easy.get(), CURLOPT_WRITEDATA, &body);
  curl_easy_setopt(
      easy.get(), CURLOPT_WRITEFUNCTION, +[](char* bytes, std::size_t size, std::size_t count, void* to) {
        static_cast<std::string*>(to)->append(bytes, size * count);
        return size * count;
      });
  if (const CURLcode code = curl_easy_perform(easy.get()); code != CURLE_OK) {
    std::fprintf(stderr, "%s\n", curl_easy_strerror(code));
    std::exit(1);
  }
  return body;
}

bench::PlainColumns read_peer(const Asked& asked) {
  // All samples of that length up to that time, as they were scraped; the interval is open on the left.
  char time[32];
  std::snprintf(time, sizeof time, "%.3f", static_cast<double>(asked.to) / 1000);
  std::string body = get(asked.url + "/api/v1/query?query=" + asked.metric + "%5B" +
                         std::to_string(asked.to - asked.from + 1) + "ms%5D&time=" + time);
  body.reserve(body.size() + simdjson::SIMDJSON_PADDING);
  bench::PlainColumns columns;
  simdjson::ondemand::parser parser;
  simdjson::ondemand::document document = parser.iterate(body);
  for (simdjson::ondemand::object series : document["data"]["result"]) {
    const std::string label{std::string_view{series["metric"][asked.label]}};
    for (simdjson::ondemand::array sample : series["values"]) {
      auto part = sample.begin();
      const double seconds = *part;
      const double value = (*++part).get_double_in_string();
      columns.times.push_back(std::llround(seconds * 1000) * 1000);
      columns.numbers.push_back(value);
      columns.names.add(label);
    }
  }
  return columns;
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 7) {
    std::fprintf(stderr, "usage: %s URL METRIC LABEL FROM TO TURNS\n", arguments[0]);
    return 2;
  }
  const Asked asked{arguments[1], arguments[2], arguments[3], std::atoll(arguments[4]), std::atoll(arguments[5])};
  return bench::take_turns(
      std::atoi(arguments[6]), [&] { return read_own(asked); }, [&] { return read_peer(asked); });
}
