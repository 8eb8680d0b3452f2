#pragma once

#include <datasource/detail/json.hpp>

#include <string>
#include <string_view>

namespace datasource::duckdb {

namespace detail {

inline datasource::detail::OrderedJson plan_node(const datasource::detail::OrderedJson& node) {
  datasource::detail::OrderedJson children = datasource::detail::OrderedJson::array();
  for (const auto& child : node.value("children", datasource::detail::OrderedJson::array()))
    children.push_back(plan_node(child));
  std::string name = node.value("name", std::string{});
  while (name.ends_with(' ')) name.pop_back();
  return {{"name", std::move(name)},
          {"description", node.value("extra_info", datasource::detail::OrderedJson::object())},
          {"children", std::move(children)}};
}

}  // namespace detail

/// A plan as DuckDB's EXPLAIN (FORMAT json) tells it, in the shape that the API has: `{"root": {"name", "description",
/// "children"}}`. Empty when it is none.
inline std::string plan_json(std::string_view explained) {
  const auto nodes = datasource::detail::OrderedJson::parse(explained, nullptr, false);
  if (!nodes.is_array() || nodes.empty() || !nodes.front().is_object()) return {};
  return datasource::detail::dump(datasource::detail::OrderedJson{{"root", detail::plan_node(nodes.front())}});
}

}  // namespace datasource::duckdb
