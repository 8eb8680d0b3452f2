#pragma once

#include <datasource/engine/duckdb/attach.hpp>
#include <datasource/engine/duckdb/errors.hpp>
#include <datasource/engine/duckdb/extensions.hpp>
#include <datasource/engine/duckdb/handles.hpp>
#include <datasource/engine/duckdb/options.hpp>
#include <datasource/engine/duckdb/quote.hpp>
#include <datasource/engine/duckdb/reach.hpp>
#include <datasource/engine/duckdb/remote/catalog.hpp>
#include <datasource/engine/duckdb/remote/scan.hpp>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace datasource::duckdb {

/// A DuckDB that holds the sources of one plan and nothing else, locked.
class Instance {
 public:
  /// Opens, attaches, locks. Errors are presentable: they name the source, and hold no secret.
  static Result<std::unique_ptr<Instance>> open(std::vector<AttachPlan> plans, const Options& options) {
    auto instance = open_unlocked(std::move(plans), options);
    if (!instance) return instance;
    if (auto locked = (*instance)->lock(); !locked) return fail(locked.error());
    return instance;
  }

  /// The same without locking, for the engine's own looks at a source. User SQL never runs in it.
  static Result<std::unique_ptr<Instance>> open_unlocked(std::vector<AttachPlan> plans, const Options& options) {
    std::unique_ptr<Instance> instance{new Instance{std::move(plans)}};
    if (auto found = instance->find_files(); !found) return fail(found.error());
    const bool known = instance->find_extensions(options);
    if (auto opened = open_database(instance->database_, options, known); !opened) return fail(opened.error());
    instance->connection_ = Connection{instance->database_.get()};
    if (auto added = instance->add_remotes(options); !added) return fail(added.error());
    for (const AttachPlan& plan : instance->plans_) {
      if (auto attached = instance->attach(plan, options); !attached) return fail(attached.error());
    }
    return instance;
  }

  /// An empty in-memory database with the options' limits.
  /// @param known Whether all extensions that it will load were found signed before.
  static Result<void> open_database(Database& database, const Options& options, bool known = false) {
    Config config;
    duckdb_create_config(config.out());
    const auto set = [&](const char* name, const std::string& value) {
      return value.empty() || duckdb_set_config(config.get(), name, value.c_str()) == DuckDBSuccess;
    };
    const bool valid = set("threads", options.threads == 0 ? "" : std::to_string(options.threads)) &&
                       set("memory_limit", options.memory_limit) && set("temp_directory", options.temp_directory) &&
                       set("autoinstall_known_extensions", "false") && set("autoload_known_extensions", "false") &&
                       set("allow_community_extensions", "false") && set("allow_persistent_secrets", "false") &&
                       set("allow_unsigned_extensions", known ? "true" : "false");
    if (!valid)
      return fail(ErrorKind::invalid,
                  "an option of the engine is not valid; check threads, memory_limit and temp_directory");
    char* problem = nullptr;
    const bool opened = duckdb_open_ext(nullptr, database.out(), config.get(), &problem) == DuckDBSuccess;
    const std::string message = take_text(problem);
    if (!opened) return fail(ErrorKind::server, "the engine could not start: " + message);
    // The default would be a folder in the working directory.
    if (options.temp_directory.empty()) (void)Connection{database.get()}.execute("SET temp_directory = ''");
    return {};
  }

  [[nodiscard]] const Connection& connection() const noexcept { return connection_; }
  [[nodiscard]] const std::vector<AttachPlan>& plans() const noexcept { return plans_; }
  /// Its fetched tables.
  [[nodiscard]] RemoteCatalog& remotes() const noexcept { return *remotes_; }

  /// Forgets what was known of the databases' tables when it is older than `age`: columns that were added since are
  /// then seen.
  void refresh(std::chrono::milliseconds age) {
    const auto now = std::chrono::steady_clock::now();
    if (now - refreshed_ < age) return;
    refreshed_ = now;
    for (const char* type : {"postgres", "mysql"}) {
      const auto is_type = [&](const AttachPlan& plan) { return plan.connector->duckdb.type == type; };
      if (std::ranges::none_of(plans_, is_type)) continue;
      (void)connection_.execute(std::string_view{type} == "postgres" ? "CALL pg_clear_cache()"
                                                                     : "CALL mysql_clear_cache()");
    }
  }

  /// Whether all that it knows of tables can be refreshed. Views over files were bound when they were made.
  [[nodiscard]] bool refreshable() const {
    return std::ranges::none_of(plans_, [](const AttachPlan& plan) {
      return plan.connector->duckdb.kind == DuckDbMapping::Kind::views ||
             plan.connector->duckdb.kind == DuckDbMapping::Kind::objects ||
             plan.connector->duckdb.kind == DuckDbMapping::Kind::remote;
    });
  }

  /// The values that no message may hold.
  [[nodiscard]] std::vector<std::string> secrets() const {
    std::vector<std::string> secrets;
    for (const AttachPlan& plan : plans_) {
      for (std::string& secret : secrets_of(plan)) secrets.push_back(std::move(secret));
    }
    return secrets;
  }

  /// A failure of this instance as an Error. What a database says of the access to it is told for its source.
  [[nodiscard]] Error present(const Failure& failure) const {
    if (failure.type == DUCKDB_ERROR_INTERRUPT) return statement_error(failure, {});
    if (auto error = remote_error()) return std::move(*error);
    if (failure.type == DUCKDB_ERROR_HTTP || failure.type == DUCKDB_ERROR_IO) {
      for (const AttachPlan& plan : plans_) {
        if (auto error = store_error(plan, failure.message)) return std::move(*error);
      }
    }
    if (const auto problem = failure.type == DUCKDB_ERROR_IO || failure.type == DUCKDB_ERROR_CONNECTION ||
                                     failure.type == DUCKDB_ERROR_INVALID
                                 ? access_problem(failure.message)
                                 : std::nullopt) {
      if (const AttachPlan* plan = plan_for(failure.message))
        return access_error(*problem, plan->source, *plan->connector, plan->settings);
    }
    if (failure.message.find("file is not a database") != std::string::npos) {
      for (const AttachPlan& plan : plans_) {
        if (plan.connector->duckdb.kind != DuckDbMapping::Kind::file) continue;
        return {.kind = ErrorKind::connection,
                .message = plan.source + ": " + detail::setting_or_empty(plan.settings, "path") +
                           " is not a database of " + std::string{plan.connector->title} + "; check properties.path",
                .status = 502,
                .type = "ConnectionException",
                .field = "properties.path"};
      }
    }
    return statement_error(failure, secrets());
  }

 private:
  explicit Instance(std::vector<AttachPlan> plans) : plans_{std::move(plans)} {}

  /// Before anything that takes long: a file that is not there needs no database to tell.
  Result<void> find_files() const {
    for (const AttachPlan& plan : plans_) {
      if (plan.connector->duckdb.kind != DuckDbMapping::Kind::file) continue;
      std::error_code error;
      const std::string& path = plan.settings.find("path")->second;
      if (std::filesystem::is_regular_file(path, error)) continue;
      return fail({.kind = ErrorKind::connection,
                   .message = plan.source + ": there is no file " + path + "; check properties.path",
                   .status = 502,
                   .field = "properties.path"});
    }
    return {};
  }

  /// Finds the files of those extensions that were found signed. Gives whether there are any, and no others: DuckDB
  /// checks all or none.
  bool find_extensions(const Options& options) {
    for (const AttachPlan& plan : plans_) {
      const std::string_view extension = plan.connector->duckdb.extension;
      if (extension.empty()) continue;
      auto file = detail::SignedExtensions::of_process().find(detail::load_target(extension, options));
      if (!file) {
        signed_files_.clear();
        return false;
      }
      signed_files_.insert_or_assign(extension, std::move(*file));
    }
    return !signed_files_.empty();
  }

  Result<void> add_remotes(const Options& options) {
    remotes_ = std::make_unique<RemoteCatalog>(options.schema_age, options.fetch_limit);
    for (const AttachPlan& plan : plans_) {
      if (plan.remote) remotes_->add(plan.source, plan.remote);
    }
    if (remotes_->empty()) return {};
    if (const auto added = register_remote_functions(connection_, *remotes_); !added)
      return fail(ErrorKind::server, added.error().message);
    return {};
  }

  /// What a reader of fetched tables said, which knows better than DuckDB.
  [[nodiscard]] std::optional<Error> remote_error() const {
    auto error = remotes_->failure();
    if (error) error->message = scrub(std::move(error->message), secrets());
    return error;
  }

  Result<void> attach(const AttachPlan& plan, const Options& options) {
    if (auto loaded = load(plan.connector->duckdb.extension, options); !loaded) return loaded;
    if (auto reached = reach(plan); !reached) return reached;
    for (const std::string& statement : plan.statements) {
      const auto done = connection_.execute(statement);
      if (done) continue;
      if (auto error = remote_error()) return fail(std::move(*error));
      if (const auto problem = plan.connector->duckdb.kind == DuckDbMapping::Kind::database
                                   ? access_problem(done.error().message)
                                   : std::nullopt) {
        return fail(access_error(*problem, plan.source, *plan.connector, plan.settings));
      }
      if (auto error = store_error(plan, done.error().message)) return fail(std::move(*error));
      Error error = statement_error(done.error(), secrets());
      error.kind = ErrorKind::connection;
      error.status = 502;
      error.type = "ConnectionException";
      error.message =
          plan.source + ": it could not be opened: " + error.message.substr(0, error.message.find("\n\nLINE "));
      return fail(std::move(error));
    }
    return {};
  }

  /// What a message says of the access to a plan's object store, when it is that store's.
  static std::optional<Error> store_error(const AttachPlan& plan, const std::string& message) {
    if (plan.connector->duckdb.kind != DuckDbMapping::Kind::objects) return std::nullopt;
    const ObjectStore store = ObjectStore::of(plan.settings);
    const bool named = message.find(store.root()) != std::string::npos ||
                       message.find(store.host_and_port(plan.settings).first) != std::string::npos;
    return named ? object_error(message, plan.source, plan.settings) : std::nullopt;
  }

  /// A client that has no time-out for connecting would hang on a silent host or a server of another kind: that is
  /// found out first.
  static Result<void> reach(const AttachPlan& plan) {
    const DuckDbMapping& mapping = plan.connector->duckdb;
    if (mapping.kind != DuckDbMapping::Kind::database ||
        std::ranges::find(mapping.options, "connectionTimeout", &EngineParameter::field) != mapping.options.end())
      return {};
    const auto deadline =
        detail::Clock::now() +
        std::chrono::milliseconds{std::stoll("0" + detail::setting_or_empty(plan.settings, "connectionTimeout"))};
    const auto addresses = Addresses::resolve(detail::setting_or_empty(plan.settings, "host"),
                                              detail::setting_or_empty(plan.settings, "port"));
    const auto greeted =
        addresses.and_then([&](const Addresses& found) { return ProbeSocket::connect(found, deadline); })
            .and_then([&](const ProbeSocket& socket) { return socket.greet(mapping.type, deadline); });
    if (!greeted) return fail(access_error(greeted.error(), plan.source, *plan.connector, plan.settings));
    return {};
  }

  Result<void> load(std::string_view extension, const Options& options) {
    if (extension.empty()) return {};
    const auto known = signed_files_.find(extension);
    const std::string target = detail::load_target(extension, options);
    const auto loaded = known != signed_files_.end()
                            ? connection_.execute("LOAD " + literal(known->second))
                            : detail::SignedExtensions::of_process().load_checked(connection_, target);
    if (!loaded) {
      return fail({.kind = ErrorKind::unsupported,
                   .message = "DuckDB's extension " + std::string{extension} + " could not be loaded" +
                              (target == extension ? "" : " from " + target) +
                              "; install it there: " + statement_error(loaded.error(), {}).message,
                   .status = 501});
    }
    // TIMESTAMP columns of MySQL are moments: they are told in the session's zone.
    if (extension == "mysql_scanner") (void)connection_.execute("SET GLOBAL mysql_session_time_zone = '+00:00'");
    return {};
  }

  /// From here on nothing can be attached, installed, read or set but what the plans need.
  Result<void> lock() {
    std::string files;
    for (const AttachPlan& plan : plans_) {
      for (const std::string& file : plan.files) files += (files.empty() ? "" : ", ") + literal(file);
    }
    for (const std::string& statement :
         {std::string{"SET GLOBAL TimeZone = 'UTC'"}, "SET allowed_paths = [" + files + "]",
          std::string{"SET enable_external_access = false"}, std::string{"SET lock_configuration = true"}}) {
      if (const auto done = connection_.execute(statement); !done)
        return fail(ErrorKind::server, "the engine could not be locked: " + scrub(done.error().message, secrets()));
    }
    return {};
  }

  /// The source that a message speaks of: the only one, or the one whose address stands in it.
  [[nodiscard]] const AttachPlan* plan_for(std::string_view message) const {
    const AttachPlan* found = nullptr;
    int databases = 0;
    for (const AttachPlan& plan : plans_) {
      if (plan.connector->duckdb.kind != DuckDbMapping::Kind::database) continue;
      const auto port = plan.settings.find("port");
      const bool named = port != plan.settings.end() && message.find("port " + port->second) != std::string_view::npos;
      if (named) return &plan;
      found = &plan;
      ++databases;
    }
    return databases == 1 ? found : nullptr;
  }

  std::vector<AttachPlan> plans_;
  std::map<std::string_view, std::string> signed_files_;  ///< Those of all extensions, or none.
  std::unique_ptr<RemoteCatalog> remotes_;                // outlives the database, whose functions use it
  Database database_;                                     // outlives its connection
  Connection connection_;
  std::chrono::steady_clock::time_point refreshed_ = std::chrono::steady_clock::now();
};

/// The instances that were used last. LOAD and ATTACH cost tens of milliseconds, so they are kept.
class InstancePool {
 public:
  explicit InstancePool(std::size_t capacity) : capacity_{std::max<std::size_t>(1, capacity)} {}

  /// The instance of exactly these plans, in any order; opened when there is none. `fresh` says which it was.
  Result<Instance*> get(std::vector<AttachPlan> plans, const Options& options, bool& fresh) {
    std::ranges::sort(plans, {}, &AttachPlan::source);
    const auto found =
        std::ranges::find_if(instances_, [&](const auto& instance) { return instance->plans() == plans; });
    fresh = found == instances_.end();
    if (!fresh) {
      instances_.splice(instances_.begin(), instances_, found);
      return instances_.front().get();
    }
    auto opened = Instance::open(std::move(plans), options);
    if (!opened) return fail(opened.error());
    if (instances_.size() >= capacity_) instances_.pop_back();
    instances_.push_front(std::move(*opened));
    return instances_.front().get();
  }

  void drop(const Instance* instance) {
    std::erase_if(instances_, [&](const auto& each) { return each.get() == instance; });
  }

 private:
  std::size_t capacity_;
  std::list<std::unique_ptr<Instance>> instances_;
};

}  // namespace datasource::duckdb
