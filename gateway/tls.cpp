#include "gateway/tls.hpp"

#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ssl.hpp>
#include <stdexcept>
#include <string>
#include <utility>

#include "gateway/turns.hpp"

namespace emx::gateway {

namespace {

namespace asio = boost::asio;
namespace ssl = boost::asio::ssl;
using boost::system::error_code;

// To first messages. Each takes up to a millisecond; some hundred clients come back in a second.
constexpr Turns::Limits answers{.per_second_max = 500, .waiting_max = 512};

void require(const error_code& error, const char* what, const std::filesystem::path& file) {
  if (!error) return;
  throw std::runtime_error("FIX over TLS: " + std::string{what} + " " + file.string() +
                           " cannot be used: " + error.message());
}

struct FreeCertificate {
  void operator()(X509* certificate) const { X509_free(certificate); }
};

// Empty for one that has none, or that is longer than a CompID may be.
std::string common_name_of(const X509* certificate) {
  constexpr int bytes_max = 64;
  std::array<char, bytes_max + 2> text{};  // one more shows that there is more
  const int bytes = X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName,
                                              text.data(), static_cast<int>(text.size()));
  if (bytes <= 0 || bytes > bytes_max) return {};
  return {text.data(), static_cast<std::size_t>(bytes)};
}

class TlsTransport final : public Transport {
 public:
  TlsTransport(Socket socket, ssl::context& context, std::weak_ptr<Turns> turns)
      : stream_{std::move(socket), context}, turns_{std::move(turns)} {}

  // The answer to a first message is what costs: a key and a signature. `done` holds us.
  void open(Done done) override {
    socket().async_wait(Socket::wait_read, [this, done = std::move(done)](error_code error) {
      const auto turns = turns_.lock();
      if (error || !turns) return done(asio::error::operation_aborted);
      turns->add(socket().get_executor(),
                 [this, done] { stream_.async_handshake(ssl::stream_base::server, done); });
    });
  }
  void read_some(std::span<char> room, Moved done) override {
    stream_.async_read_some(asio::buffer(room.data(), room.size()), std::move(done));
  }
  void write_some(std::string_view bytes, Moved done) override {
    stream_.async_write_some(asio::buffer(bytes.data(), bytes.size()), std::move(done));
  }
  // The peer's own goodbye is not waited for: reading sees it.
  void finish(Done done) override { stream_.async_shutdown(std::move(done)); }
  Socket& socket() override { return stream_.next_layer(); }
  std::string peer_name() override {
    const std::unique_ptr<X509, FreeCertificate> certificate{
        SSL_get1_peer_certificate(stream_.native_handle())};
    return certificate ? common_name_of(certificate.get()) : std::string{};
  }

 private:
  ssl::stream<Socket> stream_;
  std::weak_ptr<Turns> turns_;  // which holds us while we wait for ours
};

}  // namespace

class Tls::Context {
 public:
  explicit Context(const TlsFiles& files) {
    SSL_CTX* const native = context_.native_handle();
    SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
    // Each connection proves anew who it is.
    SSL_CTX_set_session_cache_mode(native, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_options(native, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION);
    SSL_CTX_set_num_tickets(native, 0);
    error_code error;
    // Else OpenSSL would ask at the terminal for that of an encrypted key.
    context_.set_password_callback(
        [](std::size_t, ssl::context::password_purpose) { return std::string{}; }, error);
    require(error, "the private key", files.private_key);
    context_.set_verify_mode(ssl::verify_peer | ssl::verify_fail_if_no_peer_cert, error);
    require(error, "the certificate", files.certificate);
    context_.use_certificate_chain_file(files.certificate.string(), error);
    require(error, "the certificate", files.certificate);
    context_.use_private_key_file(files.private_key.string(), ssl::context::pem, error);
    require(error, "the private key", files.private_key);
    context_.load_verify_file(files.client_authorities.string(), error);
    require(error, "the list of authorities", files.client_authorities);
  }

  [[nodiscard]] ssl::context& native() { return context_; }
  [[nodiscard]] const std::shared_ptr<Turns>& turns() const { return turns_; }

 private:
  std::shared_ptr<Turns> turns_ = std::make_shared<Turns>(answers);
  ssl::context context_{ssl::context::tls_server};
};

Tls::Tls(const TlsFiles& files) : context_{std::make_unique<Context>(files)} {}

Tls::~Tls() = default;

std::unique_ptr<Transport> Tls::transport(Transport::Socket socket) {
  return std::make_unique<TlsTransport>(std::move(socket), context_->native(), context_->turns());
}

}  // namespace emx::gateway
