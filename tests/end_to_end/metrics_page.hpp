#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <cstdint>
#include <string>

namespace emx::end_to_end {

// /metrics, as Prometheus asks for it.
inline std::string metrics_page(std::uint16_t port) {
  boost::asio::io_context io;
  boost::asio::ip::tcp::socket socket{io};
  socket.connect({boost::asio::ip::address_v4::loopback(), port});
  boost::asio::write(socket, boost::asio::buffer(std::string{"GET /metrics HTTP/1.0\r\n\r\n"}));
  std::string answer;
  boost::system::error_code end_of_file;
  boost::asio::read(socket, boost::asio::dynamic_buffer(answer), end_of_file);
  const auto body = answer.find("\r\n\r\n");
  return body == std::string::npos ? "" : answer.substr(body + 4);
}

}  // namespace emx::end_to_end
