#include "command/command_line.hpp"

#include "client/commands.hpp"
#include "command/duration.hpp"
#include "command/engine.hpp"
#include "command/serve.hpp"
#include "samples/samples.hpp"

#include <datasource/http/url.hpp>
#include <datasource/version.hpp>

#include <CLI/CLI.hpp>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <system_error>
#include <thread>

namespace datasource::gateway {
namespace {

namespace fs = std::filesystem;

constexpr const char* examples = R"(Examples:
  datasource serve
      Gateway and dashboard on http://127.0.0.1:8480, for this machine only.
  datasource serve --port 0 --data ./state --no-samples
      On a free port, which is printed, with its state in ./state.
  DATASOURCE_TOKEN=… datasource serve --host 0.0.0.0
      For other machines too; each request then needs the token.

Environment:
  DATASOURCE_TOKEN      What clients have to show, as "Authorization: Bearer …" or as a password.
  DATASOURCE_MASTERKEY  The key that stored secrets are encrypted with: 32 bytes in base64 or hexadecimal.
                        Without it the key is in the file masterkey of the data folder.
  TRINO_URL, TRINO_USER, TRINO_PASSWORD, TRINO_TOKEN
                        Of a Trino that is an engine too: where it is and who signs in.
)";

/// Folder of this program, for what was built or installed beside it.
fs::path program_folder() {
  std::error_code error;
  return fs::read_symlink("/proc/self/exe", error).parent_path();
}

fs::path default_dashboard() {
  std::error_code error;
  const fs::path folder = program_folder();
  const fs::path installed = folder / "../share/datasource/dashboard";
  return (fs::is_directory(installed, error) ? installed : folder / "../dashboard").lexically_normal();
}

fs::path default_data() {
  if (const char* base = std::getenv("XDG_DATA_HOME"); base != nullptr && *base == '/')
    return fs::path{base} / "datasource";
  const char* home = std::getenv("HOME");
  return (home != nullptr && *home == '/' ? fs::path{home} : fs::path{"."}) / ".local/share/datasource";
}

/// The engine processes share the machine: together they take about 60 % of its memory.
std::string default_memory_limit(std::size_t engines) {
  const auto megabytes = static_cast<std::size_t>(::sysconf(_SC_PHYS_PAGES)) / 1024 *
                         static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)) / 1024;
  return std::to_string(std::max<std::size_t>(256, megabytes * 6 / 10 / engines)) + "MB";
}

std::string is_duration(const std::string& text) {
  return parse_duration(text) ? std::string{} : '"' + text + "\" is no duration; use one such as 60s, 500ms or 5m";
}

struct ServeCommand {
  ServeOptions options;
  std::string query_timeout = "60s";
  std::string cursor_timeout = "60s";
  std::string dialect = "documented";
  std::string engine = "duckdb";
  std::string idle_timeout = "75s";
  std::string health_interval = "60s";

  CLI::App* add_to(CLI::App& program) {
    options.data = default_data();
    options.dashboard = default_dashboard();
    options.engines = std::max(2U, std::thread::hardware_concurrency());
    CLI::App* serve = program.add_subcommand("serve", "Serve the Data Source API and the dashboard");
    serve->footer(examples);
    serve->add_option("--host", options.host, "Address to listen on; other than loopback it needs a token")
        ->capture_default_str();
    serve->add_option("--port", options.port, "Port to listen on; 0 takes a free one")->capture_default_str();
    serve->add_option("--data", options.data, "Folder of the registry, made when it is not there")
        ->capture_default_str();
    serve->add_option("--dashboard", options.dashboard, "Folder of the built dashboard")->capture_default_str();
    serve->add_option("--extensions", options.extensions,
                      "Folder of DuckDB's extensions; default: beside DuckDB's library");
    serve->add_flag_callback(
        "--no-samples", [this] { options.samples = false; }, "Do not make the sample data sources on the first start");
    serve
        ->add_option("--dialect", dialect,
                     "Whose Data Source API is spoken: documented, or opensearch, as a real OpenSearch does")
        ->capture_default_str()
        ->check(CLI::IsMember({"documented", "opensearch"}));
    serve
        ->add_option("--query-timeout", query_timeout,
                     "Longest time of a query, sending its rows included, or of a test, such as 60s or 5m; 0: none")
        ->capture_default_str()
        ->check(is_duration);
    serve->add_option("--engine", engine, "What runs statements whose data sources leave it open")
        ->capture_default_str()
        ->check(CLI::IsMember({"duckdb", "trino"}));
    serve
        ->add_option("--trino-url", options.trino.url,
                     "Of a Trino, such as http://host:8080: it is an engine beside DuckDB")
        ->envname("TRINO_URL");
    serve
        ->add_option("--trino-user", options.trino.user, "Who signs in there, and runs statements; default: datasource")
        ->envname("TRINO_USER");
    serve->add_option("--trino-password-file", options.trino.password_file, "File that holds that user's password");
    serve->add_option("--trino-token-file", options.trino.token_file, "File that holds a JSON Web Token instead");
    serve->add_option("--trino-ca", options.trino.ca_file, "Authorities whose certificates are trusted there, PEM");
    serve
        ->add_option("--opensearch-url", options.opensearch_url,
                     "An OpenSearch beside this gateway: its data sources appear here, and what is about them, its "
                     "indexes or PPL goes there")
        ->envname("OPENSEARCH_URL");
    serve->add_option("--engines", options.engines, "Most processes of each engine, each running one query")
        ->capture_default_str()
        ->check(CLI::Range(1, 256));
    serve->add_option("--queue", options.queue, "Most queries that wait for an engine process")
        ->capture_default_str()
        ->check(CLI::Range(0, 100000));
    serve
        ->add_option("--cursors", options.cursors,
                     "Most replies in pages that are open, each keeping an engine process")
        ->capture_default_str()
        ->check(CLI::Range(0, 256));
    serve->add_option("--cursor-timeout", cursor_timeout, "How long a cursor may stay unused before it is closed")
        ->capture_default_str()
        ->check(is_duration);
    serve
        ->add_option("--health-interval", health_interval,
                     "How often the connection of each active source is tested, such as 60s or 5m; 0: never")
        ->capture_default_str()
        ->check(is_duration);
    serve
        ->add_option("--result-cache-size", options.result_cache_bytes,
                     "Most disk space of replies that are given again, such as 256MB or 1GB; 0: none are")
        ->default_str("256MB")
        ->transform(CLI::AsSizeValue{true});
    serve->add_option("--row-limit", options.row_limit, "Most rows of a reply; 0: no limit")->capture_default_str();
    serve
        ->add_option("--fetch-limit", options.fetch_limit,
                     "Most rows of one table that a statement fetches from a system it cannot attach; 0: no limit")
        ->capture_default_str();
    serve
        ->add_option("--memory-limit", options.memory_limit,
                     "Memory of one engine process, such as 2GB; default: 60 % of the machine's, shared")
        ->check([](const std::string& text) {
          const std::size_t digits = text.find_first_not_of("0123456789");
          const std::string unit = digits == std::string::npos ? "" : text.substr(digits);
          const bool known = digits != 0 && (unit == "MB" || unit == "GB" || unit == "MiB" || unit == "GiB");
          return known ? std::string{} : '"' + text + "\" is no amount of memory; use one such as 512MB or 2GB";
        });
    serve->add_option("--max-header", options.limits.header_bytes, "Most bytes of a request's header")
        ->capture_default_str()
        ->check(CLI::Range(1024, 1024 * 1024));
    serve->add_option("--max-body", options.limits.body_bytes, "Most bytes of a request's body")
        ->capture_default_str()
        ->check(CLI::Range(1024, 1024 * 1024 * 1024));
    serve
        ->add_option("--max-connections", options.limits.connections,
                     "Most connections; beyond it the oldest idle one makes room")
        ->capture_default_str()
        ->check(CLI::Range(1, 1'000'000));
    serve->add_option("--idle-timeout", idle_timeout, "How long a connection may stay without a request")
        ->capture_default_str()
        ->check(is_duration);
    serve->add_option("--tls-certificate", options.tls_certificate, "Certificate chain, PEM: speak HTTPS");
    serve->add_option("--tls-key", options.tls_key, "The certificate's private key, PEM");
    serve->add_option("--token-file", options.token_file, "File that holds the token that clients have to show");
    serve
        ->add_option("--allow-host", options.allowed_hosts,
                     "Another name under which this machine is addressed, such as a proxy's; repeatable")
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    serve->add_option("--log-level", options.log_level, "trace, debug, info, warn, error or off")
        ->capture_default_str()
        ->check(CLI::IsMember({"trace", "debug", "info", "warn", "error", "off"}));
    serve->add_flag("--log-statements", options.log_statements, "Write the text of statements into the audit log");
    return serve;
  }

  int run() {
    options.query_timeout = *parse_duration(query_timeout);
    options.cursor_timeout = *parse_duration(cursor_timeout);
    options.limits.idle = std::chrono::ceil<std::chrono::seconds>(*parse_duration(idle_timeout));
    options.health_interval = *parse_duration(health_interval);
    options.dialect = dialect == "opensearch" ? Dialect::opensearch : Dialect::documented;
    if (options.memory_limit.empty()) options.memory_limit = default_memory_limit(options.engines);
    options.runs = {{.id = "duckdb", .version = engine_name(), .serves = &engine_serves}};
    if (engine == "trino" || !options.trino.url.empty()) {
      std::string_view problem = base_url_problem(options.trino.url);
      if (options.trino.url.empty()) problem = "it is missing";
      if (!problem.empty()) {
        std::fprintf(stderr, "datasource: --trino-url: %.*s; write it as http://host:port\n",
                     static_cast<int>(problem.size()), problem.data());
        return exit_usage;
      }
      options.runs.insert(engine == "trino" ? options.runs.begin() : options.runs.end(),
                          {.id = "trino",
                           .version = engine_name(options.trino),
                           .serves = [](const Connector& connector) { return connector.in_trino(); },
                           .admits = true});
    }
    return serve(options);
  }
};

int write_samples(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  const auto written = write_shop(folder / "shop.db").and_then([&] { return write_events(folder / "events"); });
  if (written) return exit_ok;
  std::fprintf(stderr, "datasource: samples: %s\n", written.error().message.c_str());
  return exit_failure;
}

/// One line, whatever the library says.
int refuse_usage(const CLI::ParseError& error) {
  std::string message = error.what();
  std::ranges::replace(message, '\n', ' ');
  std::fprintf(stderr, "datasource: %s; `--help` lists the commands and their options\n", message.c_str());
  return exit_usage;
}

}  // namespace

int run_command_line(int argc, char** argv) {
  CLI::App program{"One API for data sources of many kinds: register, test, query, join."};
  program.name("datasource");
  program.require_subcommand(1);
  program.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);  // what a script appends wins
  program.set_version_flag("--version", "datasource " + std::string{version} + " (" + engine_name() + ")",
                           "Print the version");
  program.set_help_all_flag("--help-all", "Print the help of every command");

  ServeCommand serve_command;
  const CLI::App* serve_app = serve_command.add_to(program);

  ClientCommands client_commands{program};

  // What the gateway starts for itself; an empty group keeps them out of the help.
  EngineOptions engine_options;
  CLI::App* engine_app = program.add_subcommand("engine")->group("");
  engine_app->add_option("--extensions", engine_options.extensions);
  engine_app->add_option("--temporary", engine_options.temporary);
  engine_app->add_option("--memory-limit", engine_options.memory_limit);
  engine_app->add_option("--row-limit", engine_options.row_limit);
  engine_app->add_option("--fetch-limit", engine_options.fetch_limit);
  engine_app->add_option("--trino-url", engine_options.trino.url);
  engine_app->add_option("--trino-user", engine_options.trino.user);
  engine_app->add_option("--trino-ca", engine_options.trino.ca_file);
  engine_app->add_option("--catalog-prefix", engine_options.catalog_prefix);
  fs::path samples;
  CLI::App* samples_app = program.add_subcommand("samples")->group("");
  samples_app->add_option("folder", samples)->required();

  try {
    program.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return error.get_exit_code() == 0 ? program.exit(error) : refuse_usage(error);
  }
  if (const auto code = client_commands.run()) return *code;
  if (*serve_app) return serve_command.run();
  return *engine_app ? run_engine(engine_options) : write_samples(samples);
}

}  // namespace datasource::gateway
