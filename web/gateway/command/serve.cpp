#include "command/serve.hpp"

#include "audit.hpp"
#include "awaiting.hpp"
#include "cache/known_statements.hpp"
#include "cache/result_cache.hpp"
#include "engine/engines.hpp"
#include "environment.hpp"
#include "health/prober.hpp"
#include "health/sqlite_health_store.hpp"
#include "http/dashboard.hpp"
#include "http/drift.hpp"
#include "http/guard.hpp"
#include "http/server.hpp"
#include "http/upstream.hpp"
#include "metrics/metrics.hpp"
#include "registry/data_directory.hpp"
#include "registry/files.hpp"
#include "registry/sqlite_store.hpp"
#include "samples/samples.hpp"

#include <datasource/http/url.hpp>
#include <datasource/service/service.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/ssl/context.hpp>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace datasource::gateway {
namespace {

int refuse(const std::string& what, const Error& error, const std::string& fix = {}) {
  std::fprintf(stderr, "datasource: %s: %s%s%s\n", what.c_str(), error.message.c_str(), fix.empty() ? "" : "; ",
               fix.c_str());
  return exit_usage;
}

void set_up_logging(const std::string& level) {
  auto logger = std::make_shared<spdlog::logger>("datasource", std::make_shared<spdlog::sinks::stderr_color_sink_mt>());
  logger->set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %^%l%$ %v");
  logger->set_level(spdlog::level::from_str(level));
  spdlog::set_default_logger(std::move(logger));
}

/// No core dumps, for the secrets in them; as many connections as the system allows.
void set_up_process() {
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) == 0) {
    files.rlim_cur = files.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &files);
  }
  std::signal(SIGPIPE, SIG_IGN);
  ::umask(077);
}

Result<Secret> read_token(const ServeOptions& options) {
  auto variable = take_from_environment("DATASOURCE_TOKEN");
  if (variable && !options.token_file.empty())
    return fail(ErrorKind::invalid, "environment variable DATASOURCE_TOKEN gives a token too; use one of them");
  if (variable && variable->empty())
    return fail(ErrorKind::invalid, "environment variable DATASOURCE_TOKEN is empty; unset it or give a token");
  if (variable) return Secret{std::move(*variable)};
  if (options.token_file.empty()) return Secret{};
  auto text = read_file(options.token_file);
  if (!text) return fail(text.error());
  while (text->ends_with('\n') || text->ends_with('\r') || text->ends_with(' ')) text->pop_back();
  if (text->empty()) return fail(ErrorKind::invalid, options.token_file.string() + " is empty; write a token into it");
  return Secret{std::move(*text)};
}

/// Who the gateway is for the OpenSearch beside it, where a caller brings no credentials of their own. Errors:
/// `invalid`.
Result<Auth> upstream_auth() {
  auto username = take_from_environment("OPENSEARCH_USERNAME");
  auto password = take_from_environment("OPENSEARCH_PASSWORD");
  auto token = take_from_environment("OPENSEARCH_TOKEN");
  if (username.has_value() != password.has_value())
    return fail(ErrorKind::invalid, "OPENSEARCH_USERNAME and OPENSEARCH_PASSWORD belong together; set both or none");
  if (username && token)
    return fail(ErrorKind::invalid, "OPENSEARCH_TOKEN and OPENSEARCH_USERNAME contradict each other; set one of them");
  if (token) return Auth{BearerAuth{Secret{std::move(*token)}}};
  if (username) return Auth{BasicAuth{std::move(*username), Secret{std::move(*password)}}};
  return Auth{};
}

/// Errors: `invalid`, naming the file that cannot be used.
Result<std::unique_ptr<asio::ssl::context>> tls_context(const ServeOptions& options) {
  auto context = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_server);
  boost::system::error_code error;
  context->set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_sslv2 |
                           asio::ssl::context::no_sslv3 | asio::ssl::context::no_tlsv1 |
                           asio::ssl::context::no_tlsv1_1 | SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE,
                       error);
  if (!error) context->use_certificate_chain_file(options.tls_certificate.string(), error);
  if (error)
    return fail(ErrorKind::invalid, options.tls_certificate.string() + " holds no certificate: " + error.message());
  context->use_private_key_file(options.tls_key.string(), asio::ssl::context::pem, error);
  if (error)
    return fail(ErrorKind::invalid,
                options.tls_key.string() + " holds no private key of that certificate: " + error.message());
  return context;
}

/// Names of catalogs in a Trino begin so: each registry has names of its own.
std::string catalog_prefix(std::string_view key) { return "ds_" + keyed_hash(key, "prefix of catalogs", 8) + '_'; }

/// What starts a process of an engine. Errors: `invalid` (what is to sign in at a Trino).
Result<WorkerCommand> worker_command(const EngineInfo& engine, const ServeOptions& options,
                                     const std::filesystem::path& data, std::string_view key) {
  WorkerCommand command;
  command.arguments = {"engine", "--temporary", (data / "temporary").string()};
  if (engine.id == "trino") {
    auto variables = trino_environment(options.trino, key);
    if (!variables) return fail(variables.error());
    command.environment = std::move(*variables);
    command.arguments.insert(command.arguments.end(),
                             {"--trino-url", options.trino.url, "--catalog-prefix", catalog_prefix(key)});
    if (!options.trino.user.empty())
      command.arguments.insert(command.arguments.end(), {"--trino-user", options.trino.user});
    if (!options.trino.ca_file.empty())
      command.arguments.insert(command.arguments.end(),
                               {"--trino-ca", std::filesystem::absolute(options.trino.ca_file).string()});
  }
  if (!options.extensions.empty())
    command.arguments.insert(command.arguments.end(),
                             {"--extensions", std::filesystem::absolute(options.extensions).string()});
  command.arguments.insert(command.arguments.end(), {"--row-limit", std::to_string(options.row_limit), "--fetch-limit",
                                                     std::to_string(options.fetch_limit)});
  if (!options.memory_limit.empty())
    command.arguments.insert(command.arguments.end(), {"--memory-limit", options.memory_limit});
  return command;
}

/// What is known of the health of sources. Without a file for it, it is kept as long as the gateway runs.
std::shared_ptr<HealthBook> health_book(const ServeOptions& options, const std::filesystem::path& file) {
  // An outcome speaks for a source until two probes have failed to come.
  HealthBook::Options book{.longest_gap = 3 * options.health_interval};
  if (options.health_interval.count() == 0) {
    return std::make_shared<HealthBook>(std::make_unique<MemoryHealthStore>(), std::move(book));
  }
  auto store = SqliteHealthStore::open(file);
  if (store) return std::make_shared<HealthBook>(std::move(*store), std::move(book));
  spdlog::error("the health of data sources is not kept over a restart: {}", store.error().message);
  return std::make_shared<HealthBook>(std::make_unique<MemoryHealthStore>(), std::move(book));
}

}  // namespace

int serve(const ServeOptions& options) {
  set_up_logging(options.log_level);
  set_up_process();

  const auto token = read_token(options);
  if (!token) return refuse("--token-file", token.error());

  std::optional<Upstream> upstream;
  auto credentials = upstream_auth();
  if (!options.opensearch_url.empty()) {
    if (const std::string_view problem = base_url_problem(options.opensearch_url); !problem.empty())
      return refuse("--opensearch-url", {.message = std::string{problem}}, "write it as http://host:9200");
    if (options.dialect == Dialect::opensearch)
      return refuse("--opensearch-url", {.message = "the dialect opensearch stands in for an OpenSearch by itself"},
                    "use the documented dialect, or leave the URL out");
    if (!credentials) return refuse("--opensearch-url", credentials.error());
    upstream.emplace(Upstream::Options{
        .url = options.opensearch_url,
        .auth = std::move(*credentials),
        .pass_callers = token->empty(),
        .timeout = options.query_timeout,
        .serves = [engines = options.runs](const Connector& connector) { return any_serves(engines, connector); }});
  }

  std::unique_ptr<asio::ssl::context> tls;
  if (!options.tls_certificate.empty() || !options.tls_key.empty()) {
    if (options.tls_certificate.empty() || options.tls_key.empty())
      return refuse("--tls-certificate", {.message = "a certificate and its key belong together"},
                    "give --tls-certificate and --tls-key");
    auto made = tls_context(options);
    if (!made) return refuse("--tls-certificate", made.error());
    tls = std::move(*made);
  }

  auto directory = DataDirectory::open(options.data);
  const std::string data_option = "--data " + options.data.string();
  if (!directory) return refuse(data_option, directory.error());
  const auto key = directory->master_key();
  if (!key) return refuse(data_option, key.error());
  auto opened = SqliteStore::open(directory->registry(), *key);
  if (!opened)
    return refuse(
        data_option, opened.error(),
        opened.error().kind == ErrorKind::forbidden ? "give the key it was made with, or another folder" : "");
  SqliteStore& store = **opened;
  std::error_code ignored;
  std::filesystem::remove_all(directory->path() / "temporary",
                              ignored);  // what engine processes of an earlier run spilled to disk
  std::filesystem::create_directory(directory->path() / "temporary", ignored);

  ResultCache results{directory->results(), options.result_cache_bytes, *key};
  if (const auto usable = results.open(); !usable) return refuse(data_option, usable.error());
  KnownStatements known;
  Prober* watching = nullptr;
  if (const auto grouped = store.group_writes(); !grouped) return refuse(data_option, grouped.error());
  std::vector<WorkerCommand> commands;
  for (const EngineInfo& engine : options.runs) {
    auto command = worker_command(engine, options, directory->path(),
                                  {reinterpret_cast<const char*>(key->bytes().data()), key->bytes().size()});
    if (!command) return refuse("--trino-url", command.error());
    commands.push_back(std::move(*command));
  }
  asio::io_context context{1};
  HostNames host_names{context.get_executor()};
  Service service{std::move(*opened),
                  {.engines = options.runs,
                   // What the OpenSearch registers; the upstream takes it before the service is asked.
                   .offers_too =
                       [&options](const Connector& connector) {
                         return !options.opensearch_url.empty() && connector.in_opensearch();
                       },
                   .dialect = options.dialect,
                   .check_host = [&host_names](const std::string& host) { return host_names.problem_of(host); },
                   .health = health_book(options, directory->health()),
                   .changed =
                       [&watching](std::string_view name, SourceChange change) {
                         if (watching != nullptr) watching->changed(name, change);
                       }}};
  Dashboard dashboard{options.dashboard};
  Audit audit{{.statements = options.log_statements}, context.get_executor()};
  Engines engines;
  for (WorkerCommand& command : commands) {
    engines.add(std::make_unique<Pool>(context.get_executor(), Pool::Options{.command = std::move(command),
                                                                             .most = options.engines,
                                                                             .queue = options.queue,
                                                                             .parked = options.cursors}));
  }
  Cursors cursors{options.cursor_timeout};
  Running running;
  std::vector<std::string> hosts = options.allowed_hosts;
  hosts.push_back(options.host);
  // A wildcard or public address is served under whatever names reach it; the token stands in the way of everybody
  // else's pages.
  const bool check_host = token->empty() || is_loopback_name(options.host);
  const Guard guard{{.token = *token, .loopback = check_host, .hosts = std::move(hosts), .dialect = options.dialect}};
  GroupCommit commits{store, context.get_executor()};
  Prober prober{context.get_executor(), service, engines, {.interval = options.health_interval}};
  // The other dialect shows no health.
  if (options.health_interval.count() > 0 && options.dialect == Dialect::documented) watching = &prober;
  Metrics metrics;
  const Site site{.service = service,
                  .engines = engines,
                  .dashboard = dashboard,
                  .guard = guard,
                  .audit = audit,
                  .cursors = cursors,
                  .running = running,
                  .limits = options.limits,
                  .query_timeout = options.query_timeout,
                  .commits = &commits,
                  .host_names = &host_names,
                  .tls = tls.get(),
                  .upstream = upstream ? &*upstream : nullptr,
                  .prober = watching,
                  .results = results.enabled() ? &results : nullptr,
                  .known = &known,
                  .metrics = &metrics};
  Server server{context, site};

  if (const auto listening = server.listen(options.host, options.port, token->empty()); !listening) {
    switch (listening.error().kind) {
      case ErrorKind::conflict:
        return refuse("--port " + std::to_string(options.port), {.message = "the port is in use"},
                      "choose another one, or 0 for any free port");
      case ErrorKind::forbidden:
        return refuse("--port " + std::to_string(options.port), {.message = "this user may not use the port"},
                      "choose one from 1024 on");
      case ErrorKind::unauthorized:
        return refuse("--host " + options.host, listening.error(),
                      "set DATASOURCE_TOKEN or --token-file so that not everybody may use the gateway");
      default:
        return refuse("--host " + options.host, listening.error(), "use an address of this machine, such as 127.0.0.1");
    }
  }
  // The other dialect knows no connector that the samples could have.
  if (options.samples && options.dialect == Dialect::documented) offer_samples(directory->samples(), store, service);
  commits.commit();

  asio::signal_set signals{context, SIGINT, SIGTERM};
  signals.async_wait([&](const boost::system::error_code& error, int) {
    if (error) return;
    spdlog::info("stopping");
    server.stop();
    if (upstream) upstream->stop();
    prober.stop();
    engines.stop();
    context.stop();
  });
  engines.warm();
  if (any_keeps_sources(site)) asio::co_spawn(context, reconcile(site), asio::detached);
  server.start();
  if (watching != nullptr) prober.start();
  std::printf("listening on %s\n", server.url().c_str());
  std::fflush(stdout);
  if (!dashboard.built())
    spdlog::warn("there is no dashboard in {}; the API works without it", options.dashboard.string());
  context.run();

  // Replies that were under way get a moment to leave.
  context.restart();
  context.run_for(std::chrono::seconds{3});
  commits.commit();
  upstream.reset();  // its answers return to the context
  return exit_ok;
}

}  // namespace datasource::gateway
