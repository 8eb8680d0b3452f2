#pragma once

#include <datasource/model/data_source.hpp>
#include <datasource/model/error.hpp>
#include <datasource/service/source_map.hpp>

#include <charconv>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace datasource {

namespace detail {

/// What a write makes of the version that it replaces: never one that a source of this name had before, since the id of
/// one that was removed does not come again. Nothing of what is stored can be told from it.
inline std::string next_etag(std::string_view id, std::string_view replaced) {
  const std::size_t dash = replaced.rfind('-');
  std::uint64_t count = 0;
  if (dash != std::string_view::npos && replaced.substr(0, dash) == id)
    std::from_chars(replaced.data() + dash + 1, replaced.data() + replaced.size(), count);
  return std::string{id} + '-' + std::to_string(count + 1);
}

}  // namespace detail

/// Where the registry is kept. The host of the service persists it: a write that returned is durable and atomic.
class Store {
 public:
  Store() = default;
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;
  virtual ~Store() = default;

  /// All sources, secrets included, ordered by name as NameOrder has it.
  [[nodiscard]] virtual Result<std::vector<SourcePtr>> list() = 0;
  /// The source of exactly that name, secrets included; null when there is none.
  [[nodiscard]] virtual Result<SourcePtr> find(std::string_view name) = 0;
  /// The source of exactly that name, or else one of that name in another case; null when there is neither.
  [[nodiscard]] virtual Result<SourcePtr> find_any_case(std::string_view name) = 0;
  /// Inserts or replaces the source of `source.name`.
  [[nodiscard]] virtual Result<void> put(DataSource source) = 0;
  /// Removes it for good. True when it was there.
  [[nodiscard]] virtual Result<bool> remove(std::string_view name) = 0;
};

/// A registry that lives as long as the process.
class MemoryStore final : public Store {
 public:
  Result<std::vector<SourcePtr>> list() override { return all_of(sources_); }
  Result<SourcePtr> find(std::string_view name) override { return find_in(sources_, name); }
  Result<SourcePtr> find_any_case(std::string_view name) override { return datasource::find_any_case(sources_, name); }
  Result<void> put(DataSource source) override {
    const auto kept = std::make_shared<const DataSource>(std::move(source));
    sources_.insert_or_assign(kept->name, kept);
    return {};
  }
  Result<bool> remove(std::string_view name) override {
    const auto found = sources_.find(name);
    if (found == sources_.end()) return false;
    sources_.erase(found);
    return true;
  }

 private:
  SourceMap sources_;
};

}  // namespace datasource
