#include "ledger/ed25519.hpp"

#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <stdexcept>
#include <system_error>
#include <type_traits>

#include "engine/vocabulary/check.hpp"

namespace emx::ledger {

namespace {

using Context = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;
using File = std::unique_ptr<std::FILE, decltype(&std::fclose)>;

Context new_context() {
  Context context{EVP_MD_CTX_new(), EVP_MD_CTX_free};
  check(context != nullptr);
  return context;
}

// As OpenSSL has bytes.
template <class Byte>
auto* raw(Byte* bytes) {
  using Raw = std::conditional_t<std::is_const_v<Byte>, const unsigned char, unsigned char>;
  return reinterpret_cast<Raw*>(bytes);
}

std::string error_text(int error) { return std::generic_category().message(error); }

template <std::size_t size>
std::optional<std::array<std::byte, size>> bytes_of(std::string_view text) {
  if (text.size() != (size + 2) / 3 * 4) return std::nullopt;
  const auto decoded = bytes_from_base64(text);
  if (!decoded || decoded->size() != size) return std::nullopt;
  std::array<std::byte, size> bytes{};
  std::copy(decoded->begin(), decoded->end(), bytes.begin());
  return bytes;
}

}  // namespace

// OpenSSL's decoder is generous; whoever writes the same bytes otherwise is not understood.
std::optional<std::vector<std::byte>> bytes_from_base64(std::string_view text) {
  constexpr std::size_t text_bytes_max = std::size_t{1} << 20;
  if (text.size() % 4 != 0 || text.size() > text_bytes_max) return std::nullopt;
  std::vector<std::byte> bytes(text.size() / 4 * 3);
  if (EVP_DecodeBlock(raw(bytes.data()), raw(text.data()), static_cast<int>(text.size())) < 0) {
    return std::nullopt;
  }
  const std::size_t padding = text.size() - text.find_last_not_of('=') - 1;
  if (padding > 2) return std::nullopt;
  bytes.resize(bytes.size() - padding);
  if (base64_of(bytes) != text) return std::nullopt;
  return bytes;
}

std::string base64_of(std::span<const std::byte> bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');  // and the zero that OpenSSL adds
  const int written =
      EVP_EncodeBlock(raw(text.data()), raw(bytes.data()), static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(written));
  return text;
}

std::optional<PublicKey> public_key_from_text(std::string_view text) {
  return bytes_of<sizeof(PublicKey)>(text);
}

std::optional<Signature> signature_from_text(std::string_view text) {
  return bytes_of<sizeof(Signature)>(text);
}

bool is_signature(const Signature& signature, std::string_view text, const PublicKey& key) {
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> public_key{
      EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, raw(key.data()), key.size()),
      EVP_PKEY_free};
  if (public_key == nullptr) return false;
  const Context context = new_context();
  return EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, public_key.get()) == 1 &&
         EVP_DigestVerify(context.get(), raw(signature.data()), signature.size(), raw(text.data()),
                          text.size()) == 1;
}

void PrivateKey::Free::operator()(evp_pkey_st* key) const { EVP_PKEY_free(key); }

PrivateKey PrivateKey::make() {
  EVP_PKEY* key = EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
  if (key == nullptr) throw std::runtime_error{"OpenSSL makes no Ed25519 key"};
  return PrivateKey{key};
}

PrivateKey PrivateKey::read(const std::filesystem::path& path) {
  const File file{std::fopen(path.c_str(), "re"), std::fclose};
  if (file == nullptr) {
    throw std::runtime_error{"cannot read the key " + path.string() + ": " + error_text(errno)};
  }
  struct stat status {};
  if (::fstat(::fileno(file.get()), &status) != 0 || (status.st_mode & 077) != 0) {
    throw std::runtime_error{"the key " + path.string() +
                             " is open to others than its owner; chmod 600 it, or make a new one "
                             "if they may have read it"};
  }
  // Without a callback OpenSSL would ask the terminal for the passphrase of an encrypted file.
  const auto no_passphrase = [](char*, int, int, void*) { return 0; };
  PrivateKey key{PEM_read_PrivateKey(file.get(), nullptr, no_passphrase, nullptr)};
  if (key.key_ == nullptr || EVP_PKEY_get_id(key.key_.get()) != EVP_PKEY_ED25519) {
    throw std::runtime_error{path.string() +
                             " has no Ed25519 key in PEM form; `emx keygen` makes one"};
  }
  return key;
}

void PrivateKey::write(const std::filesystem::path& path) const {
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor < 0) {
    throw std::runtime_error{"cannot make the key " + path.string() + ": " + error_text(errno)};
  }
  File file{::fdopen(descriptor, "w"), std::fclose};
  check(file != nullptr);
  const bool written = PEM_write_PKCS8PrivateKey(file.get(), key_.get(), nullptr, nullptr, 0,
                                                 nullptr, nullptr) == 1 &&
                       std::fflush(file.get()) == 0 && ::fsync(descriptor) == 0;
  const bool closed = std::fclose(file.release()) == 0;
  if (written && closed) return;
  std::error_code ignored;
  std::filesystem::remove(path, ignored);
  throw std::runtime_error{"cannot write the key " + path.string() +
                           "; see whether the disk is full"};
}

PublicKey PrivateKey::public_key() const {
  PublicKey key{};
  std::size_t size = key.size();
  check(EVP_PKEY_get_raw_public_key(key_.get(), raw(key.data()), &size) == 1);
  check(size == key.size());
  return key;
}

Signature PrivateKey::sign(std::string_view text) const {
  Signature signature{};
  std::size_t size = signature.size();
  const Context context = new_context();
  check(EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_.get()) == 1);
  check(EVP_DigestSign(context.get(), raw(signature.data()), &size, raw(text.data()),
                       text.size()) == 1);
  check(size == signature.size());
  return signature;
}

}  // namespace emx::ledger
