#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <string>

struct evp_md_ctx_st;  // OpenSSL's EVP_MD_CTX

namespace emx::ledger {

// SHA-256.
using Hash = std::array<std::byte, 32>;

inline constexpr Hash zero_hash{};

// 64 hexadecimal digits, lower case.
[[nodiscard]] std::string text_of(const Hash& hash);

// Of the parts, one after another. Throws as LeafHasher does.
[[nodiscard]] Hash sha256(std::span<const std::span<const std::byte>> parts);

// Leaf hash of RFC 9162, 2.1.1: SHA-256(0x00 || entry). One hash serves the chain and the tree.
//
// Keeps its context, because OpenSSL's one-shot call costs three times as much for an entry.
// Not thread-safe: one for each thread. The constructor throws std::runtime_error when OpenSSL
// has no SHA-256 (its configuration is broken).
class LeafHasher {
 public:
  LeafHasher();

  [[nodiscard]] Hash operator()(std::span<const std::byte> entry);

 private:
  struct Free {
    void operator()(evp_md_ctx_st* context) const;
  };
  std::unique_ptr<evp_md_ctx_st, Free> context_;
};

}  // namespace emx::ledger
