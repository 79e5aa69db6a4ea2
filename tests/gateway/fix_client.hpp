#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/gateway/certificates.hpp"

namespace emx::gateway::test {

using Fields = std::vector<std::pair<int, std::string>>;

// A message as a client reads it.
struct FixMessage {
  Fields fields;

  // Value of the first field with this tag; empty if there is none.
  [[nodiscard]] std::string at(int tag) const;
  [[nodiscard]] bool has(int tag) const;
  [[nodiscard]] std::string type() const { return at(35); }
};

// "8=FIXT.1.1|9=...|" + fields + "10=...|", written independently of the gateway's own code.
[[nodiscard]] std::string frame_of(const Fields& fields,
                                   std::string_view begin_string = "FIXT.1.1");
[[nodiscard]] std::string time_now();

// A FIX client over a plain socket, or TLS, for a gateway that runs on the same thread: whenever it
// waits, it runs the gateway's io_context. Keeps its own numbers and trusts nothing.
class FixClient {
 public:
  FixClient(boost::asio::io_context& io, std::uint16_t port, std::string comp_id);

  // Goes on by TLS, whoever the other side is; of no newer version than this one, in OpenSSL's
  // numbers (0: the newest there is). False: they do not agree. By TLS 1.3 a client may learn of a
  // refusal only when it reads.
  [[nodiscard]] bool secure(const Certificate& own, int version_max = 0);

  // --- Out ---
  void send_raw(std::string_view bytes);
  // Header and trailer are added; the number is the next one.
  void send(std::string_view type, const Fields& body, const Fields& header = {});
  // The same without sending it.
  [[nodiscard]] std::string next_message(std::string_view type, const Fields& body,
                                         const Fields& header = {});
  void send_logon(std::string_view password, const Fields& more = {});
  // Sends a Logon and expects one back.
  [[nodiscard]] bool log_on(std::string_view password = "secret", const Fields& more = {});

  // --- In ---
  static constexpr std::chrono::milliseconds patience{5'000};
  // The next message; nullopt when none comes in time or the connection ends.
  [[nodiscard]] std::optional<FixMessage> receive(std::chrono::milliseconds timeout = patience);
  // The next one that is no heartbeat or test request (which it answers if told to).
  [[nodiscard]] std::optional<FixMessage> receive_business(
      std::chrono::milliseconds timeout = patience);
  // Reads until the gateway closes the connection.
  [[nodiscard]] bool is_closed(std::chrono::milliseconds timeout = patience);
  // True if nothing but heartbeats comes within the time.
  [[nodiscard]] bool is_silent(std::chrono::milliseconds time);
  void answer_test_requests(bool answer) { answers_ = answer; }
  // Speaks FIX.4.4 from its next message on.
  void speak_fix44() { begin_string_ = "FIX.4.4"; }
  // Its orders outlive its sessions (9711=N), so that tests of other things need not reckon with
  // their end. False: it does not say, and the venue does what it does by itself.
  void keep_orders(bool keep) { keeps_orders_ = keep; }

  void close() { socket_.close(); }
  // A small window, so that little fits between the gateway and a client that does not read.
  void read_little(int bytes = 4'096) {
    socket_.set_option(boost::asio::socket_base::receive_buffer_size{bytes});
  }

  std::uint32_t next_out = 1;
  std::uint32_t next_in = 1;  // one more than the highest number received

 private:
  void read_some();
  [[nodiscard]] std::optional<FixMessage> take_message();
  void run(std::chrono::milliseconds time);

  boost::asio::io_context& io_;
  boost::asio::ip::tcp::socket socket_;
  std::unique_ptr<boost::asio::ssl::context> context_;
  std::unique_ptr<boost::asio::ssl::stream<boost::asio::ip::tcp::socket&>> tls_;  // null: none
  std::string comp_id_;
  std::string begin_string_ = "FIXT.1.1";
  std::string received_;
  bool ended_ = false;
  bool answers_ = false;
  bool keeps_orders_ = true;
};

}  // namespace emx::gateway::test
