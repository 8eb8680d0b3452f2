#pragma once

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>

/// Certificates made when a test needs them, so that none expires in the tree.
namespace tests {

struct FreeOpenSsl {
  void operator()(X509* each) const { X509_free(each); }
  void operator()(EVP_PKEY* each) const { EVP_PKEY_free(each); }
  void operator()(X509_EXTENSION* each) const { X509_EXTENSION_free(each); }
  void operator()(BIO* each) const { BIO_free(each); }
};
template <class T>
using OpenSsl = std::unique_ptr<T, FreeOpenSsl>;

template <class T>
T* made(T* pointer) {
  if (pointer == nullptr) throw std::runtime_error{"OpenSSL could not make a certificate"};
  return pointer;
}

/// A certificate with its key.
struct Identity {
  OpenSsl<X509> certificate;
  OpenSsl<EVP_PKEY> key;

  [[nodiscard]] std::string certificate_pem() const {
    const OpenSsl<BIO> out{made(BIO_new(BIO_s_mem()))};
    PEM_write_bio_X509(out.get(), certificate.get());
    return text(out.get());
  }
  [[nodiscard]] std::string key_pem() const {
    const OpenSsl<BIO> out{made(BIO_new(BIO_s_mem()))};
    PEM_write_bio_PrivateKey(out.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    return text(out.get());
  }

 private:
  static std::string text(BIO* out) {
    char* bytes = nullptr;
    const long size = BIO_get_mem_data(out, &bytes);
    return {bytes, static_cast<std::size_t>(size)};
  }
};

struct Wanted {
  std::string common_name = "test";
  std::string names = "";  ///< `DNS:localhost,IP:127.0.0.1`; empty for a client or an authority.
  bool authority = false;
  long from_seconds = -3600;  ///< Validity, from now.
  long to_seconds = 3600;
};

/// @param issuer Whose key signs; its own without one.
inline Identity make_identity(const Wanted& wanted, const Identity* issuer = nullptr) {
  static long serial = 0;
  Identity made_one{OpenSsl<X509>{made(X509_new())}, OpenSsl<EVP_PKEY>{made(EVP_EC_gen("P-256"))}};
  X509* certificate = made_one.certificate.get();
  X509_set_version(certificate, X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), ++serial);
  X509_gmtime_adj(X509_getm_notBefore(certificate), wanted.from_seconds);
  X509_gmtime_adj(X509_getm_notAfter(certificate), wanted.to_seconds);
  X509_set_pubkey(certificate, made_one.key.get());
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(wanted.common_name.c_str()), -1, -1, 0);
  X509_set_issuer_name(certificate, X509_get_subject_name(issuer ? issuer->certificate.get() : certificate));
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer ? issuer->certificate.get() : certificate, certificate, nullptr, nullptr, 0);
  const auto extend = [&](int id, const std::string& value) {
    const OpenSsl<X509_EXTENSION> extension{made(X509V3_EXT_conf_nid(nullptr, &context, id, value.c_str()))};
    X509_add_ext(certificate, extension.get(), -1);
  };
  extend(NID_basic_constraints, wanted.authority ? "critical,CA:TRUE" : "critical,CA:FALSE");
  if (!wanted.names.empty()) extend(NID_subject_alt_name, wanted.names);
  if (X509_sign(certificate, issuer ? issuer->key.get() : made_one.key.get(), EVP_sha256()) == 0)
    throw std::runtime_error{"OpenSSL could not sign a certificate"};
  return made_one;
}

/// Files that live as long as it does.
class TemporaryFiles {
 public:
  TemporaryFiles() {
    std::string path = (std::filesystem::temp_directory_path() / "datasource-tests-XXXXXX").string();
    if (mkdtemp(path.data()) == nullptr) throw std::runtime_error{"no temporary folder"};
    folder_ = path;
  }
  TemporaryFiles(const TemporaryFiles&) = delete;
  TemporaryFiles& operator=(const TemporaryFiles&) = delete;
  ~TemporaryFiles() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  std::string write(const std::string& name, const std::string& text) const {
    const auto path = folder_ / name;
    std::ofstream{path, std::ios::binary} << text;
    return path.string();
  }

 private:
  std::filesystem::path folder_;
};

}  // namespace tests
