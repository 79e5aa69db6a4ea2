#include "tools/audit/stop_signals.hpp"

#include <atomic>

namespace emx::audit {

namespace {

// The signal may come to the other thread of an audit.
std::atomic<bool> signal_has_come = false;
static_assert(std::atomic<bool>::is_always_lock_free, "else a handler must not touch it");

void note_signal(int /*signal*/) { signal_has_come = true; }

// Where it is ignored, whoever started the audit wants it to go on (a script in the background).
void take_over(int signal, struct sigaction& before) {
  ::sigaction(signal, nullptr, &before);
  if (before.sa_handler == SIG_IGN) return;
  struct sigaction action {};
  action.sa_handler = note_signal;
  action.sa_flags = SA_RESTART;
  ::sigemptyset(&action.sa_mask);
  ::sigaction(signal, &action, nullptr);
}

}  // namespace

StopSignals::StopSignals() {
  signal_has_come = false;
  take_over(SIGINT, interrupt_);
  take_over(SIGTERM, terminate_);
}

StopSignals::~StopSignals() {
  ::sigaction(SIGINT, &interrupt_, nullptr);
  ::sigaction(SIGTERM, &terminate_, nullptr);
}

bool StopSignals::have_come() const { return signal_has_come; }

}  // namespace emx::audit
