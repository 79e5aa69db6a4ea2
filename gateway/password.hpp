#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace emx::gateway {

// Passwords are kept as `pbkdf2-sha256$iterations$salt$hash`, salt and hash in hexadecimal
// (PBKDF2 of RFC 8018 with HMAC-SHA-256).
inline constexpr std::uint32_t password_iterations = 600'000;

// Makes such a text with a fresh random salt. Slow on purpose: about a third of a second. Throws
// std::runtime_error when OpenSSL has no randomness.
[[nodiscard]] std::string make_password_hash(std::string_view password,
                                             std::uint32_t iterations = password_iterations);

// Whether `text` has that form, so that a wrong configuration is found at start.
[[nodiscard]] bool is_password_hash(std::string_view text);

// As slow as the hash was to make; compares in constant time. A text that is none of
// is_password_hash() matches no password.
[[nodiscard]] bool password_matches(std::string_view password, std::string_view hash);

}  // namespace emx::gateway
