#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "tools/emxd/chore.hpp"

namespace emx::daemon {

// A snapshot of the ledger after each trading day, so that the next start replays little. A chore
// makes it (emxd --snapshot): it reads the ledger as an auditor does, from the snapshot before and
// what came after. What goes wrong in it is a warning. One at a time. Not thread-safe.
class DaySnapshots {
 public:
  struct Words {
    std::function<void(const std::string&)> inform;
    std::function<void(const std::string&)> warn;
  };

  DaySnapshots(boost::asio::io_context& io, Words words) : words_{std::move(words)}, chore_{io} {}

  [[nodiscard]] bool is_making_one() const { return chore_.is_running(); }
  // Starts one of the ledger in the folder, which leaves so many bytes of its disk free. Requires:
  // none is being made.
  void begin(const std::filesystem::path& data_dir, std::uint64_t left_free);
  // Ends the one that is being made; what it had written is of no value.
  void stop();

 private:
  void finish(const Chore::End& end) const;

  const Words words_;
  Chore chore_;
};

}  // namespace emx::daemon
