#include "tools/audit/stop_signals.hpp"

namespace emx::audit {

namespace {

volatile sig_atomic_t signal_has_come = 0;

void note_signal(int /*signal*/) { signal_has_come = 1; }

}  // namespace

StopSignals::StopSignals() {
  signal_has_come = 0;
  struct sigaction action {};
  action.sa_handler = note_signal;
  action.sa_flags = SA_RESTART;
  ::sigemptyset(&action.sa_mask);
  ::sigaction(SIGINT, &action, &interrupt_);
  ::sigaction(SIGTERM, &action, &terminate_);
}

StopSignals::~StopSignals() {
  ::sigaction(SIGINT, &interrupt_, nullptr);
  ::sigaction(SIGTERM, &terminate_, nullptr);
}

bool StopSignals::have_come() const { return signal_has_come != 0; }

}  // namespace emx::audit
