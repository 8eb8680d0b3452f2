#pragma once

#include <datasource/connector/validation.hpp>

#include <string_view>

namespace datasource {

/// Whose Data Source API is spoken. A client reads both, and writes the one that it is told.
enum class Dialect {
  documented,  ///< What the documents describe: endpoint and credentials, ids, masked passwords, objects as replies.
  opensearch,  ///< What an OpenSearch 3.4 does: see docs/api.md.
};

/// The rules that a server of the dialect judges a data source by.
constexpr RuleSet rules_of(Dialect dialect) {
  return dialect == Dialect::opensearch ? RuleSet::opensearch : RuleSet::documented;
}

/// The dialect's name in options and logs.
constexpr std::string_view to_string(Dialect dialect) {
  return dialect == Dialect::opensearch ? "opensearch" : "documented";
}

}  // namespace datasource
