#pragma once

#include <sys/types.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace emx::daemon {

// Something that a child process of emxd does (background_process.hpp), and its end: neither a
// commit nor an order waits for it, where memory is short it is the one to go, and what goes wrong
// in it is not emxd's end. Not thread-safe.
class Chore {
 public:
  struct End {
    int status = 0;    // as waitpid(2) has it
    std::string said;  // on both its outputs, the beginning, without the last line's end

    [[nodiscard]] bool is_good() const;   // exit code 0
    [[nodiscard]] int exit_code() const;  // -1: a signal ended it
    [[nodiscard]] bool has_crashed() const;
    // What it said, or how it ended.
    [[nodiscard]] std::string words() const;
  };

  explicit Chore(boost::asio::io_context& io) : output_{io} {}
  ~Chore();
  Chore(const Chore&) = delete;
  Chore& operator=(const Chore&) = delete;

  [[nodiscard]] bool is_running() const { return child_ != 0; }
  // Starts one: the program's arguments, and what is called with its end. With `take_line` each
  // line that it says is given to that as it comes, and none is in the end. Words where it could
  // not be started. Requires: none is running.
  [[nodiscard]] std::string begin(const std::vector<std::string>& arguments,
                                  std::function<void(const End&)> done,
                                  std::function<void(const std::string&)> take_line = {});
  // Kills it; from here on nothing is called. It is gone when this object is.
  void stop();
  // The same, but it is asked to end (SIGTERM), and has so long before it is killed. Blocks.
  // Nothing: it was not running, or had to be killed.
  std::optional<End> stop(std::chrono::milliseconds patience);

 private:
  void listen();
  void take(std::string_view part);
  void finish();

  boost::asio::posix::stream_descriptor output_;  // what the child says; closed when it ends
  std::array<char, 512> part_{};
  std::string said_;  // or of the line that is not whole yet
  std::function<void(const End&)> done_;
  std::function<void(const std::string&)> take_line_;
  pid_t child_ = 0;  // 0: none
};

}  // namespace emx::daemon
