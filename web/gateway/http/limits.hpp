#pragma once

#include <chrono>
#include <cstddef>

namespace datasource::gateway {

/// What one client may take of the gateway.
struct Limits {
  std::size_t header_bytes = std::size_t{16} * 1024;
  std::size_t body_bytes = std::size_t{1024} * 1024;
  std::chrono::seconds idle{75};    ///< Between requests.
  std::chrono::seconds header{15};  ///< From a request's first byte to the end of its header.
  std::chrono::seconds body{60};    ///< For a request's body.
  std::chrono::seconds write{60};   ///< Without the client taking a byte.
  std::size_t connections = 4096;   ///< Beyond it, the oldest idle connection is closed for a new one.
};

}  // namespace datasource::gateway
