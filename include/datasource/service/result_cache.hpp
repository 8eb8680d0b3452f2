#pragma once

#include <datasource/connector/field_rules.hpp>
#include <datasource/connector/source_fields.hpp>
#include <datasource/detail/ascii.hpp>
#include <datasource/http/message.hpp>
#include <datasource/model/data_source.hpp>
#include <datasource/model/query.hpp>
#include <datasource/protocol/opensearch/data_source_json.hpp>
#include <datasource/protocol/opensearch/parameters_json.hpp>
#include <datasource/service/engine.hpp>

#include <algorithm>
#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace datasource {

/// What a request's `Cache-Control` says of the result cache.
struct CacheDirective {
  bool read = true;                                  ///< An earlier reply may be given: not `no-cache`, not `no-store`.
  bool write = true;                                 ///< The reply may be kept: not `no-store`.
  std::optional<std::chrono::seconds> max_age = {};  ///< The oldest reply that is wanted.

  friend bool operator==(const CacheDirective&, const CacheDirective&) = default;
};

/// Reads `Cache-Control` of a request (RFC 9111, 5.2.1). Directives that are not known are passed over, as it demands.
inline CacheDirective read_cache_control(std::string_view header) {
  CacheDirective directive;
  while (!header.empty()) {
    std::string_view part = header.substr(0, header.find(','));
    header.remove_prefix(std::min(header.size(), part.size() + 1));
    while (!part.empty() && (part.front() == ' ' || part.front() == '\t')) part.remove_prefix(1);
    while (!part.empty() && (part.back() == ' ' || part.back() == '\t')) part.remove_suffix(1);
    const std::string_view name = part.substr(0, part.find('='));
    std::string_view value = part.substr(std::min(part.size(), name.size() + 1));
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"') value = value.substr(1, value.size() - 2);
    if (detail::iequals(name, "no-cache")) directive.read = false;
    if (detail::iequals(name, "no-store")) directive.read = directive.write = false;
    if (const auto age = detail::whole_number(value); age && detail::iequals(name, "max-age"))
      directive.max_age = std::chrono::seconds{*age};
  }
  return directive;
}

/// How long a reply over this source may be given again; nothing where the source does not want that.
inline std::optional<std::chrono::milliseconds> result_cache_ttl(const DataSource& source) {
  const auto found = source.connector.properties.find(result_cache_field.key);
  if (found == source.connector.properties.end()) return std::nullopt;
  const auto ttl = detail::whole_number(detail::as_text(found->second));
  if (!ttl || *ttl <= 0) return std::nullopt;
  return std::chrono::milliseconds{*ttl};
}

/// A statement's text without what cannot change its reply: white space around it and a semicolon at its end; and each
/// run of white space becomes a blank, unless the text has anything (a quote, a comment, a `$`) in which it might
/// count.
inline std::string normalised_statement(std::string_view text) {
  constexpr std::string_view white = " \t\r\n\f\v";
  const auto is_white = [&](char c) { return white.find(c) != std::string_view::npos; };
  while (!text.empty() && is_white(text.front())) text.remove_prefix(1);
  while (!text.empty() && (is_white(text.back()) || text.back() == ';')) text.remove_suffix(1);
  const bool literal = text.find_first_of("'\"\\$") != std::string_view::npos ||
                       text.find("--") != std::string_view::npos || text.find("/*") != std::string_view::npos;
  if (literal) return std::string{text};
  std::string plain;
  for (const char c : text) {
    if (!is_white(c) || plain.back() != ' ') plain += is_white(c) ? ' ' : c;
  }
  return plain;
}

/// What may be done with the reply to a statement.
struct ResultCaching {
  bool read = false;                   ///< An earlier reply may be given.
  bool write = false;                  ///< The reply may be kept.
  std::chrono::milliseconds ttl{0};    ///< How long from now on it may be given again.
  std::chrono::milliseconds limit{0};  ///< The oldest reply that may be given.
  std::string index = {};              ///< The result index that keeps it.
  /// What it is kept under: equal for equal replies. Holds the secrets of sources: a host keeps a digest of it.
  std::string key = {};
};

/// Whether and how the reply to a statement is cached; nothing where its sources do not ask for it. A statement over
/// several sources is cached as long as the shortest of them says, and only when all of them say something; it is kept
/// in the result index of that one. Not cached are statements that give other rows each time, and replies in pages.
///
/// The key has the statement's text and parameters, the format, the user, the engine, and every source whole with its
/// id: what is changed about a source makes the earlier replies over it unreachable.
/// @param user   Who asks: replies are not shared between users.
/// @param engine Which engine runs it: another one may write the same values in another way.
inline std::optional<ResultCaching> plan_result_cache(const Query& query, const CacheDirective& directive,
                                                      const PreparedStatement& statement,
                                                      std::span<const DataSource> sources, std::string_view user,
                                                      std::string_view engine) {
  std::optional<ResultCaching> caching;
  for (const DataSource& source : sources) {
    const auto ttl = result_cache_ttl(source);
    if (!ttl) return std::nullopt;
    if (caching && caching->ttl <= *ttl) continue;
    caching.emplace();
    caching->ttl = *ttl;
    caching->index = source.result_index;
  }
  if (!caching || caching->index.empty()) return std::nullopt;
  if (!statement.repeatable || query.fetch_size > 0) return ResultCaching{.ttl = caching->ttl, .index = caching->index};
  caching->read = directive.read;
  caching->write = directive.write;
  caching->limit = caching->ttl;
  if (directive.max_age) caching->limit = std::min<std::chrono::milliseconds>(caching->limit, *directive.max_age);
  detail::OrderedJson key{{"language", to_string(query.language)},
                          {"statement", normalised_statement(query.text)},
                          {"format", to_string(query.format)},
                          {"user", user},
                          {"engine", engine},
                          {"parameters", detail::parameters_json(query.parameters)}};
  caching->key = detail::dump(key);
  for (const DataSource& source : sources) caching->key += json_text(source, Secrets::reveal);
  return caching;
}

/// Where a reply came from.
enum class CacheUse {
  hit,     ///< From the cache.
  miss,    ///< From the engine; the cache had none.
  bypass,  ///< From the engine, since the request or the statement wanted that.
};

/// `hit`, `miss` or `bypass`.
constexpr std::string_view to_string(CacheUse use) {
  return use == CacheUse::hit ? "hit" : use == CacheUse::miss ? "miss" : "bypass";
}

/// What a reply says of the cache: `X-Result-Cache`, `X-Result-Index` and, of a hit, its `Age` in seconds.
inline Headers cache_headers(const ResultCaching& caching, CacheUse use, std::chrono::milliseconds age = {}) {
  Headers headers{{"X-Result-Cache", std::string{to_string(use)}}, {"X-Result-Index", caching.index}};
  if (use == CacheUse::hit)
    headers.emplace_back("Age", std::to_string(std::chrono::floor<std::chrono::seconds>(age).count()));
  return headers;
}

}  // namespace datasource
