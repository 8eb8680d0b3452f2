#pragma once

#include <cstdint>
#include <optional>
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

/// The bytes of a padded RFC 4648 base64 text; nothing when it is none. Line breaks are none. O(n).
inline std::optional<std::string> from_base64(std::string_view text) {
  const auto value = [](char c) -> int {
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
  };
  if (text.size() % 4 != 0) return std::nullopt;
  std::size_t end = text.size();
  while (end > 0 && text.size() - end < 2 && text[end - 1] == '=') --end;
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3);
  std::uint32_t word = 0;
  int bits = 0;
  for (const char c : text.substr(0, end)) {
    const int digit = value(c);
    if (digit < 0) return std::nullopt;
    word = word << 6 | static_cast<std::uint32_t>(digit);
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push_back(static_cast<char>(word >> bits & 0xFF));
  }
  return bytes;
}

}  // namespace datasource::detail
