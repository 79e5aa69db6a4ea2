#include "tools/emxd/chore.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <cerrno>
#include <cstring>
#include <utility>

#include "engine/vocabulary/check.hpp"
#include "tools/emxd/background_process.hpp"

namespace emx::daemon {

namespace {

constexpr std::size_t said_bytes_max = 8 << 10;

}  // namespace

bool Chore::End::is_good() const { return exit_code() == 0; }

int Chore::End::exit_code() const { return WIFEXITED(status) ? WEXITSTATUS(status) : -1; }

bool Chore::End::has_crashed() const {
  if (!WIFSIGNALED(status)) return false;
  const int signal = WTERMSIG(status);
  return signal == SIGSEGV || signal == SIGBUS || signal == SIGABRT || signal == SIGFPE ||
         signal == SIGILL;
}

std::string Chore::End::words() const {
  if (!said.empty()) return said;
  if (WIFSIGNALED(status))
    return "its process was ended by signal " + std::to_string(WTERMSIG(status));
  return "its process ended with code " + std::to_string(exit_code());
}

Chore::~Chore() {
  stop();
  if (child_ != 0) wait_for_child(child_);
}

std::string Chore::begin(const std::vector<std::string>& arguments,
                         std::function<void(const End&)> done) {
  check(child_ == 0);
  std::vector<std::string> words{"emxd"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::array<int, 2> ends{-1, -1};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return std::strerror(errno);
  boost::system::error_code refused;
  output_.assign(ends[0], refused);
  const int error = refused ? refused.value() : start_child(words, ends[1], child_);
  ::close(ends[1]);
  if (error != 0) {
    child_ = 0;
    if (refused) {
      ::close(ends[0]);
    } else {
      output_.close(refused);
    }
    return std::strerror(error);
  }
  said_.clear();
  done_ = std::move(done);
  listen();
  return "";
}

// To the end of what it says, which is its own end.
void Chore::listen() {
  output_.async_read_some(boost::asio::buffer(part_),
                          [this](const boost::system::error_code& error, std::size_t bytes) {
                            if (error == boost::asio::error::operation_aborted) return;
                            const std::size_t room = said_bytes_max - said_.size();
                            said_.append(part_.data(), std::min(bytes, room));
                            if (error) return finish();
                            listen();
                          });
}

void Chore::finish() {
  End end{wait_for_child(std::exchange(child_, 0)), std::exchange(said_, {})};
  output_.close();
  while (end.said.ends_with('\n')) end.said.pop_back();
  const auto done = std::exchange(done_, nullptr);  // it may begin another
  done(end);
}

void Chore::stop() {
  if (child_ == 0 || !output_.is_open()) return;
  ::kill(child_, SIGKILL);
  output_.close();
}

}  // namespace emx::daemon
