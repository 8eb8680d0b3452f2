#pragma once

#include <datasource/model/data_source.hpp>
#include <datasource/model/error.hpp>

#include <string>
#include <string_view>

namespace datasource::gateway {

/// A data source as the registry keeps it: what may be read as it is, and what may not.
struct Record {
  std::string document;  ///< The API's JSON without any secret.
  std::string secrets;   ///< JSON of the secrets, `{"password": …, "properties": {…}}`; empty when there are none.
};

/// Takes a data source apart. What is secret, the catalogue says; of a connector that it does not know, every property
/// counts as secret.
[[nodiscard]] Record split_record(const DataSource& source);

/// Puts it together again. Errors: `malformed`.
[[nodiscard]] Result<DataSource> join_record(std::string_view document, std::string_view secrets);

}  // namespace datasource::gateway
