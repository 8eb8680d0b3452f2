#pragma once

#include <datasource/detail/json.hpp>

#include <string>
#include <string_view>
#include <utility>

namespace datasource::trino {

namespace detail {

inline datasource::detail::OrderedJson plan_node(const datasource::detail::OrderedJson& node, int depth = 0) {
  using datasource::detail::OrderedJson;
  constexpr int deepest = 200;
  OrderedJson children = OrderedJson::array();
  if (depth < deepest) {
    for (const OrderedJson& child : node.value("children", OrderedJson::array())) {
      if (child.is_object()) children.push_back(plan_node(child, depth + 1));
    }
  }
  OrderedJson description = node.value("descriptor", OrderedJson::object());
  if (const auto details = node.find("details"); details != node.end() && !details->empty())
    description["details"] = *details;
  return {{"name", node.value("name", std::string{})},
          {"description", std::move(description)},
          {"children", std::move(children)}};
}

}  // namespace detail

/// A plan as Trino's EXPLAIN (FORMAT JSON) tells it, in the shape that the API has: `{"root": {"name", "description",
/// "children"}}`. A plan in fragments is told by its first, the others are its children. Empty when it is none.
inline std::string plan_json(std::string_view explained) {
  using datasource::detail::OrderedJson;
  const OrderedJson plan = OrderedJson::parse(explained, nullptr, false);
  if (!plan.is_object() || plan.empty() || !plan.begin()->is_object()) return {};
  OrderedJson root;
  for (const auto& [id, fragment] : plan.items()) {
    if (!fragment.is_object()) continue;
    if (root.is_null()) {
      root = detail::plan_node(fragment);
    } else {
      root["children"].push_back(OrderedJson{{"name", "Fragment " + id},
                                             {"description", OrderedJson::object()},
                                             {"children", OrderedJson::array({detail::plan_node(fragment)})}});
    }
  }
  return datasource::detail::dump(OrderedJson{{"root", std::move(root)}});
}

}  // namespace datasource::trino
