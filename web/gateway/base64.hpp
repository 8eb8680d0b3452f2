#pragma once

#include <openssl/evp.h>

#include <optional>
#include <string>
#include <string_view>

namespace datasource::gateway {

/// Decodes padded base64, RFC 4648; nothing for any other text.
inline std::optional<std::string> from_base64(std::string_view text) {
  if (text.empty()) return std::string{};
  if (text.size() % 4 != 0) return std::nullopt;
  std::string decoded(text.size() / 4 * 3, '\0');
  const int length =
      EVP_DecodeBlock(reinterpret_cast<unsigned char*>(decoded.data()),
                      reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
  if (length != static_cast<int>(decoded.size())) return std::nullopt;
  const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
  decoded.resize(decoded.size() - padding);  // EVP_DecodeBlock gives padding as zero bytes
  return decoded;
}

}  // namespace datasource::gateway
