#pragma once

#include <datasource/connector/connector.hpp>

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

}  // namespace datasource
