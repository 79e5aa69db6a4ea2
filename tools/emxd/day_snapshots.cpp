#include "tools/emxd/day_snapshots.hpp"

#include <unistd.h>

#include <string>

namespace emx::daemon {

void DaySnapshots::begin(const std::filesystem::path& data_dir, std::uint64_t left_free) {
  const std::string why =
      chore_.begin({"--snapshot", data_dir.string(), "--parent", std::to_string(::getpid()),
                    "--left-free", std::to_string(left_free)},
                   [this](const Chore::End& end) { finish(end); });
  if (why.empty()) return;
  words_.warn("no snapshot of the day can be made: " + why + ". `emx snapshot` makes one");
}

void DaySnapshots::finish(const Chore::End& end) const {
  std::string said = end.words();
  // A line beside the last is of a snapshot that was passed over.
  const bool warns = said.find('\n') != std::string::npos;
  for (std::size_t at = said.find('\n'); at != std::string::npos; at = said.find('\n', at)) {
    said.replace(at, 1, "; ");
  }
  if (end.is_good()) return warns ? words_.warn(said) : words_.inform(said);
  words_.warn("no snapshot of the day was made; `emx snapshot` makes one: " + said);
}

void DaySnapshots::stop() {
  if (!chore_.is_running()) return;
  words_.warn("the snapshot of the day is given up, because emxd stops");
  chore_.stop();
}

}  // namespace emx::daemon
