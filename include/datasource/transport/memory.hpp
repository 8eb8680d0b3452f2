#pragma once

#include <datasource/http/transport.hpp>
#include <datasource/service/service.hpp>

#include <memory>
#include <stop_token>
#include <utility>

namespace datasource {

/// A service in the same process as its client: for tests, and for programs that need no server.
class MemoryTransport {
 public:
  /// For one client.
  explicit MemoryTransport(Service service) : service_{std::make_shared<Service>(std::move(service))} {}
  /// For several, one at a time, or to look into the service.
  explicit MemoryTransport(std::shared_ptr<Service> service) : service_{std::move(service)} {}

  /// What the service answers, at once.
  Result<HttpResponse> send(const HttpRequest& request, const std::stop_token&) { return service_->handle(request); }

 private:
  std::shared_ptr<Service> service_;
};

}  // namespace datasource
