#include "gateway/audience.hpp"

#include <algorithm>

namespace emx::gateway {

void Audience::add(std::uint32_t session, const Concern& concern) {
  if (concern.is_trader()) {
    traders_[concern.of].push_back(session);
  } else {
    copies_.push_back({session, concern});
  }
}

const std::vector<std::uint32_t>& Audience::traders_of(const FirmCode& firm) const {
  static const std::vector<std::uint32_t> none;
  const auto found = traders_.find(firm);
  return found == traders_.end() ? none : found->second;
}

bool Audience::trades_for(std::uint32_t session, const FirmCode& firm) const {
  return std::ranges::find(traders_of(firm), session) != traders_of(firm).end();
}

bool Audience::has_copies(const Concern& concern, const FirmCode& firm,
                          std::optional<Province> province) {
  switch (concern.role) {
    case Role::copies_of_firm:
      return concern.of == firm;
    case Role::copies_of_province:
      return province && concern.of.view() == name_of(*province);
    case Role::copies_of_all:
      return true;
    case Role::trader:
      break;
  }
  return false;
}

}  // namespace emx::gateway
