#include "tools/admin/approvals.hpp"

#include <algorithm>

#include "engine/vocabulary/check.hpp"

namespace emx::admin {

void Approvals::expire(std::int64_t now_ns) {
  std::erase_if(acts_, [&](const Act& act) { return now_ns - act.since_ns >= lifetime_ns; });
}

Approvals::Act* Approvals::add(const CommandRequest& request, const std::string& text,
                               std::int64_t now_ns) {
  check(find_id(request.id) == nullptr);
  const auto is_hers = [&](const Act& act) {
    return act.request.sender.person == request.sender.person;
  };
  if (std::count_if(acts_.begin(), acts_.end(), is_hers) == acts_of_person_max) {
    const auto decided = std::find_if(acts_.begin(), acts_.end(), [&](const Act& act) {
      return is_hers(act) && act.state != State::waiting;
    });
    if (decided == acts_.end()) return nullptr;
    acts_.erase(decided);
  }
  return &acts_.emplace_back(Act{++last_number_, request, text, now_ns});
}

void Approvals::remove(std::uint64_t number) {
  std::erase_if(acts_, [&](const Act& act) { return act.number == number; });
}

Approvals::Act* Approvals::find_number(std::uint64_t number) {
  const auto found = std::find_if(acts_.begin(), acts_.end(),
                                  [&](const Act& act) { return act.number == number; });
  return found == acts_.end() ? nullptr : &*found;
}

Approvals::Act* Approvals::find_id(std::uint64_t id) {
  const auto found = std::find_if(acts_.begin(), acts_.end(),
                                  [&](const Act& act) { return act.request.id == id; });
  return found == acts_.end() ? nullptr : &*found;
}

std::size_t Approvals::waiting() const {
  return static_cast<std::size_t>(std::count_if(
      acts_.begin(), acts_.end(), [](const Act& act) { return act.state == State::waiting; }));
}

}  // namespace emx::admin
