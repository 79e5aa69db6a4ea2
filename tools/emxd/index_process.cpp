#include "tools/emxd/index_process.hpp"

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <utility>
#include <vector>

#include "engine/vocabulary/check.hpp"
#include "tools/emxd/make_index.hpp"

namespace emx::daemon {

namespace {

constexpr std::size_t line_bytes_max = 4 << 10;
constexpr std::chrono::seconds first_retry{1};
constexpr std::chrono::seconds longest_retry{60};

}  // namespace

IndexProcess::IndexProcess(boost::asio::io_context& io, Of of, Words words)
    : of_{std::move(of)},
      words_{std::move(words)},
      chore_{io},
      timer_{io},
      retry_after_{first_retry} {}

void IndexProcess::start() {
  check(!chore_.is_running());
  begin();
}

void IndexProcess::begin() {
  if (stopping_) return;
  why_.clear();
  begun_at_ = std::chrono::steady_clock::now();
  std::vector<std::string> arguments{"--index",     of_.data_dir.string(),
                                     "--parent",    std::to_string(::getpid()),
                                     "--left-free", std::to_string(of_.left_free)};
  if (anew_) arguments.emplace_back("--anew");
  const std::string why = chore_.begin(
      arguments, [this](const Chore::End& end) { finish(end); },
      [this](const std::string& line) { take_line(line); });
  if (!why.empty()) try_again(why);
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

void IndexProcess::finish(const Chore::End& end) {
  if (end.has_crashed()) anew_ = true;
  if (std::chrono::steady_clock::now() - begun_at_ > longest_retry) {
    retry_after_ = first_retry;
    told_why_.clear();
  }
  try_again(why_.empty() ? end.words() : why_);
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
  if (!chore_.is_running()) return;
  const auto end = chore_.stop(patience);
  if (end && end->exit_code() == index_closed) return;
  words_.warn("the index was not closed (" + (end ? end->words() : "there was no time") +
              "): the next start goes on with it, or makes it anew");
}

}  // namespace emx::daemon
