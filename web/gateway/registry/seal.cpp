#include "registry/seal.hpp"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <memory>

namespace datasource::gateway {
namespace {

constexpr char format = 1;
constexpr std::size_t nonce_size = 12;
constexpr std::size_t tag_size = 16;
constexpr std::size_t overhead = 1 + nonce_size + tag_size;

struct FreeContext {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, FreeContext>;

unsigned char* bytes(char* text) { return reinterpret_cast<unsigned char*>(text); }
const unsigned char* bytes(const char* text) { return reinterpret_cast<const unsigned char*>(text); }
int length(std::string_view text) { return static_cast<int>(text.size()); }

}  // namespace

Result<std::string> seal(const MasterKey& key, std::string_view context, std::string_view text) {
  std::string sealed(overhead + text.size(), '\0');
  sealed[0] = format;
  char* nonce = sealed.data() + 1;
  char* body = nonce + nonce_size;
  char* tag = body + text.size();
  const CipherContext cipher{EVP_CIPHER_CTX_new()};
  int written = 0;
  const bool done =
      cipher && RAND_bytes(bytes(nonce), nonce_size) == 1 &&
      EVP_EncryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, key.bytes().data(), bytes(nonce)) == 1 &&
      EVP_EncryptUpdate(cipher.get(), nullptr, &written, bytes(context.data()), length(context)) == 1 &&
      EVP_EncryptUpdate(cipher.get(), bytes(body), &written, bytes(text.data()), length(text)) == 1 &&
      EVP_EncryptFinal_ex(cipher.get(), bytes(tag), &written) == 1 &&
      EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, tag_size, tag) == 1;
  if (!done) return fail(ErrorKind::server, "a secret could not be encrypted");
  return sealed;
}

Result<std::string> unseal(const MasterKey& key, std::string_view context, std::string_view sealed) {
  const auto refused = [] { return fail(ErrorKind::forbidden, "a stored secret does not open with this master key"); };
  if (sealed.size() < overhead || sealed[0] != format) return refused();
  const std::string_view nonce = sealed.substr(1, nonce_size);
  const std::string_view body = sealed.substr(1 + nonce_size, sealed.size() - overhead);
  std::string tag{sealed.substr(sealed.size() - tag_size)};
  std::string text(body.size(), '\0');
  const CipherContext cipher{EVP_CIPHER_CTX_new()};
  int written = 0;
  const bool done =
      cipher &&
      EVP_DecryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, key.bytes().data(), bytes(nonce.data())) == 1 &&
      EVP_DecryptUpdate(cipher.get(), nullptr, &written, bytes(context.data()), length(context)) == 1 &&
      EVP_DecryptUpdate(cipher.get(), bytes(text.data()), &written, bytes(body.data()), length(body)) == 1 &&
      EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, tag_size, tag.data()) == 1 &&
      EVP_DecryptFinal_ex(cipher.get(), bytes(text.data()) + text.size(), &written) == 1;
  if (!done) return refused();
  return text;
}

}  // namespace datasource::gateway
