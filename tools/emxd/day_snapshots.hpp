#pragma once

#include <sys/types.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

namespace emx::daemon {

// A snapshot of the ledger after each trading day, so that the next start replays little. A child
// process makes it (this program with --snapshot): it reads the ledger as an auditor does, at the
// lowest priority, from the snapshot before and what came after. So neither a commit nor an order
// waits for it, where memory is short it is the one to go, and what goes wrong in it is a warning.
// One at a time. Not thread-safe.
class DaySnapshots {
 public:
  struct Words {
    std::function<void(const std::string&)> inform;
    std::function<void(const std::string&)> warn;
  };

  DaySnapshots(boost::asio::io_context& io, Words words);
  ~DaySnapshots();
  DaySnapshots(const DaySnapshots&) = delete;
  DaySnapshots& operator=(const DaySnapshots&) = delete;

  [[nodiscard]] bool is_making_one() const { return child_ != 0; }
  // Starts one of the ledger in the folder, which leaves so many bytes of its disk free. Requires:
  // none is being made.
  void begin(const std::filesystem::path& data_dir, std::uint64_t left_free);
  // Ends the one that is being made; what it had written is of no value. It is gone when this
  // object is.
  void stop();

 private:
  void listen();
  void finish();

  const Words words_;
  boost::asio::posix::stream_descriptor output_;  // what the child says; closed when it ends
  std::array<char, 512> part_{};
  std::string said_;
  pid_t child_ = 0;  // 0: none
};

// For the child: the lowest priority for processor, disk and memory, and an end with the parent's.
void become_a_days_snapshot(pid_t parent);

}  // namespace emx::daemon
