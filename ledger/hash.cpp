#include "ledger/hash.hpp"

#include <openssl/evp.h>

#include <stdexcept>

#include "engine/vocabulary/check.hpp"

namespace emx::ledger {

std::string text_of(const Hash& hash) {
  constexpr char digits[] = "0123456789abcdef";
  std::string text;
  text.reserve(2 * hash.size());
  for (const std::byte byte : hash) {
    text += digits[std::to_integer<unsigned>(byte >> 4)];
    text += digits[std::to_integer<unsigned>(byte & std::byte{15})];
  }
  return text;
}

void LeafHasher::Free::operator()(evp_md_ctx_st* context) const { EVP_MD_CTX_free(context); }

Hash sha256(std::span<const std::span<const std::byte>> parts) {
  const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context{EVP_MD_CTX_new(),
                                                                   EVP_MD_CTX_free};
  if (context == nullptr || EVP_DigestInit_ex2(context.get(), EVP_sha256(), nullptr) != 1) {
    throw std::runtime_error("OpenSSL offers no SHA-256");
  }
  for (const std::span<const std::byte> part : parts) {
    check(EVP_DigestUpdate(context.get(), part.data(), part.size()) == 1);
  }
  Hash hash;
  unsigned int hash_bytes = 0;
  check(EVP_DigestFinal_ex(context.get(), reinterpret_cast<unsigned char*>(hash.data()),
                           &hash_bytes) == 1);
  check(hash_bytes == hash.size());
  return hash;
}

LeafHasher::LeafHasher() : context_{EVP_MD_CTX_new()} {
  if (context_ == nullptr || EVP_DigestInit_ex2(context_.get(), EVP_sha256(), nullptr) != 1) {
    throw std::runtime_error(
        "OpenSSL offers no SHA-256, without which there is no ledger. Check its configuration "
        "(openssl.cnf) and that the package libssl3 is whole.");
  }
}

Hash LeafHasher::operator()(std::span<const std::byte> entry) {
  constexpr unsigned char leaf_prefix = 0;
  Hash hash;
  unsigned int hash_bytes = 0;
  EVP_MD_CTX* context = context_.get();
  // Without a digest named, the context starts anew with the one it has.
  check(EVP_DigestInit_ex2(context, nullptr, nullptr) == 1);
  check(EVP_DigestUpdate(context, &leaf_prefix, sizeof leaf_prefix) == 1);
  check(EVP_DigestUpdate(context, entry.data(), entry.size()) == 1);
  check(EVP_DigestFinal_ex(context, reinterpret_cast<unsigned char*>(hash.data()), &hash_bytes) ==
        1);
  check(hash_bytes == hash.size());
  return hash;
}

}  // namespace emx::ledger
