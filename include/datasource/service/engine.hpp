#pragma once

#include <datasource/connector/connector.hpp>
#include <datasource/model/data_source.hpp>
#include <datasource/model/engine_status.hpp>
#include <datasource/model/error.hpp>
#include <datasource/model/query.hpp>
#include <datasource/model/schema.hpp>
#include <datasource/model/test_report.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace datasource {

/// Receives the bytes of a reply's body, in order. False stops the query; the engine then answers `cancelled`.
using Sink = std::function<bool(std::string_view bytes)>;

/// Receives a reply that is divided into pages of `Query::fetch_size` rows. Each page is a whole body; every one but
/// the last has the member `cursor`, which names the page that follows it.
struct PageSink {
  Sink bytes = {};  ///< The bytes of the page at hand.
  std::function<std::string()> name =
      {};                           ///< The cursor of the page that follows; asked when it is known that one does.
  std::function<bool()> turn = {};  ///< The page at hand is whole. Returns when the next is wanted; false when none is.
};

/// What a finished query came to.
struct QuerySummary {
  std::uint64_t rows = 0;  ///< Rows that were sent.
  /// What went wrong after the first bytes. The body is whole and ends by telling it.
  std::optional<Error> failure = {};
};

/// What is known of a statement before it runs.
struct PreparedStatement {
  std::vector<std::string> sources = {};  ///< As Engine::sources_of() gives them.
  /// Whether it gives the same rows over the same data whenever it runs: it asks for no time, no chance and no user.
  bool repeatable = false;
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

  /// As a data source names it, such as `duckdb`: the first word of the version.
  [[nodiscard]] std::string id() const {
    const std::string whole = version();
    return whole.substr(0, whole.find(' '));
  }

  /// Whether it reads sources of that connector; a service offers and takes only those.
  [[nodiscard]] virtual bool serves(const Connector& connector) const { return connector.in_duckdb(); }

  /// The names of the data sources that a statement reads, as written in it, each once, in order of appearance. Runs
  /// nothing and connects to nothing. Errors: `invalid` for text that does not parse or is not one SELECT-like
  /// statement, `forbidden` for what user SQL must not reach, each naming the rule; `unsupported` for a language that
  /// the engine does not speak.
  [[nodiscard]] virtual Result<std::vector<std::string>> sources_of(const Query& query) = 0;

  /// The same, and what else is known of the statement. An engine that cannot tell whether a statement is repeatable
  /// says no. Errors: as sources_of().
  [[nodiscard]] virtual Result<PreparedStatement> prepare(const Query& query) {
    return sources_of(query).map(
        [](std::vector<std::string>&& names) { return PreparedStatement{.sources = std::move(names)}; });
  }

  /// Runs a statement that may read exactly `sources`, and writes the reply's whole body to `sink`, in the query's
  /// format; for jdbc `{"schema":[{"name","type"}…],"datarows":[[…]…],"total":n,"size":n,"status":200}`. An error
  /// before the first byte is returned with nothing written; a later one is returned too, and the body that was begun
  /// is then incomplete.
  [[nodiscard]] virtual Result<QuerySummary> run(const Query& query, std::span<const DataSource> sources,
                                                 const Sink& sink) = 0;

  /// The same in pages; format jdbc only. It returns when the last page is written or no other is wanted.
  /// @pre `query.fetch_size > 0`
  [[nodiscard]] virtual Result<QuerySummary> run_pages(const Query& query, std::span<const DataSource> sources,
                                                       const PageSink& sink) {
    (void)query, (void)sources, (void)sink;
    return fail(ErrorKind::unsupported, version() + " gives all rows in one reply; leave fetch_size out");
  }

  /// How the engine would run a statement, as the JSON of `{"root": {"name", "description", "children"}}`. Reads no
  /// row.
  [[nodiscard]] virtual Result<std::string> explain(const Query& query, std::span<const DataSource> sources) {
    (void)query, (void)sources;
    return fail(ErrorKind::unsupported, version() + " does not explain statements");
  }

  /// A page of the source's tables and their columns. Errors: those of reaching the source; `invalid` for an `after`
  /// that no page gave.
  [[nodiscard]] virtual Result<SchemaPage> schema(const DataSource& source, const SchemaRequest& wanted) {
    (void)source, (void)wanted;
    return fail(ErrorKind::unsupported, version() + " does not list tables");
  }

  /// Tests the connection step by step. Failures are in the report.
  [[nodiscard]] virtual TestReport test(const DataSource& source) = 0;

  /// Asked before a source is registered or replaced, by hosts whose engine is a server that keeps sources itself.
  /// Errors: `invalid` against the field that the server refuses; those of reaching it.
  [[nodiscard]] virtual Result<void> admit(const DataSource& source) {
    (void)source;
    return {};
  }

  /// Brings what such a server keeps in line with the registry.
  /// @param sources All registered sources that it reads: the server is to have them.
  /// @param others  Those that another engine reads, unless a statement brings them here: the server may have them.
  [[nodiscard]] virtual Result<Drift> reconcile(std::span<const DataSource> sources,
                                                std::span<const DataSource> others = {}) {
    (void)sources, (void)others;
    return Drift{};
  }
};

}  // namespace datasource
