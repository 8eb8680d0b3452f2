#pragma once

#include <openssl/crypto.h>

#include <cstdlib>
#include <cstring>
#include <optional>
#include <string>

namespace datasource::gateway {

/// Takes a secret out of the environment: the variable is gone afterwards, for child processes and for readers of /proc
/// too.
inline std::optional<std::string> take_from_environment(const char* name) {
  char* value = std::getenv(name);
  if (value == nullptr) return std::nullopt;
  std::string taken{value};
  OPENSSL_cleanse(value, std::strlen(value));
  ::unsetenv(name);
  return taken;
}

}  // namespace datasource::gateway
