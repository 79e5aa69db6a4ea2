#include "tools/audit/entry_checks.hpp"

#include <cstdint>
#include <map>

namespace emx::audit {

std::string EntryChecks::apply(const EntryView& entry) {
  difference_ = replay_.check(entry);
  if (difference_) return difference_->text();
  std::string fault = settlement_.apply(entry);
  if (fault.empty()) fault = provinces_.apply(entry, replay_.names());
  return fault.empty() ? signatures_.apply(entry) : fault;
}

template <class Self, class Archive>
void EntryChecks::persist(Self& self, Archive& archive) {
  auto& [settlement, replay, provinces, signatures, difference] = self;
  Replay::persist(replay, archive);
  ProvinceCount::persist(provinces, archive);
  SignatureCheck::persist(signatures, archive);
}

void EntryChecks::save(StateWriter& to) const { persist(*this, to); }

void EntryChecks::load(StateReader& from) { persist(*this, from); }

}  // namespace emx::audit
