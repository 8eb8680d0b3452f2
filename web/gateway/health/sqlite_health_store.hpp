#pragma once

#include "registry/sqlite.hpp"

#include <datasource/service/health_store.hpp>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace datasource::gateway {

/// The outcomes of probes in a file of their own. A write does not wait for the disk: after a power failure the last
/// ones may be missing.
class SqliteHealthStore final : public HealthStore {
 public:
  /// Outcomes that are kept of one source.
  static constexpr std::int64_t most = 3000;

  /// Opens the file. One that cannot be used is made anew: it holds nothing but a record. Errors: `server`.
  [[nodiscard]] static Result<std::unique_ptr<SqliteHealthStore>> open(const std::filesystem::path& file);

  Result<void> append(std::string_view source, const ProbeOutcome& outcome, Moment oldest) override;
  [[nodiscard]] Result<std::vector<ProbeOutcome>> newest(std::string_view source, std::size_t most) override;
  Result<void> each_since(Moment oldest, const std::function<void(std::string_view, ProbeOutcome)>& visit) override;
  Result<void> forget(std::string_view source) override;

 private:
  explicit SqliteHealthStore(sqlite::Database database) : database_{std::move(database)} {}
  [[nodiscard]] static Result<std::unique_ptr<SqliteHealthStore>> try_open(const std::filesystem::path& file);
  [[nodiscard]] Result<void> prepare();

  sqlite::Database database_;
  sqlite::Statement append_, prune_, bound_, newest_, since_, forget_;
  std::set<std::string, std::less<>> known_;  ///< The sources that the file may have outcomes of.
  std::uint64_t appended_ = 0;
};

}  // namespace datasource::gateway
