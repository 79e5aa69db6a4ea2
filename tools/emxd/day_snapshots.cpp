#include "tools/emxd/day_snapshots.hpp"

#include <unistd.h>

#include <algorithm>
#include <string>
#include <utility>

namespace emx::daemon {

namespace {

constexpr std::chrono::seconds first_pause{1};
constexpr std::chrono::seconds longest_pause{15 * 60};

}  // namespace

void DaySnapshots::want() {
  due_at_ = Clock::now();
  pause_ = first_pause;
}

void DaySnapshots::tick(bool is_drained, std::uint64_t left_free) {
  if (!due_at_ || Clock::now() < *due_at_ || chore_.is_running()) return;
  const bool is_first = pause_ == first_pause;
  if (is_first && !is_drained) return;
  due_at_.reset();
  begin(left_free);
}

void DaySnapshots::begin(std::uint64_t left_free) {
  const std::string why =
      chore_.begin({"--snapshot", data_dir_.string(), "--parent", std::to_string(::getpid()),
                    "--left-free", std::to_string(left_free)},
                   [this](const Chore::End& end) { finish(end); });
  if (!why.empty()) try_again(why);
}

void DaySnapshots::finish(const Chore::End& end) {
  std::string said = end.words();
  // A line beside the last is of a snapshot that was passed over.
  const bool warns = said.find('\n') != std::string::npos;
  for (std::size_t at = said.find('\n'); at != std::string::npos; at = said.find('\n', at)) {
    said.replace(at, 1, "; ");
  }
  if (!end.is_good()) return try_again(said);
  is_missing_ = false;
  return warns ? words_.warn(said) : words_.inform(said);
}

void DaySnapshots::try_again(const std::string& why) {
  is_missing_ = true;
  ++failures_;
  words_.warn("no snapshot of the day was made, and it is tried again in " +
              std::to_string(pause_.count()) + " s; `emx snapshot` makes one as well: " + why);
  due_at_ = Clock::now() + pause_;
  pause_ = std::min(2 * pause_, longest_pause);
}

void DaySnapshots::stop() {
  if (chore_.is_running() || is_missing_) {
    words_.warn(
        "there is no snapshot of the day, and emxd stops: the next start takes longer. "
        "`emx snapshot` makes one");
  }
  due_at_.reset();
  chore_.stop();
}

}  // namespace emx::daemon
