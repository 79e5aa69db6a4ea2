#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "tools/emxd/chore.hpp"

namespace emx::daemon {

// A snapshot of the ledger after each trading day, so that the next start replays little. A chore
// makes it (emxd --snapshot): it reads the ledger as an auditor does, from the snapshot before and
// what came after. What goes wrong in it is a warning, and it is tried again: after a second, then
// two, and so on to a quarter of an hour, until one is there. One at a time. Not thread-safe.
class DaySnapshots {
 public:
  struct Words {
    std::function<void(const std::string&)> inform;
    std::function<void(const std::string&)> warn;
  };

  // Of the ledger in the folder.
  DaySnapshots(boost::asio::io_context& io, std::filesystem::path data_dir, Words words)
      : data_dir_{std::move(data_dir)}, words_{std::move(words)}, chore_{io} {}

  // The market has closed: one is due, whatever became of those before.
  void want();
  // Starts one that is due; it leaves so many bytes of its disk free. The first is not begun before
  // all that the close set off is in the ledger (`is_drained`); a later one has no such quiet.
  void tick(bool is_drained, std::uint64_t left_free);
  // Ends the one that is being made, whose part is of no value, and begins no other.
  void stop();

  // One was due, and could not be made so far.
  [[nodiscard]] bool is_missing() const { return is_missing_; }
  [[nodiscard]] std::uint64_t failures() const { return failures_; }

 private:
  using Clock = std::chrono::steady_clock;

  void begin(std::uint64_t left_free);
  void finish(const Chore::End& end);
  void try_again(const std::string& why);

  const std::filesystem::path data_dir_;
  const Words words_;
  Chore chore_;
  std::optional<Clock::time_point> due_at_;  // nothing: none is due
  std::chrono::seconds pause_{};             // after the next failure
  bool is_missing_ = false;
  std::uint64_t failures_ = 0;
};

}  // namespace emx::daemon
