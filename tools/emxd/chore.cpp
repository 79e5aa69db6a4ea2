#include "tools/emxd/chore.hpp"

#include <signal.h>
#include <sys/wait.h>

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <utility>

#include "engine/vocabulary/check.hpp"
#include "tools/emxd/background_process.hpp"

namespace emx::daemon {

namespace {

constexpr std::size_t said_bytes_max = 8 << 10;

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
                         std::function<void(const End&)> done) {
  check(child_ == 0);
  if (std::string why = start_child(arguments, output_, child_); !why.empty()) return why;
  said_.clear();
  done_ = std::move(done);
  listen();
  return "";
}

// To the end of what it says, which is its own end.
void Chore::listen() {
  output_.async_read_some(boost::asio::buffer(part_),
                          [this](const boost::system::error_code& error, std::size_t bytes) {
                            if (!output_.is_open()) return;  // stop() was before it
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
