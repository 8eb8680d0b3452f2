#pragma once

#include <datasource/connector/catalogue.hpp>
#include <datasource/detail/json.hpp>
#include <datasource/model/engine_status.hpp>
#include <datasource/protocol/opensearch/catalogue_json.hpp>
#include <datasource/service/engine_choice.hpp>

#include <span>
#include <vector>

namespace datasource {

/// The engines as the API lists them; what a host knows of drift is for it to add.
inline std::vector<EngineStatus> engine_statuses(std::span<const EngineInfo> engines) {
  std::vector<EngineStatus> all;
  for (const EngineInfo& engine : engines) {
    all.push_back({.id = engine.id, .version = engine.version, .is_default = all.empty()});
    for (const Connector* connector : catalogue) {
      if (engine.serves(*connector)) all.back().serves.emplace_back(connector->id);
    }
  }
  return all;
}

/// The reply to `GET …/_connectors`: the connectors that `offered` picks, in the order of the catalogue, each with
/// those of these engines that read it.
template <class Offered>
detail::OrderedJson connectors_json(std::span<const EngineInfo> engines, Offered offered) {
  detail::OrderedJson json = detail::OrderedJson::array();
  for (const Connector* connector : catalogue) {
    if (!offered(*connector)) continue;
    json.push_back(to_json(*connector));
    detail::OrderedJson able = detail::OrderedJson::array();
    for (const EngineInfo& engine : engines) {
      if (engine.serves(*connector)) able.push_back(engine.id);
    }
    if (connector->in_opensearch()) able.push_back("opensearch");
    json.back()["engines"] = std::move(able);
  }
  return json;
}

}  // namespace datasource
