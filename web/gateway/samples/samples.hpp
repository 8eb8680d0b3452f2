#pragma once

#include "registry/sqlite_store.hpp"

#include <datasource/model/error.hpp>
#include <datasource/service/service.hpp>

#include <filesystem>

namespace datasource::gateway {

/// On a registry's first start: makes the sample data in `folder`, in a process of its own, and registers it as the
/// sources `shop` and `events`. Never again after that, so that samples that were deleted stay away. A failure is
/// logged and costs only the samples.
void offer_samples(const std::filesystem::path& folder, SqliteStore& store, Service& service);

/// Writes `shop.db`, an SQLite database of 200 customers, 40 products and 5,000 orders; the same bytes of data each
/// time.
[[nodiscard]] Result<void> write_shop(const std::filesystem::path& file);

/// Writes `page_views/part-0.parquet` and so on: 50,000 page views of the shop's customers in 4 files.
[[nodiscard]] Result<void> write_events(const std::filesystem::path& folder);

}  // namespace datasource::gateway
