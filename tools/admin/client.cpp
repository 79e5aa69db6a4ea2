#include "tools/admin/client.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <stdexcept>

namespace emx::admin {

std::string ask(const std::filesystem::path& path, const std::string& line,
                std::chrono::milliseconds timeout) {
  using boost::asio::local::stream_protocol;
  using boost::system::error_code;
  boost::asio::io_context io;
  stream_protocol::socket socket{io};
  error_code connect_error;
  socket.connect(stream_protocol::endpoint{path.string()}, connect_error);
  if (connect_error) {
    throw std::runtime_error{"cannot reach emxd at " + path.string() + ": " +
                             connect_error.message() +
                             "; is it running, and is this the socket of its [admin] section?"};
  }
  const std::string out = line + '\n';
  std::string in;
  std::string answer;
  bool answered = false;
  error_code failed;
  boost::asio::async_write(
      socket, boost::asio::buffer(out), [&](const error_code& write_error, std::size_t) {
        if (write_error) {
          failed = write_error;
          return;
        }
        boost::asio::async_read_until(socket, boost::asio::dynamic_buffer(in), '\n',
                                      [&](const error_code& read_error, std::size_t bytes) {
                                        if (read_error) {
                                          failed = read_error;
                                          return;
                                        }
                                        answer = in.substr(0, bytes - 1);
                                        answered = true;
                                      });
      });
  io.run_for(timeout);
  if (answered) return answer;
  if (failed) {
    throw std::runtime_error{"emxd closed the connection (" + failed.message() +
                             "); the request may have been applied: ask again with the same --id"};
  }
  throw std::runtime_error{"no answer from emxd within " + std::to_string(timeout.count()) +
                           " ms; the request may have been applied: ask again with the same --id"};
}

}  // namespace emx::admin
