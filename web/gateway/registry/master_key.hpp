#pragma once

#include <datasource/model/error.hpp>

#include <openssl/crypto.h>

#include <array>
#include <filesystem>
#include <string_view>

namespace datasource::gateway {

/// The 256-bit key that the registry's secrets are sealed with. Wiped from memory when it goes.
class MasterKey {
 public:
  static constexpr std::size_t size = 32;
  using Bytes = std::array<unsigned char, size>;

  explicit MasterKey(const Bytes& bytes) : bytes_{bytes} {}
  MasterKey(const MasterKey&) = default;
  MasterKey& operator=(const MasterKey&) = default;
  ~MasterKey() { OPENSSL_cleanse(bytes_.data(), bytes_.size()); }

  [[nodiscard]] const Bytes& bytes() const noexcept { return bytes_; }

 private:
  Bytes bytes_;
};

/// Reads a key written as 64 hexadecimal digits or as base64. Errors: `invalid`, which never quotes the text.
[[nodiscard]] Result<MasterKey> parse_master_key(std::string_view text);

/// The key in `file`. Errors: `not_found`; `forbidden` when others may read the file; `invalid`.
[[nodiscard]] Result<MasterKey> read_master_key(const std::filesystem::path& file);

/// Makes a random key and writes it, readable by the owner only. The file appears whole and on disk, or not at all.
[[nodiscard]] Result<MasterKey> create_master_key(const std::filesystem::path& file);

}  // namespace datasource::gateway
