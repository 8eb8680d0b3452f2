#pragma once

#include <datasource/engine/duckdb/attach.hpp>
#include <datasource/engine/duckdb/files.hpp>
#include <datasource/engine/duckdb/instance.hpp>
#include <datasource/engine/duckdb/options.hpp>
#include <datasource/engine/duckdb/reach.hpp>
#include <datasource/engine/duckdb/remote/remote.hpp>
#include <datasource/model/test_report.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace datasource::duckdb {

namespace detail {

/// One connection test: steps in order, each timed; after a failed one the rest are skipped.
class Probe {
 public:
  Probe(const DataSource& source, const Options& options, Remotes& remotes)
      : source_{source}, options_{options}, remotes_{remotes} {
    report_.name = source.name;
    report_.connector = source.connector.id;
    report_.passed = true;
  }

  TestReport run() {
    auto plan = plan_attach(source_, {});
    if (!plan) {
      step("open", "Open", [&]() -> Result<std::string> { return fail(plan.error()); });
      return std::move(report_);
    }
    plan_ = std::move(*plan);
    if (plan_.connector->duckdb.kind == DuckDbMapping::Kind::remote) {
      test_remote();
    } else if (plan_.connector->duckdb.kind == DuckDbMapping::Kind::database) {
      test_database();
    } else if (plan_.connector->duckdb.kind == DuckDbMapping::Kind::views) {
      test_files();
    } else if (plan_.connector->duckdb.kind == DuckDbMapping::Kind::objects) {
      test_objects();
    } else {
      step("open", "Open the file", [&]() -> Result<std::string> {
        auto opened = open(setting_or_empty(plan_.settings, "path"));
        if (!opened) return opened;
        const auto listed = count_tables();  // a file of another kind is noticed only when it is read
        return listed ? opened : listed;
      });
      step("tables", "List tables", [&] { return count_tables(); });
      if (report_.passed) report_.message = std::string{plan_.connector->title} + ", " + report_.checks.back().message;
    }
    return std::move(report_);
  }

 private:
  template <class Action>
  void step(const char* name, const char* title, Action&& action) {
    Check check{.name = name, .title = title};
    if (report_.passed) {
      const auto begin = Clock::now();
      const Result<std::string> outcome = action();
      check.duration_ms = std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
      check.status = outcome ? CheckStatus::passed : CheckStatus::failed;
      check.message = outcome ? *outcome : without_name(outcome.error().message);
      if (!outcome) {
        report_.passed = false;
        report_.message = check.message;
      }
    }
    report_.checks.push_back(std::move(check));
  }

  void test_database() {
    std::optional<Addresses> addresses;
    Greeting greeting;
    const auto limit = time_limit();
    step("resolve", "Resolve host name", [&]() -> Result<std::string> {
      auto resolved =
          Addresses::resolve(setting_or_empty(plan_.settings, "host"), setting_or_empty(plan_.settings, "port"));
      if (!resolved) return told(resolved.error());
      addresses.emplace(std::move(*resolved));
      return addresses->text();
    });
    step("connect", "Connect to the server", [&]() -> Result<std::string> {
      auto connected = ProbeSocket::connect(*addresses, Clock::now() + limit);
      if (!connected) return told(connected.error());
      const auto greeted = connected->greet(plan_.connector->duckdb.type, Clock::now() + limit);
      if (!greeted) return told(greeted.error());
      greeting = *greeted;
      return "port " + setting_or_empty(plan_.settings, "port") + " answers";
    });
    Result<std::string> entered = fail(ErrorKind::connection, "");
    step("tls", "Negotiate TLS", [&]() -> Result<std::string> {
      const std::string mode = setting_or_empty(plan_.settings, "tls");
      const bool required = mode != "disable" && mode != "prefer";
      if (required && !greeting.tls) return told(AccessProblem::tls_refused);
      // The client that reads the data negotiates and signs in at one go; which of the two failed is told by its words.
      entered = open("as " + setting_or_empty(plan_.settings, "username") + ", database " +
                     setting_or_empty(plan_.settings, "database"));
      const std::string refused =
          access_error(AccessProblem::tls_refused, plan_.source, *plan_.connector, plan_.settings).message;
      if (!entered && entered.error().message == refused) return fail(entered.error());
      if (mode == "disable") return "off, as the mode \"disable\" says: the connection is not encrypted";
      return greeting.tls ? "encrypted, with the mode \"" + mode + '"'
                          : "the server offers none: the connection is not encrypted";
    });
    step("authenticate", "Sign in", [&] { return entered; });
    step("version", "Read the version", [&] { return version(); });
    step("tables", "List tables", [&] { return count_tables(); });
    if (report_.passed) report_.message = report_.checks[4].message;
  }

  /// Name and port first, in the words that all systems share; then what only the system's own reader can tell.
  void test_remote() {
    const auto remote = remotes_.get(*plan_.connector, plan_.settings);
    if (!remote) {
      step("open", "Open", [&]() -> Result<std::string> { return fail(remote.error()); });
      return;
    }
    RemoteSource& reader = (*remote)->source();
    const auto [host, port, field] = reader.address();
    const auto problem = [this, host = host, port = port, field = field](AccessProblem reason) {
      return unreached(reason, host, port, field);
    };
    if (!host.empty()) {
      std::optional<Addresses> addresses;
      step("resolve", "Resolve host name", [&]() -> Result<std::string> {
        auto resolved = Addresses::resolve(host, port);
        if (!resolved) return problem(resolved.error());
        addresses.emplace(std::move(*resolved));
        return addresses->text();
      });
      step("connect", "Connect to the server", [&]() -> Result<std::string> {
        const auto connected = ProbeSocket::connect(*addresses, Clock::now() + time_limit());
        if (!connected) return problem(connected.error());
        return "port " + port + " answers";
      });
    }
    std::string version;
    for (const RemoteCheck& check : reader.checks()) {
      step(check.name.c_str(), check.title.c_str(), [&] {
        auto outcome = check.run((*remote)->stop_token());
        if (outcome && check.name == "version") version = *outcome;
        return outcome;
      });
    }
    if (report_.passed) report_.message = version.empty() ? std::string{plan_.connector->title} : version;
  }

  void test_files() {
    std::vector<FileTable> tables;
    step("open", "Open the path", [&]() -> Result<std::string> {
      auto found = file_tables(plan_.settings);
      if (!found) return fail(found.error());
      tables = std::move(*found);
      return setting_or_empty(plan_.settings, "path");
    });
    step("tables", "Read tables", [&] { return read_tables(tables); });
    if (report_.passed) report_.message = report_.checks.back().message;
  }

  void test_objects() {
    const ObjectStore store = ObjectStore::of(plan_.settings);
    const auto [host, port] = store.host_and_port(plan_.settings);
    std::optional<Addresses> addresses;
    std::vector<FileTable> tables;
    const auto problem = [this, &store, host = host, port = port](AccessProblem reason) {
      auto error = unreached(reason, host, port, store.address.empty() ? "properties.region" : "properties.endpoint");
      if (reason == AccessProblem::host_unknown && !store.address.empty() && host.starts_with(store.bucket + '.'))
        error.value().message +=
            "; most stores beside AWS need properties.pathStyle, which takes the bucket from the name";
      return error;
    };
    step("resolve", "Resolve host name", [&]() -> Result<std::string> {
      auto resolved = Addresses::resolve(host, port);
      if (!resolved) return problem(resolved.error());
      addresses.emplace(std::move(*resolved));
      return addresses->text();
    });
    step("connect", "Connect to the store", [&]() -> Result<std::string> {
      const auto connected = ProbeSocket::connect(*addresses, Clock::now() + time_limit());
      if (!connected) return problem(connected.error());
      return "port " + port + " answers";
    });
    step("authenticate", "Open the bucket", [&]() -> Result<std::string> {
      std::vector<AttachPlan> plans;
      plans.push_back(plan_);
      auto opened = Instance::open_unlocked(std::move(plans), options_);
      if (!opened) return fail(opened.error());
      auto listed = list_objects((*opened)->connection(), plan_.settings);
      if (!listed) return fail((*opened)->present(listed.error()));
      tables = std::move(*listed);
      return store.root();
    });
    step("tables", "Read tables", [&] { return read_tables(tables); });
    if (report_.passed) report_.message = std::string{plan_.connector->title} + ", " + report_.checks.back().message;
  }

  /// Every table is bound, so that a file that cannot be read is told here and not by the first query.
  Result<std::string> read_tables(const std::vector<FileTable>& tables) {
    constexpr std::size_t most_tables = 50;
    if (tables.empty())
      return fail(ErrorKind::not_found,
                  "no data files are in it; put Parquet, CSV or JSON files there or set properties.format");
    std::vector<TableName> wanted;
    std::string names;
    for (std::size_t i = 0; i < tables.size() && i < most_tables; ++i) {
      wanted.push_back({plan_.source, {}, tables[i].name});
      names += (names.empty() ? "" : ", ") + tables[i].name;
    }
    auto plan =
        plan_attach(source_, wanted, [&](const AttachPlan&) -> Result<std::vector<FileTable>> { return tables; });
    if (!plan) return fail(plan.error());
    plan_ = std::move(*plan);
    if (auto opened = open(""); !opened) return opened;
    return amount(tables.size()) + ": " + names + (tables.size() > most_tables ? ", …" : "");
  }

  [[nodiscard]] std::chrono::milliseconds time_limit() const {
    return std::chrono::milliseconds{std::stoll("0" + setting_or_empty(plan_.settings, "connectionTimeout"))};
  }

  Result<std::string> open(std::string message) {
    std::vector<AttachPlan> plans;
    plans.push_back(plan_);
    auto opened = Instance::open(std::move(plans), options_);
    if (!opened) return fail(opened.error());
    instance_ = std::move(*opened);
    return message;
  }

  /// `PostgreSQL 15.18`, `MariaDB 10.11.19`, `MySQL 8.0.36`: the system's own name and number, without what packagers
  /// add.
  Result<std::string> version() {
    const std::string type{plan_.connector->duckdb.type};
    const bool postgres = type == "postgres";
    const auto rows = instance_->connection().rows(
        "SELECT CAST(v AS VARCHAR) FROM " + type + "_query(" + literal(plan_.source) + ", " +
        literal(postgres ? "SELECT current_setting('server_version') AS v" : "SELECT version() AS v") + ")");
    if (!rows) return fail(instance_->present(rows.error()));
    if (rows->empty() || !rows->front()[0]) return std::string{plan_.connector->title};
    const std::string& text = *rows->front()[0];
    const std::string number = text.substr(0, text.find_first_of(postgres ? " " : " -"));
    return (postgres ? "PostgreSQL " : text.find("MariaDB") != std::string::npos ? "MariaDB " : "MySQL ") + number;
  }

  /// Tables and views, without the system's own.
  Result<std::string> count_tables() {
    std::string hidden = "'information_schema', 'pg_catalog', 'pg_toast'";
    for (const std::string_view schema : plan_.connector->duckdb.system_schemas)
      hidden.append(", ").append(literal(schema));
    std::string count = "0";
    for (const char* function : {"duckdb_tables", "duckdb_views"}) {
      std::string sql = "SELECT CAST(count(*) + ";
      sql.append(count).append(" AS VARCHAR) FROM ").append(function);
      sql.append("() WHERE NOT internal AND database_name = ").append(literal(plan_.source));
      sql.append(" AND lower(schema_name) NOT IN (").append(hidden).append(")");
      const auto rows = instance_->connection().rows(sql);
      if (!rows) return fail(instance_->present(rows.error()));
      if (!rows->empty()) count = rows->front()[0].value_or(count);
    }
    return amount(std::stoull(count));
  }

  /// The report says which source it is about.
  [[nodiscard]] std::string without_name(const std::string& message) const {
    const std::string name = source_.name + ": ";
    return scrub(message.starts_with(name) ? message.substr(name.size()) : message, secrets_of(plan_));
  }

  [[nodiscard]] tl::unexpected<Error> told(AccessProblem problem) const {
    return fail(access_error(problem, plan_.source, *plan_.connector, plan_.settings));
  }

  /// The same of a server whose place a field says in one text.
  [[nodiscard]] tl::unexpected<Error> unreached(AccessProblem problem, const std::string& host, const std::string& port,
                                                std::string_view field) const {
    Settings settings = plan_.settings;
    settings.insert_or_assign("host", host);
    settings.insert_or_assign("port", port);
    return fail(access_error(problem, plan_.source, *plan_.connector, settings, field));
  }

  static std::string amount(std::size_t tables) {
    return std::to_string(tables) + (tables == 1 ? " table" : " tables");
  }

  const DataSource& source_;
  const Options& options_;
  Remotes& remotes_;
  AttachPlan plan_;
  std::unique_ptr<Instance> instance_;
  TestReport report_;
};

}  // namespace detail

/// Tests a connection step by step, in an instance of its own. Databases: resolve, connect, tls, authenticate,
/// version, tables; systems that are fetched: those of them that they have. Files: open, tables. No message holds a
/// secret.
inline TestReport test_connection(const DataSource& source, const Options& options, Remotes& remotes) {
  return detail::Probe{source, options, remotes}.run();
}

}  // namespace datasource::duckdb
