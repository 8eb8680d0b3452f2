#include "client/output.hpp"

#include <datasource/columnar/text_table.hpp>
#include <datasource/detail/iso_time.hpp>
#include <datasource/protocol/opensearch/data_source_json.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <iostream>
#include <optional>
#include <sstream>

namespace datasource::gateway {
namespace {

std::string plain(std::string text) {
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  }
  return text;
}

std::string value_text(const PropertyValue& value) {
  return std::visit(
      [](const auto& each) {
        const detail::Json json(each);
        return json.is_string() ? json.template get<std::string>() : detail::dump(json);
      },
      value);
}

/// Where a source is, in one cell: its endpoint, or its server and database, or its path or bucket.
std::string place_of(const DataSource& source) {
  if (!source.connector.endpoint.empty()) return source.connector.endpoint;
  const auto property = [&](std::string_view key) {
    const auto found = source.connector.properties.find(key);
    return found == source.connector.properties.end() ? std::string{} : value_text(found->second);
  };
  for (const char* key : {"path", "prometheus.uri"}) {
    if (std::string value = property(key); !value.empty()) return value;
  }
  if (const std::string bucket = property("bucket"); !bucket.empty()) {
    const std::string prefix = property("prefix");
    return "s3://" + bucket + (prefix.empty() ? "" : "/" + prefix);
  }
  const std::string host = property("host"), port = property("port"), database = property("database");
  return host + (port.empty() ? "" : ":" + port) + (database.empty() ? "" : "/" + database);
}

std::string milliseconds(double time) { return std::to_string(static_cast<long>(time + 0.5)) + " ms"; }

/// With two digits, which tell 99.99 % from always up.
std::string percent(const std::optional<double>& share) {
  if (!share) return {};
  char text[16];
  std::snprintf(text, sizeof text, "%.2f %%", *share * 100);
  return text;
}

/// How an engine's server differed from the registry, line by line.
void print_drift(const std::string& when, const DriftCheck& check) {
  const auto tell = [&](std::string_view what, const std::string& name) {
    std::cout << when << ": " << what << plain(name) << '\n';
  };
  for (const std::string& name : check.found.missing) tell("it had no catalog of ", name);
  for (const std::string& name : check.found.dropped) tell("no data source has the catalog ", name);
  for (const std::string& name : check.found.refused) tell("it does not take ", name);
  if (!check.problem.empty()) tell("it could not be compared with the registry: ", check.problem);
}

}  // namespace

void print_table(const std::vector<std::string_view>& titles, const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  for (const std::string_view title : titles) widths.push_back(title.size());
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], detail::display_width(row[i]));
  }
  std::ostringstream out;
  const auto line = [&](auto&& cell) {
    std::ostringstream text;
    for (std::size_t i = 0; i < titles.size(); ++i) {
      if (i > 0) text << "  ";
      detail::pad(text, cell(i), widths[i], false);
    }
    std::string whole = text.str();
    whole.erase(whole.find_last_not_of(' ') + 1);
    out << whole << '\n';
  };
  line([&](std::size_t i) { return std::string{titles[i]}; });
  for (const auto& row : rows) line([&](std::size_t i) { return plain(row[i]); });
  std::cout << out.str();
}

void print_sources(const std::vector<DataSource>& sources) {
  if (sources.empty()) {
    std::cout << "There are no data sources. `datasource sources create --help` shows how to add one.\n";
    return;
  }
  // Most gateways have one engine, and most sources leave it open.
  const bool engines = std::ranges::any_of(sources, [](const DataSource& each) { return !each.engine.empty(); });
  std::vector<std::string_view> titles{"NAME", "CONNECTOR", "STATUS", "WHERE", "DESCRIPTION"};
  if (engines) titles.insert(titles.begin() + 2, "ENGINE");
  std::vector<std::vector<std::string>> rows;
  for (const DataSource& source : sources) {
    rows.push_back({source.name, source.connector.id, std::string{to_string(source.status)}, place_of(source),
                    source.description});
    if (engines) rows.back().insert(rows.back().begin() + 2, source.engine);
  }
  print_table(titles, rows);
}

void print_engines(const std::vector<EngineStatus>& engines) {
  std::vector<std::vector<std::string>> rows;
  for (const EngineStatus& engine : engines) {
    std::string serves;
    for (const std::string& each : engine.serves) serves += (serves.empty() ? "" : ", ") + each;
    rows.push_back({engine.id, engine.version, engine.is_default ? "default" : "", serves});
  }
  print_table({"ENGINE", "VERSION", "", "CONNECTORS"}, rows);
  for (const EngineStatus& engine : engines) {
    if (engine.at_start) print_drift(engine.id + " at start", *engine.at_start);
    if (engine.last_check && engine.last_check != engine.at_start)
      print_drift(engine.id + " at " + engine.last_check->time, *engine.last_check);
  }
}

void print_source(const DataSource& source) {
  const auto line = [](std::string_view title, const std::string& value) {
    if (!value.empty()) std::cout << title << std::string(14 - title.size(), ' ') << plain(value) << '\n';
  };
  line("Name", source.name);
  line("Connector", source.connector.id);
  line("Engine", source.engine);
  line("Status", std::string{to_string(source.status)});
  line("Description", source.description);
  line("Endpoint", source.connector.endpoint);
  std::string title = "Properties";
  for (const auto& [key, value] : source.connector.properties) {
    line(title, key + " = " + value_text(value));
    title = " ";
  }
  line("User", source.connector.credentials.username);
  line("Password", source.connector.credentials.password.empty() ? "" : std::string{masked_secret});
  std::string roles;
  for (const std::string& role : source.allowed_roles) roles += (roles.empty() ? "" : ", ") + role;
  line("Roles", roles);
  line("Result index", source.result_index);
  line("Id", source.id);
}

void print_report(const TestReport& report) {
  std::vector<std::vector<std::string>> rows;
  for (const Check& check : report.checks) {
    std::string time;
    if (check.status != CheckStatus::skipped) time = milliseconds(check.duration_ms);
    rows.push_back({check.title, std::string{to_string(check.status)}, time, check.message});
  }
  print_table({"CHECK", "RESULT", "TIME", "MESSAGE"}, rows);
  std::cout << plain(report.name) << (report.passed ? ": passed" : ": failed")
            << (report.message.empty() ? "" : ": " + plain(report.message)) << '\n';
}

void print_schema(const SchemaPage& page) {
  std::vector<std::vector<std::string>> rows;
  for (const TableDescription& table : page.tables) {
    const std::string name = table.schema + '.' + table.name;
    if (table.columns.empty()) rows.push_back({name, table.kind, "", table.problem.empty() ? "" : table.problem});
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      const ColumnDescription& column = table.columns[i];
      rows.push_back({i == 0 ? name : "", i == 0 ? table.kind : "", column.name,
                      std::string{to_string(column.type)} + (column.nullable ? "" : " not null")});
    }
  }
  print_table({"TABLE", "KIND", "COLUMN", "TYPE"}, rows);
}

void print_health(const HealthSummary& summary) {
  std::vector<std::vector<std::string>> rows;
  for (const SourceHealth& each : summary.sources)
    rows.push_back({each.name, std::string{to_string(each.state)}, each.since ? detail::iso_time(*each.since) : "",
                    percent(each.uptime), each.last ? each.last->message : ""});
  print_table({"NAME", "STATE", "SINCE", "UPTIME", "LAST PROBE"}, rows);
}

void print_health(const SourceHealth& health) {
  std::cout << plain(health.name) << ": " << to_string(health.state);
  if (health.since) std::cout << " since " << detail::iso_time(*health.since);
  if (health.uptime)
    std::cout << ", up " << percent(health.uptime) << " of the "
              << std::chrono::floor<std::chrono::minutes>(health.observed).count() << " min observed";
  std::cout << '\n';
  std::vector<std::vector<std::string>> rows;
  for (const ProbeOutcome& each : health.probes)
    rows.push_back({detail::iso_time(each.time), each.up ? "up" : "down", milliseconds(each.duration_ms),
                    std::string{to_string(each.cause)}, each.check, each.message});
  if (!rows.empty()) print_table({"TIME", "", "TOOK", "FOR", "CHECK", "MESSAGE"}, rows);
}

void print_json(const detail::OrderedJson& json) {
  std::cout << json.dump(2, ' ', false, detail::OrderedJson::error_handler_t::replace) << '\n';
}

}  // namespace datasource::gateway
