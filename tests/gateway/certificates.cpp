#include "tests/gateway/certificates.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <memory>
#include <stdexcept>

namespace emx::gateway::test {

namespace {

struct Free {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(X509_EXTENSION* extension) const { X509_EXTENSION_free(extension); }
};
using Key = std::unique_ptr<EVP_PKEY, Free>;
using Made = std::unique_ptr<X509, Free>;

void require(bool condition) {
  if (!condition) throw std::runtime_error{"OpenSSL makes no certificate"};
}

Key make_key() {
  Key key{EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256")};
  require(key != nullptr);
  return key;
}

// Of an authority, if there is no issuer.
Made make_certificate(const std::string& name, EVP_PKEY* key, X509* issuer, EVP_PKEY* issuers_key) {
  static long serial = 0;
  Made made{X509_new()};
  require(made != nullptr);
  X509* const x = made.get();
  X509_set_version(x, X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(x), ++serial);
  X509_gmtime_adj(X509_getm_notBefore(x), -60);
  X509_gmtime_adj(X509_getm_notAfter(x), 3'600);
  X509_set_pubkey(x, key);
  const auto* const text = reinterpret_cast<const unsigned char*>(name.c_str());
  X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN", MBSTRING_UTF8, text, -1, -1, 0);
  X509_set_issuer_name(x, X509_get_subject_name(issuer != nullptr ? issuer : x));
  if (issuer == nullptr) {
    const std::unique_ptr<X509_EXTENSION, Free> extension{
        X509V3_EXT_conf_nid(nullptr, nullptr, NID_basic_constraints, "critical,CA:TRUE")};
    require(extension != nullptr && X509_add_ext(x, extension.get(), -1) == 1);
  }
  require(X509_sign(x, issuer != nullptr ? issuers_key : key, EVP_sha256()) != 0);
  return made;
}

template <class Write>
std::string pem(Write write) {
  const std::unique_ptr<BIO, Free> bio{BIO_new(BIO_s_mem())};
  require(bio != nullptr && write(bio.get()) == 1);
  char* data = nullptr;
  const long bytes = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<std::size_t>(bytes)};
}

std::string pem_of(X509* certificate) {
  return pem([&](BIO* bio) { return PEM_write_bio_X509(bio, certificate); });
}

}  // namespace

struct Authority::Parts {
  std::shared_ptr<EVP_PKEY> key;
  std::shared_ptr<X509> certificate;
};

Authority::Authority(const std::string& name) : parts_{std::make_unique<Parts>()} {
  parts_->key = make_key();
  parts_->certificate = make_certificate(name, parts_->key.get(), nullptr, nullptr);
}

Authority::~Authority() = default;

std::string Authority::certificate() const { return pem_of(parts_->certificate.get()); }

Certificate Authority::issue(const std::string& common_name) const {
  const Key key = make_key();
  const Made made =
      make_certificate(common_name, key.get(), parts_->certificate.get(), parts_->key.get());
  return {.text = pem_of(made.get()), .private_key = pem([&](BIO* bio) {
                                        return PEM_write_bio_PrivateKey(
                                            bio, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
                                      })};
}

}  // namespace emx::gateway::test
