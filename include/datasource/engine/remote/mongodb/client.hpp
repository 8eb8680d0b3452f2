#pragma once

#include <datasource/connector/settings.hpp>
#include <datasource/engine/remote/mongodb/address.hpp>
#include <datasource/engine/remote/mongodb/errors.hpp>
#include <datasource/engine/remote/mongodb/handles.hpp>
#include <datasource/engine/remote/mongodb/stream.hpp>
#include <datasource/federation/lease_pool.hpp>
#include <datasource/model/error.hpp>

#include <mongoc/mongoc.h>

#include <chrono>
#include <cstddef>
#include <memory>
#include <stop_token>
#include <string>
#include <utility>

namespace datasource::remote::mongo {

/// Readies libmongoc, once in a process. Its own log is not for whoever runs this.
inline void initialise() {
  static const bool done = [] {
    mongoc_init();
    mongoc_log_set_handler([](mongoc_log_level_t, const char*, const char*, void*) {}, nullptr);
    return true;
  }();
  (void)done;
}

/// One client of libmongoc with the connections of its own, for one thread at a time.
struct Client {
  std::unique_ptr<Link> link = std::make_unique<Link>();  ///< Outlives the client, whose connections use it.
  Owned<mongoc_client_t> handle = {};                     ///< What asks.

  /// Calls `work`; a stop ends what it waits for, and the client with it.
  template <class Work>
  auto during(const std::stop_token& stop, Work&& work) const {
    const std::stop_callback wake{stop, [this] { link->interrupt.raise(); }};
    return work();
  }
};

/// A client that is not connected yet. Errors: `invalid`, `connection` when an SRV name is not known.
inline Result<std::unique_ptr<Client>> make_client(const Settings& settings) {
  initialise();
  auto uri = to_uri(settings);
  if (!uri) return fail(std::move(uri.error()));
  auto client = std::make_unique<Client>();
  const std::string mode = tls_mode(settings);
  client->link->limit = std::chrono::milliseconds{number(settings, "connectionTimeout", 10'000)};
  client->link->tls = mode != "disable";
  client->link->verify = mode == "verify-full";
  bson_error_t problem;
  client->handle.reset(mongoc_client_new_from_uri_with_error(uri->get(), &problem));
  if (!client->handle) return fail(to_error(problem, *client->link, settings));
  mongoc_client_set_error_api(client->handle.get(), MONGOC_ERROR_API_VERSION_2);
  mongoc_client_set_stream_initiator(client->handle.get(), open_stream, client->link.get());
  return client;
}

/// The clients of one data source. Safe from any thread.
class Clients {
 public:
  /// Makes none yet.
  explicit Clients(Settings settings)
      : settings_{std::make_shared<const Settings>(std::move(settings))},
        pool_{std::make_shared<LeasePool<Client>>(
            LeasePool<Client>::Limits{
                .most = static_cast<std::size_t>(number(*settings_, "maxConnections", 0)),
                .idle = std::chrono::milliseconds{number(*settings_, "idleTimeout", 600'000)},
                .patience = std::chrono::milliseconds{number(*settings_, "connectionTimeout", 10'000)}},
            [settings = settings_] { return make_client(*settings); })} {}

  /// What the clients are made of.
  [[nodiscard]] const Settings& settings() const { return *settings_; }

 private:
  friend class Lease;
  std::shared_ptr<const Settings> settings_;
  std::shared_ptr<LeasePool<Client>> pool_;
};

/// A client for as long as this lives.
class Lease {
 public:
  /// Takes one. Errors: as LeasePool::take.
  static Result<Lease> take(const Clients& clients, const std::stop_token& stop) {
    auto client = clients.pool_->take(stop);
    if (!client) return fail(std::move(client.error()));
    return Lease{clients.settings_, std::move(*client)};
  }
  /// Moves; the other has no client then.
  Lease(Lease&&) noexcept = default;
  /// Exchanges the clients.
  Lease& operator=(Lease&&) noexcept = default;
  ~Lease() {
    if (client_ && client_->link->interrupt.raised()) client_.give_up();
  }

  /// For libmongoc.
  [[nodiscard]] mongoc_client_t* get() const { return client_->handle.get(); }
  /// With its link.
  [[nodiscard]] const Client& client() const { return *client_; }
  /// The error of a call, after which the client is not used again unless it was the server that refused.
  [[nodiscard]] Error error(const bson_error_t& problem) {
    if (problem.domain != MONGOC_ERROR_SERVER) client_.give_up();
    return to_error(problem, *client_->link, *settings_);
  }

 private:
  Lease(std::shared_ptr<const Settings> settings, LeasePool<Client>::Lease client)
      : settings_{std::move(settings)}, client_{std::move(client)} {}

  std::shared_ptr<const Settings> settings_;
  LeasePool<Client>::Lease client_;
};

}  // namespace datasource::remote::mongo
