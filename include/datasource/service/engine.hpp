#pragma once

#include <datasource/connector/connector.hpp>
#include <datasource/model/data_source.hpp>
#include <datasource/model/error.hpp>
#include <datasource/model/query.hpp>
#include <datasource/model/test_report.hpp>

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace datasource {

/// Receives the bytes of a reply's body, in order. False stops the query; the engine then answers `cancelled`.
using Sink = std::function<bool(std::string_view bytes)>;

/// What a finished query came to.
struct QuerySummary {
  std::uint64_t rows = 0;
};

/// What runs statements and connection tests. An implementation needs no knowledge of HTTP or of the registry.
class Engine {
 public:
  Engine() = default;
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;
  virtual ~Engine() = default;

  /// Name and version, such as `duckdb 1.5.5`.
  [[nodiscard]] virtual std::string version() const = 0;

  /// Whether it reads sources of that connector; a service offers and takes only those.
  [[nodiscard]] virtual bool serves(const Connector& connector) const { return connector.in_duckdb(); }

  /// The names of the data sources that a statement reads, as written in it, each once, in order of appearance. Runs
  /// nothing and connects to nothing. Errors: `invalid` for text that does not parse or is not one SELECT-like
  /// statement, `forbidden` for what user SQL must not reach, each naming the rule; `unsupported` for a language that
  /// the engine does not speak.
  [[nodiscard]] virtual Result<std::vector<std::string>> sources_of(const Query& query) = 0;

  /// Runs a statement that may read exactly `sources`, and writes the reply's whole body to `sink`:
  /// `{"schema":[{"name","type"}…],"datarows":[[…]…],"total":n,"size":n,"status":200}`. An error before the first byte
  /// is returned with nothing written; a later one is returned too, and the body that was begun is then incomplete.
  [[nodiscard]] virtual Result<QuerySummary> run(const Query& query, std::span<const DataSource> sources,
                                                 const Sink& sink) = 0;

  /// Tests the connection step by step. Failures are in the report.
  [[nodiscard]] virtual TestReport test(const DataSource& source) = 0;
};

}  // namespace datasource
