#include "health/sqlite_health_store.hpp"

#include <spdlog/spdlog.h>

#include <string>
#include <system_error>

namespace datasource::gateway {
namespace {

constexpr const char* health_schema = R"(
  PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;
  CREATE TABLE IF NOT EXISTS probe (id INTEGER PRIMARY KEY, source TEXT NOT NULL, time INTEGER NOT NULL, up INTEGER NOT NULL,
    duration REAL NOT NULL, cause INTEGER NOT NULL, failed TEXT NOT NULL, message TEXT NOT NULL) STRICT;
  CREATE INDEX IF NOT EXISTS probe_by_source ON probe (source, id);
)";

/// How many writes there are between two looks at whether a source has too many outcomes.
constexpr std::uint64_t bound_every = 61;

std::int64_t number(Moment moment) { return moment.time_since_epoch().count(); }

ProbeCause cause_of(std::int64_t number) {
  return number == static_cast<std::int64_t>(ProbeCause::test)        ? ProbeCause::test
         : number == static_cast<std::int64_t>(ProbeCause::statement) ? ProbeCause::statement
                                                                      : ProbeCause::interval;
}

/// Columns from `time` on.
ProbeOutcome outcome_in(const sqlite::Statement& row, int first) {
  return {.time = Moment{std::chrono::milliseconds{row.integer(first)}},
          .up = row.integer(first + 1) != 0,
          .duration_ms = row.real(first + 2),
          .cause = cause_of(row.integer(first + 3)),
          .check = std::string{row.bytes(first + 4)},
          .message = std::string{row.bytes(first + 5)}};
}

}  // namespace

Result<std::unique_ptr<SqliteHealthStore>> SqliteHealthStore::open(const std::filesystem::path& file) {
  auto store = try_open(file);
  if (store) return store;
  spdlog::warn("{} is made anew: {}", file.string(), store.error().message);
  for (const char* ending : {"", "-wal", "-shm"}) {
    std::error_code ignored;
    std::filesystem::remove(file.string() + ending, ignored);
  }
  return try_open(file);
}

Result<std::unique_ptr<SqliteHealthStore>> SqliteHealthStore::try_open(const std::filesystem::path& file) {
  auto database = sqlite::open(file);
  if (!database) return fail(database.error());
  std::unique_ptr<SqliteHealthStore> store{new SqliteHealthStore{std::move(*database)}};
  if (auto prepared = store->prepare(); !prepared) return fail(prepared.error());
  return store;
}

Result<void> SqliteHealthStore::prepare() {
  if (auto made = sqlite::execute(database_.get(), health_schema); !made) return made;
  auto prepared = sqlite::prepare(
      database_.get(),
      {
          {&append_,
           "INSERT INTO probe (source, time, up, duration, cause, failed, message) VALUES (?1, ?2, ?3, ?4, ?5, ?6, "
           "?7)"},
          {&prune_, "DELETE FROM probe WHERE source = ?1 AND time < ?2"},
          {&bound_,
           "DELETE FROM probe WHERE source = ?1 AND id <= "
           "(SELECT id FROM probe WHERE source = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)"},
          {&newest_,
           "SELECT time, up, duration, cause, failed, message FROM probe WHERE source = ?1 ORDER BY id DESC LIMIT ?2"},
          {&since_,
           "SELECT source, time, up, duration, cause, failed, message FROM probe WHERE time >= ?1 ORDER BY source, id"},
          {&forget_, "DELETE FROM probe WHERE source = ?1"},
      });
  if (!prepared) return prepared;
  auto source = sqlite::Statement::prepare(database_.get(), "SELECT DISTINCT source FROM probe");
  if (!source) return fail(source.error());
  for (;;) {
    const auto more = source->step();
    if (!more) return fail(more.error());
    if (!*more) return {};
    known_.emplace(source->bytes(0));
  }
}

Result<void> SqliteHealthStore::append(std::string_view source, const ProbeOutcome& outcome, Moment oldest) {
  append_.bind(1, source);
  append_.bind(2, number(outcome.time));
  append_.bind(3, std::int64_t{outcome.up ? 1 : 0});
  append_.bind(4, outcome.duration_ms);
  append_.bind(5, static_cast<std::int64_t>(outcome.cause));
  append_.bind(6, outcome.check);
  append_.bind(7, outcome.message);
  if (auto added = append_.run(); !added) return added;
  if (!known_.contains(source)) known_.emplace(source);
  if (appended_++ % bound_every != 0) return {};
  prune_.bind(1, source);
  prune_.bind(2, number(oldest));
  if (auto pruned = prune_.run(); !pruned) return pruned;
  bound_.bind(1, source);
  bound_.bind(2, most);
  return bound_.run();
}

Result<std::vector<ProbeOutcome>> SqliteHealthStore::newest(std::string_view source, std::size_t count) {
  newest_.bind(1, source);
  newest_.bind(2, static_cast<std::int64_t>(count));
  std::vector<ProbeOutcome> outcomes;
  for (;;) {
    const auto more = newest_.step();
    if (!more) return fail(more.error());
    if (!*more) break;
    outcomes.push_back(outcome_in(newest_, 0));
  }
  newest_.reset();
  return outcomes;
}

Result<void> SqliteHealthStore::each_since(Moment oldest,
                                           const std::function<void(std::string_view, ProbeOutcome)>& visit) {
  since_.bind(1, number(oldest));
  for (;;) {
    const auto more = since_.step();
    if (!more) return fail(more.error());
    if (!*more) break;
    const std::string source{since_.bytes(0)};
    visit(source, outcome_in(since_, 1));
  }
  since_.reset();
  return {};
}

Result<void> SqliteHealthStore::forget(std::string_view source) {
  // Most sources that go were never probed, and a deletion is a transaction even where there is nothing.
  const auto found = known_.find(source);
  if (found == known_.end()) return {};
  forget_.bind(1, source);
  if (auto forgotten = forget_.run(); !forgotten) return forgotten;
  known_.erase(found);
  return {};
}

}  // namespace datasource::gateway
