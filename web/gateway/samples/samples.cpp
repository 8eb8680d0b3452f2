#include "samples/samples.hpp"

#include "engine/spawn.hpp"

#include <datasource/connector/files.hpp>
#include <datasource/connector/sqlite.hpp>
#include <datasource/detail/json.hpp>
#include <datasource/protocol/opensearch/data_source_json.hpp>
#include <datasource/protocol/opensearch/routes.hpp>

#include <spdlog/spdlog.h>
#include <sys/wait.h>

#include <cerrno>
#include <string>
#include <system_error>
#include <utility>
#include <variant>

namespace datasource::gateway {
namespace {

constexpr std::string_view mark = "samples";

/// The Parquet files are written by DuckDB, which the gateway's own process never runs.
bool make(const std::filesystem::path& folder) {
  std::error_code error;
  if (std::filesystem::exists(folder, error)) return true;
  std::filesystem::path draft = folder;
  draft += ".new";
  std::filesystem::remove_all(draft, error);
  const auto pid = spawn("/proc/self/exe", {"samples", draft.string()});
  if (!pid) return false;
  int status = 0;
  while (::waitpid(*pid, &status, 0) < 0 && errno == EINTR) {
  }
  if (status != 0) return false;
  std::filesystem::rename(draft, folder, error);
  return !error;
}

bool add(Service& service, const DataSource& source) {
  const HttpRequest request{.method = "POST",
                            .target = std::string{routes::data_sources},
                            .headers = {},
                            .body = json_text(source, Secrets::reveal)};
  const Service::Answer answer = service.route(request);
  const auto* response = std::get_if<HttpResponse>(&answer);
  return response != nullptr &&
         (response->status == 201 || response->status == 409);  // a source of the user's own by that name stays
}

}  // namespace

void offer_samples(const std::filesystem::path& folder, SqliteStore& store, Service& service) {
  const auto offered = store.has_mark(mark);
  if (!offered || *offered) return;
  const DataSource shop{.name = "shop",
                        .connector = Sqlite{(folder / "shop.db").string()},
                        .description = "Sample: customers, products and orders of a shop (SQLite)"};
  const DataSource events{.name = "events",
                          .connector = Files{(folder / "events").string()},
                          .description = "Sample: page views of the shop's customers (Parquet)"};
  if (make(folder) && add(service, shop) && add(service, events) && store.set_mark(mark)) return;
  spdlog::warn("the sample data sources could not be made; --no-samples does without them");
}

}  // namespace datasource::gateway
