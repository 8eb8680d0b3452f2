#pragma once

#include <datasource/model/query.hpp>
#include <datasource/service/engine.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

namespace datasource::gateway {

/// What engines said of statements whose replies are cached, so that a reply out of the cache needs no engine. It
/// follows from a statement's text alone, and is looked at again by the engine that runs the statement.
class KnownStatements {
 public:
  [[nodiscard]] std::optional<PreparedStatement> find(const Query& query) const {
    const auto found = known_.find(key_of(query));
    return found == known_.end() ? std::nullopt : std::optional{found->second};
  }
  void put(const Query& query, PreparedStatement statement) {
    if (query.text.size() > longest) return;
    if (known_.size() >= most) known_.clear();  // those in use are back with their next run
    known_.insert_or_assign(key_of(query), std::move(statement));
  }

 private:
  static constexpr std::size_t most = 1024;
  static constexpr std::size_t longest = 16 * 1024;

  static std::string key_of(const Query& query) {
    return std::to_string(query.parameters.size()) + (query.language == Language::ppl ? 'p' : 's') + query.text;
  }

  std::unordered_map<std::string, PreparedStatement> known_;
};

}  // namespace datasource::gateway
