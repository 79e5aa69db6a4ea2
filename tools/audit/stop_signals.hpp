#pragma once

#include <signal.h>

namespace emx::audit {

// While it lives, SIGINT and SIGTERM end nothing, but are asked for; one that was ignored before
// still is. One at a time in a process.
class StopSignals {
 public:
  StopSignals();
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  // Whether one has come.
  [[nodiscard]] bool have_come() const;

 private:
  struct sigaction interrupt_ {};
  struct sigaction terminate_ {};
};

}  // namespace emx::audit
