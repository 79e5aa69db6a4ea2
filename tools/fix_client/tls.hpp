#pragma once

#include <filesystem>
#include <memory>

#include "tools/fix_client/stream.hpp"

namespace emx::fix_client {

// Files in PEM form.
struct TlsFiles {
  std::filesystem::path authorities;  // who may vouch for the venue
  std::filesystem::path certificate;  // ours, with what stands between it and its authority
  std::filesystem::path private_key;  // to it
};

// A client's side of TLS, 1.2 or later: both sides prove who they are. Whoever holds a certificate
// of the authorities is taken for the venue, whatever name is in it. For any number of connections.
// Not thread-safe.
class Tls {
 public:
  // Throws std::runtime_error, in words for a person: a file cannot be read, or does not fit.
  explicit Tls(const TlsFiles& files);
  ~Tls();

  // Must not outlive this.
  [[nodiscard]] std::unique_ptr<Stream> stream(boost::asio::io_context& io);

 private:
  class Context;
  std::unique_ptr<Context> context_;
};

}  // namespace emx::fix_client
