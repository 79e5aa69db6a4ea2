#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "tools/emxd/chore.hpp"

namespace emx::daemon {

// Whether all entries that were there at the start are what they were, which takes as long as to
// read them. After a clean close emxd looks at the ledger's ends only (ledger::Probe::ends), begins
// to serve, and has the rest verified by a chore (emxd --verify): chain, records and double entry
// from the first entry on. What it cannot finish is tried again after a minute. Not thread-safe.
class LedgerCheck {
 public:
  struct Callbacks {
    std::function<void(const std::string&)> inform;
    std::function<void(const std::string&)> warn;
    std::function<void()> good;                           // once, when all is verified
    std::function<void(const std::string& why)> damaged;  // once
  };

  LedgerCheck(boost::asio::io_context& io, std::filesystem::path data_dir, Callbacks callbacks)
      : data_dir_{std::move(data_dir)}, callbacks_{std::move(callbacks)}, chore_{io} {}

  // Of so many entries. `is_known_good`: they were verified when the ledger was opened.
  void begin(std::uint64_t entries, bool is_known_good);
  void tick();
  void stop();

  // Entries from the first on that this process knows to be good; 0: not verified yet, or damaged.
  [[nodiscard]] std::uint64_t verified() const { return verified_; }
  [[nodiscard]] bool is_damaged() const { return is_damaged_; }

 private:
  void begin_chore();
  void finish(const Chore::End& end);
  void try_again(const std::string& why);

  const std::filesystem::path data_dir_;
  const Callbacks callbacks_;
  Chore chore_;
  std::uint64_t entries_ = 0;
  std::uint64_t verified_ = 0;
  bool is_damaged_ = false;
  std::chrono::steady_clock::time_point begun_;
  std::chrono::steady_clock::time_point again_at_ = std::chrono::steady_clock::time_point::max();
};

// What the chore does. Returns its exit code, and says one line.
[[nodiscard]] int check_ledger(const std::filesystem::path& data_dir);

}  // namespace emx::daemon
