// bench_fix_latency: from order to acknowledgement over FIX, one order outstanding, beside the
// least that it can take: a TCP echo whose bytes a parked thread commits first. In blocks, in turn;
// prints one JSON line. README.md says how.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <exception>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "bench/bare_log.hpp"
#include "tools/fix_client/orders.hpp"
#include "tools/fix_client/session.hpp"

namespace emx::bench {
namespace {

using Clock = std::chrono::steady_clock;

struct Options {
  std::uint16_t port = 0;
  std::string comp_id = "SH013";
  std::string password;
  std::string account = "SH013-1";
  std::string symbol = "SHEA25";
  std::string folder;
  std::uint32_t entry_bytes = 0;
  std::uint32_t pairs = 20;
  std::uint32_t orders = 500;  // in a block
};

void demand(bool ok, const char* what) {
  if (!ok) throw std::runtime_error{std::string{what} + ": " + std::strerror(errno)};
}

// A connected TCP socket that blocks.
class Socket {
 public:
  explicit Socket(int handle) : handle_{handle} {
    demand(handle_ >= 0, "socket");
    const int yes = 1;
    ::setsockopt(handle_, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  }
  ~Socket() { ::close(handle_); }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  void write(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t n = ::send(handle_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      demand(n > 0, "send");
      bytes.remove_prefix(static_cast<std::size_t>(n));
    }
  }
  // What has come; empty: the other side has closed.
  std::string_view read() {
    const ssize_t n = ::recv(handle_, buffer_.data(), buffer_.size(), 0);
    demand(n >= 0, "recv");
    return {buffer_.data(), static_cast<std::size_t>(n)};
  }
  void shut() { ::shutdown(handle_, SHUT_RDWR); }

 private:
  int handle_;
  std::array<char, 16'384> buffer_{};
};

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

int connected_to(std::uint16_t port) {
  const int handle = ::socket(AF_INET, SOCK_STREAM, 0);
  const sockaddr_in address = loopback(port);
  demand(::connect(handle, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0,
         "connect");
  return handle;
}

// Answers what it reads with the same, once a thread that is parked meanwhile has committed an
// entry for it.
class DurableEcho {
 public:
  DurableEcho(const std::string& folder, std::uint32_t entry_bytes)
      : log_{folder}, entry_bytes_{entry_bytes} {
    listener_ = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    demand(::bind(listener_, reinterpret_cast<const sockaddr*>(&address), size) == 0, "bind");
    demand(::listen(listener_, 1) == 0, "listen");
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    committer_ = std::thread{[this] { commit(); }};
    echo_ = std::thread{[this] { echo(); }};
  }
  ~DurableEcho() {
    echo_.join();
    committer_.join();
    ::close(listener_);
  }

  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  enum class State { idle, asked, done, over };

  void echo() {
    Socket socket{::accept(listener_, nullptr, nullptr)};
    for (std::string_view bytes = socket.read(); !bytes.empty(); bytes = socket.read()) {
      hand_over(State::asked);
      std::unique_lock lock{mutex_};
      changed_.wait(lock, [this] { return state_ == State::done; });
      lock.unlock();
      socket.write(bytes);
    }
    hand_over(State::over);
  }

  void commit() {
    for (;;) {
      std::unique_lock lock{mutex_};
      changed_.wait(lock, [this] { return state_ == State::asked || state_ == State::over; });
      if (state_ == State::over) return;
      lock.unlock();
      log_.commit({&entry_bytes_, 1});
      hand_over(State::done);
    }
  }

  void hand_over(State state) {
    {
      const std::lock_guard lock{mutex_};
      state_ = state;
    }
    changed_.notify_all();
  }

  BareLog log_;
  const std::uint32_t entry_bytes_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::mutex mutex_;
  std::condition_variable changed_;
  State state_ = State::idle;
  std::thread committer_;
  std::thread echo_;
};

// A trader that enters a resting order and cancels it, one request at a time.
class Trader {
 public:
  explicit Trader(const Options& options)
      : options_{options}, socket_{connected_to(options.port)}, session_{identity_of(options)} {
    session_.on_message = [this](const fix_client::Message& message) {
      if (message.type() == "8" || message.type() == "9") report_ = read_report(message);
      has_answer_ = message.type() == "8" || message.type() == "9";
    };
    session_.connected(fix_client::Now::read());
    session_.logon(fix_client::Now::read(), true);
    flush();
    while (session_.state() != fix_client::Session::State::online) take();
  }

  // Microseconds to the answer.
  double request() {
    const std::string id = prefix_ + std::to_string(++ids_);
    const auto begin = Clock::now();
    if (open_.empty()) {
      send("D", fields_of(fix_client::NewOrder{.cl_ord_id = id,
                                               .account = options_.account,
                                               .symbol = options_.symbol,
                                               .side = Side::buy,
                                               .quantity = Lots{10},
                                               .price = Fen{6'900}}));
    } else {
      send("F", fields_of(fix_client::CancelOrder{.cl_ord_id = id,
                                                  .orig_cl_ord_id = open_,
                                                  .symbol = options_.symbol,
                                                  .side = Side::buy}));
    }
    const std::chrono::duration<double, std::micro> taken = Clock::now() - begin;
    const char expected = open_.empty() ? '0' : '4';
    if (report_.exec_type != expected) {
      throw std::runtime_error{"the venue does not take it: " + report_.text};
    }
    open_ = open_.empty() ? id : std::string{};
    return taken.count();
  }
  [[nodiscard]] std::size_t sent_bytes() const { return sent_bytes_; }

 private:
  static fix_client::Identity identity_of(const Options& options) {
    fix_client::Identity identity;
    identity.sender = options.comp_id;
    identity.password = options.password;
    return identity;
  }

  void send(std::string_view type, const fix_client::Fields& fields) {
    has_answer_ = false;
    session_.send(type, fields, fix_client::Now::read());
    flush();
    while (!has_answer_) take();
  }
  void flush() {
    const std::string bytes = session_.take_output();
    if (bytes.empty()) return;
    sent_bytes_ = bytes.size();
    socket_.write(bytes);
  }
  void take() {
    const std::string_view bytes = socket_.read();
    if (bytes.empty()) throw std::runtime_error{"the venue has closed the connection"};
    session_.receive(bytes, fix_client::Now::read());
    flush();
  }

  const Options& options_;
  Socket socket_;
  fix_client::Session session_;
  fix_client::Report report_;
  bool has_answer_ = false;
  std::string open_;  // ClOrdID of the resting order
  const std::string prefix_ = "L" + std::to_string(Clock::now().time_since_epoch().count()) + "-";
  std::uint64_t ids_ = 0;
  std::size_t sent_bytes_ = 0;
};

double percentile(std::vector<double> times, double share) {
  std::sort(times.begin(), times.end());
  return times[static_cast<std::size_t>(share * static_cast<double>(times.size() - 1))];
}

int run(const Options& options) {
  Trader trader{options};
  DurableEcho echo{options.folder, options.entry_bytes};
  Socket line{connected_to(echo.port())};
  const auto echo_once = [&](std::size_t bytes) {
    const std::string text(bytes, 'x');
    const auto begin = Clock::now();
    line.write(text);
    for (std::size_t left = bytes; left != 0;) left -= line.read().size();
    return std::chrono::duration<double, std::micro>(Clock::now() - begin).count();
  };
  for (std::uint32_t i = 0; i < options.orders; ++i) {  // to warm up
    trader.request();
    echo_once(trader.sent_bytes());
  }
  std::vector<double> fix_p50;
  std::vector<double> echo_p50;
  std::vector<double> ratios;
  std::vector<double> p99_ratios;
  for (std::uint32_t pair = 0; pair < options.pairs; ++pair) {
    std::vector<double> fix;
    std::vector<double> bare;
    const auto trade = [&] {
      for (std::uint32_t i = 0; i < options.orders; ++i) fix.push_back(trader.request());
    };
    const auto repeat = [&] {
      for (std::uint32_t i = 0; i < options.orders; ++i)
        bare.push_back(echo_once(trader.sent_bytes()));
    };
    if (pair % 2 == 0) {
      trade();
      repeat();
    } else {
      repeat();
      trade();
    }
    fix_p50.push_back(percentile(fix, 0.5));
    echo_p50.push_back(percentile(bare, 0.5));
    ratios.push_back(fix_p50.back() / echo_p50.back());
    p99_ratios.push_back(percentile(fix, 0.99) / percentile(bare, 0.99));
    std::fprintf(stderr, "%2u: FIX %.0f us, echo and commit %.0f us\n", pair + 1, fix_p50.back(),
                 echo_p50.back());
  }
  line.shut();
  std::printf(
      "{\"pairs\":%u,\"requests_in_a_block\":%u,\"entry_bytes\":%u,\"fix_p50_us\":%.1f,"
      "\"echo_p50_us\":%.1f,\"ratio_p50\":%.3f,\"ratio_p99\":%.3f}\n",
      options.pairs, options.orders, options.entry_bytes, percentile(fix_p50, 0.5),
      percentile(echo_p50, 0.5), percentile(ratios, 0.5), percentile(p99_ratios, 0.5));
  return 0;
}

}  // namespace
}  // namespace emx::bench

int main(int argc, char** argv) {
  emx::bench::Options options;
  CLI::App app{"From order to acknowledgement, beside a TCP echo with the same bytes committed"};
  app.add_option("--port", options.port, "FIX port of emxd")->required();
  app.add_option("--password", options.password, "of the session, which may reset")->required();
  app.add_option("--folder", options.folder, "on the ledger's disk; made, and removed at the end")
      ->required();
  app.add_option("--entry-bytes", options.entry_bytes, "of a ledger entry of such a request")
      ->required();
  app.add_option("--comp-id", options.comp_id)->capture_default_str();
  app.add_option("--account", options.account)->capture_default_str();
  app.add_option("--symbol", options.symbol)->capture_default_str();
  app.add_option("--pairs", options.pairs, "of blocks")->capture_default_str();
  app.add_option("--orders", options.orders, "requests in a block, one at a time")
      ->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  try {
    return emx::bench::run(options);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench_fix_latency: %s\n", error.what());
    return 1;
  }
}
