#pragma once

#include <atomic>
#include <cstdint>

namespace emx::pipeline {

// How a thread waits for the next thing to do: looks a number of times, then parks in the kernel
// until the other side rings. On a machine with fewer processors than threads, look seldom.
//
// The waiter takes a ticket before it looks for work, so a ring in between is never missed.
class Doorbell {
 public:
  using Ticket = std::uint32_t;

  [[nodiscard]] Ticket ticket() const { return rings_.load(std::memory_order_acquire); }

  // The other side has made something to do. A kernel call only when the waiter is parked.
  void ring() {
    rings_.fetch_add(1, std::memory_order_seq_cst);
    if (parked_.load(std::memory_order_seq_cst)) rings_.notify_one();
  }

  // Returns once the bell was rung after `ticket` was taken, or at once.
  void wait(Ticket ticket, std::uint32_t spins) {
    for (std::uint32_t i = 0; i < spins; ++i) {
      if (rings_.load(std::memory_order_acquire) != ticket) return;
      __builtin_ia32_pause();
    }
    parked_.store(true, std::memory_order_seq_cst);
    rings_.wait(ticket, std::memory_order_seq_cst);
    parked_.store(false, std::memory_order_relaxed);
  }

 private:
  std::atomic<std::uint32_t> rings_ = 0;
  std::atomic<bool> parked_ = false;
};

}  // namespace emx::pipeline
