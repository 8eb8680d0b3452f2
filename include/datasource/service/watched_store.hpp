#pragma once

#include <datasource/service/store.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace datasource {

/// What a write made of a source.
enum class SourceChange { written, removed };

/// A Store that tells of every write, whichever route or dialect it came by.
class WatchedStore final : public Store {
 public:
  /// Is told after a write; a removal of what was not there is none.
  using Watch = std::function<void(std::string_view name, SourceChange change)>;

  /// @pre both are given
  WatchedStore(std::unique_ptr<Store> store, Watch watch) : store_{std::move(store)}, watch_{std::move(watch)} {}

  Result<std::vector<SourcePtr>> list() override { return store_->list(); }
  Result<SourcePtr> find(std::string_view name) override { return store_->find(name); }
  Result<SourcePtr> find_any_case(std::string_view name) override { return store_->find_any_case(name); }
  Result<void> put(DataSource source) override {
    const std::string name = source.name;
    auto written = store_->put(std::move(source));
    if (written) watch_(name, SourceChange::written);
    return written;
  }
  Result<bool> remove(std::string_view name) override {
    const std::string kept{name};  // the name may be the removed source's own
    auto removed = store_->remove(name);
    if (removed && *removed) watch_(kept, SourceChange::removed);
    return removed;
  }

 private:
  std::unique_ptr<Store> store_;
  Watch watch_;
};

}  // namespace datasource
