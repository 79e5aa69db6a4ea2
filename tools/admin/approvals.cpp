#include "tools/admin/approvals.hpp"

#include <algorithm>
#include <cstring>

#include "engine/vocabulary/check.hpp"
#include "tools/rules/document.hpp"

namespace emx::admin {

namespace {

constexpr std::uint64_t number_first = 100'000;
constexpr std::uint64_t number_last = 999'999;

}  // namespace

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
  return &acts_.emplace_back(Act{free_number(request, text), request, text, now_ns});
}

// The next one where it is another's. Requires: fewer are kept than there are numbers.
std::uint64_t Approvals::free_number(const CommandRequest& request, const std::string& text) {
  std::string asked = text + '\n';
  for (const std::byte byte : request.command) asked += static_cast<char>(byte);
  const rules::Sha256 hash = rules::sha256_of(asked);
  std::uint64_t drawn = 0;
  std::memcpy(&drawn, hash.data(), sizeof drawn);
  std::uint64_t number = number_first + drawn % (number_last - number_first + 1);
  while (find_number(number) != nullptr) {
    number = number == number_last ? number_first : number + 1;
  }
  return number;
}

void Approvals::remove(std::uint64_t number) {
  std::erase_if(acts_, [&](const Act& act) { return act.number == number; });
}

Approvals::Act* Approvals::find_number(std::uint64_t number) {
  const auto found = std::find_if(acts_.begin(), acts_.end(),
                                  [&](const Act& act) { return act.number == number; });
  return found == acts_.end() ? nullptr : &*found;
}

const Approvals::Act* Approvals::find_id(std::uint64_t id) const {
  const auto found = std::find_if(acts_.begin(), acts_.end(),
                                  [&](const Act& act) { return act.request.id == id; });
  return found == acts_.end() ? nullptr : &*found;
}

std::size_t Approvals::waiting() const {
  return static_cast<std::size_t>(std::count_if(
      acts_.begin(), acts_.end(), [](const Act& act) { return act.state == State::waiting; }));
}

}  // namespace emx::admin
