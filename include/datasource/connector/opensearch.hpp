#pragma once

#include <datasource/connector/connector.hpp>
#include <datasource/connector/typed.hpp>

#include <array>

namespace datasource {

/// The languages of connector `opensearch`.
inline constexpr std::array opensearch_languages{Language::sql, Language::ppl};

/// The OpenSearch that answers, as a data source of its own. It takes no properties.
inline constexpr Connector opensearch_connector{
    .id = "opensearch",
    .title = "OpenSearch",
    .description = "The indexes of the OpenSearch that keeps the registry.",
    .family = Family::document,
    .languages = opensearch_languages,
    .opensearch = {.registered = true},
};

/// The OpenSearch that answers, typed. There is nothing to say of it.
struct OpenSearch {
  /// The connector that it stands for.
  static constexpr const Connector& described() { return opensearch_connector; }
  /// Its members and the fields that they are.
  static constexpr auto members() { return std::tuple{}; }
  /// As a DataSource holds it.
  operator ConnectorConfig() const { return to_config(*this); }  // NOLINT(google-explicit-constructor): see typed.hpp
  /// Reads it back, however it is said. Errors: `invalid`.
  static Result<OpenSearch> from(const ConnectorConfig& config) { return from_config<OpenSearch>(config); }
  friend bool operator==(const OpenSearch&, const OpenSearch&) = default;
};

}  // namespace datasource
