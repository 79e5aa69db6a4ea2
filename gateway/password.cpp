#include "gateway/password.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <array>
#include <charconv>
#include <cstddef>
#include <optional>
#include <stdexcept>

namespace emx::gateway {

namespace {

constexpr std::string_view scheme = "pbkdf2-sha256$";
constexpr std::uint32_t iterations_min = 1'000;
constexpr std::uint32_t iterations_max = 10'000'000;  // bounds what one logon can cost

using Salt = std::array<unsigned char, 16>;
using Hash = std::array<unsigned char, 32>;

struct Parsed {
  std::uint32_t iterations;
  Salt salt;
  Hash hash;
};

template <class Bytes>
std::string hexadecimal(const Bytes& bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const unsigned char byte : bytes) {
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

template <class Bytes>
bool read_hexadecimal(std::string_view text, Bytes& bytes) {
  if (text.size() != 2 * bytes.size()) return false;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const char* const digits = text.data() + 2 * i;
    const auto [after, error] = std::from_chars(digits, digits + 2, bytes[i], 16);
    if (error != std::errc{} || after != digits + 2) return false;
  }
  return true;
}

std::optional<Parsed> parse(std::string_view text) {
  if (!text.starts_with(scheme)) return std::nullopt;
  text.remove_prefix(scheme.size());
  Parsed parsed{};
  const char* const end = text.data() + text.size();
  const auto [after, error] = std::from_chars(text.data(), end, parsed.iterations);
  if (error != std::errc{} || after == end || *after != '$') return std::nullopt;
  if (parsed.iterations < iterations_min || parsed.iterations > iterations_max) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(after - text.data()) + 1);
  const std::size_t dollar = text.find('$');
  if (dollar == std::string_view::npos) return std::nullopt;
  if (!read_hexadecimal(text.substr(0, dollar), parsed.salt)) return std::nullopt;
  if (!read_hexadecimal(text.substr(dollar + 1), parsed.hash)) return std::nullopt;
  return parsed;
}

std::optional<Hash> derive(std::string_view password, const Salt& salt, std::uint32_t iterations) {
  Hash hash{};
  const int ok = PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()), salt.data(),
                                   static_cast<int>(salt.size()), static_cast<int>(iterations),
                                   EVP_sha256(), static_cast<int>(hash.size()), hash.data());
  if (ok != 1) return std::nullopt;
  return hash;
}

}  // namespace

std::string make_password_hash(std::string_view password, std::uint32_t iterations) {
  Salt salt{};
  if (RAND_bytes(salt.data(), static_cast<int>(salt.size())) != 1) {
    throw std::runtime_error("OpenSSL gives no random bytes for a password's salt");
  }
  const std::optional<Hash> hash = derive(password, salt, iterations);
  if (!hash) throw std::runtime_error("OpenSSL cannot hash a password");
  return std::string{scheme} + std::to_string(iterations) + "$" + hexadecimal(salt) + "$" +
         hexadecimal(*hash);
}

bool is_password_hash(std::string_view text) { return parse(text).has_value(); }

bool password_matches(std::string_view password, std::string_view hash) {
  const std::optional<Parsed> expected = parse(hash);
  if (!expected) return false;
  const std::optional<Hash> actual = derive(password, expected->salt, expected->iterations);
  return actual && CRYPTO_memcmp(actual->data(), expected->hash.data(), actual->size()) == 0;
}

}  // namespace emx::gateway
