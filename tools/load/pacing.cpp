#include "tools/load/pacing.hpp"

#include <algorithm>

#include "engine/vocabulary/check.hpp"

namespace emx::load {

Pacing::Pacing(const Plan& plan, std::size_t sessions, std::uint64_t seed, Time begin)
    : plan_{plan}, begin_{begin}, room_since_{begin}, unanswered_(sessions) {
  check(sessions > 0);
  check(plan.rate || plan.window);
  if (plan.rate) schedule_.emplace(plan.arrivals, *plan.rate, seed);
}

bool Pacing::has_room(std::size_t session) const {
  return !plan_.window || unanswered_[session] < *plan_.window;
}

bool Pacing::is_full() const {
  return plan_.window && unanswered_of_all_ == *plan_.window * unanswered_.size();
}

Time Pacing::intended(Time now) const { return schedule_ ? begin_ + schedule_->at() : now; }

bool Pacing::is_over(Time now) const {
  if (plan_.requests && counted_ == *plan_.requests) return true;
  return plan_.duration && intended(now) >= counts_from() + *plan_.duration;
}

std::optional<Pacing::Turn> Pacing::next(Time now) {
  const Time at = intended(now);
  if (at > now || is_full() || is_over(now)) return std::nullopt;
  while (!has_room(next_session_)) next_session_ = (next_session_ + 1) % unanswered_.size();
  const std::size_t session = next_session_;
  next_session_ = (next_session_ + 1) % unanswered_.size();

  ++unanswered_[session];
  ++unanswered_of_all_;
  const bool counts = at >= counts_from();
  if (counts) ++counted_;
  if (schedule_) schedule_->advance();
  return Turn{session, at, now - std::max(at, std::min(room_since_, now)), counts};
}

void Pacing::answered(std::size_t session, Time now) {
  check(unanswered_[session] > 0);
  if (is_full()) room_since_ = now;
  --unanswered_[session];
  --unanswered_of_all_;
}

std::optional<Time> Pacing::next_at(Time now) const {
  if (is_full() || is_over(now)) return std::nullopt;
  return intended(now);
}

}  // namespace emx::load
