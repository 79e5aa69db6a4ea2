#include "gateway/delivery.hpp"

#include <algorithm>
#include <utility>

#include "engine/vocabulary/check.hpp"
#include "gateway/tag_scan.hpp"

namespace emx::gateway {

bool Delivery::add(OutMessage report) {
  check(report.entry != 0);
  if (report.entry != std::exchange(last_entry_, report.entry)) before_last_ = reports_;
  report.appl_seq_num = ++reports_;
  if (is_full()) {
    // The newest goes, not the oldest: with the watermark below it, a later life begins there.
    if (report.entry <= ceiling_.entry) ceiling_ = {report.entry - 1, before_last_};
    return false;
  }
  waiting_.emplace_hint(waiting_.end(), ++arrivals_, Report{std::move(report), before_last_});
  return true;
}

void Delivery::begin_behind(std::uint64_t entry) {
  check(unproven_.empty());
  check(watermark_.reports == 0);
  if (entry <= watermark_.entry) return;
  watermark_.entry = entry;
  const auto first = std::ranges::find_if(
      waiting_, [&](const auto& report) { return report.second.message.entry > entry; });
  waiting_.erase(waiting_.begin(), first);
  std::uint64_t passed = waiting_.empty() ? reports_ : waiting_.begin()->second.before;
  // What found no room and is of a later entry is the client's all the same.
  const bool has_dropped = ceiling_.entry != std::numeric_limits<std::uint64_t>::max();
  if (has_dropped && ceiling_.entry >= entry) passed = std::min(passed, ceiling_.reports);
  for (auto& [order, report] : waiting_) {
    report.before -= passed;
    report.message.appl_seq_num -= passed;
  }
  for (std::uint64_t* const count : {&reports_, &before_last_, &ceiling_.reports}) {
    *count -= std::min(*count, passed);
  }
}

bool Delivery::has_room(std::uint32_t number) const {
  return unproven_.empty() || number - oldest_ < limits_.window;
}

const OutMessage* Delivery::next(std::uint32_t number) const {
  if (waiting_.empty() || !has_room(number)) return nullptr;
  return &waiting_.begin()->second.message;
}

void Delivery::handed(std::uint32_t number) {
  check(!waiting_.empty());
  auto report = waiting_.extract(waiting_.begin());
  report.mapped().number = number;
  if (unproven_.empty()) oldest_ = number;
  unproven_.insert(std::move(report));
}

void Delivery::forget_below(std::uint32_t number) {
  if (unproven_.empty() || oldest_ >= number) return;
  for (auto at = unproven_.begin(); at != unproven_.end();) {
    const auto here = at++;
    if (here->second.number >= number) continue;
    auto report = unproven_.extract(here);
    report.mapped().message.possible_resend = true;
    waiting_.insert(std::move(report));
  }
  count_from_oldest();
}

void Delivery::count_from_oldest() {
  oldest_ = std::numeric_limits<std::uint32_t>::max();
  for (const auto& [order, report] : unproven_) oldest_ = std::min(oldest_, report.number);
}

bool Delivery::should_ask_soon(std::uint32_t next_number) const {
  return !asked_ && !unproven_.empty() && next_number - oldest_ >= limits_.window / 2;
}

std::string Delivery::id_prefix() const { return "EMX-" + std::to_string(numbering_) + "-"; }

std::string Delivery::ask(std::uint32_t number) {
  asked_ = number;
  return id_prefix() + std::to_string(number);
}

bool Delivery::answered(std::string_view test_req_id) {
  const std::string prefix = id_prefix();
  if (!asked_ || !test_req_id.starts_with(prefix)) return false;
  const auto number = number_of(test_req_id.substr(prefix.size()));
  if (!number || *number > *asked_) return false;
  std::erase_if(unproven_, [&](const auto& report) { return report.second.number < *number; });
  count_from_oldest();
  if (*number == *asked_) asked_.reset();
  return true;
}

void Delivery::advance(std::uint64_t entries_done) {
  Place to{entries_done, reports_};
  const auto stay_at = [&](const Place& place) {
    if (place.entry <= to.entry) to = place;
  };
  stay_at(ceiling_);
  for (const Reports* reports : {&waiting_, &unproven_}) {
    if (reports->empty()) continue;
    // An entry's reports may be on either side of what is proven: it counts once all of them are.
    const Report& first = reports->begin()->second;
    stay_at({first.message.entry - 1, first.before});
  }
  if (to.entry > watermark_.entry) watermark_ = to;
}

}  // namespace emx::gateway
