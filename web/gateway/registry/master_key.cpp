#include "registry/master_key.hpp"

#include "registry/files.hpp"
#include "wipe.hpp"

#include <datasource/detail/base64.hpp>

#include <openssl/rand.h>
#include <sys/stat.h>

#include <algorithm>
#include <string>

namespace datasource::gateway {
namespace {

constexpr std::size_t hex_length = 2 * MasterKey::size;
constexpr std::size_t base64_length = 44;

int hex_digit(char c) {
  return c >= '0' && c <= '9'   ? c - '0'
         : c >= 'a' && c <= 'f' ? c - 'a' + 10
         : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                : -1;
}

bool read_hex(std::string_view text, MasterKey::Bytes& key) {
  for (std::size_t i = 0; i < key.size(); ++i) {
    const int high = hex_digit(text[2 * i]), low = hex_digit(text[2 * i + 1]);
    if (high < 0 || low < 0) return false;
    key[i] = static_cast<unsigned char>(high * 16 + low);
  }
  return true;
}

bool read_base64(std::string_view text, MasterKey::Bytes& key) {
  auto decoded = detail::from_base64(text);
  if (!decoded || decoded->size() != key.size()) return false;
  std::copy_n(decoded->begin(), key.size(), key.begin());
  wipe(*decoded);
  return true;
}

}  // namespace

Result<MasterKey> parse_master_key(std::string_view text) {
  constexpr std::string_view space = " \t\r\n";
  const std::size_t first = text.find_first_not_of(space);
  text = first == std::string_view::npos ? std::string_view{}
                                         : text.substr(first, text.find_last_not_of(space) + 1 - first);
  MasterKey::Bytes key{};
  const bool read =
      text.size() == hex_length ? read_hex(text, key) : text.size() == base64_length && read_base64(text, key);
  if (!read)
    return fail(ErrorKind::invalid,
                "it is not a key of 32 bytes in base64 (44 characters) or hexadecimal (64 digits); `openssl rand "
                "-base64 32` makes one");
  MasterKey parsed{key};
  OPENSSL_cleanse(key.data(), key.size());
  return parsed;
}

Result<MasterKey> read_master_key(const std::filesystem::path& file) {
  struct stat status {};
  if (::stat(file.c_str(), &status) != 0) return fail(ErrorKind::not_found, file.string() + " does not exist");
  if ((status.st_mode & 077) != 0)
    return fail(ErrorKind::forbidden, file.string() + " can be read by others; run: chmod 600 " + file.string());
  auto text = read_file(file);
  if (!text) return fail(text.error());
  auto key = parse_master_key(*text);
  wipe(*text);
  if (!key) return fail(ErrorKind::invalid, file.string() + ": " + key.error().message);
  return key;
}

Result<MasterKey> create_master_key(const std::filesystem::path& file) {
  MasterKey::Bytes bytes{};
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1)
    return fail(ErrorKind::server, "the system gave no random bytes for a master key");
  std::string text = detail::to_base64({reinterpret_cast<const char*>(bytes.data()), bytes.size()}) + '\n';
  const auto written = write_file_durably(file, text);
  wipe(text);
  MasterKey key{bytes};
  OPENSSL_cleanse(bytes.data(), bytes.size());
  if (!written) return fail(written.error());
  return key;
}

}  // namespace datasource::gateway
