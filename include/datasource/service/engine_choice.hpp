#pragma once

#include <datasource/connector/catalogue.hpp>
#include <datasource/connector/connector.hpp>
#include <datasource/detail/ascii.hpp>
#include <datasource/model/data_source.hpp>
#include <datasource/model/error.hpp>
#include <datasource/model/violation.hpp>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace datasource {

/// An engine behind a service, as the service has to know it.
struct EngineInfo {
  std::string id = "duckdb";     ///< As DataSource::engine names it.
  std::string version = "none";  ///< Name and version, such as `duckdb 1.5.5`.
  /// Whether it reads sources of a connector.
  std::function<bool(const Connector&)> serves = [](const Connector& connector) { return connector.in_duckdb(); };
  bool admits = false;  ///< It is asked before a source of its own is written (Engine::admit).
};

/// The ids of those engines that `wanted` picks, such as `duckdb, trino`.
template <class Wanted>
std::string engine_ids(std::span<const EngineInfo> engines, Wanted wanted, std::string_view between = ", ") {
  std::string ids;
  for (const EngineInfo& engine : engines) {
    if (wanted(engine)) ids.append(ids.empty() ? "" : between).append(engine.id);
  }
  return ids;
}

namespace detail {

inline bool serves(const EngineInfo& engine, const DataSource& source) {
  const Connector* connector = find_connector(source.connector.id);
  return connector != nullptr && engine.serves(*connector);
}

/// Whether a source says, or leaves open, that this engine reads it.
inline bool allows(const DataSource& source, const EngineInfo& engine) {
  return source.engine.empty() ? serves(engine, source) : source.engine == engine.id;
}

}  // namespace detail

/// Whether any of the engines reads sources of a connector.
inline bool any_serves(std::span<const EngineInfo> engines, const Connector& connector) {
  return std::any_of(engines.begin(), engines.end(), [&](const EngineInfo& each) { return each.serves(connector); });
}

/// What is wrong with the engine that a source names: it has to run here, and to read the source's connector.
/// @param engines Those that run here, the default first.
inline std::vector<Violation> engine_rules(const DataSource& source, std::span<const EngineInfo> engines) {
  if (source.engine.empty()) return {};
  const auto named =
      std::find_if(engines.begin(), engines.end(), [&](const EngineInfo& each) { return each.id == source.engine; });
  if (named == engines.end())
    return {{"engine", "unknown_engine", "no engine " + detail::in_quotes(source.engine) + " runs here",
             "use one of " + engine_ids(engines, [](const EngineInfo&) { return true; }) + ", or leave it out"}};
  const Connector* connector = find_connector(source.connector.id);
  if (connector == nullptr || named->serves(*connector)) return {};
  const std::string able = engine_ids(
      engines, [&](const EngineInfo& each) { return each.serves(*connector); }, " or ");
  return {{"engine", "engine_connector", source.engine + " does not read " + std::string{connector->title},
           able.empty() ? "leave it out" : "use " + able + ", or leave it out"}};
}

/// Which engine runs a statement over these sources, by its place in `engines`: the first that every source allows. A
/// source allows the engine that it names, or without one each that reads its connector. So the sources that name one
/// decide, the others follow them, and the default is first where all leave it open. A connector that no engine reads
/// has no say: the engine tells what is wrong with it.
/// @param engines Those that run here, the default first. @pre not empty
/// @par Errors `unsupported` for a source whose engine does not run here; `invalid` with type `EngineConflictException`
/// where no engine has all sources, saying which engine each of them has.
inline Result<std::size_t> choose_engine(std::span<const EngineInfo> engines, std::span<const DataSource> sources) {
  const auto readable = [&](const DataSource& source) {
    return !source.engine.empty() ||
           std::any_of(engines.begin(), engines.end(), [&](const EngineInfo& e) { return detail::serves(e, source); });
  };
  for (std::size_t i = 0; i < engines.size(); ++i) {
    if (std::all_of(sources.begin(), sources.end(),
                    [&](const DataSource& source) { return !readable(source) || detail::allows(source, engines[i]); }))
      return i;
  }
  std::string each;
  for (const DataSource& source : sources) {
    if (!readable(source)) continue;
    const std::string able = engine_ids(
        engines, [&](const EngineInfo& engine) { return detail::allows(source, engine); }, " or ");
    if (able.empty())
      return fail({.kind = ErrorKind::unsupported,
                   .message = "data source " + detail::in_quotes(source.name) + " is to be read by the engine " +
                              source.engine + ", which does not run here; use one of " +
                              engine_ids(engines, [](const EngineInfo&) { return true; }) +
                              " as its engine, or start " + source.engine + " too",
                   .status = 400,
                   .field = "engine"});
    each.append(each.empty() ? "" : ", ").append(source.name).append(" by ").append(able);
    each.append(source.engine.empty() ? "" : " (its engine)");
  }
  return fail({.kind = ErrorKind::invalid,
               .message = "no engine has all sources of this statement: " + each +
                          "; give them an engine that reads all of them, or query them in statements of their own",
               .status = 400,
               .type = "EngineConflictException",
               .field = "engine"});
}

/// How a host finds the engine of a statement. Which sources a statement reads, an engine's parser says, in the dialect
/// of that engine; so its text is looked at first for the names of sources, and the engine that has those is asked:
///
///     EngineSearch search{engines, sources that the text seems to name};
///     for (;;) {
///       ask the engine search.asked() what the statement reads
///       it did not understand: search.misread(error), which says whether to ask another one
///       it did:                search.reads(sources), which says whether it is the one that runs it
///     }
class EngineSearch {
 public:
  /// @param engines Those that run here, the default first; they outlive the search.
  /// @param guessed The sources whose names were seen where names of tables may stand. Too many or too few do no harm.
  EngineSearch(std::span<const EngineInfo> engines, std::span<const DataSource> guessed) : engines_{engines} {
    const auto chosen = choose_engine(engines, guessed);
    chosen ? void(asked_ = *chosen) : void(conflict_ = chosen.error());
  }

  /// The engine to ask, by its place.
  [[nodiscard]] std::size_t asked() const { return asked_; }

  /// The engine asked says that the statement reads these sources. True: it runs it; false: ask another one. Errors: as
  /// choose_engine().
  [[nodiscard]] Result<bool> reads(std::span<const DataSource> sources) {
    const auto chosen = choose_engine(engines_, sources);
    if (!chosen) return fail(chosen.error());
    if (*chosen == asked_) return true;
    if (moved_)
      return fail({.kind = ErrorKind::invalid,
                   .message = "the engines here read different sources out of this statement; quote its names",
                   .status = 400,
                   .type = "EngineConflictException"});
    moved_ = true;
    asked_ = *chosen;
    return false;
  }

  /// The engine asked does not understand the statement. An error to give to the caller, or nothing: ask another one,
  /// since the text seems to span engines and only a parser can tell.
  [[nodiscard]] std::optional<Error> misread(Error error) {
    if (!conflict_ || moved_) return error;
    if (++asked_ == engines_.size()) return std::move(conflict_);
    return std::nullopt;
  }

 private:
  std::span<const EngineInfo> engines_;
  std::size_t asked_ = 0;
  std::optional<Error> conflict_ = {};
  bool moved_ = false;
};

}  // namespace datasource
