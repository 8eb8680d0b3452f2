#include "client/commands.hpp"

#include "client/completion.hpp"
#include "client/documents.hpp"
#include "client/output.hpp"
#include "client/session.hpp"

#include <datasource/columnar/text_table.hpp>
#include <datasource/protocol/opensearch/data_source_json.hpp>
#include <datasource/protocol/opensearch/schema_json.hpp>
#include <datasource/protocol/opensearch/source_health.hpp>
#include <datasource/protocol/opensearch/test_report_json.hpp>

#include <CLI/CLI.hpp>
#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

namespace datasource::gateway {
namespace {

constexpr const char* environment_help = R"(
Environment:
  DATASOURCE_URL       The gateway, unless --url names it; default: http://127.0.0.1:8480
  DATASOURCE_TOKEN     Its token.

Exit codes: 0 done, 1 refused or failed, 2 misused, 3 no answer from the gateway.
)";

constexpr const char* sources_help = R"(Examples:
  datasource sources list
  datasource sources create crm postgresql --property host=db1 --property database=crm --username app --password-stdin < secret
  datasource sources apply --file sources.yaml
      Creates what is not there and replaces what is. Passwords come from the environment:
        name: crm
        connector: postgresql
        properties: { host: db1, database: crm }
        configuration: { credentials: { username: app, password: "${CRM_PASSWORD}" } }
  datasource sources patch crm --status DISABLED
  datasource sources test crm
  datasource sources schema crm --table customers
  datasource sources health
      How each source is, since when, and how much of the last day it was up; with a name also its last probes.
  datasource sources delete crm
)";

constexpr const char* sql_help = R"(Examples:
  datasource sql 'select region, count(*) from crm.public.customers group by region'
  datasource sql --file report.sql --format csv > report.csv
  echo 'select 1 as one' | datasource sql --json
)";

/// A source as a read shows it.
detail::OrderedJson shown(const DataSource& source) {
  return detail::OrderedJson::parse(json_text(source, Secrets::mask));
}

/// A value as its text reads: numbers, true and false are what they are, all else is text.
PropertyValue property_value(const std::string& text) {
  const detail::Json json = detail::Json::parse(text, nullptr, false);
  if (json.is_boolean()) return json.get<bool>();
  if (json.is_number_integer() && !(text.size() > 1 && text[0] == '0')) return json.get<std::int64_t>();
  return text;
}

Result<Properties> properties_of(const std::vector<std::string>& given) {
  Properties properties;
  for (const std::string& each : given) {
    const std::size_t equals = each.find('=');
    if (equals == 0 || equals == std::string::npos)
      return fail(ErrorKind::invalid, "--property " + each + ": write it as key=value");
    properties.insert_or_assign(each.substr(0, equals), property_value(each.substr(equals + 1)));
  }
  return properties;
}

/// What flags say of a data source.
struct SourceFlags {
  std::string name, connector, endpoint, username, description, result_index, engine, status;
  std::vector<std::string> properties, roles;
  bool password_stdin = false;

  void add_to(CLI::App& app) {
    app.add_option("--property", properties, "A property as key=value; repeatable. `datasource connectors` lists them");
    app.add_option("--endpoint", endpoint,
                   "Instead of host, port and database, such as jdbc:postgresql://db1:5432/crm");
    app.add_option("--username", username, "The user to sign in with");
    app.add_flag("--password-stdin", password_stdin, "Read the password from standard input");
    app.add_option("--description", description, "Free text");
    app.add_option("--role", roles, "A role that may query it; repeatable");
    app.add_option("--result-index", result_index, "Where asynchronous queries put their results");
    app.add_option("--engine", engine, "Which engine reads it, such as trino; auto: one that can");
    app.add_option("--status", status, "ACTIVE or DISABLED")
        ->check(CLI::IsMember({"ACTIVE", "DISABLED"}, CLI::ignore_case));
  }

  [[nodiscard]] Result<Secret> password() const {
    if (!password_stdin) return Secret{};
    std::string line;
    std::getline(std::cin, line);
    if (line.ends_with('\r')) line.pop_back();
    if (line.empty()) return fail(ErrorKind::invalid, "--password-stdin: standard input holds no password");
    return Secret{std::move(line)};
  }

  [[nodiscard]] std::string wanted_engine() const { return engine == "auto" ? std::string{} : engine; }

  [[nodiscard]] std::optional<Status> wanted_status() const {
    std::string upper = status;
    for (char& c : upper) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    return parse_status(upper);
  }

  [[nodiscard]] Result<DataSource> source() const {
    auto given = properties_of(properties);
    if (!given) return fail(given.error());
    auto secret = password();
    if (!secret) return fail(secret.error());
    return DataSource{.name = name,
                      .connector = {.id = connector,
                                    .properties = std::move(*given),
                                    .endpoint = endpoint,
                                    .credentials = {username, std::move(*secret)}},
                      .description = description,
                      .allowed_roles = roles,
                      .result_index = result_index,
                      .status = wanted_status().value_or(Status::active),
                      .engine = wanted_engine()};
  }
};

}  // namespace

struct ClientCommands::State {
  explicit State(CLI::App& whole) : program{whole} {}

  CLI::App& program;
  SessionOptions options;
  SourceFlags flags;
  std::vector<std::string> names;
  std::string name, file, statement, format = "table", shell, connector;
  SchemaRequest wanted;
  std::uint32_t page = 0, probes = 20;
  bool names_only = false, fresh = false;
  std::function<int()> chosen;

  CLI::App* command(CLI::App& parent, const std::string& title, const std::string& help, int (State::*run)()) {
    CLI::App* app = parent.add_subcommand(title, help);
    app->add_option("--url", options.url, "The gateway; default: DATASOURCE_URL, or http://127.0.0.1:8480");
    app->add_option("--ca-file", options.ca_file, "Authority of the gateway's certificate, PEM");
    app->add_flag("--json", options.json, "Print the API's JSON, for machines");
    app->callback([this, run] { chosen = [this, run] { return (this->*run)(); }; });
    return app;
  }

  /// Prints what came, or says why nothing did.
  template <class T, class Show>
  int show(const Result<T>& result, Show&& print) {
    if (!result) return Session::report(result.error());
    print(*result);
    return exit_done;
  }

  int acknowledge(const Result<Acknowledgement>& result, const std::string& message) {
    return show(result, [&](const Acknowledgement& done) {
      if (options.json) {
        detail::OrderedJson json{{"dataSourceId", done.id}, {"name", done.name}, {"message", done.message}};
        if (done.status) json["status"] = to_string(*done.status);
        print_json(json);
      } else {
        std::cout << (done.message.empty() ? message : done.message) << '\n';
      }
    });
  }

  int list() {
    return show(Session{options}.client().list(), [&](const std::vector<DataSource>& sources) {
      if (names_only) {
        for (const DataSource& source : sources) std::cout << source.name << '\n';
      } else if (options.json) {
        detail::OrderedJson json = detail::OrderedJson::array();
        for (const DataSource& source : sources) json.push_back(shown(source));
        print_json(json);
      } else {
        print_sources(sources);
      }
    });
  }

  int get() {
    return show(Session{options}.client().get(name),
                [&](const DataSource& source) { options.json ? print_json(shown(source)) : print_source(source); });
  }

  int create() { return write(&State::create_one); }
  int update() { return write(&State::update_one); }
  int apply() { return write(&State::apply_one); }

  using WriteOne = Result<Acknowledgement> (State::*)(Client<CurlTransport>&, const DataSource&);

  /// The source of the flags, or those of a file.
  int write(WriteOne one) {
    std::vector<DataSource> sources;
    if (!file.empty()) {
      auto read = read_documents_of(file);
      if (!read) return Session::report(read.error());
      sources = std::move(*read);
    } else {
      if (flags.name.empty() || flags.connector.empty())
        return Session::misuse("give a name and a connector, or --file");
      auto source = flags.source();
      if (!source) return Session::report(source.error());
      sources.push_back(std::move(*source));
    }
    Session session{options};
    int code = exit_done;
    for (const DataSource& source : sources) {
      const int each = acknowledge((this->*one)(session.client(), source), "Wrote data source " + source.name);
      if (each != exit_done) code = each;
    }
    return code;
  }

  Result<Acknowledgement> create_one(Client<CurlTransport>& client, const DataSource& source) {
    return client.create(source);
  }
  Result<Acknowledgement> update_one(Client<CurlTransport>& client, const DataSource& source) {
    return client.update(source);
  }
  Result<Acknowledgement> apply_one(Client<CurlTransport>& client, const DataSource& source) {
    auto created = client.create(source);
    return created || created.error().kind != ErrorKind::conflict ? created : client.update(source);
  }

  int patch() {
    auto properties = properties_of(flags.properties);
    if (!properties) return Session::report(properties.error());
    auto password = flags.password();
    if (!password) return Session::report(password.error());
    if (!flags.connector.empty()) return Session::misuse("a patch cannot change the connector; update the source");
    DataSourcePatch change{.properties = *properties};
    if (!flags.description.empty()) change.description = flags.description;
    if (!flags.roles.empty()) change.allowed_roles = flags.roles;
    if (!flags.result_index.empty()) change.result_index = flags.result_index;
    if (!flags.engine.empty()) change.engine = flags.wanted_engine();
    change.status = flags.wanted_status();
    if (!flags.endpoint.empty()) change.endpoint = flags.endpoint;
    if (!flags.username.empty()) change.username = flags.username;
    if (!password->empty()) change.password = *password;
    return acknowledge(Session{options}.client().patch(name, change), "Updated data source " + name);
  }

  int remove() {
    Session session{options};
    int code = exit_done;
    for (const std::string& each : names) {
      const int removed = acknowledge(session.client().remove(each), "Deleted data source " + each);
      if (removed != exit_done) code = removed;
    }
    return code;
  }

  int test() {
    Session session{options};
    std::vector<Result<TestReport>> reports;
    if (!file.empty()) {
      auto sources = read_documents_of(file);
      if (!sources) return Session::report(sources.error());
      for (const DataSource& source : *sources) reports.push_back(session.client().test(source));
    } else if (names.empty()) {
      return Session::misuse("name a data source, or give --file");
    }
    for (const std::string& each : names) reports.push_back(session.client().test(each));
    int code = exit_done;
    for (const auto& report : reports) {
      const int shown = show(report, [&](const TestReport& each) {
        options.json ? print_json(to_json(each)) : print_report(each);
        if (!each.passed) code = exit_failed;
      });
      if (shown != exit_done) code = shown;
    }
    return code;
  }

  int schema() {
    Session session{options};
    SchemaPage whole;
    do {
      auto part = session.client().schema(name, wanted);
      if (!part) return Session::report(part.error());
      wanted.after = part->next;
      part->tables.insert(part->tables.begin(), std::make_move_iterator(whole.tables.begin()),
                          std::make_move_iterator(whole.tables.end()));
      whole = std::move(*part);
    } while (!wanted.after.empty());
    options.json ? print_json(to_json(whole)) : print_schema(whole);
    return exit_done;
  }

  /// Whether all that were asked for are up is told by the exit code, for scripts.
  int source_health() {
    Session session{options};
    if (!name.empty()) {
      const auto health = session.client().source_health(name, probes);
      const int code = show(health, [&](const SourceHealth& one) {
        options.json ? print_json(to_json_with_probes(one)) : print_health(one);
      });
      return code != exit_done || health->state != HealthState::down ? code : exit_failed;
    }
    const auto summary = session.client().sources_health();
    bool down = false;
    const int code = show(summary, [&](const HealthSummary& all) {
      for (const SourceHealth& each : all.sources) down = down || each.state == HealthState::down;
      options.json ? print_json(to_json(all)) : print_health(all);
    });
    return down ? exit_failed : code;
  }

  int results() {
    Session session{options};
    std::vector<ResultIndex> indexes;
    if (names.empty()) {
      auto all = session.client().result_indexes();
      if (!all) return Session::report(all.error());
      indexes = std::move(*all);
    }
    for (const std::string& each : names) {
      auto cleared = session.client().clear_results(each);
      if (!cleared) return Session::report(cleared.error());
      indexes.push_back(std::move(*cleared));
    }
    if (options.json) {
      detail::OrderedJson json = detail::OrderedJson::array();
      for (const ResultIndex& each : indexes) json.push_back(to_json(each));
      print_json(json);
      return exit_done;
    }
    std::vector<std::vector<std::string>> rows;
    for (const ResultIndex& each : indexes)
      rows.push_back({each.name, std::to_string(each.results), std::to_string(each.bytes)});
    print_table({"RESULT INDEX", names.empty() ? "RESULTS" : "REMOVED", "BYTES"}, rows);
    return exit_done;
  }

  int sql() {
    Query query{.text = statement, .cache_control = fresh ? "no-cache" : ""};
    if (!file.empty() || statement.empty() || statement == "-") {
      if (file.empty() && statement.empty() && ::isatty(STDIN_FILENO) == 1)
        return Session::misuse("give a statement, --file, or write one to standard input");
      auto text = read_text(file.empty() ? "-" : file);
      if (!text) return Session::report(text.error());
      query.text = std::move(*text);
    }
    Session session{options};
    if (page > 0 && !options.json && format == "table") return print_pages(session.client(), query);
    if (options.json || format != "table") {
      query.format = format == "csv" ? Format::csv : format == "raw" ? Format::raw : Format::jdbc;
      return show(session.client().query_text(query), [](const std::string& text) { std::cout << text << '\n'; });
    }
    return show(session.client().query(query), [](const ResultSet& rows) {
      std::cout << rows;
      std::cerr << rows.row_count() << (rows.row_count() == 1 ? " row\n" : " rows\n");
    });
  }

  int print_pages(Client<CurlTransport>& client, Query query) {
    query.fetch_size = page;
    std::size_t rows = 0;
    for (auto& each : client.pages(query)) {
      if (!each) return Session::report(each.error());
      std::cout << *each << std::flush;
      rows += each->row_count();
    }
    std::cerr << rows << (rows == 1 ? " row\n" : " rows\n");
    return exit_done;
  }

  /// At what values of which other field it is of use, where it is not always.
  static std::string condition(const detail::OrderedJson& field) {
    const auto found = field.find("onlyWhen");
    if (found == field.end()) return {};
    std::string text;
    for (const auto& value : found->value("values", detail::OrderedJson::array()))
      text += (text.empty() ? "" : " or ") + value.get<std::string>();
    return " (only when " + found->value("field", std::string{}) + " is " + text + ")";
  }

  int connectors() {
    const auto text = Session{options}.client().connectors();
    if (!text) return Session::report(text.error());
    const auto catalogue = detail::OrderedJson::parse(*text, nullptr, false);
    if (options.json && connector.empty()) {
      print_json(catalogue);
      return exit_done;
    }
    std::vector<std::vector<std::string>> rows;
    for (const auto& each : catalogue) {
      const std::string id = each.value("id", std::string{});
      if (connector.empty()) {
        rows.push_back({id, each.value("title", std::string{}), each.value("description", std::string{})});
      } else if (id == connector) {
        if (options.json) {
          print_json(each);
          return exit_done;
        }
        for (const auto& field : each.value("fields", detail::OrderedJson::array())) {
          const auto fallback = field.find("default");
          rows.push_back({field.value("path", std::string{}), field.value("type", std::string{}),
                          field.value("required", false) ? "required"
                          : fallback == field.end()      ? ""
                                                         : "default " + detail::dump(*fallback),
                          field.value("help", field.value("title", std::string{})) + condition(field)});
        }
      }
    }
    if (rows.empty())
      return Session::report(
          {.kind = ErrorKind::not_found, .message = "the gateway has no connector " + connector, .status = 404});
    connector.empty() ? print_table({"CONNECTOR", "TITLE", "DESCRIPTION"}, rows)
                      : print_table({"FIELD", "TYPE", "", "HELP"}, rows);
    return exit_done;
  }

  int engines() {
    return show(Session{options}.client().engines(), [&](const std::vector<EngineStatus>& all) {
      if (!options.json) return print_engines(all);
      detail::OrderedJson json = detail::OrderedJson::array();
      for (const EngineStatus& each : all) json.push_back(to_json(each));
      print_json(json);
    });
  }

  int health() {
    return show(Session{options}.client().health(), [&](const Health& health) {
      if (options.json) {
        print_json({{"status", health.status}, {"version", health.version}, {"engine", health.engine}});
      } else {
        std::cout << health.status << ", version " << health.version << ", engine " << health.engine << '\n';
      }
    });
  }

  void add_sources() {
    CLI::App* sources = program.add_subcommand("sources", "List, change and test the data sources of a gateway");
    sources->require_subcommand(1);
    sources->footer(std::string{sources_help} + environment_help);
    command(*sources, "list", "All data sources", &State::list)
        ->add_flag("--names", names_only, "Print the names alone, one a line");
    command(*sources, "get", "One data source", &State::get)->add_option("name", name, "Its name")->required();
    for (const auto& [title, help, run] :
         {std::tuple{"create", "Register a data source", &State::create},
          std::tuple{"update", "Replace a data source whole", &State::update},
          std::tuple{"apply", "Create what is not there, replace what is", &State::apply}}) {
      CLI::App* app = command(*sources, title, help, run);
      app->footer(std::string{sources_help} + environment_help);
      app->add_option("name", flags.name, "Its name");
      app->add_option("connector", flags.connector, "Its connector, such as postgresql");
      app->add_option("-f,--file", file, "Data sources as YAML or JSON; - is standard input");
      flags.add_to(*app);
    }
    CLI::App* change = command(*sources, "patch", "Change some of a data source", &State::patch);
    change->add_option("name", name, "Its name")->required();
    flags.add_to(*change);
    command(*sources, "delete", "Remove data sources", &State::remove)
        ->add_option("names", names, "Their names")
        ->required();
    CLI::App* check = command(*sources, "test", "Test connections step by step", &State::test);
    check->add_option("names", names, "Names of data sources");
    check->add_option("-f,--file", file, "Data sources that need not be registered, as YAML or JSON");
    CLI::App* look = command(*sources, "schema", "Schemas, tables and columns", &State::schema);
    look->add_option("name", name, "Its name")->required();
    look->add_option("--schema", wanted.schema, "Only this schema");
    look->add_option("--table", wanted.table, "Only tables of this name");
    CLI::App* health =
        command(*sources, "health", "How data sources are; exit code 1 when one is down", &State::source_health);
    health->add_option("name", name, "Its name; without it, all");
    health->add_option("--probes", probes, "Most probes of the one that is named")
        ->capture_default_str()
        ->check(CLI::Range(0U, max_probes));
  }

  void add_others() {
    CLI::App* query = command(program, "sql", "Run one SQL statement over any number of sources", &State::sql);
    query->footer(std::string{sql_help} + environment_help);
    query->add_option("statement", statement, "The statement; without it, it is read from --file or standard input");
    query->add_option("-f,--file", file, "A file that holds the statement");
    query->add_option("--format", format, "table, csv, raw or jdbc")
        ->capture_default_str()
        ->check(CLI::IsMember({"table", "csv", "raw", "jdbc"}));
    query->add_option("--page", page, "Fetch and print so many rows at a time")->check(CLI::Range(1U, 1'000'000U));
    query->add_flag("--fresh", fresh, "Ask the sources, whatever the result cache has");
    command(program, "results", "What the result cache keeps, by result index", &State::results)
        ->add_option("--clear", names, "Empty these result indexes");
    command(program, "connectors", "The kinds of data sources that the gateway reads", &State::connectors)
        ->add_option("connector", connector, "Show the fields of this one");
    command(program, "engines", "What runs statements, and how a Trino differed from the registry", &State::engines);
    command(program, "health", "Whether the gateway answers", &State::health);
    CLI::App* complete = program.add_subcommand("completion", "Print a completion script for a shell");
    complete->add_option("shell", shell, "bash, zsh or fish")
        ->required()
        ->check(CLI::IsMember({"bash", "zsh", "fish"}));
    complete->footer("Example:\n  source <(datasource completion bash)\n");
    complete->callback([this] {
      chosen = [this] {
        std::cout << completion_script(program, shell);
        return exit_done;
      };
    });
  }
};

ClientCommands::ClientCommands(CLI::App& program) : state_{std::make_unique<State>(program)} {
  state_->add_sources();
  state_->add_others();
}

ClientCommands::~ClientCommands() = default;

std::optional<int> ClientCommands::run() {
  if (!state_->chosen) return std::nullopt;
  const int code = state_->chosen();
  std::cout.flush();
  return std::cout ? code : exit_failed;
}

}  // namespace datasource::gateway
