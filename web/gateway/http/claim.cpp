#include "http/claim.hpp"

#include "awaiting.hpp"
#include "cache/known_statements.hpp"
#include "engine/ask.hpp"
#include "engine/messages.hpp"

#include <datasource/service/engine_choice.hpp>

#include <utility>

namespace datasource::gateway {
namespace {

/// What an engine says of a statement.
asio::awaitable<Result<PreparedStatement>> prepare(const Pool::Lease& lease, const QueryCall& call) {
  std::string statement = write_query(call.query);
  const auto frame = co_await ask(lease, FrameType::prepare, std::move(statement));
  co_return frame.and_then([](const Frame& each) { return read_prepared(each.payload); });
}

std::optional<ResultCaching> caching_of(const Site& site, const QueryCall& call, const Runnable& ready,
                                        const AuditEntry& entry) {
  if (site.results == nullptr || call.explain) return std::nullopt;
  return plan_result_cache(call.query, call.cache, ready.statement, ready.sources, entry.user,
                           site.service.engines()[ready.engine].id);
}

}  // namespace

Result<Runnable> runnable(const Site& site, const QueryCall& call, PreparedStatement statement, AuditEntry& entry) {
  entry.sources = statement.sources;
  auto sources = site.service.sources_for(statement.sources);
  if (!sources) return fail(sources.error());
  const auto engine = choose_engine(site.service.engines(), *sources);
  if (!engine) return fail(engine.error());
  Runnable ready{.statement = std::move(statement), .engine = *engine, .sources = std::move(*sources)};
  ready.caching = caching_of(site, call, ready, entry);
  return ready;
}

asio::awaitable<Result<Claim>> claim(const Site& site, const QueryCall& call, AuditEntry& entry) {
  EngineSearch search{site.service.engines(), site.service.sources_seen_in(call.query.text)};
  for (;;) {
    auto lease = co_await site.engines.pool(search.asked()).acquire();
    if (!lease) co_return fail(lease.error());
    auto prepared = co_await prepare(*lease, call);
    if (!prepared) {
      auto error = search.misread(std::move(prepared.error()));
      if (error) co_return fail(std::move(*error));
      continue;
    }
    auto ready = runnable(site, call, std::move(*prepared), entry);
    if (!ready) co_return fail(std::move(ready.error()));
    const auto here = search.reads(ready->sources);
    if (!here) co_return fail(here.error());
    if (!*here) continue;
    if (ready->caching) site.known->put(call.query, ready->statement);
    co_return Claim{std::move(*lease), std::move(*ready)};
  }
}

asio::awaitable<Result<Pool::Lease>> claim(const Site& site, const DataSource& source) {
  const auto engine = choose_engine(site.service.engines(), {&source, 1});
  if (!engine) co_return fail(engine.error());
  auto lease = co_await site.engines.pool(*engine).acquire();
  co_return lease;
}

}  // namespace datasource::gateway
