#pragma once

#include <datasource/detail/json.hpp>
#include <datasource/model/data_source.hpp>
#include <datasource/model/engine_status.hpp>
#include <datasource/model/schema.hpp>
#include <datasource/model/source_health.hpp>
#include <datasource/model/test_report.hpp>

#include <string>
#include <string_view>
#include <vector>

/// What the commands print for people. Control characters of names and texts never reach the terminal.
namespace datasource::gateway {

/// Columns as wide as their widest cell, under a line of titles.
void print_table(const std::vector<std::string_view>& titles, const std::vector<std::vector<std::string>>& rows);

void print_sources(const std::vector<DataSource>& sources);
void print_source(const DataSource& source);
void print_report(const TestReport& report);
void print_schema(const SchemaPage& page);
/// Indented by two; for machines and for people alike.
void print_json(const detail::OrderedJson& json);

/// The engines as a table, and below it how their servers differed from the registry.
void print_engines(const std::vector<EngineStatus>& engines);

/// How all sources are, as a table.
void print_health(const HealthSummary& summary);

/// How one source is, and its probes.
void print_health(const SourceHealth& health);

}  // namespace datasource::gateway
