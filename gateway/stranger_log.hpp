#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>

#include "gateway/logon_gate.hpp"

namespace emx::gateway {

// What is logged of those who do not get in: a line a second of each kind, and how many there were
// since the last, so that they cannot fill the disk. Not thread-safe.
class StrangerLog {
 public:
  // `where`: what each line begins with.
  StrangerLog(std::string where, std::function<void(const std::string&)> warn)
      : where_{std::move(where)}, warn_{std::move(warn)} {}

  // The first in a second is told at once.
  void refused(const LogonAttempt& attempt, const std::string& peer);
  // Once a second; how many connections have been pushed out by now.
  void tick(std::uint64_t pushed_out);

 private:
  std::string where_;
  std::function<void(const std::string&)> warn_;
  bool has_told_ = false;     // in this second
  std::uint64_t untold_ = 0;  // refusals since
  std::string last_;          // of these
  std::uint64_t pushed_out_ = 0;
};

}  // namespace emx::gateway
