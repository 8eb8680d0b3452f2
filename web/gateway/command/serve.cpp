#include "command/serve.hpp"

#include "audit.hpp"
#include "engine/pool.hpp"
#include "environment.hpp"
#include "http/dashboard.hpp"
#include "http/guard.hpp"
#include "http/server.hpp"
#include "registry/data_directory.hpp"
#include "registry/files.hpp"
#include "registry/sqlite_store.hpp"
#include "samples/samples.hpp"

#include <datasource/service/service.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/ssl/context.hpp>
#include <netdb.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>

namespace datasource::gateway {
namespace {

namespace asio = boost::asio;

int refuse(const std::string& what, const Error& error, const std::string& fix = {}) {
  std::fprintf(stderr, "datasource: %s: %s%s%s\n", what.c_str(), error.message.c_str(), fix.empty() ? "" : "; ",
               fix.c_str());
  return exit_usage;
}

void set_up_logging(const std::string& level) {
  auto logger = std::make_shared<spdlog::logger>("datasource", std::make_shared<spdlog::sinks::stderr_color_sink_st>());
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

WorkerCommand worker_command(const ServeOptions& options, const std::filesystem::path& data) {
  WorkerCommand command;
  command.arguments = {"engine", "--temporary", (data / "temporary").string()};
  if (!options.extensions.empty())
    command.arguments.insert(command.arguments.end(),
                             {"--extensions", std::filesystem::absolute(options.extensions).string()});
  command.arguments.insert(command.arguments.end(), {"--row-limit", std::to_string(options.row_limit)});
  if (!options.memory_limit.empty())
    command.arguments.insert(command.arguments.end(), {"--memory-limit", options.memory_limit});
  return command;
}

}  // namespace

int serve(const ServeOptions& options) {
  set_up_logging(options.log_level);
  set_up_process();

  const auto token = read_token(options);
  if (!token) return refuse("--token-file", token.error());

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

  if (const auto grouped = store.group_writes(); !grouped) return refuse(data_option, grouped.error());

  asio::io_context context{1};
  HostNames host_names{context.get_executor()};
  Service service{std::move(*opened),
                  {.engine = options.engine_name,
                   .dialect = options.dialect,
                   .check_host = [&host_names](const std::string& host) { return host_names.problem_of(host); }}};
  Dashboard dashboard{options.dashboard};
  const Audit audit{{.statements = options.log_statements}};
  Pool pool{context.get_executor(),
            {.command = worker_command(options, directory->path()),
             .most = options.engines,
             .queue = options.queue,
             .parked = options.cursors}};
  Cursors cursors{options.cursor_timeout};
  Running running;
  std::vector<std::string> hosts = options.allowed_hosts;
  hosts.push_back(options.host);
  // A wildcard or public address is served under whatever names reach it; the token stands in the way of everybody
  // else's pages.
  const bool check_host = token->empty() || is_loopback_name(options.host);
  const Guard guard{{.token = *token, .loopback = check_host, .hosts = std::move(hosts), .dialect = options.dialect}};
  GroupCommit commits{store, context.get_executor()};
  Server server{context,
                {.service = service,
                 .pool = pool,
                 .dashboard = dashboard,
                 .guard = guard,
                 .audit = audit,
                 .cursors = cursors,
                 .running = running,
                 .limits = options.limits,
                 .query_timeout = options.query_timeout,
                 .commits = &commits,
                 .host_names = &host_names,
                 .tls = tls.get()}};

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
    pool.stop();
    context.stop();
  });
  pool.warm();
  server.start();
  std::printf("listening on %s\n", server.url().c_str());
  std::fflush(stdout);
  if (!dashboard.built())
    spdlog::warn("there is no dashboard in {}; the API works without it", options.dashboard.string());
  context.run();

  // Replies that were under way get a moment to leave.
  context.restart();
  context.run_for(std::chrono::seconds{3});
  commits.commit();
  return exit_ok;
}

}  // namespace datasource::gateway
