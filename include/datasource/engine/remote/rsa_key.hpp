#pragma once

#include <datasource/model/error.hpp>
#include <datasource/model/secret.hpp>
#include <datasource/protocol/jwt.hpp>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>

namespace datasource::remote {

/// An RSA private key in this process's memory, which signs. OpenSSL does the work; its messages are not repeated, so
/// nothing of the key reaches an error.
class RsaKey {
 public:
  /// Reads PEM: PKCS #8, encrypted or not, or PKCS #1.
  /// @param field What an error names.
  /// Errors: `invalid`: no key, no RSA key, one of less than 2048 bits, or a passphrase that is missing or wrong.
  static Result<RsaKey> read(const Secret& pem, const Secret& passphrase, const std::string& field) {
    const std::unique_ptr<BIO, Free> bio{
        BIO_new_mem_buf(pem.reveal().data(), static_cast<int>(std::min<std::size_t>(pem.reveal().size(), 1 << 20)))};
    const Secret* const word = &passphrase;
    RsaKey key;
    if (bio) key.key_.reset(PEM_read_bio_PrivateKey(bio.get(), nullptr, &answer, const_cast<Secret*>(word)), Free{});
    ERR_clear_error();
    const auto wrong = [&](const std::string& what, const std::string& fix) {
      return fail(invalid({{field, "key_form", what, fix}}));
    };
    if (!key.key_) {
      const bool encrypted = pem.reveal().find("ENCRYPTED") != std::string::npos;
      if (encrypted && passphrase.empty()) return wrong("the private key is encrypted", "give its passphrase as well");
      return wrong(encrypted ? "the private key cannot be decrypted" : "the private key cannot be read",
                   encrypted ? "check the passphrase" : "give an RSA key in PEM form, whole and with its line breaks");
    }
    if (EVP_PKEY_base_id(key.key_.get()) != EVP_PKEY_RSA || EVP_PKEY_bits(key.key_.get()) < 2048)
      return wrong("it is no RSA key of 2048 bits or more", "make one with openssl genrsa 2048");
    return key;
  }

  /// Signs as RS256 does. Errors: `server`.
  [[nodiscard]] Result<std::string> sign(std::string_view bytes) const {
    const std::unique_ptr<EVP_MD_CTX, Free> context{EVP_MD_CTX_new()};
    const auto* const data = reinterpret_cast<const unsigned char*>(bytes.data());
    std::size_t size = 0;
    std::string signature;
    bool signed_it = context && EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get()) == 1 &&
                     EVP_DigestSign(context.get(), nullptr, &size, data, bytes.size()) == 1;
    if (signed_it) {
      signature.resize(size);
      signed_it = EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, data,
                                 bytes.size()) == 1;
      signature.resize(size);
    }
    ERR_clear_error();
    if (!signed_it) return fail(ErrorKind::server, "the private key could not sign");
    return signature;
  }

  /// As a function, which shares the key.
  [[nodiscard]] JwtSigner signer() const {
    return [key = *this](std::string_view bytes) { return key.sign(bytes); };
  }

  /// The SHA-256 of the public key in DER form, which is how Snowflake names a key: 32 bytes. Errors: `server`.
  [[nodiscard]] Result<std::string> fingerprint() const {
    unsigned char* der = nullptr;
    const int size = i2d_PUBKEY(key_.get(), &der);
    const std::unique_ptr<unsigned char, Free> owner{der};
    unsigned char digest[32];
    unsigned int length = 0;
    const bool made =
        size > 0 && EVP_Digest(der, static_cast<std::size_t>(size), digest, &length, EVP_sha256(), nullptr) == 1;
    ERR_clear_error();
    if (!made) return fail(ErrorKind::server, "the public key could not be made");
    return std::string{reinterpret_cast<const char*>(digest), length};
  }

 private:
  struct Free {
    void operator()(BIO* bio) const { BIO_free(bio); }
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
    void operator()(unsigned char* bytes) const { OPENSSL_free(bytes); }
  };

  /// OpenSSL asks for the passphrase; without this it would ask the terminal.
  static int answer(char* out, int room, int, void* passphrase) {
    const std::string& text = static_cast<const Secret*>(passphrase)->reveal();
    if (text.empty() || text.size() > static_cast<std::size_t>(room)) return -1;
    std::memcpy(out, text.data(), text.size());
    return static_cast<int>(text.size());
  }

  std::shared_ptr<EVP_PKEY> key_;
};

}  // namespace datasource::remote
