#pragma once

#include <datasource/connector/connector.hpp>
#include <datasource/connector/files.hpp>
#include <datasource/connector/mysql.hpp>
#include <datasource/connector/postgresql.hpp>
#include <datasource/connector/sqlite.hpp>
#include <datasource/detail/ascii.hpp>

#include <array>
#include <string_view>

namespace datasource {

/// Every connector, in the order in which people are shown them.
inline constexpr std::array catalogue{&postgresql, &mysql, &sqlite, &files};

/// The connector of that id, upper or lower case; null when there is none. O(connectors).
constexpr const Connector* find_connector(std::string_view id) {
  for (const Connector* connector : catalogue) {
    if (detail::iequals(connector->id, id)) return connector;
  }
  return nullptr;
}

}  // namespace datasource
