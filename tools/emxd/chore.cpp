#include "tools/emxd/chore.hpp"

#include <signal.h>
#include <sys/wait.h>

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <thread>
#include <utility>

#include "engine/vocabulary/check.hpp"
#include "tools/emxd/background_process.hpp"

namespace emx::daemon {

namespace {

constexpr std::size_t said_bytes_max = 8 << 10;
constexpr std::chrono::milliseconds look_whether_it_ended{2};

}  // namespace

bool Chore::End::is_good() const { return exit_code() == 0; }

int Chore::End::exit_code() const { return WIFEXITED(status) ? WEXITSTATUS(status) : -1; }

bool Chore::End::has_crashed() const { return daemon::has_crashed(status); }

std::string Chore::End::words() const { return said.empty() ? words_of_end(status) : said; }

Chore::~Chore() {
  stop();
  if (child_ != 0) wait_for_child(child_);
}

std::string Chore::begin(const std::vector<std::string>& arguments,
                         std::function<void(const End&)> done,
                         std::function<void(const std::string&)> take_line) {
  check(child_ == 0);
  if (std::string why = start_child(arguments, output_, child_); !why.empty()) return why;
  said_.clear();
  done_ = std::move(done);
  take_line_ = std::move(take_line);
  listen();
  return "";
}

// To the end of what it says, which is its own end.
void Chore::listen() {
  output_.async_read_some(boost::asio::buffer(part_),
                          [this](const boost::system::error_code& error, std::size_t bytes) {
                            if (!output_.is_open()) return;  // stop() was before it
                            take({part_.data(), bytes});
                            if (error) return finish();
                            listen();
                          });
}

void Chore::take(std::string_view part) {
  said_.append(part.substr(0, said_bytes_max - said_.size()));
  if (!take_line_) return;
  for (std::size_t end = said_.find('\n'); end != std::string::npos; end = said_.find('\n')) {
    const std::string line = said_.substr(0, end);
    said_.erase(0, end + 1);
    take_line_(line);
  }
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

std::optional<Chore::End> Chore::stop(std::chrono::milliseconds patience) {
  if (child_ == 0 || !output_.is_open()) return std::nullopt;
  const auto until = std::chrono::steady_clock::now() + patience;
  ::kill(child_, SIGTERM);
  End end;
  while (::waitpid(child_, &end.status, WNOHANG) == 0) {
    if (std::chrono::steady_clock::now() >= until) {
      stop();
      return std::nullopt;
    }
    std::this_thread::sleep_for(look_whether_it_ended);
  }
  child_ = 0;
  output_.close();
  return end;
}

}  // namespace emx::daemon
