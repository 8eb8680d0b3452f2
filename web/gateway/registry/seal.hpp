#pragma once

#include "registry/master_key.hpp"

#include <datasource/model/error.hpp>

#include <string>
#include <string_view>

namespace datasource::gateway {

/// Encrypts with AES-256-GCM under a fresh random 96-bit nonce. `context` is authenticated and not stored: a sealed
/// text that is moved to another context does not open. Layout: a format byte (1), the nonce (12), the ciphertext, the
/// tag (16).
[[nodiscard]] Result<std::string> seal(const MasterKey& key, std::string_view context, std::string_view text);

/// Undoes `seal`. Errors: `forbidden` for another key, another context or changed bytes, which look alike.
[[nodiscard]] Result<std::string> unseal(const MasterKey& key, std::string_view context, std::string_view sealed);

}  // namespace datasource::gateway
