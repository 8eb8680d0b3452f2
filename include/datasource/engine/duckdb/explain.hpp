#pragma once

#include <datasource/detail/json.hpp>
#include <datasource/engine/duckdb/remote/catalog.hpp>
#include <datasource/engine/duckdb/remote/scan.hpp>

#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace datasource::duckdb {

namespace detail {

/// The nodes of a plan, in the shape that the API has. A node that fetches a table says what is asked of its source.
class PlanShape {
 public:
  explicit PlanShape(std::span<const PlannedRequest> requests) : requests_{requests} {}

  datasource::detail::OrderedJson node(const datasource::detail::OrderedJson& from) {
    std::string name = from.value("name", std::string{});
    while (name.ends_with(' ')) name.pop_back();
    auto description = from.value("extra_info", datasource::detail::OrderedJson::object());
    if (datasource::detail::iequals(name, scan_function) && !requests_.empty()) {
      description.erase("Function");
      description["Table"] = requests_.front().table;
      description["Request"] = requests_.front().text;
      requests_ = requests_.subspan(1);
    }
    auto children = datasource::detail::OrderedJson::array();
    for (const auto& child : from.value("children", datasource::detail::OrderedJson::array()))
      children.push_back(node(child));
    return {{"name", std::move(name)}, {"description", std::move(description)}, {"children", std::move(children)}};
  }

 private:
  std::span<const PlannedRequest> requests_;  ///< Of the nodes that are still to come, in order.
};

}  // namespace detail

/// A plan as DuckDB's EXPLAIN (FORMAT json) tells it, in the shape that the API has: `{"root": {"name", "description",
/// "children"}}`. Empty when it is none.
inline std::string plan_json(std::string_view explained, std::span<const PlannedRequest> requests) {
  const auto nodes = datasource::detail::OrderedJson::parse(explained, nullptr, false);
  if (!nodes.is_array() || nodes.empty() || !nodes.front().is_object()) return {};
  return datasource::detail::dump(
      datasource::detail::OrderedJson{{"root", detail::PlanShape{requests}.node(nodes.front())}});
}

}  // namespace datasource::duckdb
