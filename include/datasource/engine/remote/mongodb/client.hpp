#pragma once

#include <datasource/connector/settings.hpp>
#include <datasource/engine/remote/mongodb/address.hpp>
#include <datasource/engine/remote/mongodb/errors.hpp>
#include <datasource/engine/remote/mongodb/handles.hpp>
#include <datasource/engine/remote/mongodb/stream.hpp>
#include <datasource/model/error.hpp>

#include <mongoc/mongoc.h>

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

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
  std::chrono::steady_clock::time_point idle_since = {};  ///< Since when nobody uses it.

  /// Calls `work`; a stop ends what it waits for, and the client with it.
  template <class Work>
  auto during(const std::stop_token& stop, Work&& work) const {
    const std::stop_callback wake{stop, [this] { link->interrupt.raise(); }};
    return work();
  }
};

/// The clients of one data source, used again by one scan after the other. Safe from any thread.
class Clients {
 public:
  /// Makes none yet.
  explicit Clients(Settings settings)
      : settings_{std::move(settings)},
        most_{static_cast<std::size_t>(number(settings_, "maxConnections", 0))},
        idle_limit_{number(settings_, "idleTimeout", 600'000)},
        wait_limit_{number(settings_, "connectionTimeout", 10'000)} {}

  /// What the clients are made of.
  [[nodiscard]] const Settings& settings() const { return settings_; }

  /// One that nobody else uses, not necessarily connected. Errors: `invalid`, `connection`, `timeout` when all that are
  /// allowed are in use, `cancelled`.
  [[nodiscard]] Result<std::unique_ptr<Client>> take(const std::stop_token& stop) {
    std::unique_lock lock{mutex_};
    const bool room = changed_.wait_for(lock, stop, wait_limit_, [&] { return most_ == 0 || used_ < most_; });
    if (stop.stop_requested())
      return fail({.kind = ErrorKind::cancelled, .message = "it was stopped", .type = "CancelledException"});
    if (!room)
      return fail(detail::late("all " + std::to_string(most_) +
                               " connections are in use; raise properties.maxConnections, or read fewer of this "
                               "source's collections in one statement"));
    ++used_;
    const auto now = std::chrono::steady_clock::now();
    std::erase_if(idle_, [&](const auto& client) { return now - client->idle_since >= idle_limit_; });
    if (!idle_.empty()) {
      std::unique_ptr<Client> client = std::move(idle_.back());
      idle_.pop_back();
      return client;
    }
    lock.unlock();
    auto made = make();
    if (!made) release();
    return made;
  }

  /// Back from its user. One that was stopped or whose connection failed is closed.
  void give_back(std::unique_ptr<Client> client, bool usable) {
    if (usable && !client->link->interrupt.raised()) {
      const std::lock_guard lock{mutex_};
      client->idle_since = std::chrono::steady_clock::now();
      idle_.push_back(std::move(client));
    }
    client.reset();
    release();
  }

  /// A call's error, for people.
  [[nodiscard]] Error error(const bson_error_t& problem, const Client& client) const {
    return to_error(problem, *client.link, settings_);
  }

 private:
  void release() {
    {
      const std::lock_guard lock{mutex_};
      --used_;
    }
    changed_.notify_one();
  }

  [[nodiscard]] Result<std::unique_ptr<Client>> make() const {
    initialise();
    auto uri = to_uri(settings_);
    if (!uri) return fail(std::move(uri.error()));
    auto client = std::make_unique<Client>();
    const std::string mode = tls_mode(settings_);
    client->link->limit = wait_limit_;
    client->link->tls = mode != "disable";
    client->link->verify = mode == "verify-full";
    bson_error_t problem;
    client->handle.reset(mongoc_client_new_from_uri_with_error(uri->get(), &problem));
    if (!client->handle) return fail(to_error(problem, *client->link, settings_));
    mongoc_client_set_error_api(client->handle.get(), MONGOC_ERROR_API_VERSION_2);
    mongoc_client_set_stream_initiator(client->handle.get(), open_stream, client->link.get());
    return client;
  }

  Settings settings_;
  std::size_t most_;
  std::chrono::milliseconds idle_limit_;
  std::chrono::milliseconds wait_limit_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::vector<std::unique_ptr<Client>> idle_;
  std::size_t used_ = 0;
};

/// A client for as long as this lives.
class Lease {
 public:
  /// Takes one. Errors: as Clients::take.
  static Result<Lease> take(const std::shared_ptr<Clients>& clients, const std::stop_token& stop) {
    auto client = clients->take(stop);
    if (!client) return fail(std::move(client.error()));
    return Lease{clients, std::move(*client)};
  }
  Lease(Lease&&) noexcept = default;
  Lease& operator=(Lease&& other) noexcept {
    std::swap(clients_, other.clients_);
    std::swap(client_, other.client_);
    std::swap(usable_, other.usable_);
    return *this;
  }
  ~Lease() {
    if (client_) clients_->give_back(std::move(client_), usable_);
  }

  /// For libmongoc.
  [[nodiscard]] mongoc_client_t* get() const { return client_->handle.get(); }
  /// With its link.
  [[nodiscard]] const Client& client() const { return *client_; }
  /// The error of a call, after which the client is not used again unless it was the server that refused.
  [[nodiscard]] Error error(const bson_error_t& problem) {
    usable_ = usable_ && problem.domain == MONGOC_ERROR_SERVER;
    return clients_->error(problem, *client_);
  }

 private:
  Lease(std::shared_ptr<Clients> clients, std::unique_ptr<Client> client)
      : clients_{std::move(clients)}, client_{std::move(client)} {}

  std::shared_ptr<Clients> clients_;
  std::unique_ptr<Client> client_;
  bool usable_ = true;
};

}  // namespace datasource::remote::mongo
