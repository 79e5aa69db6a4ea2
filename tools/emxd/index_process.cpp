#include "tools/emxd/index_process.hpp"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <charconv>
#include <thread>
#include <utility>
#include <vector>

#include "engine/vocabulary/check.hpp"
#include "tools/emxd/background_process.hpp"
#include "tools/emxd/make_index.hpp"

namespace emx::daemon {

namespace {

constexpr std::size_t line_bytes_max = 4 << 10;
constexpr std::chrono::seconds first_retry{1};
constexpr std::chrono::seconds longest_retry{60};
constexpr std::chrono::milliseconds look_whether_it_ended{2};

}  // namespace

IndexProcess::IndexProcess(boost::asio::io_context& io, Of of, Words words)
    : of_{std::move(of)},
      words_{std::move(words)},
      output_{io},
      timer_{io},
      retry_after_{first_retry} {}

IndexProcess::~IndexProcess() { stop({}); }

void IndexProcess::start() {
  check(child_ == 0);
  begin();
}

void IndexProcess::begin() {
  if (stopping_) return;
  std::vector<std::string> arguments{"--index",     of_.data_dir.string(),
                                     "--parent",    std::to_string(::getpid()),
                                     "--left-free", std::to_string(of_.left_free)};
  if (anew_) arguments.emplace_back("--anew");
  if (const std::string why = start_child(arguments, output_, child_); !why.empty()) {
    return try_again(why);
  }
  said_.clear();
  why_.clear();
  begun_at_ = std::chrono::steady_clock::now();
  listen();
}

// To the end of what it says, which is its own end.
void IndexProcess::listen() {
  output_.async_read_some(boost::asio::buffer(part_),
                          [this](const boost::system::error_code& error, std::size_t bytes) {
                            if (!output_.is_open()) return;  // stop() was before it
                            said_.append(part_.data(), bytes);
                            take_lines();
                            if (error) return finish();
                            listen();
                          });
}

void IndexProcess::take_lines() {
  for (std::size_t end = said_.find('\n'); end != std::string::npos; end = said_.find('\n')) {
    take_line(said_.substr(0, end));
    said_.erase(0, end + 1);
  }
  if (said_.size() > line_bytes_max) said_.resize(line_bytes_max);
}

void IndexProcess::take_line(const std::string& line) {
  const std::string words = line.substr(std::min<std::size_t>(line.size(), 1));
  switch (line.empty() ? '\0' : line.front()) {
    case index_goes_to: {
      std::uint64_t sequence = 0;
      std::from_chars(words.data(), words.data() + words.size(), sequence);
      sequence_ = sequence;
      stopped_ = false;
      anew_ = false;
      if (std::exchange(warned_, false)) words_.inform("the index is written again");
      return;
    }
    case index_warns_of:
      return words_.warn(words);
    default:  // why it fails, or LMDB's own last words
      why_ += (why_.empty() ? "" : "; ") + (line.starts_with(index_failed) ? words : line);
      if (why_.size() > line_bytes_max) why_.resize(line_bytes_max);
  }
}

void IndexProcess::finish() {
  const int status = wait_for_child(std::exchange(child_, 0));
  output_.close();
  if (has_crashed(status)) anew_ = true;
  if (std::chrono::steady_clock::now() - begun_at_ > longest_retry) {
    retry_after_ = first_retry;
    told_why_.clear();
  }
  try_again(why_.empty() ? words_of_end(status) : why_);
}

void IndexProcess::try_again(const std::string& why) {
  stopped_ = true;
  if (why != told_why_) {
    words_.warn("the index is not written, and it is tried again; trading goes on: " + why);
    warned_ = true;
  }
  told_why_ = why;
  timer_.expires_after(retry_after_);
  retry_after_ = std::min(2 * retry_after_, longest_retry);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) begin();
  });
}

void IndexProcess::stop(std::chrono::milliseconds patience) {
  stopping_ = true;
  timer_.cancel();
  if (child_ == 0) return;
  const auto until = std::chrono::steady_clock::now() + patience;
  if (patience.count() > 0) ::kill(child_, SIGTERM);
  int status = 0;
  while (std::chrono::steady_clock::now() < until) {
    if (::waitpid(child_, &status, WNOHANG) == child_) {
      child_ = 0;
      break;
    }
    std::this_thread::sleep_for(look_whether_it_ended);
  }
  if (child_ != 0) {
    ::kill(child_, SIGKILL);
    status = wait_for_child(std::exchange(child_, 0));
  }
  output_.close();
  const bool closed = WIFEXITED(status) && WEXITSTATUS(status) == index_closed;
  if (!closed && patience.count() > 0) {
    words_.warn("the index was not closed (" + words_of_end(status) +
                "): the next start goes on with it, or makes it anew");
  }
}

}  // namespace emx::daemon
