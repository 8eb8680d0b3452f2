#pragma once

#include <string_view>

namespace datasource {

/// Whose Data Source API is spoken. A client reads both.
enum class Dialect {
  documented,  ///< What the documents describe: endpoint and credentials, ids, masked passwords, objects as replies.
  opensearch,  ///< What an OpenSearch 3.4 does: see docs/api.md.
};

/// The dialect's name in options and logs.
constexpr std::string_view to_string(Dialect dialect) {
  return dialect == Dialect::opensearch ? "opensearch" : "documented";
}

}  // namespace datasource
