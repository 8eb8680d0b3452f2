#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace datasource::detail {

/// Appends the RFC 4648 base64 of `bytes` to `out`, padded. O(n).
template <class Output>
void append_base64(Output& out, std::string_view bytes) {
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t left = bytes.size() - i;
    const auto at = [&](std::size_t k) {
      return k < left ? static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[i + k])) : 0U;
    };
    const std::uint32_t word = at(0) << 16 | at(1) << 8 | at(2);
    out.push_back(alphabet[word >> 18]);
    out.push_back(alphabet[word >> 12 & 63]);
    out.push_back(left > 1 ? alphabet[word >> 6 & 63] : '=');
    out.push_back(left > 2 ? alphabet[word & 63] : '=');
  }
}

inline std::string to_base64(std::string_view bytes) {
  std::string out;
  append_base64(out, bytes);
  return out;
}

}  // namespace datasource::detail
