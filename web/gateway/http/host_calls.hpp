#pragma once

#include "http/site.hpp"

#include <datasource/service/service.hpp>

namespace datasource::gateway {

/// Lists the result cache, or empties an index of it.
[[nodiscard]] HttpResponse answer_results(const Site& site, const ResultsCall& call);

/// What the gateway counts and measures, in the text format of Prometheus.
[[nodiscard]] HttpResponse answer_metrics(const Site& site);

}  // namespace datasource::gateway
