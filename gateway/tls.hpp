#pragma once

#include <filesystem>
#include <memory>

#include "gateway/transport.hpp"

namespace emx::gateway {

// Files in PEM form.
struct TlsFiles {
  std::filesystem::path certificate;         // ours, with what stands between it and its authority
  std::filesystem::path private_key;         // to it
  std::filesystem::path client_authorities;  // who may vouch for clients
};

// The venue's side of TLS (RFC 8446, RFC 5246): 1.2 or later, and both sides prove who they are. A
// client without a certificate of one of our authorities does not get as far as a message.
//
// QuickFIX 1.15.1 has TLS of its own, which one silent client can stop. Here a handshake is one
// more wait of one connection, within the time that it has to log on; and of many that begin at
// once, one is answered in each turn of the event loop, and no more than 500 in a second. Not
// thread-safe.
class Tls {
 public:
  // Throws std::runtime_error, in words for a person: a file cannot be read, or does not fit.
  explicit Tls(const TlsFiles& files);
  ~Tls();

  [[nodiscard]] std::unique_ptr<Transport> transport(Transport::Socket socket);

 private:
  class Context;
  std::unique_ptr<Context> context_;
};

}  // namespace emx::gateway
