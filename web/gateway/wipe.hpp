#pragma once

#include <openssl/crypto.h>

#include <string>

namespace datasource::gateway {

/// Overwrites a text that held a secret, so that it does not stay in freed memory, and empties it.
inline void wipe(std::string& text) {
  OPENSSL_cleanse(&text[0], text.size());
  text.clear();
}

}  // namespace datasource::gateway
