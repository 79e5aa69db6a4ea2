#include "gateway/turns.hpp"

#include <chrono>
#include <utility>

namespace emx::gateway {

namespace {

constexpr std::chrono::milliseconds again_after{5};

}  // namespace

void Turns::add(const Executor& executor, std::function<void()> work) {
  waiting_.push_back(std::move(work));
  if (waiting_.size() > limits_.waiting_max) waiting_.pop_front();
  if (timer_) return;
  timer_ = std::make_unique<boost::asio::steady_timer>(executor);
  wait_for_turn();
}

void Turns::wait_for_turn() {
  const auto now = std::chrono::steady_clock::now();
  const bool may_soon = rate_.take(now);
  timer_->expires_at(may_soon ? now : now + again_after);
  timer_->async_wait([weak = weak_from_this(), may_soon](boost::system::error_code error) {
    const auto self = weak.lock();
    if (!self || error) return;
    if (may_soon) self->take_turn();
    if (!self->waiting_.empty()) return self->wait_for_turn();
    self->timer_.reset();
  });
}

void Turns::take_turn() {
  const auto work = std::move(waiting_.back());
  waiting_.pop_back();
  work();
}

}  // namespace emx::gateway
