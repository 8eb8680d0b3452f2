#pragma once

#include <openssl/sha.h>

#include <array>
#include <string>
#include <string_view>

namespace datasource::gateway {

using Digest = std::array<unsigned char, SHA256_DIGEST_LENGTH>;

inline Digest sha256(std::string_view bytes) {
  Digest digest{};
  ::SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest.data());
  return digest;
}

/// The first `count` bytes of the SHA-256 of `bytes` in hexadecimal: enough to tell contents apart.
inline std::string fingerprint(std::string_view bytes, std::size_t count = 12) {
  constexpr std::string_view hex = "0123456789abcdef";
  const Digest digest = sha256(bytes);
  std::string text;
  for (std::size_t i = 0; i < count && i < digest.size(); ++i) {
    text += hex[digest[i] >> 4];
    text += hex[digest[i] & 15];
  }
  return text;
}

}  // namespace datasource::gateway
