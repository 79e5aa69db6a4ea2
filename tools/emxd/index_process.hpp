#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "tools/emxd/chore.hpp"

namespace emx::daemon {

// DIR/index (tools/index), made behind the ledger by a child process of the lowest priority, which
// reads the ledger as an auditor does. A thread would do the same work; but LMDB can end the
// process that has a damaged file open, and a disk that is slow or full holds up who writes to it:
// so nothing that happens to the index happens to emxd.
//
// When the child ends by itself, another is started: after a second, then two, and so on to a
// minute, until one has run for longer. After one that crashed the next begins anew. The log is
// told once of what comes again and again. Not thread-safe but for the figures.
class IndexProcess {
 public:
  struct Words {
    std::function<void(const std::string&)> inform;
    std::function<void(const std::string&)> warn;
  };
  struct Of {
    std::filesystem::path data_dir;
    std::uint64_t left_free = 0;  // bytes that stay free on its disk; 0: none do
  };

  IndexProcess(boost::asio::io_context& io, Of of, Words words);

  void start();

  // Lets the child write what is in the ledger, and close the index; after so long it is killed,
  // which costs the next start nothing, unless the machine goes down meanwhile.
  void stop(std::chrono::milliseconds patience);

  // Thread-safe: the last entry that is in the index, and whether nobody writes it now.
  [[nodiscard]] std::uint64_t sequence() const { return sequence_; }
  [[nodiscard]] bool is_stopped() const { return stopped_; }

 private:
  void begin();
  void take_line(const std::string& line);
  void finish(const Chore::End& end);
  void try_again(const std::string& why);

  const Of of_;
  const Words words_;
  Chore chore_;
  boost::asio::steady_timer timer_;
  std::string why_;       // the child ends, as it says itself
  std::string told_why_;  // last
  bool warned_ = false;   // of its end, and not said yet that another goes on
  std::chrono::steady_clock::time_point begun_at_;
  std::chrono::seconds retry_after_;
  bool anew_ = false;
  bool stopping_ = false;
  std::atomic<std::uint64_t> sequence_ = 0;
  std::atomic<bool> stopped_ = false;
};

}  // namespace emx::daemon
