#include "tests/gateway/fix_client.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>
#include <cstdio>
#include <ctime>

namespace emx::gateway::test {

namespace asio = boost::asio;
using Clock = std::chrono::steady_clock;

std::string FixMessage::at(int tag) const {
  for (const auto& [name, value] : fields) {
    if (name == tag) return value;
  }
  return {};
}

bool FixMessage::has(int tag) const {
  return std::any_of(fields.begin(), fields.end(),
                     [&](const auto& field) { return field.first == tag; });
}

std::string time_now() {
  const auto now = std::chrono::system_clock::now();
  const std::time_t seconds = std::chrono::system_clock::to_time_t(now);
  std::tm utc{};
  ::gmtime_r(&seconds, &utc);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y%m%d-%H:%M:%S.000", &utc);
  return text.data();
}

std::string frame_of(const Fields& fields, std::string_view begin_string) {
  std::string body;
  for (const auto& [tag, value] : fields) body += std::to_string(tag) + "=" + value + "\x01";
  std::string text = "8=" + std::string{begin_string} +
                     "\x01"
                     "9=" +
                     std::to_string(body.size()) + "\x01" + body;
  unsigned sum = 0;
  for (const char c : text) sum += static_cast<unsigned char>(c);
  std::array<char, 8> trailer{};
  std::snprintf(trailer.data(), trailer.size(), "10=%03u\x01", sum % 256);
  return text + trailer.data();
}

FixClient::FixClient(asio::io_context& io, std::uint16_t port, std::string comp_id)
    : io_{io}, socket_{io}, comp_id_{std::move(comp_id)} {
  socket_.connect({asio::ip::make_address("127.0.0.1"), port});
  socket_.non_blocking(true);
}

bool FixClient::secure(const Certificate& own, int version_max) {
  namespace ssl = asio::ssl;
  context_ = std::make_unique<ssl::context>(ssl::context::tls_client);
  if (version_max != 0) {
    SSL_CTX_set_security_level(context_->native_handle(), 0);
    SSL_CTX_set_min_proto_version(context_->native_handle(), 0);
    SSL_CTX_set_max_proto_version(context_->native_handle(), version_max);
  }
  if (!own.text.empty()) {
    context_->use_certificate(asio::buffer(own.text), ssl::context::pem);
    context_->use_private_key(asio::buffer(own.private_key), ssl::context::pem);
  }
  tls_ = std::make_unique<ssl::stream<asio::ip::tcp::socket&>>(socket_, *context_);
  const auto deadline = Clock::now() + patience;
  boost::system::error_code error = asio::error::would_block;
  while (error == asio::error::would_block && Clock::now() < deadline) {
    tls_->handshake(ssl::stream_base::client, error);
    if (error) run(std::chrono::milliseconds{1});
  }
  return !error;
}

void FixClient::send_raw(std::string_view bytes) {
  const auto deadline = Clock::now() + patience;
  while (!bytes.empty() && Clock::now() < deadline) {
    boost::system::error_code error;
    const auto buffer = asio::buffer(bytes.data(), bytes.size());
    const std::size_t sent =
        tls_ ? tls_->write_some(buffer, error) : socket_.write_some(buffer, error);
    bytes.remove_prefix(sent);
    if (error && error != asio::error::would_block) return;
    if (error) run(std::chrono::milliseconds{1});
  }
}

std::string FixClient::next_message(std::string_view type, const Fields& body,
                                    const Fields& header) {
  Fields fields = {{35, std::string{type}},
                   {34, std::to_string(next_out++)},
                   {49, comp_id_},
                   {52, time_now()},
                   {56, "EMX"}};
  fields.insert(fields.end(), header.begin(), header.end());
  fields.insert(fields.end(), body.begin(), body.end());
  return frame_of(fields, begin_string_);
}

void FixClient::send(std::string_view type, const Fields& body, const Fields& header) {
  send_raw(next_message(type, body, header));
}

void FixClient::send_logon(std::string_view password, const Fields& more) {
  Fields body = {{98, "0"}, {108, "30"}, {553, comp_id_}, {554, std::string{password}}};
  if (begin_string_ == "FIXT.1.1") body.emplace_back(1137, "9");
  if (keeps_orders_) body.emplace_back(9711, "N");
  body.insert(body.end(), more.begin(), more.end());
  send("A", body);
}

bool FixClient::log_on(std::string_view password, const Fields& more) {
  send_logon(password, more);
  const auto answer = receive();
  return answer && answer->type() == "A";
}

std::optional<FixMessage> FixClient::take_message() {
  const std::size_t trailer = received_.find(
      "\x01"
      "10=");
  if (trailer == std::string::npos || received_.size() < trailer + 8) return std::nullopt;
  const std::string text = received_.substr(0, trailer + 8);
  received_.erase(0, text.size());
  FixMessage message;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t equal = text.find('=', at);
    const std::size_t end = text.find('\x01', at);
    message.fields.emplace_back(std::stoi(text.substr(at, equal - at)),
                                text.substr(equal + 1, end - equal - 1));
    at = end + 1;
  }
  return message;
}

void FixClient::read_some() {
  std::array<char, 65536> buffer{};
  boost::system::error_code error;
  const std::size_t bytes = tls_ ? tls_->read_some(asio::buffer(buffer), error)
                                 : socket_.read_some(asio::buffer(buffer), error);
  received_.append(buffer.data(), bytes);
  if (error && error != asio::error::would_block) ended_ = true;
}

void FixClient::run(std::chrono::milliseconds time) {
  io_.restart();
  io_.run_for(time);
}

std::optional<FixMessage> FixClient::receive(std::chrono::milliseconds timeout) {
  const auto deadline = Clock::now() + timeout;
  while (true) {
    if (auto message = take_message()) {
      if (message->at(43) != "Y") {
        next_in = static_cast<std::uint32_t>(std::stoul(message->at(34))) + 1;
      }
      if (answers_ && message->type() == "1") send("0", {{112, message->at(112)}});
      return message;
    }
    if (ended_ || Clock::now() >= deadline) return std::nullopt;
    run(std::chrono::milliseconds{1});
    read_some();
  }
}

std::optional<FixMessage> FixClient::receive_business(std::chrono::milliseconds timeout) {
  const auto deadline = Clock::now() + timeout;
  while (Clock::now() < deadline) {
    auto message =
        receive(std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()));
    if (!message) return std::nullopt;
    if (message->type() != "0" && message->type() != "1") return message;
  }
  return std::nullopt;
}

bool FixClient::is_closed(std::chrono::milliseconds timeout) {
  const auto deadline = Clock::now() + timeout;
  while (!ended_ && Clock::now() < deadline) {
    run(std::chrono::milliseconds{1});
    read_some();
  }
  return ended_;
}

bool FixClient::is_silent(std::chrono::milliseconds time) {
  return !receive_business(time) && !ended_;
}

}  // namespace emx::gateway::test
