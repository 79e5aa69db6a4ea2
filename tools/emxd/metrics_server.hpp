#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace emx::daemon {

// What an HTTP GET is answered with.
struct HttpAnswer {
  unsigned status = 200;
  std::string type = "text/plain; charset=utf-8";
  std::string body;
};

// A small HTTP/1.1 server on 127.0.0.1 for /metrics, /livez and /readyz, on a thread of its own,
// so that a scrape never delays an order. Requests are bounded in size, time and number.
class MetricsServer {
 public:
  // Called on the server's thread with the path; must be thread-safe and quick.
  using Handler = std::function<HttpAnswer(const std::string& path)>;

  // Listens on `port` (0: a free one). Throws std::runtime_error with words for a person.
  MetricsServer(std::uint16_t port, Handler handler);
  ~MetricsServer();
  MetricsServer(const MetricsServer&) = delete;
  MetricsServer& operator=(const MetricsServer&) = delete;

  [[nodiscard]] std::uint16_t port() const;

 private:
  struct Server;
  std::unique_ptr<Server> server_;
};

}  // namespace emx::daemon
