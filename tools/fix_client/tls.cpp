#include "tools/fix_client/tls.hpp"

#include <openssl/ssl.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>
#include <stdexcept>
#include <string>
#include <utility>

namespace emx::fix_client {

namespace {

namespace ssl = boost::asio::ssl;
using boost::system::error_code;

void require(const error_code& error, const char* what, const std::filesystem::path& file) {
  if (!error) return;
  throw std::runtime_error("TLS: " + std::string{what} + " " + file.string() +
                           " cannot be used: " + error.message());
}

class TlsStream final : public Stream {
 public:
  TlsStream(boost::asio::io_context& io, ssl::context& context) : stream_{io, context} {}

  void open(Done done) override {
    stream_.async_handshake(ssl::stream_base::client, std::move(done));
  }
  void read_some(std::span<char> room, Moved done) override {
    stream_.async_read_some(boost::asio::buffer(room.data(), room.size()), std::move(done));
  }
  void write(std::string_view bytes, Done done) override {
    boost::asio::async_write(
        stream_, boost::asio::buffer(bytes),
        [done = std::move(done)](error_code error, std::size_t) { done(error); });
  }
  Socket& socket() override { return stream_.next_layer(); }

 private:
  ssl::stream<Socket> stream_;
};

}  // namespace

class Tls::Context {
 public:
  explicit Context(const TlsFiles& files) {
    SSL_CTX_set_min_proto_version(context_.native_handle(), TLS1_2_VERSION);
    error_code error;
    // Else OpenSSL would ask at the terminal for that of an encrypted key.
    context_.set_password_callback(
        [](std::size_t, ssl::context::password_purpose) { return std::string{}; }, error);
    require(error, "the private key", files.private_key);
    context_.set_verify_mode(ssl::verify_peer, error);
    require(error, "the list of authorities", files.authorities);
    context_.load_verify_file(files.authorities.string(), error);
    require(error, "the list of authorities", files.authorities);
    context_.use_certificate_chain_file(files.certificate.string(), error);
    require(error, "the certificate", files.certificate);
    context_.use_private_key_file(files.private_key.string(), ssl::context::pem, error);
    require(error, "the private key", files.private_key);
  }

  [[nodiscard]] ssl::context& native() { return context_; }

 private:
  ssl::context context_{ssl::context::tls_client};
};

Tls::Tls(const TlsFiles& files) : context_{std::make_unique<Context>(files)} {}

Tls::~Tls() = default;

std::unique_ptr<Stream> Tls::stream(boost::asio::io_context& io) {
  return std::make_unique<TlsStream>(io, context_->native());
}

}  // namespace emx::fix_client
