#pragma once

#include <array>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

struct evp_pkey_st;  // OpenSSL's EVP_PKEY

// Keys and signatures of persons, of the venue and of witnesses: Ed25519 (RFC 8032). Public keys
// and signatures are written in base64, and only their one canonical text is read.

namespace emx::ledger {

using PublicKey = std::array<std::byte, 32>;
using Signature = std::array<std::byte, 64>;

[[nodiscard]] std::string base64_of(std::span<const std::byte> bytes);
[[nodiscard]] std::optional<std::vector<std::byte>> bytes_from_base64(std::string_view text);
[[nodiscard]] std::optional<PublicKey> public_key_from_text(std::string_view text);
[[nodiscard]] std::optional<Signature> signature_from_text(std::string_view text);

[[nodiscard]] bool is_signature(const Signature& signature, std::string_view text,
                                const PublicKey& key);

// The key of who signs. All that fails throws std::runtime_error with words for a person.
class PrivateKey {
 public:
  [[nodiscard]] static PrivateKey make();
  // A PEM file that only its owner may read.
  [[nodiscard]] static PrivateKey read(const std::filesystem::path& file);

  // As PEM, mode 0600; a file that exists stays as it is.
  void write(const std::filesystem::path& file) const;

  [[nodiscard]] PublicKey public_key() const;
  [[nodiscard]] Signature sign(std::string_view text) const;

 private:
  struct Free {
    void operator()(evp_pkey_st* key) const;
  };
  explicit PrivateKey(evp_pkey_st* key) : key_{key} {}

  std::unique_ptr<evp_pkey_st, Free> key_;
};

}  // namespace emx::ledger
