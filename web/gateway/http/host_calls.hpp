#pragma once

#include "http/site.hpp"

#include <datasource/service/service.hpp>

namespace datasource::gateway {

/// Lists the result cache, or empties an index of it.
[[nodiscard]] HttpResponse answer_results(const Site& site, const ResultsCall& call);

/// Lists the engines, with how their servers differed from the registry.
[[nodiscard]] HttpResponse answer_engines(const Site& site);

/// What the gateway counts and measures, in the text format of Prometheus.
[[nodiscard]] HttpResponse answer_metrics(const Site& site);

}  // namespace datasource::gateway
